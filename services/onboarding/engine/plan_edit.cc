// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/plan_edit.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/convert.h"
#include "common/flow/proto/process_rules.h"
#include "common/flow/validate.h"
#include "plumbline/onboarding/stored/v1/stored.pb.h"

namespace plumbline::onboarding {
namespace {

using flow::Node;
using flow::NodeKind;
using Side = TaskPlace::Side;

// Where a node stands in a tree.
struct Spot {
  Node* parent = nullptr;  // nullptr: it is the root
  size_t slot = 0;
  Node* node = nullptr;
};

// Trees keep flow::kMaxDepth.
std::optional<Spot> FindSpot(Node& root, absl::string_view id) {
  if (root.id == id) return Spot{nullptr, 0, &root};
  for (size_t i = 0; i < root.children.size(); ++i) {
    if (root.children[i].id == id) return Spot{&root, i, &root.children[i]};
    if (const auto below = FindSpot(root.children[i], id)) return below;
  }
  return std::nullopt;
}

// An id that no node of the tree has.
std::string FreeId(Node& root, absl::string_view wanted) {
  const std::string stem(wanted.substr(0, base::kMaxIdLength - 8));
  std::string id = absl::StrCat(stem, "-part");
  for (int number = 2; FindSpot(root, id).has_value(); ++number)
    id = absl::StrCat(stem, "-part", number);
  return id;
}

// Puts a part of this kind around a node, and the step into it.
void Wrap(Node& root, const Spot& at, NodeKind kind, Node step, bool first) {
  Node part;
  part.kind = kind;
  part.id = FreeId(root, step.id);
  // The condition of a branch says whether the branch is taken.
  if (at.parent != nullptr && at.parent->kind == NodeKind::kChoice)
    std::swap(part.condition, at.node->condition);
  Node held = std::move(*at.node);
  part.children.push_back(std::move(held));
  part.children.insert(first ? part.children.begin() : part.children.end(), std::move(step));
  *at.node = std::move(part);
}

void Insert(Node& root, const Spot& at, Node step, Side side) {
  const NodeKind kind = side == Side::kBeside ? NodeKind::kParallel : NodeKind::kSequence;
  if (at.parent == nullptr || at.parent->kind != kind)
    return Wrap(root, at, kind, std::move(step), side == Side::kBefore);
  const auto slot = at.parent->children.begin() + static_cast<std::ptrdiff_t>(at.slot);
  at.parent->children.insert(side == Side::kBefore ? slot : slot + 1, std::move(step));
}

void AddAtEnd(Node& root, Node step) {
  if (root.kind == NodeKind::kSequence && !root.optional) {
    root.children.push_back(std::move(step));
  } else {
    Wrap(root, {nullptr, 0, &root}, NodeKind::kSequence, std::move(step), /*first=*/false);
  }
}

// Takes a step out of its sequence or parallel; one that is all of that, with that. nullopt: the
// tree would be none without it.
std::optional<Node> TakeOut(Node& root, absl::string_view id) {
  const std::optional<Spot> at = FindSpot(root, id);
  if (!at.has_value() || at->parent == nullptr) return std::nullopt;
  const NodeKind kind = at->parent->kind;
  if (kind != NodeKind::kSequence && kind != NodeKind::kParallel) return std::nullopt;
  Node step = *at->node;
  if (at->parent->children.size() == 1) {
    if (!TakeOut(root, at->parent->id).has_value()) return std::nullopt;
    return step;
  }
  at->parent->children.erase(at->parent->children.begin() + static_cast<std::ptrdiff_t>(at->slot));
  // A parallel of one is a sequence.
  if (kind == NodeKind::kParallel && at->parent->children.size() == 1)
    at->parent->kind = NodeKind::kSequence;
  return step;
}

// The field of a place in the request.
std::string FieldOf(const TaskPlace& place) {
  switch (place.side) {
    case Side::kAfter:
      return "place.after";
    case Side::kBefore:
      return "place.before";
    case Side::kBeside:
      return "place.beside";
    case Side::kAtEnd:
      break;
  }
  return "place";
}

// In which scope the id of a node is written: that of a call in the caller's.
flow::ScopeIndex ScopeOf(const flow::Plan& plan, flow::NodeIndex node) {
  for (size_t i = 1; i < plan.scopes().size(); ++i)
    if (plan.scopes()[i].root == node) return plan.scopes()[i].parent;
  return plan.node(node).scope;
}

// The frozen processes of a plan, one of whose trees is edited.
class Edit {
 public:
  static absl::StatusOr<Edit> Open(const FrozenPlan& plan) {
    Edit edit(plan);
    if (!edit.frozen_.ParseFromString(plan.content) || edit.frozen_.revisions().empty())
      return base::Internal("a stored plan cannot be read");
    return edit;
  }

  // Chooses the process in which the node at `path` is written.
  absl::Status ChooseProcessOf(absl::string_view field, absl::string_view path) {
    const flow::NodeIndex node = plan_.Find(path);
    if (node == flow::kNoNode) {
      return base::FieldError(
          field, absl::StrCat("the plan has no node '", flow::ShortenText(path),
                              "'; give the path of a step, or of a part, as its tasks show it"));
    }
    return Choose(field, ScopeOf(plan_, node));
  }
  absl::Status ChooseProcessItself() { return Choose("place", 0); }

  // The tree of that process, to be edited.
  Node& tree() { return tree_; }
  const std::string& prefix() const { return plan_.scopes()[static_cast<size_t>(scope_)].prefix; }
  const std::vector<flow::Attribute>& attributes() const {
    return plan_.scopes()[static_cast<size_t>(scope_)].attributes;
  }
  flow::ScopeIndex scope() const { return scope_; }

