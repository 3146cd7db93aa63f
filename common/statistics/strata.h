// SPDX-License-Identifier: Apache-2.0
//
// Two groups within strata that are alike in something else: what is left of their difference. Pure
// functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_STRATA_H_
#define PLUMBLINE_COMMON_STATISTICS_STRATA_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "common/statistics/proportions.h"

namespace plumbline::statistics {

struct StratifiedDifference {
  Estimate risk_difference;
  double p_value = 1;     // of no difference in any stratum
  int64_t strata = 0;     // that have members of both groups
  int64_t count = 0;      // members of the group in these
  int64_t all_count = 0;  // members of the group
};

// The risk difference of Mantel and Haenszel (1959) with the variance of Greenland and Robins
// (1985, eq. 7; Klingenberg 2014 on its sparse form), and the test of Mantel and Haenszel without
// correction for continuity. A stratum may have nobody of a group, and then says nothing. nullopt
// where none has both. O(strata).
std::optional<StratifiedDifference> DifferenceWithinStrata(absl::Span<const TwoByTwo> strata,
                                                           double z);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_STRATA_H_
