// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/engine.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/accounts.h"
#include "services/onboarding/engine/changes.h"
#include "services/onboarding/engine/endings.h"
#include "services/onboarding/engine/outputs.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

using base::Reason;

constexpr char kUnblock[] = "resolve them with UnblockTask or skip the task";

// What there is to do about a task that is to be begun and is blocked. Whose program failed is a
// person's to do, without a beginning: once nothing blocks it its program is called anew.
std::string RemedyOf(const Run& run, const TaskRecord& task) {
  const auto& automation = run.plan->plan.node(task.step).step.automation;
  const bool no_webhook = !task.awaits_webhook.empty();
  if (!automation.has_value() || task.call.has_value() || (task.calls == 0 && !no_webhook))
    return kUnblock;
  return absl::StrCat(
      "it is done by webhook '", automation->webhook, "', ",
      no_webhook ? "which is not there" : "whose last call failed",
      ": do its work and complete it with CompleteTask, which resolves that and "
      "asks for no start; or resolve it with UnblockTask, and the webhook is called "
      "anew");
}

absl::Status CheckNotBlocked(const Run& run, absl::string_view task, absl::string_view remedy) {
  std::vector<const Impediment*> open = OpenImpediments(run, task);
  if (open.empty()) return absl::OkStatus();
  base::Error error(
      Reason::ERROR_REASON_TASK_BLOCKED,
      absl::StrCat("task '", task, "' has ", open.size(),
                   open.size() == 1 ? " open impediment, '" : " open impediments, the first is '",
                   open[0]->id, "'; ", remedy));
  for (const Impediment* impediment : open) {
    error.Precondition("IMPEDIMENT", ImpedimentName(run.spec, impediment->id),
                       impediment->description);
  }
  return error;
}

// The ids that `completion` ticks, in the order of the checklist.
absl::StatusOr<std::vector<std::string>> Ticked(const flow::StepDetails& step,
                                                const Completion& completion) {
  std::set<std::string> wanted(completion.ticked.begin(), completion.ticked.end());
  std::vector<std::string> ticked;
  std::vector<std::string> missing;
  for (const flow::ChecklistItem& item : step.checklist) {
    if (wanted.erase(item.id) > 0 || completion.tick_all) {
      ticked.push_back(item.id);
    } else if (!item.optional) {
      missing.push_back(item.id);
    }
  }
  if (!wanted.empty()) {
    std::vector<std::string> items;
    for (const flow::ChecklistItem& item : step.checklist) items.push_back(item.id);
    return base::FieldError(
        "ticked", absl::StrCat("'", *wanted.begin(), "' is no item of this step's checklist: ",
                               items.empty() ? "it has none" : absl::StrJoin(items, ", ")));
  }
  if (missing.empty()) return ticked;
  return base::Error(
             Reason::ERROR_REASON_CHECKLIST_INCOMPLETE,
             absl::StrCat("required checklist items are not ticked: ", absl::StrJoin(missing, ", "),
                          "; name them in `ticked` or set `tick_all`"))
      .With("missing", absl::StrJoin(missing, ","));
}

// That a task be left out when its turn comes. No entries where that was said before.
absl::StatusOr<Entries> PlanSkip(Run& run, const TaskView& view, absl::string_view reason,
                                 const Occurrence& when, const calendar::Calendar& calendar) {
  const std::string& approver = run.plan->plan.node(view.step).step.waiver_approver;
  if (!approver.empty()) {
    const std::string task = TaskId(*run.plan, view.step, view.round);
    return base::Error(Reason::ERROR_REASON_TASK_STATE,
                       absl::StrCat("task '", task, "' is PENDING, and ", approver,
                                    " is to approve that it be left out; ask for that when its "
                                    "turn comes: it must be READY or IN_PROGRESS for this"))
        .With("state", Name(view.state))
        .With("allowed", "READY or IN_PROGRESS")
        .Precondition("TASK_STATE", TaskName(run.spec, task), "must be READY or IN_PROGRESS");
  }
  // Said again nothing changes: it is to be left out as who said so first wanted it.
  const Waiver waiver{when.actor, std::string(reason), when.occur_time};
  if (!run.planned_skips.emplace(view.step, waiver).second) return Entries();
  Recorder recorder(run, when, calendar);
  TellPlannedSkip(view, flow::kDo, flow::kLeaveOut, reason, recorder);
  return recorder.Take();
}

