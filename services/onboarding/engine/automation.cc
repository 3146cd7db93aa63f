// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/automation.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/schedule.h"

namespace plumbline::onboarding {
namespace {

constexpr int kAnswerMinutes = 60;
// How long a task waits before it is looked once more whether there is a webhook.
constexpr absl::Duration kLookAgain = absl::Minutes(1);
// Of an impediment's description, in bytes: reasons of errors may quote much.
constexpr size_t kMostReason = 2000;

using Kind = AutomationStep::Kind;

const flow::StepDetails& StepOf(const Run& run, const TaskRecord& task) {
  return run.plan->plan.node(task.step).step;
}

bool Workable(const TaskRecord& task) {
  return task.state == TaskState::kReady || task.state == TaskState::kInProgress;
}

// Its call, while the answer is awaited.
const AutomationCall* Open(const TaskRecord& task) {
  return Workable(task) && task.call.has_value() && !task.call->answered ? &*task.call : nullptr;
}

// When its turn has come and its earliest day has begun.
absl::Time CallTime(const Run& run, const TaskRecord& task) {
  const flow::StepDetails& step = StepOf(run, task);
  if (!step.earliest_day.has_value() || IsAtOnce(step)) return task.ready_time;
  const auto calendar = CalendarOf(run.spec);
  if (!calendar.ok()) return task.ready_time;  // the machine has lost the zone since
  return std::max(task.ready_time, *EarliestTime(step, run.spec.day_one, *calendar));
}

// The record of a task for which a step of this kind is due; nullptr if none is.
absl::StatusOr<TaskRecord*> TaskWithStep(Run& run, absl::string_view task, Kind kind,
                                         absl::Time time) {
  ASSIGN_OR_RETURN(const TaskView view, FindTask(run, task));
  if (view.record == nullptr) return nullptr;
  const std::optional<AutomationStep> step = NextAutomationStep(run, *view.record);
  if (!step.has_value() || step->kind != kind || step->due > time) return nullptr;
  return &run.tasks[view.record - run.tasks.data()];
}

HistoryEntry& Append(EntryKind kind, const Run& run, const TaskRecord& task, Recorder& recorder) {
  HistoryEntry& entry = recorder.AppendTask(kind, task);
  entry.webhook = StepOf(run, task).automation->webhook;
  entry.call = task.calls;
  return entry;
}

void Join(Entries more, Entries& entries) {
  for (HistoryEntry& entry : more) entries.push_back(std::move(entry));
}

std::string Shortened(absl::string_view reason) {
  if (reason.size() <= kMostReason) return std::string(reason);
  size_t end = kMostReason - 3;
  while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(reason.substr(0, end), "...");
}

absl::StatusOr<Entries> Block(Run& run, absl::string_view task, Category category,
                              absl::string_view description, const Occurrence& when) {
  return BlockTask(run, task, {.category = category, .description = Shortened(description)}, when);
}

// Ends the call without success; what is not blocked otherwise is by it.
absl::StatusOr<Entries> Fail(Run& run, absl::string_view id, TaskRecord& task, Category category,
                             absl::string_view reason, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  const bool blocked = task.blocked_since.has_value();
  if (!blocked && run.impediments.size() >= kMaxImpediments) {
    return base::FieldError("impediment", absl::StrCat("the on-boarding has ", kMaxImpediments,
                                                       " impediments, the most"));
  }
  Recorder recorder(run, when, calendar);
  task.call.reset();
  Append(EntryKind::kAutomationFailed, run, task, recorder).reason = Shortened(reason);
  Entries entries = recorder.Take();
  if (blocked) return entries;
  ASSIGN_OR_RETURN(Entries more, Block(run, id, category, reason, when));
  Join(std::move(more), entries);
  return entries;
}

absl::StatusOr<Entries> Accept(Run& run, absl::string_view id, const Occurrence& when) {
  Entries entries;
  ASSIGN_OR_RETURN(TaskRecord * task, WorkableTask(run, id));
  if (task->call->accepted) return entries;
  if (task->state == TaskState::kReady) {
    ASSIGN_OR_RETURN(entries, StartTask(run, id, when));
  }
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  Recorder recorder(run, when, calendar);
  task->call->accepted = true;
  Append(EntryKind::kAutomationAccepted, run, *task, recorder);
  Join(recorder.Take(), entries);
  return entries;
}

// A program ticks items by name only; what people may do besides is no remedy for it.
absl::Status AsProgramsAnswer(const absl::Status& status) {
  if (base::ReasonOf(status) != base::Reason::ERROR_REASON_CHECKLIST_INCOMPLETE) return status;
  const std::string missing = base::MetadataOf(status, "missing");
  return base::Error(base::Reason::ERROR_REASON_CHECKLIST_INCOMPLETE,
                     absl::StrCat("required checklist items are not ticked: ",
                                  absl::StrReplaceAll(missing, {{",", ", "}}),
                                  "; name each of them in `answer.ticked`"))
      .With("missing", missing);
}

// On a copy: what completing refuses must leave nothing behind.
absl::StatusOr<Entries> Complete(Run& run, absl::string_view id, const Completion& completion,
                                 const Occurrence& when) {
  Run trial = run;
  ASSIGN_OR_RETURN(TaskRecord * task, WorkableTask(trial, id));
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(trial.spec));
  Recorder recorder(trial, when, calendar);
  task->call->answered = true;
  Append(EntryKind::kAutomationAnswered, trial, *task, recorder);
  Entries entries = recorder.Take();
  absl::StatusOr<Entries> more = CompleteTask(trial, id, completion, when);
  if (!more.ok()) return AsProgramsAnswer(more.status());
  Join(*std::move(more), entries);
  run = std::move(trial);
  return entries;
}

absl::Status NotTheCall(const Run& run, absl::string_view task, bool another) {
  return base::Error(base::Reason::ERROR_REASON_AUTOMATION_STATE,
                     absl::StrCat(another ? "that is another call's id"
                                          : "no call of the task waits for an answer",
                                  "; task '", task,
                                  "' takes the answer to its last call only, while it waits for "
                                  "that: see its `automation`"))
      .With("state", another ? "ANOTHER_CALL" : "NO_CALL")
      .With("allowed", "AWAITED_CALL")
      .Precondition("AUTOMATION_STATE", TaskName(run.spec, task), "must await this call's answer");
}

// The open impediments of a task that failed calls of its program opened; {} if there are others.
std::vector<std::string> OfItsProgram(const Run& run, const Entries& history,
                                      const TaskRecord& record, absl::string_view task) {
  std::set<std::string> opened = {record.awaits_webhook};
  for (size_t i = 0; i + 1 < history.size(); ++i) {
    const HistoryEntry& next = history[i + 1];
    if (history[i].kind == EntryKind::kAutomationFailed && next.kind == EntryKind::kBlocked &&
        next.task == history[i].task)
      opened.insert(next.impediment);
  }
  std::vector<std::string> ids;
  for (const Impediment* open : OpenImpediments(run, task)) {
    if (!opened.contains(open->id)) return {};
    ids.push_back(open->id);
  }
  return ids;
}

}  // namespace

