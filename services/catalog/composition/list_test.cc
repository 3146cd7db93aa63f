// SPDX-License-Identifier: Apache-2.0
//
// filter and order_by of ListCallers and ListDependencies, and how large a page grows.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using ::testing::HasSubstr;

constexpr absl::string_view kWorkspace = "workspaces/acme/";

class CompositionListTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Publish("desk", "legal", "");
    Publish("quote", "sales", "processes/desk");
    Publish("renewal", "service", "processes/quote");
    Publish("quote", "sales", "processes/desk");
    ASSERT_EQ(ReasonText(
                  catalog_.Create("plan", ProcessOf("The plan", CallNode("c", "processes/quote")))),
              "OK");
  }
  // One that uses the CRM and calls another, if that is named.
  void Publish(const std::string& id, const std::string& owner, const std::string& called) {
    v1::Node step = StepNode("work");
    step.mutable_step()->set_role(owner);
    step.mutable_step()->add_utilities("crm");
    step.mutable_step()->set_instructions(absl::StrCat("Version ", ++writes_));
    std::vector<v1::Node> nodes = {step};
    if (!called.empty()) nodes.push_back(CallNode("call", called));
    v1::UpdateProcessRequest update;
    *update.mutable_process() =
        ProcessOf(absl::StrCat("Title of ", id), SequenceNode("all", nodes));
    update.mutable_process()->set_name(absl::StrCat(kWorkspace, "processes/", id));
    update.mutable_process()->set_owner(owner);
    update.set_allow_missing(true);
    ASSERT_EQ(ReasonText(catalog_.Update(update)), "OK");
    ASSERT_EQ(ReasonText(catalog_.Publish(id)), "OK");
  }

  // The rows of all pages of two, by name; or what is wrong.
  std::string Callers(const std::string& name, const std::string& filter,
                      const std::string& order_by = "") {
    v1::ListCallersRequest request;
    Ask(name, filter, order_by, &request);
    std::vector<std::string> names;
    do {
      auto page = catalog_.Call<v1::ListCallersResponse>("ListCallers", request);
      if (!page.ok()) return absl::StrCat(ReasonText(page), ": ", page.status().message());
      for (const v1::Caller& caller : page->callers())
        names.emplace_back(absl::StripPrefix(caller.name(), "workspaces/acme/processes/"));
      total_ = page->total_count();
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return absl::StrJoin(names, " ");
  }
  std::string Dependencies(const std::string& name, const std::string& filter,
                           const std::string& order_by = "") {
    v1::ListDependenciesRequest request;
    Ask(name, filter, order_by, &request);
    std::vector<std::string> names;
    do {
      auto page = catalog_.Call<v1::ListDependenciesResponse>("ListDependencies", request);
      if (!page.ok()) return absl::StrCat(ReasonText(page), ": ", page.status().message());
      for (const v1::Dependency& dependency : page->dependencies())
        names.emplace_back(absl::StripPrefix(dependency.name(), kWorkspace));
      total_ = page->total_count();
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return absl::StrJoin(names, " ");
  }
  template <typename Request>
  void Ask(const std::string& name, const std::string& filter, const std::string& order_by,
           Request* request) {
    request->set_name(absl::StrCat(kWorkspace, name));
    request->set_filter(filter);
    request->set_order_by(order_by);
    request->set_page_size(2);
  }

  TestCatalog catalog_;
  int writes_ = 0;
  int total_ = 0;
};

TEST_F(CompositionListTest, FiltersCallersByEveryField) {
  const std::string all = "quote quote@1 quote@2 plan renewal renewal@1";
  EXPECT_EQ(Callers("processes/desk", ""), all) << "quote@1 lives on in renewal@1";
  EXPECT_EQ(Callers("processes/desk", "latest"), "quote@2 renewal@1");
  EXPECT_EQ(total_, 6) << "of all, whatever the filter";
  EXPECT_EQ(Callers("processes/desk", "name:renewal"), "renewal renewal@1");
  EXPECT_EQ(Callers("processes/desk", "process = \"*/quote\" revision > 0"), "quote@1 quote@2");
  EXPECT_EQ(Callers("processes/desk", "revision = 0"), "quote plan renewal");
  EXPECT_EQ(Callers("processes/desk", "title:\"the plan\""), "plan");
  EXPECT_EQ(Callers("processes/desk", "owner = (service OR sales) AND latest"),
            "quote@2 renewal@1");
  EXPECT_EQ(Callers("processes/desk", "depth = 2"), "plan renewal renewal@1");
  EXPECT_EQ(Callers("processes/desk", "depth > 2"), "");
}

TEST_F(CompositionListTest, OrdersCallersByEveryFieldThatHasAnOrder) {
  EXPECT_EQ(Callers("processes/desk", "", "depth desc"),
            "renewal@1 renewal plan quote@2 quote@1 quote");
  EXPECT_EQ(Callers("processes/desk", "latest", "title desc"), "renewal@1 quote@2");
  EXPECT_EQ(Callers("processes/desk", "revision > 0", "revision, name"),
            "quote@1 renewal@1 quote@2");
  EXPECT_EQ(Callers("utilities/crm", "latest", "owner"), "desk@1 quote@2 renewal@1");
  EXPECT_EQ(Callers("utilities/crm", "latest", "process desc"), "renewal@1 quote@2 desk@1");
}

TEST_F(CompositionListTest, LatestIsWhatAtLatestChooses) {
  Publish("desk", "legal", "");
  EXPECT_EQ(Callers("utilities/crm", "latest AND process:desk"), "desk@2");
  v1::SetEffectivePeriodRequest over;
  over.set_name(absl::StrCat(kWorkspace, "processes/desk@2"));
  over.mutable_effective_from()->set_seconds(1'000);
  over.mutable_effective_until()->set_seconds(2'000);
  ASSERT_EQ(ReasonText(catalog_.Call<v1::SetEffectivePeriodResponse>("SetEffectivePeriod", over)),
            "OK");
  ASSERT_EQ(catalog_.Get("desk@latest")->revision(), 1);
  EXPECT_EQ(Callers("utilities/crm", "latest AND process:desk"), "desk@1");
  v1::AnalyzeImpactRequest request;
  request.set_name(absl::StrCat(kWorkspace, "utilities/crm"));
  const auto impact = catalog_.CallUtilities<v1::AnalyzeImpactResponse>("AnalyzeImpact", request);
  ASSERT_TRUE(impact.ok()) << impact.status();
  EXPECT_EQ(impact->processes(0).name(), absl::StrCat(kWorkspace, "processes/desk@1"));
  EXPECT_TRUE(impact->processes(0).latest());
}

TEST_F(CompositionListTest, FiltersAndOrdersDependencies) {
  EXPECT_EQ(Dependencies("processes/renewal@1", ""),
            "processes/quote@1 processes/desk@1 service sales legal utilities/crm");
  EXPECT_EQ(Dependencies("processes/renewal@1", "kind = ROLE"), "service sales legal");
  EXPECT_EQ(total_, 6) << "of all, whatever the filter";
  EXPECT_EQ(Dependencies("processes/renewal@1", "kind != KIND_ROLE depth < 2"),
            "processes/quote@1 utilities/crm");
  EXPECT_EQ(Dependencies("processes/renewal@1", "missing"), "utilities/crm");
  EXPECT_EQ(Dependencies("processes/renewal@1", "title:quote"), "processes/quote@1");
  EXPECT_EQ(Dependencies("processes/renewal@1", "name:desk"), "processes/desk@1");
  EXPECT_EQ(Dependencies("processes/renewal@1", "kind = ROLE", "name"), "legal sales service");
  EXPECT_EQ(Dependencies("processes/renewal@1", "", "depth desc, name asc"),
            "legal sales processes/desk@1 service processes/quote@1 utilities/crm");
}

TEST_F(CompositionListTest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(Callers("processes/desk", "role = x"),
              HasSubstr("FIELD_INVALID: filter: at character 1: 'role' is not a field"));
  EXPECT_THAT(Callers("processes/desk", "", "latest"), HasSubstr("FIELD_INVALID: order_by"));
  EXPECT_THAT(Dependencies("processes/desk", "kind = ROLES"), HasSubstr("did you mean 'ROLE'?"));
  EXPECT_THAT(Dependencies("processes/desk", "", "title"), HasSubstr("FIELD_INVALID: order_by"));
}

TEST_F(CompositionListTest, ALargePageEndsEarly) {
  // Callers with long titles and owners, until they come to more than a page.
  std::string title;
  for (int i = 0; i < 200; ++i) title += "合";
  for (int i = 0; i < 1000; ++i) {
    std::vector<v1::Node> nodes;
    for (int n = 0; n < 40; ++n) {
      nodes.push_back(StepNode(absl::StrCat("a-step-with-a-long-id-", std::string(35, 'x'), n)));
      nodes.back().mutable_step()->add_utilities("mail");
    }
    v1::Process process = ProcessOf(title, SequenceNode("all", nodes));
    ASSERT_EQ(ReasonText(catalog_.Create(absl::StrCat("p", i), process)), "OK");
  }
  v1::ListCallersRequest request;
  request.set_name("workspaces/acme/utilities/mail");
  request.set_page_size(1000);
  int seen = 0, pages = 0;
  do {
    auto page = catalog_.Call<v1::ListCallersResponse>("ListCallers", request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LT(page->ByteSizeLong(), 2'200'000u);
    seen += page->callers_size();
    ++pages;
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, 1000);
  EXPECT_EQ(pages, 2);
}

}  // namespace
}  // namespace plumbline::catalog
