// SPDX-License-Identifier: Apache-2.0
//
// Discovered trees as the catalog's, and the other way round.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_TREE_FLOW_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_TREE_FLOW_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/flow/tree.h"
#include "services/analytics/discovery/model_tree.h"

namespace plumbline::analytics {

// A log does not tell who does a step, but every step of the catalog must have a role.
inline constexpr char kNoRole[] = "unassigned";

// The catalog's tree with the same traces:
//   X( tau, a )     a, optional
//   *( a, tau )     a loop without redo
//   *( a, b, c )    a loop whose redo is a choice
//   *( tau, a )     a loop of a, optional
// Choices of more than 100 nodes, and sequences and parallels of more than 500, which the catalog
// does not take, become several, one inside the other. Ids are made of the names of activities
// ("Send offer" gives "send-offer") and of the kinds of nodes ("choice-2"), with numbers where they
// would be the same; titles are the names, shortened to 200 characters, and for other nodes say
// what is below them. Steps get the role kNoRole. flow::Validate may still find it too deep or too
// large. FIELD_INVALID: the tree does nothing at all, which the catalog cannot say.
absl::StatusOr<flow::Node> ToFlow(const ModelTree& tree, const std::vector<std::string>& names);

// A tree over names of its own.
struct NamedTree {
  ModelTree tree;                  // Normalised
  std::vector<std::string> names;  // distinct, ascending
};

// What a tree of the catalog does, by the titles of its steps (their ids where they have none).
// Calls count as steps. Conditions are taken for choices that anybody may make.
NamedTree FromFlow(const flow::Node& root);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_TREE_FLOW_H_
