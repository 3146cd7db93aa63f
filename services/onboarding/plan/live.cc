// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/live.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/engine/time_text.h"
#include "services/onboarding/forecast/basis.h"
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
         absl::Time now)
      : run_(run),
        calendar_(calendar),
        now_(now),
        planned_start_(calendar.OpeningOfDay(run.spec.day_one, 0)),
        views_(PresentRounds(run)),
        planned_(PlanSchedule(run.plan->plan, run.spec.day_one, calendar)),
        live_(LivePlanOf(run, calendar, now)) {
    for (const TaskView& view : views_) bases_[view.step] = BasisOf(run, view, durations);
    forecast_ = LivePlanOf(run, calendar, now, LengthsOf(run, durations));
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
    if (planned_[view.step].has_value()) {
      *task->mutable_planned_start_time() = ToTimestamp(planned_[view.step]->start);
      *task->mutable_planned_end_time() = ToTimestamp(planned_[view.step]->end);
    }
    if (view.record != nullptr && view.record->due_time.has_value())
      *task->mutable_due_time() = ToTimestamp(*view.record->due_time);
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

  // Why a task is at risk; "" if it is not.
  std::string RiskOf(const TaskView& view) const {
    const LiveSpan& span = *live_.spans[view.step];
    const absl::Time forecast = forecast_.spans[view.step]->end;
    if (view.record != nullptr && view.record->due_time.has_value()) {
      const absl::Time due = *view.record->due_time;
      if (span.end > due && view.record->blocked_since.has_value()) {
        return absl::StrCat("it is blocked since ", TimeText(*view.record->blocked_since),
                            ", and is due on ", TimeText(due));
      }
      if (span.end > due) return absl::StrCat("it was due on ", TimeText(due));
      if (forecast > due) {
        return absl::StrCat("it is due on ", TimeText(due), ", and will end on ",
                            TimeText(forecast), " by how long it took before");
      }
    }
    if (span.latest_end != absl::InfiniteFuture() &&
        IsBeyond(span.end, span.latest_end, calendar_)) {
      return absl::StrCat("the target is missed by ",
                          OpenTimeText(span.latest_end, span.end, calendar_),
                          " unless it ends earlier");
    }
    return "";
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
      AddFinish("it should finish", live_.finish, response);
      if (!response->at_risk())
        AddFinish("by how long its steps took before it will finish", forecast_.finish, response);
    }
    int own = 0, of_step = 0, open = 0;
    for (const auto& [step, basis] : bases_) {
      const bool counts =
          live_.spans[step].has_value() && !Ended(step) && !run_.planned_skips.contains(step);
      open += counts;
      own += counts && basis.source == v1::ForecastBasis::SOURCE_OWNER;
      of_step += counts && basis.source == v1::ForecastBasis::SOURCE_STEP;
    }
    if (own + of_step == 0) {
      response->add_reasons(
          "nobody has done these steps often enough: the forecast is by their targets");
      return;
    }
    response->add_reasons(absl::StrCat(
        "the forecast takes ", own, " of ", open, " steps as long as they took who does them, ",
        of_step, " as long as they took everybody, and the others by their targets"));
  }

  void AddFinish(const char* what, absl::Time finish, v1::GetPlanResponse* response) const {
    absl::Time target = *run_.target_time;
    // It moves by the pause when that is over.
    if (run_.pause_time.has_value())
      target = MovedBy(target, std::max(*run_.pause_time, planned_start_), now_, calendar_);
    if (!IsBeyond(finish, target, calendar_)) return;
    response->set_at_risk(true);
    response->add_reasons(absl::StrCat(what, " on ", TimeText(finish), ", ",
                                       OpenTimeText(target, finish, calendar_),
                                       " after its target, ", TimeText(target)));
  }

  bool Ended(NodeIndex step) const {
    return std::any_of(views_.begin(), views_.end(),
                       [&](const TaskView& view) { return view.step == step && IsOver(view); });
  }

  const Run& run_;
  const calendar::Calendar& calendar_;
  const absl::Time now_;
  const absl::Time planned_start_;  // the opening of day one
  const std::vector<TaskView> views_;
  const std::vector<std::optional<PlannedSpan>> planned_;
  const LivePlan live_;
  std::map<NodeIndex, Basis> bases_;
  LivePlan forecast_;
};

}  // namespace

void FillLivePlan(const Run& run, const ProcessDurations& durations,
                  const calendar::Calendar& calendar, absl::Time now,
                  v1::GetPlanResponse* response) {
  Filler(run, durations, calendar, now).Fill(response);
}

}  // namespace plumbline::onboarding
