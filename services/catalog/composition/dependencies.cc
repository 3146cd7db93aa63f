// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/composition/dependencies.h"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/nodes.h"
#include "common/flow/tree.h"
#include "common/flow/validate.h"
#include "services/catalog/life/life.h"
#include "services/catalog/processes/calls.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/steps/step.h"

namespace plumbline::catalog {
namespace {

using v1::Dependency;

// A version of a process, and how it was reached. A draft is as it would be published now, as far
// as it could be.
struct Reached {
  std::string name;
  v1::Process process;
  std::vector<std::string> chain;  // from the first to this one
};

// Breadth first: the first way to something is a shortest one.
class Search {
 public:
  Search(Snapshot& snapshot, std::string workspace, absl::Time now)
      : snapshot_(snapshot), workspace_(std::move(workspace)), now_(now) {}

  absl::StatusOr<std::vector<Dependency>> Run(Reached first) {
    seen_.insert(first.name);
    waiting_.push_back(std::move(first));
    while (!waiting_.empty()) {
      Reached reached = std::move(waiting_.front());
      waiting_.pop_front();
      RETURN_IF_ERROR(ReadAsPublished(reached.process));
      RETURN_IF_ERROR(NoteSteps(reached));
      NoteNames(reached);
      RETURN_IF_ERROR(FollowCalls(reached));
    }
    std::vector<Dependency> all;
    for (auto& [key, dependency] : found_) all.push_back(std::move(dependency));
    return all;
  }

 private:
  // Notes that a node of `from` names something. Later ways to it are longer, or as long.
  void Note(const Reached& from, const std::string& node, Dependency::Kind kind,
            const std::string& name, const std::string& title, bool missing) {
    Dependency& dependency = found_[{kind, name}];
    if (dependency.depth() == 0) {
      dependency.set_kind(kind);
      dependency.set_name(name);
      dependency.set_title(title);
      dependency.set_missing(missing);
      dependency.set_depth(static_cast<int32_t>(from.chain.size()));
      *dependency.mutable_chain() = {from.chain.begin(), from.chain.end()};
      dependency.add_chain(name);
    }
    const bool same_way = dependency.chain(dependency.chain_size() - 2) == from.name;
    const auto& nodes = dependency.nodes();
    if (same_way && (nodes.empty() || nodes[nodes.size() - 1] != node)) dependency.add_nodes(node);
  }

