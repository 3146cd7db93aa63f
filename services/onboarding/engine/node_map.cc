// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/node_map.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/match.h"
#include "common/flow/validate.h"

namespace plumbline::onboarding {
namespace {

using flow::kNoNode;
using flow::NodeIndex;

bool IsStep(const flow::Plan& plan, NodeIndex node) {
  return plan.node(node).kind == flow::NodeKind::kStep;
}

std::string Quoted(absl::string_view path) {
  return absl::StrCat("'", flow::ShortenText(path), "'");
}

// The path that a node gets by the longest of the paths of calls before its own that `mappings`
// has;
// "" = by none.
std::string WithCall(const PathMappings& mappings, absl::string_view path) {
  for (size_t dot = path.rfind('.'); dot != absl::string_view::npos && dot > 0;
       dot = path.rfind('.', dot - 1)) {
    const auto it = mappings.find(std::string(path.substr(0, dot)));
    if (it != mappings.end()) return absl::StrCat(it->second, path.substr(dot));
  }
  return "";
}

// The tree of a plan, its paths for ids.
flow::Node TreeOf(const flow::Plan& plan, NodeIndex index) {
  const flow::PlanNode& planned = plan.node(index);
  flow::Node node;
  node.kind = planned.kind;
  node.id = planned.path;
  node.title = planned.title;
  node.optional = planned.optional;
  node.decider = planned.decider;
  node.step = planned.step;
  node.condition = planned.condition;
  node.leave_when = planned.leave_when;
  for (const NodeIndex child : planned.children) node.children.push_back(TreeOf(plan, child));
  return node;
}

}  // namespace

bool NodeMap::Pair(NodeIndex before, absl::string_view after_path) {
  const NodeIndex after = after_->Find(after_path);
  if (after == kNoNode || before_of_[static_cast<size_t>(after)] != kNoNode) return false;
  if (IsStep(*before_, before) != IsStep(*after_, after)) return false;
  after_of_[static_cast<size_t>(before)] = after;
  before_of_[static_cast<size_t>(after)] = before;
  if (before_->node(before).path != after_path)
    renamed_.emplace(before_->node(before).path, std::string(after_path));
  return true;
}

std::string NodeMap::TakeGiven(const std::string& old, const std::string& path) {
  const NodeIndex before = before_->Find(old);
  if (before == kNoNode)
    return absl::StrCat("the plan has no node ", Quoted(old), "; give the path of one that it has");
  const NodeIndex after = after_->Find(path);
  if (after == kNoNode) {
    return absl::StrCat("the new plan has no node ", Quoted(path),
                        "; give the path of one that it has, or leave the mapping out");
  }
  if (before_of_[static_cast<size_t>(after)] != kNoNode) {
    return absl::StrCat(Quoted(path), " is given twice; '",
                        before_->node(before_of_[static_cast<size_t>(after)]).path,
                        "' is mapped to it too");
  }
  if (!Pair(before, path)) {
    return absl::StrCat(Quoted(IsStep(*before_, before) ? old : path), " is a step and ",
                        Quoted(IsStep(*before_, before) ? path : old),
                        " is none; map steps to steps, and parts to parts");
  }
  return "";
}

absl::StatusOr<NodeMap> NodeMap::Make(const flow::Plan& before, const flow::Plan& after,
                                      const PathMappings& mappings) {
  NodeMap map(before, after);
  std::vector<base::FieldViolation> violations;
  for (const auto& [old, path] : mappings) {
    std::string fault = map.TakeGiven(old, path);
    if (fault.empty()) continue;
    violations.push_back(
        {absl::StrCat("mappings[", flow::ShortenText(old), "]"), std::move(fault)});
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  for (NodeIndex i = 0; i < before.size(); ++i) {
    if (map.After(i) != kNoNode || mappings.contains(before.node(i).path)) continue;
    const std::string moved = WithCall(mappings, before.node(i).path);
    if (!moved.empty()) map.Pair(i, moved);
  }
  for (NodeIndex i = 0; i < before.size(); ++i) {
    const std::string& path = before.node(i).path;
    if (map.After(i) == kNoNode && WithCall(mappings, path).empty()) map.Pair(i, path);
  }
  return map;
}

std::string NodeMap::Renamed(absl::string_view id) const {
  const std::string moved = WithCall(renamed_, id);
  return moved.empty() ? std::string(id) : moved;
}

PathMappings SuggestMappings(const flow::Plan& before, const flow::Plan& after) {
  const flow::Node old_tree = TreeOf(before, 0);
  const flow::Node new_tree = TreeOf(after, 0);
  const flow::FlatTree old_nodes = flow::Flatten(old_tree);
  const flow::FlatTree new_nodes = flow::Flatten(new_tree);
  const flow::Matching matching = flow::MatchTrees(old_nodes, new_nodes);
  PathMappings suggested;
  for (NodeIndex i = 0; i < before.size(); ++i) {
    const int partner = matching.after_of[static_cast<size_t>(i)];
    if (partner == flow::kUnmatched) continue;
    const std::string& old = before.node(i).path;
    const std::string& path = after.node(partner).path;
    // Both trees are laid out in the order of their plans.
    if (old != path && after.Find(old) == kNoNode && before.Find(path) == kNoNode &&
        IsStep(before, i) == IsStep(after, partner))
      suggested.emplace(old, path);
  }
  return suggested;
}

}  // namespace plumbline::onboarding
