// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/convert_step.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/flow/validate.h"
#include "common/listing/request.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/convert_parts.h"
#include "services/catalog/processes/fields.h"

namespace plumbline::catalog {
namespace {

absl::StatusOr<StepKey> ToTemplateKey(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto ids, base::ParseName(field, name, "workspaces/*/steps/*"));
  return StepKey{ids[0], ids[1]};
}

}  // namespace

absl::StatusOr<CreateStepCommand> ToCommand(const v1::CreateStepRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(auto ids, base::ParseName("parent", request.parent(), "workspaces/*"));
  RETURN_IF_ERROR(base::CheckId("step_id", request.step_id()));
  if (!request.has_step())
    return base::FieldError("step", "is missing; give the template to create");
  CreateStepCommand command{{ids[0], request.step_id()}, request.step(), request.reason()};
  const std::string name = StepNameOf(command.key);
  if (!request.step().name().empty() && request.step().name() != name) {
    return base::FieldError(
        "step.name", absl::StrCat("is '", request.step().name(), "', but parent and step_id say '",
                                  name, "'; leave it empty or make them agree"));
  }
  return command;
}

absl::StatusOr<UpdateStepCommand> ToCommand(const v1::UpdateStepRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  if (!request.has_step())
    return base::FieldError("step", "is missing; give the template to update");
  UpdateStepCommand command;
  ASSIGN_OR_RETURN(command.key, ToTemplateKey("step.name", request.step().name()));
  ASSIGN_OR_RETURN(command.fields, ToFields(request.update_mask(), StepFields()));
  command.content = request.step();
  command.etag = request.step().etag();
  command.allow_missing = request.allow_missing();
  command.reason = request.reason();
  return command;
}

absl::StatusOr<DeleteStepCommand> ToCommand(const v1::DeleteStepRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(StepKey key, ToTemplateKey("name", request.name()));
  return DeleteStepCommand{std::move(key), request.etag(), request.force(), request.reason()};
}

absl::StatusOr<StepRef> ToStepRef(absl::string_view name) {
  StepRef ref;
  const size_t at = name.find('@');
  ASSIGN_OR_RETURN(ref.key, ToTemplateKey("name", name.substr(0, at)));
  if (at == absl::string_view::npos) return ref;
  const auto used = flow::ParseUses(absl::StrCat("steps/", ref.key.step, name.substr(at)));
  if (!used) {
    return base::FieldError("name", absl::StrCat("is '", flow::ShortenText(name),
                                                 "'; after '@' comes the number of a revision, "
                                                 "from 1"));
  }
  ref.revision = used->revision;
  return ref;
}

absl::StatusOr<ListStepsCommand> ToCommand(const v1::ListStepsRequest& request) {
  ListStepsCommand command;
  ASSIGN_OR_RETURN(auto ids, base::ParseName("parent", request.parent(), "workspaces/*"));
  command.workspace = ids[0];
  ASSIGN_OR_RETURN(command.query,
                   listing::ToQuery("ListSteps", request.parent(), request, StepSchema()));
  return command;
}

absl::StatusOr<ListStepRevisionsCommand> ToCommand(const v1::ListStepRevisionsRequest& request) {
  ListStepRevisionsCommand command;
  ASSIGN_OR_RETURN(command.key, ToTemplateKey("name", request.name()));
  ASSIGN_OR_RETURN(command.query, listing::ToQuery("ListStepRevisions", request.name(), request,
                                                   StepRevisionSchema()));
  return command;
}

}  // namespace plumbline::catalog
