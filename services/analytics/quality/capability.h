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
};

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
  // Of the overall both and least, with 95 % confidence (Kushler and Hurley 1992; Bissell 1990).
  std::optional<Interval> both_interval;
  std::optional<Interval> least_interval;
  // As the overall lower, upper and least, where values are not normal, as times never are: by the
  // quantiles that hold 99.73 % of a normal distribution, instead of three deviations (ISO
  // 22514-4). Absent below kLeastForQuantiles values.
  std::optional<double> quantile_lower;
  std::optional<double> quantile_upper;
  std::optional<double> quantile_least;
};

// The outer quantiles are beyond the outermost values of fewer.
inline constexpr int64_t kLeastForQuantiles = 1000;

// At least two values, finite. `sigma_within`: see Capability.within. `ascending`: the same values
// in their order, where they are at hand; empty: they are sorted. FIELD_INVALID. O(n log n).
absl::StatusOr<Capability> CapabilityOf(absl::Span<const double> values,
                                        const Specification& specification,
                                        std::optional<double> sigma_within = std::nullopt,
                                        absl::Span<const double> ascending = {});

}  // namespace plumbline::analytics::quality

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CAPABILITY_H_
