// SPDX-License-Identifier: Apache-2.0
//
// Taking processes and single revisions out of use, and bringing them back.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/life/life.h"
#include "services/catalog/life/users.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using v1::CatalogHistoryEntry;
using v1::Process;

std::string StateName(Process::State state) { return Process::State_Name(state).substr(6); }

// The process (revision 0) or the revision that a change of state is about, within its head.
class Subject {
 public:
  static absl::StatusOr<Subject> Find(Snapshot& snapshot, const ProcessKey& key, int64_t revision,
                                      absl::string_view etag) {
    Subject subject;
    subject.revision_ = revision;
    ASSIGN_OR_RETURN(subject.change_.head, RequireHead(snapshot, key));
    subject.name_ = revision == 0 ? NameOf(key) : NameOf(key, revision);
    if (revision == 0) {
      RETURN_IF_ERROR(CheckEtag(subject.change_.head, etag));
      return subject;
    }
    ASSIGN_OR_RETURN(subject.published_, RequireRevision(snapshot, key, revision));
    const v1::Process answered = Answered(subject.change_.head.process, subject.published_);
    RETURN_IF_ERROR(CheckEtag(subject.name_, answered.etag(), etag));
    return subject;
  }

  const std::string& name() const { return name_; }
  const Head& head() const { return change_.head; }

  // Its own state: a revision is not retired because its process is.
  Process::State state() const {
    if (revision_ == 0) return StateOf(change_.head.process);
    const v1::RevisionLife* life = FindLife(change_.head.process, revision_);
    if (life == nullptr || !life->has_retirement()) return Process::STATE_PUBLISHED;
    return life->retirement().kind() == v1::Retirement::KIND_ARCHIVED ? Process::STATE_ARCHIVED
                                                                      : Process::STATE_DEPRECATED;
  }

  // Its state does not allow that it is `wanted`; `allowed` would, as people call it.
  absl::Status WrongState(absl::string_view wanted, absl::string_view allowed) const {
    // A head in use is a draft by its state; people go by whether it was published.
    const bool published = state() == Process::STATE_DRAFT && head().process.latest_revision() > 0;
    const std::string is = StateName(published ? Process::STATE_PUBLISHED : state());
    return base::Error(base::Reason::ERROR_REASON_PROCESS_STATE,
                       absl::StrCat("'", name_, "' is ", is, "; only what is ", allowed, " can be ",
                                    wanted))
        .With("state", StateName(state()))
        .With("allowed", allowed)
        .Resource("Process", name_)
        .Precondition("PROCESS_STATE", name_, absl::StrCat("is ", is));
  }

  // Retires it, or brings it back (nullptr).
  Change Take(const v1::Retirement* retirement, CatalogHistoryEntry entry) && {
    Process& head = change_.head.process;
    entry.set_revision(revision_);
    if (revision_ == 0) {
      Set(retirement, &head);
      StampState(&change_.head);
    } else {
      Set(retirement, &ChangeLife(head, revision_));
      StampHead(&change_.head);
      change_.answer = Answered(head, std::move(published_));
    }
    change_.history.push_back(std::move(entry));
    return std::move(change_);
  }

 private:
  template <typename Message>
  static void Set(const v1::Retirement* retirement, Message* message) {
    if (retirement == nullptr) {
      message->clear_retirement();
    } else {
      *message->mutable_retirement() = *retirement;
    }
  }

  Change change_;
  int64_t revision_ = 0;
  std::string name_;
  Process published_;  // of a revision
};

absl::StatusOr<Change> Retire(Snapshot& snapshot, const RetireCommand& command,
                              const Author& author, Subject subject, v1::Retirement::Kind kind) {
  ASSIGN_OR_RETURN(const int64_t users,
                   CheckUnused(snapshot, command.key, subject.head(), command.revision, author.time,
                               command.allow_in_use));
  v1::Retirement retirement;
  retirement.set_kind(kind);
  retirement.set_reason(command.reason);
  retirement.set_replacement(command.replacement);
  *retirement.mutable_retire_time() = ToTimestamp(author.time);
  retirement.set_actor(author.subject);
  CatalogHistoryEntry entry =
      Entry(kind == v1::Retirement::KIND_ARCHIVED ? CatalogHistoryEntry::KIND_ARCHIVED
                                                  : CatalogHistoryEntry::KIND_DEPRECATED,
            author, command.reason);
  entry.set_replacement(command.replacement);
  entry.set_user_count(users);
  return std::move(subject).Take(&retirement, std::move(entry));
}

