// SPDX-License-Identifier: Apache-2.0
//
// Requests about what stands beside the processes: reports of use, the policy, lists.
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "services/catalog/life/convert.h"
#include "services/catalog/life/fields.h"
#include "services/catalog/life/policy.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/convert_parts.h"

namespace plumbline::catalog {
namespace {

constexpr int kMaxUses = 10'000;
constexpr int kMaxExamples = 10;
constexpr size_t kMaxExample = 500;
constexpr absl::Duration kDefaultTtl = absl::Hours(24);
constexpr absl::Duration kLeastTtl = absl::Minutes(1);
constexpr absl::Duration kMostTtl = absl::Hours(24 * 30);

// Of `workspace`, with count and examples in their limits.
absl::Status CheckUse(const std::string& field, const std::string& workspace,
                      const v1::ProcessUse& use) {
  ASSIGN_OR_RETURN(const KeyAndRevision named,
                   ToKeyAndRevision(absl::StrCat(field, ".process"), use.process()));
  if (named.revision == 0) {
    return base::FieldError(absl::StrCat(field, ".process"),
                            absl::StrCat("is '", use.process(), "'; add '@' and the revision"));
  }
  if (named.key.workspace != workspace) {
    return base::FieldError(absl::StrCat(field, ".process"),
                            absl::StrCat("lies in workspace '", named.key.workspace,
                                         "'; report those of '", workspace, "' only"));
  }
  if (use.count() < 1) {
    return base::FieldError(absl::StrCat(field, ".count"),
                            absl::StrCat("is ", use.count(), "; it must be 1 or more"));
  }
  if (use.examples_size() > kMaxExamples) {
    return base::FieldError(absl::StrCat(field, ".examples"),
                            absl::StrCat("has ", use.examples_size(), " entries; at most ",
                                         kMaxExamples, " are possible"));
  }
  for (const std::string& example : use.examples()) {
    if (const size_t length = Characters(example); length < 1 || length > kMaxExample) {
      return base::FieldError(
          absl::StrCat(field, ".examples"),
          absl::StrCat("holds one of ", length, " characters; give 1 to ", kMaxExample));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::Duration> ToTtl(const v1::ReportProcessUseRequest& request) {
  if (!request.has_ttl()) return kDefaultTtl;
  const absl::Duration ttl =
      absl::Seconds(request.ttl().seconds()) + absl::Nanoseconds(request.ttl().nanos());
  if (ttl >= kLeastTtl && ttl <= kMostTtl) return ttl;
  return base::FieldError(
      "ttl", absl::StrCat("is ", absl::FormatDuration(ttl), "; give 1 minute to 30 days"));
}

}  // namespace

absl::StatusOr<UseCommand> ToCommand(const v1::ReportProcessUseRequest& request) {
  UseCommand command;
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  ASSIGN_OR_RETURN(command.workspace, ToWorkspace(request.parent()));
  RETURN_IF_ERROR(base::CheckId("system", request.system()));
  command.system = request.system();
  ASSIGN_OR_RETURN(command.ttl, ToTtl(request));
  if (request.uses_size() > kMaxUses) {
    return base::FieldError("uses", absl::StrCat("has ", request.uses_size(), " entries; at most ",
                                                 kMaxUses, " are possible"));
  }
  std::set<std::string> seen;
  for (int i = 0; i < request.uses_size(); ++i) {
    const std::string field = absl::StrCat("uses[", i, "]");
    RETURN_IF_ERROR(CheckUse(field, command.workspace, request.uses(i)));
    if (!seen.insert(request.uses(i).process()).second) {
      return base::FieldError(
          absl::StrCat(field, ".process"),
          absl::StrCat("'", request.uses(i).process(), "' was named before; add its counts up"));
    }
    command.uses.push_back(request.uses(i));
  }
  return command;
}

absl::StatusOr<std::string> ToPolicyWorkspace(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto ids, base::ParseName(field, name, "workspaces/*/catalogPolicy"));
  return ids[0];
}

absl::StatusOr<PolicyCommand> ToCommand(const v1::UpdateCatalogPolicyRequest& request) {
  PolicyCommand command;
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(command.workspace, ToPolicyWorkspace("policy.name", request.policy().name()));
  ASSIGN_OR_RETURN(command.fields, ToFields(request.update_mask(), PolicyFields()));
  command.policy = request.policy();
  command.etag = request.policy().etag();
  command.reason = request.reason();
  return command;
}

absl::StatusOr<ListTagsCommand> ToCommand(const v1::ListTagsRequest& request) {
  ListTagsCommand command;
  ASSIGN_OR_RETURN(command.key, ToKey("name", request.name()));
  ASSIGN_OR_RETURN(command.query,
                   listing::ToQuery("ListTags", request.name(), request, TagSchema()));
  return command;
}

absl::StatusOr<ListHistoryCommand> ToCommand(const v1::ListProcessHistoryRequest& request) {
  ListHistoryCommand command;
  ASSIGN_OR_RETURN(command.key, ToKey("name", request.name()));
  ASSIGN_OR_RETURN(command.query, listing::ToQuery("ListProcessHistory", request.name(), request,
                                                   HistorySchema()));
  return command;
}

absl::StatusOr<ListHistoryCommand> ToCommand(const v1::ListCatalogPolicyHistoryRequest& request) {
  ListHistoryCommand command;
  ASSIGN_OR_RETURN(command.key.workspace, ToPolicyWorkspace("name", request.name()));
  ASSIGN_OR_RETURN(command.query, listing::ToQuery("ListCatalogPolicyHistory", request.name(),
                                                   request, HistorySchema()));
  return command;
}

absl::StatusOr<ListUsersCommand> ToCommand(const v1::ListProcessUsersRequest& request) {
  ListUsersCommand command;
  ASSIGN_OR_RETURN(KeyAndRevision named, ToKeyAndRevision("name", request.name()));
  command.key = std::move(named.key);
  command.revision = named.revision;
  ASSIGN_OR_RETURN(command.query,
                   listing::ToQuery("ListProcessUsers", request.name(), request, UserSchema()));
  return command;
}

}  // namespace plumbline::catalog
