// SPDX-License-Identifier: Apache-2.0
//
// Until when censored times count in means. Pure function; not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_HORIZON_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_HORIZON_H_

#include <algorithm>
#include <optional>

#include "services/analytics/improvement/sample.h"

namespace plumbline::analytics::improvement {

// Until then both sides were observed: the longest time of the side that has the shorter one; of
// an empty side it is that of the other. And no later than by when 19 of 20 of the baseline had
// ended: beyond that the curves rest on single cases. O(n).
inline double HorizonOf(const Samples& samples) {
  constexpr double kMost = 0.95;
  const auto longest = [](const Sample& sample) {
    return sample.times.empty() ? 0.0 : sample.times.back().time;
  };
  const double before = longest(samples.before), after = longest(samples.after);
  double horizon = samples.after.times.empty() ? before : std::min(before, after);
  const std::optional<double> most =
      statistics::SurvivalQuantile(statistics::KaplanMeier(samples.before.times), kMost);
  if (most.has_value()) horizon = std::min(horizon, *most);
  return horizon;
}

}  // namespace plumbline::analytics::improvement

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_HORIZON_H_
