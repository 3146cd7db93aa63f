// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/utility.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/impact/callers.h"
#include "services/catalog/timestamp.h"
#include "services/catalog/utility_rules.h"

namespace plumbline::catalog {
namespace {

// Users that an error names.
constexpr size_t kMostNamed = 50;
constexpr int kHeadsAtOnce = 500;

// Fills in what the catalog says about new content.
void Stamp(const UtilityKey& key, const Author& author, int64_t version, StoredUtility* stored) {
  v1::Utility& utility = stored->utility;
  utility.set_name(NameOf(key));
  utility.set_author(author.subject);
  *utility.mutable_update_time() = ToTimestamp(author.time);
  stored->version = version;
  utility.set_etag(EtagOf(utility, version));
}

UtilityChange NewUtility(const UtilityKey& key, const v1::Utility& content, const Author& author) {
  UtilityChange change;
  const auto fields = UtilityFields();
  CopyUtility(content, std::vector<std::string>(fields.begin(), fields.end()),
              &change.utility.utility);
  *change.utility.utility.mutable_create_time() = ToTimestamp(author.time);
  Stamp(key, author, 1, &change.utility);
  return change;
}

absl::Status CheckEtag(const v1::Utility& utility, absl::string_view etag) {
  if (etag.empty() || etag == utility.etag()) return absl::OkStatus();
  return base::Error(
             base::Reason::ERROR_REASON_ETAG_MISMATCH,
             absl::StrCat("'", utility.name(), "' was changed since its etag '", etag,
                          "' was read: read it again and repeat the change on what it is now"))
      .With("etag", utility.etag())
      .Resource("Utility", utility.name());
}

}  // namespace

absl::StatusOr<StoredUtility> RequireUtility(UtilityReads& reads, const UtilityKey& key) {
  ASSIGN_OR_RETURN(std::optional<StoredUtility> utility, reads.FindUtility(key));
  if (!utility.has_value()) return base::NotFound("Utility", NameOf(key));
  return *std::move(utility);
}

absl::StatusOr<UtilityChange> Create(UtilityReads& reads, const CreateUtilityCommand& command,
                                     const Author& author) {
  RETURN_IF_ERROR(CheckUtility(command.content, "utility"));
  ASSIGN_OR_RETURN(const std::optional<StoredUtility> present, reads.FindUtility(command.key));
  if (present.has_value()) return base::AlreadyExists("Utility", NameOf(command.key));
  return NewUtility(command.key, command.content, author);
}

absl::StatusOr<UtilityChange> Update(UtilityReads& reads, const UpdateUtilityCommand& command,
                                     const Author& author) {
  ASSIGN_OR_RETURN(const std::optional<StoredUtility> present, reads.FindUtility(command.key));
  if (!present.has_value()) {
    // An etag says that it was there: then it is not for us to make it anew.
    if (!command.allow_missing || !command.etag.empty())
      return base::NotFound("Utility", NameOf(command.key));
    RETURN_IF_ERROR(CheckUtility(command.content, "utility"));
    return NewUtility(command.key, command.content, author);
  }
  RETURN_IF_ERROR(CheckEtag(present->utility, command.etag));
  UtilityChange change{.utility = *present};
  CopyUtility(command.content, command.fields, &change.utility.utility);
  RETURN_IF_ERROR(CheckUtility(change.utility.utility, "utility"));
  if (SameUtility(change.utility.utility, present->utility))
    return UtilityChange{UtilityChange::Kind::kNothing, *present};
  Stamp(command.key, author, present->version + 1, &change.utility);
  return change;
}

absl::StatusOr<UtilityChange> Delete(UtilityReads& reads, const DeleteUtilityCommand& command,
                                     const Author&) {
  ASSIGN_OR_RETURN(StoredUtility present, RequireUtility(reads, command.key));
  RETURN_IF_ERROR(CheckEtag(present.utility, command.etag));
  return UtilityChange{UtilityChange::Kind::kRemove, std::move(present)};
}

absl::Status CheckUnused(const impact::Graph& graph, const UtilityKey& key) {
  const impact::Callers users(graph, {impact::Used::Kind::kUtility, key.utility},
                              /*direct_only=*/true);
  if (users.size() == 0) return absl::OkStatus();
  const auto describe = [&](size_t row) { return users.Describe(row, key.workspace, NameOf(key)); };
  base::Error error(base::Reason::ERROR_REASON_UTILITY_IN_USE,
                    absl::StrCat("'", NameOf(key), "' is used by ", users.size(),
                                 " drafts and revisions, the first of them '", describe(0).name(),
                                 "': take it out of their steps first, or delete it with force"));
  error.With("user_count", absl::StrCat(users.size())).Resource("Utility", NameOf(key));
  for (size_t row = 0; row < std::min(users.size(), kMostNamed); ++row) {
    const v1::Caller user = describe(row);
    std::string nodes = "is named by";
    for (const std::string& id : user.nodes()) absl::StrAppend(&nodes, " '", id, "'");
    error.Precondition("UTILITY_IN_USE", user.name(), nodes);
  }
  return error;
}

absl::StatusOr<bool> IsOvertaken(GraphReads& processes, absl::string_view workspace,
                                 const GraphView& view) {
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<HeadStamp> heads,
                     processes.ChangedSince(workspace, view.watermark, after, kHeadsAtOnce));
    for (const HeadStamp& head : heads) {
      if (head.stamp != view.graph.StampOf(head.process)) return true;
    }
    if (heads.size() < kHeadsAtOnce) return false;
    after = heads.back().process;
  }
}

}  // namespace plumbline::catalog
