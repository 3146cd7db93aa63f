// SPDX-License-Identifier: Apache-2.0
//
// Directly-follows graph with times (van der Aalst 2016, section 5.4).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_PROCESS_MAP_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_PROCESS_MAP_H_

#include <cstdint>
#include <vector>

#include "services/analytics/mining/distribution.h"
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
  int64_t omitted_edges = 0;  // left out by KeepEdges, and the occurrences on them
  int64_t omitted_count = 0;
};

// O(rows + edges log edges) expected.
ProcessMap MineProcessMap(const Traces& traces);

// Drops all but the first `max_edges` edges; 0 keeps all.
void KeepEdges(int64_t max_edges, ProcessMap& map);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_PROCESS_MAP_H_
