// SPDX-License-Identifier: Apache-2.0
//
// Durations in days and weeks: cases take longer than the hours that common/expr reads.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_DAYS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_DAYS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "common/expr/tree.h"

namespace plumbline::analytics {

// "90d", "2w", "1w2d12h", "-1.5d" into microseconds, a day of 24 hours; false for what has neither
// days nor weeks, or is no duration.
bool ParseDays(absl::string_view text, int64_t* micros);

// Writes the durations in days or weeks that `field` is compared with anywhere in `tree` as
// seconds. O(size).
void WriteDaysAsSeconds(absl::string_view field, expr::Node& tree);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_DAYS_H_
