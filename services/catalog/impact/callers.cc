// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/impact/callers.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"

namespace plumbline::catalog::impact {
namespace {

// Breadth first, level by level: the chains that are found are the shortest, and of those the ones
// over the first by name, whatever the order in which the graph came to be.
class Search {
 public:
  Search(const Graph& graph, const Used& used)
      : graph_(graph), used_(used), depth_(graph.parts().size(), 0), next_(depth_.size(), kNoPart) {
    process_ = graph.vocabulary().processes.Find(used.id);
    utility_ = graph.vocabulary().utilities.Find(used.id);
  }

  void Run(bool direct_only) {
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

  const std::vector<PartIndex>& found() const { return found_; }
  // By depth, name and revision.
  using SortKey = std::tuple<int32_t, absl::string_view, int64_t>;
  SortKey Key(PartIndex part) const {
    return {depth_[part], graph_.ProcessOf(graph_.part(part)), graph_.part(part).revision};
  }
  int32_t depth(PartIndex part) const { return depth_[part]; }
  // What it calls on its way; kNoPart: what is used itself.
  PartIndex next(PartIndex part) const { return next_[part]; }

  // Its nodes that name the next of its chain.
  std::vector<std::string> NodesOf(PartIndex index) const {
    const Tree& tree = graph_.part(index).tree;
    std::vector<std::string> ids;
    if (next_[index] == kNoPart && used_.kind == Used::Kind::kUtility) {
      auto use = std::lower_bound(tree.uses.begin(), tree.uses.end(), Use{utility_, 0});
      for (; use != tree.uses.end() && use->utility == utility_; ++use)
        ids.emplace_back(tree.IdOf(tree.LeafOf(use->node)));
      return ids;
    }
    for (const Call& call : tree.calls) {
      const bool on_the_way =
          next_[index] == kNoPart ? IsMeant(call) : graph_.TargetOf(call) == next_[index];
      if (on_the_way) ids.emplace_back(tree.IdOf(tree.LeafOf(call.node)));
    }
    return ids;
  }

 private:
  void Reach(PartIndex part, PartIndex next, int32_t depth, std::vector<PartIndex>* level) {
    if (depth_[part] > 0) {
      const bool as_short = depth_[part] == depth && next != kNoPart;
      if (as_short && Key(next) < Key(next_[part])) next_[part] = next;
      return;
    }
    depth_[part] = depth;
    next_[part] = next;
    level->push_back(part);
  }

  // Whether a call names what is used.
  bool IsMeant(const Call& call) const {
    if (call.process != process_) return false;
    if (used_.revision == 0 || call.revision == used_.revision) return true;
    const PartIndex target = graph_.TargetOf(call);
    return call.revision == 0 && target != kNoPart &&
           graph_.part(target).revision == used_.revision;
  }

  std::vector<PartIndex> DirectUsers() const {
    std::vector<PartIndex> users;
    if (used_.kind == Used::Kind::kUtility)
      return utility_ == kNoId ? users : graph_.UsersOf(utility_);
    if (process_ == kNoId) return users;
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

  std::vector<PartIndex> CallersOf(PartIndex index) const {
    const Part& part = graph_.part(index);
    std::vector<PartIndex> callers = part.callers;
    for (PartIndex draft : graph_.entry(part.process).draft_callers) {
      for (const Call& call : graph_.part(draft).tree.calls) {
        if (call.process == part.process && graph_.TargetOf(call) == index)
          callers.push_back(draft);
      }
    }
    return callers;
  }

  const Graph& graph_;
  const Used& used_;
  Id process_, utility_;
  std::vector<int32_t> depth_;  // by PartIndex; 0 = not reached
  std::vector<PartIndex> next_;
  std::vector<PartIndex> found_;
};

std::string NameOf(const Graph& graph, absl::string_view workspace, PartIndex index) {
  const Part& part = graph.part(index);
  std::string name = absl::StrCat("workspaces/", workspace, "/processes/", graph.ProcessOf(part));
  if (!part.is_draft()) absl::StrAppend(&name, "@", part.revision);
  return name;
}

void Describe(const Graph& graph, const Search& search, PartIndex index,
              absl::string_view workspace, absl::string_view name,
              v1::ListCallersResponse* response) {
  const Part& part = graph.part(index);
  v1::Caller& caller = *response->add_callers();
  caller.set_name(NameOf(graph, workspace, index));
  caller.set_title(part.title);
  caller.set_owner(part.owner);
  caller.set_latest(graph.IsLatest(index));
  caller.set_depth(search.depth(index));
  for (std::string& id : search.NodesOf(index)) caller.add_nodes(std::move(id));
  for (PartIndex i = index; i != kNoPart; i = search.next(i))
    caller.add_chain(NameOf(graph, workspace, i));
  caller.add_chain(std::string(name));
}

}  // namespace

bool ListCallers(const Graph& graph, const Used& used, bool direct_only,
                 absl::string_view workspace, absl::string_view name, const PagePosition& after,
                 int limit, v1::ListCallersResponse* response) {
  Search search(graph, used);
  search.Run(direct_only);
  std::vector<PartIndex> page;
  for (PartIndex part : search.found()) {
    if (search.Key(part) > Search::SortKey(after.depth, after.process, after.revision))
      page.push_back(part);
  }
  const size_t size = std::min(page.size(), static_cast<size_t>(limit));
  std::partial_sort(page.begin(), page.begin() + static_cast<int64_t>(size), page.end(),
                    [&](PartIndex a, PartIndex b) { return search.Key(a) < search.Key(b); });
  for (size_t i = 0; i < size; ++i) Describe(graph, search, page[i], workspace, name, response);
  response->set_total_count(static_cast<int32_t>(search.found().size()));
  return page.size() > size;
}

}  // namespace plumbline::catalog::impact
