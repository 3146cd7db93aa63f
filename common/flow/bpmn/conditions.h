// SPDX-License-Identifier: Apache-2.0
//
// What the conditions of flows decide, as conditions of nodes: those of the flows out of a gateway
// are tried in the order of the file, and the first that holds is taken (OMG formal/2011-01-03,
// execution semantics of the exclusive gateway). Internal to this folder.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_CONDITIONS_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_CONDITIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/flow/bpmn/graph.h"
#include "common/flow/bpmn/reading.h"

namespace plumbline::flow::bpmn {

// The conditions in our language under which the flows out of `source` are taken, one for each; "":
// none, or (where it is the only one without) where no other holds. `flows` are all of them,
// `logic` is how they split. What is not kept is told: what is in another language, and where that
// leaves an exclusive choice to a person, the others of it; what a default flow or the only flow
// has, and where no condition says when the default of an inclusive split, or one beside another
// language, is taken. O(size of the conditions).
std::vector<std::string> ReadConditions(const Element& source, Logic logic,
                                        const std::vector<const Element*>& flows, Reading* reading);

// A way out of an exclusive split. The view lives as long as what has the condition.
struct Way {
  absl::string_view condition;
  bool wanted = false;
};

// The condition under which a wanted way is taken, of ways that are tried in this order. "" if none
// of them has a condition: a person decides. nullopt if no condition says it: wanted and other ways
// have none, or it would be too long. O(ways + expr::kMaxLength).
std::optional<std::string> WhetherWanted(const std::vector<Way>& ways);

// When a loop is left, and when it is repeated; both "": a person decides.
struct LoopConditions {
  std::string leave;
  std::string again;
};

// When the loop whose ways back lead from `split` to `join` is left and repeated. What is then said
// of the loop is taken off the only way out, and off the only way back; where no condition says it,
// none of the ways keeps its own, which is told.
LoopConditions ConditionsOfLoop(int split, int join, Graph* graph, Reading* reading);

// The condition of the one edge that all edges from `split` to `join` become, in the place of the
// first of them, beside other edges out of `split`. Where no condition says it, none of the edges
// keeps its own, which is told.
std::string ConditionOfSome(int split, int join, Graph* graph, Reading* reading);

// Tells that the condition of an edge is not kept, and why; takes it off. Nothing where it has
// none.
void ForgetCondition(absl::string_view why, Edge* edge, Reading* reading);

// The same for all edges out of `split`: a person decides.
void ForgetConditions(int split, Graph* graph, Reading* reading);

inline constexpr char kAPersonDecides[] = "a person decides";

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_CONDITIONS_H_
