// SPDX-License-Identifier: Apache-2.0
//
// DiscoveryService: requests to commands, models to responses.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_SERVICE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_SERVICE_CONVERT_H_

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "plumbline/analytics/v1/discovery.pb.h"
#include "services/analytics/discovery/footprints.h"
#include "services/analytics/discovery/heuristics_miner.h"
#include "services/analytics/discovery/model_tree.h"
#include "services/analytics/discovery/trace_bag.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct DiscoverCommand {
  LogKey key;
  bool heuristics = false, footprints = false;
  double noise = 0;
  HeuristicsOptions thresholds;
  Selection selection;
};

// FIELD_INVALID: what has a wrong form, or belongs to the other algorithm.
absl::StatusOr<DiscoverCommand> ToCommand(const v1::DiscoverProcessRequest& request);

// OK, or FIELD_INVALID: the names of activities are too long for an answer.
absl::Status CheckNames(const TraceBag& bag);

// The tree of a bag in all its forms, and how many cases fit it. Replays the bag, until `check`
// gives an error.
absl::Status ToProto(const TraceBag& bag, const ModelTree& tree,
                     absl::FunctionRef<absl::Status()> check,
                     v1::DiscoverProcessResponse* response);

void ToProto(const TraceBag& bag, HeuristicsNet net, v1::DependencyGraph* answer);
void ToProto(const Footprints& footprints, v1::Footprints* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_SERVICE_CONVERT_H_
