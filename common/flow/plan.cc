// SPDX-License-Identifier: Apache-2.0
#include "common/flow/plan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::flow {
namespace {

base::Error Invalid(absl::string_view message) {
  return base::Error(base::Reason::ERROR_REASON_PROCESS_INVALID, message);
}

absl::string_view WithoutRevision(absl::string_view called) {
  return called.substr(0, called.find('@'));
}

bool HasChildrenOfItsKind(const Node& node) {
  switch (node.kind) {
    case NodeKind::kStep:
      return node.children.empty();
    case NodeKind::kLoop:
      return node.children.size() == 1 || node.children.size() == 2;
    default:
      return !node.children.empty();
  }
}

// What a node takes from the calls around it.
struct Place {
  NodeIndex parent = kNoNode;
  int depth = 1;
  std::string path;
  std::string prefix;     // of the nodes below it: "" or "{call path}."
  ScopeIndex scope = 0;   // of the process that it is written in
  std::string title;      // of the outermost call that names one, or ""
  bool optional = false;  // of any call that it replaces
  std::string condition;  // of the outermost call: roots have none
};

class Builder {
 public:
  Builder(absl::string_view process, absl::string_view owner, const Plan::Resolve& resolve)
      : process_(process), owner_(owner), resolve_(resolve) {}

  // Adds `node` and what is below it. Recursion is bounded by kMaxDepth levels and kMaxDepth calls.
  absl::Status Add(const Node& node, Place place) {
    if (place.depth > kMaxDepth) {
      return Invalid(absl::StrCat("at '", place.path,
                                  "' the process with all that it calls is more than ", kMaxDepth,
                                  " levels deep", InWords(Chain()),
                                  "; make it flatter or call fewer processes inside each other"))
          .With("chain", Chain());
    }
    if (place.title.empty()) place.title = node.title;
    place.optional |= node.optional;
    if (place.condition.empty()) place.condition = node.condition;
    if (node.kind == NodeKind::kCall) return AddCalled(node, std::move(place));
    if (!HasChildrenOfItsKind(node)) {
      return Invalid(
          absl::StrCat("node '", place.path, "' has ", node.children.size(),
                       " nodes below it, which does not fit its kind; validate the process first"));
    }
    return AddNode(node, std::move(place));
  }

  std::vector<PlanNode> nodes;
  std::vector<PlanScope> scopes;
  absl::flat_hash_map<std::string, NodeIndex> by_path;

 private:
  absl::Status AddNode(const Node& node, Place place) {
    if (nodes.size() >= static_cast<size_t>(kMaxNodes)) {
      return Invalid(absl::StrCat("the process with all that it calls has more than ", kMaxNodes,
                                  " nodes", InWords(Chain()), "; call fewer or smaller processes"))
          .With("chain", Chain());
    }
    const NodeIndex index = static_cast<NodeIndex>(nodes.size());
    if (!by_path.emplace(place.path, index).second) {
      return Invalid(
          absl::StrCat("two nodes have the path '", place.path, "'; give every node its own id"));
    }
    nodes.push_back({.kind = node.kind,
                     .parent = place.parent,
                     .optional = place.optional,
                     .path = std::move(place.path),
                     .title = std::move(place.title),
                     .decider = node.decider.empty() ? owner_ : node.decider,
                     .step = node.kind == NodeKind::kStep ? node.step : StepDetails(),
                     .scope = place.scope,
                     .condition = std::move(place.condition),
                     .leave_when = node.leave_when});
    if (place.parent != kNoNode) nodes[place.parent].children.push_back(index);
    for (const Node& child : node.children) {
      RETURN_IF_ERROR(Add(child, {.parent = index,
                                  .depth = place.depth + 1,
                                  .path = absl::StrCat(place.prefix, child.id),
                                  .prefix = place.prefix,
                                  .scope = place.scope}));
    }
    nodes[index].end = static_cast<NodeIndex>(nodes.size());
    return absl::OkStatus();
  }

  // The called root stands where the call stood. A chain of calls adds no depth, so it has a limit
  // of its own.
  absl::Status AddCalled(const Node& call, Place place) {
    const std::string process(WithoutRevision(call.called));
    if (std::find(calling_.begin(), calling_.end(), process) != calling_.end()) {
      return Invalid(absl::StrCat("'", process, "' calls itself: ", absl::StrJoin(calling_, " -> "),
                                  " -> ", process, "; take one of these calls out"));
    }
    if (calling_.size() >= static_cast<size_t>(kMaxDepth)) {
      return Invalid(absl::StrCat("at '", place.path, "' more than ", kMaxDepth,
                                  " processes call one another", InWords(Chain()),
                                  "; call fewer inside each other"))
          .With("chain", Chain());
    }
    ASSIGN_OR_RETURN(const PlanSource* called, Resolved(call.called));
    place.prefix = absl::StrCat(place.path, ".");
    scopes.push_back({.parent = place.scope,
                      .prefix = place.prefix,
                      .attributes = called->attributes,
                      .arguments = call.arguments,
                      .called = call.called,
                      .root = static_cast<NodeIndex>(nodes.size())});
    place.scope = static_cast<ScopeIndex>(scopes.size()) - 1;
    calling_.push_back(process);
    RETURN_IF_ERROR(Add(called->root, std::move(place)));
    calling_.pop_back();
    return absl::OkStatus();
  }

  // Ids from the process itself to the one that is being added: "deal -> quote -> desk".
  std::string Chain() const {
    std::vector<absl::string_view> ids;
    if (!process_.empty()) ids.push_back(process_);
    for (const std::string& called : calling_)
      ids.push_back(absl::StripPrefix(called, "processes/"));
    return absl::StrJoin(ids, " -> ");
  }

  static std::string InWords(absl::string_view chain) {
    return chain.empty() ? "" : absl::StrCat(" (", chain, ")");
  }

  // Resolves every process once, however often it is called.
  absl::StatusOr<const PlanSource*> Resolved(const std::string& called) {
    auto it = resolved_.find(called);
    if (it == resolved_.end()) {
      ASSIGN_OR_RETURN(PlanSource source, resolve_(called));
      it = resolved_.emplace(called, std::move(source)).first;
    }
    return &it->second;
  }

  const std::string process_;
  const std::string owner_;
  const Plan::Resolve& resolve_;
  std::vector<std::string> calling_;
  absl::node_hash_map<std::string, PlanSource> resolved_;  // stable addresses
};

}  // namespace

absl::string_view IdOf(const PlanNode& node) {
  const absl::string_view path = node.path;
  const size_t dot = path.rfind('.');
  return dot == absl::string_view::npos ? path : path.substr(dot + 1);
}

absl::StatusOr<Plan> Plan::Build(const PlanSource& process, absl::string_view owner,
                                 const Resolve& resolve) {
  Builder builder(process.process, owner, resolve);
  builder.scopes.push_back({.attributes = process.attributes});
  RETURN_IF_ERROR(builder.Add(process.root, {.path = process.root.id}));
  Plan plan;
  plan.nodes_ = std::move(builder.nodes);
  plan.scopes_ = std::move(builder.scopes);
  plan.by_path_ = std::move(builder.by_path);
  return plan;
}

NodeIndex Plan::Find(absl::string_view path) const {
  const auto it = by_path_.find(path);
  return it == by_path_.end() ? kNoNode : it->second;
}

}  // namespace plumbline::flow
