// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/windows.h"

#include <algorithm>

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
  windows.FillSlots();
  return windows;
}

void Windows::FillSlots() {
  const uint64_t low = static_cast<uint64_t>(bounds_.back());
  const uint64_t all = static_cast<uint64_t>(bounds_.front()) - low;
  for (uint64_t slot = 0; slot << kSlotBits < all; ++slot) {
    const auto begin = static_cast<int64_t>(low + (slot << kSlotBits));
    // Later bounds come first.
    const auto up_to = std::partition_point(bounds_.begin(), bounds_.end(),
                                            [&](int64_t bound) { return bound > begin; });
    after_.push_back(static_cast<uint8_t>(up_to - bounds_.begin()));
  }
}

double Windows::Days(int window) const {
  return static_cast<double>(end(window) - begin(window)) / static_cast<double>(kMicrosOfDay);
}

}  // namespace plumbline::analytics::review
