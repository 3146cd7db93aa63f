// SPDX-License-Identifier: Apache-2.0
//
// Callers: by example, and against a naive search over the whole catalog.
#include "services/catalog/impact/callers.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/flow/validate.h"
#include "gtest/gtest.h"
#include "services/catalog/impact/testing.h"

namespace plumbline::catalog::impact {
namespace {

constexpr absl::string_view kPrefix = "workspaces/acme/processes/";

v1::ListCallersResponse All(const Graph& graph, const Used& used, bool direct_only = false) {
  const Callers callers(graph, used, direct_only);
  v1::ListCallersResponse response;
  response.set_total_count(static_cast<int32_t>(callers.size()));
  for (size_t row = 0; row < callers.size(); ++row)
    *response.add_callers() = callers.Describe(row, "acme", "the-used");
  return response;
}

// "2 quote@1 via [approval] quote@1 > deal-desk@1 > the-used"
std::vector<std::string> Told(const v1::ListCallersResponse& response) {
  std::vector<std::string> lines;
  for (const v1::Caller& caller : response.callers()) {
    std::vector<std::string> chain;
    for (const std::string& name : caller.chain())
      chain.emplace_back(absl::StripPrefix(name, kPrefix));
    lines.push_back(absl::StrCat(caller.depth(), " [", absl::StrJoin(caller.nodes(), ","), "] ",
                                 absl::StrJoin(chain, " > ")));
  }
  return lines;
}

void Put(const std::string& id, int64_t revision, const v1::Node& draft, const v1::Node& latest,
         Graph* graph) {
  v1::Process head, published;
  *head.mutable_root() = draft;
  *published.mutable_root() = latest;
  published.set_revision(revision);
  graph->Put(id, {revision, revision}, head, revision == 0 ? nullptr : &published,
             LatestOnly(revision));
}

TEST(Callers, DraftsAndRevisionsWithTheShortestChain) {
  Graph graph;
  Put("desk", 1, Step("a", {"crm"}), Step("a", {"crm"}), &graph);
  Put("quote", 1, Sequence("r", {Call("x", "desk"), Call("y", "desk")}),
      Sequence("r", {Call("x", "desk@1"), Call("y", "desk@1")}), &graph);
  Put("renewal", 1, Call("q", "quote"), Sequence("r", {Call("q", "quote@1"), Step("s", {"crm"})}),
      &graph);
  Put("idea", 0, Call("d", "plan"), {}, &graph);
  Put("plan", 0, Call("q", "quote@1"), {}, &graph);
  EXPECT_EQ(Told(All(graph, {Used::Kind::kProcess, "desk"})),
            (std::vector<std::string>{
                "1 [x,y] quote > the-used", "1 [x,y] quote@1 > the-used",
                "2 [q] plan > quote@1 > the-used", "2 [q] renewal > quote@1 > the-used",
                "2 [q] renewal@1 > quote@1 > the-used", "3 [d] idea > plan > quote@1 > the-used"}));
  EXPECT_EQ(Told(All(graph, {Used::Kind::kUtility, "crm"}, true)),
            (std::vector<std::string>{"1 [a] desk > the-used", "1 [a] desk@1 > the-used",
                                      "1 [s] renewal@1 > the-used"}));
  EXPECT_EQ(Told(All(graph, {Used::Kind::kProcess, "desk", 1}, true)),
            (std::vector<std::string>{"1 [x,y] quote > the-used", "1 [x,y] quote@1 > the-used"}));
  Put("desk", 2, Step("a", {}), Step("a", {}), &graph);
  EXPECT_EQ(Told(All(graph, {Used::Kind::kProcess, "desk", 2}, true)),
            (std::vector<std::string>{"1 [x,y] quote > the-used"}))
      << "a draft's call goes to the latest revision";
  EXPECT_EQ(Told(All(graph, {Used::Kind::kProcess, "desk", 1}, true)),
            (std::vector<std::string>{"1 [x,y] quote@1 > the-used"}));
  EXPECT_TRUE(Told(All(graph, {Used::Kind::kProcess, "nobody"})).empty());
  EXPECT_TRUE(Told(All(graph, {Used::Kind::kUtility, "nothing"})).empty());
}

TEST(Callers, DraftsThatCallEachOtherEnd) {
  Graph graph;
  Put("a", 0, Call("x", "b"), {}, &graph);
  Put("b", 0, Call("y", "a"), {}, &graph);
  Put("c", 0, Call("z", "c"), {}, &graph);
  EXPECT_EQ(Told(All(graph, {Used::Kind::kProcess, "a"})),
            (std::vector<std::string>{"1 [y] b > the-used", "2 [x] a > b > the-used"}));
  EXPECT_EQ(Told(All(graph, {Used::Kind::kProcess, "c"})),
            (std::vector<std::string>{"1 [z] c > the-used"}));
}

TEST(Callers, ADraftsCallMeansItsTagOrWhatIsChosen) {
  Graph graph;
  v1::Process desk;
  *desk.mutable_root() = Step("a");
  Put("proven", 0, Call("x", "desk@stable"), {}, &graph);
  Put("plain", 0, Call("x", "desk"), {}, &graph);
  Put("lost", 0, Call("x", "desk@nothing"), {}, &graph);
  desk.set_revision(3);
  graph.Put("desk", {1, 1}, desk, &desk,
            {.latest = 3, .chosen = 2, .in_use = {1, 2}, .tags = {{"old", 2}, {"stable", 1}}});
  for (const RevisionKey& key : graph.Missing()) graph.AddRevision(key, desk);
  struct Row {
    int64_t revision;
    std::vector<std::string> told;
  };
  for (const Row& row : std::vector<Row>{
           {0, {"1 [x] lost > the-used", "1 [x] plain > the-used", "1 [x] proven > the-used"}},
           {1, {"1 [x] proven > the-used"}},
           {2, {"1 [x] plain > the-used"}},
           {3, {}}}) {
    EXPECT_EQ(Told(All(graph, {Used::Kind::kProcess, "desk", row.revision})), row.told)
        << row.revision;
  }
}

// What calls what, straight from the catalog.
class Naive {
 public:
  explicit Naive(const Catalog& catalog) : catalog_(catalog) {
    std::vector<std::string> todo;
    for (const auto& [id, entry] : catalog.processes) {
      todo.push_back(id);
      for (const int64_t revision : entry.standing.in_use)
        todo.push_back(absl::StrCat(id, "@", revision));
    }
    while (!todo.empty()) {
      const std::string name = todo.back();
      todo.pop_back();
      if (!calls_.try_emplace(name).second) continue;
      Walk(RootOf(name), [&](const v1::Node& node) {
        if (!node.has_call()) return;
        const auto called = *flow::ParseCalled(node.call().process());
        calls_[name].push_back({node.id(), called});
        if (called.revision > 0 && IsPublished(called))
          todo.push_back(absl::StrCat(called.process, "@", called.revision));
      });
    }
    for (auto& [name, calls] : calls_) {
      for (OneCall& call : calls) call.target = TargetOf(call.called);
    }
  }

