// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_REDUCE_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_REDUCE_H_

#include <vector>

#include "common/flow/bpmn/graph.h"
#include "common/flow/bpmn/reading.h"

namespace plumbline::flow::bpmn {

// What is done from the source to the sink, in order. Every vertex must lie on a way between them.
//
// Until nothing can be reduced:
//   series    a vertex with one way in and one way out becomes part of its edge
//   block     all edges out of a split, or all edges into a join, lead from the one to the other,
//             and the logic of both is the same: one edge with the block of the branches
//   loop      an exclusive join whose only way out leads to an exclusive split, from which ways
//   lead
//             back: one edge with the loop
//   bundle    only when nothing else can be done: some of the edges of such a pair
// Each keeps what can happen. What is left over is not block-structured: its gateways are told.
// With best_effort they are then read as if they fitted, or flows are left out (a hundred at most),
// until all is reduced. Empty where that does not succeed. O(edges x largest degree).
std::vector<Node> Reduce(Graph graph, Reading* reading);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_REDUCE_H_
