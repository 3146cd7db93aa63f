// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/ramp/readiness.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/ladders.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/engine/time_text.h"

namespace plumbline::onboarding {
namespace {

using v1::Readiness;
using v1::ReadinessReason;

// "3 working days", to the nearest one; "less than a working day".
std::string InDays(double days) {
  if (days < 1) return "less than a working day";
  const auto whole = static_cast<int64_t>(std::llround(days));
  return absl::StrCat(whole, whole == 1 ? " working day" : " working days");
}

// Gathers the reasons of one run, as of one instant of its own clock.
class Judge {
 public:
  // Without `tells` only the level is asked for: lists show that of each of many runs.
  Judge(const Run& run, const calendar::Calendar& calendar, absl::Time now, bool tells)
      : run_(run),
        calendar_(calendar),
        now_(now),
        at_(run.pause_time.value_or(now)),
        tells_(tells) {}

  void AddPause() {
    if (!run_.pause_time.has_value()) return;
    Add(ReadinessReason::KIND_PAUSED, false, *run_.pause_time, now_, [&] {
      return absl::StrCat("It is paused since ", Clock(*run_.pause_time), " (", run_.pause_reason,
                          ").");
    });
  }

  // `plan`: nullptr where nothing is left to do, so that nothing is expected.
  void AddMilestones(const LivePlan* plan) {
    for (const MilestoneView& view : Milestones(run_, now_, calendar_)) {
      if (!view.target_time.has_value()) continue;
      if (view.state == MilestoneState::kOverdue) {
        Add(ReadinessReason::KIND_MILESTONE_OVERDUE, true, *view.target_time, at_, [&] {
          return absl::StrCat("The milestone '", view.planned->title,
                              "' should have been reached by ", Clock(*view.target_time), ", ",
                              Ago(*view.target_time), ".");
        }).set_milestone(view.planned->id);
      }
      if (view.state == MilestoneState::kDue && !AddExpectedLate(view, plan)) AddDueSoon(view);
    }
  }

  void AddTasks(const LivePlan& plan) {
    for (const TaskRecord& task : run_.tasks) {
      if (!IsOpen(task)) continue;
      AddOverdue(task, plan);
      AddBlocked(task);
    }
  }

  void AddForecast(const LivePlan& plan) {
    if (!run_.target_time.has_value() || !IsBeyond(plan.finish, *run_.target_time, calendar_))
      return;
    const bool passed = at_ > *run_.target_time;
    Add(ReadinessReason::KIND_FORECAST_BEYOND_TARGET, passed, *run_.target_time, plan.finish,
        [&] {
          return absl::StrCat("It should ", passed ? "have ended" : "end", " by ",
                              Clock(*run_.target_time),
                              ", and by what has happened so far it ends at ", Clock(plan.finish),
                              ", ", InDays(Days(*run_.target_time, plan.finish)), " later.");
        })
        .mutable_time()
        ->CopyFrom(ToTimestamp(plan.finish));
  }

  // What its steps took before is told where their targets say nothing. It has no level: lists and
  // cohorts do not ask for it, and one run has one level wherever that is shown.
  void AddHistory(const LivePlan& plan, absl::Time forecast) {
    if (!run_.target_time.has_value() || IsBeyond(plan.finish, *run_.target_time, calendar_) ||
        !IsBeyond(forecast, *run_.target_time, calendar_))
      return;
    Add(ReadinessReason::KIND_FORECAST_BY_HISTORY, false, *run_.target_time, forecast,
        [&] {
          return absl::StrCat("It should end by ", Clock(*run_.target_time),
                              ", and by how long its steps took before, it ends at ",
                              Clock(forecast), ", ", InDays(Days(*run_.target_time, forecast)),
                              " later.");
        })
        .mutable_time()
        ->CopyFrom(ToTimestamp(forecast));
  }

  Readiness Take() {
    std::stable_sort(reasons_.begin(), reasons_.end(),
                     [](const ReadinessReason& a, const ReadinessReason& b) {
                       return std::tuple(-a.level(), a.kind(), a.time().seconds()) <
                              std::tuple(-b.level(), b.kind(), b.time().seconds());
                     });
    Readiness readiness;
    readiness.set_level(reasons_.empty() ? Readiness::LEVEL_GREEN
                                         : std::max(Readiness::LEVEL_GREEN, reasons_[0].level()));
    readiness.set_reason_count(static_cast<int>(reasons_.size()));
    *readiness.mutable_evaluate_time() = ToTimestamp(now_);
    if (reasons_.size() > kMaxReasons) reasons_.resize(kMaxReasons);
    for (ReadinessReason& reason : reasons_) *readiness.add_reasons() = std::move(reason);
    return readiness;
  }

