// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/diff/diff.h"

#include <map>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/convert.h"
#include "common/flow/validate.h"
#include "services/catalog/life/life.h"
#include "services/catalog/processes/calls.h"
#include "services/catalog/processes/content.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/steps/step.h"

namespace plumbline::catalog {
namespace {

// Makes a draft what publishing would make of it, as far as it can.
absl::Status AsIfPublished(Snapshot& snapshot, const ProcessKey& key, absl::Time now,
                           v1::Node* root) {
  RETURN_IF_ERROR(ResolveSteps(snapshot.steps(), key.workspace, Missing::kLeave, root));
  return PinCallsWherePossible(snapshot, key, now, root);
}

absl::StatusOr<v1::Process> ReadRef(Snapshot& snapshot, const ProcessRef& ref, absl::Time now) {
  if (ref.form == ProcessRef::Form::kRevision)
    return RequireRevision(snapshot, ref.key, ref.revision);
  ASSIGN_OR_RETURN(Head head, RequireHead(snapshot, ref.key));
  if (ref.form == ProcessRef::Form::kHead) {
    RETURN_IF_ERROR(AsIfPublished(snapshot, ref.key, now, head.process.mutable_root()));
    return std::move(head.process);
  }
  ASSIGN_OR_RETURN(const int64_t revision, RevisionNamed(head.process, ref, now));
  return RequireRevision(snapshot, ref.key, revision);
}

// Compares the revisions that are called, each pair once. Revisions call only such as were
// published before them, so this comes to an end.
class CalledProcesses {
 public:
  CalledProcesses(Snapshot& snapshot, std::string workspace)
      : snapshot_(snapshot), workspace_(std::move(workspace)) {}

  flow::Verdict Compare(absl::string_view before, absl::string_view after) {
    const auto [known, fresh] = verdicts_.try_emplace({std::string(before), std::string(after)},
                                                      flow::Verdict::kNeedsMigration);
    if (!fresh) return known->second;
    const absl::StatusOr<flow::Verdict> verdict = CompareRevisions(before, after);
    if (verdict.ok()) {
      known->second = *verdict;
    } else {
      status_.Update(verdict.status());
    }
    return known->second;
  }

  // The first error that kept a pair from being compared.
  const absl::Status& status() const { return status_; }

 private:
  absl::StatusOr<flow::Verdict> CompareRevisions(absl::string_view before,
                                                 absl::string_view after) {
    const auto was = flow::ParseCalled(before);
    const auto is = flow::ParseCalled(after);
    // A process that was never published: what it will be is not known.
    if (!was || !is || was->revision == 0 || is->revision == 0)
      return flow::Verdict::kNeedsMigration;
    ASSIGN_OR_RETURN(const v1::Process process_before,
                     RequireRevision(snapshot_, {workspace_, was->process}, was->revision));
    ASSIGN_OR_RETURN(const v1::Process process_after,
                     RequireRevision(snapshot_, {workspace_, is->process}, is->revision));
    ASSIGN_OR_RETURN(const flow::ProcessContent content_before,
                     flow::ContentFromProto(process_before));
    ASSIGN_OR_RETURN(const flow::ProcessContent content_after,
                     flow::ContentFromProto(process_after));
    return flow::Diff(content_before, content_after,
                      [this](absl::string_view a, absl::string_view b) { return Compare(a, b); })
        .verdict;
  }

  Snapshot& snapshot_;
  const std::string workspace_;
  std::map<std::pair<std::string, std::string>, flow::Verdict> verdicts_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<Compared> Compare(Snapshot& snapshot, const DiffCommand& command, absl::Time now) {
  ASSIGN_OR_RETURN(const v1::Process before, ReadRef(snapshot, command.before, now));
  v1::Process after;
  if (command.content.has_value()) {
    RETURN_IF_ERROR(CheckContent(*command.content, "content"));
    after = *command.content;
    after.clear_name();
    RETURN_IF_ERROR(AsIfPublished(snapshot, command.before.key, now, after.mutable_root()));
  } else {
    ASSIGN_OR_RETURN(after, ReadRef(snapshot, command.after, now));
  }
  ASSIGN_OR_RETURN(const flow::ProcessContent content_before, flow::ContentFromProto(before));
  ASSIGN_OR_RETURN(const flow::ProcessContent content_after, flow::ContentFromProto(after));
  CalledProcesses called(snapshot, command.before.key.workspace);
  Compared compared{
      before.name(), after.name(),
      flow::Diff(content_before, content_after,
                 [&](absl::string_view a, absl::string_view b) { return called.Compare(a, b); })};
  RETURN_IF_ERROR(called.status());
  return compared;
}

}  // namespace plumbline::catalog
