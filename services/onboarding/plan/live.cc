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
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/outlook_by_targets.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/engine/time_text.h"
#include "services/onboarding/forecast/basis.h"
#include "services/onboarding/forecast/durations.h"
#include "services/onboarding/plan/live_reasons.h"
#include "services/onboarding/plan/risks.h"
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
        views_(PresentRounds(run)),
        first_(run, calendar),
        course_(first_.course()),
        planned_(first_.planned()),
        live_(LivePlanByTargets(run, first_, calendar, now)),
        risks_(run, first_, live_, calendar, now),
        why_(run, views_, first_, live_, calendar, now, says_why_) {
    for (const TaskView& view : views_) bases_[view.step] = BasisOf(run, view, durations);
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
    const std::string risk = risks_.OfTask(view);
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

  // That an open task ends after its due date by experience, which warns; risk is by the targets.
  void AddSlow(const TaskView& view, v1::LivePlanTask* task) const {
    if (view.record == nullptr || IsOver(view) || !view.record->due_time.has_value()) return;
    const absl::Time due = risks_.DueSoFar(*view.record);
    const absl::Time forecast = forecast_.spans[view.step]->end;
    if (live_.spans[view.step]->end > due || forecast <= due) return;
    task->add_reasons(absl::StrCat("it is due on ", risks_.SoFarText(*view.record->due_time, due),
                                   ", and by how long it usually took before, it ends on ",
                                   TimeText(forecast)));
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
    const auto add = [&](std::string reason) {
      if (!reason.empty()) response->add_reasons(std::move(reason));
    };
    std::string late =
        risks_.OfFinish("by the targets of what is left to do, it ends", live_.finish);
    response->set_at_risk(!late.empty());
    // Experience warns, but risk is measured by the targets, as in lists.
    add(response->at_risk() ? std::move(late)
                            : risks_.OfFinish("by how long its steps usually took before, it ends",
                                              forecast_.finish));
    add(risks_.OfDayOne(views_));
    for (const MissedMilestone& missed : risks_.missed()) add(risks_.SentenceOf(missed));
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

  bool Ended(NodeIndex step) const {
    return std::any_of(views_.begin(), views_.end(),
                       [&](const TaskView& view) { return view.step == step && IsOver(view); });
  }

  const Run& run_;
  const calendar::Calendar& calendar_;
  const absl::Time now_;
  const bool says_why_;
  const std::vector<TaskView> views_;
  const FirstTimes first_;
  const Course& course_;
  const std::vector<std::optional<PlannedSpan>>& planned_;
  const LivePlan live_;
  const Risks risks_;
  const LiveReasons why_;
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
