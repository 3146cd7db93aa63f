// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/critical_path.h"

#include <algorithm>
#include <numeric>

namespace plumbline::analytics::bottlenecks {
namespace {

int64_t BeginOf(const Occurrence& o) { return o.start == kNoTime ? o.end : o.start; }

// When it could have been begun, for all that is known.
int64_t PossibleFrom(const Occurrence& o) {
  return o.scheduled == kNoTime ? BeginOf(o) : std::min(o.scheduled, BeginOf(o));
}

// Of those that lie in [from, to), each moment once.
int64_t MeasureWithin(std::span<const Stretch> stretches, int64_t from, int64_t to,
                      const TimeBetween& between) {
  if (stretches.empty()) return 0;
  int64_t all = 0;
  for (const auto& [begin, end] : Clipped(stretches, from, to)) all += Measure(between, begin, end);
  return all;
}

}  // namespace

std::span<const Held> PathFinder::Find(std::span<const Occurrence> ended) {
  path_.clear();
  order_.resize(ended.size());
  std::iota(order_.begin(), order_.end(), size_t{0});
  const auto by_end = [&](size_t a, size_t b) { return ended[a].end < ended[b].end; };
  // ReadOccurrences gives them by their ends, but for logs with starts.
  if (!std::is_sorted(order_.begin(), order_.end(), by_end))
    std::stable_sort(order_.begin(), order_.end(), by_end);
  for (size_t place = order_.size(); place > 0;) {
    const size_t current = order_[place - 1];
    const int64_t possible = PossibleFrom(ended[current]);
    const auto past =
        std::upper_bound(order_.begin(), order_.begin() + static_cast<ptrdiff_t>(place - 1),
                         possible, [&](int64_t time, size_t one) { return time < ended[one].end; });
    place = static_cast<size_t>(past - order_.begin());
    path_.push_back({current, place > 0 ? ended[order_[place - 1]].end : possible});
  }
  return path_;
}

std::vector<Held> CriticalPath(std::span<const Occurrence> ended) {
  PathFinder finder;
  const std::span<const Held> path = finder.Find(ended);
  return {path.begin(), path.end()};
}

std::vector<Stretch> Clipped(std::span<const Stretch> stretches, int64_t from, int64_t to) {
  if (stretches.empty()) return {};
  std::vector<Stretch> sorted(stretches.begin(), stretches.end()), clipped;
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [begin, end] : sorted) {
    const int64_t low = std::max(begin, clipped.empty() ? from : clipped.back().second);
    const int64_t high = std::min(end, to);
    if (low < high) clipped.emplace_back(low, high);
  }
  return clipped;
}

HeldTime SplitHeld(const Occurrence& o, int64_t from, std::span<const Stretch> blocked,
                   const TimeBetween& between) {
  const int64_t begin = BeginOf(o);
  HeldTime time;
  int64_t blocked_before = 0;
  if (from < begin) {
    blocked_before = MeasureWithin(blocked, from, begin, between);
    if (o.scheduled != kNoTime && o.ready > o.scheduled) {
      const int64_t low = std::max(from, o.scheduled), high = std::min(o.ready, begin);
      if (low < high) {
        time.planned = Measure(between, low, high) - MeasureWithin(blocked, low, high, between);
      }
    }
    time.waiting = Measure(between, from, begin) - blocked_before - time.planned;
  }
  if (begin < o.end) {
    const int64_t inside = MeasureWithin(blocked, begin, o.end, between);
    time.working = Measure(between, begin, o.end) - inside;
    time.blocked = inside;
  }
  time.blocked += blocked_before;
  return time;
}

}  // namespace plumbline::analytics::bottlenecks
