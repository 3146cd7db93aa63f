// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/multiplicity.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace plumbline::statistics {
namespace {

// Places of the values, ascending.
std::vector<size_t> OrderOf(absl::Span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  return order;
}

}  // namespace

std::vector<double> AdjustBenjaminiHochberg(absl::Span<const double> p_values) {
  const std::vector<size_t> order = OrderOf(p_values);
  std::vector<double> adjusted(p_values.size());
  double least = 1;
  for (size_t rank = order.size(); rank > 0; --rank) {
    const size_t place = order[rank - 1];
    least = std::min(
        least, p_values[place] * static_cast<double>(order.size()) / static_cast<double>(rank));
    adjusted[place] = std::max(least, p_values[place]);  // rounding makes none smaller
  }
  return adjusted;
}

std::vector<double> AdjustHolm(absl::Span<const double> p_values) {
  const std::vector<size_t> order = OrderOf(p_values);
  std::vector<double> adjusted(p_values.size());
  double most = 0;
  for (size_t rank = 0; rank < order.size(); ++rank) {
    const double weighted = p_values[order[rank]] * static_cast<double>(order.size() - rank);
    most = std::max(most, std::min(1.0, weighted));
    adjusted[order[rank]] = most;
  }
  return adjusted;
}

}  // namespace plumbline::statistics
