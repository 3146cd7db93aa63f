// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/live.h"

#include <algorithm>
#include <climits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/time_util.h"
#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/outlook_by_targets.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/engine/time_text.h"
#include "services/onboarding/forecast/basis.h"
#include "services/onboarding/forecast/durations.h"
#include "services/onboarding/plan/live_reasons.h"
#include "services/onboarding/plan/why.h"
#include "services/onboarding/ramp/readiness.h"

namespace plumbline::onboarding {
namespace {

using flow::NodeIndex;
using google::protobuf::util::TimeUtil;

google::protobuf::Duration ToProto(absl::Duration duration) {
  return TimeUtil::MicrosecondsToDuration(absl::ToInt64Microseconds(duration));
}

// Makes the answer for one run.
class Filler {
 public:
  Filler(const Run& run, const ProcessDurations& durations, const calendar::Calendar& calendar,
         absl::Time now, v1::GetPlanRequest::View wanted)
      : run_(run),
        calendar_(calendar),
        now_(now),
        says_why_(wanted != v1::GetPlanRequest::VIEW_BASIC),
        planned_start_(calendar.OpeningOfDay(run.spec.day_one, 0)),
        views_(PresentRounds(run)),
        first_(run, calendar),
        course_(first_.course()),
        planned_(first_.planned()),
        live_(LivePlanByTargets(run, first_, calendar, now)),
        why_(run, views_, first_, live_, calendar, now, says_why_) {
    for (const TaskView& view : views_) bases_[view.step] = BasisOf(run, view, durations);
    for (const MilestoneView& view : Milestones(run, now, calendar)) {
      const std::optional<absl::Time> expected = ExpectedTime(run, view, live_);
      if (expected.has_value() && WillBeMissed(view, *expected, calendar))
        missed_.push_back({view.planned, *view.target_time, *view.target_so_far, *expected});
    }
    forecast_ = LivePlanOf(run, calendar, now, LengthsOf(run, durations));
    careful_ = LivePlanOf(run, calendar, now, LengthsOf(run, durations, &DurationSummary::p80));
  }

  void Fill(v1::GetPlanResponse* response) {
    *response->mutable_onboarding() = onboarding::ToProto(run_);
    SetStanding(run_, calendar_, now_, response->mutable_onboarding());
    *response->mutable_as_of_time() = ToTimestamp(now_);
    if (planned_[0].has_value())
      *response->mutable_planned_finish_time() = ToTimestamp(planned_[0]->end);
    for (const TaskView& view : views_) FillTask(view, response->add_tasks());
    AddCriticalPath(response);
    if (run_.cancel_time.has_value()) return;
    *response->mutable_expected_finish_time() = ToTimestamp(live_.finish);
    *response->mutable_forecast_finish_time() = ToTimestamp(forecast_.finish);
    FillRisk(response);
  }

 private:
  std::string TimeText(absl::Time time) const { return onboarding::TimeText(time, calendar_); }

  // A time that a pause moves, as it is so far.
  std::string SoFarText(absl::Time before, absl::Time so_far) const {
    return absl::StrCat(TimeText(so_far),
                        so_far == before ? "" : " as the pause has moved it so far");
  }

  bool IsOver(const TaskView& view) const {
    return view.record != nullptr && !IsOpen(*view.record);
  }