// Refuses what nobody could begin with instead.
absl::Status CheckReplacement(Snapshot& snapshot, const RetireCommand& command, absl::Time now) {
  if (command.replacement.empty()) return absl::OkStatus();
  const auto refused = [&](absl::string_view why) {
    return base::FieldError("replacement",
                            absl::StrCat("is '", command.replacement, "', which ", why,
                                         "; name a process that people can begin with, or none"));
  };
  const ProcessKey key{command.key.workspace,
                       std::string(absl::StripPrefix(command.replacement, "processes/"))};
  ASSIGN_OR_RETURN(const std::optional<Head> head, snapshot.FindHead(key));
  if (!head.has_value()) return refused("does not exist");
  if (StateOf(head->process) == Process::STATE_ARCHIVED) return refused("is archived");
  if (head->process.latest_revision() == 0) return refused("was never published");
  const std::vector<ChoiceFrom> choices = ChoicesFrom(head->process, now);
  const bool any = std::any_of(choices.begin(), choices.end(),
                               [](const ChoiceFrom& from) { return from.choice.revision != 0; });
  return any ? absl::OkStatus() : refused("has no revision that is or will be effective");
}

}  // namespace

absl::StatusOr<Change> Deprecate(Snapshot& snapshot, const RetireCommand& command,
                                 const Author& author) {
  ASSIGN_OR_RETURN(Subject subject,
                   Subject::Find(snapshot, command.key, command.revision, command.etag));
  const Process::State state = subject.state();
  if (state == Process::STATE_DEPRECATED || state == Process::STATE_ARCHIVED)
    return subject.WrongState("deprecated", "PUBLISHED");
  if (subject.head().process.latest_revision() == 0) {
    return base::Error(base::Reason::ERROR_REASON_PROCESS_NOT_PUBLISHED,
                       absl::StrCat("'", subject.name(),
                                    "' was never published, so nobody can begin with it: delete "
                                    "or archive it"))
        .Resource("Process", subject.name())
        .Precondition("PROCESS_NOT_PUBLISHED", subject.name(), "has no published revision");
  }
  RETURN_IF_ERROR(CheckReplacement(snapshot, command, author.time));
  return Retire(snapshot, command, author, std::move(subject), v1::Retirement::KIND_DEPRECATED);
}

absl::StatusOr<Change> Archive(Snapshot& snapshot, const RetireCommand& command,
                               const Author& author) {
  ASSIGN_OR_RETURN(Subject subject,
                   Subject::Find(snapshot, command.key, command.revision, command.etag));
  if (subject.state() == Process::STATE_ARCHIVED) {
    return subject.WrongState("archived", command.revision == 0 ? "DRAFT, PUBLISHED or DEPRECATED"
                                                                : "PUBLISHED or DEPRECATED");
  }
  return Retire(snapshot, command, author, std::move(subject), v1::Retirement::KIND_ARCHIVED);
}

absl::StatusOr<Change> Reinstate(Snapshot& snapshot, const ReinstateCommand& command,
                                 const Author& author) {
  ASSIGN_OR_RETURN(Subject subject,
                   Subject::Find(snapshot, command.key, command.revision, command.etag));
  const Process::State state = subject.state();
  if (state != Process::STATE_DEPRECATED && state != Process::STATE_ARCHIVED)
    return subject.WrongState("reinstated", "DEPRECATED or ARCHIVED");
  return std::move(subject).Take(
      nullptr, Entry(CatalogHistoryEntry::KIND_REINSTATED, author, command.reason));
}

}  // namespace plumbline::catalog