  // Depths by name of all that use it.
  std::map<std::string, int> Depths(const Used& used) const {
    std::map<std::string, int> depths;
    std::set<std::string> level;
    for (const auto& [name, calls] : calls_) {
      if (!NodesOf(name, used).empty()) level.insert(name);
    }
    for (int depth = 1; !level.empty(); ++depth) {
      for (const std::string& name : level) depths[name] = depth;
      std::set<std::string> above;
      for (const auto& [name, calls] : calls_) {
        for (const auto& call : calls) {
          if (level.contains(call.target) && !depths.contains(name)) above.insert(name);
        }
      }
      level = above;
    }
    return depths;
  }

  std::vector<std::string> NodesOf(const std::string& name, const Used& used) const {
    std::vector<std::string> ids;
    if (used.kind == Used::Kind::kUtility) {
      Walk(RootOf(name), [&](const v1::Node& node) {
        const auto& uses = node.step().utilities();
        if (std::count(uses.begin(), uses.end(), used.id) > 0) ids.push_back(node.id());
      });
      return ids;
    }
    for (const auto& call : calls_.at(name)) {
      if (call.called.process != used.id) continue;
      const bool same = used.revision == 0 || call.called.revision == used.revision ||
                        call.target == absl::StrCat(used.id, "@", used.revision);
      if (same) ids.push_back(call.node);
    }
    return ids;
  }

  std::vector<std::string> NodesTo(const std::string& name, const std::string& target) const {
    std::vector<std::string> ids;
    for (const auto& call : calls_.at(name)) {
      if (call.target == target) ids.push_back(call.node);
    }
    return ids;
  }

 private:
  struct OneCall {
    std::string node;
    flow::CalledProcess called;
    std::string target;  // "" = there is none
  };

