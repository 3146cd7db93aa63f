// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/blocks.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/flow/bpmn/activities.h"
#include "common/flow/bpmn/conditions.h"
#include "common/flow/bpmn/names.h"

namespace plumbline::flow::bpmn {
namespace {

std::string NameOf(const Element* element, Reading* reading) {
  return element == nullptr ? "" : reading->NameOf(*element);
}

// The id of a node that a gateway (or an activity with several flows) stands for. The second node
// of the same gateway gets a new one.
std::string IdOf(const Element* gateway, absl::string_view kind, Reading* reading) {
  if (gateway == nullptr) return reading->ids().Fresh(kind);
  return reading->ids().TakeOf(gateway->Get("id"));
}

// The nodes of a branch as one node. There is one at least.
Node Gather(Edge branch, Reading* reading) {
  if (branch.nodes.size() == 1) return std::move(branch.nodes.front());
  std::vector<Node> nodes(std::make_move_iterator(branch.nodes.begin()),
                          std::make_move_iterator(branch.nodes.end()));
  const Element* mark = branch.flow ? Extension(*branch.flow, kSequenceExtension) : nullptr;
  const std::string id = nodes[0].id;
  if (mark != nullptr && !mark->Get("id").empty())
    return MakeSequence(reading->ids().TakeOf(mark->Get("id")), "", std::move(nodes));
  return MakeSequence(reading->ids().Fresh(absl::StrCat(id, "-sequence")),
                      NameOf(branch.flow, reading), std::move(nodes));
}

// A node around one that decides for itself, so that the way to it can have a condition too.
Node Around(Node node, Reading* reading) {
  std::vector<Node> nodes;
  std::string id = reading->ids().Fresh(absl::StrCat(node.id, "-sequence"));
  nodes.push_back(std::move(node));
  return MakeSequence(std::move(id), "", std::move(nodes));
}

// Makes a node optional that is done under `condition`, "" = as a person decides. It needs a title,
// so that people know what they leave out.
void MakeOptional(const Element* gateway, const Element* flow, std::string condition,
                  Reading* reading, Node* node) {
  if (node->optional && !(node->condition.empty() && condition.empty()))
    *node = Around(std::move(*node), reading);
  node->optional = true;
  node->condition = std::move(condition);
  if (node->title.empty()) node->title = NameOf(flow, reading);
  if (node->title.empty()) node->title = NameOf(gateway, reading);
  if (node->title.empty() && !node->children.empty()) node->title = node->children[0].title;
  if (node->title.empty()) node->title = node->id;
}

// The condition under which something is done at all, where some branches are empty.
std::string WhetherAny(std::vector<Edge>* branches, Reading* reading) {
  std::vector<Way> ways;
  for (const Edge& branch : *branches) ways.push_back({branch.condition, !branch.nodes.empty()});
  std::optional<std::string> condition = WhetherWanted(ways);
  if (condition) return *std::move(condition);
  for (Edge& branch : *branches) ForgetCondition(kAPersonDecides, &branch, reading);
  return "";
}

std::string QuestionOf(const Element* gateway, absl::string_view otherwise, Reading* reading) {
  const std::string name = NameOf(gateway, reading);
  return name.empty() ? std::string(otherwise) : name;
}

Node MakeChoice(std::vector<Node> branches, const Element* gateway, Reading* reading) {
  Node choice{.kind = NodeKind::kChoice, .id = IdOf(gateway, "choice", reading)};
  choice.title = QuestionOf(gateway, "Which way?", reading);
  if (gateway != nullptr) choice.decider = DeciderOf(*gateway, *reading);
  choice.children = std::move(branches);
  return choice;
}

// An activity with several flows is no name for what happens after it.
bool IsGateway(const Element* element) {
  return element != nullptr && absl::EndsWith(element->name, "Gateway");
}

Node MakeParallel(std::vector<Node> branches, const Element* gateway, Reading* reading) {
  Node parallel{.kind = NodeKind::kParallel, .id = IdOf(gateway, "parallel", reading)};
  if (IsGateway(gateway)) parallel.title = NameOf(gateway, reading);
  parallel.children = std::move(branches);
  return parallel;
}

int HeightOf(const Node& node) {
  int height = 0;
  for (const Node& child : node.children) height = std::max(height, HeightOf(child));
  return height + 1;
}

std::vector<Node> One(Node node) {
  std::vector<Node> nodes;
  nodes.push_back(std::move(node));
  return nodes;
}

// Exactly one of the branches is taken.
std::vector<Node> MakeExclusive(std::vector<Edge> branches, const Element* gateway,
                                Reading* reading) {
  const auto with_nodes = std::count_if(branches.begin(), branches.end(),
                                        [](const Edge& e) { return !e.nodes.empty(); });
  if (with_nodes == 0) return {};
  const bool empty = static_cast<size_t>(with_nodes) < branches.size();
  std::string whether = empty ? WhetherAny(&branches, reading) : "";
  std::vector<Node> nodes;
  for (Edge& branch : branches) {
    if (branch.nodes.empty()) continue;
    std::string condition = std::move(branch.condition);
    Node node = Gather(std::move(branch), reading);
    if (with_nodes > 1) {
      if (!node.condition.empty()) node = Around(std::move(node), reading);
      node.condition = std::move(condition);
    }
    nodes.push_back(std::move(node));
  }
  if (nodes.size() > 1) nodes = One(MakeChoice(std::move(nodes), gateway, reading));
  if (empty) MakeOptional(gateway, nullptr, std::move(whether), reading, &nodes[0]);
  return nodes;
}

// All of the branches are taken, those that are optional each by itself.
std::vector<Node> MakeTogether(std::vector<Edge> branches, bool inclusive, const Element* gateway,
                               Reading* reading) {
  std::vector<Node> nodes;
  for (Edge& branch : branches) {
    if (branch.nodes.empty()) continue;
    const Element* flow = branch.flow;
    const bool optional = inclusive && branch.optional;
    std::string condition = std::move(branch.condition);
    Node node = Gather(std::move(branch), reading);
    if (optional) MakeOptional(nullptr, flow, std::move(condition), reading, &node);
    nodes.push_back(std::move(node));
  }
  if (nodes.size() > 1) nodes = One(MakeParallel(std::move(nodes), gateway, reading));
  return nodes;
}

}  // namespace

Node MakeSequence(std::string id, std::string title, std::vector<Node> nodes) {
  return {.kind = NodeKind::kSequence,
          .id = std::move(id),
          .title = std::move(title),
          .children = std::move(nodes)};
}

std::vector<Node> WithinDepth(std::vector<Node> nodes, Reading* reading) {
  for (const Node& node : nodes) {
    if (HeightOf(node) <= kMaxDepth) continue;
    reading->SetTooDeep();
    return {};
  }
  return nodes;
}

std::vector<Node> MakeBlock(Logic logic, std::vector<Edge> branches, const Element* gateway,
                            Reading* reading) {
  std::vector<Node> nodes =
      logic == Logic::kExclusive
          ? MakeExclusive(std::move(branches), gateway, reading)
          : MakeTogether(std::move(branches), logic == Logic::kInclusive, gateway, reading);
  return WithinDepth(std::move(nodes), reading);
}

std::vector<Node> MakeLoop(Edge body, std::vector<Edge> back, const LoopConditions& conditions,
                           const Element* gateway, Reading* reading) {
  Edge redo{.flow = back[0].flow};
  if (back.size() == 1) {
    redo.nodes = std::move(back[0].nodes);
  } else {
    for (Node& node : MakeBlock(Logic::kExclusive, std::move(back), nullptr, reading))
      redo.nodes.push_back(std::move(node));
  }
  if (body.nodes.empty() && redo.nodes.empty()) return {};
  Node loop{.kind = NodeKind::kLoop, .id = IdOf(gateway, "loop", reading)};
  loop.title = QuestionOf(gateway, "Again?", reading);
  if (gateway != nullptr) loop.decider = DeciderOf(*gateway, *reading);
  loop.leave_when = conditions.leave;
  // What is repeated any number of times is asked for before it as well.
  loop.optional = body.nodes.empty();
  if (loop.optional) loop.condition = conditions.again;
  for (Edge* part : {&body, &redo}) {
    if (!part->nodes.empty()) loop.children.push_back(Gather(std::move(*part), reading));
  }
  return WithinDepth(One(std::move(loop)), reading);
}

}  // namespace plumbline::flow::bpmn
