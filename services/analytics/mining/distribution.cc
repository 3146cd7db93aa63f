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

// Order statistics of many values. The histogram has 32 bins for every power of two above the least
// value, so that neither a long tail nor one far value puts most values into one bin.
class Histogram {
 public:
  Histogram(std::span<const int64_t> values, int64_t least) : values_(values), least_(least) {
    for (const int64_t value : values) ++bins_[BinOf(value)];
  }

  // The values of ranks k and k + 1 (from 0); `k` + 1 must be less than their number.
  std::pair<int64_t, int64_t> At(size_t k) const {
    size_t bin = 0, before = 0;
    while (before + bins_[bin] <= k) before += bins_[bin++];
    size_t last = bin;  // holds rank k + 1
    if (before + bins_[bin] == k + 1) {
      do ++last;
      while (bins_[last] == 0);
    }
    std::vector<int64_t> near;
    near.reserve(bins_[bin] + (last == bin ? 0 : bins_[last]));
    for (const int64_t value : values_) {
      const size_t b = BinOf(value);
      if (b == bin || b == last) near.push_back(value);
    }
    const auto middle = near.begin() + static_cast<ptrdiff_t>(k - before);
    std::nth_element(near.begin(), middle, near.end());
    return {*middle, *std::min_element(middle + 1, near.end())};
  }

 private:
  size_t BinOf(int64_t value) const {
    const uint64_t above = static_cast<uint64_t>(value) - static_cast<uint64_t>(least_);
    const int shift = std::max(0, static_cast<int>(std::bit_width(above)) - 6);
    return static_cast<size_t>(shift) * 32 + (above >> shift);
  }

  const std::span<const int64_t> values_;
  const int64_t least_;
  std::array<uint32_t, 1920> bins_{};  // (64 - 6) * 32 + 64
};

// The values of ranks k and k + 1 by selection; moves values.
std::pair<int64_t, int64_t> Select(std::span<int64_t> values, size_t k) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(k);
  std::nth_element(values.begin(), middle, values.end());
  return {*middle, *std::min_element(middle + 1, values.end())};
}

// The p-quantile of n values; `at` yields the values of ranks k and k + 1.
template <class At>
double Quantile(size_t n, double p, int64_t most, At at) {
  const double h = static_cast<double>(n - 1) * p;
  const size_t k = static_cast<size_t>(h);
  if (k + 1 >= n) return Seconds(most);
  const auto [low, high] = at(k);
  return Seconds(low) + (h - std::floor(h)) * (Seconds(high) - Seconds(low));
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
  const auto quantiles = [&](auto at) {
    d.median = Quantile(micros.size(), 0.5, most, at);
    d.p95 = Quantile(micros.size(), 0.95, most, at);
  };
  if (micros.size() >= kHistogramFrom) {
    const Histogram histogram(micros, least);
    quantiles([&histogram](size_t k) { return histogram.At(k); });
  } else {
    quantiles([micros](size_t k) { return Select(micros, k); });
  }
  return d;
}

}  // namespace plumbline::analytics
