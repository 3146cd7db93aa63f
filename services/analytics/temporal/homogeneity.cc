// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/temporal/homogeneity.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "common/statistics/chi_square.h"

namespace plumbline::analytics {
namespace {

constexpr double kLeastExpected = 5;

// Ways of enough expected counts: with the rare ones as one.
std::vector<WayCounts> Enough(std::span<const WayCounts> ways, const WayCounts& all) {
  const double least_share = kLeastExpected / static_cast<double>(std::min(all.first, all.second));
  const double total = static_cast<double>(all.first + all.second);
  const auto enough = [&](const WayCounts& way) {
    return static_cast<double>(way.first + way.second) / total >= least_share;
  };
  std::vector<WayCounts> kept;
  WayCounts rare{0, 0};
  for (const WayCounts& way : ways) {
    if (enough(way)) {
      kept.push_back(way);
    } else {
      rare = {rare.first + way.first, rare.second + way.second};
    }
  }
  if (rare.first + rare.second == 0) return kept;
  if (enough(rare) || kept.empty()) {
    kept.push_back(rare);
  } else {
    WayCounts& rarest =
        *std::min_element(kept.begin(), kept.end(), [](const WayCounts& a, const WayCounts& b) {
          return std::pair(a.first + a.second, a) < std::pair(b.first + b.second, b);
        });
    rarest = {rarest.first + rare.first, rarest.second + rare.second};
  }
  return kept;
}

// Wilson and Hilferty 1931.
double NormalScale(double statistic, double freedom) {
  const double part = 2 / (9 * freedom);
  return (std::cbrt(statistic / freedom) - (1 - part)) / std::sqrt(part);
}

}  // namespace

Homogeneity TestHomogeneity(std::span<const WayCounts> ways) {
  Homogeneity answer;
  WayCounts all{0, 0};
  for (const WayCounts& way : ways) all = {all.first + way.first, all.second + way.second};
  if (all.first == 0 || all.second == 0) return answer;
  const std::vector<WayCounts> tested = Enough(ways, all);
  if (tested.size() < 2) return answer;
  answer.tested = true;
  answer.freedom = static_cast<int64_t>(tested.size()) - 1;
  const double n1 = static_cast<double>(all.first), n2 = static_cast<double>(all.second);
  const auto part = [](double observed, double expected) {
    return observed > 0 ? 2 * observed * std::log(observed / expected) : 0;
  };
  double pearson = 0;
  for (const WayCounts& way : tested) {
    const double share = static_cast<double>(way.first + way.second) / (n1 + n2);
    answer.statistic += part(static_cast<double>(way.first), n1 * share) +
                        part(static_cast<double>(way.second), n2 * share);
  }
  for (const auto& [first, second] : ways) {
    const double sum = static_cast<double>(first + second);
    if (sum == 0) continue;
    const double one = static_cast<double>(first) / n1, two = static_cast<double>(second) / n2;
    answer.shift += std::abs(one - two) / 2;
    pearson += (one - two) * (one - two) * n1 * n2 / sum;
  }
  answer.statistic = std::max(0.0, answer.statistic);
  answer.cramers_v = std::sqrt(pearson / (n1 + n2));
  answer.p_value =
      statistics::ChiSquareAbove(answer.statistic, static_cast<double>(answer.freedom));
  answer.z = NormalScale(answer.statistic, static_cast<double>(answer.freedom));
  return answer;
}

}  // namespace plumbline::analytics
