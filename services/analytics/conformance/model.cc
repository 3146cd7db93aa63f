// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/model.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace plumbline::analytics::conformance {
namespace {

absl::Status CheckNode(const ModelNode& node, int depth, int& count) {
  if (depth > kMaxModelDepth) {
    return absl::InvalidArgumentError(
        absl::StrCat("the model is deeper than ", kMaxModelDepth, " levels"));
  }
  if (++count > kMaxModelNodes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the model has more than ", kMaxModelNodes, " nodes"));
  }
  const size_t children = node.children.size();
  switch (node.op) {
    case Operator::kActivity:
      if (node.activity.empty()) {
        return absl::InvalidArgumentError("an activity of the model has no name");
      }
      [[fallthrough]];
    case Operator::kSilent:
      if (children != 0) return absl::InvalidArgumentError("a leaf of the model has children");
      break;
    case Operator::kLoop:
      if (children < 2) {
        return absl::InvalidArgumentError(absl::StrCat(
            "a loop of the model has ", children, " children; it takes a body and a way back"));
      }
      break;
    default:
      if (children == 0) return absl::InvalidArgumentError("an operator has no children");
  }
  for (const ModelNode& child : node.children) {
    absl::Status status = CheckNode(child, depth + 1, count);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

Operator OperatorOf(flow::NodeKind kind) {
  switch (kind) {
    case flow::NodeKind::kSequence:
      return Operator::kSequence;
    case flow::NodeKind::kParallel:
      return Operator::kParallel;
    case flow::NodeKind::kChoice:
      return Operator::kChoice;
    case flow::NodeKind::kLoop:
      return Operator::kLoop;
    case flow::NodeKind::kCall:
    case flow::NodeKind::kStep:
      break;
  }
  return Operator::kActivity;
}

}  // namespace

ModelNode Silent() { return {}; }

ModelNode Activity(absl::string_view name) { return {Operator::kActivity, std::string(name), {}}; }

ModelNode Inner(Operator op, std::vector<ModelNode> children) {
  return {op, "", std::move(children)};
}

absl::Status CheckModel(const ModelNode& root) {
  int count = 0;
  return CheckNode(root, 1, count);
}

ModelNode ModelOf(const flow::Node& root, NameOf name) {
  ModelNode node;
  node.op = OperatorOf(root.kind);
  if (node.op == Operator::kActivity) {
    node.activity = name == NameOf::kId || root.title.empty() ? root.id : root.title;
  }
  for (const flow::Node& child : root.children) node.children.push_back(ModelOf(child, name));
  if (node.op == Operator::kLoop && node.children.size() == 1) node.children.push_back(Silent());
  if (node.op != Operator::kActivity && node.children.empty()) node = Silent();
  if (!root.optional) return node;
  std::vector<ModelNode> choice;
  choice.push_back(Silent());
  choice.push_back(std::move(node));
  return Inner(Operator::kChoice, std::move(choice));
}

}  // namespace plumbline::analytics::conformance
