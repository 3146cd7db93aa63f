// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/special_days.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_set.h"
#include "common/calendar/easter.h"

namespace plumbline::calendar {
namespace {

// No holiday lies further from where it is observed than this.
constexpr int kFarthestSubstitute = 14;
constexpr int kLongestHoliday = 366;
constexpr int kUnclaimed = std::numeric_limits<int>::max();

// The first day on or after `day` with this weekday.
absl::CivilDay OnOrAfter(absl::CivilDay day, absl::Weekday weekday) {
  return absl::NextWeekday(day - 1, weekday);
}

std::optional<absl::CivilDay> DateIn(const MonthDay& rule, int year) {
  const absl::CivilDay date(year, rule.month, rule.day);
  if (date.month() != rule.month) return std::nullopt;  // no 29 February in this year
  return date;
}

std::optional<absl::CivilDay> DateIn(const WeekdayOfMonth& rule, int year) {
  const absl::CivilDay first(year, rule.month, 1);
  const absl::CivilDay after(absl::CivilMonth(first) + 1);
  const absl::CivilDay date = rule.n > 0
                                  ? OnOrAfter(first, rule.weekday) + 7 * (rule.n - 1)
                                  : absl::PrevWeekday(after, rule.weekday) + 7 * (rule.n + 1);
  if (date.month() != rule.month) return std::nullopt;
  return date;
}

std::optional<absl::CivilDay> DateIn(const WeekdayFrom& rule, int year) {
  return OnOrAfter(absl::CivilDay(year, rule.month, rule.day), rule.weekday);
}

std::optional<absl::CivilDay> DateIn(const EasterDay& rule, int year) {
  return (rule.orthodox ? OrthodoxEaster(year) : WesternEaster(year)) + rule.days;
}

std::optional<absl::CivilDay> DateIn(std::monostate, int) { return std::nullopt; }

bool Skips(const Holiday& holiday, absl::CivilDay date) {
  return std::find(holiday.skip.begin(), holiday.skip.end(), date) != holiday.skip.end();
}

// A day that one source claims. Days are claimed by rank; the lowest wins.
struct Claim {
  int rank = kUnclaimed;
  size_t source = 0;
  bool substitute = false;
};

class Placement {
 public:
  Placement(absl::Span<const Layer> layers, absl::CivilDay first, absl::CivilDay last)
      : layers_(layers),
        week_(MergeWeeks(layers)),
        // A longer window than asked for: holidays reach into it, and substitutes look around.
        begin_(first - kLongestHoliday - kFarthestSubstitute),
        claims_(last - begin_ + 1 + kFarthestSubstitute),
        holiday_(claims_.size()) {}

  void PlaceHolidays() {
    CollectHolidays();
    const int first_year = static_cast<int>(begin_.year());
    const int last_year = static_cast<int>((begin_ + claims_.size()).year());
    for (size_t source = 0; source < sources_.size(); ++source) {
      const Holiday& holiday = *sources_[source].holiday;
      for (int year = std::max(first_year, holiday.first_year);
           year <= std::min(last_year, holiday.last_year); ++year) {
        if (auto date = OccurrenceIn(holiday, year)) Place(source, *date);
      }
      for (absl::CivilDay date : holiday.dates) {
        if (!Skips(holiday, date)) Place(source, date);
      }
    }
    PlaceSubstitutes();
  }

  void PlaceExceptions() {
    for (size_t layer = 0; layer < layers_.size(); ++layer) {
      for (const Exception& exception : layers_[layer].exceptions) {
        sources_.push_back({layer, nullptr, &exception});
        const absl::CivilDay last = std::min(exception.last, begin_ + claims_.size() - 1);
        for (absl::CivilDay day = std::max(exception.first, begin_); day <= last; ++day)
          ClaimDay(sources_.size() - 1, day, false);
      }
    }
  }

