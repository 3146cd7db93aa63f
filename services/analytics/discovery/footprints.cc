// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/footprints.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>

#include "absl/container/flat_hash_set.h"
#include "services/analytics/discovery/directly_follows.h"

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

using Relations = std::map<Footprints::Pair, Relation>;

// By pair in its order of names; what is not there has no relation.
Relations RelationsOf(const Footprints& footprints) {
  Relations relations;
  for (const auto& [from, to] : footprints.sequence) {
    const bool ordered = from < to;
    relations[ordered ? std::pair(from, to) : std::pair(to, from)] =
        ordered ? Relation::kSequence : Relation::kReversed;
  }
  for (const auto& [from, to] : footprints.parallel) {
    if (from <= to) relations[{from, to}] = Relation::kParallel;
  }
  return relations;
}

Relation RelationIn(const Relations& relations, const Footprints::Pair& pair) {
  const auto found = relations.find(pair);
  return found == relations.end() ? Relation::kNone : found->second;
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

FootprintComparison CompareFootprints(const Footprints& first, const Footprints& second) {
  const Relations in_first = RelationsOf(first), in_second = RelationsOf(second);
  Relations all = in_first;
  all.insert(in_second.begin(), in_second.end());
  FootprintComparison result;
  size_t cells = 0;
  for (const auto& [pair, unused] : all) {
    const Relation a = RelationIn(in_first, pair), b = RelationIn(in_second, pair);
    if (a == b) continue;
    cells += pair.first == pair.second ? 1 : 2;
    result.differences.push_back({pair.first, pair.second, a, b});
  }
  std::vector<std::string> names;
  std::set_union(first.activities.begin(), first.activities.end(), second.activities.begin(),
                 second.activities.end(), std::back_inserter(names));
  const auto n = static_cast<double>(names.size());
  if (cells > 0) result.similarity = 1 - static_cast<double>(cells) / (n * n);
  return result;
}

}  // namespace plumbline::analytics