  void FillTask(const TaskView& view, v1::LivePlanTask* task) const {
    const flow::PlanNode& node = run_.plan->plan.node(view.step);
    task->set_task(TaskName(run_.spec, TaskId(*run_.plan, view.step, view.round)));
    task->set_step(node.path);
    task->set_title(node.title);
    task->set_resource(ResourceOf(run_, view));
    task->set_state(static_cast<v1::Task::State>(view.state));
    if (planned_[view.step].has_value() && !course_.IsLeftOut(view.step)) {
      *task->mutable_planned_start_time() = ToTimestamp(planned_[view.step]->start);
      *task->mutable_planned_end_time() = ToTimestamp(planned_[view.step]->end);
    }
    if (view.record != nullptr && view.record->due_time.has_value())
      *task->mutable_due_time() = ToTimestamp(*view.record->due_time);
    FillWhy(view, task);
    if (!live_.spans[view.step].has_value()) return;
    const LiveSpan& span = *live_.spans[view.step];
    *task->mutable_expected_start_time() = ToTimestamp(span.start);
    *task->mutable_expected_end_time() = ToTimestamp(span.end);
    *task->mutable_forecast_end_time() = ToTimestamp(forecast_.spans[view.step]->end);
    if (IsOver(view)) return;
    task->set_critical(span.critical);
    if (span.latest_end != absl::InfiniteFuture())
      *task->mutable_slack() = ToProto(calendar_.Between(span.end, span.latest_end));
    if (run_.planned_skips.contains(view.step)) return;  // it takes no time, and risks nothing
    FillBasis(view, task->mutable_basis());
    const std::string risk = RiskOf(view);
    task->set_at_risk(!risk.empty());
    task->set_risk_reason(risk);
    if (says_why_) AddSlow(view, task);
  }

  void FillWhy(const TaskView& view, v1::LivePlanTask* task) const {
    if (const TimedStep* step = why_.StepOf(view.step); step != nullptr) {
      FillCause(run_.plan->plan, *step,
                says_why_ ? why_.SkippedBy(*step) : std::vector<absl::CivilDay>(), task);
    }
    if (says_why_) AddReasons(why_.Of(view), task);
    task->set_repeats_only(why_.RepeatsOnly(view));
    task->set_may_be_left_out(why_.MayBeLeftOut(view.step) || task->repeats_only());
  }

  void FillBasis(const TaskView& view, v1::ForecastBasis* proto) const {
    const Basis& basis = bases_.at(view.step);
    proto->set_source(basis.source);
    if (basis.summary.has_value()) {
      proto->set_count(basis.summary->count);
      *proto->mutable_median() = ToProto(basis.summary->median);
      *proto->mutable_p80() = ToProto(basis.summary->p80);
      return;
    }
    const auto& target = run_.plan->plan.node(view.step).step.target;
    if (!target.has_value()) return;
    const absl::Time start = live_.spans[view.step]->start;
    *proto->mutable_median() =
        ToProto(calendar_.Between(start, calendar_.Add(start, target->days, target->minutes)));
  }

  // When a task is due, should the pause that goes on end now.
  absl::Time DueSoFar(const TaskRecord& task) const {
    return onboarding::DueSoFar(run_, task, first_.CountFrom(task.step, task.ready_time), now_,
                                calendar_);
  }

  // That an open task ends after its due date by experience, which warns; risk is by the targets.
  void AddSlow(const TaskView& view, v1::LivePlanTask* task) const {
    if (view.record == nullptr || IsOver(view) || !view.record->due_time.has_value()) return;
    const absl::Time due = DueSoFar(*view.record);
    const absl::Time forecast = forecast_.spans[view.step]->end;
    if (live_.spans[view.step]->end > due || forecast <= due) return;
    task->add_reasons(absl::StrCat("it is due on ", SoFarText(*view.record->due_time, due),
                                   ", and by how long it usually took before, it ends on ",
                                   TimeText(forecast)));
  }

  // Why a task is at risk; "" if it is not.
  std::string RiskOf(const TaskView& view) const {
    const LiveSpan& span = *live_.spans[view.step];
    if (view.record != nullptr && view.record->due_time.has_value()) {
      const absl::Time due = DueSoFar(*view.record);
      const std::string due_text = SoFarText(*view.record->due_time, due);
      if (span.end > due && view.record->blocked_since.has_value()) {
        return absl::StrCat("it is blocked since ", TimeText(*view.record->blocked_since),
                            due < now_ ? ", and was due on " : ", and is due on ", due_text);
      }
      if (span.end > due)
        return absl::StrCat(due < now_ ? "it was due on " : "it is due on ", due_text);
    }
    // Of what comes first it says more than that the end is late by it, too.
    if (MissesDayOne(view.step)) {
      return absl::StrCat("it was to end before day one, and should end ",
                          OpenTimeText(planned_start_, span.end, calendar_),
                          " after day one begins");
    }
    if (span.latest_end != absl::InfiniteFuture() &&
        IsBeyond(span.end, span.latest_end, calendar_)) {
      return absl::StrCat("the target is missed by ",
                          OpenTimeText(span.latest_end, span.end, calendar_),
                          " unless it ends earlier");
    }
    return MilestoneRisk(view.step, span.end);
  }

