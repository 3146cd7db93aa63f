// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/tree_flow.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/discovery/flow_ids.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kMaxTitle = 200;
constexpr size_t kMaxPartOfTitle = 60;
constexpr size_t kMaxChoices = 100;
constexpr size_t kMaxChildren = 500;

using flow::Node;
using flow::NodeKind;

NodeKind KindOf(ModelKind kind) {
  switch (kind) {
    case ModelKind::kSequence:
      return NodeKind::kSequence;
    case ModelKind::kChoice:
      return NodeKind::kChoice;
    case ModelKind::kParallel:
      return NodeKind::kParallel;
    case ModelKind::kLoop:
      return NodeKind::kLoop;
    default:
      return NodeKind::kStep;
  }
}

absl::string_view WordOf(NodeKind kind) {
  switch (kind) {
    case NodeKind::kSequence:
      return "sequence";
    case NodeKind::kParallel:
      return "parallel";
    case NodeKind::kChoice:
      return "choice";
    case NodeKind::kLoop:
      return "loop";
    default:
      return "step";
  }
}

// Does nothing, whatever its form.
bool Silent(const ModelTree& tree) {
  return tree.kind != ModelKind::kActivity && std::ranges::all_of(tree.children, Silent);
}

class Converter {
 public:
  explicit Converter(const std::vector<std::string>& names) : names_(names) {}

  // `tree` is not Silent. Ids come later.
  Node Convert(const ModelTree& tree) {
    Node node;
    switch (tree.kind) {
      case ModelKind::kSilent:
      case ModelKind::kActivity:
        return Step(tree.activity);
      case ModelKind::kLoop:
        return Loop(tree);
      case ModelKind::kSequence:
      case ModelKind::kParallel:
        return Join(KindOf(tree.kind), Children(tree, 0), kMaxChildren);
      case ModelKind::kChoice:
        node = Join(NodeKind::kChoice, Children(tree, 0), kMaxChoices);
        node.optional |= std::ranges::any_of(tree.children, Silent);
        return node;
    }
    return node;
  }

 private:
  Node Step(uint32_t activity) const {
    Node node;
    const std::string& name = names_[activity];
    node.title = Shortened(name, kMaxTitle);
    if (node.title.empty()) node.title = "(no name)";
    node.step.role = kNoRole;
    return node;
  }

  std::vector<Node> Children(const ModelTree& tree, size_t first) {
    std::vector<Node> children;
    for (size_t i = first; i < tree.children.size(); ++i) {
      if (!Silent(tree.children[i])) children.push_back(Convert(tree.children[i]));
    }
    return children;
  }

  // One node of many, in pieces that the catalog takes.
  Node Join(NodeKind kind, std::vector<Node> children, size_t most) {
    while (children.size() > most) {
      std::vector<Node> wider;
      for (size_t i = 0; i < children.size(); i += most) {
        const auto begin = children.begin() + static_cast<ptrdiff_t>(i);
        const auto end = begin + static_cast<ptrdiff_t>(std::min(most, children.size() - i));
        wider.push_back(Make(kind, {std::move_iterator(begin), std::move_iterator(end)}));
      }
      children = std::move(wider);
    }
    return Make(kind, std::move(children));
  }

  Node Make(NodeKind kind, std::vector<Node> children) {
    if (children.size() == 1) return std::move(children[0]);
    Node node;
    node.kind = kind;
    node.title = TitleOf(kind, children);
    node.children = std::move(children);
    return node;
  }

  Node Loop(const ModelTree& tree) {
    std::vector<Node> redo = Children(tree, 1);
    std::vector<Node> parts;
    const bool silent_body = Silent(tree.children[0]);
    if (silent_body) {
      parts.push_back(Join(NodeKind::kChoice, std::move(redo), kMaxChoices));
    } else {
      parts.push_back(Convert(tree.children[0]));
      if (!redo.empty()) {
        const bool silent = std::any_of(tree.children.begin() + 1, tree.children.end(), Silent);
        parts.push_back(Join(NodeKind::kChoice, std::move(redo), kMaxChoices));
        parts.back().optional |= silent;
      }
    }
    Node node;
    node.kind = NodeKind::kLoop;
    node.title = absl::StrCat("Repeat: ", Shortened(parts[0].title, kMaxTitle - 10));
    node.children = std::move(parts);
    node.optional = silent_body;
    return node;
  }

  static std::string TitleOf(NodeKind kind, const std::vector<Node>& children) {
    const absl::string_view between = kind == NodeKind::kSequence   ? " to "
                                      : kind == NodeKind::kParallel ? " and "
                                                                    : " or ";
    const bool shows_second = children.size() == 2 || kind == NodeKind::kSequence;
    const std::string first = Shortened(children[0].title, kMaxPartOfTitle);
    if (!shows_second) return absl::StrCat(first, between, children.size() - 1, " more");
    return absl::StrCat(first, between, Shortened(children.back().title, kMaxPartOfTitle));
  }

  const std::vector<std::string>& names_;
};

// Steps first, so that none has to give its id to what is around it.
void GiveIds(bool steps, IdGiver* ids, Node* node) {
  if ((node->kind == NodeKind::kStep) == steps) {
    node->id = ids->Give(steps ? absl::string_view(node->title) : WordOf(node->kind));
  }
  for (Node& child : node->children) GiveIds(steps, ids, &child);
}

std::string NameOf(const Node& node) { return node.title.empty() ? node.id : node.title; }

void CollectNames(const Node& node, std::set<std::string>* names) {
  if (node.children.empty()) names->insert(NameOf(node));
  for (const Node& child : node.children) CollectNames(child, names);
}

ModelTree Read(const Node& node, const std::vector<std::string>& names) {
  ModelTree tree;
  if (node.children.empty()) {
    const auto found = std::lower_bound(names.begin(), names.end(), NameOf(node));
    tree = ActivityStep(static_cast<uint32_t>(found - names.begin()));
  } else {
    tree.kind = node.kind == NodeKind::kSequence   ? ModelKind::kSequence
                : node.kind == NodeKind::kParallel ? ModelKind::kParallel
                : node.kind == NodeKind::kChoice   ? ModelKind::kChoice
                                                   : ModelKind::kLoop;
    for (const Node& child : node.children) tree.children.push_back(Read(child, names));
  }
  if (!node.optional) return tree;
  return Inner(ModelKind::kChoice, {SilentStep(), std::move(tree)});
}

}  // namespace

absl::StatusOr<Node> ToFlow(const ModelTree& tree, const std::vector<std::string>& names) {
  if (Silent(tree)) {
    return base::FieldError("event_log",
                            "has no event that counts, so its model has no step; write or import "
                            "events first");
  }
  Node root = Converter(names).Convert(tree);
  IdGiver ids;
  GiveIds(true, &ids, &root);
  GiveIds(false, &ids, &root);
  return root;
}

NamedTree FromFlow(const Node& root) {
  std::set<std::string> names;
  CollectNames(root, &names);
  NamedTree result;
  result.names.assign(names.begin(), names.end());
  result.tree = Normalised(Read(root, result.names));
  return result;
}

}  // namespace plumbline::analytics
