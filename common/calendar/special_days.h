// SPDX-License-Identifier: Apache-2.0
//
// Holidays and exceptions of a list of layers, as dates.
#ifndef PLUMBLINE_COMMON_CALENDAR_SPECIAL_DAYS_H_
#define PLUMBLINE_COMMON_CALENDAR_SPECIAL_DAYS_H_

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "common/calendar/layer.h"

namespace plumbline::calendar {

// The hours of a week that layers give together, the first that names a weekday deciding. A weekday
// that none names is closed; when none names any, Monday to Friday are open 09:00 to 17:00.
std::array<DayHours, 7> MergeWeeks(absl::Span<const Layer> layers);

// The date on which a holiday's rule falls in `year`, before its observance; nullopt where it does
// not, or is skipped. O(1).
std::optional<absl::CivilDay> OccurrenceIn(const Holiday& holiday, int year);

// Those of `hours` in which `week` is open too. O(both).
DayHours Within(const DayHours& hours, const DayHours& week);

// Whether some of the holiday's `dates` has hours in which the day is closed by the week: they need
// an exception to count. O(dates).
bool OpensBeyond(const std::array<DayHours, 7>& week, const Holiday& holiday);

// A date that does not follow the week. Views live as long as the layers.
struct SpecialDay {
  absl::CivilDay date;
  absl::string_view id;  // of the holiday; "" for an exception
  absl::string_view title;
  DayHours hours;           // that count; empty = closed
  size_t layer = 0;         // which one says so
  bool substitute = false;  // stands in for a day on which nobody would have worked
};

// All special days from `first` to `last`, both within the years of compiled calendars, in order,
// one for each date. Of several that fall on a date the one of the first layer decides; within a
// layer an exception before a holiday, and of holidays the one listed first. A holiday hides those
// of later layers that have its id. Substitute days are given out last, in the order of the days
// that they stand for, to days with hours by the week on which no holiday falls. A shortened day is
// open in those of its hours in which the week is; an exception in all of its own.
// O(days in between + occurrences).
std::vector<SpecialDay> SpecialDays(absl::Span<const Layer> layers, absl::CivilDay first,
                                    absl::CivilDay last);

// Of each of `holidays` whether `layers` say it already: on every date on which it falls they have
// these very hours, or are closed too, whatever says so. Of one that falls on no date: no.
// Its observance does not count. O(years * (layers' and these holidays)).
std::vector<bool> AlreadySaid(absl::Span<const Layer> layers, absl::Span<const Holiday> holidays);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_SPECIAL_DAYS_H_
