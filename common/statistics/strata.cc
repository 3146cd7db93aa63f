// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/strata.h"

#include <algorithm>
#include <cmath>

#include "common/statistics/chi_square.h"
#include "common/statistics/sums.h"

namespace plumbline::statistics {

std::optional<StratifiedDifference> DifferenceWithinStrata(absl::Span<const TwoByTwo> strata,
                                                           double z) {
  StratifiedDifference result;
  CompensatedSum differences, weights, spread, excess, variance;
  for (const TwoByTwo& t : strata) {
    result.all_count += t.count;
    if (t.count == 0 || t.other_count == 0) continue;
    ++result.strata;
    result.count += t.count;
    const auto a = static_cast<double>(t.happened), c = static_cast<double>(t.other_happened);
    const auto m = static_cast<double>(t.count), k = static_cast<double>(t.other_count);
    const double n = m + k;
    differences.Add((a * k - c * m) / n);
    weights.Add(m * k / n);
    spread.Add((a * (m - a) * k * k * k + c * (k - c) * m * m * m) / (m * k * n * n));
    excess.Add(a - m * (a + c) / n);
    if (n > 1) variance.Add(m * k * (a + c) * (n - a - c) / (n * n * (n - 1)));
  }
  if (result.strata == 0) return std::nullopt;
  const double difference = differences.value() / weights.value();
  const double half = z * std::sqrt(std::max(0.0, spread.value())) / weights.value();
  result.risk_difference = {difference, std::max(-1.0, difference - half),
                            std::min(1.0, difference + half)};
  if (variance.value() > 0)
    result.p_value = ChiSquareAbove(excess.value() * excess.value() / variance.value(), 1);
  return result;
}

}  // namespace plumbline::statistics
