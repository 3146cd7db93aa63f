// SPDX-License-Identifier: Apache-2.0
//
// ListCalendars through the whole service: pages, filter, order_by.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/calendars/testing.h"

namespace plumbline::catalog {
namespace {

using ::testing::HasSubstr;

class CalendarListTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::ListCalendarsResponse> Page(v1::ListCalendarsRequest request) {
    if (request.parent().empty()) request.set_parent("workspaces/acme");
    return catalog_.CallCalendars<v1::ListCalendarsResponse>("ListCalendars", request);
  }
  // Ids of all pages, or what is wrong.
  std::string Listed(const std::string& filter, const std::string& order_by = "",
                     int page_size = 0) {
    v1::ListCalendarsRequest request;
    request.set_filter(filter);
    request.set_order_by(order_by);
    request.set_page_size(page_size);
    std::vector<std::string> ids;
    do {
      auto page = Page(request);
      if (!page.ok()) return absl::StrCat(ReasonText(page), ": ", page.status().message());
      for (const v1::Calendar& calendar : page->calendars()) {
        EXPECT_EQ(calendar.holidays_size(), 0);
        EXPECT_EQ(calendar.exceptions_size(), 0);
        ids.push_back(calendar.name().substr(calendar.name().rfind('/') + 1));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return absl::StrJoin(ids, ",");
  }
  void Create(const std::string& id, v1::Calendar calendar, const std::string& region = "") {
    *calendar.add_holidays() = YearlyHoliday("christmas", 12, 25);
    calendar.add_exceptions()->set_date("2026-12-19");
    if (!region.empty()) (*calendar.mutable_labels())["region"] = region;
    ASSERT_EQ(ReasonText(CreateCalendarIn(catalog_, id, calendar)), "OK");
    catalog_.clock().Advance(absl::Seconds(1));
  }
  void SetUp() override {
    begin_ = catalog_.clock().Now();
    Create("company", CalendarOf("Whole company"));
    v1::Calendar germany = CalendarOf("Germany", "company");
    germany.set_time_zone("Europe/Berlin");
    germany.set_owner("People team");
    Create("germany", germany, "emea");
    v1::Calendar boston = CalendarOf("Boston", "company");
    boston.set_time_zone("America/New_York");
    Create("boston", boston, "us");
    Create("berlin", CalendarOf("Berlin", "germany"), "emea");
  }
  std::string At(int seconds) {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", begin_ + absl::Seconds(seconds),
                            absl::UTCTimeZone());
  }

  TestCatalog catalog_;
  absl::Time begin_;
};

TEST_F(CalendarListTest, FiltersByEveryField) {
  struct Row {
    const char* name;
    std::string filter, ids;
  };
  for (const Row& row : std::vector<Row>{
           {"none", "", "berlin,boston,company,germany"},
           {"name", "name = \"*/b*\"", "berlin,boston"},
           {"title", "title = Germany", "germany"},
           {"part of a title", "title:COMPANY", "company"},
           {"owner", "owner = \"People team\"", "germany"},
           {"no owner", "NOT has(owner)", "berlin,boston,company"},
           {"label", "labels.region = emea", "berlin,germany"},
           {"no label", "NOT has(labels.region)", "company"},
           {"heirs", "inherits = \"calendars/company\"", "boston,germany"},
           {"roots", "NOT has(inherits)", "company"},
           {"zone", "time_zone = \"America/*\"", "boston"},
           {"author", "author:*", "berlin,boston,company,germany"},
           {"created", "create_time >= " + At(2), "berlin,boston"},
           {"updated", "update_time < \"" + At(1) + "\"", "company"},
           {"words", "people", "germany"},
           {"both", "labels.region = (emea OR us) AND inherits:company", "boston,germany"}}) {
    EXPECT_EQ(Listed(row.filter), row.ids) << row.name;
  }
}

TEST_F(CalendarListTest, OrdersByEveryFieldThatHasAnOrder) {
  for (const int page_size : {0, 1, 3}) {
    EXPECT_EQ(Listed("", "", page_size), "berlin,boston,company,germany");
    EXPECT_EQ(Listed("", "name desc", page_size), "germany,company,boston,berlin");
    EXPECT_EQ(Listed("", "title desc", page_size), "company,germany,boston,berlin");
    EXPECT_EQ(Listed("", "create_time", page_size), "company,germany,boston,berlin");
    EXPECT_EQ(Listed("has(inherits)", "update_time desc", page_size), "berlin,boston,germany");
  }
}

TEST_F(CalendarListTest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(Listed("zone = UTC"),
              HasSubstr("FIELD_INVALID: filter: at character 1: 'zone' is not a field"));
  EXPECT_THAT(Listed("", "time_zone"),
              HasSubstr("FIELD_INVALID: order_by: at character 1: 'time_zone'"));
  EXPECT_THAT(Listed("", "", -1), HasSubstr("FIELD_INVALID: page_size"));
  v1::ListCalendarsRequest request;
  request.set_page_size(1);
  request.set_filter("has(inherits)");
  request.set_page_token(Page(request)->next_page_token());
  EXPECT_EQ(Page(request)->calendars(0).title(), "Boston");
  request.set_parent("workspaces/beta");
  EXPECT_EQ(ReasonText(Page(request)), "PAGE_TOKEN_INVALID") << "another parent";
  request.set_parent("workspaces/acme");
  request.set_filter("");
  EXPECT_EQ(ReasonText(Page(request)), "PAGE_TOKEN_INVALID") << "another filter";
}

TEST_F(CalendarListTest, FollowsUpdatesAndDeletions) {
  v1::UpdateCalendarRequest update;
  *update.mutable_calendar() = CalendarOf("Lower Saxony", "germany");
  update.mutable_calendar()->set_name(CalendarNameOf("berlin"));
  ASSERT_EQ(
      ReasonText(catalog_.CallCalendars<v1::UpdateCalendarResponse>("UpdateCalendar", update)),
      "OK");
  EXPECT_EQ(Listed("title:berlin"), "");
  EXPECT_EQ(Listed("labels.region = emea"), "germany");
  v1::DeleteCalendarRequest remove;
  remove.set_name(CalendarNameOf("germany"));
  remove.set_force(true);
  ASSERT_EQ(
      ReasonText(catalog_.CallCalendars<v1::DeleteCalendarResponse>("DeleteCalendar", remove)),
      "OK");
  EXPECT_EQ(Listed("labels.region = emea"), "");
  EXPECT_EQ(Listed("inherits = \"calendars/company\""), "berlin,boston");
}

TEST_F(CalendarListTest, OtherWorkspacesAreNotListed) {
  v1::ListCalendarsRequest request;
  request.set_parent("workspaces/beta");
  request.set_filter("title:* OR NOT title:*");
  EXPECT_EQ(Page(request)->calendars_size(), 0);
}

TEST(CalendarPageTest, ALargePageEndsEarly) {
  TestCatalog catalog;
  constexpr int kCalendars = 120;
  for (int i = 0; i < kCalendars; ++i) {
    v1::Calendar calendar = CalendarOf("Large");
    for (int label = 0; label < 64; ++label)
      (*calendar.mutable_labels())[absl::StrCat("label-", label)] = std::string(200, 'x');
    std::string purpose;
    for (int n = 0; n < 4000; ++n) purpose += "合";
    calendar.set_purpose(purpose);
    ASSERT_EQ(ReasonText(CreateCalendarIn(catalog, absl::StrCat("c", i), calendar)), "OK");
  }
  v1::ListCalendarsRequest request;
  request.set_parent("workspaces/acme");
  request.set_page_size(1000);
  std::vector<int> pages;
  do {
    auto page = catalog.CallCalendars<v1::ListCalendarsResponse>("ListCalendars", request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LT(page->ByteSizeLong(), 2'200'000u);
    pages.push_back(page->calendars_size());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(pages[0] + pages[1], kCalendars);
}

}  // namespace
}  // namespace plumbline::catalog
