// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/utilities/utilities.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/warnings.h"

namespace plumbline::catalog {
namespace {

// How often a delete looks again at processes that were written meanwhile.
constexpr int kMostAttempts = 10;

// What is remembered under a request_id. All mutations answer a utility and a freshness token; one
// form serves them all.
std::string Serialize(const WrittenUtility& written) {
  v1::UpdateUtilityResponse answer;
  *answer.mutable_utility() = written.utility;
  answer.set_freshness_token(ToFreshnessToken(written.position));
  *answer.mutable_warnings() = {written.warnings.begin(), written.warnings.end()};
  return answer.SerializeAsString();
}

absl::StatusOr<WrittenUtility> Parse(const std::string& bytes) {
  v1::UpdateUtilityResponse answer;
  if (!answer.ParseFromString(bytes))
    return base::Internal("a remembered answer is not a message of its type");
  ASSIGN_OR_RETURN(const int64_t position, ToPosition(answer.freshness_token()));
  return WrittenUtility{std::move(*answer.mutable_utility()),
                        position,
                        {answer.warnings().begin(), answer.warnings().end()}};
}

absl::Status CarryOut(UtilityChanges& changes, const UtilityChange& change) {
  if (change.kind == UtilityChange::Kind::kNothing) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto ids, base::ParseName("utility.name", change.utility.utility.name(),
                                                   "workspaces/*/utilities/*"));
  const UtilityKey key{ids[0], ids[1]};
  if (change.kind == UtilityChange::Kind::kRemove) return changes.RemoveUtility(key, change.entry);
  return changes.PutUtility(key, change.utility, change.entry);
}

absl::Status TooBusy(absl::string_view workspace) {
  return base::Error(base::Reason::ERROR_REASON_OVERLOADED,
                     absl::StrCat("processes of 'workspaces/", workspace,
                                  "' are written all the time, so that it cannot be told whether "
                                  "they use the utility: repeat the call"))
      .RetryAfter(absl::Seconds(1));
}

}  // namespace

absl::StatusOr<WrittenUtility> Utilities::Write(const base::CallContext& context,
                                                const std::optional<WriteRequest>& request,
                                                Plan plan) {
  const Author author{context.identity.subject, clock_.Now()};
  WrittenUtility written;
  const auto look = [&](UtilityReads& reads) -> absl::StatusOr<UtilityChange> {
    ASSIGN_OR_RETURN(written.position, reads.processes().Position());
    ASSIGN_OR_RETURN(UtilityChange change, plan(reads, author));
    written.utility = change.utility.utility;
    if (change.kind != UtilityChange::Kind::kRemove) {
      ASSIGN_OR_RETURN(written.warnings, FindWarnings(reads, context.workspace, written.utility));
    }
    return change;
  };
  if (!request.has_value()) {
    RETURN_IF_ERROR(
        store_.Read(context, [&](UtilityReads& reads) { return look(reads).status(); }));
    return written;
  }
  ASSIGN_OR_RETURN(const Answer answer,
                   store_.Write(context, *request, author.time,
                                [&](UtilityChanges& changes) -> absl::StatusOr<std::string> {
                                  ASSIGN_OR_RETURN(const UtilityChange change, look(changes));
                                  RETURN_IF_ERROR(CarryOut(changes, change));
                                  return Serialize(written);
                                }));
  return Parse(answer.bytes);
}

absl::StatusOr<WrittenUtility> Utilities::Delete(const base::CallContext& context,
                                                 const std::optional<WriteRequest>& request,
                                                 const DeleteUtilityCommand& command) {
  const auto forced = [&](UtilityReads& reads, const Author& author) {
    return catalog::Delete(reads, command, author);
  };
  if (command.force) return Write(context, request, forced);
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    absl::StatusOr<WrittenUtility> written;
    bool overtaken = false;
    const absl::Time now = clock_.Now();
    RETURN_IF_ERROR(graphs_.Use(context, command.key.workspace, now, [&](const GraphView& view) {
      const auto checked = [&](UtilityReads& reads,
                               const Author& author) -> absl::StatusOr<UtilityChange> {
        ASSIGN_OR_RETURN(UtilityChange change, catalog::Delete(reads, command, author));
        ASSIGN_OR_RETURN(overtaken, IsOvertaken(reads.processes(), command.key.workspace, view));
        if (overtaken) return base::Internal("overtaken");
        ASSIGN_OR_RETURN(const LibraryUses library,
                         catalog::FindLibraryUses(reads.steps(), command.key));
        RETURN_IF_ERROR(CheckUnused(view.graph, library, command.key));
        return change;
      };
      written = Write(context, request, checked);
      return absl::OkStatus();
    }));
    if (!overtaken) return written;
  }
  return TooBusy(command.key.workspace);
}

absl::StatusOr<v1::Utility> Utilities::Get(const base::CallContext& context,
                                           const UtilityKey& key) {
  StoredUtility stored;
  RETURN_IF_ERROR(store_.Read(context, [&](UtilityReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(stored, RequireUtility(reads, key));
    return absl::OkStatus();
  }));
  return std::move(stored.utility);
}

absl::StatusOr<std::optional<v1::Utility>> Utilities::Find(const base::CallContext& context,
                                                           const UtilityKey& key) {
  ASSIGN_OR_RETURN(auto found, FindAll(context, key.workspace, {key.utility}));
  return std::move(found[0]);
}

absl::StatusOr<std::vector<std::optional<v1::Utility>>> Utilities::FindAll(
    const base::CallContext& context, absl::string_view workspace,
    const std::vector<std::string>& ids) {
  std::vector<std::optional<v1::Utility>> found;
  RETURN_IF_ERROR(store_.Read(context, [&](UtilityReads& reads) -> absl::Status {
    found.assign(ids.size(), std::nullopt);
    for (size_t i = 0; i < ids.size(); ++i) {
      ASSIGN_OR_RETURN(std::optional<StoredUtility> stored,
                       reads.FindUtility({std::string(workspace), ids[i]}));
      if (stored.has_value()) found[i] = std::move(stored->utility);
    }
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<LibraryUses> Utilities::FindLibraryUses(const base::CallContext& context,
                                                       const UtilityKey& key) {
  LibraryUses library;
  RETURN_IF_ERROR(store_.Read(context, [&](UtilityReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(library, catalog::FindLibraryUses(reads.steps(), key));
    return absl::OkStatus();
  }));
  return library;
}

absl::StatusOr<listing::Page<v1::Utility>> Utilities::List(const base::CallContext& context,
                                                           const ListUtilitiesCommand& command) {
  listing::Page<v1::Utility> page;
  RETURN_IF_ERROR(store_.Read(context, [&](UtilityReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(page, reads.ListUtilities(command.workspace, command.query));
    return absl::OkStatus();
  }));
  return page;
}

}  // namespace plumbline::catalog
