// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/milestones.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/milestones_follow.h"
#include "services/onboarding/engine/occur_time.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

using base::Reason;
using flow::NodeIndex;
using flow::NodeState;

// The node of a part by its id in the process: the root stands where the call stood.
NodeIndex NodeOf(const flow::Plan& plan, const PlanPart& part, const std::string& id) {
  const flow::PlanScope& scope = plan.scopes()[part.scope];
  if (id.empty()) return flow::kNoNode;
  if (id == part.process->root().id()) return scope.root;
  return plan.Find(absl::StrCat(scope.prefix, id));
}

// Whether the latest round of a step was done; records of steps come in the order of their rounds.
bool WasDone(const Run& run, NodeIndex step) {
  if (run.progress.state(step) != NodeState::kDone) return false;
  for (auto task = run.tasks.rbegin(); task != run.tasks.rend(); ++task)
    if (task->step == step) return task->state == TaskState::kDone;
  return true;
}

// Working days from that of `base` until `time`: those that passed, and of the last one the part of
// its open time. A working day lasts from its opening until that of the next one, so that a night
// shift is one, and so is a Friday with the closed days after it.
double PlaceOf(absl::CivilDay base, absl::Time time, const calendar::Calendar& calendar) {
  int64_t day = calendar.WorkingDays(base, absl::ToCivilDay(time, calendar.zone()));
  absl::Time opening = calendar.OpeningOfDay(base, day);
  while (day > 0 && opening > time) opening = calendar.OpeningOfDay(base, --day);
  const absl::Time next = calendar.OpeningOfDay(base, day + 1);
  if (opening > time || next == absl::InfiniteFuture()) return static_cast<double>(day);
  return static_cast<double>(day) +
         absl::FDivDuration(calendar.Between(opening, time), calendar.Between(opening, next));
}

MilestoneState StateOf(const Run& run, const PlanMilestone& milestone,
                       const std::optional<absl::Time>& target, absl::Time now) {
  if (run.cancel_time.has_value() || IsLeftOut(run, milestone)) return MilestoneState::kNotNeeded;
  const bool passed = target.has_value() && run.pause_time.value_or(now) > *target;
  return passed ? MilestoneState::kOverdue : MilestoneState::kDue;
}

std::string MilestoneName(const Run& run, absl::string_view milestone) {
  return absl::StrCat(OnboardingName(run.spec.workspace, run.spec.id), "/milestones/", milestone);
}

absl::Status WrongState(const Run& run, absl::string_view milestone, absl::string_view sentence,
                        absl::string_view state, absl::string_view allowed) {
  return base::Error(Reason::ERROR_REASON_MILESTONE_STATE,
                     absl::StrCat("milestone '", milestone, "' ", sentence))
      .With("state", state)
      .With("allowed", allowed)
      .Precondition("MILESTONE_STATE", MilestoneName(run, milestone), std::string(sentence));
}

absl::Status NoSuchMilestone(const Run& run, absl::string_view milestone) {
  return base::NotFound("Milestone", MilestoneName(run, milestone));
}

// A milestone of the plan that people report.
absl::StatusOr<const PlanMilestone*> Reportable(const Run& run, absl::string_view id) {
  const PlanMilestone* milestone = FindMilestone(*run.plan, id);
  if (milestone == nullptr) return NoSuchMilestone(run, id);
  if (milestone->node == flow::kNoNode) return milestone;
  return WrongState(run, id,
                    absl::StrCat("is reached when '", run.plan->plan.node(milestone->node).path,
                                 "' ends, not by a report; complete its tasks, or reopen them"),
                    "BY_NODE", "REPORTED");
}

absl::StatusOr<absl::Time> ReachTime(const Run& run, const MilestoneReport& report,
                                     const Occurrence& when, const calendar::Calendar& calendar) {
  const absl::Time time = report.reach_time.value_or(when.occur_time);
  if (time > when.occur_time + kClockTolerance) {
    return base::FieldError(
        "reach_time",
        absl::StrCat("'", absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone()),
                     "' is in the future; tell what was reached when it was"));
  }
  const absl::CivilDay earliest = run.spec.day_one - kDaysBeforeDayOne;
  if (absl::ToCivilDay(time, calendar.zone()) < earliest) {
    return base::FieldError(
        "reach_time",
        absl::StrCat("'", absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone()),
                     "' is more than ", kDaysBeforeDayOne, " days before day one (",
                     absl::FormatCivilTime(run.spec.day_one), "); it must be ",
                     absl::FormatCivilTime(earliest), " or later"));
  }
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

