// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/batch.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/processes/warnings.h"

namespace plumbline::catalog {
namespace {

absl::Status OfRequest(const absl::Status& status, size_t place, const ProcessKey& key) {
  if (status.ok()) return status;
  const std::string field = absl::StrCat("requests[", place, "]");
  return base::OfPart(status, absl::StrCat(field, " (", NameOf(key), ")"), field,
                      {"request", absl::StrCat(place)});
}

v1::UpdatedProcess ToAnswer(const Change& change) {
  const v1::Process& head = change.head.process;
  v1::UpdatedProcess answer;
  answer.set_name(head.name());
  answer.set_etag(head.etag());
  answer.set_latest_revision(head.latest_revision());
  for (const v1::CatalogHistoryEntry& entry : change.history) {
    if (entry.kind() == v1::CatalogHistoryEntry::KIND_CREATED) answer.set_created(true);
    if (entry.kind() == v1::CatalogHistoryEntry::KIND_UPDATED) answer.set_updated(true);
    if (entry.kind() == v1::CatalogHistoryEntry::KIND_PUBLISHED) answer.set_published(true);
  }
  return answer;
}

absl::StatusOr<v1::UpdatedProcess> UpdateOne(Snapshot& snapshot, const UpdateCommand& command,
                                             const Author& author, UtilitiesKept& kept,
                                             PutChange put) {
  ASSIGN_OR_RETURN(const Change change, Update(snapshot, command, author));
  ASSIGN_OR_RETURN(const std::vector<common::v1::Warning> warnings,
                   FindWarnings(kept, change.head.process));
  RETURN_IF_ERROR(put(command.key, change));
  v1::UpdatedProcess answer = ToAnswer(change);
  *answer.mutable_warnings() = {warnings.begin(), warnings.end()};
  return answer;
}

}  // namespace

absl::Status CheckAhead(BatchCommand* command) {
  for (size_t i = 0; i < command->updates.size(); ++i) {
    UpdateCommand& update = command->updates[i];
    RETURN_IF_ERROR(OfRequest(CheckAhead(&update), i, update.key));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::UpdatedProcess>> UpdateAll(Snapshot& snapshot,
                                                          const BatchCommand& command,
                                                          const Author& author, PutChange put) {
  std::vector<v1::UpdatedProcess> answers;
  answers.reserve(command.updates.size());
  UtilitiesKept kept(snapshot, command.key.workspace);
  for (size_t i = 0; i < command.updates.size(); ++i) {
    const UpdateCommand& update = command.updates[i];
    absl::StatusOr<v1::UpdatedProcess> answer = UpdateOne(snapshot, update, author, kept, put);
    if (!answer.ok()) return OfRequest(answer.status(), i, update.key);
    answers.push_back(*std::move(answer));
  }
  return answers;
}

void SupposedSnapshot::Suppose(const ProcessKey& key, const Change& change) {
  heads_[NameOf(key)] = change.head;
  if (change.revision.has_value()) revisions_[change.revision->name()] = *change.revision;
}

absl::StatusOr<std::optional<Head>> SupposedSnapshot::FindHead(const ProcessKey& key) {
  const auto supposed = heads_.find(NameOf(key));
  if (supposed != heads_.end()) return supposed->second;
  return snapshot_.FindHead(key);
}

absl::StatusOr<std::optional<v1::Process>> SupposedSnapshot::FindRevision(const ProcessKey& key,
                                                                          int64_t revision) {
  const auto supposed = revisions_.find(NameOf(key, revision));
  if (supposed != revisions_.end()) return supposed->second;
  return snapshot_.FindRevision(key, revision);
}

}  // namespace plumbline::catalog
