// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/service/rpc.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/discovery/directly_follows.h"
#include "services/analytics/discovery/inductive_miner.h"
#include "services/analytics/discovery/service/convert.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

// What mining takes at most, near enough: the variants five times (see MineTree).
int64_t BytesOf(const TraceBag& bag) {
  constexpr size_t kOfAVariant = 24;
  return 5 * static_cast<int64_t>(bag.event_count() * sizeof(uint32_t) + bag.size() * kOfAVariant);
}

// Of all pairs that may follow each other, with their names.
int64_t BytesOfPairs(const TraceBag& bag, int64_t events) {
  size_t longest = 0;
  for (const std::string& name : bag.names()) longest = std::max(longest, name.size());
  const auto activities = static_cast<int64_t>(bag.names().size());
  const auto pairs = std::min(events, activities * activities);
  return pairs * static_cast<int64_t>(2 * (sizeof(std::string) + longest) + sizeof(FollowsEdge));
}

absl::Status Discover(Reader& reader, const base::Clock& clock, const CallContext& context,
                      const v1::DiscoverProcessRequest& request,
                      v1::DiscoverProcessResponse* response) {
  ASSIGN_OR_RETURN(const DiscoverCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> view, reader.Load(context, command.key));
  ASSIGN_OR_RETURN(const SelectedView part, reader.Select(context, view, command.selection));
  Tell(part, response);
  const TraceBag bag(part.view->traces());
  RETURN_IF_ERROR(context.Check(clock.Now()));
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(BytesOf(bag), part));
  RETURN_IF_ERROR(CheckNames(bag));
  if (command.heuristics) {
    HeuristicsOptions options = command.thresholds;
    options.check = [&] { return context.Check(clock.Now()); };
    ASSIGN_OR_RETURN(HeuristicsNet net, MineHeuristicsNet(bag, options));
    ToProto(bag, std::move(net), response->mutable_dependency_graph());
  } else if (command.footprints) {
    const int64_t events = static_cast<int64_t>(part.view->log()->size());
    ASSIGN_OR_RETURN(const auto of_pairs, reader.TakeRoom(BytesOfPairs(bag, events), part));
    ToProto(FootprintsOf(bag), response->mutable_footprints());
  } else {
    InductiveOptions options;
    options.noise = command.noise;
    options.check = [&] { return context.Check(clock.Now()); };
    ASSIGN_OR_RETURN(const ModelTree tree, MineTree(bag, options));
    RETURN_IF_ERROR(ToProto(bag, tree, options.check, response));
  }
  response->set_case_count(bag.case_count());
  response->set_variant_count(static_cast<int64_t>(bag.size()));
  return context.Check(clock.Now());
}

}  // namespace

void RegisterDiscoveryService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table) {
  table->Unary<v1::DiscoverProcessRequest, v1::DiscoverProcessResponse>(
      "plumbline.analytics.v1.DiscoveryService", "DiscoverProcess", "analytics.read",
      rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::DiscoverProcessRequest& request,
                        v1::DiscoverProcessResponse* response) -> absl::Status {
        return Discover(reader, clock, context, request, response);
      });
}

}  // namespace plumbline::analytics