 private:
  // Whether a milestone is expected after its target, which is told. The plan is as of where the
  // clock of the run stands, and so is the target.
  bool AddExpectedLate(const MilestoneView& view, const LivePlan* plan) {
    const absl::Time target = *view.target_time;
    const std::optional<absl::Time> expected =
        plan == nullptr ? std::nullopt : ExpectedTime(run_, view, *plan);
    if (!expected.has_value() || !IsBeyond(*expected, target, calendar_)) return false;
    ReadinessReason& reason =
        Add(ReadinessReason::KIND_MILESTONE_EXPECTED_LATE, false, target, *expected, [&] {
          return absl::StrCat("The milestone '", view.planned->title, "' should be reached by ",
                              Clock(target), ", and by what has happened so far it is reached at ",
                              Clock(*expected), ", ", InDays(Days(target, *expected)), " later.");
        });
    reason.set_milestone(view.planned->id);
    *reason.mutable_time() = ToTimestamp(*expected);
    return true;
  }

  void AddDueSoon(const MilestoneView& view) {
    const absl::Time target = *view.target_time;
    if (Days(at_, target) > kSoonDays) return;
    Add(ReadinessReason::KIND_MILESTONE_DUE_SOON, false, target, target, [&] {
      return absl::StrCat("The milestone '", view.planned->title, "' should be reached by ",
                          Clock(target), ".");
    }).set_milestone(view.planned->id);
  }

  // A reason about what should have been at `time`; it lasts until `until`.
  template <typename Say>
  ReadinessReason& Add(ReadinessReason::Kind kind, bool red, absl::Time time, absl::Time until,
                       const Say& sentence) {
    ReadinessReason& reason = reasons_.emplace_back();
    reason.set_kind(kind);
    if (kind != ReadinessReason::KIND_FORECAST_BY_HISTORY)
      reason.set_level(red ? Readiness::LEVEL_RED : Readiness::LEVEL_YELLOW);
    if (tells_) reason.set_sentence(sentence());
    *reason.mutable_time() = ToTimestamp(time);
    const absl::Duration length = std::max(absl::ZeroDuration(), until - time);
    reason.mutable_duration()->set_seconds(absl::ToInt64Seconds(length));
    return reason;
  }

  void AddOverdue(const TaskRecord& task, const LivePlan& plan) {
    // The clock of a task stands while it is blocked.
    const absl::Time until = std::min(at_, task.blocked_since.value_or(at_));
    if (!task.due_time.has_value() || until <= *task.due_time) return;
    const std::optional<LiveSpan>& span = plan.spans[static_cast<size_t>(task.step)];
    const bool critical = span.has_value() && span->critical;
    const double days = Days(*task.due_time, until);
    Add(critical ? ReadinessReason::KIND_CRITICAL_TASK_OVERDUE : ReadinessReason::KIND_TASK_OVERDUE,
        critical || days > kLateDays, *task.due_time, until,
        [&] {
          return absl::StrCat("The task '", Title(task), "' was due at ", Clock(*task.due_time),
                              ", ", InDays(days), " ago",
                              critical ? ", and the end of the on-boarding hangs on it." : ".");
        })
        .set_task(TaskId(*run_.plan, task.step, task.round));
  }

  void AddBlocked(const TaskRecord& task) {
    if (!task.blocked_since.has_value()) return;
    const std::string id = TaskId(*run_.plan, task.step, task.round);
    const std::vector<const Impediment*> open = OpenImpediments(run_, id);
    const double days = Days(*task.blocked_since, at_);
    ReadinessReason& reason =
        Add(ReadinessReason::KIND_TASK_BLOCKED, days > kBlockedDays, *task.blocked_since, at_, [&] {
          return absl::StrCat("The task '", Title(task), "' is blocked for ", InDays(days),
                              open.empty() ? "." : absl::StrCat(": ", open[0]->description));
        });
    reason.set_task(id);
    for (const Impediment* impediment : open) reason.add_impediments(impediment->id);
  }

  const std::string& Title(const TaskRecord& task) const {
    const flow::PlanNode& node = run_.plan->plan.node(task.step);
    return node.title.empty() ? node.path : node.title;
  }
  double Days(absl::Time from, absl::Time to) const { return BusinessDays(from, to, calendar_); }
  std::string Ago(absl::Time time) const { return absl::StrCat(InDays(Days(time, at_)), " ago"); }
  std::string Clock(absl::Time time) const { return TimeText(time, calendar_); }

