// SPDX-License-Identifier: Apache-2.0
//
// When a revision is effective, and old content made new again.
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/catalog/life/life.h"
#include "services/catalog/life/users.h"
#include "services/catalog/processes/content.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;

// Replaces the period of a life; false if it is so already.
bool SetPeriod(const Period& effective, v1::RevisionLife* life) {
  const v1::RevisionLife before = *life;
  life->clear_effective_from();
  life->clear_effective_until();
  if (effective.from.has_value()) *life->mutable_effective_from() = ToTimestamp(*effective.from);
  if (effective.until.has_value()) *life->mutable_effective_until() = ToTimestamp(*effective.until);
  return !MessageDifferencer::Equals(before.effective_from(), life->effective_from()) ||
         !MessageDifferencer::Equals(before.effective_until(), life->effective_until()) ||
         before.has_effective_from() != life->has_effective_from() ||
         before.has_effective_until() != life->has_effective_until();
}

v1::CatalogHistoryEntry PeriodEntry(const PeriodCommand& command, int64_t users,
                                    const Author& author) {
  v1::CatalogHistoryEntry entry =
      Entry(v1::CatalogHistoryEntry::KIND_EFFECTIVE_PERIOD_SET, author, command.reason);
  entry.set_revision(command.revision);
  entry.set_user_count(users);
  const Period& effective = command.effective;
  if (effective.from.has_value()) *entry.mutable_effective_from() = ToTimestamp(*effective.from);
  if (effective.until.has_value()) *entry.mutable_effective_until() = ToTimestamp(*effective.until);
  return entry;
}

}  // namespace

absl::StatusOr<Change> SetPeriod(Snapshot& snapshot, const PeriodCommand& command,
                                 const Author& author) {
  Change change;
  ASSIGN_OR_RETURN(change.head, RequireHead(snapshot, command.key));
  RETURN_IF_ERROR(CheckEditable(change.head));
  v1::Process& head = change.head.process;
  ASSIGN_OR_RETURN(const v1::Process revision,
                   RequireRevision(snapshot, command.key, command.revision));
  change.answer = Answered(head, revision);
  RETURN_IF_ERROR(CheckEtag(change.answer->name(), change.answer->etag(), command.etag));
  const v1::RevisionLife* present = FindLife(head, command.revision);
  v1::RevisionLife wanted = present == nullptr ? v1::RevisionLife() : *present;
  change.writes = SetPeriod(command.effective, &wanted);
  if (!change.writes) return change;

  const Head before = change.head;
  SetPeriod(command.effective, &ChangeLife(head, command.revision));
  // Who names no revision must not find out that there is none any more.
  int64_t users = 0;
  if (LeavesNone(before.process, head, command.revision, author.time)) {
    ASSIGN_OR_RETURN(users, CheckUnused(snapshot, command.key, before, command.revision,
                                        author.time, command.allow_in_use));
  }
  StampHead(&change.head);
  change.answer = Answered(head, revision);
  change.history.push_back(PeriodEntry(command, users, author));
  return change;
}

absl::StatusOr<Change> Restore(Snapshot& snapshot, const RestoreCommand& command,
                               const Author& author) {
  Change change;
  ASSIGN_OR_RETURN(change.head, RequireHead(snapshot, command.key));
  RETURN_IF_ERROR(CheckEtag(change.head, command.etag));
  RETURN_IF_ERROR(CheckEditable(change.head));
  ASSIGN_OR_RETURN(const v1::Process revision,
                   RequireRevision(snapshot, command.key, command.revision));
  RETURN_IF_ERROR(CheckContent(revision, "revision"));
  std::vector<std::string> changed = ChangedFields(revision, change.head.process);
  change.writes = !changed.empty();
  if (change.writes) {
    CopyContent(revision, &change.head.process);
    StampDraft(author, &change.head);
    v1::CatalogHistoryEntry entry =
        Entry(v1::CatalogHistoryEntry::KIND_RESTORED, author, command.reason);
    entry.set_revision(command.revision);
    entry.mutable_fields()->Assign(changed.begin(), changed.end());
    entry.set_etag(change.head.process.etag());
    change.history.push_back(std::move(entry));
  }
  if (!command.publish) return change;
  ASSIGN_OR_RETURN(change, PublishToo(snapshot, {.key = command.key, .reason = command.reason},
                                      std::move(change), author));
  const v1::Process& head = change.head.process;
  if (!change.revision.has_value()) return NothingToPublish(command.key, head.latest_revision());
  change.answer = Answered(head, *change.revision);
  return change;
}

}  // namespace plumbline::catalog
