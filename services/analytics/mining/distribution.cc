// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/distribution.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"

namespace plumbline::analytics {
namespace {

constexpr double kMicros = 1e6;
// From here on a histogram finds the few values near a percentile faster than selection among all.
constexpr size_t kHistogramFrom = 4096;

double Seconds(int64_t micros) { return static_cast<double>(micros) / kMicros; }

// Between which values a quantile lies: those of ranks k and k + 1 (from 0), and how far from the
// first.
struct Rank {
  size_t k;
  double fraction;
};
using Neighbours = std::pair<int64_t, int64_t>;
using Quantiles = std::array<double, 2>;

Rank RankOf(size_t n, double p) {
  const double h = static_cast<double>(n - 1) * p;
  return {static_cast<size_t>(h), h - std::floor(h)};
}

double Between(const Neighbours& values, double fraction) {
  return Seconds(values.first) + fraction * (Seconds(values.second) - Seconds(values.first));
}

// The values of ranks k and k + 1 by selection; moves values. `k` + 1 is less than their number.
Neighbours Select(std::span<int64_t> values, size_t k) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(k);
  std::nth_element(values.begin(), middle, values.end());
  return {*middle, *std::min_element(middle + 1, values.end())};
}

// Order statistics of many values. The histogram has 32 bins for every power of two above the least
// value, so that neither a long tail nor one far value puts most values into one bin.
class Histogram {
 public:
  Histogram(std::span<const int64_t> values, int64_t least) : values_(values), least_(least) {
    for (const int64_t value : values) ++bins_[BinOf(value)];
  }

  // The quantiles of two ranks, in one pass over the values; each k + 1 is less than their number.
  Quantiles At(const std::array<Rank, 2>& ranks) const {
    std::array<Near, 2> near = {NearOf(ranks[0].k), NearOf(ranks[1].k)};
    for (const int64_t value : values_) {
      const size_t bin = BinOf(value);
      for (Near& n : near) {
        if (bin == n.first || bin == n.last) n.values.push_back(value);
      }
    }
    const auto quantile = [&](size_t i) {
      return Between(Select(near[i].values, ranks[i].k - near[i].before), ranks[i].fraction);
    };
    return {quantile(0), quantile(1)};
  }

 private:
  // The bins that hold two neighbouring ranks, and their values.
  struct Near {
    size_t first, last;
    size_t before;  // values in the bins before the first
    std::vector<int64_t> values;
  };

  Near NearOf(size_t k) const {
    size_t bin = 0, before = 0;
    while (before + bins_[bin] <= k) before += bins_[bin++];
    size_t last = bin;
    if (before + bins_[bin] == k + 1) {
      do ++last;
      while (bins_[last] == 0);
    }
    Near near{bin, last, before, {}};
    near.values.reserve(bins_[bin] + (last == bin ? 0 : bins_[last]));
    return near;
  }

  size_t BinOf(int64_t value) const {
    const uint64_t above = static_cast<uint64_t>(value) - static_cast<uint64_t>(least_);
    const int shift = std::max(0, static_cast<int>(std::bit_width(above)) - 6);
    return static_cast<size_t>(shift) * 32 + (above >> shift);
  }

  const std::span<const int64_t> values_;
  const int64_t least_;
  std::array<uint32_t, 1920> bins_{};  // (64 - 6) * 32 + 64
};

// The median and the 95th percentile; moves values.
Quantiles MedianAndP95(std::span<int64_t> values, int64_t least, int64_t most) {
  const std::array<Rank, 2> ranks = {RankOf(values.size(), 0.5), RankOf(values.size(), 0.95)};
  if (values.size() >= kHistogramFrom) return Histogram(values, least).At(ranks);
  const auto quantile = [&](const Rank& rank) {
    if (rank.k + 1 >= values.size()) return Seconds(most);
    return Between(Select(values, rank.k), rank.fraction);
  };
  const double median = quantile(ranks[0]);
  return {median, quantile(ranks[1])};
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
  const Quantiles quantiles = MedianAndP95(micros, least, most);
  d.median = quantiles[0];
  d.p95 = quantiles[1];
  return d;
}

}  // namespace plumbline::analytics
