// SPDX-License-Identifier: Apache-2.0
//
// A replica that keeps the sums of cohorts, ramp curves and forecasts answers as one that reads the
// log anew.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

class LiveCohortAnswers : public testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Open("sqlite::memory:", {.schema = "analytics"});
    live_ = std::make_unique<TestAnalytics>(*database_, AnalyticsOptions{.live_from_events = 1});
    ASSERT_TRUE(live_->Create("sales").ok());
  }

  int Pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  // Of a few dozen deals, each begun by one who stays with it, late now and then.
  v1::Event Random() {
    now_ += Pick(20'000);
    const int64_t time = now_ - (Pick(5) == 0 ? Pick(300'000) : 0);
    const int deal = Pick(40);
    v1::Event event = EventOf(absl::StrCat("deal ", deal), absl::StrCat("step ", Pick(4)), time);
    event.set_resource(absl::StrCat("rep ", deal % 5));
    if (Pick(3) == 0) event.mutable_start_time()->set_seconds(time - Pick(40'000));
    AddText(&event, "region", absl::StrCat("r", Pick(3)));
    v1::Attribute* amount = event.add_attributes();
    amount->set_key("amount");
    amount->set_double_value(0.1 * Pick(900));
    v1::Attribute* ends = event.add_attributes();
    ends->set_key("case_finished");
    ends->set_bool_value(Pick(9) == 0);
    return event;
  }
  void Write(int count) {
    std::vector<v1::Event> events;
    for (int i = 0; i < count; ++i) events.push_back(Random());
    const auto written = live_->Write("sales", "crm", next_, events);
    ASSERT_TRUE(written.ok()) << written.status();
    next_ = written->next_sequence();
  }

  static base::CallContext Context() {
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    return context;
  }
  // To the last digit: all is made of the same whole microseconds.
  template <typename Response, typename Request>
  void Same(TestAnalytics& anew, const char* method, Request request, bool answers = true) {
    request.set_name(LogName("sales"));
    const std::string path = absl::StrCat("/plumbline.analytics.v1.", method);
    Response kept, expected;
    const absl::Status by_sums = live_->channel().Call(Context(), path, request, &kept);
    const absl::Status by_log = anew.channel().Call(Context(), path, request, &expected);
    ASSERT_EQ(by_sums, by_log) << request.ShortDebugString();
    ASSERT_EQ(by_log.ok(), answers) << by_log;
    EXPECT_EQ(kept.DebugString(), expected.DebugString()) << request.ShortDebugString();
  }

  void SameCohorts(TestAnalytics& anew) {
    constexpr char kCompare[] = "CohortService/CompareCohorts";
    v1::CompareCohortsRequest compare;
    Same<v1::CompareCohortsResponse>(anew, kCompare, compare);
    compare.set_until_activity("step 2");
    compare.mutable_grouping()->set_attribute("region");
    Same<v1::CompareCohortsResponse>(anew, kCompare, compare);
    compare.mutable_business_time()->add_calendars()->set_time_zone("UTC");
    compare.mutable_grouping()->set_resource(true);
    Same<v1::CompareCohortsResponse>(anew, kCompare, compare);
    compare.set_from_activity("step 1");
    compare.mutable_grouping()->mutable_start_period()->set_period(v1::PERIOD_DAY);
    Same<v1::CompareCohortsResponse>(anew, kCompare, compare);
    compare.set_reference("no such group");
    Same<v1::CompareCohortsResponse>(anew, kCompare, compare, false);
    compare.set_until_activity("no such step");
    Same<v1::CompareCohortsResponse>(anew, kCompare, compare, false);
  }
  void SameNumbers(TestAnalytics& anew, v1::GetRampCurvesRequest ramp) {
    constexpr char kDraw[] = "CohortService/GetRampCurves";
    ramp.mutable_measure()->set_kind(v1::RampMeasure::KIND_SO_FAR);
    Same<v1::GetRampCurvesResponse>(anew, kDraw, ramp);
    ramp.mutable_measure()->clear_activity();
    ramp.mutable_measure()->set_kind(v1::RampMeasure::KIND_LATEST);
    ramp.mutable_measure()->set_attribute("amount");
    ramp.mutable_measure()->set_statistic(v1::RampMeasure::STATISTIC_MEDIAN);
    ramp.set_full(50);
    Same<v1::GetRampCurvesResponse>(anew, kDraw, ramp);
    ramp.mutable_business_time()->add_calendars()->set_time_zone("UTC");
    ramp.mutable_measure()->set_kind(v1::RampMeasure::KIND_IN_INTERVAL);
    Same<v1::GetRampCurvesResponse>(anew, kDraw, ramp);
    ramp.mutable_measure()->set_attribute("amuont");  // no event has it: both say so
    Same<v1::GetRampCurvesResponse>(anew, kDraw, ramp, false);
  }
  // Against a replica that keeps nothing.
  void SameAnswers() {
    TestAnalytics anew(*database_, AnalyticsOptions{.live_from_events = INT64_MAX});
    SameCohorts(anew);
    v1::GetRampCurvesRequest ramp;
    ramp.set_interval(v1::PERIOD_DAY);
    ramp.mutable_measure()->set_activity("step 3");
    ramp.mutable_grouping()->set_attribute("region");
    Same<v1::GetRampCurvesResponse>(anew, "CohortService/GetRampCurves", ramp);
    SameNumbers(anew, ramp);
    v1::ForecastCompletionsRequest forecast;
    forecast.set_period(v1::PERIOD_DAY);
    forecast.set_periods(5);
    Same<v1::ForecastCompletionsResponse>(anew, "ForecastService/ForecastCompletions", forecast);
    forecast.clear_periods();
    forecast.set_items(12);
    Same<v1::ForecastCompletionsResponse>(anew, "ForecastService/ForecastCompletions", forecast);
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<TestAnalytics> live_;
  std::mt19937 random_{19};
  int64_t now_ = from_monday::kBegin, next_ = 1;
};

TEST_F(LiveCohortAnswers, AreThoseOfTheWholeLog) {
  Write(300);
  SameAnswers();
  EXPECT_EQ(*live_->app().FollowOnce(), 0);  // asked once each: nothing is worth keeping
  Write(20);
  SameAnswers();
  EXPECT_EQ(*live_->app().FollowOnce(), 1);
  for (int i = 0; i < 8; ++i) {
    Write(1 + 11 * i);
    if (i % 3 == 1) {
      EXPECT_EQ(*live_->app().FollowOnce(), 1);
    }
    ASSERT_NO_FATAL_FAILURE(SameAnswers());
  }
}

}  // namespace
}  // namespace plumbline::analytics
