// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/working_days.h"

#include "absl/time/civil_time.h"

namespace plumbline::calendar {
namespace {

// The working day that began last, at `t` or before. There is one.
absl::CivilDay WorkingDayAt(const Calendar& calendar, absl::Time t) {
  const absl::CivilDay date = absl::ToCivilDay(t, calendar.zone());
  const absl::Time opening = calendar.OpeningOfDay(date, 0);
  return absl::ToCivilDay(opening <= t ? opening : calendar.OpeningOfDay(date, -1),
                          calendar.zone());
}

}  // namespace

int64_t WorkingDaysBetween(const Calendar& calendar, absl::Time from, absl::Time to) {
  if (to < from) return -WorkingDaysBetween(calendar, to, from);
  const absl::Time first = calendar.NextOpening(from);
  if (first >= to) return 0;
  return 1 + calendar.WorkingDays(WorkingDayAt(calendar, first),
                                  WorkingDayAt(calendar, to - absl::Nanoseconds(1)));
}

}  // namespace plumbline::calendar
