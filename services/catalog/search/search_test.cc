// SPDX-License-Identifier: Apache-2.0
//
// SearchProcesses through the whole service, and where a match is said to be.
#include "services/catalog/search/search.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/search/words.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

absl::StatusOr<v1::SearchProcessesResponse> Search(TestCatalog& catalog, const std::string& query,
                                                   int page_size = 0,
                                                   const std::string& page_token = "",
                                                   const std::string& parent = "workspaces/acme") {
  v1::SearchProcessesRequest request;
  request.set_parent(parent);
  request.set_query(query);
  request.set_page_size(page_size);
  request.set_page_token(page_token);
  return catalog.Call<v1::SearchProcessesResponse>("SearchProcesses", request);
}

v1::Node StepWith(const std::string& id, const std::string& title,
                  const std::string& instructions) {
  v1::Node node = StepNode(id);
  node.set_title(title);
  node.mutable_step()->set_instructions(instructions);
  return node;
}

v1::Process DealDesk() {
  v1::Process process =
      ProcessOf("Deal desk",
                SequenceNode("all", {StepWith("quote", "Write the quote", "From the price list."),
                                     StepWith("approve", "Approve the discount",
                                              "Ask legal if the discount is above 20 %."),
                                     StepWith("sign", "Sign", "By e-signature.")}));
  process.set_purpose("Every quote leaves the house within two days.");
  v1::Attribute* attribute = process.add_attributes();
  attribute->set_id("margin_floor");
  attribute->set_title("Least margin");
  attribute->set_description("What the controller set for the quarter.");
  attribute->set_type(v1::Attribute::TYPE_NUMBER);
  return process;
}

TEST(SearchTest, FindsWhatWasWrittenAndSaysWhere) {
  TestCatalog catalog;
  ASSERT_EQ(ReasonText(catalog.Create("deal-desk", DealDesk())), "OK");
  ASSERT_EQ(ReasonText(catalog.Create("other", Calling({}))), "OK");
  auto found = Search(catalog, "legal discount");
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->matches_size(), 1);
  const v1::ProcessMatch& match = found->matches(0);
  EXPECT_EQ(match.process().name(), "workspaces/acme/processes/deal-desk");
  EXPECT_FALSE(match.process().has_root());
  EXPECT_FALSE(match.process().etag().empty());
  EXPECT_EQ(match.node_id(), "approve");
  EXPECT_EQ(match.node_title(), "Approve the discount");
  EXPECT_EQ(match.snippet(), "Ask legal if the discount is above 20 %.");

  v1::UpdateProcessRequest update;
  *update.mutable_process() = ProcessOf("Deal lounge", StepNode("work"));
  update.mutable_process()->set_name("workspaces/acme/processes/deal-desk");
  ASSERT_EQ(ReasonText(catalog.Update(update)), "OK");
  EXPECT_EQ(Search(catalog, "legal discount")->matches_size(), 0);
  EXPECT_EQ(Search(catalog, "lounge")->matches_size(), 1);
  EXPECT_EQ(Search(catalog, "lounge", 0, "", "workspaces/beta")->matches_size(), 0);
}

TEST(SearchTest, PagesGoOn) {
  TestCatalog catalog;
  for (int i = 0; i < 130; ++i) {
    ASSERT_EQ(ReasonText(catalog.Create(
                  absl::StrCat("p", 100 + i),
                  ProcessOf(i % 2 == 0 ? "Quote" : "Contract", StepWith("work", "Quote it", "")))),
              "OK");
  }
  std::vector<std::string> ids;
  std::string token;
  do {
    auto page = Search(catalog, "quote", 30, token);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::ProcessMatch& match : page->matches())
      ids.push_back(match.process().name().substr(26));
    token = page->next_page_token();
  } while (!token.empty());
  ASSERT_EQ(ids.size(), 130u);
  EXPECT_EQ(ids[0], "p100");
  EXPECT_EQ(ids[64], "p228") << "titles first";
  EXPECT_EQ(ids[65], "p101");
  EXPECT_EQ(Search(catalog, "quote")->matches_size(), 20) << "the default";
  EXPECT_EQ(Search(catalog, "quote", 1000)->matches_size(), 100) << "the most";
}

