// SPDX-License-Identifier: Apache-2.0
//
// What conditions will decide when its turn comes, as things are now. Pure.
#ifndef PLUMBLINE_COMMON_FLOW_FORESEE_H_
#define PLUMBLINE_COMMON_FLOW_FORESEE_H_

#include <string>
#include <vector>

#include "common/flow/decide.h"
#include "common/flow/plan.h"
#include "common/flow/progress.h"

namespace plumbline::flow {

// A choice, or an optional node, that nobody has decided.
struct Foreseen {
  NodeIndex node = kNoNode;
  bool whether = false;  // whether the optional node is done: not the node's own question
  std::string option;    // id of a branch, kDo or kLeaveOut
  std::string reason;    // "kind = short holds"
};

// In plan order, what Decider would decide by `values` if it were asked now, where no step that is
// to be done before yields a value that the conditions speak about. Of loops nothing is said.
// `plan` is that of `conditions` and `progress`. O(nodes + decisions * (steps with outputs +
// attributes)).
std::vector<Foreseen> Foresee(const Plan& plan, const Conditions& conditions,
                              const AttributeValues& values, const Progress& progress);

// By node whether it will not be done by that, with all that is below; empty if nothing was
// foreseen. O(nodes).
std::vector<bool> LeftOutBy(const std::vector<Foreseen>& foreseen, const Plan& plan);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_FORESEE_H_