// What the run knows of the values that a task yields, with defaults.
flow::AttributeValues ValuesOf(const Run& run, const flow::AttributeValues& outputs) {
  flow::AttributeValues values;
  const flow::AttributeValues all = flow::AllValues(run.plan->plan, run.attributes);
  for (const auto& [id, text] : outputs)
    if (const auto known = all.find(id); known != all.end()) values.insert(*known);
  return values;
}

}  // namespace

absl::Status CheckDefects(const flow::StepDetails& step, const std::vector<std::string>& defects) {
  std::set<std::string> seen;
  for (const std::string& defect : defects) {
    if (std::find(step.defect_kinds.begin(), step.defect_kinds.end(), defect) ==
        step.defect_kinds.end()) {
      return base::FieldError(
          "defects",
          absl::StrCat(
              "'", defect, "' is none of the step's defect kinds: ",
              step.defect_kinds.empty() ? "it has none" : absl::StrJoin(step.defect_kinds, ", ")));
    }
    if (!seen.insert(defect).second) {
      return base::FieldError("defects", absl::StrCat("'", defect, "' is named twice"));
    }
  }
  return absl::OkStatus();
}

absl::Status EndAsDone(Run& run, TaskRecord& task, Recorder& recorder) {
  const flow::NodeIndex step = task.step;
  const TaskFacts before = FactsOf(run, task);
  task.state = TaskState::kDone;
  task.end_time = recorder.time();
  task.waiver.reset();
  HistoryEntry& entry = recorder.AppendTask(EntryKind::kTaskCompleted, task);
  DescribeWork(task, entry);
  Tell(entry, before, FactsOf(run, task));
  if (!task.outputs.empty()) {
    const flow::AttributeValues known = ValuesOf(run, task.outputs);
    SetOutputs(run, task.outputs);
    Tell(entry, known, ValuesOf(run, task.outputs));
  }
  return recorder.EndStep(step);
}

absl::Status EndAsSkipped(const Run& run, TaskRecord& task, absl::string_view reason,
                          Recorder& recorder) {
  const flow::NodeIndex step = task.step;
  recorder.ResolveAll(task, reason);
  const TaskFacts before = FactsOf(run, task);
  task.state = TaskState::kSkipped;
  task.end_time = recorder.time();
  task.waiver.reset();
  HistoryEntry& entry = recorder.AppendTask(EntryKind::kTaskSkipped, task);
  entry.reason = std::string(reason);
  Tell(entry, before, FactsOf(run, task));
  return recorder.EndStep(step);
}

int NextRound(const Run& run, flow::NodeIndex step) {
  return 1 +
         static_cast<int>(std::count_if(run.tasks.begin(), run.tasks.end(),
                                        [&](const TaskRecord& task) { return task.step == step; }));
}

void TellPlannedSkip(const TaskView& view, absl::string_view before, absl::string_view option,
                     absl::string_view reason, Recorder& recorder) {
  TaskRecord stand_in;  // its turn did not come
  stand_in.step = view.step;
  stand_in.round = view.round;
  HistoryEntry& entry = recorder.AppendTask(EntryKind::kTaskSkipPlanned, stand_in);
  entry.option = std::string(option);
  entry.reason = std::string(reason);
  Tell(entry, "option", before, option);
}

void DescribeWork(const TaskRecord& task, HistoryEntry& entry) {
  entry.start_time = task.start_time;
  entry.ticked = task.ticked;
  entry.defects = task.defects;
  entry.attributes = task.outputs;
}

