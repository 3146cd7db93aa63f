// SPDX-License-Identifier: Apache-2.0
//
// Creating, updating and deleting drafts.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/life/life.h"
#include "services/catalog/life/users.h"
#include "services/catalog/processes/calls.h"
#include "services/catalog/processes/content.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using v1::CatalogHistoryEntry;

// Keeps who edited the draft, by name, each once.
void AddAuthor(const std::string& subject, v1::Process* draft) {
  auto& authors = *draft->mutable_draft_authors();
  const auto at = std::lower_bound(authors.begin(), authors.end(), subject);
  if (at != authors.end() && *at == subject) return;
  const auto place = at - authors.begin();
  *authors.Add() = subject;
  std::rotate(authors.begin() + place, authors.end() - 1, authors.end());
}

template <typename Command>
Change NewHead(const Command& command, const Author& author) {
  Change change;
  v1::Process& process = change.head.process;
  CopyContent(*command.content, &process);
  change.head.derived = command.derived;
  process.set_name(NameOf(command.key));
  *process.mutable_create_time() = ToTimestamp(author.time);
  StampDraft(author, &change.head);
  CatalogHistoryEntry entry = Entry(CatalogHistoryEntry::KIND_CREATED, author, command.reason);
  entry.set_etag(process.etag());
  change.history.push_back(std::move(entry));
  return change;
}

std::shared_ptr<const Derived> Derive(const ProcessKey& key, const v1::Process& content) {
  return std::make_shared<const Derived>(
      Derived{ContentHash(content), WordsOf(NameOf(key), content)});
}

// Whether the command says all that the draft will be.
bool IsWhole(const UpdateCommand& command) {
  return command.fields.size() == ContentFields().size();
}

absl::StatusOr<Change> CreateMissing(const UpdateCommand& command, const Author& author) {
  // An etag says that it was there: then it is not for us to make it anew.
  if (!command.allow_missing || !command.etag.empty())
    return base::NotFound("Process", NameOf(command.key));
  if (!IsWhole(command)) RETURN_IF_ERROR(CheckDraft(command.key, *command.content));
  return NewHead(command, author);
}

absl::StatusOr<Change> Edit(const UpdateCommand& command, Head present, const Author& author) {
  if (command.create_only) return base::AlreadyExists("Process", NameOf(command.key));
  RETURN_IF_ERROR(CheckEtag(present, command.etag));
  RETURN_IF_ERROR(CheckEditable(present));
  Change change{.head = std::move(present)};
  v1::Process& draft = change.head.process;
  std::vector<std::string> changed = ChangedFields(*command.content, draft);
  std::erase_if(changed, [&](const std::string& field) {
    return std::find(command.fields.begin(), command.fields.end(), field) == command.fields.end();
  });
  change.writes = !changed.empty();
  CopyContent(*command.content, changed, &draft);
  change.head.derived = command.derived;
  if (!IsWhole(command)) RETURN_IF_ERROR(CheckDraft(command.key, draft));
  if (!change.writes) return change;
  StampDraft(author, &change.head);
  CatalogHistoryEntry entry = Entry(CatalogHistoryEntry::KIND_UPDATED, author, command.reason);
  entry.mutable_fields()->Assign(changed.begin(), changed.end());
  entry.set_etag(draft.etag());
  change.history.push_back(std::move(entry));
  return change;
}

// Of the next version, which it counts.
std::string NextEtag(absl::string_view draft_hash, Head* head) {
  return EtagOf(head->process.name(), ++head->version, draft_hash);
}

}  // namespace

std::string DraftHash(const Head& head) {
  return head.derived != nullptr ? head.derived->content_hash : ContentHash(head.process);
}

void StampDraft(const Author& author, Head* head) {
  v1::Process& process = head->process;
  process.set_state(StateOf(process));
  process.set_author(author.subject);
  *process.mutable_update_time() = ToTimestamp(author.time);
  AddAuthor(author.subject, &process);
  process.clear_approval();
  const std::string hash = DraftHash(*head);
  process.set_unpublished_changes(!head->published.Says(hash));
  process.set_etag(NextEtag(hash, head));
}

void StampHead(Head* head) { ++head->version; }

void StampState(Head* head) {
  v1::Process& process = head->process;
  const std::string before = process.etag();
  process.set_state(StateOf(process));
  process.set_etag(NextEtag(DraftHash(*head), head));
  if (process.has_approval() && process.approval().etag() == before)
    process.mutable_approval()->set_etag(process.etag());
}

CatalogHistoryEntry Entry(CatalogHistoryEntry::Kind kind, const Author& author,
                          absl::string_view reason) {
  CatalogHistoryEntry entry;
  entry.set_kind(kind);
  *entry.mutable_create_time() = ToTimestamp(author.time);
  entry.set_actor(author.subject);
  entry.set_reason(std::string(reason));
  return entry;
}

absl::Status CheckDraft(const ProcessKey& key, const v1::Process& content) {
  RETURN_IF_ERROR(CheckContent(content, "process"));
  return CheckNoSelfCall(key, content.root());
}

