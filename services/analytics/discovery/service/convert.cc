// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/service/convert.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/convert.h"
#include "common/flow/validate.h"
#include "services/analytics/discovery/replay.h"
#include "services/analytics/discovery/tree_flow.h"
#include "services/analytics/mining/omitted.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kMaxNameBytes = 1 << 20;  // of all names
constexpr size_t kMaxModelDepth = 80;
constexpr int64_t kMaxEdges = 10'000;

v1::ModelNode::Kind KindOf(ModelKind kind) {
  switch (kind) {
    case ModelKind::kSilent:
      return v1::ModelNode::KIND_SILENT;
    case ModelKind::kActivity:
      return v1::ModelNode::KIND_ACTIVITY;
    case ModelKind::kSequence:
      return v1::ModelNode::KIND_SEQUENCE;
    case ModelKind::kChoice:
      return v1::ModelNode::KIND_CHOICE;
    case ModelKind::kParallel:
      return v1::ModelNode::KIND_PARALLEL;
    case ModelKind::kLoop:
      return v1::ModelNode::KIND_LOOP;
  }
  return v1::ModelNode::KIND_UNSPECIFIED;
}

void ToProto(const std::vector<std::string>& names, const ModelTree& tree, v1::ModelNode* answer) {
  answer->set_kind(KindOf(tree.kind));
  if (tree.kind == ModelKind::kActivity) answer->set_activity(names[tree.activity]);
  for (const ModelTree& child : tree.children) ToProto(names, child, answer->add_children());
}

// The tree as the catalog takes it, or why it does not.
absl::StatusOr<flow::Node> CatalogTree(const TraceBag& bag, const ModelTree& tree) {
  ASSIGN_OR_RETURN(flow::Node root, ToFlow(tree, bag.names()));
  RETURN_IF_ERROR(flow::ProcessInvalid(flow::Validate(root, "root")));
  return root;
}

void AddPairs(const TraceBag& bag, std::vector<ConcurrentPair> pairs,
              google::protobuf::RepeatedPtrField<v1::DependencyGraph::ConcurrentBranches>* answer) {
  std::stable_sort(
      pairs.begin(), pairs.end(),
      [](const ConcurrentPair& a, const ConcurrentPair& b) { return a.measure > b.measure; });
  KeepFirst(kMaxEdges, pairs, [](const ConcurrentPair& pair) { return pair.measure; });
  for (const ConcurrentPair& pair : pairs) {
    v1::DependencyGraph::ConcurrentBranches& branches = *answer->Add();
    branches.set_activity(bag.names()[pair.activity]);
    branches.set_first(bag.names()[pair.first]);
    branches.set_second(bag.names()[pair.second]);
    branches.set_measure(pair.measure);
  }
}

void ReadThresholds(const v1::HeuristicsThresholds& from, HeuristicsOptions* options) {
  if (from.has_dependency()) options->dependency = from.dependency();
  if (from.has_loop_of_two()) options->loop_of_two = from.loop_of_two();
  if (from.has_concurrency()) options->concurrency = from.concurrency();
  if (from.has_rare()) options->rare = from.rare();
}

}  // namespace

absl::StatusOr<DiscoverCommand> ToCommand(const v1::DiscoverProcessRequest& request) {
  DiscoverCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  command.heuristics = request.algorithm() == v1::DISCOVERY_ALGORITHM_HEURISTICS;
  command.footprints = request.algorithm() == v1::DISCOVERY_ALGORITHM_FOOTPRINTS;
  if (!v1::DiscoveryAlgorithm_IsValid(request.algorithm())) {
    return base::FieldError("algorithm", absl::StrCat("is ", request.algorithm(),
                                                      ", which is none; take one of its names"));
  }
  if (command.heuristics && request.noise() != 0) {
    return base::FieldError(
        "noise", "is of the inductive miner; the heuristics miner takes thresholds.rare");
  }
  if (command.footprints && request.noise() != 0) {
    return base::FieldError("noise", "is of the inductive miner; footprints are of all cases");
  }
  if (!command.heuristics && request.has_thresholds()) {
    return base::FieldError("thresholds",
                            "are of the heuristics miner; the inductive miner takes noise");
  }
  command.noise = request.noise();
  ReadThresholds(request.thresholds(), &command.thresholds);
  return command;
}