  const Run& run_;
  const calendar::Calendar& calendar_;
  const absl::Time now_;
  const absl::Time at_;  // where the clock of the run stands
  const bool tells_;
  std::vector<ReadinessReason> reasons_;
};

// The live plan of a run that is not over, where its clock stands.
LivePlan PlanAt(const Run& run, const calendar::Calendar& calendar, absl::Time now) {
  return LivePlanOf(run, calendar, run.pause_time.value_or(now));
}

Readiness ByPlan(const Run& run, const LivePlan* plan, const calendar::Calendar& calendar,
                 absl::Time now, bool tells, std::optional<absl::Time> forecast = std::nullopt) {
  Judge judge(run, calendar, now, tells);
  judge.AddPause();
  judge.AddMilestones(plan);
  if (plan != nullptr) {
    judge.AddTasks(*plan);
    judge.AddForecast(*plan);
    if (forecast.has_value()) judge.AddHistory(*plan, *forecast);
  }
  return judge.Take();
}

}  // namespace

Readiness ReadinessOf(const Run& run, const calendar::Calendar& calendar, absl::Time now,
                      const StepLength& length) {
  if (run.cancel_time.has_value()) {
    Readiness nothing;
    *nothing.mutable_evaluate_time() = ToTimestamp(now);
    return nothing;
  }
  if (run.finish_time.has_value()) return ByPlan(run, nullptr, calendar, now, /*tells=*/true);
  const LivePlan plan = PlanAt(run, calendar, now);
  if (length == nullptr) return ByPlan(run, &plan, calendar, now, /*tells=*/true);
  const absl::Time at = run.pause_time.value_or(now);
  return ByPlan(run, &plan, calendar, now, /*tells=*/true,
                LivePlanOf(run, calendar, at, length).finish);
}

Readiness::Level ReadinessLevelOf(const Run& run, const calendar::Calendar& calendar,
                                  absl::Time now) {
  if (run.cancel_time.has_value()) return Readiness::LEVEL_UNSPECIFIED;
  if (run.finish_time.has_value())
    return ByPlan(run, nullptr, calendar, now, /*tells=*/false).level();
  const LivePlan plan = PlanAt(run, calendar, now);
  return ByPlan(run, &plan, calendar, now, /*tells=*/false).level();
}

void SetStanding(const Run& run, const calendar::Calendar& calendar, absl::Time now,
                 v1::Onboarding* onboarding) {
  if (run.cancel_time.has_value()) return;
  if (run.finish_time.has_value()) {
    onboarding->set_readiness(ByPlan(run, nullptr, calendar, now, /*tells=*/false).level());
    *onboarding->mutable_expected_finish_time() = ToTimestamp(*run.finish_time);
    return;
  }
  const LivePlan plan = PlanAt(run, calendar, now);
  onboarding->set_readiness(ByPlan(run, &plan, calendar, now, /*tells=*/false).level());
  // A pause that goes on moves the end, and the target with it.
  *onboarding->mutable_expected_finish_time() =
      ToTimestamp(run.pause_time.has_value() ? LivePlanOf(run, calendar, now).finish : plan.finish);
  const bool passed = onboarding->has_risk_time() && FromTimestamp(onboarding->risk_time()) <= now;
  onboarding->set_at_risk(
      passed || (run.target_time.has_value() && IsBeyond(plan.finish, *run.target_time, calendar)));
}

namespace {

// The run has it as of its latest entry: what was not told until its time was over is no more.
void SetNextEscalation(const Run& run, const calendar::Calendar& calendar, absl::Time now,
                       v1::Onboarding* onboarding) {
  if (!run.next_escalation.has_value() || *run.next_escalation > now) return;
  std::optional<absl::Time> next;
  for (const NextLevel& level : NextLevels(run, calendar)) {
    if (level.until <= now || level.reach_time == absl::InfiniteFuture()) continue;
    if (!next.has_value() || level.reach_time < *next) next = level.reach_time;
  }
  onboarding->clear_next_escalation_time();
  if (next.has_value()) *onboarding->mutable_next_escalation_time() = ToTimestamp(*next);
}

}  // namespace

void SetStanding(const Run& run, absl::Time now, v1::Onboarding* onboarding) {
  // The zone was checked when the run was started; should the machine have lost it since, nothing
  // is said.
  const absl::StatusOr<calendar::Calendar> calendar = CalendarOf(run.spec);
  if (!calendar.ok()) return;
  SetStanding(run, *calendar, now, onboarding);
  SetNextEscalation(run, *calendar, now, onboarding);
}

}  // namespace plumbline::onboarding
