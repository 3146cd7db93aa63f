// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SHORTEST_RUN_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SHORTEST_RUN_H_

#include <cstdint>
#include <vector>

#include "services/analytics/conformance/automaton.h"

namespace plumbline::analytics::conformance {

// The run of a model with the fewest activities, of these with the fewest silent moves.
struct ShortestRun {
  Cost cost = 0;  // each activity a deviation: what aligning the empty trace costs
  std::vector<uint32_t> labels;
};
// O(nodes).
ShortestRun FindShortestRun(const Tree& tree, const Net& net);

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SHORTEST_RUN_H_
