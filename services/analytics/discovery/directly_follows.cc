// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/directly_follows.h"

#include <algorithm>
#include <span>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace plumbline::analytics {
namespace {

// Counts by pair of activities: a table where that is small, else a map.
class PairCounts {
 public:
  explicit PairCounts(size_t activities) : n_(activities) {
    if (n_ <= kMaxTable) table_.resize(n_ * n_);
  }

  void Add(uint32_t from, uint32_t to, int64_t count) {
    if (!table_.empty()) {
      table_[from * n_ + to] += count;
    } else {
      map_[{from, to}] += count;
    }
  }

  std::vector<FollowsEdge> Take() {
    std::vector<FollowsEdge> edges;
    for (size_t i = 0; i < table_.size(); ++i) {
      if (table_[i] == 0) continue;
      edges.push_back({static_cast<uint32_t>(i / n_), static_cast<uint32_t>(i % n_), table_[i]});
    }
    for (const auto& [pair, count] : map_) edges.push_back({pair.first, pair.second, count});
    std::sort(edges.begin(), edges.end(), [](const FollowsEdge& a, const FollowsEdge& b) {
      return std::pair(a.from, a.to) < std::pair(b.from, b.to);
    });
    return edges;
  }

 private:
  static constexpr size_t kMaxTable = 1024;
  size_t n_;
  std::vector<int64_t> table_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, int64_t> map_;
};

}  // namespace

DirectlyFollows CountDirectlyFollows(const TraceBag& bag) {
  const size_t n = bag.activity_count();
  DirectlyFollows result{
      {}, std::vector<int64_t>(n), std::vector<int64_t>(n), std::vector<int64_t>(n)};
  PairCounts pairs(n);
  for (size_t i = 0; i < bag.size(); ++i) {
    const std::span<const uint32_t> trace = bag[i];
    if (trace.empty()) continue;
    const int64_t count = bag.count(i);
    result.starts[trace.front()] += count;
    result.ends[trace.back()] += count;
    for (const uint32_t activity : trace) result.counts[activity] += count;
    for (size_t k = 1; k < trace.size(); ++k) pairs.Add(trace[k - 1], trace[k], count);
  }
  result.edges = pairs.Take();
  return result;
}

std::vector<FollowsEdge> CountEventuallyFollows(const TraceBag& bag) {
  PairCounts pairs(bag.activity_count());
  std::vector<int64_t> before(bag.activity_count());  // events of each activity so far
  std::vector<uint32_t> seen;
  for (size_t i = 0; i < bag.size(); ++i) {
    seen.clear();
    for (const uint32_t activity : bag[i]) {
      for (const uint32_t from : seen) pairs.Add(from, activity, before[from] * bag.count(i));
      if (before[activity]++ == 0) seen.push_back(activity);
    }
    for (const uint32_t activity : seen) before[activity] = 0;
  }
  return pairs.Take();
}

std::vector<FollowsEdge> CountReturns(const TraceBag& bag) {
  PairCounts pairs(bag.activity_count());
  for (size_t i = 0; i < bag.size(); ++i) {
    const std::span<const uint32_t> trace = bag[i];
    for (size_t k = 2; k < trace.size(); ++k) {
      if (trace[k - 2] != trace[k] || trace[k - 1] == trace[k]) continue;
      pairs.Add(trace[k], trace[k - 1], bag.count(i));
    }
  }
  return pairs.Take();
}

}  // namespace plumbline::analytics
