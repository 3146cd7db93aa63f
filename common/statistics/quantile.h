// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_STATISTICS_QUANTILE_H_
#define PLUMBLINE_COMMON_STATISTICS_QUANTILE_H_

#include "absl/types/span.h"

namespace plumbline::statistics {

// The q-quantile (0 <= q <= 1) of values in ascending order, of which there is at least one, by
// linear interpolation between the order statistics around (n - 1) q (Hyndman and Fan 1996, type
// 7). O(1).
double Quantile(absl::Span<const double> ascending, double q);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_QUANTILE_H_
