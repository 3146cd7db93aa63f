// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/test_reference.h"

#include <algorithm>
#include <set>
#include <string>
#include <variant>

#include "common/calendar/easter.h"

namespace plumbline::calendar {
namespace {

constexpr int kLongestHoliday = 70;  // in tests
const DayHours kClosed;

// Which of the days of its month with this weekday `day` is, from 1.
int NumberInMonth(absl::CivilDay day) { return (day.day() - 1) / 7 + 1; }

int NumberFromEndOfMonth(absl::CivilDay day) {
  int number = 1;
  for (absl::CivilDay later = day + 7; later.month() == day.month(); later += 7) ++number;
  return -number;
}

struct FallsOn {
  absl::CivilDay day;

  bool operator()(std::monostate) const { return false; }
  bool operator()(const MonthDay& rule) const {
    return day.month() == rule.month && day.day() == rule.day;
  }
  bool operator()(const WeekdayOfMonth& rule) const {
    return day.month() == rule.month && absl::GetWeekday(day) == rule.weekday &&
           (NumberInMonth(day) == rule.n || NumberFromEndOfMonth(day) == rule.n);
  }
  bool operator()(const WeekdayFrom& rule) const {
    if (absl::GetWeekday(day) != rule.weekday) return false;
    for (absl::CivilDay from = day; from > day - 7; --from) {
      if (from.month() == rule.month && from.day() == rule.day) return true;
    }
    return false;
  }
  bool operator()(const EasterDay& rule) const {
    const int year = static_cast<int>(day.year());
    return day == (rule.orthodox ? OrthodoxEaster(year) : WesternEaster(year)) + rule.days;
  }
};

bool Holds(const std::vector<absl::CivilDay>& days, absl::CivilDay day) {
  return std::find(days.begin(), days.end(), day) != days.end();
}

// Minute by minute: those of `hours` in which the week is open too.
DayHours Shortened(const DayHours& hours, const DayHours& week) {
  const auto holds = [](const DayHours& all, int32_t minute) {
    return std::any_of(all.begin(), all.end(),
                       [&](const Hours& one) { return minute >= one.begin && minute < one.end; });
  };
  DayHours both;
  for (int32_t minute = 0; minute < 2 * kMinutesOfDay; ++minute) {
    if (!holds(hours, minute) || !holds(week, minute)) continue;
    if (both.empty() || both.back().end != minute) both.push_back({minute, minute});
    both.back().end = minute + 1;
  }
  return both;
}

}  // namespace

Reference::Reference(std::vector<Layer> layers, absl::TimeZone zone, absl::CivilDay first,
                     absl::CivilDay last)
    : layers_(std::move(layers)), begin_(absl::FromCivil(first - 2, zone)) {
  const absl::Time end = absl::FromCivil(last + 3, zone);
  for (absl::Time t = begin_; t < end; t += absl::Minutes(1))
    clock_.push_back(absl::ToCivilMinute(t, zone));
  open_.resize(clock_.size());
  const auto special = SpecialHours(first, last + 1);
  const auto hours_of = [&](absl::CivilDay day) {
    const auto it = special.find(day);
    return it == special.end() ? WeekHoursOf(day) : it->second;
  };
  for (absl::CivilDay day = first; day <= last; ++day)
    AddDay(day, hours_of(day), hours_of(day + 1));
}

const DayHours& Reference::WeekHoursOf(absl::CivilDay day) const {
  const size_t weekday = static_cast<size_t>(absl::GetWeekday(day));
  bool any = false;
  for (const Layer& layer : layers_) {
    if (layer.week[weekday].has_value()) return *layer.week[weekday];
    for (const auto& hours : layer.week) any = any || hours.has_value();
  }
  static const DayHours& office = *new DayHours{{540, 1020}};
  return any || weekday > 4 ? kClosed : office;
}

bool Reference::Falls(const Holiday& holiday, absl::CivilDay day) const {
  if (Holds(holiday.skip, day)) return false;
  if (Holds(holiday.dates, day)) return true;
  if (!std::visit(FallsOn{day}, holiday.rule)) return false;
  // A weekday on or after 29 December belongs to the year of that date.
  const auto* from = std::get_if<WeekdayFrom>(&holiday.rule);
  const int year =
      static_cast<int>(day.year()) - (from != nullptr && from->month > day.month() ? 1 : 0);
  return year >= holiday.first_year && year <= holiday.last_year;
}

std::map<absl::CivilDay, DayHours> Reference::SpecialHours(absl::CivilDay first,
                                                           absl::CivilDay last) const {
  struct Found {
    size_t layer;
    const Holiday* holiday;
  };
  std::vector<Found> holidays;
  std::set<std::string> seen;
  for (size_t i = 0; i < layers_.size(); ++i) {
    for (const Holiday& holiday : layers_[i].holidays) {
      if (seen.insert(holiday.id).second && !holiday.dropped) holidays.push_back({i, &holiday});
    }
  }
  // By date and layer; what is put first stays.
  std::map<absl::CivilDay, std::map<size_t, DayHours>> found;
  std::vector<std::pair<absl::CivilDay, Found>> lost;
  for (absl::CivilDay day = first - kLongestHoliday; day <= last + kLongestHoliday; ++day) {
    for (const Found& one : holidays) {
      if (!Falls(*one.holiday, day)) continue;
      if (one.holiday->observed != Observance::kNone && WeekHoursOf(day).empty()) {
        lost.push_back({day, one});
        continue;
      }
    }
  }
  for (const Found& one : holidays) {
    for (absl::CivilDay day = first - kLongestHoliday; day <= last + kLongestHoliday; ++day) {
      if (!Falls(*one.holiday, day)) continue;
      if (one.holiday->observed != Observance::kNone && WeekHoursOf(day).empty()) continue;
      for (int i = 0; i < one.holiday->days; ++i)
        found[day + i].emplace(one.layer, Shortened(one.holiday->hours, WeekHoursOf(day + i)));
    }
  }
  for (const auto& [day, one] : lost) {
    const auto is_free = [&](absl::CivilDay other) {
      return !WeekHoursOf(other).empty() && found.count(other) == 0;
    };
    for (int distance = 1; distance <= 14; ++distance) {
      const bool before =
          one.holiday->observed == Observance::kNearestWorkingDay && is_free(day - distance);
      if (!before && !is_free(day + distance)) continue;
      const absl::CivilDay other = before ? day - distance : day + distance;
      found[other].emplace(one.layer, Shortened(one.holiday->hours, WeekHoursOf(other)));
      break;
    }
  }
  std::map<absl::CivilDay, DayHours> hours;
  for (absl::CivilDay day = first; day <= last; ++day) {
    for (size_t i = 0; i < layers_.size() && hours.count(day) == 0; ++i) {
      for (const Exception& exception : layers_[i].exceptions) {
        if (day >= exception.first && day <= exception.last) hours.emplace(day, exception.hours);
      }
      const auto it = found.find(day);
      if (it != found.end() && it->second.count(i) != 0) hours.emplace(day, it->second.at(i));
    }
  }
  return hours;
}

int64_t Reference::FirstShowing(absl::CivilMinute clock) const {
  return std::find_if(clock_.begin(), clock_.end(),
                      [&](absl::CivilMinute shown) { return shown >= clock; }) -
         clock_.begin();
}

void Reference::AddDay(absl::CivilDay date, const DayHours& hours, const DayHours& next) {
  Day day{date, {}};
  for (const Hours& one : hours) {
    int32_t until = one.end;
    if (!next.empty()) until = std::min(until, kMinutesOfDay + next.front().begin);
    const Stretch stretch{FirstShowing(absl::CivilMinute(date) + one.begin),
                          FirstShowing(absl::CivilMinute(date) + until)};
    if (stretch.begin >= stretch.end) continue;
    day.stretches.push_back(stretch);
    for (int64_t i = stretch.begin; i < stretch.end; ++i) open_[i] = true;
  }
  if (!day.stretches.empty()) days_.push_back(day);
}

std::optional<absl::Time> Reference::TimeOf(std::optional<int64_t> index) const {
  if (!index.has_value()) return std::nullopt;
  return begin_ + absl::Minutes(*index);
}

std::optional<int64_t> Reference::OpenFrom(int64_t index) const {
  while (index < static_cast<int64_t>(open_.size()) && !open_[index]) ++index;
  if (index == static_cast<int64_t>(open_.size())) return std::nullopt;
  return index;
}

std::optional<absl::Time> Reference::NextOpening(absl::Time t) const {
  return TimeOf(OpenFrom(IndexOf(t)));
}

int64_t Reference::OpenMinutesBetween(absl::Time from, absl::Time to) const {
  return std::count(open_.begin() + IndexOf(from), open_.begin() + IndexOf(to), true);
}

std::optional<absl::Time> Reference::OpeningOfDay(absl::CivilDay day, int64_t offset) const {
  int64_t number = 0;
  while (number < static_cast<int64_t>(days_.size()) && days_[number].date < day) ++number;
  number += offset;
  if (number < 0 || number >= static_cast<int64_t>(days_.size())) return std::nullopt;
  return TimeOf(days_[number].stretches.front().begin);
}

std::optional<std::pair<int64_t, int64_t>> Reference::StartOf(int64_t index, bool backwards) const {
  std::optional<std::pair<int64_t, int64_t>> start;
  for (size_t number = 0; number < days_.size(); ++number) {
    for (const Stretch& stretch : days_[number].stretches) {
      if (index >= stretch.begin && index < stretch.end) return {{index, number}};
      if (!backwards && stretch.begin > index) return {{stretch.begin, number}};
      if (backwards && stretch.end <= index) start = {stretch.end, number};
    }
  }
  return start;
}

int64_t Reference::SameClock(const Day& day, int64_t clock, bool backwards) const {
  std::optional<int64_t> found;
  for (const Stretch& stretch : day.stretches) {
    for (int64_t i = stretch.begin; i <= stretch.end; ++i) {
      // A closing shows the time up to which it was open.
      const absl::CivilMinute shown = i < stretch.end ? clock_[i] : clock_[i - 1] + 1;
      const int64_t minutes = shown - absl::CivilMinute(day.date);
      if (!backwards && minutes >= clock) return i;
      if (backwards && minutes <= clock) found = i;
    }
  }
  if (backwards) return found.value_or(day.stretches.front().begin);
  return day.stretches.back().end;
}

std::optional<absl::Time> Reference::Add(absl::Time start, int64_t days, int64_t minutes) const {
  const bool backwards = days < 0 || (days == 0 && minutes < 0);
  const auto begin = StartOf(IndexOf(start), backwards);
  if (!begin.has_value()) return std::nullopt;
  auto [index, number] = *begin;
  if (days != 0) {
    const Stretch* in = nullptr;
    for (const Stretch& stretch : days_[number].stretches) {
      if (index >= stretch.begin && index <= stretch.end) in = &stretch;
    }
    const absl::CivilMinute shown = index < in->end ? clock_[index] : clock_[index - 1] + 1;
    const int64_t clock = shown - absl::CivilMinute(days_[number].date);
    if (number + days < 0 || number + days >= static_cast<int64_t>(days_.size()))
      return std::nullopt;
    index = SameClock(days_[number + days], clock, backwards);
  }
  for (int64_t i = 0; i < minutes; ++i) {
    const auto open = OpenFrom(index);
    if (!open.has_value()) return std::nullopt;
    index = *open + 1;
  }
  for (int64_t i = 0; i > minutes; --i) {
    do {
      if (--index < 0) return std::nullopt;
    } while (!open_[index]);
  }
  return TimeOf(index);
}

}  // namespace plumbline::calendar
