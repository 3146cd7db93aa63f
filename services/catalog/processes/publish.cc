// SPDX-License-Identifier: Apache-2.0
//
// Publishing: the draft, with every call pinned to an exact revision.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/plan.h"
#include "common/flow/proto/convert.h"
#include "common/flow/validate.h"
#include "common/flow/validate_expressions.h"
#include "services/catalog/life/life.h"
#include "services/catalog/life/taken.h"
#include "services/catalog/processes/calls.h"
#include "services/catalog/processes/content.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

// Appends what is wrong with the arguments of the calls below `node`, whose field is at `path`.
absl::Status CheckCalls(const flow::Node& node, const std::vector<flow::Attribute>& caller,
                        const Closure& closure, const std::string& path,
                        std::vector<base::FieldViolation>* violations) {
  if (node.kind == flow::NodeKind::kCall) {
    ASSIGN_OR_RETURN(const v1::Process* called, closure.Find(node.called));
    const std::vector<base::FieldViolation> faults =
        flow::CheckArguments(node, caller, flow::AttributesFromProto(called->attributes()), path);
    violations->insert(violations->end(), faults.begin(), faults.end());
  }
  for (size_t i = 0; i < node.children.size(); ++i) {
    RETURN_IF_ERROR(CheckCalls(node.children[i], caller, closure,
                               absl::StrCat(path, ".", flow::ChildField(node, i)), violations));
  }
  return absl::OkStatus();
}

// Refuses a revision whose arguments do not fit what it calls, or that grows too deep or too large
// with it.
absl::Status CheckComposition(const v1::Process& revision, const Closure& closure) {
  // By itself the tree is neither too deep nor too large: it was checked.
  if (closure.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const flow::PlanSource source, flow::SourceFromProto(revision));
  std::vector<base::FieldViolation> violations;
  RETURN_IF_ERROR(CheckCalls(source.root, source.attributes, closure, "process.root", &violations));
  if (violations.size() > flow::kMaxViolations) violations.resize(flow::kMaxViolations);
  RETURN_IF_ERROR(flow::ProcessInvalid(violations));
  return flow::Plan::Build(source, revision.owner(),
                           [&](absl::string_view called) -> absl::StatusOr<flow::PlanSource> {
                             ASSIGN_OR_RETURN(const v1::Process* process, closure.Find(called));
                             return flow::SourceFromProto(*process);
                           })
      .status();
}

bool SamePins(const v1::Process& a, const v1::Process& b) {
  return std::equal(a.pinned_processes().begin(), a.pinned_processes().end(),
                    b.pinned_processes().begin(), b.pinned_processes().end());
}

// Whether the revision, which is to follow the `latest`, differs from it.
absl::StatusOr<bool> IsNew(Snapshot& snapshot, const ProcessKey& key, const v1::Process& revision,
                           int64_t latest) {
  if (latest == 0) return true;
  ASSIGN_OR_RETURN(std::optional<v1::Process> before, snapshot.FindRevision(key, latest));
  if (!before.has_value()) return base::Internal(absl::StrCat(NameOf(key, latest), " is missing"));
  return !SameContent(revision, *before) || !SamePins(revision, *before);
}

// Says on the head when the revision is effective, if that is said at all.
void SetEffective(const Period& effective, int64_t number, v1::Process* head) {
  if (!effective.from.has_value() && !effective.until.has_value()) return;
  v1::RevisionLife& life = ChangeLife(*head, number);
  if (effective.from.has_value()) *life.mutable_effective_from() = ToTimestamp(*effective.from);
  if (effective.until.has_value()) *life.mutable_effective_until() = ToTimestamp(*effective.until);
}

v1::CatalogHistoryEntry PublishedEntry(const PublishCommand& command, int64_t number,
                                       const Author& author) {
  v1::CatalogHistoryEntry entry =
      Entry(v1::CatalogHistoryEntry::KIND_PUBLISHED, author, command.reason);
  entry.set_revision(number);
  const Period& effective = command.effective;
  if (effective.from.has_value()) *entry.mutable_effective_from() = ToTimestamp(*effective.from);
  if (effective.until.has_value()) *entry.mutable_effective_until() = ToTimestamp(*effective.until);
  return entry;
}

