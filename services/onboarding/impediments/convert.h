// SPDX-License-Identifier: Apache-2.0
//
// The shape of requests of ImpedimentService. FIELD_INVALID lists all that is wrong.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_CONVERT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_CONVERT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/onboarding/v1/impediment_service.pb.h"
#include "services/onboarding/impediments/record.h"

namespace plumbline::onboarding {

// "workspaces/{w}/impediments/{i}".
absl::StatusOr<ImpedimentKey> ToImpedimentKey(absl::string_view field, absl::string_view name);

// A mutation, taken apart. What the method does not have is empty.
struct RecordCommand {
  ImpedimentKey key;
  v1::ImpedimentRecord content;
  std::vector<std::string> fields;  // of `content` that change
  std::vector<Wish> tasks;
  std::string text;
  std::string etag;
};
// `fresh` is the id of a record for which none is given.
absl::StatusOr<RecordCommand> ToCommand(const v1::OpenImpedimentRequest& request,
                                        const std::string& fresh);
absl::StatusOr<RecordCommand> ToCommand(const v1::UpdateImpedimentRequest& request);
absl::StatusOr<RecordCommand> ToCommand(const v1::AcknowledgeImpedimentRequest& request);
absl::StatusOr<RecordCommand> ToCommand(const v1::CommentImpedimentRequest& request);
absl::StatusOr<RecordCommand> ToCommand(const v1::AddImpedimentTasksRequest& request);
absl::StatusOr<RecordCommand> ToCommand(const v1::RemoveImpedimentTaskRequest& request);
absl::StatusOr<RecordCommand> ToCommand(const v1::ResolveImpedimentRequest& request);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_CONVERT_H_
