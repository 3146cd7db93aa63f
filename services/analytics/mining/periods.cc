// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/periods.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/base/counts.h"
#include "common/base/error.h"

namespace plumbline::analytics {
namespace {

absl::CivilDay FirstDay(PeriodLength length, absl::TimeZone zone, int64_t time) {
  const absl::CivilDay day = absl::ToCivilDay(absl::FromUnixMicros(time), zone);
  switch (length) {
    case PeriodLength::kDay:
      return day;
    case PeriodLength::kWeek:
      return absl::PrevWeekday(day + 1, absl::Weekday::monday);
    case PeriodLength::kMonth:
      return absl::CivilDay(absl::CivilMonth(day));
  }
  return day;
}

absl::CivilDay NextDay(PeriodLength length, absl::CivilDay day) {
  switch (length) {
    case PeriodLength::kDay:
      return day + 1;
    case PeriodLength::kWeek:
      return day + 7;
    case PeriodLength::kMonth:
      return absl::CivilDay(absl::CivilMonth(day) + 1);
  }
  return day + 1;
}

absl::Status TooMany(PeriodLength length, int64_t days, int64_t most) {
  const char* longer = length == PeriodLength::kDay    ? "take weeks or months, or "
                       : length == PeriodLength::kWeek ? "take months, or "
                                                       : "";
  return base::FieldError(
      "period", absl::StrCat("makes more than ", base::CountText(most), " periods of the ",
                             base::CountText(days), " days from the first to the last; ", longer,
                             "select cases of a shorter time (`selection.window.start_time`, "
                             "`selection.window.end_time`)"));
}

}  // namespace

absl::StatusOr<Periods> Periods::Cover(PeriodLength length, absl::TimeZone zone, int64_t from,
                                       int64_t to, int64_t most) {
  absl::CivilDay day = FirstDay(length, zone, from);
  const absl::CivilDay last = FirstDay(length, zone, to);
  const int64_t days = last - day + 1;
  std::vector<int64_t> bounds;
  for (; day <= last; day = NextDay(length, day)) {
    if (static_cast<int64_t>(bounds.size()) == most) return TooMany(length, days, most);
    bounds.push_back(absl::ToUnixMicros(absl::FromCivil(day, zone)));
  }
  bounds.push_back(absl::ToUnixMicros(absl::FromCivil(day, zone)));
  return Periods(std::move(bounds));
}

size_t Periods::IndexOf(int64_t time) const {
  const auto after = std::upper_bound(bounds_.begin(), bounds_.end(), time);
  const auto index = after - bounds_.begin() - 1;
  return static_cast<size_t>(
      std::clamp<ptrdiff_t>(index, 0, static_cast<ptrdiff_t>(bounds_.size()) - 2));
}

}  // namespace plumbline::analytics