absl::StatusOr<Head> RequireHead(Snapshot& snapshot, const ProcessKey& key) {
  ASSIGN_OR_RETURN(std::optional<Head> head, snapshot.FindHead(key));
  if (!head.has_value()) return base::NotFound("Process", NameOf(key));
  return *std::move(head);
}

absl::StatusOr<v1::Process> RequireRevision(Snapshot& snapshot, const ProcessKey& key,
                                            int64_t revision) {
  ASSIGN_OR_RETURN(std::optional<v1::Process> found, snapshot.FindRevision(key, revision));
  if (!found.has_value()) return base::NotFound("Process", NameOf(key, revision));
  return *std::move(found);
}

v1::Process Answered(const v1::Process& head, v1::Process revision) {
  AddLife(head, &revision);
  return revision;
}

absl::Status CheckEtag(const Head& head, absl::string_view etag) {
  return CheckEtag(head.process.name(), head.process.etag(), etag);
}

absl::Status CheckEtag(absl::string_view name, absl::string_view present, absl::string_view etag) {
  return CheckEtag("Process", name, present, etag);
}

absl::Status CheckEtag(absl::string_view type, absl::string_view name, absl::string_view present,
                       absl::string_view etag) {
  if (etag.empty() || etag == present) return absl::OkStatus();
  return base::Error(
             base::Reason::ERROR_REASON_ETAG_MISMATCH,
             absl::StrCat("'", name, "' was changed since its etag '", etag,
                          "' was read: read it again and repeat the change on what it is now"))
      .With("etag", present)
      .Resource(type, name);
}

absl::Status CheckEditable(const Head& head) {
  if (StateOf(head.process) != v1::Process::STATE_ARCHIVED) return absl::OkStatus();
  const std::string& name = head.process.name();
  return base::Error(base::Reason::ERROR_REASON_PROCESS_STATE,
                     absl::StrCat("'", name,
                                  "' is ARCHIVED, and its draft cannot be changed or published: "
                                  "reinstate it first"))
      .With("state", "ARCHIVED")
      .With("allowed", "DRAFT, DEPRECATED")
      .Resource("Process", name)
      .Precondition("PROCESS_STATE", name, "is ARCHIVED");
}

absl::Status CheckAhead(CreateCommand* command) {
  RETURN_IF_ERROR(CheckDraft(command->key, *command->content));
  command->derived = Derive(command->key, *command->content);
  return absl::OkStatus();
}

absl::Status CheckAhead(UpdateCommand* command) {
  if (!IsWhole(*command)) return absl::OkStatus();
  RETURN_IF_ERROR(CheckDraft(command->key, *command->content));
  command->derived = Derive(command->key, *command->content);
  return absl::OkStatus();
}

absl::StatusOr<Change> Create(Snapshot& snapshot, const CreateCommand& command,
                              const Author& author) {
  ASSIGN_OR_RETURN(std::optional<Head> present, snapshot.FindHead(command.key));
  if (present.has_value()) return base::AlreadyExists("Process", NameOf(command.key));
  Change change = NewHead(command, author);
  if (!command.publish) return change;
  return PublishToo(snapshot, {.key = command.key, .reason = command.reason}, std::move(change),
                    author);
}

absl::StatusOr<Change> Update(Snapshot& snapshot, const UpdateCommand& command,
                              const Author& author) {
  ASSIGN_OR_RETURN(std::optional<Head> present, snapshot.FindHead(command.key));
  ASSIGN_OR_RETURN(Change change, present.has_value() ? Edit(command, *std::move(present), author)
                                                      : CreateMissing(command, author));
  if (!command.publish) return change;
  return PublishToo(snapshot, {.key = command.key, .reason = command.reason}, std::move(change),
                    author);
}

absl::StatusOr<Change> Delete(Snapshot& snapshot, const DeleteCommand& command,
                              const Author& author) {
  Change change;
  ASSIGN_OR_RETURN(change.head, RequireHead(snapshot, command.key));
  const v1::Process& process = change.head.process;
  RETURN_IF_ERROR(CheckEtag(change.head, command.etag));
  if (process.latest_revision() > 0) {
    return base::Error(base::Reason::ERROR_REASON_PROCESS_PUBLISHED,
                       absl::StrCat("'", process.name(), "' has ", process.latest_revision(),
                                    " published revision",
                                    process.latest_revision() == 1 ? ", which is" : "s, which are",
                                    " kept: archive it instead"))
        .With("revision", absl::StrCat(process.latest_revision()))
        .Resource("Process", process.name())
        .Precondition("PROCESS_PUBLISHED", process.name(), "was published");
  }
  ASSIGN_OR_RETURN(const int64_t users, CheckUnused(snapshot, command.key, change.head, 0,
                                                    author.time, command.allow_in_use));
  CatalogHistoryEntry entry = Entry(CatalogHistoryEntry::KIND_DELETED, author, command.reason);
  entry.set_user_count(users);
  change.history.push_back(std::move(entry));
  change.deletes = true;
  return change;
}

}  // namespace plumbline::catalog
