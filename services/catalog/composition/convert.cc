// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/composition/convert.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "common/rpc/page_token.h"
#include "services/catalog/composition/fields.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/convert_parts.h"
#include "services/catalog/processes/convert_step.h"
#include "services/catalog/utilities/rules.h"

namespace plumbline::catalog {
namespace {

// Names in page tokens.
constexpr char kListUtilities[] = "ListUtilities";
constexpr char kAnalyzeImpact[] = "AnalyzeImpact";
constexpr char kListCallers[] = "ListCallers";
constexpr char kListDependencies[] = "ListDependencies";

absl::StatusOr<UtilityKey> UtilityKeyIn(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto ids, base::ParseName(field, name, "workspaces/*/utilities/*"));
  return UtilityKey{ids[0], ids[1]};
}

// What a question takes beside utilities and processes.
enum class Also { kStepsOfProcesses, kStepsOfLibrary };

absl::Status PartError(absl::string_view name, Also also) {
  return base::FieldError(
      "name", absl::StrCat("is '", name.substr(0, 200), "'; it must be ",
                           "workspaces/{w}/utilities/{u} or workspaces/{w}/processes/{p}",
                           also == Also::kStepsOfProcesses ? ", the latter perhaps with /steps/{id}"
                                                           : " or workspaces/{w}/steps/{s}"));
}

absl::StatusOr<PartRef> ToPart(absl::string_view name, Also also) {
  PartRef part{.name = std::string(name)};
  const std::vector<absl::string_view> words = absl::StrSplit(name, '/');
  if (words.size() > 2 && words[2] == "utilities") {
    ASSIGN_OR_RETURN(part.utility, UtilityKeyIn("name", name));
    return part;
  }
  if (also == Also::kStepsOfLibrary && words.size() > 2 && words[2] == "steps") {
    part.kind = PartRef::Kind::kTemplate;
    ASSIGN_OR_RETURN(part.used_step, ToStepRef(name));
    return part;
  }
  part.kind = PartRef::Kind::kProcess;
  absl::string_view process = name;
  if (also == Also::kStepsOfProcesses && words.size() > 4) {
    part.kind = PartRef::Kind::kStep;
    ASSIGN_OR_RETURN(auto ids, base::ParseName("name", name, "workspaces/*/processes/**/steps/*"));
    part.step = ids[2];
    process = name.substr(0, name.rfind("/steps/"));
  }
  if (!absl::StartsWith(name, "workspaces/") || words.size() < 3 || words[2] != "processes")
    return PartError(name, also);
  ASSIGN_OR_RETURN(part.process, ToRef("name", process));
  return part;
}

std::string ScopeOf(const v1::ListCallersRequest& request) {
  return absl::StrCat(request.name(), request.direct_only() ? " directly" : "");
}

}  // namespace

absl::StatusOr<UtilityKey> ToUtilityKey(absl::string_view name) {
  return UtilityKeyIn("name", name);
}

absl::StatusOr<CreateUtilityCommand> ToCommand(const v1::CreateUtilityRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(std::string workspace, ToWorkspace(request.parent()));
  RETURN_IF_ERROR(base::CheckId("utility_id", request.utility_id()));
  if (!request.has_utility())
    return base::FieldError("utility", "is missing; give the utility to create");
  CreateUtilityCommand command{
      {std::move(workspace), request.utility_id()}, request.utility(), request.reason()};
  const std::string name = NameOf(command.key);
  if (!request.utility().name().empty() && request.utility().name() != name) {
    return base::FieldError("utility.name", absl::StrCat("is '", request.utility().name(),
                                                         "', but parent and utility_id say '", name,
                                                         "'; leave it empty or make them agree"));
  }
  return command;
}

absl::StatusOr<UpdateUtilityCommand> ToCommand(const v1::UpdateUtilityRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  if (!request.has_utility())
    return base::FieldError("utility", "is missing; give the utility to update");
  UpdateUtilityCommand command;
  ASSIGN_OR_RETURN(command.key, UtilityKeyIn("utility.name", request.utility().name()));
  ASSIGN_OR_RETURN(command.fields, ToFields(request.update_mask(), UtilityFields()));
  command.content = request.utility();
  command.etag = request.utility().etag();
  command.allow_missing = request.allow_missing();
  command.reason = request.reason();
  return command;
}

absl::StatusOr<DeleteUtilityCommand> ToCommand(const v1::DeleteUtilityRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(UtilityKey key, UtilityKeyIn("name", request.name()));
  return DeleteUtilityCommand{std::move(key), request.etag(), request.force(), request.reason()};
}

absl::StatusOr<ListUtilitiesCommand> ToCommand(const v1::ListUtilitiesRequest& request) {
  ListUtilitiesCommand command;
  ASSIGN_OR_RETURN(command.workspace, ToWorkspace(request.parent()));
  ASSIGN_OR_RETURN(command.query,
                   listing::ToQuery(kListUtilities, request.parent(), request, UtilitySchema()));
  return command;
}

absl::StatusOr<ImpactCommand> ToCommand(const v1::AnalyzeImpactRequest& request) {
  ImpactCommand command;
  ASSIGN_OR_RETURN(command.subject, ToPart(request.name(), Also::kStepsOfProcesses));
  ASSIGN_OR_RETURN(command.page.limit, rpc::PageSize(request.page_size()));
  command.page.max_bytes = rpc::kMaxPageBytes;
  ASSIGN_OR_RETURN(const std::string position,
                   rpc::DecodePageToken(kAnalyzeImpact, request.name(), request.page_token()));
  ASSIGN_OR_RETURN(command.page.after, FromPosition(position));
  return command;
}

absl::StatusOr<ListCallersCommand> ToCommand(const v1::ListCallersRequest& request) {
  ListCallersCommand command{.direct_only = request.direct_only()};
  ASSIGN_OR_RETURN(command.used, ToPart(request.name(), Also::kStepsOfLibrary));
  ASSIGN_OR_RETURN(command.query,
                   listing::ToQuery(kListCallers, ScopeOf(request), request, CallerSchema()));
  return command;
}

absl::StatusOr<ListDependenciesCommand> ToCommand(const v1::ListDependenciesRequest& request) {
  ListDependenciesCommand command;
  ASSIGN_OR_RETURN(command.process, ToRef("name", request.name()));
  ASSIGN_OR_RETURN(command.query, listing::ToQuery(kListDependencies, request.name(), request,
                                                   DependencySchema()));
  return command;
}

std::string NextPageToken(const v1::ListUtilitiesRequest& request, absl::string_view next) {
  return listing::NextPageToken(kListUtilities, request.parent(), request, next);
}

std::string NextPageToken(const v1::AnalyzeImpactRequest& request, absl::string_view next) {
  return next.empty() ? "" : rpc::EncodePageToken(kAnalyzeImpact, request.name(), next);
}

std::string NextPageToken(const v1::ListCallersRequest& request, absl::string_view next) {
  return listing::NextPageToken(kListCallers, ScopeOf(request), request, next);
}

std::string NextPageToken(const v1::ListDependenciesRequest& request, absl::string_view next) {
  return listing::NextPageToken(kListDependencies, request.name(), request, next);
}

}  // namespace plumbline::catalog
