// SPDX-License-Identifier: Apache-2.0
//
// Creating and updating drafts.
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/change.h"
#include "services/catalog/content.h"
#include "services/catalog/timestamp.h"

namespace plumbline::catalog {
namespace {

// Fills in what the catalog says about new content of a draft.
void Stamp(const ProcessKey& key, const Author& author, int64_t version, Head* head) {
  v1::Process& process = head->process;
  process.set_name(NameOf(key));
  process.set_state(v1::Process::STATE_DRAFT);
  process.set_author(author.subject);
  *process.mutable_update_time() = ToTimestamp(author.time);
  head->version = version;
  process.set_etag(EtagOf(process, version));
}

Change NewHead(const ProcessKey& key, const v1::Process& content, const Author& author) {
  Change change;
  CopyContent(content, &change.head.process);
  *change.head.process.mutable_create_time() = ToTimestamp(author.time);
  Stamp(key, author, 1, &change.head);
  return change;
}

}  // namespace

absl::StatusOr<Head> RequireHead(Snapshot& snapshot, const ProcessKey& key) {
  ASSIGN_OR_RETURN(std::optional<Head> head, snapshot.FindHead(key));
  if (!head.has_value()) return base::NotFound("Process", NameOf(key));
  return *std::move(head);
}

absl::Status CheckEtag(const Head& head, absl::string_view etag) {
  if (etag.empty() || etag == head.process.etag()) return absl::OkStatus();
  return base::Error(
             base::Reason::ERROR_REASON_ETAG_MISMATCH,
             absl::StrCat("'", head.process.name(), "' was changed since its etag '", etag,
                          "' was read: read it again and repeat the change on what it is now"))
      .With("etag", head.process.etag())
      .Resource("Process", head.process.name());
}

absl::StatusOr<Change> Create(Snapshot& snapshot, const CreateCommand& command,
                              const Author& author) {
  RETURN_IF_ERROR(CheckContent(command.content, "process"));
  ASSIGN_OR_RETURN(std::optional<Head> present, snapshot.FindHead(command.key));
  if (present.has_value()) return base::AlreadyExists("Process", NameOf(command.key));
  return NewHead(command.key, command.content, author);
}

absl::StatusOr<Change> Update(Snapshot& snapshot, const UpdateCommand& command,
                              const Author& author) {
  ASSIGN_OR_RETURN(std::optional<Head> present, snapshot.FindHead(command.key));
  if (!present.has_value()) {
    // An etag says that it was there: then it is not for us to make it anew.
    if (!command.allow_missing || !command.etag.empty())
      return base::NotFound("Process", NameOf(command.key));
    RETURN_IF_ERROR(CheckContent(command.content, "process"));
    return NewHead(command.key, command.content, author);
  }
  RETURN_IF_ERROR(CheckEtag(*present, command.etag));
  Change change;
  change.head = *present;
  CopyContent(command.content, command.fields, &change.head.process);
  RETURN_IF_ERROR(CheckContent(change.head.process, "process"));
  change.writes = !SameContent(change.head.process, present->process);
  if (change.writes) {
    Stamp(command.key, author, present->version + 1, &change.head);
  } else {
    change.head = *std::move(present);
  }
  return change;
}

}  // namespace plumbline::catalog
