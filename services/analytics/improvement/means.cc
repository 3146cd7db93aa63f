// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "common/statistics/student.h"
#include "common/statistics/sums.h"
#include "services/analytics/improvement/two_samples.h"

namespace plumbline::analytics::improvement {
namespace {

using Values = absl::Span<const double>;

double CountOf(Values values) { return static_cast<double>(values.size()); }

// Squared error of the mean.
double SquaredError(Values values) {
  if (values.size() < 2) return 0;
  return statistics::SquaredDeviations(values) / (CountOf(values) - 1) / CountOf(values);
}

// Means of equal values differ by what rounding makes of them, which is nothing.
double Between(double first, double second) {
  constexpr double kRounding = 1e-12;
  const double most = std::max(std::abs(first), std::abs(second));
  return std::abs(second - first) <= kRounding * most ? 0 : second - first;
}

}  // namespace

Difference MeanDifferenceOf(Values first, Values second, double confidence) {
  const double a = SquaredError(first), b = SquaredError(second);
  const double estimate = Between(statistics::Mean(first), statistics::Mean(second));
  Difference difference{estimate, {estimate, estimate}, estimate == 0 ? 1.0 : 0.0};
  // One value on a side does not say how it varies.
  if (first.size() < 2 || second.size() < 2) difference.p_value = 1;
  if (!(a + b > 0)) return difference;
  const auto of = [](double square, Values values) {
    return values.size() < 2 ? 0 : square * square / (CountOf(values) - 1);
  };
  const double freedom = (a + b) * (a + b) / (of(a, first) + of(b, second));
  const double error = std::sqrt(a + b);
  const double reach = error * statistics::StudentUpperQuantile((1 - confidence) / 2, freedom);
  difference.interval = {estimate - reach, estimate + reach};
  difference.p_value =
      std::min(1.0, 2 * statistics::StudentAbove(std::abs(estimate) / error, freedom));
  return difference;
}

Interval MeanIntervalOf(Values values, double confidence) {
  const double mean = statistics::Mean(values), square = SquaredError(values);
  if (!(square > 0)) return {mean, mean};
  const double reach = std::sqrt(square) *
                       statistics::StudentUpperQuantile((1 - confidence) / 2, CountOf(values) - 1);
  return {mean - reach, mean + reach};
}

}  // namespace plumbline::analytics::improvement
