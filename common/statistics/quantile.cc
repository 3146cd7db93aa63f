// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/quantile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace plumbline::statistics {

double Quantile(absl::Span<const double> ascending, double q) {
  const double place = static_cast<double>(ascending.size() - 1) * q;
  const auto below = static_cast<size_t>(std::floor(place));
  const size_t above = std::min(below + 1, ascending.size() - 1);
  return ascending[below] +
         (place - static_cast<double>(below)) * (ascending[above] - ascending[below]);
}

}  // namespace plumbline::statistics
