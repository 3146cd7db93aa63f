// SPDX-License-Identifier: Apache-2.0
//
// Names for revisions: made, moved, locked and deleted only by who knows where they point.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/life/life.h"
#include "services/catalog/life/users.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using v1::CatalogHistoryEntry;

constexpr int kMaxTags = 100;

absl::Status CheckTarget(const TagCommand& command, const v1::Tag* tag) {
  const int64_t present = tag == nullptr ? 0 : tag->revision();
  const std::string name = NameOf(command.key, command.tag);
  if (command.expected != present) {
    return base::Error(base::Reason::ERROR_REASON_TAG_MISMATCH,
                       absl::StrCat("'", name, "' ",
                                    present == 0 ? std::string("does not exist")
                                                 : absl::StrCat("names revision ", present),
                                    ", but `expected_revision` is ", command.expected,
                                    ": look at it again and say what you find"))
        .With("revision", absl::StrCat(present))
        .Resource("Tag", name);
  }
  if (tag != nullptr && tag->locked()) {
    return base::Error(base::Reason::ERROR_REASON_TAG_LOCKED,
                       absl::StrCat("'", name, "' is locked on revision ", present,
                                    " for good: use another tag"))
        .With("revision", absl::StrCat(present))
        .Resource("Tag", name)
        .Precondition("TAG_LOCKED", name, "is locked for good");
  }
  return absl::OkStatus();
}

absl::Status CheckRoom(const TagCommand& command, const v1::Process& head) {
  if (head.tags_size() < kMaxTags) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_TAG_LIMIT,
                     absl::StrCat("'", head.name(), "' has ", kMaxTags,
                                  " tags, as many as it can have: delete one that is not needed"))
      .With("limit", absl::StrCat(kMaxTags))
      .Resource("Tag", NameOf(command.key, command.tag))
      .Precondition("TAG_LIMIT", head.name(), absl::StrCat("has ", kMaxTags, " tags"));
}

// The place of a tag among those of a head, which are kept in order.
int PlaceOf(const v1::Process& head, const std::string& tag) {
  int at = 0;
  while (at < head.tags_size() && head.tags(at).tag() < tag) ++at;
  return at;
}

void Stamp(const Author& author, v1::Tag* tag) {
  *tag->mutable_update_time() = ToTimestamp(author.time);
  tag->set_actor(author.subject);
}

Change Done(Change change, CatalogHistoryEntry::Kind kind, const TagCommand& command,
            const Author& author) {
  StampHead(&change.head);
  CatalogHistoryEntry entry = Entry(kind, author, command.reason);
  entry.set_tag(command.tag);
  if (kind != CatalogHistoryEntry::KIND_TAG_DELETED) {
    const bool locked = kind == CatalogHistoryEntry::KIND_TAG_LOCKED;
    entry.set_revision(locked ? command.expected : command.revision);
  }
  if (kind != CatalogHistoryEntry::KIND_TAG_LOCKED) entry.set_previous_revision(command.expected);
  change.history.push_back(std::move(entry));
  return change;
}

// The tag that is to be deleted or locked. RESOURCE_NOT_FOUND, TAG_MISMATCH, TAG_LOCKED.
absl::Status RequireTag(const TagCommand& command, const v1::Process& head) {
  const v1::Tag* tag = FindTag(head, command.tag);
  if (tag == nullptr) return base::NotFound("Tag", NameOf(command.key, command.tag));
  return CheckTarget(command, tag);
}

}  // namespace

absl::StatusOr<Change> SetTag(Snapshot& snapshot, const TagCommand& command, const Author& author) {
  Change change;
  ASSIGN_OR_RETURN(change.head, RequireHead(snapshot, command.key));
  v1::Process& head = change.head.process;
  const v1::Tag* present = FindTag(head, command.tag);
  RETURN_IF_ERROR(CheckTarget(command, present));
  const std::string target = NameOf(command.key, command.revision);
  if (command.revision > head.latest_revision()) return base::NotFound("Process", target);
  RETURN_IF_ERROR(CheckNotArchived(head, command.revision, target));
  change.writes = command.revision != command.expected;
  if (!change.writes) return change;
  const int place = PlaceOf(head, command.tag);
  auto& tags = *head.mutable_tags();
  if (present == nullptr) {
    RETURN_IF_ERROR(CheckRoom(command, head));
    tags.Add()->set_tag(command.tag);
    std::rotate(tags.pointer_begin() + place, tags.pointer_end() - 1, tags.pointer_end());
  }
  tags[place].set_revision(command.revision);
  Stamp(author, &tags[place]);
  return Done(std::move(change), CatalogHistoryEntry::KIND_TAG_SET, command, author);
}

absl::StatusOr<Change> DeleteTag(Snapshot& snapshot, const TagCommand& command,
                                 const Author& author) {
  Change change;
  ASSIGN_OR_RETURN(change.head, RequireHead(snapshot, command.key));
  v1::Process& head = change.head.process;
  RETURN_IF_ERROR(RequireTag(command, head));
  ASSIGN_OR_RETURN(const int64_t users, CheckTagUnused(snapshot, command.key, command.tag,
                                                       author.time, command.allow_in_use));
  head.mutable_tags()->DeleteSubrange(PlaceOf(head, command.tag), 1);
  change = Done(std::move(change), CatalogHistoryEntry::KIND_TAG_DELETED, command, author);
  change.history.back().set_user_count(users);
  return change;
}

absl::StatusOr<Change> LockTag(Snapshot& snapshot, const TagCommand& command,
                               const Author& author) {
  Change change;
  ASSIGN_OR_RETURN(change.head, RequireHead(snapshot, command.key));
  v1::Process& head = change.head.process;
  RETURN_IF_ERROR(RequireTag(command, head));
  v1::Tag& tag = *head.mutable_tags(PlaceOf(head, command.tag));
  tag.set_locked(true);
  Stamp(author, &tag);
  return Done(std::move(change), CatalogHistoryEntry::KIND_TAG_LOCKED, command, author);
}

}  // namespace plumbline::catalog
