// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/footprints.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"

namespace plumbline::analytics {
namespace {

std::vector<std::string> NamesWhere(const TraceBag& bag, const std::vector<int64_t>& counts) {
  std::vector<std::string> names;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) names.push_back(bag.names()[i]);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Footprints FootprintsOf(const TraceBag& bag) {
  const DirectlyFollows follows = CountDirectlyFollows(bag);
  absl::flat_hash_set<std::pair<uint32_t, uint32_t>> edges;
  for (const FollowsEdge& edge : follows.edges) edges.insert({edge.from, edge.to});
  Footprints result;
  for (const FollowsEdge& edge : follows.edges) {
    const bool both = edges.contains({edge.to, edge.from});
    (both ? result.parallel : result.sequence)
        .emplace_back(bag.names()[edge.from], bag.names()[edge.to]);
  }
  std::sort(result.sequence.begin(), result.sequence.end());
  std::sort(result.parallel.begin(), result.parallel.end());
  result.activities = NamesWhere(bag, follows.counts);
  result.starts = NamesWhere(bag, follows.starts);
  result.ends = NamesWhere(bag, follows.ends);
  for (size_t i = 0; i < bag.size(); ++i) {
    const auto length = static_cast<int64_t>(bag[i].size());
    result.min_trace_length = i == 0 ? length : std::min(result.min_trace_length, length);
  }
  return result;
}

}  // namespace plumbline::analytics