  // Whether a step was planned to end before day one, which is to come, and should end after it.
  bool MissesDayOne(NodeIndex step) const {
    return now_ < planned_start_ && planned_[step].has_value() &&
           planned_[step]->end <= planned_start_ &&
           IsBeyond(live_.spans[step]->end, planned_start_, calendar_);
  }

  void AddDayOne(v1::GetPlanResponse* response) const {
    int late = 0;
    const flow::PlanNode* last = nullptr;
    absl::Time end = planned_start_;
    for (const TaskView& view : views_) {
      const auto& span = live_.spans[view.step];
      if (!span.has_value() || IsOver(view) || !MissesDayOne(view.step)) continue;
      ++late;
      if (span->end <= end) continue;
      last = &run_.plan->plan.node(view.step);
      end = span->end;
    }
    if (last == nullptr) return;
    response->add_reasons(absl::StrCat(
        late == 1 ? "1 step that was" : absl::StrCat(late, " steps that were"),
        " to end before day one should end after it, '", last->path, "' on ", TimeText(end)));
  }

  // The first milestone that is missed by the end of a step.
  std::string MilestoneRisk(NodeIndex step, absl::Time end) const {
    for (const Missed& missed : missed_) {
      const NodeIndex node = missed.milestone->node;
      const bool below = step >= node && step < run_.plan->plan.node(node).end;
      if (!below || !IsBeyond(end, missed.target, calendar_)) continue;
      return absl::StrCat("milestone '", missed.milestone->id, "' is missed by ",
                          OpenTimeText(missed.target, end, calendar_), " unless it ends earlier");
    }
    return "";
  }

  void AddMissed(v1::GetPlanResponse* response) const {
    for (const Missed& missed : missed_) {
      response->add_reasons(absl::StrCat(
          "milestone '", missed.milestone->id, "' should be reached on ", TimeText(missed.expected),
          ", ", OpenTimeText(missed.target, missed.expected, calendar_), " after its target, ",
          SoFarText(missed.by_plan, missed.target)));
    }
  }

  // The steps on which the finish hangs, in the order in which they come.
  void AddCriticalPath(v1::GetPlanResponse* response) const {
    std::vector<NodeIndex> path;
    for (const TaskView& view : views_)
      if (live_.spans[view.step].has_value() && live_.spans[view.step]->critical)
        path.push_back(view.step);
    std::stable_sort(path.begin(), path.end(), [this](NodeIndex a, NodeIndex b) {
      return live_.spans[a]->start < live_.spans[b]->start;
    });
    for (const NodeIndex step : path) response->add_critical_path(run_.plan->plan.node(step).path);
  }

  void FillRisk(v1::GetPlanResponse* response) const {
    if (run_.finish_time.has_value()) return;
    if (run_.target_time.has_value()) {
      const bool at_risk =
          AddFinish("by the targets of what is left to do, it ends", live_.finish, response);
      response->set_at_risk(at_risk);
      // Experience warns, but risk is measured by the targets, as in lists.
      if (!at_risk)
        AddFinish("by how long its steps usually took before, it ends", forecast_.finish, response);
    }
    AddDayOne(response);
    AddMissed(response);
    AddExperience(response);
    AddForeseen(response);
  }

  void AddForeseen(v1::GetPlanResponse* response) const {
    for (const flow::Foreseen& one : course_.foreseen) {
      response->add_reasons(absl::StrCat(
          "'", run_.plan->plan.node(one.node).path,
          "' is planned by condition, as things are now: ", one.option, ", because ", one.reason));
    }
  }

