// SPDX-License-Identifier: Apache-2.0
//
// The values of some ranks among very many.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_ORDER_STATISTICS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_ORDER_STATISTICS_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace plumbline::analytics {

inline constexpr size_t kMostRanks = 16;

// found[i] becomes the value of rank ranks[i] (from 0, ascending order) of `values`. `ranks`:
// ascending, each less than the number of values; at most kMostRanks; may repeat. `least` and
// `most`: of the values. Reorders few values. O(n) expected, whatever the values are: a far value,
// a long tail and many equal values cost no more than others.
void FindRanks(std::span<int64_t> values, int64_t least, int64_t most,
               std::span<const size_t> ranks, std::span<int64_t> found);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_ORDER_STATISTICS_H_