  absl::StatusOr<EditedPlan> Close(const std::string& step) {
    catalog::v1::Process& process = *frozen_.mutable_revisions(revision_);
    *process.mutable_root() = flow::ToProto(tree_);
    RETURN_IF_ERROR(flow::ProcessInvalid(flow::ValidateProcess(process, "process")));
    const std::vector<catalog::v1::Process> revisions(frozen_.revisions().begin(),
                                                      frozen_.revisions().end());
    ASSIGN_OR_RETURN(PlanPointer plan, Freeze(revisions));
    return EditedPlan{std::move(plan), absl::StrCat(prefix(), step)};
  }

 private:
  explicit Edit(const FrozenPlan& plan) : plan_(plan.plan) {}

  absl::Status Choose(absl::string_view field, flow::ScopeIndex scope) {
    scope_ = scope;
    const std::string& called = plan_.scopes()[static_cast<size_t>(scope)].called;
    if (scope > 0) RETURN_IF_ERROR(ChooseCalled(field, called));
    ASSIGN_OR_RETURN(flow::PlanSource source, flow::SourceFromProto(frozen_.revisions(revision_)));
    tree_ = std::move(source.root);
    return absl::OkStatus();
  }

  absl::Status ChooseCalled(absl::string_view field, const std::string& called) {
    const auto calls = std::count_if(plan_.scopes().begin(), plan_.scopes().end(),
                                     [&](const auto& scope) { return scope.called == called; });
    if (calls > 1) {
      return base::FieldError(
          field, absl::StrCat("lies inside a call of '", called, "', which the plan calls ", calls,
                              " times: what is changed there would change in all of them; give a "
                              "place outside of it"));
    }
    for (int i = 0; i < frozen_.revisions_size(); ++i)
      if (absl::EndsWith(frozen_.revisions(i).name(), absl::StrCat("/", called))) revision_ = i;
    return absl::OkStatus();
  }

  const flow::Plan& plan_;
  stored::v1::FrozenProcess frozen_;
  int revision_ = 0;
  flow::ScopeIndex scope_ = 0;
  Node tree_;
};

// Puts a step into the tree of `edit`, where it is not.
absl::Status Put(Edit& edit, Node step, const TaskPlace& place) {
  if (place.side == Side::kAtEnd) {
    AddAtEnd(edit.tree(), std::move(step));
    return absl::OkStatus();
  }
  const absl::string_view id = absl::string_view(place.of).substr(edit.prefix().size());
  const std::optional<Spot> at = FindSpot(edit.tree(), id);
  if (!at.has_value()) {
    return base::FieldError(FieldOf(place), absl::StrCat("'", place.of,
                                                         "' is the task itself, or all there is "
                                                         "around it; give another place"));
  }
  Insert(edit.tree(), *at, std::move(step), place.side);
  return absl::OkStatus();
}

// What is wrong with a step by itself, by the fields of AddTaskRequest.
absl::Status CheckStep(const Node& step, Edit& edit) {
  std::vector<base::FieldViolation> violations;
  if (!step.step.uses.empty())
    violations.push_back({"step.uses", "is given; copy what the step of the library says"});
  if (FindSpot(edit.tree(), step.id).has_value()) {
    violations.push_back({"task_id", absl::StrCat("'", step.id,
                                                  "' is the id of a node of the process already; "
                                                  "choose another")});
  }
  for (base::FieldViolation& one :
       flow::Validate(step, flow::SchemaOf(edit.attributes()), "task")) {
    const absl::string_view field = absl::string_view(one.field).substr(5);
    violations.push_back({field == "id" ? "task_id" : std::string(field), one.description});
  }
  return base::FieldErrors(violations);
}

}  // namespace

absl::StatusOr<EditedPlan> AddStep(const FrozenPlan& plan, const flow::Node& step,
                                   const TaskPlace& place) {
  ASSIGN_OR_RETURN(Edit edit, Edit::Open(plan));
  RETURN_IF_ERROR(place.side == Side::kAtEnd ? edit.ChooseProcessItself()
                                             : edit.ChooseProcessOf(FieldOf(place), place.of));
  RETURN_IF_ERROR(CheckStep(step, edit));
  RETURN_IF_ERROR(Put(edit, step, place));
  return edit.Close(step.id);
}

absl::StatusOr<EditedPlan> MoveStep(const FrozenPlan& plan, absl::string_view path,
                                    const TaskPlace& place) {
  ASSIGN_OR_RETURN(Edit edit, Edit::Open(plan));
  if (place.side != Side::kAtEnd) {
    RETURN_IF_ERROR(edit.ChooseProcessOf(FieldOf(place), place.of));
  }
  const flow::ScopeIndex scope_of_place = edit.scope();
  RETURN_IF_ERROR(edit.ChooseProcessOf("name", path));
  if (place.side != Side::kAtEnd && scope_of_place != edit.scope()) {
    return base::FieldError(
        FieldOf(place), absl::StrCat("'", place.of, "' belongs to another process than '", path,
                                     "'; a task moves within the process that it is written in"));
  }
  const std::string id(path.substr(edit.prefix().size()));
  std::optional<Node> step = TakeOut(edit.tree(), id);
  if (!step.has_value()) {
    return base::FieldError("name", absl::StrCat("'", path,
                                                 "' is all there is of a branch, a loop or the "
                                                 "process; only what stands in a sequence or a "
                                                 "parallel moves"));
  }
  RETURN_IF_ERROR(Put(edit, *std::move(step), place));
  return edit.Close(id);
}

}  // namespace plumbline::onboarding
