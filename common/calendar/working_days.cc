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

absl::Duration MeanWorkingDay(const Calendar& calendar, absl::CivilDay from) {
  constexpr int kDays = 364;  // whole weeks
  const int64_t days = calendar.WorkingDays(from, from + kDays);
  if (days == 0) return absl::ZeroDuration();
  return calendar.Between(absl::FromCivil(from, calendar.zone()),
                          absl::FromCivil(from + kDays, calendar.zone())) /
         days;
}

}  // namespace plumbline::calendar
