// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "common/statistics/student.h"
#include "common/statistics/sums.h"
#include "services/analytics/improvement/two_samples.h"

namespace plumbline::analytics::improvement {
namespace {

using Values = absl::Span<const double>;

constexpr Interval kAnywhere = {-std::numeric_limits<double>::infinity(),
                                std::numeric_limits<double>::infinity()};

double CountOf(Values values) { return static_cast<double>(values.size()); }

// By n - 1, of at least two values.
double Variance(Values values) {
  return statistics::SquaredDeviations(values) / (CountOf(values) - 1);
}

// Means of equal values differ by what rounding makes of them, which is nothing.
double Between(double first, double second) {
  constexpr double kRounding = 1e-12;
  const double most = std::max(std::abs(first), std::abs(second));
  return std::abs(second - first) <= kRounding * most ? 0 : second - first;
}

}  // namespace

Difference MeanDifferenceOf(Values first, Values second, double confidence) {
  const double estimate = Between(statistics::Mean(first), statistics::Mean(second));
  const bool one = first.size() < 2, other = second.size() < 2;
  if (one && other) return {estimate, kAnywhere, 1};
  Difference difference{estimate, {estimate, estimate}, estimate == 0 ? 1.0 : 0.0};
  // One value on a side does not say how it varies: it is taken to vary as the others do.
  const double a = Variance(one ? second : first) / CountOf(first);
  const double b = Variance(other ? first : second) / CountOf(second);
  if (!(a + b > 0)) return difference;
  double freedom = std::max(CountOf(first), CountOf(second)) - 1;
  if (!one && !other) {
    freedom = (a + b) * (a + b) / (a * a / (CountOf(first) - 1) + b * b / (CountOf(second) - 1));
  }
  const double error = std::sqrt(a + b);
  const double reach = error * statistics::StudentUpperQuantile((1 - confidence) / 2, freedom);
  difference.interval = {estimate - reach, estimate + reach};
  difference.p_value =
      std::min(1.0, 2 * statistics::StudentAbove(std::abs(estimate) / error, freedom));
  return difference;
}

std::optional<Interval> MeanIntervalOf(Values values, double confidence) {
  if (values.size() < 2) return std::nullopt;
  const double mean = statistics::Mean(values), variance = Variance(values);
  if (!(variance > 0)) return Interval{mean, mean};
  const double reach = std::sqrt(variance / CountOf(values)) *
                       statistics::StudentUpperQuantile((1 - confidence) / 2, CountOf(values) - 1);
  return Interval{mean - reach, mean + reach};
}

}  // namespace plumbline::analytics::improvement
