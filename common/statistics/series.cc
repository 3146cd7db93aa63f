// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/series.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "common/statistics/chi_square.h"
#include "common/statistics/normal.h"
#include "common/statistics/sums.h"

namespace plumbline::statistics {
namespace {

// Sum of (t (t - 1) (2 t + 5)) over groups of t equal values.
double TieTerm(absl::Span<const double> values) {
  std::map<double, double> groups;
  for (const double value : values) ++groups[value];
  double sum = 0;
  for (const auto& [value, size] : groups) sum += size * (size - 1) * (2 * size + 5);
  return sum;
}

std::vector<double> Thinned(absl::Span<const double> values) {
  const size_t size = std::min(values.size(), kMostForTrend);
  std::vector<double> thinned;
  for (size_t i = 0; i < size; ++i) thinned.push_back(values[i * values.size() / size]);
  return thinned;
}

// The slopes of all pairs, times `scale`, and the standard deviation of Kendall's score.
void SetSlope(std::vector<double>& slopes, double deviation, double scale, TrendTest* trend) {
  constexpr double kTwoSided95 = 1.959963984540054;
  const auto pairs = static_cast<double>(slopes.size());
  const auto ranked = [&](size_t rank) {
    const auto place = slopes.begin() + static_cast<ptrdiff_t>(rank);
    std::nth_element(slopes.begin(), place, slopes.end());
    return *place * scale;
  };
  trend->slope = (ranked((slopes.size() - 1) / 2) + ranked(slopes.size() / 2)) / 2;
  const double rank = std::floor((pairs - kTwoSided95 * deviation) / 2);
  if (rank < 1) return;
  const auto place = static_cast<size_t>(rank) - 1;
  trend->slope_lower = ranked(place);
  trend->slope_upper = ranked(slopes.size() - 1 - place);
}

}  // namespace

double Autocorrelation(absl::Span<const double> values, size_t lag) {
  if (values.size() <= lag) return 0;
  const double mean = Mean(values), squares = SquaredDeviations(values);
  if (squares <= 0) return 0;
  CompensatedSum products;
  for (size_t i = 0; i + lag < values.size(); ++i)
    products.Add((values[i] - mean) * (values[i + lag] - mean));
  return products.value() / squares;
}

std::optional<DependenceTest> TestDependence(absl::Span<const double> values, size_t lags) {
  if (lags == 0 || values.size() <= lags + 1 || SquaredDeviations(values) <= 0) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  for (size_t k = 1; k <= lags; ++k) {
    const double r = Autocorrelation(values, k);
    sum += r * r / (n - static_cast<double>(k));
  }
  const double statistic = n * (n + 2) * sum;
  return DependenceTest{statistic, ChiSquareAbove(statistic, static_cast<double>(lags))};
}

std::optional<TrendTest> TestTrend(absl::Span<const double> all) {
  const std::vector<double> values = Thinned(all);
  if (values.size() < 3) return std::nullopt;
  double score = 0;
  std::vector<double> slopes;
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = i + 1; j < values.size(); ++j) {
      const double rise = values[j] - values[i];
      score += (rise > 0) - (rise < 0);
      slopes.push_back(rise / static_cast<double>(j - i));
    }
  }
  const auto n = static_cast<double>(values.size());
  const double variance = (n * (n - 1) * (2 * n + 5) - TieTerm(values)) / 18;
  if (variance <= 0) return std::nullopt;
  // One step towards 0: pairs come in whole numbers.
  const double z = score == 0 ? 0 : (std::abs(score) - 1) / std::sqrt(variance);
  TrendTest trend;
  trend.tau = score / static_cast<double>(slopes.size());
  trend.p_value = std::min(1.0, 2 * NormalAbove(z));
  SetSlope(slopes, std::sqrt(variance), n / static_cast<double>(all.size()), &trend);
  return trend;
}

}  // namespace plumbline::statistics
