// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/blocks.h"

#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/flow/bpmn/activities.h"
#include "common/flow/bpmn/expressions.h"
#include "common/flow/bpmn/names.h"
#include "common/flow/validate.h"

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
  if (branch.nodes.size() == 1) return std::move(branch.nodes[0]);
  const Element* mark = branch.flow ? Extension(*branch.flow, kSequenceExtension) : nullptr;
  const std::string id = branch.nodes[0].id;
  if (mark != nullptr && !mark->Get("id").empty()) {
    return MakeSequence(reading->ids().TakeOf(mark->Get("id")), "", std::move(branch.nodes));
  }
  return MakeSequence(reading->ids().Fresh(absl::StrCat(id, "-sequence")),
                      NameOf(branch.flow, reading), std::move(branch.nodes));
}

// An optional node needs a title, so that people know what they leave out.
void MakeOptional(const Element* gateway, const Element* flow, Reading* reading, Node* node) {
  node->optional = true;
  if (node->title.empty()) node->title = NameOf(flow, reading);
  if (node->title.empty()) node->title = NameOf(gateway, reading);
  if (node->title.empty() && !node->children.empty()) node->title = node->children[0].title;
  if (node->title.empty()) node->title = node->id;
}

// A node that is entered by `flow` if it is done. What is optional inside a branch has no place for
// a condition of its own.
void SetCondition(const Element* flow, Reading* reading, Node* node) {
  if (!node->condition.empty() && flow != nullptr) {
    reading->Ignore(*flow, absl::StrCat("the condition '", ShortenText(node->condition),
                                        "' behind it is not kept: a person decides"));
  }
  node->condition = ReadCondition(flow);
}

// When a loop is left: by the flow out of it or, in other words, by the one way back.
std::string LeaveWhen(const Element* leave, const std::vector<Edge>& back) {
  std::string condition = ReadCondition(leave);
  if (!condition.empty() || back.size() != 1) return condition;
  condition = ReadCondition(back[0].flow);
  return condition.empty() ? condition : absl::StrCat("NOT (", condition, ")");
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

}  // namespace

Node MakeSequence(std::string id, std::string title, std::vector<Node> nodes) {
  return {.kind = NodeKind::kSequence,
          .id = std::move(id),
          .title = std::move(title),
          .children = std::move(nodes)};
}

std::vector<Node> MakeBlock(Logic logic, std::vector<Edge> branches, const Element* gateway,
                            Reading* reading) {
  std::vector<Node> nodes;
  bool empty = false;
  for (Edge& branch : branches) {
    if (branch.nodes.empty()) {
      empty = true;
      continue;
    }
    const Element* flow = branch.flow;
    const bool optional = logic == Logic::kInclusive && branch.optional;
    Node node = Gather(std::move(branch), reading);
    if (optional) MakeOptional(nullptr, flow, reading, &node);
    if (optional || logic == Logic::kExclusive) SetCondition(flow, reading, &node);
    nodes.push_back(std::move(node));
  }
  if (nodes.empty()) return nodes;
  const bool choice = logic == Logic::kExclusive;
  if (nodes.size() > 1) {
    Node block = choice ? MakeChoice(std::move(nodes), gateway, reading)
                        : MakeParallel(std::move(nodes), gateway, reading);
    nodes.clear();
    nodes.push_back(std::move(block));
  }
  if (choice && empty) MakeOptional(gateway, nullptr, reading, &nodes[0]);
  return nodes;
}

std::vector<Node> MakeLoop(Edge body, std::vector<Edge> back, const Element* leave,
                           const Element* gateway, Reading* reading) {
  std::string leave_when = LeaveWhen(leave, back);
  Edge redo{.flow = back[0].flow};
  redo.nodes = back.size() == 1 ? std::move(back[0].nodes)
                                : MakeBlock(Logic::kExclusive, std::move(back), nullptr, reading);
  if (body.nodes.empty() && redo.nodes.empty()) return {};
  Node loop{.kind = NodeKind::kLoop, .id = IdOf(gateway, "loop", reading)};
  loop.title = QuestionOf(gateway, "Again?", reading);
  if (gateway != nullptr) loop.decider = DeciderOf(*gateway, *reading);
  loop.optional = body.nodes.empty();
  loop.leave_when = std::move(leave_when);
  for (Edge* part : {&body, &redo}) {
    if (!part->nodes.empty()) loop.children.push_back(Gather(std::move(*part), reading));
  }
  std::vector<Node> nodes;
  nodes.push_back(std::move(loop));
  return nodes;
}

}  // namespace plumbline::flow::bpmn