  // Makes a draft what publishing would make of it, as far as it can.
  absl::Status ReadAsPublished(v1::Process& process) {
    if (process.revision() != 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(auto ids, base::ParseName("name", process.name(), "workspaces/*/processes/*"));
    RETURN_IF_ERROR(
        ResolveSteps(snapshot_.steps(), workspace_, Missing::kLeave, process.mutable_root()));
    return PinCallsWherePossible(snapshot_, {workspace_, ids[1]}, now_, process.mutable_root());
  }

  absl::Status NoteSteps(const Reached& reached) {
    std::vector<std::pair<std::string, std::string>> uses;  // by id of the node
    flow::ForEachNode(reached.process.root(), [&](const v1::Node& node) {
      if (!node.step().uses().empty()) uses.emplace_back(node.id(), node.step().uses());
    });
    for (const auto& [node, text] : uses) {
      ASSIGN_OR_RETURN(const std::optional<v1::StepTemplate> step, FindStep(text));
      Note(reached, node, Dependency::KIND_STEP, absl::StrCat("workspaces/", workspace_, "/", text),
           step.has_value() ? step->title() : "", !step.has_value());
    }
    return absl::OkStatus();
  }

  // The template, each read once. One that no revision is named of is not there: it was resolved.
  absl::StatusOr<std::optional<v1::StepTemplate>> FindStep(const std::string& text) {
    const auto used = flow::ParseUses(text);
    if (!used.has_value() || used->revision == 0) return std::nullopt;
    auto [it, fresh] = steps_.try_emplace(text);
    if (fresh) {
      ASSIGN_OR_RETURN(
          it->second, snapshot_.steps().FindStepRevision({workspace_, used->step}, used->revision));
    }
    return it->second;
  }

  void NoteNames(const Reached& reached) {
    flow::ForEachNode(reached.process.root(), [&](const v1::Node& node) {
      const auto role = [&](const std::string& text) {
        const std::string& who = text.empty() ? reached.process.owner() : text;
        Note(reached, node.id(), Dependency::KIND_ROLE, who, "", false);
      };
      // Whose step of the library is missing, nobody is known to do it.
      const bool known = node.step().uses().empty() || !node.step().role().empty();
      if (node.has_step() && known) role(node.step().role());
      if (node.has_choice()) role(node.choice().decider());
      if (node.has_loop()) role(node.loop().decider());
      for (const std::string& utility : node.step().utilities()) {
        Note(reached, node.id(), Dependency::KIND_UTILITY,
             absl::StrCat("workspaces/", workspace_, "/utilities/", utility), "", false);
      }
    });
  }

  absl::Status FollowCalls(const Reached& reached) {
    std::vector<std::pair<std::string, flow::CalledProcess>> calls;  // by id of the node
    flow::ForEachNode(reached.process.root(), [&](const v1::Node& node) {
      if (!node.has_call()) return;
      if (auto called = flow::ParseCalled(node.call().process()))
        calls.emplace_back(node.id(), *std::move(called));
    });
    for (const auto& [node, called] : calls) {
      ASSIGN_OR_RETURN(auto target, Find(called));
      const std::string title = target.second.has_value() ? target.second->title() : "";
      Note(reached, node, Dependency::KIND_PROCESS, target.first, title,
           !target.second.has_value());
      if (!target.second.has_value() || !seen_.insert(target.first).second) continue;
      if (seen_.size() > static_cast<size_t>(flow::kMaxNodes)) return TooMany();
      Reached next{target.first, *std::move(target.second), reached.chain};
      next.chain.push_back(next.name);
      waiting_.push_back(std::move(next));
    }
    return absl::OkStatus();
  }

  // What a call means, by name, and what it is, if it is there. Calls of drafts were pinned: of one
  // that was not there is nothing to be had, but the draft of a process that was never published.
  absl::StatusOr<std::pair<std::string, std::optional<v1::Process>>> Find(
      const flow::CalledProcess& called) {
    const ProcessKey key{workspace_, called.process};
    if (called.revision != 0) {
      ASSIGN_OR_RETURN(std::optional<v1::Process> found,
                       snapshot_.FindRevision(key, called.revision));
      return std::make_pair(NameOf(key, called.revision), std::move(found));
    }
    const std::optional<v1::Process> nothing;
    if (!called.tag.empty()) return std::make_pair(NameOf(key, called.tag), nothing);
    ASSIGN_OR_RETURN(std::optional<Head> head, snapshot_.FindHead(key));
    if (!head.has_value() || head->process.latest_revision() > 0)
      return std::make_pair(NameOf(key), nothing);
    return std::make_pair(NameOf(key), std::optional(std::move(head->process)));
  }

  absl::Status TooMany() const {
    return base::Error(base::Reason::ERROR_REASON_PROCESS_INVALID,
                       absl::StrCat("it calls more than ", flow::kMaxNodes,
                                    " processes, directly and through others: split it"));
  }

  Snapshot& snapshot_;
  const std::string workspace_;
  const absl::Time now_;
  std::map<std::string, std::optional<v1::StepTemplate>> steps_;  // by the text of `uses`
  std::deque<Reached> waiting_;
  std::set<std::string> seen_;
  std::map<std::pair<Dependency::Kind, std::string>, Dependency> found_;
};

}  // namespace

absl::StatusOr<std::vector<Dependency>> FindDependencies(Snapshot& snapshot, const ProcessRef& ref,
                                                         absl::Time now) {
  int64_t revision = ref.revision;
  Reached first;
  if (ref.form != ProcessRef::Form::kRevision) {
    ASSIGN_OR_RETURN(Head head, RequireHead(snapshot, ref.key));
    ASSIGN_OR_RETURN(revision, RevisionNamed(head.process, ref, now));
    first = {NameOf(ref.key), std::move(head.process), {NameOf(ref.key)}};
  }
  if (ref.form != ProcessRef::Form::kHead) {
    const std::string name = NameOf(ref.key, revision);
    ASSIGN_OR_RETURN(std::optional<v1::Process> found, snapshot.FindRevision(ref.key, revision));
    if (!found.has_value()) return base::NotFound("Process", name);
    first = {name, *std::move(found), {name}};
  }
  return Search(snapshot, ref.key.workspace, now).Run(std::move(first));
}

}  // namespace plumbline::catalog
