// SPDX-License-Identifier: Apache-2.0
//
// Cuts of a directly-follows graph: how its activities fall apart into groups (Leemans 2017,
// chapter 6).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_CUT_FINDER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_CUT_FINDER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "services/analytics/discovery/follow_graph.h"
#include "services/analytics/discovery/model_tree.h"

namespace plumbline::analytics {

// Every activity is in one group; there are two or more. Of a loop, group 0 is what is done, the
// others what may be done before it begins again. Groups of a sequence are in its order.
struct Cut {
  ModelKind kind = ModelKind::kChoice;
  std::vector<uint16_t> group_of;
  size_t groups = 0;
};

// The first of the cuts below that there is. They find no group where it would be the only one.
std::optional<Cut> FindCut(const FollowGraph& graph);

// Connected components, in the order of their smallest activity. O(n^2 / 64).
std::optional<Cut> FindChoiceCut(const FollowGraph& graph);

// Activities that reach each other, or do not reach each other either way, are together. Then, so
// that no group that a trace may leave out hides how its neighbours depend on each other, groups
// are joined to one that can be skipped while they touch nothing beyond it (the strict cut).
// O(n * edges / 64 + n^3 / 64).
std::optional<Cut> FindSequenceCut(const FollowGraph& graph);

// Activities of different groups follow each other both ways, and every group has a start and an
// end: one without joins the group before it, in the order of size, then of the smallest activity.
// O(n^2 / 64).
std::optional<Cut> FindParallelCut(const FollowGraph& graph);

// Group 0 has all starts and ends. The others are the components of the rest that are entered from
// ends only, and then from all of them, and left to starts only, and then to all of them.
// O(n^2 / 64).
std::optional<Cut> FindLoopCut(const FollowGraph& graph);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_CUT_FINDER_H_
