// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/distribution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "absl/numeric/int128.h"
#include "services/analytics/mining/order_statistics.h"

namespace plumbline::analytics {
namespace {

constexpr double kMicros = 1e6;

double Seconds(int64_t micros) { return static_cast<double>(micros) / kMicros; }

// Between which values a quantile lies: those of ranks k and k + 1 (from 0), and how far from the
// first.
struct Rank {
  size_t k;
  double fraction;
};
using Neighbours = std::pair<int64_t, int64_t>;
// Ascending.
constexpr std::array kShares = {0.5, 0.9, 0.95, 0.99};
using Quantiles = std::array<double, kShares.size()>;

Rank RankOf(size_t n, double p) {
  const double h = static_cast<double>(n - 1) * p;
  return {static_cast<size_t>(h), h - std::floor(h)};
}

double Between(const Neighbours& values, double fraction) {
  return Seconds(values.first) + fraction * (Seconds(values.second) - Seconds(values.first));
}

// The quantiles of kShares; reorders some values.
Quantiles QuantilesOf(std::span<int64_t> values, int64_t least, int64_t most) {
  std::array<Rank, kShares.size()> between;
  std::array<size_t, 2 * kShares.size()> ranks;
  for (size_t i = 0; i < between.size(); ++i) {
    between[i] = RankOf(values.size(), kShares[i]);
    ranks[2 * i] = between[i].k;
    ranks[2 * i + 1] = std::min(between[i].k + 1, values.size() - 1);
  }
  std::array<size_t, ranks.size()> ascending = ranks;
  std::sort(ascending.begin(), ascending.end());
  std::array<int64_t, ranks.size()> found;
  FindRanks(values, least, most, ascending, found);
  const auto at = [&](size_t rank) {
    return found[static_cast<size_t>(std::find(ascending.begin(), ascending.end(), rank) -
                                     ascending.begin())];
  };
  Quantiles quantiles;
  for (size_t i = 0; i < between.size(); ++i)
    quantiles[i] = Between({at(ranks[2 * i]), at(ranks[2 * i + 1])}, between[i].fraction);
  return quantiles;
}

// All but the quantiles, where there are values.
Distribution Summarise(int64_t count, absl::int128 sum, int64_t least, int64_t most) {
  Distribution d;
  d.count = count;
  d.total = static_cast<double>(sum) / kMicros;
  d.mean = d.total / static_cast<double>(d.count);
  d.min = Seconds(least);
  d.max = Seconds(most);
  return d;
}

void SetQuantiles(const Quantiles& quantiles, Distribution& d) {
  d.median = quantiles[0];
  d.p90 = quantiles[1];
  d.p95 = quantiles[2];
  d.p99 = quantiles[3];
}

}  // namespace

Distribution Describe(std::span<int64_t> micros) {
  if (micros.empty()) return {};
  absl::int128 sum = 0;  // a century of waits of ten million events outgrows 64 bits
  int64_t least = micros[0], most = micros[0];
  for (const int64_t value : micros) {
    sum += value;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  Distribution d = Summarise(static_cast<int64_t>(micros.size()), sum, least, most);
  SetQuantiles(QuantilesOf(micros, least, most), d);
  return d;
}

Distribution DescribeRanked(int64_t count, absl::int128 sum,
                            absl::FunctionRef<int64_t(int64_t)> at) {
  if (count == 0) return {};
  const int64_t most = at(count - 1);
  Distribution d = Summarise(count, sum, at(0), most);
  Quantiles quantiles;
  for (size_t i = 0; i < quantiles.size(); ++i) {
    const auto [rank, fraction] = RankOf(static_cast<size_t>(count), kShares[i]);
    const auto k = static_cast<int64_t>(rank);
    quantiles[i] = k + 1 >= count ? Seconds(most) : Between({at(k), at(k + 1)}, fraction);
  }
  SetQuantiles(quantiles, d);
  return d;
}

}  // namespace plumbline::analytics
