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

Change NewHead(const ProcessKey& key, const v1::Process& content, const Author& author,
               absl::string_view reason) {
  Change change;
  v1::Process& process = change.head.process;
  CopyContent(content, &process);
  process.set_name(NameOf(key));
  *process.mutable_create_time() = ToTimestamp(author.time);
  StampDraft(author, &change.head);
  CatalogHistoryEntry entry = Entry(CatalogHistoryEntry::KIND_CREATED, author, reason);
  entry.set_etag(process.etag());
  change.history.push_back(std::move(entry));
  return change;
}

}  // namespace

void StampDraft(const Author& author, Head* head) {
  v1::Process& process = head->process;
  process.set_state(StateOf(process));
  process.set_author(author.subject);
  *process.mutable_update_time() = ToTimestamp(author.time);
  AddAuthor(author.subject, &process);
  process.set_unpublished_changes(true);
  process.clear_approval();
  process.set_etag(EtagOf(process, ++head->version));
}

void StampHead(Head* head) { ++head->version; }

void StampState(Head* head) {
  v1::Process& process = head->process;
  const std::string before = process.etag();
  process.set_state(StateOf(process));
  process.set_etag(EtagOf(process, ++head->version));
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

absl::StatusOr<Change> Create(Snapshot& snapshot, const CreateCommand& command,
                              const Author& author) {
  RETURN_IF_ERROR(CheckDraft(command.key, command.content));
  ASSIGN_OR_RETURN(std::optional<Head> present, snapshot.FindHead(command.key));
  if (present.has_value()) return base::AlreadyExists("Process", NameOf(command.key));
  return NewHead(command.key, command.content, author, command.reason);
}

absl::StatusOr<Change> Update(Snapshot& snapshot, const UpdateCommand& command,
                              const Author& author) {
  ASSIGN_OR_RETURN(std::optional<Head> present, snapshot.FindHead(command.key));
  if (!present.has_value()) {
    // An etag says that it was there: then it is not for us to make it anew.
    if (!command.allow_missing || !command.etag.empty())
      return base::NotFound("Process", NameOf(command.key));
    RETURN_IF_ERROR(CheckDraft(command.key, command.content));
    return NewHead(command.key, command.content, author, command.reason);
  }
  RETURN_IF_ERROR(CheckEtag(*present, command.etag));
  RETURN_IF_ERROR(CheckEditable(*present));
  Change change;
  change.head = *present;
  CopyContent(command.content, command.fields, &change.head.process);
  RETURN_IF_ERROR(CheckDraft(command.key, change.head.process));
  std::vector<std::string> changed = ChangedFields(change.head.process, present->process);
  change.writes = !changed.empty();
  if (!change.writes) {
    change.head = *std::move(present);
    return change;
  }
  StampDraft(author, &change.head);
  CatalogHistoryEntry entry = Entry(CatalogHistoryEntry::KIND_UPDATED, author, command.reason);
  entry.mutable_fields()->Assign(changed.begin(), changed.end());
  entry.set_etag(change.head.process.etag());
  change.history.push_back(std::move(entry));
  return change;
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
