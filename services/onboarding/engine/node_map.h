// SPDX-License-Identifier: Apache-2.0
//
// Which node of one plan is which node of another. Pure.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_NODE_MAP_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_NODE_MAP_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/flow/plan.h"

namespace plumbline::onboarding {

// Old path -> new path.
using PathMappings = std::map<std::string, std::string>;

// A step is only ever a step, and a node has at most one partner. The plans must outlive it.
class NodeMap {
 public:
  // What `mappings` names gets that path, and what is inside a call that it names goes with it;
  // everything else keeps its path, unless a mapping has taken it. FIELD_INVALID ("mappings[old]")
  // for paths that the plans do not have, and for a step that would be none. O(nodes * depth).
  static absl::StatusOr<NodeMap> Make(const flow::Plan& before, const flow::Plan& after,
                                      const PathMappings& mappings);

  // kNoNode if it has no partner.
  flow::NodeIndex After(flow::NodeIndex before) const {
    return after_of_[static_cast<size_t>(before)];
  }
  flow::NodeIndex Before(flow::NodeIndex after) const {
    return before_of_[static_cast<size_t>(after)];
  }

  // The nodes that have another path.
  const PathMappings& renamed() const { return renamed_; }

  // An id that may have the path of a call before it ("deal-desk.amount"), as the plan after calls
  // it.
  std::string Renamed(absl::string_view id) const;

 private:
  NodeMap(const flow::Plan& before, const flow::Plan& after)
      : before_(&before),
        after_(&after),
        after_of_(static_cast<size_t>(before.size()), flow::kNoNode),
        before_of_(static_cast<size_t>(after.size()), flow::kNoNode) {}
  // Whether they are partners now.
  bool Pair(flow::NodeIndex before, absl::string_view after_path);
  // What is wrong with a mapping that is given; "" = nothing, and they are partners.
  std::string TakeGiven(const std::string& old, const std::string& path);

  const flow::Plan* before_;
  const flow::Plan* after_;
  std::vector<flow::NodeIndex> after_of_;
  std::vector<flow::NodeIndex> before_of_;
  PathMappings renamed_;
};

// Nodes that are probably the same, of paths that only one of the plans has (flow/match.h).
PathMappings SuggestMappings(const flow::Plan& before, const flow::Plan& after);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_NODE_MAP_H_
