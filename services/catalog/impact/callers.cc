// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/impact/callers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace plumbline::catalog::impact {
namespace {

std::string NameOf(const Graph& graph, absl::string_view workspace, PartIndex index) {
  const Part& part = graph.part(index);
  std::string name = absl::StrCat("workspaces/", workspace, "/processes/", graph.ProcessOf(part));
  if (!part.is_draft()) absl::StrAppend(&name, "@", part.revision);
  return name;
}

}  // namespace

Callers::Callers(const Graph& graph, const Used& used, bool direct_only)
    : graph_(graph),
      used_(used),
      process_(graph.vocabulary().processes.Find(used.id)),
      utility_(graph.vocabulary().utilities.Find(used.id)),
      depth_(graph.size(), 0),
      next_(depth_.size(), kNoPart) {
  for (const DirectUse& use : used_.uses) {
    const Id process = graph.vocabulary().processes.Find(use.process);
    const PartIndex part = process == kNoId ? kNoPart : graph.Find(process, use.revision);
    if (part != kNoPart) uses_[part].push_back(&use);
  }
  Search(direct_only);
  std::sort(found_.begin(), found_.end(),
            [&](PartIndex a, PartIndex b) { return Key(a) < Key(b); });
}

Callers::SortKey Callers::Key(PartIndex part) const {
  return {depth_[part], graph_.ProcessOf(graph_.part(part)), graph_.part(part).revision};
}

// Breadth first, level by level: the chains that are found are the shortest, and of those the ones
// over the first by name, whatever the order in which the graph came to be.
void Callers::Search(bool direct_only) {
  std::vector<PartIndex> level;
  for (PartIndex part : DirectUsers()) Reach(part, kNoPart, 1, &level);
  for (int32_t depth = 2; !level.empty(); ++depth) {
    found_.insert(found_.end(), level.begin(), level.end());
    if (direct_only) return;
    std::vector<PartIndex> above;
    for (PartIndex part : level) {
      for (PartIndex caller : CallersOf(part)) Reach(caller, part, depth, &above);
    }
    level = std::move(above);
  }
}

void Callers::Reach(PartIndex part, PartIndex next, int32_t depth, std::vector<PartIndex>* level) {
  if (depth_[part] > 0) {
    const bool as_short = depth_[part] == depth && next != kNoPart;
    if (as_short && Key(next) < Key(next_[part])) next_[part] = next;
    return;
  }
  depth_[part] = depth;
  next_[part] = next;
  level->push_back(part);
}

bool Callers::IsMeant(const Call& call) const {
  if (call.process != process_) return false;
  if (used_.revision == 0 || call.revision == used_.revision) return true;
  const PartIndex target = graph_.TargetOf(call);
  return call.revision == 0 && target != kNoPart && graph_.part(target).revision == used_.revision;
}

std::vector<PartIndex> Callers::DirectUsers() const {
  std::vector<PartIndex> users;
  for (const auto& [part, uses] : uses_) users.push_back(part);
  if (used_.kind == Used::Kind::kUtility && utility_ != kNoId) {
    const auto& direct = graph_.UsersOf(utility_);
    users.insert(users.end(), direct.begin(), direct.end());
  }
  if (used_.kind != Used::Kind::kProcess || process_ == kNoId) return users;
  for (PartIndex part : graph_.PartsOf(process_)) {
    const int64_t revision = graph_.part(part).revision;
    if (used_.revision != 0 && used_.revision != revision) continue;
    const auto& callers = graph_.part(part).callers;
    users.insert(users.end(), callers.begin(), callers.end());
  }
  for (PartIndex draft : graph_.entry(process_).draft_callers) {
    for (const Call& call : graph_.part(draft).tree.calls) {
      if (IsMeant(call)) users.push_back(draft);
    }
  }
  return users;
}

std::vector<PartIndex> Callers::CallersOf(PartIndex index) const {
  const Part& part = graph_.part(index);
  std::vector<PartIndex> callers = part.callers;
  for (PartIndex draft : graph_.entry(part.process).draft_callers) {
    for (const Call& call : graph_.part(draft).tree.calls) {
      if (call.process == part.process && graph_.TargetOf(call) == index) callers.push_back(draft);
    }
  }
  return callers;
}

std::vector<std::string> Callers::NodesOf(PartIndex index) const {
  const Tree& tree = graph_.part(index).tree;
  std::vector<std::string> ids;
  if (next_[index] == kNoPart && used_.kind != Used::Kind::kProcess) {
    auto use = std::lower_bound(tree.uses.begin(), tree.uses.end(), Use{utility_, 0});
    for (; utility_ != kNoId && use != tree.uses.end() && use->utility == utility_; ++use)
      ids.emplace_back(tree.IdOf(tree.LeafOf(use->node)));
    if (const auto found = uses_.find(index); found != uses_.end()) {
      for (const DirectUse* direct : found->second)
        ids.insert(ids.end(), direct->nodes.begin(), direct->nodes.end());
    }
    return ids;
  }
  for (const Call& call : tree.calls) {
    const bool on_the_way =
        next_[index] == kNoPart ? IsMeant(call) : graph_.TargetOf(call) == next_[index];
    if (on_the_way) ids.emplace_back(tree.IdOf(tree.LeafOf(call.node)));
  }
  return ids;
}

v1::Caller Callers::Describe(size_t row, absl::string_view workspace,
                             absl::string_view name) const {
  const PartIndex index = found_[row];
  v1::Caller caller;
  caller.set_name(NameOf(graph_, workspace, index));
  caller.set_title(part(row).title);
  caller.set_owner(part(row).owner);
  caller.set_latest(IsLatest(row));
  caller.set_depth(depth(row));
  for (std::string& id : NodesOf(index)) caller.add_nodes(std::move(id));
  for (PartIndex i = index; i != kNoPart; i = next_[i])
    caller.add_chain(NameOf(graph_, workspace, i));
  caller.add_chain(std::string(name));
  return caller;
}

}  // namespace plumbline::catalog::impact
