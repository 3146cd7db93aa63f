// SPDX-License-Identifier: Apache-2.0
//
// filter, order_by and pages of ListTags, ListProcessHistory, ListProcessUsers and
// ListCatalogPolicyHistory.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plumbline/catalog/v1/policy_service.pb.h"
#include "services/catalog/life/testing_retire.h"

namespace plumbline::catalog {
namespace {

using ::testing::HasSubstr;
using v1::CatalogHistoryEntry;

constexpr char kPolicies[] = "/plumbline.catalog.v1.CatalogPolicyService/";

class LifeFilterTest : public RetireTest {
 public:
  void SetUp() override {
    begin_ = catalog_.clock().Now();
    for (const char* title : {"One", "Two", "Three"}) {
      catalog_.DefineAndPublish("legal", ProcessOf(title, StepNode("work")));
      catalog_.clock().Advance(absl::Seconds(1));
    }
    Tag("legal", "stable", 2);
    Tag("legal", "next", 3);
    catalog_.clock().Advance(absl::Seconds(1));
    Tag("legal", "audited", 2);
    v1::LockTagRequest lock;
    lock.set_name(FullName("legal"));
    lock.set_tag("audited");
    lock.set_expected_revision(2);
    ASSERT_EQ(ReasonText(catalog_.Call<v1::LockTagResponse>("LockTag", lock)), "OK");
    ASSERT_EQ(ReasonText(Deprecate("legal@1")), "OK");
    UseIt();
    for (const bool required : {true, false}) {
      v1::UpdateCatalogPolicyRequest policy;
      policy.mutable_policy()->set_name("workspaces/acme/catalogPolicy");
      policy.mutable_policy()->set_approval_required(required);
      policy.mutable_update_mask()->add_paths("approval_required");
      policy.set_reason(required ? "audit" : "the audit is over");
      ASSERT_EQ(ReasonText(catalog_.Call<v1::UpdateCatalogPolicyResponse>(
                    absl::StrCat(kPolicies, "UpdateCatalogPolicy"), policy)),
                "OK");
    }
  }
  // Two processes call it, and two systems run it.
  void UseIt() {
    catalog_.DefineAndPublish("desk", Calling({"legal@2"}));
    catalog_.Define("plan", Calling({"legal@2"}));
    for (const auto& [system, count] : {std::pair("onboarding", 7), std::pair("crm", 30)}) {
      v1::ReportProcessUseRequest report;
      report.set_parent("workspaces/acme");
      report.set_system(system);
      report.add_uses()->set_process(FullName("legal@2"));
      report.mutable_uses(0)->set_count(count);
      ASSERT_EQ(ReasonText(catalog_.Call<v1::ReportProcessUseResponse>("ReportProcessUse", report)),
                "OK");
      catalog_.clock().Advance(absl::Seconds(1));
    }
  }

  // The rows of all pages of two, as `text` writes them; or what is wrong.
  template <typename Response, typename Request, typename Text>
  std::string All(absl::string_view method, Request request, const std::string& filter,
                  const std::string& order_by, const Text& text) {
    request.set_filter(filter);
    request.set_order_by(order_by);
    request.set_page_size(2);
    std::vector<std::string> rows;
    do {
      auto page = catalog_.Call<Response>(method, request);
      if (!page.ok()) return absl::StrCat(ReasonText(page), ": ", page.status().message());
      text(*page, &rows);
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return absl::StrJoin(rows, " ");
  }
  std::string Tags(const std::string& filter, const std::string& order_by) {
    v1::ListTagsRequest request;
    request.set_name(FullName("legal"));
    return All<v1::ListTagsResponse>("ListTags", request, filter, order_by,
                                     [](const auto& page, std::vector<std::string>* rows) {
                                       for (const v1::Tag& tag : page.tags())
                                         rows->push_back(tag.tag());
                                     });
  }
  std::string History(const std::string& filter, const std::string& order_by) {
    v1::ListProcessHistoryRequest request;
    request.set_name(FullName("legal"));
    return All<v1::ListProcessHistoryResponse>("ListProcessHistory", request, filter, order_by,
                                               &Entries<v1::ListProcessHistoryResponse>);
  }
  std::string PolicyHistory(const std::string& filter, const std::string& order_by) {
    v1::ListCatalogPolicyHistoryRequest request;
    request.set_name("workspaces/acme/catalogPolicy");
    return All<v1::ListCatalogPolicyHistoryResponse>(
        absl::StrCat(kPolicies, "ListCatalogPolicyHistory"), request, filter, order_by,
        &Entries<v1::ListCatalogPolicyHistoryResponse>);
  }
  // "2:PUBLISHED".
  template <typename Response>
  static void Entries(const Response& page, std::vector<std::string>* rows) {
    for (const CatalogHistoryEntry& entry : page.entries()) {
      rows->push_back(absl::StrCat(entry.sequence(), ":",
                                   CatalogHistoryEntry::Kind_Name(entry.kind()).substr(5)));
    }
  }
  std::string Users(const std::string& filter, const std::string& order_by) {
    v1::ListProcessUsersRequest request;
    request.set_name(FullName("legal@2"));
    return All<v1::ListProcessUsersResponse>(
        "ListProcessUsers", request, filter, order_by,
        [](const auto& page, std::vector<std::string>* rows) {
          for (const v1::ProcessUser& user : page.users())
            rows->emplace_back(absl::StripPrefix(user.user(), FullName("")));
        });
  }
  std::string At(int seconds) {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", begin_ + absl::Seconds(seconds),
                            absl::UTCTimeZone());
  }

