// SPDX-License-Identifier: Apache-2.0
//
// The due dates of one person as a calendar: what a file and a feed have in common.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_CALENDAR_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_CALENDAR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/calendar/icalendar/due_dates.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/runs/rpc.h"

namespace plumbline::onboarding {

struct TaskCalendarQuery {
  std::string workspace;
  std::string assignee;    // a person, or a role where no person is named
  std::string title = {};  // "" = of the assignee
  calendar::DueComponent component = calendar::DueComponent::kEvent;
  absl::Duration refresh = absl::ZeroDuration();  // as of calendar::WriteDueDates
};

// See v1::ExportTaskCalendarResponse, where each of these is described.
struct TaskCalendar {
  std::string icalendar;
  int tasks = 0;
  int milestones = 0;
  bool more = false;
  int unreadable_tasks = 0;
  int unreadable_onboardings = 0;
};

// The open tasks that are due, and the milestones of their own on-boardings that were not reached.
// The same until something of them changes. Reads an on-boarding for each of up to 1,000 tasks at
// most. Errors: those of the store.
absl::StatusOr<TaskCalendar> WriteTaskCalendar(const Dependencies& on,
                                               const rpc::CallContext& context,
                                               const TaskCalendarQuery& query);

// OK, or FIELD_INVALID of `field`.
absl::Status CheckAssignee(absl::string_view field, absl::string_view assignee);
absl::StatusOr<calendar::DueComponent> ToComponent(
    absl::string_view field, v1::ExportTaskCalendarRequest::Component component);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_CALENDAR_H_