// The revision as it is stored. What the head says of it, and what is the draft's alone, is no
// part of it.
void StampRevision(const PublishCommand& command, int64_t number, const Author& author,
                   v1::Process* revision) {
  revision->set_name(NameOf(command.key, number));
  revision->set_state(v1::Process::STATE_PUBLISHED);
  revision->set_revision(number);
  ClearLife(revision);
  *revision->mutable_update_time() = ToTimestamp(author.time);
  revision->set_author(author.subject);
  revision->set_reason(command.reason);
}

// What publishing makes of the draft of a head, whose content was checked: with its calls pinned
// and its steps written out. nullopt if that is the latest revision.
absl::StatusOr<std::optional<v1::Process>> NextRevision(Snapshot& snapshot,
                                                        const PublishCommand& command,
                                                        const Head& head, const Author& author) {
  const absl::Time effective = std::max(author.time, command.effective.from.value_or(author.time));
  ASSIGN_OR_RETURN(ResolvedDraft resolved,
                   ResolveDraft(snapshot, command.key, head.process, effective));
  v1::Process& revision = resolved.content;
  ASSIGN_OR_RETURN(Closure closure, Closure::Read(snapshot, command.key, revision.root()));
  RETURN_IF_ERROR(CheckComposition(revision, closure));
  for (const std::string& name : closure.Names()) revision.add_pinned_processes(name);
  const int64_t latest = head.process.latest_revision();
  ASSIGN_OR_RETURN(const bool is_new, IsNew(snapshot, command.key, revision, latest));
  if (!is_new) return std::nullopt;
  RETURN_IF_ERROR(CheckApproved(snapshot, command.key, head, resolved.taken));
  StampRevision(command, latest + 1, author, &revision);
  return std::move(revision);
}

// Adds the revision to a change of its head.
void AddRevision(const PublishCommand& command, v1::Process revision, const Author& author,
                 Change* change) {
  v1::Process& head = change->head.process;
  const int64_t number = revision.revision();
  head.set_latest_revision(number);
  SetEffective(command.effective, number, &head);
  head.clear_approval();
  head.clear_draft_authors();
  head.clear_unpublished_changes();
  change->head.published = {number, DraftHash(change->head), ContentHash(revision)};
  StampHead(&change->head);
  change->writes = true;
  change->revision = std::move(revision);
  change->history.push_back(PublishedEntry(command, number, author));
}

}  // namespace

absl::StatusOr<Change> Publish(Snapshot& snapshot, const PublishCommand& command,
                               const Author& author) {
  Change change;
  ASSIGN_OR_RETURN(change.head, RequireHead(snapshot, command.key));
  const v1::Process& draft = change.head.process;
  RETURN_IF_ERROR(CheckEtag(change.head, command.etag));
  RETURN_IF_ERROR(CheckEditable(change.head));
  // The draft kept the rules when it was written; a later version of the program may know more of
  // them.
  RETURN_IF_ERROR(CheckContent(draft, "process"));
  ASSIGN_OR_RETURN(std::optional<v1::Process> revision,
                   NextRevision(snapshot, command, change.head, author));
  if (!revision.has_value()) return NothingToPublish(command.key, draft.latest_revision());
  AddRevision(command, *std::move(revision), author, &change);
  change.answer = Answered(draft, *change.revision);
  return change;
}

absl::Status NothingToPublish(const ProcessKey& key, int64_t latest) {
  return base::Error(
             base::Reason::ERROR_REASON_NOTHING_TO_PUBLISH,
             absl::StrCat("the draft of '", NameOf(key), "' equals revision ", latest,
                          ", and so do the processes that it calls: there is nothing to publish"))
      .With("revision", absl::StrCat(latest))
      .Resource("Process", NameOf(key));
}

absl::StatusOr<Change> PublishToo(Snapshot& snapshot, const PublishCommand& command, Change change,
                                  const Author& author) {
  ASSIGN_OR_RETURN(std::optional<v1::Process> revision,
                   NextRevision(snapshot, command, change.head, author));
  if (revision.has_value()) {
    AddRevision(command, *std::move(revision), author, &change);
  } else if (change.writes) {
    // Pinned and written out, the draft is the revision.
    change.head.published.draft_hash = DraftHash(change.head);
    change.head.process.clear_unpublished_changes();
  }
  return change;
}

}  // namespace plumbline::catalog
