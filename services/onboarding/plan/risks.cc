// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/risks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/outlook_by_targets.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/time_text.h"
#include "services/onboarding/forecast/basis.h"

namespace plumbline::onboarding {

using flow::NodeIndex;

Risks::Risks(const Run& run, const FirstTimes& first, const LivePlan& live,
             const calendar::Calendar& calendar, absl::Time now)
    : run_(run),
      first_(first),
      live_(live),
      calendar_(calendar),
      now_(now),
      day_one_(calendar.OpeningOfDay(run.spec.day_one, 0)) {
  for (const MilestoneView& view : Milestones(run, now, calendar)) {
    const std::optional<absl::Time> expected = ExpectedTime(run, view, live);
    if (expected.has_value() && WillBeMissed(view, *expected, calendar))
      missed_.push_back({view.planned, *view.target_time, *view.target_so_far, *expected});
  }
}

std::string Risks::SoFarText(absl::Time before, absl::Time so_far) const {
  return absl::StrCat(TimeText(so_far, calendar_),
                      so_far == before ? "" : " as the pause has moved it so far");
}

absl::Time Risks::DueSoFar(const TaskRecord& task) const {
  return onboarding::DueSoFar(run_, task, first_.CountFrom(task.step, task.ready_time), now_,
                              calendar_);
}

bool Risks::IsAtStake(const TaskView& view) const {
  const bool over = view.record != nullptr && !IsOpen(*view.record);
  return !over && live_.spans[view.step].has_value() && !run_.planned_skips.contains(view.step);
}

std::string Risks::OfTask(const TaskView& view) const {
  if (!IsAtStake(view)) return "";
  const LiveSpan& span = *live_.spans[view.step];
  if (std::string late = OfDueDate(view, span.end); !late.empty()) return late;
  // Of what comes first it says more than that the end is late by it, too.
  if (MissesDayOne(view.step)) {
    return absl::StrCat("it was to end before day one, and should end ",
                        OpenTimeText(day_one_, span.end, calendar_), " after day one begins");
  }
  if (span.latest_end != absl::InfiniteFuture() && IsBeyond(span.end, span.latest_end, calendar_)) {
    return absl::StrCat("the target of the on-boarding is missed by ",
                        OpenTimeText(span.latest_end, span.end, calendar_),
                        " unless it ends earlier");
  }
  return OfMilestone(view.step, span.end);
}

std::string Risks::OfDueDate(const TaskView& view, absl::Time end) const {
  if (view.record == nullptr || !view.record->due_time.has_value()) return "";
  const absl::Time due = DueSoFar(*view.record);
  if (end <= due) return "";
  const std::string text = SoFarText(*view.record->due_time, due);
  if (!view.record->blocked_since.has_value())
    return absl::StrCat(due < now_ ? "it was due on " : "it is due on ", text);
  return absl::StrCat("it is blocked since ", TimeText(*view.record->blocked_since, calendar_),
                      due < now_ ? ", and was due on " : ", and is due on ", text);
}

bool Risks::MissesDayOne(NodeIndex step) const {
  const std::optional<PlannedSpan>& planned = first_.planned()[step];
  return now_ < day_one_ && planned.has_value() && planned->end <= day_one_ &&
         IsBeyond(live_.spans[step]->end, day_one_, calendar_);
}

std::string Risks::OfMilestone(NodeIndex step, absl::Time end) const {
  for (const MissedMilestone& missed : missed_) {
    const NodeIndex node = missed.milestone->node;
    const bool below = step >= node && step < run_.plan->plan.node(node).end;
    if (!below || !IsBeyond(end, missed.target, calendar_)) continue;
    return absl::StrCat("milestone '", missed.milestone->id, "' is missed by ",
                        OpenTimeText(missed.target, end, calendar_), " unless it ends earlier");
  }
  return "";
}

std::string Risks::SentenceOf(const MissedMilestone& missed) const {
  return absl::StrCat("milestone '", missed.milestone->id, "' should be reached on ",
                      TimeText(missed.expected, calendar_), ", ",
                      OpenTimeText(missed.target, missed.expected, calendar_),
                      " after its target, ", SoFarText(missed.by_plan, missed.target));
}

std::string Risks::OfDayOne(const std::vector<TaskView>& views) const {
  int late = 0;
  const flow::PlanNode* last = nullptr;
  absl::Time end = day_one_;
  for (const TaskView& view : views) {
    const bool over = view.record != nullptr && !IsOpen(*view.record);
    const auto& span = live_.spans[view.step];
    if (!span.has_value() || over || !MissesDayOne(view.step)) continue;
    ++late;
    if (span->end <= end) continue;
    last = &run_.plan->plan.node(view.step);
    end = span->end;
  }
  if (last == nullptr) return "";
  return absl::StrCat(late == 1 ? "1 step that was" : absl::StrCat(late, " steps that were"),
                      " to end before day one should end after it, '", last->path, "' on ",
                      TimeText(end, calendar_));
}

std::string Risks::OfFinish(const char* what, absl::Time finish) const {
  if (!run_.target_time.has_value()) return "";
  const absl::Time target = TargetSoFar(run_, now_, calendar_);
  if (!IsBeyond(finish, target, calendar_)) return "";
  return absl::StrCat(what, " on ", TimeText(finish, calendar_), ", ",
                      OpenTimeText(target, finish, calendar_), " after its target, ",
                      SoFarText(*run_.target_time, target));
}

std::optional<v1::PlanRisk> RiskOf(const Run& run, const calendar::Calendar& calendar,
                                   absl::Time now, int most) {
  if (run.cancel_time.has_value() || run.finish_time.has_value()) return std::nullopt;
  const FirstTimes first(run, calendar);
  const LivePlan live = LivePlanByTargets(run, first, calendar, now);
  const std::vector<TaskView> views = PresentRounds(run);
  const Risks risks(run, first, live, calendar, now);
  v1::PlanRisk proto;
  for (const TaskView& view : views) {
    std::string reason = risks.OfTask(view);
    if (reason.empty()) continue;
    proto.set_task_count(proto.task_count() + 1);
    if (proto.task_count() > most) continue;
    v1::TaskRisk& task = *proto.add_tasks();
    task.set_task(TaskId(*run.plan, view.step, view.round));
    task.set_step(run.plan->plan.node(view.step).path);
    task.set_reason(std::move(reason));
  }
  proto.set_milestone_count(static_cast<int32_t>(risks.missed().size()));
  for (const MissedMilestone& missed : risks.missed()) {
    if (proto.milestones_size() >= most) break;
    v1::MilestoneRisk& milestone = *proto.add_milestones();
    milestone.set_milestone(missed.milestone->id);
    *milestone.mutable_target_time() = ToTimestamp(missed.target);
    *milestone.mutable_expected_time() = ToTimestamp(missed.expected);
    milestone.set_reason(risks.SentenceOf(missed));
  }
  for (std::string reason :
       {risks.OfFinish("by the targets of what is left to do, it ends", live.finish),
        risks.OfDayOne(views)}) {
    if (!reason.empty()) proto.add_reasons(std::move(reason));
  }
  if (proto.task_count() + proto.milestone_count() + proto.reasons_size() == 0) return std::nullopt;
  return proto;
}

}  // namespace plumbline::onboarding
