// SPDX-License-Identifier: Apache-2.0
#include "common/flow/test_edits.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/flow/test_trees.h"

namespace plumbline::flow {
namespace {

void Visit(Node& node, const std::function<void(Node&)>& visit) {
  visit(node);
  for (Node& child : node.children) Visit(child, visit);
}

size_t FewestChildren(NodeKind kind) { return kind == NodeKind::kSequence ? 1 : 2; }

bool TakesChildren(const Node& node) {
  return node.kind == NodeKind::kSequence || node.kind == NodeKind::kParallel ||
         node.kind == NodeKind::kChoice;
}

void Insert(Node& parent, size_t slot, Node node) {
  parent.children.insert(parent.children.begin() + static_cast<long>(slot), std::move(node));
}

Node Extract(Node& parent, size_t slot) {
  Node node = std::move(parent.children[slot]);
  parent.children.erase(parent.children.begin() + static_cast<long>(slot));
  return node;
}

}  // namespace

bool Editor::AnyTouched(const Node& subtree) const {
  return Touched(subtree) || std::any_of(subtree.children.begin(), subtree.children.end(),
                                         [this](const Node& child) { return AnyTouched(child); });
}

// What was removed from a subtree goes unseen when the whole is removed.
bool Editor::AnyLost(const Node& subtree) const {
  return lost_.contains(subtree.id) ||
         std::any_of(subtree.children.begin(), subtree.children.end(),
                     [this](const Node& child) { return AnyLost(child); });
}

std::vector<Node*> Editor::All(bool (*wanted)(const Node&)) {
  std::vector<Node*> found;
  Visit(root_, [&](Node& node) {
    if (!Touched(node) && wanted(node)) found.push_back(&node);
  });
  return found;
}

std::vector<Editor::Place> Editor::Removable() {
  std::vector<Place> places;
  Visit(root_, [&](Node& node) {
    if (!TakesChildren(node) || Touched(node)) return;
    if (node.children.size() <= FewestChildren(node.kind)) return;
    for (size_t i = 0; i < node.children.size(); ++i) places.push_back({&node, i});
  });
  return places;
}

bool Editor::Done(DifferenceKind kind, const std::string& node) {
  touched_.insert(node);
  edits_.push_back({kind, node});
  return true;
}

bool Editor::TryEdit(bool compatible_only) {
  switch (Pick(compatible_only ? 5 : 9)) {
    case 0:
      return ChangeField();
    case 1:
      return ChangeStep();
    case 2:
      return AddSubtree();
    case 3:
      return AddRedo();
    case 4:
      return Reorder(compatible_only);
    case 5:
      return Remove();
    case 6:
      return Move();
    case 7:
      return Reidentify();
    default:
      return ChangeKind();
  }
}

bool Editor::ChangeField() {
  const std::vector<Node*> nodes = All([](const Node&) { return true; });
  if (nodes.empty()) return false;
  Node& node = *nodes[Pick(nodes.size())];
  const bool decides = node.kind == NodeKind::kChoice || node.kind == NodeKind::kLoop;
  switch (Pick(decides ? 3 : 2)) {
    case 0:
      node.title += "!";
      return Done(DifferenceKind::kTitle, node.id);
    case 1:
      node.optional = !node.optional;
      return Done(DifferenceKind::kOptional, node.id);
    default:
      node.decider = "somebody else";
      return Done(DifferenceKind::kDecider, node.id);
  }
}

bool Editor::ChangeStep() {
  const std::vector<Node*> steps =
      All([](const Node& node) { return node.kind == NodeKind::kStep; });
  if (steps.empty()) return false;
  Node& node = *steps[Pick(steps.size())];
  switch (Pick(9)) {
    case 8:
      node.step.automation = Automation{.webhook = "new-program"};
      return Done(DifferenceKind::kAutomation, node.id);
    case 6:
      node.step.verifier = "new-verifier";
      return Done(DifferenceKind::kVerifier, node.id);
    case 7:
      node.step.waiver_approver = "new-approver";
      return Done(DifferenceKind::kWaiverApprover, node.id);
    case 0:
      node.step.role += "!";
      return Done(DifferenceKind::kRole, node.id);
    case 1:
      node.step.target = BusinessDuration{.days = 77};
      return Done(DifferenceKind::kTarget, node.id);
    case 2:
      node.step.earliest_day = 77;
      return Done(DifferenceKind::kEarliestDay, node.id);
    case 3:
      node.step.utilities.push_back("new-utility");
      return Done(DifferenceKind::kUtility, node.id);
    case 4:
      node.step.checklist.push_back({.id = "new-line", .title = "New"});
      return Done(DifferenceKind::kChecklist, node.id);
    default:
      node.step.defect_kinds.push_back("new-kind");
      return Done(DifferenceKind::kDefectKind, node.id);
  }
}

bool Editor::AddSubtree() {
  const std::vector<Node*> parents = All(TakesChildren);
  if (parents.empty()) return false;
  Node& parent = *parents[Pick(parents.size())];
  Node added = RandomTree(&random_, 1 + static_cast<int>(Pick(3)));
  Visit(added, [this](Node& node) {
    node.id = absl::StrCat("new", next_id_++);
    node.title = absl::StrCat("Title of ", node.id);
    touched_.insert(node.id);
  });
  const std::string id = added.id;
  Insert(parent, Pick(parent.children.size() + 1), std::move(added));
  return Done(DifferenceKind::kAdded, id);
}

bool Editor::AddRedo() {
  const std::vector<Node*> loops = All(
      [](const Node& node) { return node.kind == NodeKind::kLoop && node.children.size() == 1; });
  if (loops.empty()) return false;
  const std::string id = absl::StrCat("new", next_id_++);
  loops[Pick(loops.size())]->children.push_back(Step(id));
  return Done(DifferenceKind::kAdded, id);
}

// Two neighbours that change places are one move of either: the test could not tell of which. So a
// node passes two others at least, and the parent is not touched again.
bool Editor::Reorder(bool compatible_only) {
  std::vector<Node*> parents = All(TakesChildren);
  std::erase_if(parents, [&](Node* parent) {
    return parent->children.size() < 3 || AnyTouched(*parent) ||
           (compatible_only && parent->kind == NodeKind::kSequence);
  });
  if (parents.empty()) return false;
  Node& parent = *parents[Pick(parents.size())];
  const size_t size = parent.children.size();
  const size_t from = Pick(2) == 0 ? 0 : size - 1;
  const size_t to = from == 0 ? 2 + Pick(size - 2) : Pick(size - 2);
  Node node = Extract(parent, from);
  const std::string id = node.id;
  Insert(parent, to, std::move(node));
  Visit(parent, [this](Node& below) { touched_.insert(below.id); });
  return Done(DifferenceKind::kReordered, id);
}

bool Editor::Remove() {
  std::vector<Place> places = Removable();
  std::erase_if(places, [&](const Place& place) {
    return AnyTouched(place.node()) || AnyLost(place.node());
  });
  if (places.empty()) return false;
  const Place place = places[Pick(places.size())];
  lost_.insert(place.parent->id);
  const Node removed = Extract(*place.parent, place.slot);
  return Done(DifferenceKind::kRemoved, removed.id);
}

bool Editor::Move() {
  std::vector<Place> places = Removable();
  std::erase_if(places, [&](const Place& place) { return Touched(place.node()); });
  if (places.empty()) return false;
  const Place place = places[Pick(places.size())];
  const std::string from = place.parent->id;
  Node moved = Extract(*place.parent, place.slot);
  const std::string id = moved.id;
  std::vector<Node*> parents = All(TakesChildren);  // none of them below what was taken out
  std::erase_if(parents, [&](Node* parent) { return parent->id == from; });
  if (parents.empty()) {
    Insert(*place.parent, place.slot, std::move(moved));
    return false;
  }
  Node& parent = *parents[Pick(parents.size())];
  Insert(parent, Pick(parent.children.size() + 1), std::move(moved));
  return Done(DifferenceKind::kMoved, id);
}

bool Editor::Reidentify() {
  const std::vector<Node*> nodes = All([](const Node&) { return true; });
  if (nodes.empty()) return false;
  Node& node = *nodes[Pick(nodes.size())];
  touched_.insert(node.id);
  node.id = absl::StrCat("renamed", next_id_++);
  return Done(DifferenceKind::kReidentified, node.id);
}

bool Editor::ChangeKind() {
  const std::vector<Node*> nodes = All([](const Node& node) {
    return node.children.size() >= 2 &&
           (node.kind == NodeKind::kSequence || node.kind == NodeKind::kParallel);
  });
  if (nodes.empty()) return false;
  Node& node = *nodes[Pick(nodes.size())];
  node.kind = node.kind == NodeKind::kSequence ? NodeKind::kParallel : NodeKind::kSequence;
  return Done(DifferenceKind::kNodeKind, node.id);
}

}  // namespace plumbline::flow
