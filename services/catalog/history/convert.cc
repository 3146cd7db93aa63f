// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/history/convert.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"

namespace plumbline::catalog {
namespace {

constexpr char kMethod[] = "ListResourceHistory";

absl::StatusOr<ResourceKey> ToResourceKey(absl::string_view name) {
  const std::vector<absl::string_view> words = absl::StrSplit(name, '/');
  for (const absl::string_view collection : {"utilities", "steps", "calendars"}) {
    if (words.size() < 3 || words[2] != collection) continue;
    ASSIGN_OR_RETURN(
        auto ids, base::ParseName("name", name, absl::StrCat("workspaces/*/", collection, "/*")));
    return ResourceKey{ids[0], std::string(collection), ids[1]};
  }
  return base::FieldError(
      "name",
      absl::StrCat("is '", name.substr(0, 200),
                   "'; it must be workspaces/{w}/utilities/{u}, workspaces/{w}/steps/{s} or "
                   "workspaces/{w}/calendars/{c} (of a process: ListProcessHistory)"));
}

}  // namespace

absl::StatusOr<ListResourceHistoryCommand> ToCommand(
    const v1::ListResourceHistoryRequest& request) {
  ListResourceHistoryCommand command;
  ASSIGN_OR_RETURN(command.key, ToResourceKey(request.name()));
  ASSIGN_OR_RETURN(command.query,
                   listing::ToQuery(kMethod, request.name(), request, ResourceHistorySchema()));
  return command;
}

std::string NextPageToken(const v1::ListResourceHistoryRequest& request, absl::string_view next) {
  return listing::NextPageToken(kMethod, request.name(), request, next);
}

}  // namespace plumbline::catalog
