// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/rpc.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/plan_service.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/roles.h"
#include "services/onboarding/forecast/basis.h"
#include "services/onboarding/people/substitute.h"
#include "services/onboarding/plan/business_time.h"
#include "services/onboarding/plan/convert.h"
#include "services/onboarding/plan/live.h"
#include "services/onboarding/plan/outline.h"
#include "services/onboarding/runs/convert.h"

namespace plumbline::onboarding {
namespace {

using base::CallContext;

constexpr char kService[] = "plumbline.onboarding.v1.PlanService";
constexpr char kRead[] = "onboarding.read";
constexpr char kReadPeople[] = "people.read";

// The shape of what would be started is that of a start.
absl::StatusOr<StartCommand> ToStart(const v1::PlanOnboardingRequest& request) {
  v1::StartOnboardingRequest start;
  start.set_parent(request.parent());
  start.set_onboarding_id("plan");
  *start.mutable_onboarding() = request.onboarding();
  if (request.has_start_time()) *start.mutable_occur_time() = request.start_time();
  return Parse(start);
}

// Who stands in for assignees that are away when their tasks should begin.
absl::Status FillAbsences(Directory& people, v1::PlanOnboardingResponse* response) {
  for (v1::PlannedTask& task : *response->mutable_tasks()) {
    if (task.owner().person().empty() || !task.has_planned_start_time()) continue;
    ASSIGN_OR_RETURN(Resolution acting, WhoActs(people, task.owner().person(),
                                                FromTimestamp(task.planned_start_time())));
    // That somebody has no record is nothing about an absence.
    if (acting.outcome == v1::OUTCOME_FOUND && acting.person == task.owner().person()) continue;
    if (acting.outcome == v1::OUTCOME_FOUND) task.set_stand_in(acting.person);
    for (v1::ResolutionStep& step : acting.steps) *task.add_absence_steps() = std::move(step);
  }
  return absl::OkStatus();
}

absl::Status PlanOnboarding(const PlanDependencies& on, const CallContext& context,
                            const v1::PlanOnboardingRequest& request,
                            v1::PlanOnboardingResponse* response) {
  ASSIGN_OR_RETURN(const StartCommand command, ToStart(request));
  const absl::Time now = on.clock.Now();
  const absl::Time at = command.occur_time.value_or(now);
  ASSIGN_OR_RETURN(const PlanPointer plan, on.plans.Get(context, command.process, at));
  RETURN_IF_ERROR(CheckAssignees(plan->plan, command.spec.assignees));
  const auto fill = [&](Directory& people, const CompleteSpec& complete) -> absl::Status {
    response->Clear();
    ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(complete.spec));
    ASSIGN_OR_RETURN(const Started started,
                     Start(complete.spec, plan, {at, now, context.identity.subject}));
    const Course course = CourseOf(started.run);
    FillPlan(started.run, OutlineOf(plan->plan, command.spec.day_one, calendar, course), course,
             complete.owners, calendar, std::max(at, now), response);
    if (!context.identity.May(kReadPeople, command.spec.workspace)) return absl::OkStatus();
    return FillAbsences(people, response);
  };
  return Complete(context, on.people, on.calendars, plan->plan, command, fill);
}

absl::Status GetPlan(const PlanDependencies& on, const CallContext& context,
                     const v1::GetPlanRequest& request, v1::GetPlanResponse* response) {
  ASSIGN_OR_RETURN(const Target target, ParseOnboarding("name", request.name()));
  if (!v1::GetPlanRequest::View_IsValid(request.view())) {
    return base::FieldError(
        "view", absl::StrCat("'", static_cast<int>(request.view()),
                             "' is no view; choose VIEW_BASIC or VIEW_FULL, or leave it out"));
  }
  ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, target.workspace, target.onboarding));
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
  ASSIGN_OR_RETURN(
      const ProcessDurations durations,
      on.durations.Load(context, target.workspace, ProcessId(*run.plan), OwnersOf(run)));
  FillLivePlan(run, durations, calendar, on.clock.Now(), request.view(), response);
  return absl::OkStatus();
}

}  // namespace

void RegisterPlanService(const PlanDependencies& on, rpc::MethodTable* table) {
  table->Unary<v1::PlanOnboardingRequest, v1::PlanOnboardingResponse>(
      kService, "PlanOnboarding", kRead, rpc::WorkClass::kRead,
      [on](const CallContext& context, const v1::PlanOnboardingRequest& request,
           v1::PlanOnboardingResponse* response) {
        return PlanOnboarding(on, context, request, response);
      });
  table->Unary<v1::GetPlanRequest, v1::GetPlanResponse>(
      kService, "GetPlan", kRead, rpc::WorkClass::kRead,
      [on](const CallContext& context, const v1::GetPlanRequest& request,
           v1::GetPlanResponse* response) { return GetPlan(on, context, request, response); });
}

}  // namespace plumbline::onboarding