  std::vector<SpecialDay> Result(absl::CivilDay first, absl::CivilDay last) const {
    std::vector<SpecialDay> days;
    for (absl::CivilDay day = first; day <= last; ++day) {
      const Claim& claim = claims_[day - begin_];
      if (claim.rank == kUnclaimed) continue;
      const Source& from = sources_[claim.source];
      const Holiday* holiday = from.holiday;
      SpecialDay special = {.date = day, .layer = from.layer, .substitute = claim.substitute};
      if (holiday != nullptr) {
        special.id = holiday->id;
        special.title = holiday->title;
        special.hours = Within(holiday->hours, WeekHoursOf(day));
      } else {
        special.title = from.exception->title;
        special.hours = from.exception->hours;
      }
      days.push_back(special);
    }
    return days;
  }

 private:
  struct Source {
    size_t layer;
    const Holiday* holiday;      // or
    const Exception* exception;  // the one
  };
  struct Lost {
    absl::CivilDay date;
    size_t source;
  };

  void CollectHolidays() {
    absl::flat_hash_set<absl::string_view> seen;
    for (size_t layer = 0; layer < layers_.size(); ++layer) {
      for (const Holiday& holiday : layers_[layer].holidays) {
        if (seen.insert(holiday.id).second && !holiday.dropped)
          sources_.push_back({layer, &holiday, nullptr});
      }
    }
  }

  bool Contains(absl::CivilDay day) const {
    return day >= begin_ && day - begin_ < static_cast<int64_t>(claims_.size());
  }

  const DayHours& WeekHoursOf(absl::CivilDay day) const {
    return week_[static_cast<size_t>(absl::GetWeekday(day))];
  }

  bool OpenByTheWeek(absl::CivilDay day) const { return !WeekHoursOf(day).empty(); }

  void Place(size_t source, absl::CivilDay first) {
    const Holiday& holiday = *sources_[source].holiday;
    if (holiday.observed != Observance::kNone && !OpenByTheWeek(first)) {
      if (Contains(first)) lost_.push_back({first, source});
      return;
    }
    for (absl::CivilDay day = first; day < first + holiday.days; ++day) {
      if (Contains(day)) ClaimDay(source, day, false);
    }
  }

  void PlaceSubstitutes() {
    std::stable_sort(lost_.begin(), lost_.end(),
                     [](const Lost& a, const Lost& b) { return a.date < b.date; });
    for (const Lost& lost : lost_) {
      const bool nearest =
          sources_[lost.source].holiday->observed == Observance::kNearestWorkingDay;
      for (int distance = 1; distance <= kFarthestSubstitute; ++distance) {
        if (nearest && IsFree(lost.date - distance)) {
          ClaimDay(lost.source, lost.date - distance, true);
          break;
        }
        if (IsFree(lost.date + distance)) {
          ClaimDay(lost.source, lost.date + distance, true);
          break;
        }
      }
    }
  }

  bool IsFree(absl::CivilDay day) const {
    return Contains(day) && OpenByTheWeek(day) && !holiday_[day - begin_];
  }

  void ClaimDay(size_t source, absl::CivilDay day, bool substitute) {
    const Source& from = sources_[source];
    const int rank = static_cast<int>(from.layer) * 2 + (from.exception == nullptr ? 1 : 0);
    Claim& claim = claims_[day - begin_];
    if (from.holiday != nullptr) holiday_[day - begin_] = true;
    if (rank < claim.rank) claim = {rank, source, substitute};
  }