absl::StatusOr<Started> Start(Spec spec, PlanPointer plan, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(spec));
  RETURN_IF_ERROR(base::FieldErrors(
      flow::CheckValues(AttributesOf(*plan), spec.attributes, "onboarding.attributes")));
  flow::Change change;
  flow::Progress progress(plan->plan, &change);
  Started started{Run(std::move(spec), std::move(plan), std::move(progress)), {}};
  Run& run = started.run;
  run.start_time = when.occur_time;
  const absl::Time day_one = calendar.OpeningOfDay(run.spec.day_one, 0);
  RETURN_IF_ERROR(CheckOpens(run.spec, day_one));
  if (run.plan->target.has_value()) {
    run.target_time = calendar.Add(day_one, run.plan->target->days, run.plan->target->minutes);
  }
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.Append(EntryKind::kStarted);
  entry.title = run.plan->title;
  entry.due_time = run.target_time;
  entry.earliest_time = day_one;
  entry.attributes = run.attributes;
  Tell(entry, "day_one", "", absl::FormatCivilTime(run.spec.day_one));
  for (const auto& [role, person] : run.spec.assignees)
    Tell(entry, absl::StrCat("assignees.", role), "", person);
  RETURN_IF_ERROR(recorder.Follow(change));
  started.entries = recorder.Take();
  RETURN_IF_ERROR(CheckOpens(run.spec, run.outlook->finish));
  RETURN_IF_ERROR(CheckOpens(run.spec, run.target_time.value_or(day_one)));
  return started;
}

absl::StatusOr<Entries> StartTask(Run& run, absl::string_view task, const Occurrence& when,
                                  bool claims) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckGoesOn(run));
  ASSIGN_OR_RETURN(TaskRecord * record, TaskInState(run, task, {TaskState::kReady}));
  RETURN_IF_ERROR(CheckNotBlocked(run, task, RemedyOf(run, *record)));
  Recorder recorder(run, when, calendar);
  if (claims && AssigneeOf(run, *record).empty()) {
    const TaskFacts before = FactsOf(run, *record);
    record->assignee = when.actor;
    record->owner.clear();
    record->gift = Gift{when.occur_time};
    Tell(recorder.AppendTask(EntryKind::kTaskClaimed, *record), before, FactsOf(run, *record));
  }
  record->state = TaskState::kInProgress;
  record->start_time = when.occur_time;
  recorder.AppendTask(EntryKind::kTaskStarted, *record);
  return recorder.Take();
}

absl::StatusOr<Entries> CompleteTask(Run& run, absl::string_view task, const Completion& completion,
                                     const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckGoesOn(run));
  ASSIGN_OR_RETURN(TaskRecord * record, WorkableTask(run, task));
  RETURN_IF_ERROR(CheckNotBlocked(run, task, kUnblock));
  const flow::StepDetails& step = run.plan->plan.node(record->step).step;
  ASSIGN_OR_RETURN(std::vector<std::string> ticked, Ticked(step, completion));
  RETURN_IF_ERROR(CheckDefects(step, completion.defects));
  RETURN_IF_ERROR(CheckOutputs(run, record->step, completion.outputs));
  Recorder recorder(run, when, calendar);
  record->ticked = std::move(ticked);
  record->defects = completion.defects;
  record->outputs = completion.outputs;
  if (!step.verifier.empty()) record->completer = when.actor;
  if (step.verifier.empty()) {
    RETURN_IF_ERROR(EndAsDone(run, *record, recorder));
  } else {
    const TaskFacts before = FactsOf(run, *record);
    record->phases = PhasesOf(*record);
    record->phases.push_back({Phase::kVerifying, when.occur_time});
    record->state = TaskState::kAwaitingVerification;
    record->waiver.reset();
    // An older replica may have kept one of the round before.
    record->verifier.reset();
    HistoryEntry& entry = recorder.AppendTask(EntryKind::kTaskSubmitted, *record);
    DescribeWork(*record, entry);
    Tell(entry, before, FactsOf(run, *record));
  }
  return recorder.Take();
}

