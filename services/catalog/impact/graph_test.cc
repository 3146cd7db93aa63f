// SPDX-License-Identifier: Apache-2.0
//
// The graph as it is kept current, against one that is told everything at once; and that what is
// not held is gone.
#include "services/catalog/impact/graph.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "services/catalog/impact/testing.h"

namespace plumbline::catalog::impact {
namespace {

// Everything that a graph holds, in words that do not depend on how it came there.
std::vector<std::string> Told(const Graph& graph) {
  std::vector<std::string> lines;
  const auto name = [&](PartIndex index) {
    return index == kNoPart
               ? std::string("-")
               : absl::StrCat(graph.ProcessOf(graph.part(index)), "@", graph.part(index).revision);
  };
  for (PartIndex i = 0; i < graph.size(); ++i) {
    if (!graph.part(i).is_there()) continue;
    const Part& part = graph.part(i);
    std::multiset<std::string> callers, uses;
    for (PartIndex caller : part.callers) callers.insert(name(caller));
    for (const Use& use : part.tree.uses) {
      uses.insert(absl::StrCat(graph.vocabulary().utilities.Text(use.utility), ":", use.node));
      const auto& users = graph.UsersOf(use.utility);
      EXPECT_EQ(std::count(users.begin(), users.end(), i), 1);
    }
    std::string line = absl::StrCat(
        name(i), part.is_live() ? " live" : "", graph.IsLatest(i) ? " latest" : "", " ", part.title,
        " callers ", absl::StrJoin(callers, ","), " uses ", absl::StrJoin(uses, ","), " calls");
    for (const auto& call : part.tree.calls) {
      absl::StrAppend(&line, " ", graph.vocabulary().processes.Text(call.process), "@",
                      call.revision, "=", name(graph.TargetOf(call)));
    }
    lines.push_back(line);
  }
  for (const RevisionKey& key : graph.Missing())
    lines.push_back(absl::StrCat("missing ", key.process, "@", key.revision));
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(Graph, KeptCurrentIsTheSameAsMadeAnew) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    Catalog catalog;
    Graph graph;
    for (int write = 0; write < 40; ++write)
      Tell(catalog, RandomWrite(random, 7, &catalog), &graph);
    // In another order, and everything that is missing at the end.
    Graph anew;
    std::vector<std::string> ids;
    for (const auto& [id, entry] : catalog.processes) ids.push_back(id);
    std::shuffle(ids.begin(), ids.end(), random);
    for (const std::string& id : ids) Tell(catalog, id, &anew);
    ASSERT_EQ(Told(graph), Told(anew));
    EXPECT_EQ(graph.bytes() > 0, true);
    for (const auto& [id, entry] : catalog.processes)
      EXPECT_EQ(graph.StampOf(id).version, entry.version);
  }
}

TEST(Graph, WhatNobodyHoldsIsGone) {
  std::mt19937 random(9);
  Catalog catalog;
  Graph graph;
  for (int write = 0; write < 200; ++write) Tell(catalog, RandomWrite(random, 7, &catalog), &graph);
  std::set<std::string> held;
  for (const RevisionKey& key : LiveRevisions(catalog))
    held.insert(absl::StrCat(key.process, "@", key.revision));
  std::set<std::string> live;
  for (PartIndex i = 0; i < graph.size(); ++i) {
    if (graph.part(i).is_live())
      live.insert(absl::StrCat(graph.ProcessOf(graph.part(i)), "@", graph.part(i).revision));
  }
  EXPECT_EQ(live, held);
  const int64_t before = graph.bytes();
  // All become small and call nothing.
  for (auto& [id, entry] : catalog.processes) {
    ++entry.version;
    *entry.draft.mutable_root() = Step("work");
    entry.revisions.push_back(entry.draft);
    entry.revisions.back().set_revision(static_cast<int64_t>(entry.revisions.size()));
    entry.standing = LatestOnly(static_cast<int64_t>(entry.revisions.size()));
    Tell(catalog, id, &graph);
  }
  size_t parts = 0;
  for (PartIndex i = 0; i < graph.size(); ++i) parts += graph.part(i).is_there();
  EXPECT_EQ(parts, 2 * catalog.processes.size());
  EXPECT_LT(graph.bytes(), before);
  EXPECT_EQ(graph.vocabulary().utilities.Find("crm"), kNoId);
}

TEST(Graph, DraftsMayCallWhatIsNotThere) {
  Graph graph;
  v1::Process draft;
  *draft.mutable_root() = Sequence(
      "r", {Call("a", "later@2"), Call("b", "later@2"), Call("c", "draft"), Call("d", "draft@1")});
  graph.Put("draft", {1, 1}, draft, nullptr, LatestOnly(0));
  EXPECT_TRUE(graph.Missing().empty()) << "it is not published yet";
  v1::Process later;
  *later.mutable_root() = Step("work");
  later.set_revision(1);
  graph.Put("later", {1, 1}, later, &later, LatestOnly(1));
  EXPECT_TRUE(graph.Missing().empty());
  later.set_revision(3);
  graph.Put("later", {2, 2}, later, &later, LatestOnly(3));
  ASSERT_EQ(graph.Missing().size(), 1u);
  EXPECT_EQ(graph.Missing()[0].revision, 2);
  later.set_revision(2);
  graph.AddRevision({"later", 2}, later);
  EXPECT_TRUE(graph.Missing().empty());
  const Id id = graph.vocabulary().processes.Find("later");
  ASSERT_NE(graph.Find(id, 2), kNoPart);
  EXPECT_FALSE(graph.part(graph.Find(id, 2)).is_live()) << "only a draft calls it";
  EXPECT_EQ(graph.Find(id, 1), kNoPart);
  graph.AddRevision({"later", 1}, later);
  EXPECT_EQ(graph.Find(id, 1), kNoPart) << "nobody asked for it";
}

TEST(Graph, WhatIsDeletedIsGone) {
  Graph graph;
  v1::Process idea, other;
  *idea.mutable_root() = Sequence("r", {Step("a", {"crm"}), Call("b", "later")});
  *other.mutable_root() = Call("c", "idea");
  EXPECT_TRUE(graph.Knows("idea", {7, 0}, absl::InfinitePast())) << "there never was one";
  for (const bool called : {false, true}) {
    graph.Put("idea", {1, 1}, idea, nullptr, LatestOnly(0));
    if (called) graph.Put("other", {1, 1}, other, nullptr, LatestOnly(0));
    EXPECT_FALSE(graph.Knows("idea", {7, 0}, absl::InfinitePast()));
    graph.Delete("idea");
    graph.Delete("idea");
    EXPECT_TRUE(graph.Knows("idea", {7, 0}, absl::InfinitePast()));
    EXPECT_FALSE(graph.Knows("idea", {1, 1}, absl::InfinitePast()));
    EXPECT_EQ(graph.vocabulary().utilities.Find("crm"), kNoId);
    EXPECT_EQ(graph.vocabulary().processes.Find("idea") == kNoId, !called);
  }
  graph.Put("idea", {8, 1}, idea, nullptr, LatestOnly(0));
  EXPECT_TRUE(graph.Knows("idea", {8, 1}, absl::InfinitePast()));
}

TEST(Graph, KnowsUntilWhenItStands) {
  const auto at = [](int second) { return absl::FromUnixSeconds(second); };
  Graph graph;
  v1::Process process;
  *process.mutable_root() = Step("work");
  const auto put = [&](const std::string& id, int64_t stamp, absl::Time until) {
    Standing standing = LatestOnly(0);
    standing.until = until;
    graph.Put(id, {stamp, stamp}, process, nullptr, standing);
  };
  EXPECT_EQ(graph.StandsUntil(), absl::InfiniteFuture());
  put("a", 1, at(20));
  put("b", 1, absl::InfiniteFuture());
  put("c", 1, at(10));
  EXPECT_EQ(graph.StandsUntil(), at(10));
  EXPECT_EQ(absl::StrJoin(graph.Outdated(at(9)), " "), "");
  EXPECT_EQ(absl::StrJoin(graph.Outdated(at(10)), " "), "c");
  EXPECT_EQ(absl::StrJoin(graph.Outdated(at(20)), " "), "c a");
  EXPECT_TRUE(graph.Knows("c", {1, 1}, at(9)));
  EXPECT_FALSE(graph.Knows("c", {1, 1}, at(10)));
  EXPECT_FALSE(graph.Knows("c", {2, 2}, at(9)));
  EXPECT_FALSE(graph.Knows("d", {1, 1}, at(9)));
  put("c", 1, at(30));
  EXPECT_EQ(graph.StandsUntil(), at(20));
  put("a", 2, absl::InfiniteFuture());
  EXPECT_EQ(graph.StandsUntil(), at(30));
}

}  // namespace
}  // namespace plumbline::catalog::impact
