// SPDX-License-Identifier: Apache-2.0
//
// AnalyzeImpact, ListCallers and ListDependencies over the in-process channel.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

constexpr absl::string_view kWorkspace = "workspaces/acme/";

v1::Node Using(const std::string& id, const std::string& role,
               const std::vector<std::string>& utilities) {
  v1::Node node = StepNode(id);
  node.mutable_step()->set_role(role);
  for (const std::string& utility : utilities) node.mutable_step()->add_utilities(utility);
  return node;
}

v1::Node DecidedBy(const std::string& id, const std::string& decider,
                   const std::vector<v1::Node>& nodes) {
  v1::Node node;
  node.set_id(id);
  node.set_title("Decide");
  node.mutable_choice()->set_decider(decider);
  for (const v1::Node& child : nodes) *node.mutable_choice()->add_nodes() = child;
  return node;
}

class CompositionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Publish("desk", SequenceNode("all", {Using("triage", "desk", {"cpq", "crm"}),
                                         Using("price", "finance", {"erp"})}));
    Publish(
        "quote",
        SequenceNode(
            "all", {Using("scope", "seller", {"crm"}), CallNode("approve", "processes/desk"),
                    DecidedBy("how", "",
                              {Using("sign", "seller", {"sign"}), Using("mail", "seller", {})})}));
    Publish("renewal", SequenceNode("all", {CallNode("offer", "processes/quote")}));
    ASSERT_EQ(
        ReasonText(catalog_.Create("plan", ProcessOf("Plan", CallNode("q", "processes/quote")))),
        "OK");
  }

  void Publish(const std::string& id, const v1::Node& root) {
    v1::UpdateProcessRequest update;
    *update.mutable_process() = ProcessOf(absl::StrCat("Title of ", id), root);
    update.mutable_process()->set_name(absl::StrCat(kWorkspace, "processes/", id));
    update.set_allow_missing(true);
    ASSERT_EQ(ReasonText(catalog_.Update(update)), "OK");
    ASSERT_EQ(ReasonText(catalog_.Publish(id)), "OK");
  }

  absl::StatusOr<v1::AnalyzeImpactResponse> Impact(const std::string& name, int page_size = 0,
                                                   const std::string& token = "") {
    v1::AnalyzeImpactRequest request;
    request.set_name(absl::StrCat(kWorkspace, name));
    request.set_page_size(page_size);
    request.set_page_token(token);
    return catalog_.CallUtilities<v1::AnalyzeImpactResponse>("AnalyzeImpact", request);
  }
  absl::StatusOr<v1::ListCallersResponse> Callers(const std::string& name, bool direct = false,
                                                  int page_size = 0,
                                                  const std::string& token = "") {
    v1::ListCallersRequest request;
    request.set_name(absl::StrCat(kWorkspace, name));
    request.set_direct_only(direct);
    request.set_page_size(page_size);
    request.set_page_token(token);
    return catalog_.Call<v1::ListCallersResponse>("ListCallers", request);
  }
  absl::StatusOr<v1::ListDependenciesResponse> Dependencies(const std::string& name,
                                                            int page_size = 0,
                                                            const std::string& token = "") {
    v1::ListDependenciesRequest request;
    request.set_name(absl::StrCat(kWorkspace, name));
    request.set_page_size(page_size);
    request.set_page_token(token);
    return catalog_.Call<v1::ListDependenciesResponse>("ListDependencies", request);
  }

  static std::string Short(const std::string& name) {
    return std::string(absl::StripPrefix(name, kWorkspace));
  }
  static std::vector<std::string> Names(const v1::AnalyzeImpactResponse& response) {
    std::vector<std::string> names;
    for (const auto& process : response.processes()) {
      names.push_back(absl::StrCat(process.depth(), " ", Short(process.name()), " ",
                                   v1::Effect_Name(process.effect()).substr(7)));
    }
    return names;
  }
  static std::vector<std::string> Names(const v1::ListDependenciesResponse& response) {
    std::vector<std::string> names;
    for (const auto& d : response.dependencies()) {
      names.push_back(absl::StrCat(d.depth(), " ", Short(d.name()), " by ",
                                   Short(d.chain(d.chain_size() - 2)), ":",
                                   absl::StrJoin(d.nodes(), ","), d.missing() ? " missing" : ""));
    }
    return names;
  }

  TestCatalog catalog_;
};

