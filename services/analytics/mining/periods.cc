// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/periods.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/base/error.h"

namespace plumbline::analytics {
namespace {

absl::CivilDay FirstDayOf(int64_t micros, PeriodLength length, absl::TimeZone zone) {
  const absl::CivilDay day = absl::ToCivilDay(absl::FromUnixMicros(micros), zone);
  if (length == PeriodLength::kMonth) return absl::CivilDay(absl::CivilMonth(day));
  if (length == PeriodLength::kDay) return day;
  return absl::PrevWeekday(day + 1, absl::Weekday::monday);
}

absl::CivilDay NextOf(absl::CivilDay day, PeriodLength length) {
  if (length == PeriodLength::kMonth) return absl::CivilDay(absl::CivilMonth(day) + 1);
  return day + (length == PeriodLength::kDay ? 1 : 7);
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> PeriodBegins(int64_t first, int64_t last, PeriodLength length,
                                                  absl::TimeZone zone, size_t most) {
  std::vector<int64_t> begins;
  absl::CivilDay day = FirstDayOf(first, length, zone);
  for (; begins.empty() || begins.back() <= last; day = NextOf(day, length)) {
    if (begins.size() > most) {
      return base::FieldError(
          "period", absl::StrCat("makes more than ", most,
                                 " periods of the time that is selected; take longer ones, or "
                                 "select less time with selection.window"));
    }
    begins.push_back(absl::ToUnixMicros(absl::FromCivil(day, zone)));
  }
  return begins;
}

}  // namespace plumbline::analytics