  // What the forecast stands on, and how sure it is.
  void AddExperience(v1::GetPlanResponse* response) const {
    int own = 0, of_step = 0, open = 0, fewest = INT_MAX, most = 0;
    for (const auto& [step, basis] : bases_) {
      const bool counts =
          live_.spans[step].has_value() && !Ended(step) && !run_.planned_skips.contains(step);
      open += counts;
      if (!counts || !basis.summary.has_value()) continue;
      ++(basis.source == v1::ForecastBasis::SOURCE_OWNER ? own : of_step);
      fewest = std::min(fewest, basis.summary->count);
      most = std::max(most, basis.summary->count);
    }
    const int known = own + of_step;
    if (open == 0) return;
    if (known == 0) {
      response->add_reasons(absl::StrCat(
          "there is no experience to forecast by: a step needs ", kDurationsNeeded,
          " past times, and ",
          open == 1 ? "the one that is left does not have"
                    : absl::StrCat("none of the ", open, " that are left has"),
          " them. Until then the forecast is by the targets of the steps; past "
          "times are counted as tasks of this process are done, there is nothing to set up"));
      return;
    }
    std::vector<std::string> parts;
    if (own > 0) parts.push_back(absl::StrCat(own, " as with those who have them now"));
    if (of_step > 0) parts.push_back(absl::StrCat(of_step, " as with everybody"));
    response->add_reasons(absl::StrCat(
        "the forecast takes ", known, " of the ", open,
        " steps that are left as long as they usually took (",
        fewest == most ? absl::StrCat(most) : absl::StrCat(fewest, " to ", most),
        " past times each, at most ", kDurationsKept,
        ", of which the median counts): ", absl::StrJoin(parts, ", "),
        known == open ? "" : absl::StrCat("; ", open - known, " by the target of the step")));
    if (careful_.finish <= forecast_.finish) return;
    response->add_reasons(absl::StrCat(
        "a careful date is ", TimeText(careful_.finish),
        ": by then it ends if none of those steps takes longer than 4 of 5 past times did"));
  }

  // Tells an end that is beyond the target. Returns whether it is.
  bool AddFinish(const char* what, absl::Time finish, v1::GetPlanResponse* response) const {
    const absl::Time target = MovedSoFar(run_, *run_.target_time, planned_start_, now_, calendar_);
    if (!IsBeyond(finish, target, calendar_)) return false;
    response->add_reasons(
        absl::StrCat(what, " on ", TimeText(finish), ", ", OpenTimeText(target, finish, calendar_),
                     " after its target, ", SoFarText(*run_.target_time, target)));
    return true;
  }

  bool Ended(NodeIndex step) const {
    return std::any_of(views_.begin(), views_.end(),
                       [&](const TaskView& view) { return view.step == step && IsOver(view); });
  }

  struct Missed {
    const PlanMilestone* milestone;
    absl::Time by_plan;
    absl::Time target;  // as it is so far
    absl::Time expected;
  };

  const Run& run_;
  const calendar::Calendar& calendar_;
  const absl::Time now_;
  const bool says_why_;
  const absl::Time planned_start_;  // the opening of day one
  const std::vector<TaskView> views_;
  const FirstTimes first_;
  const Course& course_;
  const std::vector<std::optional<PlannedSpan>>& planned_;
  const LivePlan live_;
  const LiveReasons why_;
  std::vector<Missed> missed_;
  std::map<NodeIndex, Basis> bases_;
  LivePlan forecast_;
  LivePlan careful_;  // as the forecast, by what 4 of 5 past times took at most
};

}  // namespace

void FillLivePlan(const Run& run, const ProcessDurations& durations,
                  const calendar::Calendar& calendar, absl::Time now, v1::GetPlanRequest::View view,
                  v1::GetPlanResponse* response) {
  Filler(run, durations, calendar, now, view).Fill(response);
}

}  // namespace plumbline::onboarding
