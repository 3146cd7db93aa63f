// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/distribution.h"

#include <algorithm>
#include <cmath>

#include "absl/numeric/int128.h"

namespace plumbline::analytics {
namespace {

constexpr double kMicros = 1e6;

double Seconds(int64_t micros) { return static_cast<double>(micros) / kMicros; }

// The p-quantile of `values`, of which those before `from` are known to be the least. Moves *from
// to the order statistic that it found, so that the next, greater, p starts there.
double Quantile(std::span<int64_t> values, double p, size_t* from) {
  const double h = static_cast<double>(values.size() - 1) * p;
  const size_t k = static_cast<size_t>(h);
  std::nth_element(values.begin() + static_cast<ptrdiff_t>(*from),
                   values.begin() + static_cast<ptrdiff_t>(k), values.end());
  *from = k;
  const double fraction = h - std::floor(h);
  if (fraction == 0 || k + 1 == values.size()) return Seconds(values[k]);
  const int64_t next =
      *std::min_element(values.begin() + static_cast<ptrdiff_t>(k + 1), values.end());
  return Seconds(values[k]) + fraction * (Seconds(next) - Seconds(values[k]));
}

}  // namespace

Distribution Describe(std::span<int64_t> micros) {
  Distribution d;
  if (micros.empty()) return d;
  absl::int128 sum = 0;  // a century of waits of ten million events outgrows 64 bits
  int64_t least = micros[0], most = micros[0];
  for (const int64_t value : micros) {
    sum += value;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  d.count = static_cast<int64_t>(micros.size());
  d.total = static_cast<double>(sum) / kMicros;
  d.mean = d.total / static_cast<double>(d.count);
  d.min = Seconds(least);
  d.max = Seconds(most);
  size_t from = 0;
  d.median = Quantile(micros, 0.5, &from);
  d.p95 = Quantile(micros, 0.95, &from);
  return d;
}

}  // namespace plumbline::analytics