  const absl::Span<const Layer> layers_;
  const std::array<DayHours, 7> week_;
  const absl::CivilDay begin_;
  std::vector<Source> sources_;
  std::vector<Lost> lost_;
  std::vector<Claim> claims_;  // by days after begin_
  std::vector<bool> holiday_;  // a holiday falls on that day
};

}  // namespace

std::array<DayHours, 7> MergeWeeks(absl::Span<const Layer> layers) {
  std::array<DayHours, 7> week;
  std::array<bool, 7> named{};
  for (const Layer& layer : layers) {
    for (size_t day = 0; day < week.size(); ++day) {
      if (named[day] || !layer.week[day].has_value()) continue;
      week[day] = *layer.week[day];
      named[day] = true;
    }
  }
  if (std::find(named.begin(), named.end(), true) == named.end()) {
    for (size_t day = 0; day < 5; ++day) week[day] = {{9 * 60, 17 * 60}};
  }
  return week;
}

DayHours Within(const DayHours& hours, const DayHours& week) {
  DayHours both;
  for (const Hours& one : hours) {
    for (const Hours& open : week) {
      const Hours shared = {std::max(one.begin, open.begin), std::min(one.end, open.end)};
      if (shared.begin >= shared.end) continue;
      if (shared.begin > one.begin && !both.empty() && both.back().end == shared.begin)
        both.back().end = shared.end;  // the week has two stretches that touch
      else
        both.push_back(shared);
    }
  }
  return both;
}

bool OpensBeyond(const std::array<DayHours, 7>& week, const Holiday& holiday) {
  return std::any_of(holiday.dates.begin(), holiday.dates.end(), [&](absl::CivilDay date) {
    const DayHours& open = week[static_cast<size_t>(absl::GetWeekday(date))];
    return Within(holiday.hours, open) != holiday.hours;
  });
}

std::optional<absl::CivilDay> OccurrenceIn(const Holiday& holiday, int year) {
  if (year < holiday.first_year || year > holiday.last_year) return std::nullopt;
  const std::optional<absl::CivilDay> date =
      std::visit([&](const auto& rule) { return DateIn(rule, year); }, holiday.rule);
  if (!date.has_value() || Skips(holiday, *date)) return std::nullopt;
  return date;
}

std::vector<SpecialDay> SpecialDays(absl::Span<const Layer> layers, absl::CivilDay first,
                                    absl::CivilDay last) {
  Placement placement(layers, first, last);
  placement.PlaceHolidays();
  placement.PlaceExceptions();
  return placement.Result(first, last);
}

namespace {

// The hours of the special days of all years, by date.
class AllDays {
 public:
  explicit AllDays(absl::Span<const Layer> layers) : hours_(kLast - kFirst + 1) {
    for (SpecialDay& day : SpecialDays(layers, kFirst, kLast))
      hours_[day.date - kFirst] = std::move(day.hours);
  }

  bool Say(const Holiday& holiday) const {
    bool any = false;
    const auto say_all_from = [&](absl::CivilDay first) {
      for (absl::CivilDay day = std::max(first, kFirst);
           day <= std::min(first + holiday.days - 1, kLast); ++day) {
        any = true;
        const std::optional<DayHours>& said = hours_[day - kFirst];
        if (!said.has_value() || *said != holiday.hours) return false;
      }
      return true;
    };
    for (int year = std::max(kFirstYear, holiday.first_year);
         year <= std::min(kLastYear, holiday.last_year); ++year) {
      const std::optional<absl::CivilDay> date = OccurrenceIn(holiday, year);
      if (date.has_value() && !say_all_from(*date)) return false;
    }
    for (const absl::CivilDay date : holiday.dates) {
      if (!Skips(holiday, date) && !say_all_from(date)) return false;
    }
    return any;
  }

 private:
  static constexpr absl::CivilDay kFirst{kFirstYear, 1, 1};
  static constexpr absl::CivilDay kLast{kLastYear, 12, 31};

  std::vector<std::optional<DayHours>> hours_;
};

}  // namespace

std::vector<bool> AlreadySaid(absl::Span<const Layer> layers, absl::Span<const Holiday> holidays) {
  const AllDays days(layers);
  std::vector<bool> said;
  for (const Holiday& holiday : holidays) said.push_back(days.Say(holiday));
  return said;
}

}  // namespace plumbline::calendar
