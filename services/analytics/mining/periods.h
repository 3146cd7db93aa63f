// SPDX-License-Identifier: Apache-2.0
//
// Days, weeks and months of a time zone.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_PERIODS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_PERIODS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace plumbline::analytics {

enum class PeriodLength { kNone, kDay, kWeek, kMonth };  // weeks begin on Monday

inline constexpr size_t kMostPeriods = 10'000;

// The begins of the periods that the times from `first` to `last` (microseconds since 1970 UTC) lie
// in, and the end of the last one; `length` is not kNone. FIELD_INVALID (field "period") where they
// are more than `most`. O(periods).
absl::StatusOr<std::vector<int64_t>> PeriodBegins(int64_t first, int64_t last, PeriodLength length,
                                                  absl::TimeZone zone, size_t most = kMostPeriods);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_PERIODS_H_
