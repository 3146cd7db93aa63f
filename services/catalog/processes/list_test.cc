// SPDX-License-Identifier: Apache-2.0
//
// filter and order_by of ListProcesses and ListProcessRevisions, through the whole service.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using ::testing::HasSubstr;

std::string IdOf(const v1::Process& process) {
  return process.name().substr(process.name().rfind('/') + 1);
}

// All pages of a list, by ids or by revisions.
class FilteredListTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::ListProcessesResponse> Page(v1::ListProcessesRequest request) {
    if (request.parent().empty()) request.set_parent("workspaces/acme");
    return catalog_.Call<v1::ListProcessesResponse>("ListProcesses", request);
  }
  std::string Listed(const std::string& filter, const std::string& order_by = "",
                     int page_size = 0) {
    v1::ListProcessesRequest request;
    request.set_filter(filter);
    request.set_order_by(order_by);
    request.set_page_size(page_size);
    std::vector<std::string> ids;
    do {
      auto page = Page(request);
      if (!page.ok()) return absl::StrCat(ReasonText(page), ": ", page.status().message());
      for (const v1::Process& process : page->processes()) {
        EXPECT_FALSE(process.has_root());
        ids.push_back(IdOf(process));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return absl::StrJoin(ids, ",");
  }
  std::string Revisions(const std::string& id, const std::string& filter,
                        const std::string& order_by = "", int page_size = 0) {
    v1::ListProcessRevisionsRequest request;
    request.set_name(absl::StrCat("workspaces/acme/processes/", id));
    request.set_filter(filter);
    request.set_order_by(order_by);
    request.set_page_size(page_size);
    std::vector<int64_t> revisions;
    do {
      auto page = catalog_.Call<v1::ListProcessRevisionsResponse>("ListProcessRevisions", request);
      if (!page.ok()) return absl::StrCat(ReasonText(page), ": ", page.status().message());
      for (const v1::Process& process : page->processes()) revisions.push_back(process.revision());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return absl::StrJoin(revisions, ",");
  }

  void Create(const std::string& id, const std::string& title, const std::string& owner,
              const std::string& region = "") {
    v1::Process process = ProcessOf(title, StepNode("work"));
    process.set_owner(owner);
    if (!region.empty()) (*process.mutable_labels())["region"] = region;
    ASSERT_EQ(ReasonText(catalog_.Create(id, process)), "OK");
    catalog_.clock().Advance(absl::Seconds(1));
  }
  void SetUp() override {
    // The clock begins at 2024-01-01T00:00:00Z or wherever; a second passes after each.
    begin_ = catalog_.clock().Now();
    Create("deal-desk", "Deal desk", "sales-operations", "emea");
    Create("lead-routing", "Lead routing", "marketing", "us");
    Create("quote", "Quote to signature", "sales-operations");
    Create("onboarding", "On-boarding of a sales rep", "enablement", "emea");
    ASSERT_EQ(ReasonText(catalog_.Publish("quote")), "OK");
  }
  std::string At(int seconds) {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", begin_ + absl::Seconds(seconds),
                            absl::UTCTimeZone());
  }

  TestCatalog catalog_;
  absl::Time begin_;
};

TEST_F(FilteredListTest, FiltersByEveryField) {
  EXPECT_EQ(Listed(""), "deal-desk,lead-routing,onboarding,quote");
  EXPECT_EQ(Listed("name = \"*/lead-*\""), "lead-routing");
  EXPECT_EQ(Listed("title = \"Deal desk\""), "deal-desk");
  EXPECT_EQ(Listed("title:ROUTING"), "lead-routing");
  EXPECT_EQ(Listed("owner = sales-operations"), "deal-desk,quote");
  EXPECT_EQ(Listed("labels.region = emea"), "deal-desk,onboarding");
  EXPECT_EQ(Listed("labels.region != emea"), "lead-routing,quote");
  EXPECT_EQ(Listed("NOT has(labels.region)"), "quote");
  EXPECT_EQ(Listed("labels:region AND owner = (marketing OR enablement)"),
            "lead-routing,onboarding");
  EXPECT_EQ(Listed("state = DRAFT"), "deal-desk,lead-routing,onboarding,quote");
  EXPECT_EQ(Listed("state != STATE_DRAFT"), "");
  EXPECT_EQ(Listed("latest_revision > 0"), "quote");
  EXPECT_EQ(Listed("create_time >= " + At(2)), "onboarding,quote");
  EXPECT_EQ(Listed("update_time < \"" + At(1) + "\""), "deal-desk");
  EXPECT_EQ(Listed("author:*"), "deal-desk,lead-routing,onboarding,quote");
  EXPECT_EQ(Listed("sales"), "deal-desk,onboarding,quote") << "in title or owner";
  EXPECT_EQ(Listed("sales -rep"), "deal-desk,quote");
  EXPECT_EQ(Listed("owner = marketing AND title:lead OR title:quote"), "lead-routing")
      << "OR binds tighter";
}

TEST_F(FilteredListTest, OrdersByEveryFieldThatHasAnOrder) {
  const std::string by_time = "deal-desk,lead-routing,quote,onboarding";
  for (const int page_size : {0, 1, 3}) {
    EXPECT_EQ(Listed("", "name desc", page_size), "quote,onboarding,lead-routing,deal-desk");
    EXPECT_EQ(Listed("", "title", page_size), "deal-desk,lead-routing,onboarding,quote");
    EXPECT_EQ(Listed("", "owner, title desc", page_size),
              "onboarding,lead-routing,quote,deal-desk");
    EXPECT_EQ(Listed("", "create_time", page_size), by_time);
    EXPECT_EQ(Listed("", "update_time", page_size), by_time);
    EXPECT_EQ(Listed("", "latest_revision desc, name", page_size),
              "quote,deal-desk,lead-routing,onboarding");
    EXPECT_EQ(Listed("labels:*", "create_time desc", page_size),
              "onboarding,lead-routing,deal-desk");
  }
}

TEST_F(FilteredListTest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(Listed("titel = x"),
              HasSubstr("FIELD_INVALID: filter: at character 1: 'titel' is not a field; did you "
                        "mean 'title'?"));
  EXPECT_THAT(Listed("state = DRAFTED"), HasSubstr("did you mean 'DRAFT'?"));
  EXPECT_THAT(Listed("revision = 1"), HasSubstr("'revision' is not a field"));
  EXPECT_THAT(Listed("", "labels"), HasSubstr("FIELD_INVALID: order_by: at character 1: 'labels'"));
  EXPECT_THAT(Listed(std::string(4097, 'x')), HasSubstr("at most 4096"));
  std::string deep;
  for (int i = 0; i < 33; ++i) deep += "(";
  EXPECT_THAT(Listed(deep), HasSubstr("more than 32 parentheses"));
}

TEST_F(FilteredListTest, TheLargestFilterIsAnswered) {
  std::string filter = "labels.region = emea";
  for (int i = 0; i < 110; ++i) filter += " NOT title:x";
  EXPECT_EQ(Listed(filter), "deal-desk,onboarding");
  std::string any = "title = \"Deal desk\"";
  for (int i = 0; i < 110; ++i) absl::StrAppend(&any, " OR labels.r = ", i);
  EXPECT_EQ(Listed(any), "deal-desk");
}

TEST_F(FilteredListTest, TokensBelongToTheirFilterAndOrder) {
  v1::ListProcessesRequest request;
  request.set_page_size(1);
  request.set_filter("labels:*");
  request.set_order_by("title");
  const std::string token = Page(request)->next_page_token();
  request.set_page_token(token);
  EXPECT_EQ(IdOf(Page(request)->processes(0)), "lead-routing");
  request.set_filter("labels:region");
  EXPECT_EQ(ReasonText(Page(request)), "PAGE_TOKEN_INVALID");
  request.set_filter("labels:*");
  request.set_order_by("title desc");
  EXPECT_EQ(ReasonText(Page(request)), "PAGE_TOKEN_INVALID");
}

TEST_F(FilteredListTest, FollowsUpdates) {
  v1::UpdateProcessRequest update;
  *update.mutable_process() = ProcessOf("Deal lounge", StepNode("work"));
  update.mutable_process()->set_name("workspaces/acme/processes/deal-desk");
  ASSERT_EQ(ReasonText(catalog_.Update(update)), "OK");
  EXPECT_EQ(Listed("title:desk"), "");
  EXPECT_EQ(Listed("title:lounge"), "deal-desk");
  EXPECT_EQ(Listed("labels.region = emea"), "onboarding");
  EXPECT_EQ(Listed("", "update_time desc"), "deal-desk,onboarding,quote,lead-routing");
}

TEST_F(FilteredListTest, OtherWorkspacesAreNotListed) {
  v1::ListProcessesRequest request;
  request.set_parent("workspaces/beta");
  request.set_filter("title:* OR NOT title:*");
  EXPECT_EQ(Page(request)->processes_size(), 0);
}

TEST_F(FilteredListTest, RevisionsHaveFieldsOfTheirOwn) {
  for (int i = 2; i <= 4; ++i) {
    v1::UpdateProcessRequest update;
    *update.mutable_process() = ProcessOf(absl::StrCat("Quote ", i), StepNode("work"));
    update.mutable_process()->set_name("workspaces/acme/processes/quote");
    (*update.mutable_process()->mutable_labels())["even"] = i % 2 == 0 ? "yes" : "no";
    ASSERT_EQ(ReasonText(catalog_.Update(update)), "OK");
    v1::PublishProcessRequest publish;
    publish.set_name("workspaces/acme/processes/quote");
    publish.set_reason(i == 3 ? "" : absl::StrCat("Because of ", i));
    ASSERT_EQ(ReasonText(catalog_.Publish(publish)), "OK");
    catalog_.clock().Advance(absl::Seconds(1));
  }
  EXPECT_EQ(Revisions("quote", ""), "4,3,2,1");
  EXPECT_EQ(Revisions("quote", "revision >= 2 revision < 4"), "3,2");
  EXPECT_EQ(Revisions("quote", "labels.even = yes"), "4,2");
  EXPECT_EQ(Revisions("quote", "has(reason)"), "4,2");
  EXPECT_EQ(Revisions("quote", "reason:\"of 4\" OR title = \"Quote 3\""), "4,3");
  EXPECT_EQ(Revisions("quote", "state = PUBLISHED name:\"@1\""), "1");
  EXPECT_EQ(Revisions("deal-desk", ""), "");
  for (const int page_size : {0, 1, 3}) {
    EXPECT_EQ(Revisions("quote", "", "revision", page_size), "1,2,3,4");
    EXPECT_EQ(Revisions("quote", "", "title desc", page_size), "1,4,3,2");
    EXPECT_EQ(Revisions("quote", "", "update_time", page_size), "1,2,3,4");
  }
  EXPECT_THAT(Revisions("quote", "latest_revision = 1"),
              HasSubstr("'latest_revision' is not a field"));
  EXPECT_THAT(Revisions("nowhere", ""), HasSubstr("RESOURCE_NOT_FOUND"));
}

TEST(ListPageTest, ALargePageEndsEarly) {
  TestCatalog catalog;
  constexpr int kProcesses = 120;
  for (int i = 0; i < kProcesses; ++i) {
    v1::Process process = Calling({});
    for (int label = 0; label < 64; ++label)
      (*process.mutable_labels())[absl::StrCat("label-", label)] = std::string(200, 'x');
    std::string purpose;
    for (int n = 0; n < 4000; ++n) purpose += "合";
    process.set_purpose(purpose);
    ASSERT_EQ(ReasonText(catalog.Create(absl::StrCat("p", i), process)), "OK");
  }
  v1::ListProcessesRequest request;
  request.set_parent("workspaces/acme");
  request.set_page_size(1000);
  std::vector<int> pages;
  do {
    auto page = catalog.Call<v1::ListProcessesResponse>("ListProcesses", request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LT(page->ByteSizeLong(), 2'200'000u);
    pages.push_back(page->processes_size());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(pages[0] + pages[1], kProcesses);
}

}  // namespace
}  // namespace plumbline::catalog
