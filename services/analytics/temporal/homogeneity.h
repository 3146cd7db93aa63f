// SPDX-License-Identifier: Apache-2.0
//
// Whether two samples go the same ways.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_HOMOGENEITY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_HOMOGENEITY_H_

#include <cstdint>
#include <span>
#include <utility>

namespace plumbline::analytics {

// How often a way was taken in the one sample and in the other.
using WayCounts = std::pair<int64_t, int64_t>;

struct Homogeneity {
  bool tested = false;  // false: too few for a test, and all else is as here
  double statistic = 0;
  int64_t freedom = 0;
  double p_value = 1;
  double z = 0;      // the statistic on the scale of a standard normal: compares what p cannot
  double shift = 0;  // share that goes another way, 0 to 1: half the sum of differences of shares
  double cramers_v = 0;  // 0 to 1
};

// The G-test (likelihood ratio; Sokal and Rohlf 1981, section 17.4) of the same distribution over
// ways in both samples. Ways with an expected count below 5 in either are put together, and with
// the rarest of the others if that is not enough (Cochran 1954). Effect sizes are of all ways as
// they are. O(ways log ways).
Homogeneity TestHomogeneity(std::span<const WayCounts> ways);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_HOMOGENEITY_H_
