// SPDX-License-Identifier: Apache-2.0
//
// What follows what, as the inductive miner asks it.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FOLLOW_GRAPH_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FOLLOW_GRAPH_H_

#include <cstdint>
#include <vector>

#include "services/analytics/discovery/bits.h"
#include "services/analytics/discovery/sub_log.h"

namespace plumbline::analytics {

// Counts of a directly-follows graph over n activities.
struct FollowCounts {
  size_t n = 0;
  std::vector<int64_t> edges;  // n * n, row = from
  std::vector<int64_t> starts, ends;
};

// The same without counts.
struct FollowGraph {
  explicit FollowGraph(size_t count)
      : n(count), successors(count), predecessors(count), starts(count), ends(count) {}

  size_t n;
  BitMatrix successors, predecessors;
  Bits starts, ends;

  void AddEdge(size_t from, size_t to) {
    successors.Set(from, to);
    predecessors.Set(to, from);
  }
};

// O(events + n^2).
FollowCounts CountFollows(const SubLog& log);

// O(n^2).
FollowGraph GraphOf(const FollowCounts& counts);

// Keeps an edge whose count is more than `noise`, 0 or more and below 1, times the largest of those
// that leave the same activity and of how often that ends a trace (Leemans 2017, section 6.2.2).
// Starts and ends stay. O(n^2).
FollowGraph FilteredGraph(const FollowCounts& counts, double noise);

// The graphs of a log from which one activity is taken away, for the activities first .. first +
// count - 1. One pass over the log for all of them.
class GraphsWithout {
 public:
  // `graph` must be that of `log`; both must outlive it. O(events + count * n^2 / 64).
  GraphsWithout(const SubLog& log, const FollowGraph& graph, size_t first, size_t count);
  // Its activity i is i, or i + 1 from `activity` on. O(edges).
  FollowGraph Without(size_t activity) const;

 private:
  // What comes together, or to an end, where the activity is taken out.
  struct Seam {
    explicit Seam(size_t n) : joined(n), starts(n), ends(n) {}
    BitMatrix joined;
    Bits starts, ends;
  };
  const FollowGraph& graph_;
  size_t first_;
  std::vector<Seam> seams_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FOLLOW_GRAPH_H_
