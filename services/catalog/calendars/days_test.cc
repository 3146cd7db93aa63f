// SPDX-License-Identifier: Apache-2.0
//
// ListSpecialDays through the whole service: pages, filter, order_by.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/calendars/testing.h"

namespace plumbline::catalog {
namespace {

using ::testing::HasSubstr;

class CalendarDaysTest : public ::testing::Test {
 protected:
  void SetUp() override {
    v1::Calendar company = CalendarOf("Company");
    *company.add_holidays() = YearlyHoliday("new-year", 1, 1);
    *company.add_holidays() = YearlyHoliday("labour-day", 5, 1);
    ASSERT_EQ(ReasonText(CreateCalendarIn(catalog_, "company", company)), "OK");
    v1::Calendar team = CalendarOf("Team", "company");
    v1::CalendarException* inventory = team.add_exceptions();
    inventory->set_date("2026-06-27");
    inventory->set_title("Inventory");
    inventory->add_hours()->set_open("08:00");
    inventory->mutable_hours(0)->set_close("12:00");
    v1::CalendarException* outing = team.add_exceptions();
    outing->set_date("2026-09-14");
    outing->set_title("Outing");
    ASSERT_EQ(ReasonText(CreateCalendarIn(catalog_, "team", team)), "OK");
  }
  static v1::ListSpecialDaysRequest Request(const std::string& filter = "",
                                            const std::string& order_by = "", int page_size = 0) {
    v1::ListSpecialDaysRequest request;
    request.set_name(CalendarNameOf("team"));
    request.set_first_date("2026-01-01");
    request.set_last_date("2026-12-31");
    request.set_filter(filter);
    request.set_order_by(order_by);
    request.set_page_size(page_size);
    return request;
  }
  absl::StatusOr<v1::ListSpecialDaysResponse> Page(const v1::ListSpecialDaysRequest& request) {
    return catalog_.CallCalendars<v1::ListSpecialDaysResponse>("ListSpecialDays", request);
  }
  // "01-01" and so on of all pages, or what is wrong.
  std::string Days(const std::string& filter, const std::string& order_by = "", int page_size = 0) {
    v1::ListSpecialDaysRequest request = Request(filter, order_by, page_size);
    std::vector<std::string> days;
    do {
      auto page = Page(request);
      if (!page.ok()) return absl::StrCat(ReasonText(page), ": ", page.status().message());
      for (const v1::SpecialDay& day : page->days()) days.push_back(day.date().substr(5));
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return absl::StrJoin(days, " ");
  }

  TestCatalog catalog_;
};

TEST_F(CalendarDaysTest, AreSelectedAndOrdered) {
  struct Row {
    const char* name;
    std::string filter, order_by, days;
  };
  for (const Row& row :
       std::vector<Row>{{"none", "", "", "01-01 05-01 06-27 09-14"},
                        {"date", "date > 2026-05-01 date <= 2026-09-14", "", "06-27 09-14"},
                        {"weekday", "weekday = (FRIDAY OR WEEKDAY_SATURDAY)", "", "05-01 06-27"},
                        {"title", "title = Out*", "", "09-14"},
                        {"words", "inven", "", "06-27"},
                        {"holiday", "holiday = new-year", "", "01-01"},
                        {"exceptions", "-has(holiday)", "", "06-27 09-14"},
                        {"calendar", "calendar:company", "", "01-01 05-01"},
                        {"substitute", "substitute", "", ""},
                        {"open", "open", "", "06-27"},
                        {"closed", "-open", "", "01-01 05-01 09-14"},
                        {"descending", "", "date desc", "09-14 06-27 05-01 01-01"},
                        {"by calendar", "", "calendar desc, date", "06-27 09-14 01-01 05-01"},
                        {"by title", "-has(holiday)", "title desc", "09-14 06-27"}}) {
    EXPECT_EQ(Days(row.filter, row.order_by), row.days) << row.name;
    EXPECT_EQ(Days(row.filter, row.order_by, 1), row.days) << row.name << " by pages";
  }
}

TEST_F(CalendarDaysTest, SaysWhatIsWrong) {
  EXPECT_THAT(Days("zone = x"), HasSubstr("FIELD_INVALID: filter: at character 1: 'zone' is not"));
  EXPECT_THAT(Days("date = soon"), HasSubstr("FIELD_INVALID: filter: at character"));
  EXPECT_THAT(Days("weekday = MONTAG"), HasSubstr("FIELD_INVALID: filter: at character"));
  EXPECT_THAT(Days("", "weekday"), HasSubstr("FIELD_INVALID: order_by: at character"));
  EXPECT_THAT(Days("", "", -1), HasSubstr("FIELD_INVALID: page_size"));
}

TEST_F(CalendarDaysTest, APageGoesOnOnlyWithTheSameQuestion) {
  v1::ListSpecialDaysRequest request = Request("", "date", 2);
  const auto first = Page(request);
  ASSERT_TRUE(first.ok()) << first.status();
  request.set_page_token(first->next_page_token());
  EXPECT_EQ(ReasonText(Page(request)), "OK");
  struct Row {
    const char* name;
    std::function<void(v1::ListSpecialDaysRequest&)> change;
  };
  for (const Row& row :
       std::vector<Row>{{"filter", [](auto& r) { r.set_filter("open"); }},
                        {"order", [](auto& r) { r.set_order_by("date desc"); }},
                        {"calendar", [](auto& r) { r.set_name(CalendarNameOf("company")); }},
                        {"first date", [](auto& r) { r.set_first_date("2025-01-01"); }},
                        {"last date", [](auto& r) { r.set_last_date("2026-12-30"); }}}) {
    v1::ListSpecialDaysRequest other = request;
    row.change(other);
    EXPECT_EQ(ReasonText(Page(other)), "PAGE_TOKEN_INVALID") << row.name;
  }
}

TEST_F(CalendarDaysTest, TenYearsComeInPages) {
  v1::Calendar calendar = CalendarOf("Never open");
  for (int month = 1; month <= 12; ++month) {
    v1::Holiday* holiday = calendar.add_holidays();
    *holiday = YearlyHoliday(absl::StrCat("month-", month), month, 1);
    holiday->set_days(31);
    holiday->clear_title();
    for (int i = 0; i < 200; ++i) holiday->mutable_title()->append("\xf0\x9f\x98\x80");
  }
  ASSERT_EQ(ReasonText(CreateCalendarIn(catalog_, "never", calendar)), "OK");
  v1::ListSpecialDaysRequest request = Request("", "", 5000);
  request.set_name(CalendarNameOf("never"));
  request.set_last_date("2035-12-31");
  std::vector<std::string> dates;
  int pages = 0;
  do {
    auto page = Page(request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LT(page->ByteSizeLong(), 2'200'000u);
    for (const v1::SpecialDay& day : page->days()) dates.push_back(day.date());
    request.set_page_token(page->next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(dates.size(), 3652u);
  EXPECT_EQ(dates.front(), "2026-01-01");
  EXPECT_EQ(dates.back(), "2035-12-31");
  EXPECT_TRUE(std::is_sorted(dates.begin(), dates.end()));
  EXPECT_EQ(pages, 4);
}

}  // namespace
}  // namespace plumbline::catalog
