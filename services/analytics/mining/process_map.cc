// SPDX-License-Identifier: Apache-2.0
//
// Two passes over the columns: the first counts edges and gives each a piece of one array of waits,
// the second deals the waits out; each piece then yields its exact percentiles by selection.
#include "services/analytics/mining/process_map.h"

#include <algorithm>
#include <memory>
#include <span>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace plumbline::analytics {
namespace {

constexpr uint32_t kNoEdge = 0xFFFFFFFF;
constexpr uint32_t kNoCase = 0xFFFFFFFF;
// Up to here a table of all pairs of activities (4 MiB) is looked up faster than a hash map.
constexpr size_t kDenseActivities = 1024;

// Numbers edges in the order of first sight.
class EdgeNumbers {
 public:
  explicit EdgeNumbers(size_t activities)
      : activities_(activities),
        dense_(activities <= kDenseActivities ? activities * activities : 0, kNoEdge) {}

  // kNoEdge makes the caller add the edge: *slot is where its number goes.
  uint32_t* Slot(uint32_t from, uint32_t to) {
    if (!dense_.empty()) return &dense_[from * activities_ + to];
    return &sparse_.try_emplace(static_cast<uint64_t>(from) << 32 | to, kNoEdge).first->second;
  }

 private:
  const size_t activities_;
  std::vector<uint32_t> dense_;
  absl::flat_hash_map<uint64_t, uint32_t> sparse_;
};

// What the first pass knows of an edge, in one cache line.
struct EdgeCounts {
  uint32_t from, to;
  uint32_t count = 0;
  uint32_t case_count = 0;
  uint32_t last_case = kNoCase;
};

struct NodeCounts {
  uint32_t count = 0;
  uint32_t case_count = 0;
  uint32_t rework_case_count = 0;
  uint32_t last_case = kNoCase;
  uint32_t rework_case = kNoCase;
  uint32_t starts = 0;
  uint32_t ends = 0;
};

void CountNode(uint32_t c, NodeCounts& node) {
  ++node.count;
  if (node.last_case != c) {
    node.last_case = c;
    ++node.case_count;
  } else if (node.rework_case != c) {
    node.rework_case = c;
    ++node.rework_case_count;
  }
}

struct Counts {
  explicit Counts(size_t activities) : numbers(activities), nodes(activities) {}

  uint32_t EdgeOf(uint32_t from, uint32_t to) {
    uint32_t* slot = numbers.Slot(from, to);
    if (*slot == kNoEdge) {
      *slot = static_cast<uint32_t>(edges.size());
      edges.push_back({from, to});
    }
    return *slot;
  }

  EdgeNumbers numbers;
  std::vector<NodeCounts> nodes;
  std::vector<EdgeCounts> edges;
};

template <class T>
void Count(const Traces& traces, std::span<const T> activity, Counts& counts) {
  const std::span<const uint32_t> case_begin = traces.case_begin();
  for (uint32_t c = 0; c + 1 < case_begin.size(); ++c) {
    const uint32_t begin = case_begin[c], end = case_begin[c + 1];
    if (begin == end) continue;
    ++counts.nodes[activity[begin]].starts;
    ++counts.nodes[activity[end - 1]].ends;
    CountNode(c, counts.nodes[activity[begin]]);
    for (uint32_t row = begin + 1; row < end; ++row) {
      CountNode(c, counts.nodes[activity[row]]);
      EdgeCounts& edge = counts.edges[counts.EdgeOf(activity[row - 1], activity[row])];
      ++edge.count;
      edge.case_count += edge.last_case != c;
      edge.last_case = c;
    }
  }
}

// Puts the waits of edge e into waits[next[e]...] and moves next[e] behind them.
template <class T>
void DealWaits(const Traces& traces, std::span<const T> activity, Counts& counts,
               std::vector<size_t>& next, int64_t* waits) {
  const std::span<const uint32_t> case_begin = traces.case_begin();
  const std::span<const int64_t> time = traces.time();
  const bool has_starts = !traces.start().empty();
  for (uint32_t c = 0; c + 1 < case_begin.size(); ++c) {
    for (uint32_t row = case_begin[c] + 1; row < case_begin[c + 1]; ++row) {
      const uint32_t edge = *counts.numbers.Slot(activity[row - 1], activity[row]);
      const int64_t begin = has_starts ? traces.BeginOf(row) : time[row];
      waits[next[edge]++] = begin - time[row - 1];
    }
  }
}

std::vector<Edge> DescribeEdges(const Counts& counts, const std::vector<size_t>& end,
                                int64_t* waits) {
  std::vector<Edge> edges;
  edges.reserve(counts.edges.size());
  for (size_t e = 0; e < counts.edges.size(); ++e) {
    const EdgeCounts& edge = counts.edges[e];
    const std::span<int64_t> piece(waits + end[e] - edge.count, edge.count);
    edges.push_back({edge.from, edge.to, edge.count, edge.case_count, Describe(piece)});
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    return std::tuple(-a.count, a.from, a.to) < std::tuple(-b.count, b.from, b.to);
  });
  return edges;
}

std::vector<ActivityNode> DescribeNodes(const std::vector<NodeCounts>& counts) {
  std::vector<ActivityNode> nodes;
  for (uint32_t a = 0; a < counts.size(); ++a) {
    const NodeCounts& n = counts[a];
    if (n.count == 0) continue;
    nodes.push_back({a, n.count, n.case_count, n.rework_case_count, n.starts, n.ends});
  }
  std::stable_sort(nodes.begin(), nodes.end(),
                   [](const ActivityNode& a, const ActivityNode& b) { return a.count > b.count; });
  return nodes;
}

}  // namespace

ProcessMap MineProcessMap(const Traces& traces) {
  Counts counts(traces.log().activities.size());
  traces.activity().Visit([&](auto activity) { Count(traces, activity, counts); });
  std::vector<size_t> next(counts.edges.size());
  size_t total = 0;
  for (size_t e = 0; e < next.size(); ++e) {
    next[e] = total;
    total += counts.edges[e].count;
  }
  // Not a vector: that would write all of it once more.
  const auto waits = std::make_unique_for_overwrite<int64_t[]>(total);
  traces.activity().Visit(
      [&](auto activity) { DealWaits(traces, activity, counts, next, waits.get()); });
  ProcessMap map;
  map.activities = DescribeNodes(counts.nodes);
  map.edges = DescribeEdges(counts, next, waits.get());
  map.event_count = traces.event_count();
  map.case_count = traces.case_count();
  return map;
}

void KeepEdges(int64_t max_edges, ProcessMap& map) {
  if (max_edges <= 0) return;
  while (static_cast<int64_t>(map.edges.size()) > max_edges) {
    ++map.omitted_edges;
    map.omitted_count += map.edges.back().count;
    map.edges.pop_back();
  }
}

}  // namespace plumbline::analytics
