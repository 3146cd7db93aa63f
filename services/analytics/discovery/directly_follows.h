// SPDX-License-Identifier: Apache-2.0
//
// What follows what in a bag of traces (van der Aalst 2016, section 5.2).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_DIRECTLY_FOLLOWS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_DIRECTLY_FOLLOWS_H_

#include <cstdint>
#include <vector>

#include "services/analytics/discovery/trace_bag.h"

namespace plumbline::analytics {

struct FollowsEdge {
  uint32_t from = 0, to = 0;
  int64_t count = 0;
  bool operator==(const FollowsEdge&) const = default;
};

// Activities are the numbers of the bag.
struct DirectlyFollows {
  std::vector<FollowsEdge> edges;  // ascending by from, then to; all counts are 1 or more
  std::vector<int64_t> counts;     // by activity: events
  std::vector<int64_t> starts, ends;
};

// Counts every pair of neighbours, loops to itself too. O(events + edges log edges) expected.
DirectlyFollows CountDirectlyFollows(const TraceBag& bag);

// How often `to` comes anywhere after `from` in the same trace: pairs of events, not cases.
// Ascending by from, then to. O(events * activities of a trace + edges log edges) expected.
std::vector<FollowsEdge> CountEventuallyFollows(const TraceBag& bag);

// a b a, a and b different, in direct succession. Ascending by from (a), then to (b). O(events).
std::vector<FollowsEdge> CountReturns(const TraceBag& bag);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_DIRECTLY_FOLLOWS_H_
