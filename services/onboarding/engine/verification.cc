// SPDX-License-Identifier: Apache-2.0
//
// What takes two persons: verifying work, and leaving out what must not be left out lightly.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/accounts.h"
#include "services/onboarding/engine/changes.h"
#include "services/onboarding/engine/endings.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

using base::Reason;

absl::Status WaiverState(const Run& run, absl::string_view task, absl::string_view what,
                         absl::string_view state, absl::string_view allowed) {
  return base::Error(Reason::ERROR_REASON_WAIVER_STATE, what)
      .With("state", state)
      .With("allowed", allowed)
      .Precondition("WAIVER_STATE", TaskName(run.spec, task), absl::StrCat("must be ", allowed));
}

// Who else can do what one person may not do alone, and for whom it is. The role is not enforced.
std::string SomebodyElse(const Run& run, absl::string_view does, const std::string& role) {
  const std::string named = AssigneeOf(run.spec, role);
  return absl::StrCat("; somebody else ", does, " it, with a token of their own that has the ",
                      "permission onboarding.write: it is for ",
                      named.empty() ? absl::StrCat("whoever has the role '", role, "'")
                                    : absl::StrCat("'", named, "', who has the role '", role, "'"));
}

// A task that somebody asked to leave out.
absl::StatusOr<TaskRecord*> TaskToWaive(Run& run, absl::string_view task) {
  RETURN_IF_ERROR(CheckGoesOn(run));
  ASSIGN_OR_RETURN(TaskView view, FindTask(run, task));
  if (view.record == nullptr || !view.record->waiver.has_value()) {
    return WaiverState(run, task,
                       absl::StrCat("nobody asks that task '", task,
                                    "' be left out; that is asked for with SkipTask"),
                       "NONE", "REQUESTED");
  }
  return &run.tasks[view.record - run.tasks.data()];
}

absl::Status Accept(Run& run, TaskRecord& task, absl::string_view reason, Recorder& recorder) {
  recorder.AppendTask(EntryKind::kTaskVerified, task).reason = std::string(reason);
  task.verifier.reset();
  return EndAsDone(run, task, recorder);
}

void Reject(const Run& run, TaskRecord& task, const Verification& verification,
            Recorder& recorder) {
  const TaskFacts before = FactsOf(run, task);
  const std::optional<absl::Time> start = task.start_time;
  const flow::AttributeValues outputs = task.outputs;
  task.phases = PhasesOf(task);
  task.phases.push_back({Phase::kWaiting, recorder.time()});
  task.state = TaskState::kReady;
  task.start_time.reset();
  task.ticked.clear();
  task.defects.clear();
  task.outputs.clear();
  task.completer.clear();
  task.verifier.reset();
  task.call.reset();
  ++task.rejections;
  HistoryEntry& entry = recorder.AppendTask(EntryKind::kTaskRejected, task);
  entry.start_time = start;
  entry.reason = verification.reason;
  entry.defects = {kRejectedDefect};
  entry.defects.insert(entry.defects.end(), verification.defects.begin(),
                       verification.defects.end());
  Tell(entry, before, FactsOf(run, task));
  for (const auto& [id, text] : outputs) Tell(entry, absl::StrCat("outputs.", id), text, "");
}

// Tells what became of the wish to leave a task out.
void EndWaiver(const Run& run, EntryKind kind, TaskRecord& task, absl::string_view reason,
               Recorder& recorder) {
  const TaskFacts before = FactsOf(run, task);
  task.waiver.reset();
  TaskFacts after = FactsOf(run, task);
  after.waiver = kind == EntryKind::kWaiverApproved ? "APPROVED" : "REJECTED";
  HistoryEntry& entry = recorder.AppendTask(kind, task);
  entry.reason = std::string(reason);
  Tell(entry, before, after);
}

}  // namespace

absl::Status AskForWaiver(const Run& run, TaskRecord& task, absl::string_view reason,
                          const Occurrence& when, Recorder& recorder) {
  if (task.waiver.has_value()) {
    const std::string id = TaskId(*run.plan, task.step, task.round);
    return WaiverState(run, id,
                       absl::StrCat("'", task.waiver->requester, "' asked already that task '", id,
                                    "' be left out; it is to be approved or rejected"),
                       "REQUESTED", "NONE");
  }
  const TaskFacts before = FactsOf(run, task);
  task.waiver = Waiver{when.actor, std::string(reason), when.occur_time};
  HistoryEntry& entry = recorder.AppendTask(EntryKind::kWaiverRequested, task);
  entry.reason = std::string(reason);
  Tell(entry, before, FactsOf(run, task));
  return absl::OkStatus();
}

absl::StatusOr<Entries> VerifyTask(Run& run, absl::string_view task,
                                   const Verification& verification, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckGoesOn(run));
  ASSIGN_OR_RETURN(TaskRecord * record, TaskInState(run, task, {TaskState::kAwaitingVerification}));
  const flow::StepDetails& step = run.plan->plan.node(record->step).step;
  if (record->completer == when.actor) {
    return base::Error(Reason::ERROR_REASON_SELF_VERIFICATION_REFUSED,
                       absl::StrCat("'", when.actor, "' completed task '", task, "'",
                                    SomebodyElse(run, "verifies", step.verifier)))
        .With("completer", record->completer);
  }
  RETURN_IF_ERROR(CheckDefects(step, verification.defects));
  Recorder recorder(run, when, calendar);
  if (verification.accepted) {
    RETURN_IF_ERROR(Accept(run, *record, verification.reason, recorder));
  } else {
    Reject(run, *record, verification, recorder);
  }
  return recorder.Take();
}

absl::StatusOr<Entries> ApproveWaiver(Run& run, absl::string_view task, absl::string_view reason,
                                      const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  ASSIGN_OR_RETURN(TaskRecord * record, TaskToWaive(run, task));
  if (record->waiver->requester == when.actor) {
    return base::Error(
               Reason::ERROR_REASON_SELF_WAIVER_REFUSED,
               absl::StrCat("'", when.actor, "' asked that task '", task, "' be left out",
                            SomebodyElse(run, "approves",
                                         run.plan->plan.node(record->step).step.waiver_approver)))
        .With("requester", record->waiver->requester);
  }
  const std::string why = record->waiver->reason;
  Recorder recorder(run, when, calendar);
  EndWaiver(run, EntryKind::kWaiverApproved, *record, reason, recorder);
  RETURN_IF_ERROR(EndAsSkipped(run, *record, why, recorder));
  return recorder.Take();
}

absl::StatusOr<Entries> RejectWaiver(Run& run, absl::string_view task, absl::string_view reason,
                                     const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  ASSIGN_OR_RETURN(TaskRecord * record, TaskToWaive(run, task));
  Recorder recorder(run, when, calendar);
  EndWaiver(run, EntryKind::kWaiverRejected, *record, reason, recorder);
  return recorder.Take();
}

}  // namespace plumbline::onboarding
