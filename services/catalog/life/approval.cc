// SPDX-License-Identifier: Apache-2.0
//
// The approval of drafts. It is about one content of the draft, named by its etag, and about what
// the draft takes, named by exact revisions: whatever edits the draft, also an earlier release that
// knows nothing of approvals, voids it, and so does whatever gives what it takes another meaning.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/life/life.h"
#include "services/catalog/life/policy.h"
#include "services/catalog/life/taken.h"
#include "services/catalog/processes/content.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using v1::Approval;
using v1::CatalogHistoryEntry;

std::string StateName(Approval::State state) {
  if (state == Approval::STATE_UNSPECIFIED) return "NONE";
  return std::string(absl::StripPrefix(Approval::State_Name(state), "STATE_"));
}

// What people are told of the approval of the draft, after a name for the draft.
std::string Told(const v1::Process& head) {
  const Approval::State state = ApprovalOf(head);
  return state == Approval::STATE_UNSPECIFIED ? "was not submitted for approval"
                                              : absl::StrCat("is ", StateName(state));
}

absl::Status WrongState(const v1::Process& head, absl::string_view allowed,
                        absl::string_view remedy) {
  const std::string state = StateName(ApprovalOf(head));
  return base::Error(base::Reason::ERROR_REASON_APPROVAL_STATE,
                     absl::StrCat("the draft of '", head.name(), "' ", Told(head),
                                  ", which does not allow this: ", remedy))
      .With("approval_state", state)
      .With("allowed", allowed)
      .Resource("Process", head.name())
      .Precondition("APPROVAL_STATE", head.name(), Told(head));
}

// Whether `subject` edited the draft since the last revision. Who edited it with a release that
// kept no list is known as its last author.
absl::StatusOr<bool> IsAuthor(Snapshot& snapshot, const ProcessKey& key, const v1::Process& head,
                              const std::string& subject) {
  const auto& authors = head.draft_authors();
  if (std::find(authors.begin(), authors.end(), subject) != authors.end()) return true;
  if (head.author() != subject) return false;
  if (head.latest_revision() == 0) return true;
  ASSIGN_OR_RETURN(const v1::Process revision,
                   RequireRevision(snapshot, key, head.latest_revision()));
  return FromTimestamp(head.update_time()) > FromTimestamp(revision.update_time());
}

// What was approved is not what would be published.
absl::Status ApprovedOtherwise(const v1::Process& head, const std::string& changed) {
  return base::Error(base::Reason::ERROR_REASON_APPROVAL_REQUIRED,
                     absl::StrCat("what the draft of '", head.name(),
                                  "' takes changed since it was approved: ", changed,
                                  "; submit it again, and let it be approved, or name in the draft "
                                  "the revision that is meant"))
      .With("approval_state", "NONE")
      .With("changed", changed)
      .Resource("Process", head.name())
      .Precondition("APPROVAL_REQUIRED", head.name(),
                    absl::StrCat("takes what changed: ", changed));
}

Change Done(Change change, Approval::State state, CatalogHistoryEntry::Kind kind,
            const ApprovalCommand& command, const Author& author) {
  v1::Process& head = change.head.process;
  Approval& approval = *head.mutable_approval();
  approval.set_state(state);
  approval.set_etag(head.etag());
  approval.set_reason(command.reason);
  StampHead(&change.head);
  CatalogHistoryEntry entry = Entry(kind, author, command.reason);
  entry.set_etag(head.etag());
  change.history.push_back(std::move(entry));
  return change;
}

Change Decided(Change change, Approval::State state, CatalogHistoryEntry::Kind kind,
               const ApprovalCommand& command, const Author& author) {
  Approval& approval = *change.head.process.mutable_approval();
  approval.set_approver(author.subject);
  *approval.mutable_decide_time() = ToTimestamp(author.time);
  return Done(std::move(change), state, kind, command, author);
}

// What the draft takes now. It kept the rules when it was written; a later version of the program
// may know more of them.
absl::StatusOr<ResolvedDraft> CheckAndResolve(Snapshot& snapshot, const ProcessKey& key,
                                              const v1::Process& head, const Author& author) {
  RETURN_IF_ERROR(CheckContent(head, "process"));
  return ResolveDraft(snapshot, key, head, author.time);
}

// Refuses a draft that would wait for ever: approved, it could not be published.
absl::Status CheckPublishable(Snapshot& snapshot, const ProcessKey& key, const v1::Process& head,
                              const ResolvedDraft& resolved) {
  const int64_t latest = head.latest_revision();
  if (latest == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const v1::Process revision, RequireRevision(snapshot, key, latest));
  return SameContent(resolved.content, revision) ? NothingToPublish(key, latest) : absl::OkStatus();
}

