// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/convert.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/plan/reasons.h"
#include "services/onboarding/ramp/readiness.h"

namespace plumbline::onboarding {
namespace {

using google::protobuf::util::TimeUtil;

constexpr size_t kMostWaitedFor = 20;
constexpr size_t kMostSkipped = 60;

// The task but for its times.
v1::PlannedTask TaskOf(const flow::Plan& plan, flow::NodeIndex index, const Owners& owners) {
  const flow::PlanNode& node = plan.node(index);
  v1::PlannedTask task;
  task.set_step(node.path);
  task.set_title(node.title);
  task.set_role(node.step.role);
  const auto owner = owners.find(node.step.role);
  if (owner != owners.end()) *task.mutable_owner() = owner->second;
  return task;
}

v1::PlannedTask::Bound ToProto(Bound bound) {
  switch (bound) {
    case Bound::kDayOne:
      return v1::PlannedTask::BOUND_DAY_ONE;
    case Bound::kPredecessor:
      return v1::PlannedTask::BOUND_PREDECESSOR;
    case Bound::kEarliestDay:
      return v1::PlannedTask::BOUND_EARLIEST_DAY;
  }
  return v1::PlannedTask::BOUND_UNSPECIFIED;
}

// By which hours all of it is planned.
struct Hours {
  const calendar::Calendar& calendar;
  std::string title;
  DayTitles titles;
};

Hours HoursOf(const Run& run, const Outline& outline, const calendar::Calendar& calendar) {
  Hours hours{calendar, CalendarTitle(run.spec), {}};
  if (outline.steps.empty() || !outline.end.has_value()) return hours;
  absl::Time first = *outline.end;
  for (const OutlinedStep& step : outline.steps) first = std::min(first, step.start);
  hours.titles = TitlesOf(run.spec, absl::ToCivilDay(first, calendar.zone()),
                          absl::ToCivilDay(*outline.end, calendar.zone()));
  return hours;
}

void FillTimes(const Run& run, const OutlinedStep& step, const Hours& hours,
               v1::PlannedTask* task) {
  const flow::Plan& plan = run.plan->plan;
  *task->mutable_planned_start_time() = ToTimestamp(step.start);
  *task->mutable_planned_end_time() = ToTimestamp(step.end);
  for (size_t i = 0; i < std::min(step.waits_for.size(), kMostWaitedFor); ++i)
    task->add_waits_for(plan.node(step.waits_for[i]).path);
  task->set_waits_for_count(static_cast<int32_t>(step.waits_for.size()));
  task->set_bound(ToProto(step.bound));
  const std::vector<absl::CivilDay> skipped =
      ClosedDays(hours.calendar, step.start, step.end, kMostSkipped);
  for (const absl::CivilDay day : skipped) task->add_skipped_dates(absl::FormatCivilTime(day));
  for (const std::string& reason :
       ReasonsOf(plan, step, run.spec.day_one, hours.calendar, hours.title, skipped, hours.titles))
    task->add_reasons(reason);
  *task->mutable_slack() = TimeUtil::MicrosecondsToDuration(absl::ToInt64Microseconds(step.slack));
  task->set_critical(step.critical);
  task->set_may_be_left_out(step.may_be_left_out);
}

// All steps, in the order of the plan.
void FillTasks(const Run& run, const Outline& outline, const Course& course, const Owners& owners,
               const Hours& hours, v1::PlanOnboardingResponse* response) {
  const flow::Plan& plan = run.plan->plan;
  std::map<flow::NodeIndex, const OutlinedStep*> steps;  // nullptr: it has no times
  for (const OutlinedStep& step : outline.steps) steps[step.step] = &step;
  for (const flow::NodeIndex step : outline.left_out) steps[step] = nullptr;
  for (const flow::NodeIndex step : outline.repeats_only) steps[step] = nullptr;
  for (const auto& [index, step] : steps) {
    v1::PlannedTask* task = response->add_tasks();
    *task = TaskOf(plan, index, owners);
    if (step != nullptr) FillTimes(run, *step, hours, task);
    for (const std::string& reason : ConditionReasons(plan, index, course))
      task->add_reasons(reason);
    if (step != nullptr) continue;
    task->set_may_be_left_out(true);
    task->set_repeats_only(!course.IsLeftOut(index));
    if (task->repeats_only()) task->add_reasons(RepeatReason());
  }
}

}  // namespace

void FillPlan(const Run& run, const Outline& outline, const Course& course, const Owners& owners,
              const calendar::Calendar& calendar, absl::Time at,
              v1::PlanOnboardingResponse* response) {
  const flow::Plan& plan = run.plan->plan;
  v1::Onboarding& onboarding = *response->mutable_onboarding();
  onboarding = ToProto(run);
  // Nothing was started.
  onboarding.clear_name();
  onboarding.clear_etag();
  onboarding.clear_state();
  onboarding.clear_start_time();
  // The tasks say when all should happen; what of it is late already moves the end.
  SetStanding(run, calendar, at, &onboarding);
  FillTasks(run, outline, course, owners, HoursOf(run, outline, calendar), response);
  for (const flow::NodeIndex index : outline.critical_path)
    response->add_critical_path(plan.node(index).path);
  if (outline.end.has_value()) *response->mutable_planned_end_time() = ToTimestamp(*outline.end);
  for (const auto& [role, owner] : owners)
    if (owner.person().empty()) response->add_open_roles(role);
}

}  // namespace plumbline::onboarding
