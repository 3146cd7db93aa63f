// SPDX-License-Identifier: Apache-2.0
//
// Whether cases and steps can hold their times.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CHARTING_LOG_CAPABILITY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CHARTING_LOG_CAPABILITY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/charting/measures.h"
#include "services/analytics/quality/capability.h"
#include "services/analytics/quality/yield.h"

namespace plumbline::analytics {

struct LogCapability {
  int64_t count = 0;
  int64_t open_above = 0;  // open cases that are above the upper limit already
  std::optional<double> mean, median, skewness;
  std::optional<quality::Capability> capability;  // absent: fewer than two values
  int64_t below = 0, above = 0;                   // beyond the limits
  std::optional<quality::DefectRates> observed;   // of what is beyond; absent without values
  std::vector<std::string> warnings;
};

// Of values of kind kTime, in seconds, in the order of time. FIELD_INVALID: fields
// specification..., as of quality. O(n log n).
absl::StatusOr<LogCapability> MeasureCapability(const Measured& measured,
                                                const quality::Specification& specification);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CHARTING_LOG_CAPABILITY_H_