// What is asked for the second time.
absl::StatusOr<Entries> ReportedAgain(const Run& run, const ReachedMilestone& reached,
                                      const MilestoneReport& report, absl::string_view source) {
  const bool same = !report.reach_time.has_value() || *report.reach_time == reached.reach_time;
  if (same && source == reached.source) return Entries();
  return WrongState(
      run, reached.id,
      absl::StrCat("was reached at ",
                   absl::FormatTime(absl::RFC3339_sec, reached.reach_time, absl::UTCTimeZone()),
                   ", as ", reached.source, " told; withdraw that first if it is wrong"),
      "REACHED", "DUE or OVERDUE");
}

}  // namespace

std::vector<PlanMilestone> MilestonesOf(const flow::Plan& plan,
                                        const std::vector<PlanPart>& parts) {
  std::vector<PlanMilestone> milestones;
  for (const PlanPart& part : parts) {
    const flow::PlanScope& scope = plan.scopes()[part.scope];
    for (const catalog::v1::Milestone& from : part.process->milestones()) {
      PlanMilestone& milestone = milestones.emplace_back();
      milestone.id = absl::StrCat(scope.prefix, from.id());
      milestone.title = from.title();
      milestone.description = from.description();
      milestone.node = NodeOf(plan, part, from.node());
      milestone.part = scope.root;
      if (from.has_target())
        milestone.target = flow::BusinessDuration{from.target().days(), from.target().minutes()};
    }
  }
  return milestones;
}

const PlanMilestone* FindMilestone(const FrozenPlan& plan, absl::string_view id) {
  for (const PlanMilestone& milestone : plan.milestones)
    if (milestone.id == id) return &milestone;
  return nullptr;
}

const ReachedMilestone* FindReached(const Run& run, absl::string_view id) {
  for (const ReachedMilestone& reached : run.milestones)
    if (reached.id == id) return &reached;
  return nullptr;
}

bool ReachedByWork(const Run& run, const PlanMilestone& milestone) {
  if (run.progress.state(milestone.node) != NodeState::kDone) return false;
  const flow::Plan& plan = run.plan->plan;
  for (NodeIndex i = milestone.node; i < plan.node(milestone.node).end; ++i)
    if (plan.node(i).kind == flow::NodeKind::kStep && WasDone(run, i)) return true;
  return false;
}

bool IsLeftOut(const Run& run, const PlanMilestone& milestone) {
  if (run.progress.state(milestone.part) == NodeState::kNotNeeded) return true;
  if (milestone.node == flow::kNoNode) return false;
  if (run.finish_time.has_value()) return true;
  const NodeState state = run.progress.state(milestone.node);
  return state == NodeState::kNotNeeded || state == NodeState::kDone;
}

namespace {

// The target of a milestone, which must have one, with what these pauses of the run took.
absl::Time TargetWith(const Run& run, const PlanMilestone& milestone,
                      const std::vector<Span>& pauses, const calendar::Calendar& calendar) {
  const absl::Time day_one = calendar.OpeningOfDay(run.spec.day_one, 0);
  const absl::Time first = calendar.Add(day_one, milestone.target->days, milestone.target->minutes);
  absl::Time target = first;
  // As the target of the on-boarding moves. What was paused after the target had passed does not
  // move it.
  for (const Span& pause : pauses) {
    if (pause.from > target) break;
    target = MovedOn(target, first, std::max(pause.from, day_one), pause.to, calendar);
  }
  return target;
}

// A target as it will be should the pause that goes on end now.
absl::Time SoFar(const Run& run, const PlanMilestone& milestone, absl::Time target, absl::Time now,
                 const calendar::Calendar& calendar) {
  if (!run.pause_time.has_value()) return target;
  std::vector<Span> pauses = run.pauses;
  pauses.push_back({*run.pause_time, now});
  return TargetWith(run, milestone, pauses, calendar);
}

}  // namespace

