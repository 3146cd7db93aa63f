// SPDX-License-Identifier: Apache-2.0
//
// Whether a process can hold its limits (Montgomery 2013, chapter 8). Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CAPABILITY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CAPABILITY_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace plumbline::analytics::quality {

// What is asked of each value. At least one limit; lower < upper.
struct Specification {
  std::optional<double> lower;
  std::optional<double> upper;
  std::optional<double> target;
};

struct Interval {
  double low = 0;
  double high = 0;
};

// Indices by a mean and a standard deviation. Absent: what a one-sided specification does not tell,
// and all of them where the deviation is 0.
struct CapabilityIndices {
  double sigma = 0;
  std::optional<double> both;    // Cp or Pp: (upper - lower) / 6 sigma
  std::optional<double> lower;   // Cpl: (mean - lower) / 3 sigma
  std::optional<double> upper;   // Cpu: (upper - mean) / 3 sigma
  std::optional<double> least;   // Cpk or Ppk: the less of the two
  std::optional<double> target;  // Cpm: (upper - lower) / 6 sqrt(sigma^2 + (mean - target)^2)
  // Parts per million beyond, if values are normal.
  std::optional<double> expected_below_ppm;
  std::optional<double> expected_above_ppm;
  std::optional<double> z_bench;  // the normal deviate beyond which as many lie
  // Of the first five, with 95 % confidence; absent where they are, and where it is not known how
  // well sigma is.
  std::optional<Interval> both_interval, lower_interval, upper_interval, least_interval,
      target_interval;
};

// How well sigma is known: as the root of a chi-square variable over its degrees of freedom.
struct SigmaFreedom {
  double freedom = 0;
  double mean = 1;  // of that root: what an estimator was divided by, to be right on average
};
// Of the deviation of n values, by n - 1.
SigmaFreedom FreedomOfDeviation(int64_t n);
// Of the average moving range of n >= 2 normal values over d2(2): its variance is (0.8264 n
// - 1.082) / (n - 1)^2 of that of the values (Cryer and Ryan 1990), which about 0.6 n degrees of
// freedom have (Patnaik 1950).
SigmaFreedom FreedomOfMovingRanges(int64_t n);

// The intervals of `indices` of `count` values. Cp: by the chi-square distribution. Cpl, Cpu, Cpk:
// normal (Bissell 1990). Cpm: by the chi-square distribution with the degrees of freedom of sigma^2
// + (mean - target)^2 (Boyles 1991, with those of sigma as they are).
void AddIntervals(double mean, int64_t count, const SigmaFreedom& sigma,
                  const Specification& specification, CapabilityIndices* indices);

// FIELD_INVALID for a specification that is none.
absl::StatusOr<CapabilityIndices> IndicesOf(double mean, double sigma,
                                            const Specification& specification);

struct Capability {
  int64_t count = 0;
  double mean = 0;
  int64_t observed_below = 0;  // values < lower
  int64_t observed_above = 0;  // values > upper
  CapabilityIndices overall;   // Pp ...: by the deviation of all values, n - 1
  // Cp ...: by the deviation within subgroups, or of neighbours (a control chart's baseline);
  // absent where none is given.
  std::optional<CapabilityIndices> within;
  // As the overall lower, upper and least, where values are not normal, as times never are: by the
  // quantiles that hold 99.73 % of a normal distribution, instead of three deviations (ISO
  // 22514-4). Absent below kLeastForQuantiles values.
  std::optional<double> quantile_lower;
  std::optional<double> quantile_upper;
  std::optional<double> quantile_least;
};

// The outer quantiles are beyond the outermost values of fewer.
inline constexpr int64_t kLeastForQuantiles = 1000;

// At least two values, finite. `sigma_within`: see Capability.within; with `within_freedom` it has
// intervals too. `ascending`: the same values
// in their order, where they are at hand; empty: they are sorted. FIELD_INVALID. O(n log n).
absl::StatusOr<Capability> CapabilityOf(absl::Span<const double> values,
                                        const Specification& specification,
                                        std::optional<double> sigma_within = std::nullopt,
                                        absl::Span<const double> ascending = {},
                                        std::optional<SigmaFreedom> within_freedom = std::nullopt);

}  // namespace plumbline::analytics::quality

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CAPABILITY_H_