TEST_F(CompositionTest, SaysWhatStops) {
  auto erp = Impact("utilities/erp");
  ASSERT_TRUE(erp.ok()) << erp.status();
  EXPECT_EQ(Names(*erp),
            (std::vector<std::string>{"1 processes/desk@1 STOPS", "2 processes/quote@1 STOPS",
                                      "3 processes/renewal@1 STOPS"}));
  EXPECT_EQ(erp->name(), "workspaces/acme/utilities/erp");
  EXPECT_EQ(erp->max_depth(), 3);
  EXPECT_EQ(erp->process_count(), 3);
  EXPECT_EQ(erp->steps().stops(), 1);
  EXPECT_EQ(erp->steps().waits(), 2);
  EXPECT_EQ(erp->title(), "") << "only named, not kept";
  ASSERT_EQ(erp->roles_size(), 2);
  EXPECT_EQ(erp->roles(0).role(), "finance");

  EXPECT_EQ(
      Names(*Impact("utilities/sign")),
      (std::vector<std::string>{"1 processes/quote@1 MAY_STOP", "2 processes/renewal@1 MAY_STOP"}));
  auto step = Impact("processes/desk/steps/price");
  ASSERT_TRUE(step.ok()) << step.status();
  EXPECT_EQ(step->process_count(), 3);
  EXPECT_EQ(step->title(), "Do price");
  EXPECT_EQ(Names(*Impact("processes/quote")),
            (std::vector<std::string>{"1 processes/quote@1 STOPS", "2 processes/desk@1 UNSPECIFIED",
                                      "2 processes/renewal@1 STOPS"}));
  EXPECT_EQ(Impact("processes/desk@latest")->process_count(), 3);
  EXPECT_EQ(Impact("processes/plan")->process_count(), 0) << "it was never published";
}

TEST_F(CompositionTest, SeesEveryWriteAtOnce) {
  ASSERT_EQ(Impact("utilities/erp")->process_count(), 3);
  Publish("other", Using("book", "finance", {"erp"}));
  EXPECT_EQ(Impact("utilities/erp")->process_count(), 4);
  Publish("desk", Using("triage", "desk", {"cpq"}));
  EXPECT_EQ(Impact("utilities/erp")->process_count(), 4) << "quote@1 still calls desk@1";
  Publish("quote", CallNode("approve", "processes/desk"));
  Publish("renewal", CallNode("offer", "processes/quote"));
  EXPECT_EQ(Names(*Impact("utilities/erp")),
            (std::vector<std::string>{"1 processes/other@1 STOPS"}));
}

TEST_F(CompositionTest, AnswersInPages) {
  auto whole = Impact("utilities/crm");
  ASSERT_TRUE(whole.ok()) << whole.status();
  std::vector<std::string> names;
  std::string token;
  do {
    auto page = Impact("utilities/crm", 1, token);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->process_count(), 3);
    for (const std::string& name : Names(*page)) names.push_back(name);
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(names, Names(*whole));
  const std::string other = Impact("utilities/crm", 1)->next_page_token();
  EXPECT_EQ(ReasonText(Impact("utilities/erp", 1, other)), "PAGE_TOKEN_INVALID");
}

TEST_F(CompositionTest, ListsCallersWithTheirChain) {
  auto callers = Callers("processes/desk");
  ASSERT_TRUE(callers.ok()) << callers.status();
  std::vector<std::string> lines;
  for (const auto& caller : callers->callers()) {
    std::vector<std::string> chain;
    for (const std::string& name : caller.chain()) chain.push_back(Short(name));
    lines.push_back(absl::StrCat(caller.depth(), " ", absl::StrJoin(chain, " > "), " ",
                                 absl::StrJoin(caller.nodes(), ",")));
  }
  EXPECT_EQ(lines, (std::vector<std::string>{
                       "1 processes/quote > processes/desk approve",
                       "1 processes/quote@1 > processes/desk approve",
                       "2 processes/plan > processes/quote@1 > processes/desk q",
                       "2 processes/renewal > processes/quote@1 > processes/desk offer",
                       "2 processes/renewal@1 > processes/quote@1 > processes/desk offer"}));
  EXPECT_EQ(Callers("processes/desk", true)->total_count(), 2);
  EXPECT_EQ(Callers("utilities/crm", true)->total_count(), 4);
  EXPECT_EQ(Callers("processes/renewal")->total_count(), 0);
  std::string token;
  int seen = 0;
  do {
    auto page = Callers("processes/desk", false, 2, token);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& caller : page->callers())
      EXPECT_EQ(caller.name(), callers->callers(seen++).name());
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(seen, 5);
  EXPECT_EQ(ReasonText(Callers("processes/desk", true, 2,
                               Callers("processes/desk", false, 2)->next_page_token())),
            "PAGE_TOKEN_INVALID");
}

TEST_F(CompositionTest, ListsDependenciesAtTheirRevisions) {
  v1::CreateUtilityRequest create;
  create.set_parent("workspaces/acme");
  create.set_utility_id("crm");
  create.mutable_utility()->set_title("CRM");
  create.mutable_utility()->set_owner("it");
  ASSERT_EQ(ReasonText(catalog_.CallUtilities<v1::CreateUtilityResponse>("CreateUtility", create)),
            "OK");
  auto all = Dependencies("processes/renewal@1");
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(
      Names(*all),
      (std::vector<std::string>{
          "1 processes/quote@1 by processes/renewal@1:offer",
          "2 processes/desk@1 by processes/quote@1:approve",
          "2 sales-operations by processes/quote@1:how",
          "2 seller by processes/quote@1:scope,sign,mail", "3 desk by processes/desk@1:triage",
          "3 finance by processes/desk@1:price", "2 utilities/crm by processes/quote@1:scope",
          "2 utilities/sign by processes/quote@1:sign missing",
          "3 utilities/cpq by processes/desk@1:triage missing",
          "3 utilities/erp by processes/desk@1:price missing"}));
  EXPECT_EQ(all->total_count(), 10);
  EXPECT_EQ(all->dependencies(0).title(), "Title of quote");
  EXPECT_EQ(all->dependencies(6).title(), "CRM");
  EXPECT_EQ(Dependencies("processes/renewal@latest")->total_count(), 10);

  std::vector<std::string> names;
  std::string token;
  do {
    auto page = Dependencies("processes/renewal@1", 3, token);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const std::string& name : Names(*page)) names.push_back(name);
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(names, Names(*all));
}

