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

#include "absl/container/flat_hash_set.h"
#include "common/base/status_macros.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/mining/edge_numbers.h"

namespace plumbline::analytics {
namespace {

constexpr uint32_t kNoCase = 0xFFFFFFFF;
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
    if (*slot == EdgeNumbers::kNone) {
      *slot = static_cast<uint32_t>(edges.size());
      edges.push_back({from, to});
    }
    return *slot;
  }

  EdgeNumbers numbers;
  std::vector<NodeCounts> nodes;
  std::vector<EdgeCounts> edges;
};

// Of the cases from `first` until before `last`.
template <class T>
void Count(const Traces& traces, std::span<const T> activity, uint32_t first, uint32_t last,
           Counts& counts) {
  const std::span<const uint32_t> case_begin = traces.case_begin();
  for (uint32_t c = first; c < last; ++c) {
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

struct WallClock {
  int64_t operator()(int64_t from, int64_t to) const { return to - from; }
};

// Puts the waits of edge e into waits[next[e]...] and moves next[e] behind them. Of the cases from
// `first` until before `last`.
template <class T, class Between>
void DealWaits(const Traces& traces, std::span<const T> activity, const Between& between,
               uint32_t first, uint32_t last, Counts& counts, std::vector<size_t>& next,
               int64_t* waits) {
  const std::span<const uint32_t> case_begin = traces.case_begin();
  const std::span<const int64_t> time = traces.time();
  const bool has_starts = !traces.start().empty();
  for (uint32_t c = first; c < last; ++c) {
    for (uint32_t row = case_begin[c] + 1; row < case_begin[c + 1]; ++row) {
      const uint32_t edge = *counts.numbers.Slot(activity[row - 1], activity[row]);
      const int64_t begin = has_starts ? traces.BeginOf(row) : time[row];
      waits[next[edge]++] = between(time[row - 1], begin);
    }
  }
}

absl::StatusOr<std::vector<Edge>> DescribeEdges(const Counts& counts,
                                                const std::vector<size_t>& end, KeepOn keep_on,
                                                int64_t* waits) {
  constexpr size_t kWaitsBetweenChecks = 1 << 18;
  std::vector<Edge> edges;
  edges.reserve(counts.edges.size());
  size_t next_check = kWaitsBetweenChecks;
  for (size_t e = 0; e < counts.edges.size(); ++e) {
    if (end[e] >= next_check) {
      RETURN_IF_ERROR(keep_on());
      next_check = end[e] + kWaitsBetweenChecks;
    }
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
    nodes.push_back({a, n.count, n.case_count, n.rework_case_count, n.starts, n.ends, 0, {}});
  }
  std::stable_sort(nodes.begin(), nodes.end(),
                   [](const ActivityNode& a, const ActivityNode& b) { return a.count > b.count; });
  return nodes;
}

// Self-loops, and service times where the log has starts.
absl::Status AddToNodes(const Traces& traces, const TimeBetween& between, KeepOn keep_on,
                        ProcessMap& map) {
  const size_t activities = traces.log().activities.size();
  std::vector<int64_t> loops(activities, 0);
  for (const Edge& edge : map.edges) {
    if (edge.from == edge.to) loops[edge.from] = edge.count;
  }
  std::vector<std::vector<int64_t>> service(activities);
  if (!traces.start().empty()) {
    for (const ActivityNode& node : map.activities)
      service[node.activity].reserve(static_cast<size_t>(node.count));
    const std::span<const uint32_t> case_begin = traces.case_begin();
    RETURN_IF_ERROR(ForCasePieces(case_begin, keep_on, [&](uint32_t first, uint32_t last) {
      for (size_t row = case_begin[first]; row < case_begin[last]; ++row) {
        const int64_t start = traces.start()[row], time = traces.time()[row];
        if (start == kNoTime) continue;
        service[traces.activity()[row]].push_back(between ? between(start, time) : time - start);
      }
    }));
  }
  for (ActivityNode& node : map.activities) {
    node.self_loop_count = loops[node.activity];
    node.service = Describe(service[node.activity]);
  }
  return keep_on();
}

// How many of the first entries have this share of all occurrences.
template <class Entries>
int64_t Covering(const Entries& begin, const Entries& end, double share) {
  double all = 0, sum = 0;
  for (auto it = begin; it != end; ++it) all += static_cast<double>(it->count);
  auto it = begin;
  for (; it != end && sum < share * all; ++it) sum += static_cast<double>(it->count);
  return it - begin;
}

}  // namespace

absl::StatusOr<ProcessMap> MineProcessMap(const Traces& traces, const TimeBetween& between,
                                          KeepOn keep_on) {
  const std::span<const uint32_t> case_begin = traces.case_begin();
  Counts counts(traces.log().activities.size());
  RETURN_IF_ERROR(traces.activity().Visit([&](auto activity) {
    return ForCasePieces(case_begin, keep_on, [&](uint32_t first, uint32_t last) {
      Count(traces, activity, first, last, counts);
    });
  }));
  std::vector<size_t> next(counts.edges.size());
  size_t total = 0;
  for (size_t e = 0; e < next.size(); ++e) {
    next[e] = total;
    total += counts.edges[e].count;
  }
  // Not a vector: that would write all of it once more.
  const auto waits = std::make_unique_for_overwrite<int64_t[]>(total);
  RETURN_IF_ERROR(traces.activity().Visit([&](auto activity) {
    return ForCasePieces(case_begin, keep_on, [&](uint32_t first, uint32_t last) {
      if (between) {
        DealWaits(traces, activity, between, first, last, counts, next, waits.get());
      } else {
        DealWaits(traces, activity, WallClock(), first, last, counts, next, waits.get());
      }
    });
  }));
  ProcessMap map;
  map.activities = DescribeNodes(counts.nodes);
  ASSIGN_OR_RETURN(map.edges, DescribeEdges(counts, next, keep_on, waits.get()));
  map.event_count = traces.event_count();
  map.case_count = traces.case_count();
  RETURN_IF_ERROR(AddToNodes(traces, between, keep_on, map));
  return map;
}

ProcessMap MineProcessMap(const Traces& traces, const TimeBetween& between) {
  return *MineProcessMap(traces, between, [] { return absl::OkStatus(); });
}

void KeepMostFrequent(const MapLimits& limits, ProcessMap& map) {
  const auto count = [](const auto& entry) { return entry.count; };
  const int64_t covering =
      Covering(map.activities.begin(), map.activities.end(), limits.activity_coverage);
  map.omitted_activities = KeepFirst(std::min(limits.activities, covering), map.activities, count);
  // Edges that lose an end move behind the others.
  auto last = map.edges.end();
  if (map.omitted_activities.count > 0) {
    absl::flat_hash_set<uint32_t> kept;
    for (const ActivityNode& node : map.activities) kept.insert(node.activity);
    last = std::stable_partition(map.edges.begin(), map.edges.end(), [&kept](const Edge& edge) {
      return kept.contains(edge.from) && kept.contains(edge.to);
    });
  }
  const int64_t most =
      std::min(limits.edges, Covering(map.edges.begin(), last, limits.edge_coverage));
  for (size_t i = static_cast<size_t>(most); i < map.edges.size(); ++i)
    map.omitted_count += map.edges[i].count;
  map.omitted_edges = KeepFirst(most, map.edges, count);
}

}  // namespace plumbline::analytics