absl::StatusOr<Entries> SkipTask(Run& run, absl::string_view task, absl::string_view reason,
                                 const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckGoesOn(run));
  ASSIGN_OR_RETURN(const TaskView view, FindTask(run, task));
  if (view.state == TaskState::kPending) {
    const flow::PlanNode& node = run.plan->plan.node(view.step);
    const bool asked =
        std::any_of(run.decisions.begin(), run.decisions.end(),
                    [&](const DecisionRecord& one) { return one.node == view.step; });
    if (asked && node.step.waiver_approver.empty())
      return Decide(run, node.path, flow::kLeaveOut, reason, when);
    return PlanSkip(run, view, reason, when, calendar);
  }
  const bool at_once = run.plan->plan.node(view.step).step.waiver_approver.empty();
  ASSIGN_OR_RETURN(
      TaskRecord * record,
      at_once
          ? TaskInState(run, task, {TaskState::kPending, TaskState::kReady, TaskState::kInProgress})
          : WorkableTask(run, task));
  Recorder recorder(run, when, calendar);
  if (at_once) {
    RETURN_IF_ERROR(EndAsSkipped(run, *record, reason, recorder));
  } else {
    RETURN_IF_ERROR(AskForWaiver(run, *record, reason, when, recorder));
  }
  return recorder.Take();
}

absl::StatusOr<Entries> Decide(Run& run, absl::string_view decision, absl::string_view option,
                               absl::string_view reason, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckGoesOn(run));
  std::vector<flow::OpenDecision> open = run.progress.OpenDecisions();
  auto asked = std::find_if(open.begin(), open.end(), [&](const flow::OpenDecision& one) {
    return run.plan->plan.node(one.node).path == decision;
  });
  if (asked == open.end()) {
    std::string ids = absl::StrJoin(open, ",", [&](std::string* out, const auto& one) {
      out->append(run.plan->plan.node(one.node).path);
    });
    return base::Error(Reason::ERROR_REASON_DECISION_NOT_OPEN,
                       absl::StrCat("decision '", decision,
                                    "' is not open; open now: ", ids.empty() ? "none" : ids))
        .With("open", ids);
  }
  if (std::find(asked->options.begin(), asked->options.end(), option) == asked->options.end()) {
    return base::FieldError("option", absl::StrCat("'", option, "' is none of the options: ",
                                                   absl::StrJoin(asked->options, ", ")));
  }
  const flow::PlanNode& node = run.plan->plan.node(asked->node);
  bool repeats = node.kind == flow::NodeKind::kLoop && option == flow::kAgain;
  if (repeats && run.progress.round(node.children[0]) >= kMaxRounds) {
    return base::FieldError("option", absl::StrCat("the loop was repeated ", kMaxRounds,
                                                   " times, the most; choose 'leave'"));
  }
  ASSIGN_OR_RETURN(flow::Change change, run.progress.Decide(asked->node, option));
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.Append(EntryKind::kDecided);
  entry.title = node.title;
  entry.decision = std::string(decision);
  entry.option = std::string(option);
  entry.reason = std::string(reason);
  entry.resource = ResourceOf(run.spec, node.decider);
  RETURN_IF_ERROR(recorder.Follow(change, asked->node));
  return recorder.Take();
}

absl::StatusOr<Entries> SetAttributes(Run& run, const flow::AttributeValues& values,
                                      absl::string_view reason, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckNotCancelled(run));
  const std::vector<flow::Attribute>& attributes = AttributesOf(*run.plan);
  const flow::AttributeValues before = flow::WithDefaults(attributes, run.attributes);
  flow::AttributeValues all = OwnValues(run);
  for (const auto& [id, text] : values) {
    if (text.empty() && flow::FindAttribute(attributes, id) != nullptr) {
      all.erase(id);
    } else {
      all[id] = text;
    }
  }
  RETURN_IF_ERROR(base::FieldErrors(flow::CheckValues(attributes, all, "attributes")));
  const flow::AttributeValues yielded = std::move(run.attributes);
  run.attributes = std::move(all);
  for (const auto& [id, text] : yielded) {
    if (flow::FindAttribute(attributes, id) == nullptr) run.attributes.emplace(id, text);
  }
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.Append(EntryKind::kAttributesSet);
  entry.title = run.plan->title;
  entry.reason = std::string(reason);
  entry.attributes = values;
  Tell(entry, before, flow::WithDefaults(attributes, run.attributes));
  RETURN_IF_ERROR(recorder.Follow({}));
  return recorder.Take();
}

}  // namespace plumbline::onboarding
