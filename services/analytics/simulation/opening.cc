// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/simulation/opening.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace plumbline::analytics::simulation {

Opening::Opening(std::vector<Stretch> closed) {
  std::sort(closed.begin(), closed.end(),
            [](const Stretch& a, const Stretch& b) { return a.begin < b.begin; });
  int64_t rest = 0;
  for (const Stretch& stretch : closed) {
    if (!closed_.empty() && stretch.begin <= closed_.back().end) {
      Stretch& last = closed_.back();
      rest += std::max<int64_t>(0, stretch.end - last.end);
      last.end = std::max(last.end, stretch.end);
      continue;
    }
    closed_.push_back(stretch);
    rest_.push_back(rest);
    rest += stretch.end - stretch.begin;
  }
}

int64_t Opening::NextOpen(int64_t time) const {
  const auto after = std::upper_bound(closed_.begin(), closed_.end(), time,
                                      [](int64_t t, const Stretch& s) { return t < s.begin; });
  return after == closed_.begin() ? time : std::max(time, (after - 1)->end);
}

int64_t Opening::OpenUntil(int64_t time) const {
  const auto after = std::lower_bound(closed_.begin(), closed_.end(), time,
                                      [](const Stretch& s, int64_t t) { return s.begin < t; });
  if (after == closed_.begin()) return time;
  const auto i = static_cast<size_t>(after - closed_.begin()) - 1;
  return time - rest_[i] - (std::min(time, closed_[i].end) - closed_[i].begin);
}

int64_t Opening::OpenBetween(int64_t begin, int64_t end) const {
  return OpenUntil(end) - OpenUntil(begin);
}

int64_t Opening::Finish(int64_t time, int64_t duration) const {
  if (closed_.empty()) return time + duration;
  const int64_t until = OpenUntil(time) + duration;
  // The stretches that begin before that much open time has passed: those are rested through.
  size_t low = 0, high = closed_.size();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (closed_[middle].begin - rest_[middle] < until) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return std::max(time, until);
  const Stretch& last = closed_[low - 1];
  return std::max(time, until + rest_[low - 1] + (last.end - last.begin));
}

Opening Opening::Without(const Opening& other) const {
  std::vector<Stretch> both = closed_;
  both.insert(both.end(), other.closed_.begin(), other.closed_.end());
  return Opening(std::move(both));
}

}  // namespace plumbline::analytics::simulation
