// SPDX-License-Identifier: Apache-2.0
//
// Distribution of a time: exact, from all values.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_DISTRIBUTION_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_DISTRIBUTION_H_

#include <cstdint>
#include <span>

#include "absl/functional/function_ref.h"
#include "absl/numeric/int128.h"

namespace plumbline::analytics {

// In seconds. All 0 where count is 0.
struct Distribution {
  int64_t count = 0;
  double mean = 0;
  double median = 0;
  double p90 = 0;
  double p95 = 0;
  double p99 = 0;
  double min = 0;
  double max = 0;
  double total = 0;
};

// The distribution of `micros` (microseconds; reordered by the call). Percentiles by linear
// interpolation between the order statistics around (n - 1) p (Hyndman and Fan 1996, type 7). O(n)
// expected.
Distribution Describe(std::span<int64_t> micros);

// The same of `count` values that are kept elsewhere: their sum, and `at(rank)`, the value of a
// rank from 0 in ascending order.
Distribution DescribeRanked(int64_t count, absl::int128 sum,
                            absl::FunctionRef<int64_t(int64_t rank)> at);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_DISTRIBUTION_H_
