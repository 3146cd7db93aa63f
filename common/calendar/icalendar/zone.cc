// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/icalendar/zone.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/calendar/icalendar/hours.h"

namespace plumbline::calendar {
namespace {

struct Change {
  absl::CivilSecond at;  // by the clock before it
  int from = 0, to = 0;  // seconds east of UTC
  bool summer = false;
  std::string name;

  bool IsLike(const Change& other) const {
    return from == other.from && to == other.to && summer == other.summer && name == other.name;
  }
};

std::vector<Change> ChangesOf(const absl::TimeZone& zone, int first_year, int last_year) {
  std::vector<Change> changes;
  absl::Time time = absl::FromCivil(absl::CivilSecond(first_year, 1, 1), zone);
  const auto before = zone.At(time);
  changes.push_back({before.cs, before.offset, before.offset, before.is_dst, before.zone_abbr});
  absl::TimeZone::CivilTransition next;
  while (zone.NextTransition(time, &next) && next.from.year() <= last_year) {
    // Of a time that the clock shows twice the second is after the change.
    time = zone.At(next.to).post;
    const auto after = zone.At(time);
    changes.push_back({next.from, zone.At(time - absl::Seconds(1)).offset, after.offset,
                       after.is_dst, after.zone_abbr});
  }
  return changes;
}

int OrdinalOf(absl::CivilDay day) { return (day.day() - 1) / 7 + 1; }

bool IsLast(absl::CivilDay day) { return (day + 7).month() != day.month(); }

// "BYMONTH=3;BYDAY=-1SU" if all of the changes fall on such a day, one in every year from the first
// to the last of `changes`; else "".
std::string RuleOf(const std::vector<Change>& changes) {
  const absl::CivilDay first(changes[0].at);
  bool ordinal = true, last = true;
  for (size_t i = 0; i < changes.size(); ++i) {
    const absl::CivilDay day(changes[i].at);
    const bool same =
        day.year() == first.year() + static_cast<int64_t>(i) && day.month() == first.month() &&
        absl::GetWeekday(day) == absl::GetWeekday(first) &&
        changes[i].at - absl::CivilSecond(day) == changes[0].at - absl::CivilSecond(first);
    if (!same) return "";
    ordinal = ordinal && OrdinalOf(day) == OrdinalOf(first);
    last = last && IsLast(day);
  }
  if (changes.size() < 2 || !(ordinal || last)) return "";
  return absl::StrCat("BYMONTH=", first.month(), ";BYDAY=", last ? -1 : OrdinalOf(first),
                      WeekdayCode(static_cast<size_t>(absl::GetWeekday(first))));
}

std::string OffsetText(int seconds) {
  const int size = std::abs(seconds);
  const std::string text =
      absl::StrFormat("%c%02d%02d", seconds < 0 ? '-' : '+', size / 3600, size / 60 % 60);
  return size % 60 == 0 ? text : absl::StrFormat("%s%02d", text, size % 60);
}

std::string LocalText(absl::CivilSecond time) {
  return absl::StrFormat("%04d%02d%02dT%02d%02d%02d", time.year(), time.month(), time.day(),
                         time.hour(), time.minute(), time.second());
}

void AddObservance(const Change& change, const std::string& rule, std::vector<std::string>* lines) {
  const char* kind = change.summer ? "DAYLIGHT" : "STANDARD";
  lines->push_back(absl::StrCat("BEGIN:", kind));
  lines->push_back(absl::StrCat("DTSTART:", LocalText(change.at)));
  lines->push_back(absl::StrCat("TZOFFSETFROM:", OffsetText(change.from)));
  lines->push_back(absl::StrCat("TZOFFSETTO:", OffsetText(change.to)));
  if (!rule.empty()) lines->push_back(absl::StrCat("RRULE:FREQ=YEARLY;", rule));
  lines->push_back(absl::StrCat("TZNAME:", change.name));
  lines->push_back(absl::StrCat("END:", kind));
}

}  // namespace

std::vector<std::string> TimeZoneLines(const absl::TimeZone& zone, int first_year, int last_year) {
  std::vector<std::string> lines = {"BEGIN:VTIMEZONE", absl::StrCat("TZID:", zone.name())};
  std::vector<Change> changes = ChangesOf(zone, first_year, last_year);
  // What holds when the first year begins, which is no change.
  AddObservance(changes[0], "", &lines);
  changes.erase(changes.begin());
  while (!changes.empty()) {
    std::vector<Change> alike, others;
    for (const Change& change : changes)
      (change.IsLike(changes[0]) ? alike : others).push_back(change);
    const bool lasts = alike.back().at.year() == last_year;
    const std::string rule = lasts ? RuleOf(alike) : "";
    if (!rule.empty()) alike.resize(1);
    for (const Change& change : alike) AddObservance(change, rule, &lines);
    changes = std::move(others);
  }
  lines.push_back("END:VTIMEZONE");
  return lines;
}

}  // namespace plumbline::calendar
