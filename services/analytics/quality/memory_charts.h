// SPDX-License-Identifier: Apache-2.0
//
// Charts that remember earlier points, and so see small shifts sooner: EWMA (Roberts 1959) and
// CUSUM (Page 1954). Pure functions over points in the order of time.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_MEMORY_CHARTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_MEMORY_CHARTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/analytics/quality/control_chart.h"

namespace plumbline::analytics::quality {

struct EwmaOptions {
  double lambda = 0.2;  // the weight of the newest point, (0, 1]
  double sigmas = 3;    // limits, > 0
  bool steady = false;  // the limits of a long run for all points
};
// `baseline.sigma` is the standard deviation of one of `values`. z_i = lambda x_i + (1 - lambda)
// z_(i-1), z_0 = center; limits sigma sqrt(lambda / (2 - lambda) (1 - (1 - lambda)^(2 i))). O(n).
// FIELD_INVALID.
absl::StatusOr<Chart> ChartEwma(absl::Span<const double> values, const Baseline& baseline,
                                const EwmaOptions& options = {});
// Likewise of points that differ in their standard deviations, `sigmas`, one for each: of subgroups
// and counts of several sizes. The variance of z_i is lambda^2 s_i^2 + (1 - lambda)^2 of that
// before it.
absl::StatusOr<Chart> ChartEwma(absl::Span<const double> values, const Baseline& baseline,
                                absl::Span<const double> sigmas, const EwmaOptions& options);

struct CusumOptions {
  double slack = 0.5;     // half of the shift to be seen, in standard deviations, >= 0
  double decision = 5;    // a sum beyond it is a signal, > 0
  double head_start = 0;  // where both sums begin: decision / 2 sees a bad start sooner (Lucas and
                          // Crosier 1982)
};
struct CusumPoint {
  double upper = 0;  // sum of what is above, >= 0
  double lower = 0;  // sum of what is below, >= 0
  bool upper_signal = false;
  bool lower_signal = false;
};
// By y = (x - center) / sigma: C+ = max(0, C+ + y - slack), C- = max(0, C- - y - slack). O(n).
// FIELD_INVALID, also where sigma is 0.
absl::StatusOr<std::vector<CusumPoint>> ChartCusum(absl::Span<const double> values,
                                                   const Baseline& baseline,
                                                   const CusumOptions& options = {});
// Likewise of points that differ in their standard deviations: each counts in its own.
absl::StatusOr<std::vector<CusumPoint>> ChartCusum(absl::Span<const double> values,
                                                   const Baseline& baseline,
                                                   absl::Span<const double> sigmas,
                                                   const CusumOptions& options);

}  // namespace plumbline::analytics::quality

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_MEMORY_CHARTS_H_
