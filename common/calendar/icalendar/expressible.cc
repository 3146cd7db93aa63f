// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/calendar/icalendar/icalendar.h"
#include "common/calendar/icalendar/recurrence.h"
#include "common/calendar/special_days.h"

namespace plumbline::calendar {
namespace {

// What is listed date by date.
class Expansion {
 public:
  Expansion(absl::Span<const Layer> layers, int first_year, int last_year)
      : layers_(layers),
        first_year_(first_year),
        last_year_(last_year),
        week_(MergeWeeks(layers)),
        days_(SpecialDays(layers, absl::CivilDay(first_year, 1, 1),
                          absl::CivilDay(last_year, 12, 31))) {
    for (const Layer& layer : layers) {
      for (const Holiday& holiday : layer.holidays) {
        if (ids_.insert(holiday.id).second && !holiday.hours.empty()) shortened_.insert(holiday.id);
      }
    }
  }

  std::vector<Holiday> Expand() {
    for (const SpecialDay& day : days_) {
      if (day.hours.empty()) continue;
      AddDate(day.id.empty() ? "open" : day.id, day.title.empty() ? "other hours" : day.title,
              day.date, 1);
      result_.back().hours = day.hours;
    }
    for (const SpecialDay& day : days_) {
      // A shortened day of which nothing is left on a day that is open by the week.
      if (day.hours.empty() && shortened_.contains(day.id) &&
          !week_[static_cast<size_t>(absl::GetWeekday(day.date))].empty())
        AddDate(day.id, day.title, day.date, 1);
    }
    std::set<std::string> seen;
    for (const Layer& layer : layers_) {
      for (const Holiday& holiday : layer.holidays) {
        if (seen.insert(holiday.id).second && !holiday.dropped && holiday.hours.empty())
          AddHoliday(holiday);
      }
      for (const Exception& exception : layer.exceptions) AddException(exception);
    }
    return std::move(result_);
  }

 private:
  void AddHoliday(const Holiday& holiday) {
    if (holiday.observed != Observance::kNone) {
      for (const SpecialDay& day : days_) {
        if (day.id == holiday.id) AddDate(holiday.id, holiday.title, day.date, 1);
      }
      return;
    }
    if (WriteRecurrence(holiday.rule, holiday.last_year).has_value()) {
      result_.push_back(holiday);
      return;
    }
    std::set<absl::CivilDay> dates;
    for (int year = first_year_; year <= last_year_; ++year) {
      if (const auto date = OccurrenceIn(holiday, year)) dates.insert(*date);
    }
    for (absl::CivilDay date : holiday.dates) {
      const bool skipped =
          std::find(holiday.skip.begin(), holiday.skip.end(), date) != holiday.skip.end();
      if (!skipped && InYears(date, date + holiday.days - 1)) dates.insert(date);
    }
    for (absl::CivilDay date : dates) AddDate(holiday.id, holiday.title, date, holiday.days);
  }

  void AddException(const Exception& exception) {
    if (!exception.hours.empty() || !InYears(exception.first, exception.last)) return;
    AddDate("closed", exception.title.empty() ? "Closed" : exception.title, exception.first,
            static_cast<int>(exception.last - exception.first) + 1);
  }

  bool InYears(absl::CivilDay first, absl::CivilDay last) const {
    return last.year() >= first_year_ && first.year() <= last_year_;
  }

  void AddDate(absl::string_view id, absl::string_view title, absl::CivilDay date, int days) {
    Holiday holiday;
    holiday.id = absl::StrCat(id.substr(0, 54), "-", WriteDate(date));
    while (!ids_.insert(holiday.id).second) absl::StrAppend(&holiday.id, "b");
    holiday.title = std::string(title);
    holiday.dates = {date};
    holiday.days = days;
    result_.push_back(std::move(holiday));
  }

  const absl::Span<const Layer> layers_;
  const int first_year_;
  const int last_year_;
  const std::array<DayHours, 7> week_;
  const std::vector<SpecialDay> days_;
  std::set<absl::string_view> shortened_;  // ids of holidays with hours
  std::set<std::string> ids_;
  std::vector<Holiday> result_;
};

}  // namespace

std::vector<Holiday> Expressible(absl::Span<const Layer> layers, int first_year, int last_year) {
  return Expansion(layers, first_year, last_year).Expand();
}

}  // namespace plumbline::calendar
