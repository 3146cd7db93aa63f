// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/capability.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/statistics/chi_square.h"
#include "common/statistics/log_gamma.h"
#include "common/statistics/normal.h"
#include "common/statistics/quantile.h"
#include "common/statistics/sums.h"
#include "services/analytics/quality/chart_input.h"
#include "services/analytics/quality/exact_limits.h"

namespace plumbline::analytics::quality {
namespace {

constexpr double kConfidence = 0.95;
constexpr double kPerMillion = 1e6;

absl::Status Check(const Specification& asked) {
  for (const auto& [field, value] : {std::pair{"specification.lower", asked.lower},
                                     std::pair{"specification.upper", asked.upper},
                                     std::pair{"specification.target", asked.target}}) {
    if (value.has_value() && !std::isfinite(*value))
      return base::FieldError(field,
                              "it is no finite number; leave it out where there is no limit");
  }
  if (!asked.lower.has_value() && !asked.upper.has_value())
    return base::FieldError("specification",
                            "it has no limit; give a lower or an upper one, or both");
  if (asked.lower.has_value() && asked.upper.has_value() && *asked.lower >= *asked.upper) {
    return base::FieldError("specification.lower",
                            absl::StrCat(*asked.lower, " is not below the upper limit, ",
                                         *asked.upper, "; perhaps they are the wrong way round"));
  }
  return absl::OkStatus();
}

std::optional<double> Least(std::optional<double> a, std::optional<double> b) {
  if (!a.has_value() || !b.has_value()) return a.has_value() ? a : b;
  return std::min(*a, *b);
}

void AddExpected(double mean, const Specification& asked, CapabilityIndices* indices) {
  double beyond = 0;
  if (asked.lower.has_value()) {
    const double below = statistics::NormalBelow((*asked.lower - mean) / indices->sigma);
    indices->expected_below_ppm = below * kPerMillion;
    beyond += below;
  }
  if (asked.upper.has_value()) {
    const double above = statistics::NormalAbove((*asked.upper - mean) / indices->sigma);
    indices->expected_above_ppm = above * kPerMillion;
    beyond += above;
  }
  // Where next to nothing lies beyond, no finite deviate says so.
  if (beyond > 0 && beyond < 1) indices->z_bench = statistics::NormalUpperQuantile(beyond);
}

// By how far a root of chi-square over its degrees of freedom strays.
std::optional<Interval> ByChiSquare(std::optional<double> index, const SigmaFreedom& sigma) {
  if (!index.has_value()) return std::nullopt;
  const auto bound = [&](double p) {
    return *index * std::sqrt(statistics::ChiSquareQuantile(p, sigma.freedom) / sigma.freedom) /
           sigma.mean;
  };
  return Interval{bound((1 - kConfidence) / 2), bound((1 + kConfidence) / 2)};
}

std::optional<Interval> Normal(std::optional<double> index, int64_t count,
                               const SigmaFreedom& sigma) {
  if (!index.has_value()) return std::nullopt;
  const double width =
      statistics::NormalQuantile((1 + kConfidence) / 2) *
      std::sqrt(1 / (9 * static_cast<double>(count)) + *index * *index / (2 * sigma.freedom));
  return Interval{*index - width, *index + width};
}

void AddQuantiles(absl::Span<const double> values, absl::Span<const double> ascending,
                  const Specification& asked, Capability* capability) {
  if (capability->count < kLeastForQuantiles) return;
  std::vector<double> sorted;
  if (ascending.empty()) {
    sorted.assign(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    ascending = sorted;
  }
  const double low = statistics::Quantile(ascending, kOuterShare);
  const double middle = statistics::Quantile(ascending, 0.5);
  const double high = statistics::Quantile(ascending, 1 - kOuterShare);
  if (asked.lower.has_value() && middle > low)
    capability->quantile_lower = (middle - *asked.lower) / (middle - low);
  if (asked.upper.has_value() && high > middle)
    capability->quantile_upper = (*asked.upper - middle) / (high - middle);
  capability->quantile_least = Least(capability->quantile_lower, capability->quantile_upper);
}

}  // namespace

SigmaFreedom FreedomOfDeviation(int64_t n) { return {.freedom = static_cast<double>(n - 1)}; }

SigmaFreedom FreedomOfMovingRanges(int64_t n) {
  // Of differences of neighbours D: Var|D| = 2 - 4/pi, and Cov(|D|, |D'|) = (sqrt(3) + pi/6) 2/pi -
  // 4/pi, since neighbours of these correlate by -1/2.
  constexpr double kPi = 3.14159265358979323846;
  const double variance = 2 - 4 / kPi, covariance = (std::sqrt(3.0) + kPi / 6 - 2) * 2 / kPi;
  const auto ranges = static_cast<double>(n - 1);
  const double relative =
      (ranges * variance + 2 * (ranges - 1) * covariance) / (ranges * ranges) * kPi / 4;
  const double freedom = 1 / (2 * std::sqrt(1 + 2 * relative) - 2);
  const double mean = std::sqrt(2 / freedom) * std::exp(statistics::LogGamma((freedom + 1) / 2) -
                                                        statistics::LogGamma(freedom / 2));
  return {.freedom = freedom, .mean = mean};
}

void AddIntervals(double mean, int64_t count, const SigmaFreedom& sigma,
                  const Specification& specification, CapabilityIndices* indices) {
  indices->both_interval = ByChiSquare(indices->both, sigma);
  indices->lower_interval = Normal(indices->lower, count, sigma);
  indices->upper_interval = Normal(indices->upper, count, sigma);
  indices->least_interval = Normal(indices->least, count, sigma);
  if (!indices->target.has_value()) return;
  // sigma^2 + d^2 has the variance 2 sigma^4 / freedom + 4 d^2 sigma^2 / n: that of a chi-square
  // variable of so many degrees of freedom.
  const double off = (mean - *specification.target) / indices->sigma, off2 = off * off;
  const double freedom =
      (1 + off2) * (1 + off2) / (1 / sigma.freedom + 2 * off2 / static_cast<double>(count));
  indices->target_interval =
      ByChiSquare(indices->target, {.freedom = freedom, .mean = 1 + (sigma.mean - 1) / (1 + off2)});
}

absl::StatusOr<CapabilityIndices> IndicesOf(double mean, double sigma,
                                            const Specification& specification) {
  RETURN_IF_ERROR(Check(specification));
  if (!std::isfinite(mean) || !std::isfinite(sigma) || sigma < 0)
    return base::FieldError("sigma",
                            absl::StrCat(sigma, " is no standard deviation; 0 is the least"));
  CapabilityIndices indices{.sigma = sigma};
  if (sigma == 0) return indices;
  if (specification.lower.has_value()) indices.lower = (mean - *specification.lower) / (3 * sigma);
  if (specification.upper.has_value()) indices.upper = (*specification.upper - mean) / (3 * sigma);
  indices.least = Least(indices.lower, indices.upper);
  if (specification.lower.has_value() && specification.upper.has_value()) {
    const double width = *specification.upper - *specification.lower;
    indices.both = width / (6 * sigma);
    if (specification.target.has_value())
      indices.target = width / (6 * std::hypot(sigma, mean - *specification.target));
  }
  AddExpected(mean, specification, &indices);
  return indices;
}

absl::StatusOr<Capability> CapabilityOf(absl::Span<const double> values,
                                        const Specification& specification,
                                        std::optional<double> sigma_within,
                                        absl::Span<const double> ascending,
                                        std::optional<SigmaFreedom> within_freedom) {
  RETURN_IF_ERROR(CheckValues("values", values, -std::numeric_limits<double>::infinity()));
  if (values.size() < 2) {
    return base::FieldError("values",
                            absl::StrCat(values.size(), values.size() == 1 ? " value" : " values",
                                         " do not tell how much they vary; give 2 or more"));
  }
  Capability capability{.count = static_cast<int64_t>(values.size()),
                        .mean = statistics::Mean(values)};
  ASSIGN_OR_RETURN(
      capability.overall,
      IndicesOf(capability.mean, statistics::StandardDeviation(values), specification));
  if (sigma_within.has_value()) {
    ASSIGN_OR_RETURN(capability.within, IndicesOf(capability.mean, *sigma_within, specification));
    if (within_freedom.has_value()) {
      AddIntervals(capability.mean, capability.count, *within_freedom, specification,
                   &*capability.within);
    }
  }
  for (const double value : values) {
    capability.observed_below += specification.lower.has_value() && value < *specification.lower;
    capability.observed_above += specification.upper.has_value() && value > *specification.upper;
  }
  AddIntervals(capability.mean, capability.count, FreedomOfDeviation(capability.count),
               specification, &capability.overall);
  AddQuantiles(values, ascending, specification, &capability);
  return capability;
}

}  // namespace plumbline::analytics::quality
