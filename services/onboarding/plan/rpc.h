// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_RPC_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_RPC_H_

#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "services/onboarding/forecast/store.h"
#include "services/onboarding/people/people.h"
#include "services/onboarding/runs/calendar_source.h"
#include "services/onboarding/runs/plan_source.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding {

// What PlanService stands on. All of it must outlive the table.
struct PlanDependencies {
  PlanSource& plans;
  CalendarSource& calendars;
  RunStore& runs;
  DurationStore& durations;
  People& people;
  const base::Clock& clock;
};

// Adds the methods of PlanService.
void RegisterPlanService(const PlanDependencies& on, rpc::MethodTable* table);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_RPC_H_