std::optional<absl::Time> TargetOf(const Run& run, const PlanMilestone& milestone,
                                   const calendar::Calendar& calendar) {
  if (!milestone.target.has_value()) return std::nullopt;
  return TargetWith(run, milestone, run.pauses, calendar);
}

std::vector<MilestoneView> Milestones(const Run& run, absl::Time now,
                                      const calendar::Calendar& calendar) {
  std::vector<MilestoneView> views;
  for (const PlanMilestone& milestone : run.plan->milestones) {
    MilestoneView& view = views.emplace_back();
    view.planned = &milestone;
    view.reached = FindReached(run, milestone.id);
    view.target_time = TargetOf(run, milestone, calendar);
    if (view.target_time.has_value())
      view.target_so_far = SoFar(run, milestone, *view.target_time, now, calendar);
    view.state = view.reached != nullptr ? MilestoneState::kReached
                                         : StateOf(run, milestone, view.target_time, now);
  }
  for (const ReachedMilestone& reached : run.milestones) {
    if (FindMilestone(*run.plan, reached.id) != nullptr) continue;
    views.push_back({.reached = &reached, .state = MilestoneState::kReached});
  }
  return views;
}

std::optional<absl::Time> ExpectedTime(const Run& run, const MilestoneView& view,
                                       const LivePlan& live) {
  const bool open = view.state == MilestoneState::kDue || view.state == MilestoneState::kOverdue;
  if (!open || view.planned == nullptr || view.planned->node == flow::kNoNode) return std::nullopt;
  return EndOf(live, run.plan->plan, view.planned->node);
}

bool WillBeMissed(const MilestoneView& view, absl::Time expected,
                  const calendar::Calendar& calendar) {
  return view.target_so_far.has_value() && IsBeyond(expected, *view.target_so_far, calendar);
}

bool IsBeforeDayOne(absl::CivilDay day_one, absl::Time time, const calendar::Calendar& calendar) {
  return absl::ToCivilDay(time, calendar.zone()) < day_one;
}

TimeToMilestone TimeTo(absl::CivilDay day_one, absl::Time to, const calendar::Calendar& calendar) {
  const absl::Time begin = calendar.OpeningOfDay(day_one, 0);
  if (to <= begin) return {};
  return {PlaceOf(day_one, to, calendar), absl::FDivDuration(to - begin, absl::Hours(24))};
}

double BusinessDays(absl::Time from, absl::Time to, const calendar::Calendar& calendar) {
  // A week before, so that both are after the opening of some working day.
  const absl::CivilDay base = absl::ToCivilDay(std::min(from, to), calendar.zone()) - 7;
  return PlaceOf(base, to, calendar) - PlaceOf(base, from, calendar);
}

absl::StatusOr<Entries> ReportMilestone(Run& run, const MilestoneReport& report,
                                        const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckNotCancelled(run));
  ASSIGN_OR_RETURN(const PlanMilestone* milestone, Reportable(run, report.milestone));
  const std::string& source = report.source.empty() ? when.actor : report.source;
  ASSIGN_OR_RETURN(const absl::Time reach_time, ReachTime(run, report, when, calendar));
  if (const ReachedMilestone* reached = FindReached(run, milestone->id))
    return ReportedAgain(run, *reached, report, source);
  if (IsLeftOut(run, *milestone)) {
    return WrongState(run, milestone->id,
                      "belongs to a part of the process that was left out; report it where it is "
                      "needed",
                      "NOT_NEEDED", "DUE or OVERDUE");
  }
  Recorder recorder(run, when, calendar);
  Reach(run, recorder, calendar,
        {milestone->id, milestone->title, reach_time, source, when.actor, report.reason, false});
  return recorder.Take();
}

absl::StatusOr<Entries> WithdrawMilestone(Run& run, absl::string_view milestone,
                                          absl::string_view reason, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckNotCancelled(run));
  const ReachedMilestone* reached = FindReached(run, milestone);
  if (reached == nullptr || reached->by_node) {
    RETURN_IF_ERROR(Reportable(run, milestone).status());
    return WrongState(run, milestone, "was not reached: there is nothing to withdraw",
                      "NOT_REACHED", "REACHED");
  }
  Recorder recorder(run, when, calendar);
  Unreach(run, recorder, reached - run.milestones.data(), reason);
  return recorder.Take();
}

}  // namespace plumbline::onboarding
