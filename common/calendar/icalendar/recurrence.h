// SPDX-License-Identifier: Apache-2.0
//
// Yearly recurrence rules (RFC 5545 section 3.3.10). Internal to this folder.
#ifndef PLUMBLINE_COMMON_CALENDAR_ICALENDAR_RECURRENCE_H_
#define PLUMBLINE_COMMON_CALENDAR_ICALENDAR_RECURRENCE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "common/calendar/layer.h"

namespace plumbline::calendar {

// Sets rule, first_year and last_year of `holiday` to what the RRULE `value` of an event that
// begins on `start` means; what the holiday skips changes nothing of that. Returns what is not
// understood, with the remedy; "" = nothing.
std::string ReadRecurrence(absl::string_view value, absl::CivilDay start, Holiday* holiday);

// The RRULE of a rule until `last_year`; nullopt if there is none for it.
std::optional<std::string> WriteRecurrence(const Rule& rule, int last_year);

// "20261224"; nullopt for anything else, also for a date with a time ("20261224T000000Z").
std::optional<absl::CivilDay> ReadDate(absl::string_view value);
std::string WriteDate(absl::CivilDay date);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_ICALENDAR_RECURRENCE_H_
