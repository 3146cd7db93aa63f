// SPDX-License-Identifier: Apache-2.0
//
// Requests about steps to commands: checks shape, not meaning. Errors: FIELD_INVALID,
// PAGE_TOKEN_INVALID.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_CONVERT_STEP_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_CONVERT_STEP_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/step_service.pb.h"
#include "services/catalog/steps/step.h"

namespace plumbline::catalog {

absl::StatusOr<CreateStepCommand> ToCommand(const v1::CreateStepRequest& request);
absl::StatusOr<UpdateStepCommand> ToCommand(const v1::UpdateStepRequest& request);
absl::StatusOr<DeleteStepCommand> ToCommand(const v1::DeleteStepRequest& request);

// "workspaces/{w}/steps/{s}" or "workspaces/{w}/steps/{s}@{revision}". The field is `name`.
absl::StatusOr<StepRef> ToStepRef(absl::string_view name);

struct ListStepsCommand {
  std::string workspace;
  listing::Query query;  // over StepSchema()
};
absl::StatusOr<ListStepsCommand> ToCommand(const v1::ListStepsRequest& request);

struct ListStepRevisionsCommand {
  StepKey key;
  listing::Query query;  // over StepRevisionSchema()
};
absl::StatusOr<ListStepRevisionsCommand> ToCommand(const v1::ListStepRevisionsRequest& request);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_CONVERT_STEP_H_