bool IsBlockedWithProgram(const Run& run, absl::string_view task) {
  const auto view = FindTask(run, task);
  return view.ok() && view->record != nullptr && view->record->blocked_since.has_value() &&
         StepOf(run, *view->record).automation.has_value();
}

absl::StatusOr<Entries> CompleteInstead(Run& run, const Entries& history, absl::string_view task,
                                        const Completion& completion, const Occurrence& when) {
  if (!IsBlockedWithProgram(run, task)) return CompleteTask(run, task, completion, when);
  RETURN_IF_ERROR(CheckGoesOn(run));
  // On a copy: what completing refuses must leave nothing behind.
  Run trial = run;
  ASSIGN_OR_RETURN(const TaskView view, FindTask(trial, task));
  Entries entries;
  for (const std::string& id : OfItsProgram(trial, history, *view.record, task)) {
    ASSIGN_OR_RETURN(Entries resolved,
                     UnblockTask(trial, task, id, "done without its program", when));
    Join(std::move(resolved), entries);
  }
  ASSIGN_OR_RETURN(Entries done, CompleteTask(trial, task, completion, when));
  Join(std::move(done), entries);
  run = std::move(trial);
  return entries;
}

std::string ProgramActor(absl::string_view webhook) { return absl::StrCat("webhook:", webhook); }