// The head whose draft is meant, to be changed.
absl::StatusOr<Change> Open(Snapshot& snapshot, const ApprovalCommand& command) {
  Change change;
  ASSIGN_OR_RETURN(change.head, RequireHead(snapshot, command.key));
  RETURN_IF_ERROR(CheckEtag(change.head, command.etag));
  return change;
}

}  // namespace

absl::StatusOr<Change> Submit(Snapshot& snapshot, const ApprovalCommand& command,
                              const Author& author) {
  ASSIGN_OR_RETURN(Change change, Open(snapshot, command));
  RETURN_IF_ERROR(CheckEditable(change.head));
  v1::Process& head = change.head.process;
  ASSIGN_OR_RETURN(ResolvedDraft resolved, CheckAndResolve(snapshot, command.key, head, author));
  RETURN_IF_ERROR(CheckPublishable(snapshot, command.key, head, resolved));
  const Approval::State state = ApprovalOf(head);
  const bool asked = state == Approval::STATE_SUBMITTED || state == Approval::STATE_APPROVED;
  if (asked && TakenDifference(head.approval().taken(), resolved.taken).empty())
    return WrongState(head, "NONE, REJECTED", "it was submitted before");
  head.clear_approval();
  Approval& approval = *head.mutable_approval();
  approval.set_submitter(author.subject);
  *approval.mutable_submit_time() = ToTimestamp(author.time);
  *approval.mutable_taken() = std::move(resolved.taken);
  return Done(std::move(change), Approval::STATE_SUBMITTED, CatalogHistoryEntry::KIND_SUBMITTED,
              command, author);
}

absl::StatusOr<Change> Approve(Snapshot& snapshot, const ApprovalCommand& command,
                               const Author& author) {
  ASSIGN_OR_RETURN(Change change, Open(snapshot, command));
  const v1::Process& head = change.head.process;
  if (ApprovalOf(head) != Approval::STATE_SUBMITTED)
    return WrongState(head, "SUBMITTED", "submit the draft for approval first");
  ASSIGN_OR_RETURN(const ResolvedDraft resolved,
                   CheckAndResolve(snapshot, command.key, head, author));
  const std::string changed = TakenDifference(head.approval().taken(), resolved.taken);
  if (!changed.empty()) {
    return WrongState(head, "SUBMITTED",
                      absl::StrCat("what it takes changed since it was submitted (", changed,
                                   "); submit it again"));
  }
  ASSIGN_OR_RETURN(const StoredPolicy policy, ReadPolicy(snapshot, command.key.workspace));
  if (policy.policy.self_approval_refused()) {
    ASSIGN_OR_RETURN(const bool own, IsAuthor(snapshot, command.key, head, author.subject));
    if (own) {
      return base::Error(base::Reason::ERROR_REASON_SELF_APPROVAL_REFUSED,
                         absl::StrCat("'", author.subject, "' edited the draft of '", head.name(),
                                      "', and the workspace demands that somebody else approves "
                                      "it: ask somebody who did not"))
          .Resource("Process", head.name());
    }
  }
  return Decided(std::move(change), Approval::STATE_APPROVED, CatalogHistoryEntry::KIND_APPROVED,
                 command, author);
}

absl::StatusOr<Change> Reject(Snapshot& snapshot, const ApprovalCommand& command,
                              const Author& author) {
  ASSIGN_OR_RETURN(Change change, Open(snapshot, command));
  const Approval::State state = ApprovalOf(change.head.process);
  if (state != Approval::STATE_SUBMITTED && state != Approval::STATE_APPROVED) {
    return WrongState(change.head.process, "SUBMITTED, APPROVED",
                      "only what was submitted can be rejected");
  }
  return Decided(std::move(change), Approval::STATE_REJECTED, CatalogHistoryEntry::KIND_REJECTED,
                 command, author);
}

absl::Status CheckApproved(Snapshot& snapshot, const ProcessKey& key, const Head& head,
                           const TakenParts& taken) {
  ASSIGN_OR_RETURN(const StoredPolicy policy, ReadPolicy(snapshot, key.workspace));
  const v1::Process& draft = head.process;
  if (!policy.policy.approval_required()) return absl::OkStatus();
  if (ApprovalOf(draft) == Approval::STATE_APPROVED) {
    const std::string changed = TakenDifference(draft.approval().taken(), taken);
    return changed.empty() ? absl::OkStatus() : ApprovedOtherwise(draft, changed);
  }
  const std::string state = StateName(ApprovalOf(draft));
  return base::Error(base::Reason::ERROR_REASON_APPROVAL_REQUIRED,
                     absl::StrCat("the workspace demands that the draft of '", draft.name(),
                                  "' is approved before it is published; it ", Told(draft),
                                  ": submit it, and let it be approved"))
      .With("approval_state", state)
      .Resource("Process", draft.name())
      .Precondition("APPROVAL_REQUIRED", draft.name(), Told(draft));
}

}  // namespace plumbline::catalog