  absl::Time begin_;
};

using List = std::string (LifeFilterTest::*)(const std::string&, const std::string&);

TEST_F(LifeFilterTest, SelectsAndOrders) {
  struct Row {
    const char* name;
    List list;
    std::string filter, order_by, rows;
  };
  const List tags = &LifeFilterTest::Tags, history = &LifeFilterTest::History,
             policy = &LifeFilterTest::PolicyHistory, users = &LifeFilterTest::Users;
  const std::vector<Row> rows = {
      {"tags", tags, "", "", "audited next stable"},
      {"tags by name", tags, "tag = \"*e*\" AND tag != next", "", "audited stable"},
      {"tags by revision", tags, "revision = 2", "", "audited stable"},
      {"tags that are locked", tags, "locked", "", "audited"},
      {"tags that are not", tags, "-locked", "", "next stable"},
      {"tags by time", tags, absl::StrCat("update_time < ", At(4)), "", "next stable"},
      {"tags by actor", tags, "actor = ada", "", ""},
      {"tags by a word", tags, "AUDIT", "", "audited"},
      {"tags descending", tags, "", "tag desc", "stable next audited"},
      {"tags, the latest revision first", tags, "", "revision desc", "next stable audited"},
      {"tags, the last set first", tags, "", "update_time desc, tag", "audited next stable"},

      {"history", history, "", "",
       "1:CREATED 2:PUBLISHED 3:UPDATED 4:PUBLISHED 5:UPDATED 6:PUBLISHED 7:TAG_SET 8:TAG_SET "
       "9:TAG_SET 10:TAG_LOCKED 11:DEPRECATED"},
      {"history, the last first", history, "sequence > 8", "sequence desc",
       "11:DEPRECATED 10:TAG_LOCKED 9:TAG_SET"},
      {"history by kind", history, "kind = PUBLISHED", "", "2:PUBLISHED 4:PUBLISHED 6:PUBLISHED"},
      {"history by kinds, in full", history, "kind = (KIND_CREATED OR KIND_DEPRECATED)", "",
       "1:CREATED 11:DEPRECATED"},
      {"history by time", history, absl::StrCat("create_time >= ", At(1), " create_time < ", At(2)),
       "", "3:UPDATED 4:PUBLISHED"},
      {"history by reason", history, "reason = because", "", "11:DEPRECATED"},
      {"history by a word of the reason", history, "caus", "", "11:DEPRECATED"},
      {"history by revision", history, "revision = 1", "", "2:PUBLISHED 11:DEPRECATED"},
      {"history without revision", history, "-has(revision)", "", "1:CREATED 3:UPDATED 5:UPDATED"},
      {"history by tag", history, "tag = audited", "", "9:TAG_SET 10:TAG_LOCKED"},
      {"history by fields", history, "fields:title", "", "3:UPDATED 5:UPDATED"},
      {"history by actor", history, "actor != anonymous", "", ""},
      {"history, the last time first", history, "kind = PUBLISHED", "create_time desc",
       "6:PUBLISHED 4:PUBLISHED 2:PUBLISHED"},

      {"policy", policy, "", "", "1:POLICY_UPDATED 2:POLICY_UPDATED"},
      {"policy, the last first", policy, "", "sequence desc", "2:POLICY_UPDATED 1:POLICY_UPDATED"},
      {"policy by reason", policy, "reason:over", "", "2:POLICY_UPDATED"},
      {"policy by fields", policy, "fields:self_approval", "", ""},

      {"users", users, "", "", "desk desk@1 plan crm onboarding legal@audited legal@stable"},
      {"users by kind", users, "kind = RUNNER", "", "crm onboarding"},
      {"users by name", users, "user:desk", "", "desk desk@1"},
      {"users by a word", users, "DESK", "", "desk desk@1"},
      {"users by what they name", users, "used = \"*@2\" kind = CALLER", "", "desk desk@1 plan"},
      {"users that name something else", users, "used != processes/legal@2", "", ""},
      {"users by count", users, "count > 7", "", "crm"},
      {"users by time", users, "has(report_time)", "", "crm onboarding"},
      {"users by how many", users, "kind = RUNNER", "count", "onboarding crm"},
      {"users descending", users, "kind != CALLER", "user desc",
       "legal@stable legal@audited onboarding crm"},
      {"users, tags first", users, "count = 1 OR kind = TAG", "kind desc",
       "legal@stable legal@audited plan desk@1 desk"}};
  for (const Row& row : rows)
    EXPECT_EQ((this->*row.list)(row.filter, row.order_by), row.rows) << row.name;
}

TEST_F(LifeFilterTest, SaysWhatIsWrong) {
  struct Row {
    const char* name;
    List list;
    std::string filter, order_by, message;
  };
  const List tags = &LifeFilterTest::Tags, history = &LifeFilterTest::History,
             policy = &LifeFilterTest::PolicyHistory, users = &LifeFilterTest::Users;
  const std::vector<Row> rows = {
      {"tags: no such field", tags, "owner = x", "", "'owner' is not a field"},
      {"tags: no number", tags, "revision = two", "", "filter: at character"},
      {"tags: no order of it", tags, "", "locked", "order_by: at character"},
      {"history: no such field", history, "title = x", "", "'title' is not a field"},
      {"history: no such kind", history, "kind = TAGS_SET", "", "did you mean 'TAG_SET'?"},
      {"history: no time", history, "create_time > yesterday", "", "filter: at character"},
      {"history: no order of it", history, "", "reason", "order_by: at character"},
      {"history: in two directions", history, "", "sequence down", "order_by: at character"},
      {"policy: no such field", policy, "policy = x", "", "'policy' is not a field"},
      {"policy: no order of it", policy, "", "kind", "order_by: at character"},
      {"users: no such field", users, "example = x", "", "'example' is not a field"},
      {"users: no number", users, "count > many", "", "filter: at character"},
      {"users: no order of it", users, "", "report_time", "order_by: at character"}};
  for (const Row& row : rows) {
    const std::string answer = (this->*row.list)(row.filter, row.order_by);
    EXPECT_THAT(answer, HasSubstr("FIELD_INVALID: ")) << row.name;
    EXPECT_THAT(answer, HasSubstr(row.message)) << row.name;
  }
}

TEST_F(LifeFilterTest, AWholePageThatNothingFitsIsNoMissingProcess) {
  ASSERT_EQ(ReasonText(catalog_.Create("idea", Calling({}))), "OK");
  ASSERT_EQ(ReasonText(Delete("idea")), "OK");
  v1::ListProcessHistoryRequest request;
  request.set_name(FullName("idea"));
  request.set_filter("kind = PUBLISHED");
  const auto page = catalog_.Call<v1::ListProcessHistoryResponse>("ListProcessHistory", request);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->entries_size(), 0);
  request.set_name(FullName("nowhere"));
  EXPECT_EQ(
      ReasonText(catalog_.Call<v1::ListProcessHistoryResponse>("ListProcessHistory", request)),
      "RESOURCE_NOT_FOUND");
}

// The first page of one, then the second as `change` makes it.
template <typename Response, typename Request>
std::vector<std::string> SecondPages(TestCatalog& catalog, absl::string_view method,
                                     Request request) {
  request.set_page_size(1);
  const auto first = catalog.Call<Response>(method, request);
  EXPECT_TRUE(first.ok()) << first.status();
  request.set_page_token(first.ok() ? first->next_page_token() : "");
  EXPECT_FALSE(request.page_token().empty());
  std::vector<std::string> answers = {ReasonText(catalog.Call<Response>(method, request))};
  Request other = request;
  other.set_filter("actor = ada");
  if (method == "ListProcessUsers") other.set_filter("count = 1");
  answers.push_back(ReasonText(catalog.Call<Response>(method, other)));
  other = request;
  other.set_order_by(absl::StrCat(request.order_by(), " desc"));
  answers.push_back(ReasonText(catalog.Call<Response>(method, other)));
  return answers;
}

TEST_F(LifeFilterTest, APageGoesOnOnlyWithTheSameQuestion) {
  const auto expected = ::testing::ElementsAre("OK", "PAGE_TOKEN_INVALID", "PAGE_TOKEN_INVALID");
  v1::ListTagsRequest tags;
  tags.set_name(FullName("legal"));
  tags.set_order_by("tag");
  EXPECT_THAT(SecondPages<v1::ListTagsResponse>(catalog_, "ListTags", tags), expected);
  v1::ListProcessHistoryRequest history;
  history.set_name(FullName("legal"));
  history.set_order_by("sequence");
  EXPECT_THAT(SecondPages<v1::ListProcessHistoryResponse>(catalog_, "ListProcessHistory", history),
              expected);
  v1::ListProcessUsersRequest users;
  users.set_name(FullName("legal@2"));
  users.set_order_by("user");
  EXPECT_THAT(SecondPages<v1::ListProcessUsersResponse>(catalog_, "ListProcessUsers", users),
              expected);
  v1::ListCatalogPolicyHistoryRequest policy;
  policy.set_name("workspaces/acme/catalogPolicy");
  policy.set_order_by("sequence");
  EXPECT_THAT(SecondPages<v1::ListCatalogPolicyHistoryResponse>(
                  catalog_, absl::StrCat(kPolicies, "ListCatalogPolicyHistory"), policy),
              expected);
}

}  // namespace
}  // namespace plumbline::catalog
