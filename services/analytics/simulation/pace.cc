// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/simulation/pace.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace plumbline::analytics::simulation {
namespace {

// Sums of shares of microseconds miss whole numbers by less.
constexpr double kWhole = 1e-6;

}  // namespace

Pace::Pace(const Opening& opening, const std::vector<Slow>& slow) {
  std::vector<int64_t> bounds = {INT64_MIN};
  for (const Stretch& closed : opening.closed()) {
    bounds.push_back(closed.begin);
    bounds.push_back(closed.end);
  }
  for (const Slow& one : slow) {
    bounds.push_back(one.when.begin);
    bounds.push_back(one.when.end);
  }
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  for (const int64_t begin : bounds) {
    Piece piece{begin, opening.NextOpen(begin) == begin ? 1.0 : 0.0};
    for (const Slow& one : slow)
      if (one.when.begin <= begin && begin < one.when.end) piece.times *= one.times;
    pieces_.push_back(piece);
  }
}

int64_t Pace::Finish(int64_t time, int64_t duration) const {
  auto piece = std::upper_bound(pieces_.begin(), pieces_.end(), time,
                                [](int64_t t, const Piece& p) { return t < p.begin; }) -
               1;
  auto left = static_cast<double>(duration);
  for (;; ++piece) {
    if (left <= 0) return time;
    const bool last = piece + 1 == pieces_.end();
    if (piece->times > 0) {
      const double needed = left * piece->times;
      const auto room = last ? needed : static_cast<double>((piece + 1)->begin - time);
      if (needed <= room + kWhole) return time + static_cast<int64_t>(std::ceil(needed - kWhole));
      left -= room / piece->times;
    }
    time = (piece + 1)->begin;
  }
}

}  // namespace plumbline::analytics::simulation