  const v1::Node& RootOf(const std::string& name) const {
    const std::vector<std::string> parts = absl::StrSplit(name, '@');
    const Catalog::Entry& entry = catalog_.processes.at(parts[0]);
    if (parts.size() == 1)
      return entry.standing.archived ? v1::Node::default_instance() : entry.draft.root();
    return entry.revisions[std::stoi(parts[1]) - 1].root();
  }

  bool IsPublished(const flow::CalledProcess& called) const {
    const auto found = catalog_.processes.find(called.process);
    return found != catalog_.processes.end() &&
           called.revision <= static_cast<int64_t>(found->second.revisions.size());
  }

  // Of those that are kept.
  std::string TargetOf(const flow::CalledProcess& called) const {
    const auto found = catalog_.processes.find(called.process);
    if (found == catalog_.processes.end()) return "";
    const Standing& standing = found->second.standing;
    int64_t revision = called.revision;
    if (revision == 0 && called.tag.empty()) {
      if (standing.chosen == 0) return called.process;
      revision = standing.chosen;
    }
    if (!called.tag.empty() && !standing.tags.empty() && standing.tags[0].first == called.tag)
      revision = standing.tags[0].second;
    const std::string name = absl::StrCat(called.process, "@", revision);
    return calls_.contains(name) ? name : "";
  }

  static void Walk(const v1::Node& node, const std::function<void(const v1::Node&)>& visit) {
    visit(node);
    for (const v1::Node& child : node.sequence().nodes()) Walk(child, visit);
    for (const v1::Node& child : node.parallel().nodes()) Walk(child, visit);
    for (const v1::Node& child : node.choice().nodes()) Walk(child, visit);
    if (node.has_loop()) Walk(node.loop().body(), visit);
    if (node.loop().has_redo()) Walk(node.loop().redo(), visit);
  }

  const Catalog& catalog_;
  std::map<std::string, std::vector<OneCall>> calls_;
};

void Compare(const Graph& graph, const Catalog& catalog, const Used& used) {
  const Naive naive(catalog);
  const auto response = All(graph, used);
  const std::map<std::string, int> depths = naive.Depths(used);
  ASSERT_EQ(response.total_count(), static_cast<int>(depths.size()));
  ASSERT_EQ(response.callers_size(), response.total_count());
  for (const v1::Caller& caller : response.callers()) {
    const std::string name(absl::StripPrefix(caller.name(), kPrefix));
    ASSERT_TRUE(depths.contains(name)) << name;
    EXPECT_EQ(caller.depth(), depths.at(name)) << name;
    ASSERT_EQ(caller.chain_size(), caller.depth() + 1);
    EXPECT_EQ(caller.chain(0), caller.name());
    EXPECT_EQ(caller.chain(caller.depth()), "the-used");
    const std::string next(absl::StripPrefix(caller.chain(1), kPrefix));
    EXPECT_EQ(std::vector<std::string>(caller.nodes().begin(), caller.nodes().end()),
              caller.depth() == 1 ? naive.NodesOf(name, used) : naive.NodesTo(name, next));
    if (caller.depth() > 1) {
      EXPECT_EQ(depths.at(next), caller.depth() - 1);
    }
  }
}

TEST(Callers, AgreeWithANaiveSearchOfRandomCatalogs) {
  std::mt19937 random(3);
  for (int round = 0; round < 100; ++round) {
    Catalog catalog;
    Graph graph;
    for (int write = 0; write < 30; ++write) {
      Tell(catalog, RandomWrite(random, 7, &catalog), &graph);
      if (write % 6 != 5) continue;
      Compare(graph, catalog,
              {Used::Kind::kProcess, absl::StrCat("p", Below(random, 7)), Below(random, 3)});
      Compare(graph, catalog, {Used::Kind::kUtility, "crm"});
      if (HasFailure()) return;
    }
  }
}

TEST(Callers, ComeByDepthNameAndRevision) {
  std::mt19937 random(5);
  Catalog catalog;
  Graph graph;
  for (int write = 0; write < 60; ++write) Tell(catalog, RandomWrite(random, 9, &catalog), &graph);
  const Callers callers(graph, {Used::Kind::kUtility, "crm"}, false);
  ASSERT_GT(callers.size(), 4u);
  for (size_t row = 1; row < callers.size(); ++row) {
    const auto key = [&](size_t r) {
      return std::tuple(callers.depth(r), callers.ProcessOf(r), callers.part(r).revision);
    };
    EXPECT_LT(key(row - 1), key(row));
  }
}

}  // namespace
}  // namespace plumbline::catalog::impact