TEST_F(CompositionTest, DependenciesOfDraftsFollowWhatIsThere) {
  ASSERT_EQ(ReasonText(catalog_.Create("a", Calling({"b", "desk", "quote@7", "nobody"}))), "OK");
  ASSERT_EQ(ReasonText(catalog_.Create("b", Calling({"a"}))), "OK");
  auto all = Dependencies("processes/a");
  ASSERT_TRUE(all.ok()) << all.status();
  std::vector<std::string> processes;
  for (const std::string& name : Names(*all)) {
    if (name.find("processes/") == 2) processes.push_back(name);
  }
  EXPECT_EQ(processes,
            (std::vector<std::string>{"1 processes/b by processes/a:call-1",
                                      "1 processes/desk@1 by processes/a:call-2",
                                      "1 processes/nobody by processes/a:call-4 missing",
                                      "1 processes/quote@7 by processes/a:call-3 missing",
                                      "2 processes/a by processes/b:call-1"}));
}

TEST_F(CompositionTest, TagsNameRevisions) {
  v1::SetTagRequest tag;
  tag.set_name("workspaces/acme/processes/desk");
  tag.set_tag("stable");
  tag.set_revision(1);
  ASSERT_EQ(ReasonText(catalog_.Call<v1::SetTagResponse>("SetTag", tag)), "OK");
  auto by_tag = Dependencies("processes/desk@stable");
  ASSERT_TRUE(by_tag.ok()) << by_tag.status();
  EXPECT_EQ(Names(*by_tag), Names(*Dependencies("processes/desk@1")));
  EXPECT_EQ(ReasonText(Impact("processes/desk@stable")), ReasonText(Impact("processes/desk@1")));
  EXPECT_EQ(ReasonText(Impact("processes/desk@latest")), "OK");
}

TEST_F(CompositionTest, RefusesWhatIsWrong) {
  struct Row {
    const char* name;
    std::string reason;
  };
  for (const Row& row :
       {Row{"utilities/crn", "RESOURCE_NOT_FOUND"}, Row{"utilities/Crm", "FIELD_INVALID"},
        Row{"processes/nobody", "RESOURCE_NOT_FOUND"},
        Row{"processes/desk@9", "RESOURCE_NOT_FOUND"},
        Row{"processes/desk@x", "RESOURCE_NOT_FOUND"}, Row{"processes/desk@X", "FIELD_INVALID"},
        Row{"widgets/x", "FIELD_INVALID"},
        Row{"processes/desk/steps/nothing", "RESOURCE_NOT_FOUND"},
        Row{"processes/desk@9/steps/price", "RESOURCE_NOT_FOUND"},
        Row{"processes/desk/steps/", "FIELD_INVALID"},
        Row{"processes/desk/nodes/price", "FIELD_INVALID"},
        Row{"processes/plan@latest", "RESOURCE_NOT_FOUND"}}) {
    EXPECT_EQ(ReasonText(Impact(row.name)), row.reason) << row.name;
  }
  for (const Row& row :
       {Row{"utilities/crn", "RESOURCE_NOT_FOUND"}, Row{"processes/nobody", "RESOURCE_NOT_FOUND"},
        Row{"processes/desk@9", "RESOURCE_NOT_FOUND"},
        Row{"processes/desk/steps/price", "FIELD_INVALID"}}) {
    EXPECT_EQ(ReasonText(Callers(row.name)), row.reason) << row.name;
  }
  for (const Row& row : {Row{"processes/nobody", "RESOURCE_NOT_FOUND"},
                         Row{"processes/desk@9", "RESOURCE_NOT_FOUND"},
                         Row{"processes/plan@latest", "RESOURCE_NOT_FOUND"},
                         Row{"utilities/crm", "FIELD_INVALID"}}) {
    EXPECT_EQ(ReasonText(Dependencies(row.name)), row.reason) << row.name;
  }
  EXPECT_EQ(ReasonText(Impact("utilities/crm", -1)), "FIELD_INVALID");
}

TEST_F(CompositionTest, WorkspacesKnowNothingOfEachOther) {
  v1::AnalyzeImpactRequest request;
  request.set_name("workspaces/beta/utilities/crm");
  EXPECT_EQ(ReasonText(catalog_.CallUtilities<v1::AnalyzeImpactResponse>("AnalyzeImpact", request)),
            "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace plumbline::catalog
