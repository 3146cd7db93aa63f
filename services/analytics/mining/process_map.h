// SPDX-License-Identifier: Apache-2.0
//
// Directly-follows graph with times (van der Aalst 2016, section 5.4).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_PROCESS_MAP_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_PROCESS_MAP_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/mining/distribution.h"
#include "services/analytics/mining/omitted.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// Activities are numbers in LogSnapshot::activities.
struct ActivityNode {
  uint32_t activity = 0;
  int64_t count = 0;
  int64_t case_count = 0;         // cases in which it occurs
  int64_t rework_case_count = 0;  // cases in which it occurs twice or more
  int64_t start_count = 0;        // cases that begin with it
  int64_t end_count = 0;          // cases that end with it
  int64_t self_loop_count = 0;    // how often it directly follows itself
  Distribution service = {};      // from start to time, of the events that have a start
};

struct Edge {
  uint32_t from = 0;
  uint32_t to = 0;
  int64_t count = 0;
  int64_t case_count = 0;  // cases with the edge
  Distribution
      wait;  // from the time of the first to the begin of the second; negative where they overlap
};

struct ProcessMap {
  std::vector<ActivityNode> activities;  // most frequent first, then by name
  std::vector<Edge> edges;               // most frequent first, then by names
  int64_t event_count = 0;
  int64_t case_count = 0;
  // What KeepMostFrequent left out.
  Omitted omitted_activities;  // share of events
  Omitted omitted_edges;       // share of the occurrences of edges
  int64_t omitted_count = 0;   // occurrences of the edges that were left out
};

// The time from one instant to another, all in microseconds; negative where `to` is before `from`.
// An empty one is the wall clock's.
using TimeBetween = std::function<int64_t(int64_t from, int64_t to)>;

// O(rows + edges log edges) expected.
ProcessMap MineProcessMap(const Traces& traces, const TimeBetween& between = {});
// The same; an error of `keep_on`, which is asked every few milliseconds, ends it.
absl::StatusOr<ProcessMap> MineProcessMap(const Traces& traces, const TimeBetween& between,
                                          absl::FunctionRef<absl::Status()> keep_on);

// Numbers 0 or more; shares 0 to 1.
struct MapLimits {
  int64_t activities = kNoLimit;
  int64_t edges = kNoLimit;
  // The most frequent ones that together have at least this share of the events, and of the
  // occurrences of the edges between the activities that are kept.
  double activity_coverage = 1;
  double edge_coverage = 1;
};
// Keeps the most frequent activities, and of the edges between them the most frequent: so many as
// all limits allow. Once. O(activities + edges).
void KeepMostFrequent(const MapLimits& limits, ProcessMap& map);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_PROCESS_MAP_H_
