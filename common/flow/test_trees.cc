// SPDX-License-Identifier: Apache-2.0
#include "common/flow/test_trees.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace plumbline::flow {
namespace {

Node Make(NodeKind kind, const std::string& id, std::vector<Node> children) {
  return {.kind = kind,
          .id = id,
          .title = absl::StrCat("Title of ", id),
          .children = std::move(children)};
}

int Pick(std::mt19937* random, int below) {
  return static_cast<int>((*random)() % static_cast<unsigned>(below));
}

Node Grow(std::mt19937* random, int depth, int* next_id) {
  const std::string id = absl::StrCat("n", (*next_id)++);
  const bool root = *next_id == 1;  // a root that is a step would show little
  const int kind = depth <= 1 ? 5 : Pick(random, root ? 4 : 6);
  Node node = Step(id);
  if (kind < 4) {
    const int least = kind == 0 || kind == 3 ? 1 : 2;
    std::vector<Node> children;
    for (int i = least + Pick(random, kind == 3 ? 2 : 3); i > 0; --i) {
      children.push_back(Grow(random, depth - 1, next_id));
    }
    constexpr NodeKind kKinds[] = {NodeKind::kSequence, NodeKind::kParallel, NodeKind::kChoice,
                                   NodeKind::kLoop};
    node = Make(kKinds[kind], id, std::move(children));
  }
  node.optional = Pick(random, 5) == 0;
  if (node.kind == NodeKind::kStep) {
    if (Pick(random, 5) == 0) node.step.verifier = "coach";
    if (Pick(random, 5) == 0) node.step.waiver_approver = "owner";
    if (Pick(random, 8) == 0)
      node.step.automation = Automation{.webhook = "provision", .answer_minutes = Pick(random, 90)};
  }
  return node;
}

}  // namespace

Node Step(const std::string& id) {
  Node node = Make(NodeKind::kStep, id, {});
  node.step.role = "manager";
  return node;
}

Node Sequence(const std::string& id, std::vector<Node> children) {
  return Make(NodeKind::kSequence, id, std::move(children));
}

Node Parallel(const std::string& id, std::vector<Node> children) {
  return Make(NodeKind::kParallel, id, std::move(children));
}

Node Choice(const std::string& id, std::vector<Node> children) {
  return Make(NodeKind::kChoice, id, std::move(children));
}

Node Loop(const std::string& id, std::vector<Node> parts) {
  return Make(NodeKind::kLoop, id, std::move(parts));
}

Node Call(const std::string& id, const std::string& called) {
  Node node = Make(NodeKind::kCall, id, {});
  node.called = called;
  return node;
}

Node Optional(Node node) {
  node.optional = true;
  return node;
}

Node Nested(int levels) {
  Node node = Step("bottom");
  for (int i = 1; i < levels; ++i) {
    Node above = Sequence(absl::StrCat("s", i), {});
    above.children.push_back(std::move(node));
    node = std::move(above);
  }
  return node;
}

void Dismantle(Node tree) {
  while (!tree.children.empty()) {
    Node below = std::move(tree.children.back());
    tree = std::move(below);
  }
}

Node RandomTree(std::mt19937* random, int depth) {
  int next_id = 0;
  return Grow(random, depth, &next_id);
}

}  // namespace plumbline::flow
