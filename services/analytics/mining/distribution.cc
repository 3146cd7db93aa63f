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
// Ascending.
constexpr std::array kShares = {0.5, 0.9, 0.95, 0.99};
using Quantiles = std::array<double, kShares.size()>;
using Ranks = std::array<Rank, kShares.size()>;

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
  static constexpr size_t kBins = 1920;  // (64 - 6) * 32 + 64

 public:
  Histogram(std::span<const int64_t> values, int64_t least) : values_(values), least_(least) {
    for (const int64_t value : values) ++bins_[BinOf(value)];
  }

  // The quantiles of these ranks, in one pass over the values; each k + 1 is less than their
  // number.
  Quantiles At(const Ranks& ranks) const {
    std::array<Near, kShares.size()> near;
    std::array<uint8_t, kBins> wanted{};  // most values are in no bin that is
    for (size_t i = 0; i < near.size(); ++i) {
      near[i] = NearOf(ranks[i].k);
      wanted[near[i].first] = wanted[near[i].last] = 1;
    }
    for (const int64_t value : values_) {
      const size_t bin = BinOf(value);
      if (wanted[bin] == 0) continue;
      for (Near& n : near) {
        if (bin == n.first || bin == n.last) n.values.push_back(value);
      }
    }
    Quantiles quantiles;
    for (size_t i = 0; i < near.size(); ++i) {
      quantiles[i] =
          Between(Select(near[i].values, ranks[i].k - near[i].before), ranks[i].fraction);
    }
    return quantiles;
  }

 private:
  // The bins that hold two neighbouring ranks, and their values.
  struct Near {
    size_t first = 0, last = 0;
    size_t before = 0;  // values in the bins before the first
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
  std::array<uint32_t, kBins> bins_{};
};

// The quantiles of kShares; moves values.
Quantiles QuantilesOf(std::span<int64_t> values, int64_t least, int64_t most) {
  Ranks ranks;
  for (size_t i = 0; i < ranks.size(); ++i) ranks[i] = RankOf(values.size(), kShares[i]);
  if (values.size() >= kHistogramFrom) return Histogram(values, least).At(ranks);
  Quantiles quantiles;
  size_t done = 0;  // values before are no greater than those from here on
  for (size_t i = 0; i < ranks.size(); ++i) {
    const auto [k, fraction] = ranks[i];
    if (k + 1 >= values.size()) {
      quantiles[i] = Seconds(most);
      continue;
    }
    quantiles[i] = Between(Select(values.subspan(done), k - done), fraction);
    done = k;
  }
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
