// SPDX-License-Identifier: Apache-2.0
//
// Impact across processes, by example.
#include "services/catalog/impact/impact.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "services/catalog/impact/testing.h"

namespace plumbline::catalog::impact {
namespace {

v1::AnalyzeImpactResponse AnalyzeAll(const Graph& graph, const Subject& subject) {
  v1::AnalyzeImpactResponse response;
  EXPECT_FALSE(Analyze(graph, subject, "acme", "the-subject", {{}, 100'000, kAnyBytes}, &response));
  return response;
}

Subject Utility(const std::string& id) { return {Subject::Kind::kUtility, id}; }

v1::Process Published(const std::string& id, int64_t revision, const v1::Node& root) {
  v1::Process process;
  process.set_title(absl::StrCat("Title of ", id));
  process.set_owner("owner");
  process.set_revision(revision);
  *process.mutable_root() = root;
  return process;
}

void Publish(const std::string& id, int64_t revision, const v1::Node& root, Graph* graph) {
  const v1::Process process = Published(id, revision, root);
  graph->Put(id, {revision, revision}, process, &process, LatestOnly(revision));
}

// "quote@1 STOPS: price STOPS, book WAITS"
std::string Told(const v1::AffectedProcess& process) {
  const auto word = [](v1::Effect effect) {
    return std::string(absl::StripPrefix(v1::Effect_Name(effect), "EFFECT_"));
  };
  std::string text = std::string(absl::StripPrefix(process.name(), "workspaces/acme/processes/"));
  if (process.effect() != v1::EFFECT_UNSPECIFIED) text += " " + word(process.effect());
  if (process.called_effect() != v1::EFFECT_UNSPECIFIED)
    text += " called " + word(process.called_effect());
  for (const auto& node : process.nodes())
    absl::StrAppend(&text, "; ", node.id(), " ", word(node.effect()), " for ", node.cause());
  return text;
}

std::vector<std::string> Told(const v1::AnalyzeImpactResponse& response) {
  std::vector<std::string> lines;
  for (const auto& process : response.processes())
    lines.push_back(absl::StrCat(process.depth(), " ", Told(process)));
  return lines;
}

class SalesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Publish("deal-desk", 1,
            Sequence("r", {Step("triage", {"cpq"}, "deal-desk"),
                           Parallel("p", {Step("price", {"erp"}, "finance"),
                                          Optional(Step("terms", {"legal-queue"}, "legal"))}),
                           Step("record", {"crm"}, "deal-desk")}),
            &graph_);
    Publish("quote", 1,
            Sequence("r", {Step("scope", {}, "seller"), Call("approval", "deal-desk@1"),
                           Step("order", {"erp"}, "order-desk")}),
            &graph_);
    Publish("renewal", 1,
            Choice("c", {Call("new-quote", "quote@1"), Step("extend", {"crm"}, "seller")}),
            &graph_);
    Publish("hand-over", 1, Step("call", {"telephony"}, "seller"), &graph_);
  }
  Graph graph_;
};

TEST_F(SalesTest, WhatStopsAndWhatWaits) {
  EXPECT_EQ(Told(AnalyzeAll(graph_, Utility("legal-queue"))),
            (std::vector<std::string>{
                "1 deal-desk@1 MAY_STOP; terms STOPS for the-subject; record MAY_WAIT for terms",
                "2 quote@1 MAY_STOP; approval MAY_STOP for workspaces/acme/processes/deal-desk@1; "
                "order MAY_WAIT for approval",
                "3 renewal@1 MAY_STOP; new-quote MAY_STOP for workspaces/acme/processes/quote@1"}));
  EXPECT_EQ(Told(AnalyzeAll(graph_, Utility("cpq"))),
            (std::vector<std::string>{
                "1 deal-desk@1 STOPS; triage STOPS for the-subject; price WAITS for triage; "
                "terms WAITS for triage; record WAITS for triage",
                "2 quote@1 STOPS; approval STOPS for workspaces/acme/processes/deal-desk@1; "
                "order WAITS for approval",
                "3 renewal@1 MAY_STOP; new-quote STOPS for workspaces/acme/processes/quote@1"}));
  EXPECT_TRUE(Told(AnalyzeAll(graph_, Utility("no-such-utility"))).empty());
}

TEST_F(SalesTest, WhatIsCalledWaitsWithTheCall) {
  Publish("quote", 2,
          Sequence("r", {Step("scope", {"cpq"}, "seller"), Call("approval", "deal-desk@1")}),
          &graph_);
  const Subject scope{Subject::Kind::kStep, "quote", 2, "scope"};
  EXPECT_EQ(Told(AnalyzeAll(graph_, scope)),
            (std::vector<std::string>{
                "1 quote@2 STOPS; scope STOPS for the-subject; approval WAITS for scope",
                "2 deal-desk@1 called WAITS"}));
  const auto all = AnalyzeAll(graph_, scope);
  std::string roles;
  for (const auto& role : all.roles()) {
    absl::StrAppend(&roles, role.role(), ":", role.steps().stops(), "/", role.steps().waits(), "/",
                    role.process_count(), " ");
  }
  EXPECT_EQ(roles, "seller:1/0/1 deal-desk:0/2/1 finance:0/1/1 legal:0/1/1 ");
  EXPECT_EQ(all.steps().stops(), 1);
  EXPECT_EQ(all.steps().waits(), 4);
}

TEST_F(SalesTest, AProcessThatStopsStopsAllOfIt) {
  EXPECT_EQ(AnalyzeAll(graph_, {Subject::Kind::kProcess, "quote"}).title(), "Title of quote");
  EXPECT_EQ(AnalyzeAll(graph_, {Subject::Kind::kStep, "quote", 0, "scope"}).title(),
            "Title of scope");
  EXPECT_EQ(Told(AnalyzeAll(graph_, {Subject::Kind::kProcess, "quote"})),
            (std::vector<std::string>{
                "1 quote@1 STOPS; scope STOPS for the-subject; approval STOPS for the-subject; "
                "order STOPS for the-subject",
                "2 deal-desk@1 called WAITS",
                "2 renewal@1 MAY_STOP; new-quote STOPS for workspaces/acme/processes/quote@1"}));
}

TEST_F(SalesTest, OldRevisionsLiveWhileTheyAreCalled) {
  Publish("deal-desk", 2, Step("look", {}, "deal-desk"), &graph_);
  const auto cpq = AnalyzeAll(graph_, Utility("cpq"));
  ASSERT_EQ(cpq.processes_size(), 3);
  EXPECT_EQ(cpq.processes(0).name(), "workspaces/acme/processes/deal-desk@1");
  EXPECT_FALSE(cpq.processes(0).latest());
  EXPECT_TRUE(cpq.processes(1).latest());
  Publish("quote", 2, Call("approval", "deal-desk@2"), &graph_);
  EXPECT_EQ(AnalyzeAll(graph_, Utility("cpq")).processes_size(), 3) << "renewal calls quote@1";
  Publish("renewal", 2, Call("new-quote", "quote@2"), &graph_);
  EXPECT_TRUE(Told(AnalyzeAll(graph_, Utility("cpq"))).empty());
  EXPECT_FALSE(Holds(graph_, Utility("cpq")));
}

TEST_F(SalesTest, WhatIsInUseLivesThoughItIsNotTheLatest) {
  const v1::Process first = Published("deal-desk", 1, Step("triage", {"cpq"}));
  const v1::Process second = Published("deal-desk", 2, Step("triage"));
  struct Row {
    const char* name;
    Standing standing;
    std::vector<std::string> told;
  };
  const std::vector<std::string> stops = {"1 deal-desk@1 STOPS; triage STOPS for the-subject"};
  for (const Row& row :
       std::vector<Row>{{"chosen", {.latest = 2, .chosen = 1, .in_use = {1}}, stops},
                        {"chosen later", {.latest = 2, .chosen = 2, .in_use = {1, 2}}, stops},
                        {"the latest only", LatestOnly(2), {}},
                        {"archived", {.latest = 2, .archived = true}, {}}}) {
    Graph graph;
    graph.Put("deal-desk", {1, 1}, first, &second, row.standing);
    for (const RevisionKey& key : graph.Missing()) graph.AddRevision(key, first);
    const v1::AnalyzeImpactResponse all = AnalyzeAll(graph, Utility("cpq"));
    EXPECT_EQ(Told(all), row.told) << row.name;
    for (const v1::AffectedProcess& process : all.processes())
      EXPECT_EQ(process.latest(), row.standing.chosen == 1) << row.name;
    EXPECT_EQ(Holds(graph, {Subject::Kind::kProcess, "deal-desk", 1}), !row.told.empty())
        << row.name;
  }
}

TEST_F(SalesTest, SaysWhetherItKnowsTheSubject) {
  using Kind = Subject::Kind;
  struct Row {
    const char* name;
    Subject subject;
    bool holds;
  };
  for (const Row& row :
       {Row{"utility", Utility("crm"), true}, Row{"unknown utility", Utility("crn"), false},
        Row{"process", {Kind::kProcess, "quote"}, true},
        Row{"unknown process", {Kind::kProcess, "quot"}, false},
        Row{"revision", {Kind::kProcess, "quote", 1}, true},
        Row{"revision that is not there", {Kind::kProcess, "quote", 2}, false},
        Row{"step", {Kind::kStep, "deal-desk", 0, "terms"}, true},
        Row{"step of a revision", {Kind::kStep, "deal-desk", 1, "terms"}, true},
        Row{"unknown step", {Kind::kStep, "deal-desk", 0, "term"}, false},
        Row{"a call is no step", {Kind::kStep, "quote", 0, "approval"}, false}}) {
    EXPECT_EQ(Holds(graph_, row.subject), row.holds) << row.name;
  }
}

TEST(Impact, CallsThatGoRoundEnd) {
  Graph graph;
  const v1::Process a = Published("a", 1, Sequence("r", {Call("c", "b@1"), Step("s")}));
  const v1::Process b = Published("b", 1, Choice("r", {Call("c", "a@1"), Step("s", {"crm"})}));
  graph.Put("a", {1, 1}, a, &a, LatestOnly(1));
  graph.Put("b", {1, 1}, b, &b, LatestOnly(1));
  EXPECT_EQ(Told(AnalyzeAll(graph, Utility("crm"))),
            (std::vector<std::string>{
                "1 b@1 MAY_STOP; c MAY_STOP for workspaces/acme/processes/a@1; s "
                "STOPS for "
                "the-subject",
                "2 a@1 MAY_STOP; c MAY_STOP for workspaces/acme/processes/b@1; s MAY_WAIT for c"}));
}

TEST(Impact, APageEndsWhenItsBytesAreTaken) {
  Graph graph;
  for (const char* id : {"a", "b", "c"}) Publish(id, 1, Step("s", {"crm"}), &graph);
  const v1::AnalyzeImpactResponse all = AnalyzeAll(graph, Utility("crm"));
  ASSERT_EQ(all.processes_size(), 3);
  const size_t one = all.processes(0).ByteSizeLong();
  struct Row {
    size_t bytes;
    int processes;
  };
  for (const Row& row : {Row{1, 1}, Row{one, 1}, Row{one + 1, 2}, Row{10 * one, 3}}) {
    v1::AnalyzeImpactResponse page;
    const bool more =
        Analyze(graph, Utility("crm"), "acme", "the-subject", {{}, 1000, row.bytes}, &page);
    EXPECT_EQ(page.processes_size(), row.processes) << row.bytes;
    EXPECT_EQ(more, row.processes < 3);
    EXPECT_EQ(page.process_count(), 3);
  }
}

}  // namespace
}  // namespace plumbline::catalog::impact
