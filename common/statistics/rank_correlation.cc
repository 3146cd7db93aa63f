// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "common/base/status_macros.h"
#include "common/statistics/ascending.h"
#include "common/statistics/normal.h"
#include "common/statistics/sums.h"

namespace plumbline::statistics {
namespace {

absl::StatusOr<std::vector<double>> MeanRanks(absl::Span<const double> values,
                                              absl::FunctionRef<absl::Status()> keep_on) {
  std::vector<Numbered> order(values.size());
  for (size_t i = 0; i < values.size(); ++i) order[i] = {values[i], static_cast<uint32_t>(i)};
  RETURN_IF_ERROR(SortAscending(&order, keep_on));
  std::vector<double> ranks(values.size());
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    end = begin + 1;
    while (end < order.size() && order[end].value == order[begin].value) ++end;
    for (size_t i = begin; i < end; ++i)
      ranks[order[i].number] = static_cast<double>(begin + end + 1) / 2;
  }
  return ranks;
}

}  // namespace

std::optional<double> RankCorrelation(absl::Span<const double> x, absl::Span<const double> y) {
  return RankCorrelation(x, y, [] { return absl::OkStatus(); }).value();
}

absl::StatusOr<std::optional<double>> RankCorrelation(absl::Span<const double> x,
                                                      absl::Span<const double> y,
                                                      absl::FunctionRef<absl::Status()> keep_on) {
  if (x.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const std::vector<double> a, MeanRanks(x, keep_on));
  ASSIGN_OR_RETURN(const std::vector<double> b, MeanRanks(y, keep_on));
  const double middle = static_cast<double>(x.size() + 1) / 2;
  CompensatedSum both, squares_a, squares_b;
  for (size_t i = 0; i < a.size(); ++i) {
    both.Add((a[i] - middle) * (b[i] - middle));
    squares_a.Add((a[i] - middle) * (a[i] - middle));
    squares_b.Add((b[i] - middle) * (b[i] - middle));
  }
  if (squares_a.value() <= 0 || squares_b.value() <= 0) return std::nullopt;
  const double r = both.value() / std::sqrt(squares_a.value()) / std::sqrt(squares_b.value());
  return std::clamp(r, -1.0, 1.0);
}

double RankCorrelationPValue(double correlation, size_t n) {
  const double z = std::abs(correlation) * std::sqrt(static_cast<double>(n - 1));
  return std::min(1.0, 2 * NormalAbove(z));
}

}  // namespace plumbline::statistics
