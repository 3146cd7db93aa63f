// SPDX-License-Identifier: Apache-2.0
//
// The heuristics miner: a dependency graph that leaves out what is seldom (Weijters, van der Aalst
// and Alves de Medeiros 2006; Weijters and Ribeiro 2011).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_HEURISTICS_MINER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_HEURISTICS_MINER_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/discovery/trace_bag.h"

namespace plumbline::analytics {

// All thresholds from 0 to 1.
struct HeuristicsOptions {
  double dependency = 0.5;         // least dependency of an edge
  double loop_of_two = 0.5;        // least measure of a b a b
  double concurrency = 0.65;       // least measure of two branches being done both
  int64_t min_activity_count = 1;  // events that an activity must have
  int64_t min_edge_count = 1;      // times that an edge must have been taken
  // Edges rarer than this share of the commonest edge at either of their ends are as if they were
  // not there, in all counts but those of a b a.
  double rare = 0.05;
  // Asked now and then; its error ends the work and is returned. It is how a deadline is kept.
  std::function<absl::Status()> check = [] { return absl::OkStatus(); };
};

// Splits and joins of a net at most: beyond that nobody looks at them one by one.
inline constexpr size_t kMaxConcurrentPairs = 1'000'000;

struct DependencyEdge {
  uint32_t from = 0, to = 0;
  // (|a>b| - |b>a|) / (|a>b| + |b>a| + 1), of a loop to itself |a>a| / (|a>a| + 1). 0 where the
  // edge is there only because the two follow each other in turn (a b a).
  double dependency = 0;
  int64_t count = 0;  // |a>b|
  bool loop_of_two = false;
};

// Two branches of an activity that are done both, in any order, rather than either:
// (|b>c| + |c>b|) / (|a>b| + |a>c| + 1), at a join (|b>c| + |c>b|) / (|b>a| + |c>a| + 1).
struct ConcurrentPair {
  uint32_t activity = 0;           // where they part, or meet
  uint32_t first = 0, second = 0;  // first < second
  double measure = 0;
};

// Activities are the numbers of the bag.
struct HeuristicsNet {
  std::vector<int64_t> counts, starts, ends;  // by activity
  std::vector<DependencyEdge> edges;          // ascending by from, then to
  std::vector<ConcurrentPair> splits, joins;  // ascending by activity, first, second
};

// FIELD_INVALID: a threshold is out of range; more than kMaxModelActivities activities, or
// kMaxConcurrentPairs splits and joins. O(events + edges log edges + sum of squares of degrees).
absl::StatusOr<HeuristicsNet> MineHeuristicsNet(const TraceBag& bag,
                                                const HeuristicsOptions& options);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_HEURISTICS_MINER_H_
