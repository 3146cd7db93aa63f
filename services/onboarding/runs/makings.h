// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_MAKINGS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_MAKINGS_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "common/base/error.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/frozen_plan.h"

namespace plumbline::onboarding {

// What the runs of one change stand on and what takes milliseconds to make: their plans, calendars
// and office hours. A write transaction makes none, for on SQLite all others wait for it: it says
// that it lacks something, is given up, and begins anew when that was made outside of it. What was
// made is held here, so that it is there then though memory may have no room for it.
struct Makings {
  bool may_make = false;  // outside of a write transaction
  bool lacking = false;
  std::map<std::string, PlanPointer> plans;          // by id
  std::map<std::string, CalendarPointer> calendars;  // by id; nullptr is never one
  std::map<std::string, CalendarPointer> hours;      // by zone; nullptr: there is no room for them

  absl::Status Lack() {
    lacking = true;
    return base::Internal("something is to be made outside of the transaction first");
  }
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_MAKINGS_H_
