// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/utilities/utility.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/history/resource_history.h"
#include "services/catalog/resource/message_fields.h"
#include "services/catalog/resource/timestamp.h"
#include "services/catalog/steps/step.h"
#include "services/catalog/utilities/rules.h"

namespace plumbline::catalog {
namespace {

using v1::ResourceHistoryEntry;

constexpr char kType[] = "Utility";
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

UtilityChange NewUtility(const UtilityKey& key, const v1::Utility& content, const Author& author,
                         const std::string& reason) {
  UtilityChange change;
  v1::Utility& utility = change.utility.utility;
  CopyFields(content, UtilityFields(), &utility);
  *utility.mutable_create_time() = ToTimestamp(author.time);
  Stamp(key, author, 1, &change.utility);
  change.entry = HistoryEntry(ResourceHistoryEntry::KIND_CREATED, author, reason, utility.etag());
  return change;
}

// "is used by 2 drafts and revisions and by 1 step of the library".
std::string UsedBy(size_t processes, size_t steps) {
  std::string text = "is used by ";
  if (processes > 0) absl::StrAppend(&text, processes, " drafts and revisions");
  if (processes > 0 && steps > 0) absl::StrAppend(&text, " and by ");
  if (steps > 0) absl::StrAppend(&text, steps, steps == 1 ? " step" : " steps", " of the library");
  return text;
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
  return NewUtility(command.key, command.content, author, command.reason);
}

absl::StatusOr<UtilityChange> Update(UtilityReads& reads, const UpdateUtilityCommand& command,
                                     const Author& author) {
  ASSIGN_OR_RETURN(const std::optional<StoredUtility> present, reads.FindUtility(command.key));
  if (!present.has_value()) {
    // An etag says that it was there: then it is not for us to make it anew.
    if (!command.allow_missing || !command.etag.empty())
      return base::NotFound("Utility", NameOf(command.key));
    RETURN_IF_ERROR(CheckUtility(command.content, "utility"));
    return NewUtility(command.key, command.content, author, command.reason);
  }
  RETURN_IF_ERROR(CheckEtag(kType, present->utility.name(), present->utility.etag(), command.etag));
  UtilityChange change{.utility = *present};
  v1::Utility& utility = change.utility.utility;
  CopyFields(command.content, command.fields, &utility);
  RETURN_IF_ERROR(CheckUtility(utility, "utility"));
  const std::vector<std::string> changed =
      ChangedFields(utility, present->utility, UtilityFields());
  if (changed.empty()) return UtilityChange{UtilityChange::Kind::kNothing, *present};
  Stamp(command.key, author, present->version + 1, &change.utility);
  change.entry = HistoryEntry(ResourceHistoryEntry::KIND_UPDATED, author, command.reason,
                              utility.etag(), changed);
  return change;
}

absl::StatusOr<UtilityChange> Delete(UtilityReads& reads, const DeleteUtilityCommand& command,
                                     const Author& author) {
  ASSIGN_OR_RETURN(StoredUtility present, RequireUtility(reads, command.key));
  const std::string etag = present.utility.etag();
  RETURN_IF_ERROR(CheckEtag(kType, present.utility.name(), etag, command.etag));
  return UtilityChange{
      UtilityChange::Kind::kRemove, std::move(present),
      HistoryEntry(ResourceHistoryEntry::KIND_DELETED, author, command.reason, etag)};
}

absl::StatusOr<LibraryUses> FindLibraryUses(StepReads& steps, const UtilityKey& key) {
  LibraryUses library;
  ASSIGN_OR_RETURN(const std::vector<StepNaming> naming,
                   steps.ListStepsNaming(key.workspace, key.utility));
  std::vector<std::string> ids;
  // By template and revision; 0 = as it is.
  std::set<std::pair<std::string, int64_t>> revisions;
  for (const StepNaming& step : naming) {
    if (ids.empty() || ids.back() != step.step) ids.push_back(step.step);
    revisions.insert({step.step, step.revision});
    if (!step.present) continue;
    revisions.insert({step.step, 0});
    library.steps.push_back(step.step);
  }
  if (ids.empty()) return library;
  ASSIGN_OR_RETURN(std::vector<StepUse> uses, steps.ListStepUses(key.workspace, ids));
  for (StepUse& use : uses) {
    // Publishing wrote the utilities of steps into revisions.
    if (use.revision != 0 || use.archived) continue;
    if (!revisions.contains({use.step, use.step_revision})) continue;
    library.drafts.push_back({std::move(use.process), use.revision, std::move(use.nodes)});
  }
  return library;
}

absl::Status CheckUnused(const impact::Graph& graph, const LibraryUses& library,
                         const UtilityKey& key) {
  const impact::Callers users(
      graph, {.kind = impact::Used::Kind::kUtility, .id = key.utility, .uses = library.drafts},
      /*direct_only=*/true);
  const size_t count = users.size() + library.steps.size();
  if (count == 0) return absl::OkStatus();
  const auto describe = [&](size_t row) { return users.Describe(row, key.workspace, NameOf(key)); };
  const auto step_name = [&](size_t i) {
    return StepNameOf(StepKey{key.workspace, library.steps[i]});
  };
  base::Error error(base::Reason::ERROR_REASON_UTILITY_IN_USE,
                    absl::StrCat("'", NameOf(key), "' ", UsedBy(users.size(), library.steps.size()),
                                 ", the first of them '",
                                 library.steps.empty() ? describe(0).name() : step_name(0),
                                 "': take it out of their steps first, or delete it with force"));
  error.With("user_count", absl::StrCat(count)).Resource(kType, NameOf(key));
  // Steps come first: who takes it out of them may be done.
  for (size_t i = 0; i < std::min(library.steps.size(), kMostNamed); ++i)
    error.Precondition("UTILITY_IN_USE", step_name(i), "names it");
  for (size_t row = 0; library.steps.size() + row < std::min(count, kMostNamed); ++row) {
    const v1::Caller user = describe(row);
    error.Precondition("UTILITY_IN_USE", user.name(),
                       absl::StrCat("is named by '", absl::StrJoin(user.nodes(), "' '"), "'"));
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
      if (!view.graph.Knows(head.process, head.stamp, absl::InfinitePast())) return true;
    }
    if (heads.size() < kHeadsAtOnce) return false;
    after = heads.back().process;
  }
}

}  // namespace plumbline::catalog