std::optional<AutomationStep> NextAutomationStep(const Run& run, const TaskRecord& task) {
  const bool goes_on = !run.pause_time.has_value() && !run.cancel_time.has_value();
  if (!goes_on || !Workable(task) || !StepOf(run, task).automation.has_value()) return std::nullopt;
  if (const AutomationCall* call = Open(task))
    return AutomationStep{Kind::kExpire, call->answer_by};
  if (!task.awaits_webhook.empty())
    return AutomationStep{Kind::kLook, *task.blocked_since + kLookAgain};
  if (task.blocked_since.has_value()) return std::nullopt;
  return AutomationStep{Kind::kCall, CallTime(run, task)};
}

const TaskRecord* AwaitingTask(const Run& run, absl::string_view call) {
  if (run.cancel_time.has_value()) return nullptr;
  for (const TaskRecord& task : run.tasks)
    if (const AutomationCall* open = Open(task); open != nullptr && open->id == call) return &task;
  return nullptr;
}

const TaskRecord* AwaitingTask(const Run& run, const HistoryEntry& call) {
  if (run.cancel_time.has_value()) return nullptr;
  const TaskRecord* found = nullptr;
  for (const TaskRecord& task : run.tasks) {
    const AutomationCall* open = Open(task);
    // The end of the time for its answer moves with pauses.
    if (open == nullptr || task.calls != call.call || open->call_time != call.occur_time ||
        StepOf(run, task).automation->webhook != call.webhook) {
      continue;
    }
    if (TaskId(*run.plan, task.step, task.round) == call.task) return &task;
    if (found == nullptr) found = &task;
  }
  // One that is called otherwise has changed with its plan.
  return call.sequence < run.plan_sequence ? found : nullptr;
}

std::string CalledTask(const Run& run, absl::string_view task, absl::string_view call) {
  for (const TaskRecord& one : run.tasks)
    if (one.call.has_value() && one.call->id == call) return TaskId(*run.plan, one.step, one.round);
  return std::string(task);
}

absl::StatusOr<Entries> CallAutomation(Run& run, absl::string_view task, absl::string_view call,
                                       const Occurrence& when) {
  ASSIGN_OR_RETURN(TaskRecord * record, TaskWithStep(run, task, Kind::kCall, when.occur_time));
  if (record == nullptr) return Entries();
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  const int minutes = StepOf(run, *record).automation->answer_minutes;
  Recorder recorder(run, when, calendar);
  record->call =
      AutomationCall{std::string(call), when.occur_time,
                     when.occur_time + absl::Minutes(minutes == 0 ? kAnswerMinutes : minutes)};
  ++record->calls;
  Append(EntryKind::kAutomationCalled, run, *record, recorder).answer_by = record->call->answer_by;
  return recorder.Take();
}

absl::StatusOr<Entries> ExpireAutomation(Run& run, absl::string_view task, const Occurrence& when) {
  ASSIGN_OR_RETURN(TaskRecord * record, TaskWithStep(run, task, Kind::kExpire, when.occur_time));
  if (record == nullptr) return Entries();
  const std::string reason = absl::StrCat(
      "webhook '", StepOf(run, *record).automation->webhook,
      "' did not answer in time; its deliveries show what was sent and what came back");
  return Fail(run, task, *record, Category::kUtilityDown, reason, when);
}

