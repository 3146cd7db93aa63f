// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/inflow.h"

#include <algorithm>

namespace plumbline::analytics::review {
namespace {

// Lags are told apart by the time from the first event to the end of the period, in so many parts.
constexpr size_t kLags = 512;
constexpr int64_t kMicros = 1'000'000;

std::array<int64_t, 3> BordersOf(const Windows& windows) {
  return {windows.end(kThis), windows.begin(kThis), windows.begin(kBefore)};
}

double At(const std::vector<double>& counts, double place) {
  const auto last = static_cast<double>(counts.size() - 1);
  if (place >= last) return counts.back();
  const auto below = static_cast<size_t>(place);
  const double above = place - static_cast<double>(below);
  return counts[below] + above * (counts[below + 1] - counts[below]);
}

}  // namespace

Inflow::Inflow(const Windows& windows, int64_t first_time,
               absl::FunctionRef<int64_t(int64_t time)> begun_before) {
  if (windows.size() <= kBefore) return;
  SetCell(windows, first_time);
  Borders before;
  for (size_t b = 0; b < before.size(); ++b) {
    const int64_t border = BordersOf(windows)[b];
    for (size_t k = 0; k <= kLags; ++k)
      before[b].push_back(begun_before(border - static_cast<int64_t>(k) * cell_));
  }
  Fill(before);
}

Inflow::Inflow(const Windows& windows, int64_t first_time, size_t cases,
               absl::FunctionRef<int64_t(size_t c)> begin) {
  if (windows.size() <= kBefore) return;
  SetCell(windows, first_time);
  const std::array<int64_t, 3> borders = BordersOf(windows);
  Borders before;
  for (auto& counts : before) counts.assign(kLags + 1, 0);
  for (size_t c = 0; c < cases; ++c) {
    const int64_t at = begin(c);
    for (size_t b = 0; b < borders.size(); ++b) {
      if (at >= borders[b]) continue;
      // The last of the moved borders that it is before.
      const auto most = static_cast<size_t>((borders[b] - at - 1) / cell_);
      ++before[b][std::min(most, kLags)];
    }
  }
  for (auto& counts : before) {
    for (size_t k = kLags; k > 0; --k) counts[k - 1] += counts[k];
  }
  Fill(before);
}

void Inflow::SetCell(const Windows& windows, int64_t first_time) {
  const int64_t all = std::max<int64_t>(0, windows.end(kThis) - first_time);
  cell_ = all / static_cast<int64_t>(kLags) + 1;
}

void Inflow::Fill(const Borders& before) {
  for (size_t k = 0; k < before[0].size(); ++k) {
    this_.push_back(static_cast<double>(before[0][k] - before[1][k]));
    earlier_.push_back(static_cast<double>(before[1][k] - before[2][k]));
  }
}

double Inflow::ShareOfThis(uint32_t lag, int window) const {
  const double place = static_cast<double>(lag) * kMicros / static_cast<double>(cell_);
  const double now = At(this_, place), earlier = At(earlier_, place);
  // Between cells some are missed: what was seen is as likely as can be.
  if (!(now + earlier > 0)) return window == kThis ? 1 : 0;
  return now / (now + earlier);
}

}  // namespace plumbline::analytics::review
