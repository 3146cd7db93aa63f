// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/convert.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/plan/risks.h"
#include "services/onboarding/plan/why.h"
#include "services/onboarding/ramp/readiness.h"

namespace plumbline::onboarding {
namespace {

using google::protobuf::util::TimeUtil;

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

// From the first start to the end.
Hours HoursOf(const Run& run, const Outline& outline, const calendar::Calendar& calendar) {
  const absl::Time end = outline.end.value_or(run.start_time);
  absl::Time first = end;
  for (const OutlinedStep& step : outline.steps) first = std::min(first, step.start);
  return HoursOf(run, calendar, first, end);
}

void FillTimes(const Run& run, const OutlinedStep& step, const Hours& hours,
               v1::PlannedTask* task) {
  const flow::Plan& plan = run.plan->plan;
  *task->mutable_planned_start_time() = ToTimestamp(step.start);
  *task->mutable_planned_end_time() = ToTimestamp(step.end);
  const std::vector<absl::CivilDay> skipped =
      ClosedDays(hours.calendar, step.start, step.end, kMostSkipped);
  FillCause(plan, step, skipped, task);
  AddReasons(ReasonsOf(plan, step, run.spec.day_one, hours, skipped), task);
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
    AddReasons(ConditionReasons(plan, index, course), task);
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
  if (auto risk = RiskOf(run, calendar, at)) *response->mutable_risk() = *std::move(risk);
}

}  // namespace plumbline::onboarding
