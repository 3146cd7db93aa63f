// SPDX-License-Identifier: Apache-2.0
//
// Short words for trees in tests.
#ifndef PLUMBLINE_COMMON_FLOW_TEST_TREES_H_
#define PLUMBLINE_COMMON_FLOW_TEST_TREES_H_

#include <random>
#include <string>
#include <vector>

#include "common/flow/tree.h"

namespace plumbline::flow {

// Nodes that are valid: each has a title and, where it needs one, a role.
Node Step(const std::string& id);
Node Sequence(const std::string& id, std::vector<Node> children);
Node Parallel(const std::string& id, std::vector<Node> children);
Node Choice(const std::string& id, std::vector<Node> children);
Node Loop(const std::string& id, std::vector<Node> parts);
Node Call(const std::string& id, const std::string& called);
Node Optional(Node node);

// Sequences of one node inside each other, `levels` deep in all.
Node Nested(int levels);
// Takes a tree apart from the top: the destructor of a very deep one would use the stack up.
void Dismantle(Node tree);

// A valid random tree of all kinds but calls, at most `depth` levels deep. The same generator state
// gives the same tree.
Node RandomTree(std::mt19937* random, int depth);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_TEST_TREES_H_
