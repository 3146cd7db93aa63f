// SPDX-License-Identifier: Apache-2.0
//
// What a log becomes that no cut takes apart (Leemans 2017, section 6.1.3).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FALL_THROUGH_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FALL_THROUGH_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/discovery/follow_graph.h"
#include "services/analytics/discovery/model_tree.h"
#include "services/analytics/discovery/sub_log.h"

namespace plumbline::analytics {

// An operator and the logs from which its children are mined.
struct FallThrough {
  ModelKind kind = ModelKind::kParallel;
  std::vector<SubLog> parts;
};

// The first of these that helps:
//   1. an activity that every trace has once is parallel to the rest (the first by name);
//   2. an activity without which the log has a cut is parallel to the rest (the first by name);
//   3. traces end and begin again wherever an end is followed by a start: a loop;
//   4. traces begin again before every start: a loop;
//   5. anything in any order: a loop of a choice of all activities (the flower).
// `log` has no empty trace and uses all its activities; `graph` is its own. `check` is asked now
// and then; its error is returned. O(events * n^2 / 10^6 + n * that of FindCut) at worst.
absl::StatusOr<FallThrough> FallThroughOf(const SubLog& log, const FollowGraph& graph,
                                          const std::function<absl::Status()>& check);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FALL_THROUGH_H_