absl::StatusOr<Entries> AwaitWebhook(Run& run, absl::string_view task, absl::string_view why,
                                     const Occurrence& when) {
  ASSIGN_OR_RETURN(TaskRecord * record, TaskWithStep(run, task, Kind::kCall, when.occur_time));
  if (record == nullptr) return Entries();
  const size_t place = static_cast<size_t>(record - run.tasks.data());
  ASSIGN_OR_RETURN(Entries entries, Block(run, task, Category::kUtilityDown, why, when));
  run.tasks[place].awaits_webhook = run.impediments.back().id;
  return entries;
}

absl::StatusOr<Entries> FindWebhook(Run& run, absl::string_view task, const Occurrence& when) {
  ASSIGN_OR_RETURN(const TaskView view, FindTask(run, task));
  if (view.record == nullptr || view.record->awaits_webhook.empty()) return Entries();
  const std::string impediment = view.record->awaits_webhook;
  return UnblockTask(run, task, impediment, "there is a webhook to call now", when);
}

absl::StatusOr<Entries> AnswerAutomation(Run& run, absl::string_view named, absl::string_view call,
                                         const AutomationReply& reply, const Occurrence& when) {
  RETURN_IF_ERROR(CheckGoesOn(run));
  const std::string task = CalledTask(run, named, call);
  ASSIGN_OR_RETURN(const TaskView view, FindTask(run, task));
  const TaskRecord* found = view.record;
  if (found == nullptr || !found->call.has_value()) return NotTheCall(run, task, /*another=*/false);
  if (found->call->id != call) return NotTheCall(run, task, /*another=*/true);
  if (found->call->answered && reply.state == AutomationReply::State::kDone) return Entries();
  ASSIGN_OR_RETURN(TaskRecord * record, WorkableTask(run, task));
  switch (reply.state) {
    case AutomationReply::State::kAccepted:
      return Accept(run, task, when);
    case AutomationReply::State::kFailed:
      return Fail(run, task, *record, reply.category, reply.reason, when);
    case AutomationReply::State::kDone:
      break;
  }
  return Complete(run, task, reply.completion, when);
}

std::optional<v1::TaskAutomation> AutomationOf(const Run& run, const TaskView& task) {
  const flow::StepDetails& step = run.plan->plan.node(task.step).step;
  if (!step.automation.has_value()) return std::nullopt;
  using Proto = v1::TaskAutomation;
  Proto proto;
  proto.set_webhook(step.automation->webhook);
  const bool ended = task.state != TaskState::kPending && task.state != TaskState::kReady &&
                     task.state != TaskState::kInProgress;
  proto.set_state(ended ? Proto::STATE_NOT_NEEDED : Proto::STATE_WAITING);
  if (task.record == nullptr) return proto;
  const TaskRecord& record = *task.record;
  proto.set_call(record.calls);
  if (record.call.has_value() && record.call->answered) {
    proto.set_state(Proto::STATE_ANSWERED);
  } else if (const AutomationCall* call = Open(record)) {
    proto.set_state(call->accepted ? Proto::STATE_ACCEPTED : Proto::STATE_CALLED);
    *proto.mutable_answer_by_time() = ToTimestamp(call->answer_by);
  } else if (!ended && record.blocked_since.has_value() &&
             (record.calls > 0 || !record.awaits_webhook.empty())) {
    proto.set_state(Proto::STATE_FAILED);
  }
  if (record.call.has_value()) *proto.mutable_call_time() = ToTimestamp(record.call->call_time);
  const auto next = NextAutomationStep(run, record);
  if (next.has_value() && next->kind == Kind::kCall && next->due > record.ready_time)
    *proto.mutable_wait_until_time() = ToTimestamp(next->due);
  return proto;
}

}  // namespace plumbline::onboarding
