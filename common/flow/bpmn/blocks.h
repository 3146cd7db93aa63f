// SPDX-License-Identifier: Apache-2.0
//
// Nodes made of parts that were found in a graph.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_BLOCKS_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_BLOCKS_H_

#include <string>
#include <vector>

#include "common/flow/bpmn/conditions.h"
#include "common/flow/bpmn/graph.h"
#include "common/flow/bpmn/reading.h"

namespace plumbline::flow::bpmn {

// What is done in a block of branches, which `split` or, where that splits more, `join` stands for:
// a choice, a parallel, one of them optional, a single node, nothing. An inclusive block is a
// parallel whose branches are optional. The branches stand in the order of the flows out of the
// split, in which conditions are tried.
std::vector<Node> MakeBlock(Logic logic, std::vector<Edge> branches, const Element* gateway,
                            Reading* reading);

// A loop that asks at `gateway`. `body` may be empty: then the way back is what is repeated, any
// number of times.
std::vector<Node> MakeLoop(Edge body, std::vector<Edge> back, const LoopConditions& conditions,
                           const Element* gateway, Reading* reading);

// The nodes as they are; none, and a note in `reading`, where one of them is deeper than a tree may
// be. So what is made of thousands of gateways inside each other never becomes too deep to be
// walked. O(nodes below them).
std::vector<Node> WithinDepth(std::vector<Node> nodes, Reading* reading);

// The nodes as the one sequence that `id` and `title` stand for.
Node MakeSequence(std::string id, std::string title, std::vector<Node> nodes);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_BLOCKS_H_
