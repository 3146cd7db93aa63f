// SPDX-License-Identifier: Apache-2.0
//
// OnboardingService: requests to rules, runs to responses.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_H_

#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/people/people.h"
#include "services/onboarding/runs/calendar_source.h"
#include "services/onboarding/runs/plan_source.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/watch/watch.h"

namespace plumbline::onboarding {

// What the methods stand on. All of it must outlive the table.
struct Dependencies {
  RunStore& runs;
  FeedStore& feed;
  PlanSource& plans;
  CalendarSource& calendars;
  People& people;
  WatchHub& watch;
  const base::Clock& clock;
};

// Adds the methods of OnboardingService.
void RegisterOnboardingService(const Dependencies& on, rpc::MethodTable* table);

// The two halves of it.
void RegisterReads(const Dependencies& on, rpc::MethodTable* table);
void RegisterChanges(const Dependencies& on, rpc::MethodTable* table);

// Methods of OnboardingService in files of their own.
absl::Status ListOnboardings(const Dependencies& on, const rpc::CallContext& context,
                             const v1::ListOnboardingsRequest& request,
                             v1::ListOnboardingsResponse* response);
absl::Status ListTasks(const Dependencies& on, const rpc::CallContext& context,
                       const v1::ListTasksRequest& request, v1::ListTasksResponse* response);
absl::Status ListImpediments(const Dependencies& on, const rpc::CallContext& context,
                             const v1::ListImpedimentsRequest& request,
                             v1::ListImpedimentsResponse* response);

absl::Status ExportTaskCalendar(const Dependencies& on, const rpc::CallContext& context,
                                const v1::ExportTaskCalendarRequest& request,
                                v1::ExportTaskCalendarResponse* response);

inline constexpr char kServiceName[] = "plumbline.onboarding.v1.OnboardingService";

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_H_