absl::Status CheckNames(const TraceBag& bag) {
  size_t bytes = 0;
  for (const std::string& name : bag.names()) bytes += name.size();
  if (bytes <= kMaxNameBytes) return absl::OkStatus();
  return base::FieldError("name", absl::StrCat("is of a log whose activities' names have ",
                                               base::BytesText(static_cast<int64_t>(bytes)),
                                               " in all; a model takes up to ",
                                               base::BytesText(static_cast<int64_t>(kMaxNameBytes)),
                                               ": import it with shorter names"));
}

absl::Status ToProto(const TraceBag& bag, const ModelTree& tree,
                     absl::FunctionRef<absl::Status()> check,
                     v1::DiscoverProcessResponse* response) {
  if (DepthOf(tree) <= kMaxModelDepth) ToProto(bag.names(), tree, response->mutable_model());
  response->set_text(TextOf(tree, bag.names()));
  const absl::StatusOr<flow::Node> root = CatalogTree(bag, tree);
  if (root.ok()) {
    *response->mutable_root() = flow::ToProto(*root);
  } else {
    response->set_root_absent_reason(
        absl::StrCat(root.status().message(), "; more noise makes the model simpler"));
  }
  ASSIGN_OR_RETURN(const ReplayCounts counts, ReplayAll(tree, bag, check));
  response->set_fitting_case_count(counts.fitting);
  response->set_unchecked_case_count(counts.unknown);
  return absl::OkStatus();
}

void ToProto(const Footprints& footprints, v1::Footprints* answer) {
  answer->mutable_activities()->Add(footprints.activities.begin(), footprints.activities.end());
  answer->mutable_start_activities()->Add(footprints.starts.begin(), footprints.starts.end());
  answer->mutable_end_activities()->Add(footprints.ends.begin(), footprints.ends.end());
  const auto add = [&](const std::vector<Footprints::Pair>& pairs, bool parallel) {
    for (const auto& [from, to] : pairs) {
      if (parallel && from > to) continue;  // both orders are listed
      if (answer->pairs_size() == kMaxEdges) {
        answer->set_omitted_pair_count(answer->omitted_pair_count() + 1);
        continue;
      }
      v1::Footprints::Pair& pair = *answer->add_pairs();
      pair.set_from(from);
      pair.set_to(to);
      pair.set_parallel(parallel);
    }
  };
  add(footprints.sequence, false);
  add(footprints.parallel, true);
}

void ToProto(const TraceBag& bag, HeuristicsNet net, v1::DependencyGraph* answer) {
  for (const uint32_t activity : bag.ByName()) {
    if (net.counts[activity] == 0) continue;
    v1::DependencyGraph::Activity& node = *answer->add_activities();
    node.set_activity(bag.names()[activity]);
    node.set_count(net.counts[activity]);
    node.set_start_count(net.starts[activity]);
    node.set_end_count(net.ends[activity]);
  }
  std::stable_sort(
      net.edges.begin(), net.edges.end(),
      [](const DependencyEdge& a, const DependencyEdge& b) { return a.count > b.count; });
  const Omitted omitted =
      KeepFirst(kMaxEdges, net.edges, [](const DependencyEdge& edge) { return edge.count; });
  answer->set_omitted_dependency_count(omitted.count);
  for (const DependencyEdge& edge : net.edges) {
    v1::DependencyGraph::Dependency& dependency = *answer->add_dependencies();
    dependency.set_from(bag.names()[edge.from]);
    dependency.set_to(bag.names()[edge.to]);
    dependency.set_dependency(edge.dependency);
    dependency.set_count(edge.count);
    dependency.set_loop_of_two(edge.loop_of_two);
  }
  AddPairs(bag, std::move(net.splits), answer->mutable_splits());
  AddPairs(bag, std::move(net.joins), answer->mutable_joins());
}

}  // namespace plumbline::analytics