TEST(SearchTest, IsSelectedAndOrderedAsListsAre) {
  TestCatalog catalog;
  const auto create = [&](const std::string& id, const std::string& title,
                          const std::string& owner) {
    v1::Process process = ProcessOf(title, StepWith("work", "Quote it", ""));
    process.set_owner(owner);
    ASSERT_EQ(ReasonText(catalog.Create(id, process)), "OK");
  };
  create("a", "Contract", "sales");
  create("b", "Quote", "legal");
  create("c", "Quotes", "sales");
  v1::SearchProcessesRequest request;
  request.set_parent("workspaces/acme");
  request.set_query("quote");
  request.set_page_size(1);
  // "b1 c2": the ids of all pages with their ranks; or what is wrong.
  const auto found = [&](const std::string& filter, const std::string& order_by) -> std::string {
    request.set_filter(filter);
    request.set_order_by(order_by);
    request.clear_page_token();
    std::vector<std::string> ids;
    do {
      auto page = catalog.Call<v1::SearchProcessesResponse>("SearchProcesses", request);
      if (!page.ok()) return absl::StrCat(ReasonText(page), ": ", page.status().message());
      for (const v1::ProcessMatch& match : page->matches())
        ids.push_back(absl::StrCat(match.process().name().substr(26), match.rank()));
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return absl::StrJoin(ids, " ");
  };
  EXPECT_EQ(found("", ""), "b1 c2 a3");
  EXPECT_EQ(found("owner = sales", ""), "c2 a3");
  EXPECT_EQ(found("rank < 3", "rank desc"), "c2 b1");
  EXPECT_EQ(found("", "name desc"), "c2 b1 a3");
  EXPECT_EQ(found("-state = DRAFT", ""), "");
  EXPECT_THAT(found("role = x", ""), HasSubstr("FIELD_INVALID: filter: at character 1: 'role' is"));
  EXPECT_THAT(found("rank = best", ""), HasSubstr("FIELD_INVALID: filter: at character"));
  EXPECT_THAT(found("", "labels"), HasSubstr("FIELD_INVALID: order_by: at character"));
  request.set_filter("");
  request.set_order_by("");
  request.clear_page_token();
  const auto first = catalog.Call<v1::SearchProcessesResponse>("SearchProcesses", request);
  request.set_page_token(first->next_page_token());
  EXPECT_EQ(ReasonText(catalog.Call<v1::SearchProcessesResponse>("SearchProcesses", request)),
            "OK");
  request.set_filter("owner = sales");
  EXPECT_EQ(ReasonText(catalog.Call<v1::SearchProcessesResponse>("SearchProcesses", request)),
            "PAGE_TOKEN_INVALID");
}

TEST(SearchTest, RefusesWhatIsWrong) {
  TestCatalog catalog;
  for (const std::string id : {"a", "b"})
    ASSERT_EQ(ReasonText(catalog.Create(id, Calling({}))), "OK");
  EXPECT_EQ(ReasonText(Search(catalog, "")), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Search(catalog, "single", -1)), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Search(catalog, "single", 0, "", "acme")), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Search(catalog, "single", 0, "AAAA")), "PAGE_TOKEN_INVALID");
  const std::string token = Search(catalog, "single step", 1)->next_page_token();
  EXPECT_EQ(ReasonText(Search(catalog, "Single, STEP", 1, token)), "OK") << "the same words";
  EXPECT_EQ(ReasonText(Search(catalog, "single", 1, token)), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(ReasonText(Search(catalog, "single step", 1, token, "workspaces/beta")),
            "PAGE_TOKEN_INVALID");
}

struct Row {
  const char* name;
  const char* query;
  const char* node_id;
  const char* snippet;
};

class ExplainTest : public ::testing::TestWithParam<Row> {};

TEST_P(ExplainTest, SaysWhere) {
  const v1::ProcessMatch match = Explain(DealDesk(), *ToQueryWords(GetParam().query));
  EXPECT_EQ(match.node_id(), GetParam().node_id);
  EXPECT_EQ(match.snippet(), GetParam().snippet);
}

INSTANTIATE_TEST_SUITE_P(
    Queries, ExplainTest,
    ::testing::Values(Row{"title", "deal", "", "Deal desk"},
                      Row{"purpose", "house", "", "Every quote leaves the house within two days."},
                      Row{"purpose_before_a_step", "quote", "",
                          "Every quote leaves the house within two days."},
                      Row{"step_that_holds_more", "write quote", "quote", "Write the quote"},
                      Row{"instructions", "signature", "sign", "By e-signature."},
                      Row{"role", "operations", "", "sales-operations"},
                      Row{"attribute", "least", "", "Least margin"},
                      Row{"description_of_an_attribute", "controller quarter", "",
                          "What the controller set for the quarter."},
                      Row{"id_of_an_attribute", "floor", "", "margin_floor"},
                      Row{"first_of_equals", "the list", "quote", "From the price list."}),
    [](const auto& row) { return row.param.name; });

TEST(SnippetTest, IsCutBetweenWordsAndCharacters) {
  std::string instructions;
  for (int i = 0; i < 50; ++i) instructions += "größer als ";
  instructions += "das Angebot ";
  for (int i = 0; i < 50; ++i) instructions += "größer als ";
  const v1::ProcessMatch match =
      Explain(ProcessOf("X", StepWith("a", "b", instructions)), {"angebot"});
  EXPECT_THAT(match.snippet(), AnyOf(StartsWith("...größer "), StartsWith("...als ")));
  EXPECT_THAT(match.snippet(), HasSubstr("das Angebot größer"));
  EXPECT_EQ(match.snippet().substr(match.snippet().size() - 3), "...");
  EXPECT_LT(match.snippet().size(), 250u);
}

}  // namespace
}  // namespace plumbline::catalog
