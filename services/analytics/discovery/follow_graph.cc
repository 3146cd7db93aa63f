// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/follow_graph.h"

#include <algorithm>
#include <span>

namespace plumbline::analytics {
namespace {

FollowGraph EndPoints(const FollowCounts& counts) {
  FollowGraph graph(counts.n);
  for (size_t i = 0; i < counts.n; ++i) {
    if (counts.starts[i] > 0) graph.starts.Set(i);
    if (counts.ends[i] > 0) graph.ends.Set(i);
  }
  return graph;
}

}  // namespace

FollowCounts CountFollows(const SubLog& log) {
  const size_t n = log.activity_count();
  FollowCounts counts{n, std::vector<int64_t>(n * n), std::vector<int64_t>(n),
                      std::vector<int64_t>(n)};
  for (size_t i = 0; i < log.traces.size(); ++i) {
    const std::span<const uint16_t> trace = log.traces[i];
    const int64_t count = log.traces.count(i);
    counts.starts[trace.front()] += count;
    counts.ends[trace.back()] += count;
    for (size_t k = 1; k < trace.size(); ++k) counts.edges[trace[k - 1] * n + trace[k]] += count;
  }
  return counts;
}

FollowGraph GraphOf(const FollowCounts& counts) {
  FollowGraph graph = EndPoints(counts);
  for (size_t i = 0; i < counts.n; ++i) {
    for (size_t j = 0; j < counts.n; ++j) {
      if (counts.edges[i * counts.n + j] > 0) graph.AddEdge(i, j);
    }
  }
  return graph;
}

FollowGraph FilteredGraph(const FollowCounts& counts, double noise) {
  FollowGraph graph = EndPoints(counts);
  for (size_t i = 0; i < counts.n; ++i) {
    const std::span<const int64_t> row(counts.edges.data() + i * counts.n, counts.n);
    const int64_t most = std::max(counts.ends[i], *std::ranges::max_element(row));
    const double least = noise * static_cast<double>(most);
    for (size_t j = 0; j < counts.n; ++j) {
      if (row[j] > 0 && static_cast<double>(row[j]) > least) graph.AddEdge(i, j);
    }
  }
  return graph;
}

GraphsWithout::GraphsWithout(const SubLog& log, const FollowGraph& graph, size_t first,
                             size_t count)
    : graph_(graph), first_(first), seams_(count, Seam(graph.n)) {
  for (size_t i = 0; i < log.traces.size(); ++i) {
    const std::span<const uint16_t> trace = log.traces[i];
    for (size_t k = 0; k < trace.size();) {
      const size_t begin = k;
      const uint16_t activity = trace[k];
      while (k < trace.size() && trace[k] == activity) ++k;
      if (activity < first || activity >= first + count) continue;
      Seam& seam = seams_[activity - first];
      const bool is_first = begin == 0, is_last = k == trace.size();
      if (is_first && is_last) continue;
      if (is_first) {
        seam.starts.Set(trace[k]);
      } else if (is_last) {
        seam.ends.Set(trace[begin - 1]);
      } else {
        seam.joined.Set(trace[begin - 1], trace[k]);
      }
    }
  }
}

FollowGraph GraphsWithout::Without(size_t activity) const {
  const Seam& seam = seams_[activity - first_];
  FollowGraph result(graph_.n - 1);
  const auto number = [activity](size_t i) { return i - (i > activity ? 1 : 0); };
  const auto add_ends = [&](std::span<const uint64_t> set, Bits* to) {
    ForEachBit(set, [&](size_t i) {
      if (i != activity) to->Set(number(i));
    });
  };
  for (size_t i = 0; i < graph_.n; ++i) {
    if (i == activity) continue;
    const auto add = [&](size_t j) {
      if (j != activity) result.AddEdge(number(i), number(j));
    };
    ForEachBit(graph_.successors[i], add);
    ForEachBit(seam.joined[i], add);
  }
  add_ends(graph_.starts, &result.starts);
  add_ends(seam.starts, &result.starts);
  add_ends(graph_.ends, &result.ends);
  add_ends(seam.ends, &result.ends);
  return result;
}

}  // namespace plumbline::analytics
