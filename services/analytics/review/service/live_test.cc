// SPDX-License-Identifier: Apache-2.0
//
// A replica that keeps what pages are made of tells the same page as one that reads the log anew.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/field_comparator.h"
#include "google/protobuf/util/message_differencer.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using from_monday::kDay;
using google::protobuf::util::DefaultFieldComparator;
using google::protobuf::util::MessageDifferencer;

class LivePage : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Open("sqlite::memory:", {.schema = "analytics"});
    live_ = std::make_unique<TestAnalytics>(*database_, AnalyticsOptions{.live_from_events = 1});
    ASSERT_TRUE(live_->Create("deals").ok());
  }

  int Pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  // Deals of some days each, over months; some events are late, some deals are open, some go on.
  v1::Event Random() {
    now_ += Pick(4 * 3'600);
    const int64_t time = now_ - (Pick(5) == 0 ? Pick(5 * kDay) : 0);
    const int deal = static_cast<int>((now_ - from_monday::kBegin) / (3 * kDay)) * 10 + Pick(30);
    v1::Event event = EventOf(absl::StrCat("deal ", deal), absl::StrCat("step ", Pick(4)), time);
    static constexpr const char* kTransitions[] = {"complete", "complete", "schedule",
                                                   "suspend",  "resume",   "manualskip"};
    event.set_transition(kTransitions[Pick(6)]);
    if (Pick(3) == 0) event.mutable_start_time()->set_seconds(time - Pick(40'000));
    AddText(&event, "region", absl::StrCat("r", Pick(3)));
    AddText(&event, "category", absl::StrCat("CATEGORY_", Pick(3)));
    if (Pick(5) == 0) AddText(&event, "defects", "typo");
    v1::Attribute* due = event.add_attributes();
    due->set_key("case:due_time");
    due->mutable_time_value()->set_seconds(time + Pick(9 * kDay));
    v1::Attribute* ends = event.add_attributes();
    ends->set_key("case_finished");
    ends->set_bool_value(Pick(3) == 0);
    return event;
  }
  void Write(int count) {
    std::vector<v1::Event> events;
    for (int i = 0; i < count; ++i) events.push_back(Random());
    const auto written = live_->Write("deals", "crm", next_, events);
    ASSERT_TRUE(written.ok()) << written.status();
    next_ = written->next_sequence();
  }

  static v1::Review PageOf(TestAnalytics& analytics, const v1::GetReportRequest& request) {
    const auto answer = analytics.Call<v1::GetReportResponse>("GetReport", request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->report().review() : v1::Review();
  }
  void SamePage(TestAnalytics& anew, v1::GetReportRequest request) {
    request.set_name(LogName("deals"));
    const v1::Review kept = PageOf(*live_, request), expected = PageOf(anew, request);
    DefaultFieldComparator close;  // sums over cases are added in another order
    close.set_float_comparison(DefaultFieldComparator::APPROXIMATE);
    close.SetDefaultFractionAndMargin(1e-9, 1e-12);
    MessageDifferencer same;
    same.set_field_comparator(&close);
    std::string difference;
    same.ReportDifferencesToString(&difference);
    EXPECT_TRUE(same.Compare(expected, kept)) << request.ShortDebugString() << "\n" << difference;
    changes_ += kept.changes_size();
    fixes_ += kept.fixes_size();
  }
  // Against a replica that keeps nothing.
  void SamePages() {
    TestAnalytics anew(*database_, AnalyticsOptions{.live_from_events = INT64_MAX});
    v1::GetReportRequest request;
    request.mutable_review();
    SamePage(anew, request);
    request.mutable_review()->set_period(v1::PERIOD_WEEK);
    request.mutable_review()->set_period_count(2);
    request.mutable_review()->set_max_fixes(10);
    request.mutable_review()->mutable_business_time()->add_calendars()->set_time_zone("UTC");
    request.mutable_target()->set_seconds(4 * kDay);
    SamePage(anew, request);
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<TestAnalytics> live_;
  std::mt19937 random_{23};
  int64_t now_ = from_monday::kBegin, next_ = 1;
  int changes_ = 0, fixes_ = 0;
};

TEST_F(LivePage, IsThatOfTheWholeLog) {
  Write(900);
  SamePages();
  Write(20);
  SamePages();
  EXPECT_EQ(*live_->app().FollowOnce(), 1);
  for (int i = 0; i < 6; ++i) {
    Write(1 + 17 * i);
    if (i % 3 == 1) {
      EXPECT_EQ(*live_->app().FollowOnce(), 1);
    }
    ASSERT_NO_FATAL_FAILURE(SamePages());
  }
  EXPECT_GT(changes_, 100);  // there was something to compare
  EXPECT_GT(fixes_, 20);
}

}  // namespace
}  // namespace plumbline::analytics
