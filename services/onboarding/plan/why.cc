// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/why.h"

#include "services/onboarding/engine/frozen_calendar.h"

namespace plumbline::onboarding {

Hours HoursOf(const Run& run, const calendar::Calendar& calendar, absl::Time first,
              absl::Time last) {
  Hours hours{calendar, CalendarTitle(run.spec), {}};
  hours.titles = TitlesOf(run.spec, absl::ToCivilDay(first, calendar.zone()),
                          absl::ToCivilDay(last, calendar.zone()));
  return hours;
}

v1::PlannedTask::Bound ToProto(Bound bound) {
  switch (bound) {
    case Bound::kDayOne:
      return v1::PlannedTask::BOUND_DAY_ONE;
    case Bound::kPredecessor:
      return v1::PlannedTask::BOUND_PREDECESSOR;
    case Bound::kEarliestDay:
      return v1::PlannedTask::BOUND_EARLIEST_DAY;
    case Bound::kPlannedStart:
      return v1::PlannedTask::BOUND_PLANNED_START;
    case Bound::kDecision:
      return v1::PlannedTask::BOUND_DECISION;
  }
  return v1::PlannedTask::BOUND_UNSPECIFIED;
}

}  // namespace plumbline::onboarding
