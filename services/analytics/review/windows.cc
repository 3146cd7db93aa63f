// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/windows.h"

#include <algorithm>
#include <functional>

namespace plumbline::analytics::review {
namespace {

constexpr int64_t kMicrosOfDay = int64_t{86'400} * 1'000'000;

// `steps` periods before `end`.
int64_t Back(PeriodLength length, int steps, absl::TimeZone zone, int64_t end) {
  if (length == PeriodLength::kDay) return end - steps * kMicrosOfDay;
  if (length == PeriodLength::kWeek) return end - 7 * steps * kMicrosOfDay;
  const absl::Time time = absl::FromUnixMicros(end);
  const absl::CivilSecond civil = absl::ToCivilSecond(time, zone);
  const absl::CivilMonth month = absl::CivilMonth(civil) - steps;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  const absl::CivilDay day(month.year(), month.month(), std::min(civil.day(), last.day()));
  const absl::CivilSecond there(day.year(), day.month(), day.day(), civil.hour(), civil.minute(),
                                civil.second());
  const int64_t below = end - absl::ToUnixMicros(absl::FromCivil(civil, zone));
  return absl::ToUnixMicros(absl::FromCivil(there, zone)) + below % 1'000'000;
}

}  // namespace

Windows Windows::Make(PeriodLength length, int count, absl::TimeZone zone, int64_t end,
                      int64_t first_time) {
  Windows windows;
  windows.bounds_ = {end, Back(length, count, zone, end)};
  windows.whole_ = windows.bounds_[1] >= first_time;
  for (int i = 2; i <= kMostWindows; ++i) {
    const int64_t begin = Back(length, count * i, zone, end);
    if (begin < first_time) break;
    windows.bounds_.push_back(begin);
  }
  return windows;
}

double Windows::Days(int window) const {
  return static_cast<double>(end(window) - begin(window)) / static_cast<double>(kMicrosOfDay);
}

int Windows::IndexOf(int64_t time) const {
  // The first bound at or before the time is the begin of its window.
  const auto found = std::lower_bound(bounds_.begin(), bounds_.end(), time, std::greater<>());
  if (found == bounds_.begin() || found == bounds_.end()) return -1;
  return static_cast<int>(found - bounds_.begin()) - 1;
}

}  // namespace plumbline::analytics::review
