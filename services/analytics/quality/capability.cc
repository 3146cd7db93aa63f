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
#include "common/statistics/normal.h"
#include "common/statistics/quantile.h"
#include "common/statistics/sums.h"
#include "services/analytics/quality/chart_input.h"

namespace plumbline::analytics::quality {
namespace {

constexpr double kConfidence = 0.95;
constexpr double kPerMillion = 1e6;
// What a normal distribution has below three deviations under its mean.
constexpr double kOuterShare = 0.0013498980316301;

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

void AddIntervals(Capability* capability) {
  const auto freedom = static_cast<double>(capability->count - 1);
  if (capability->overall.both.has_value()) {
    const auto bound = [&](double p) {
      return *capability->overall.both *
             std::sqrt(statistics::ChiSquareQuantile(p, freedom) / freedom);
    };
    capability->both_interval = {bound((1 - kConfidence) / 2), bound((1 + kConfidence) / 2)};
  }
  if (capability->overall.least.has_value()) {
    const double least = *capability->overall.least;
    const double z = statistics::NormalQuantile((1 + kConfidence) / 2);
    const double width = z * std::sqrt(1 / (9 * static_cast<double>(capability->count)) +
                                       least * least / (2 * freedom));
    capability->least_interval = {least - width, least + width};
  }
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
                                        absl::Span<const double> ascending) {
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
  }
  for (const double value : values) {
    capability.observed_below += specification.lower.has_value() && value < *specification.lower;
    capability.observed_above += specification.upper.has_value() && value > *specification.upper;
  }
  AddIntervals(&capability);
  AddQuantiles(values, ascending, specification, &capability);
  return capability;
}

}  // namespace plumbline::analytics::quality
