// SPDX-License-Identifier: Apache-2.0
//
// A replica that keeps the sums of questions answers as one that reads the log anew.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"
#include "plumbline/analytics/v1/improvement_analysis_service.pb.h"
#include "plumbline/analytics/v1/quality_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using google::protobuf::util::MessageDifferencer;

class LiveAnswers : public testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Open("sqlite::memory:", {.schema = "analytics"});
    live_ = std::make_unique<TestAnalytics>(*database_, AnalyticsOptions{.live_from_events = 1});
    ASSERT_TRUE(live_->Create("sales").ok());
  }

  int Pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  v1::Event Random() {
    static constexpr const char* kTransitions[] = {"complete", "complete", "schedule",  "start",
                                                   "suspend",  "resume",   "manualskip"};
    now_ += Pick(20'000);
    const int64_t time = now_ - (Pick(5) == 0 ? Pick(300'000) : 0);
    v1::Event event =
        EventOf(absl::StrCat("deal ", Pick(30)), absl::StrCat("step ", Pick(4)), time);
    event.set_transition(kTransitions[Pick(7)]);
    if (Pick(3) == 0) event.mutable_start_time()->set_seconds(time - Pick(40'000));
    if (Pick(4) != 0) event.set_resource(absl::StrCat("rep ", Pick(3)));
    AddText(&event, "region", absl::StrCat("r", Pick(3)));
    AddText(&event, "category", absl::StrCat("CATEGORY_", Pick(3)));
    if (Pick(5) == 0) AddText(&event, "defects", Pick(2) == 0 ? "rejected" : "typo,late");
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

  template <typename Response, typename Request>
  void Same(TestAnalytics& anew, const char* method, Request request,
            const char* service = "QualityService") {
    request.set_name(LogName("sales"));
    const std::string path = absl::StrCat("/plumbline.analytics.v1.", service, "/", method);
    Response kept, expected;
    const absl::Status by_sums = live_->channel().Call(Context(), path, request, &kept);
    const absl::Status by_log = anew.channel().Call(Context(), path, request, &expected);
    ASSERT_EQ(by_sums, by_log);
    MessageDifferencer same;
    std::string difference;
    same.ReportDifferencesToString(&difference);
    same.set_float_comparison(MessageDifferencer::APPROXIMATE);  // some last digits
    EXPECT_TRUE(same.Compare(expected, kept)) << method << request.ShortDebugString() << "\n"
                                              << difference;
  }
  static base::CallContext Context() {
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    return context;
  }

  void SameCharts(TestAnalytics& anew) {
    for (const auto kind :
         {v1::QualityMeasure::KIND_CASE_DURATION, v1::QualityMeasure::KIND_STEP_WAITING,
          v1::QualityMeasure::KIND_CASES_WITH_DEFECT, v1::QualityMeasure::KIND_ARRIVALS}) {
      v1::GetControlChartRequest chart;
      chart.mutable_measure()->set_kind(kind);
      if (kind == v1::QualityMeasure::KIND_STEP_WAITING)
        chart.mutable_measure()->set_activity("step 1");
      Same<v1::GetControlChartResponse>(anew, "GetControlChart", chart);
    }
    v1::GetControlChartRequest each;
    each.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
    each.mutable_grouping()->set_kind(v1::ChartGrouping::KIND_EACH);
    Same<v1::GetControlChartResponse>(anew, "GetControlChart", each);
    each.set_logarithms(true);
    each.mutable_grouping()->set_kind(v1::ChartGrouping::KIND_DAY);
    each.set_chart(v1::CHART_KIND_EWMA);
    each.set_sigma(v1::CHART_SIGMA_POOLED);
    Same<v1::GetControlChartResponse>(anew, "GetControlChart", each);
    each.Clear();
    each.mutable_measure()->set_kind(v1::QualityMeasure::KIND_ARRIVALS);
    each.set_chart(v1::CHART_KIND_CUSUM);
    Same<v1::GetControlChartResponse>(anew, "GetControlChart", each);
    v1::GetCapabilityRequest capability;
    capability.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
    capability.mutable_upper_limit()->set_seconds(200'000);
    capability.mutable_lower_limit()->set_seconds(100);
    capability.mutable_target()->set_seconds(50'000);
    Same<v1::GetCapabilityResponse>(anew, "GetCapability", capability);
  }
  // Against a replica that keeps nothing.
  void SameAnswers() {
    TestAnalytics anew(*database_, AnalyticsOptions{.live_from_events = INT64_MAX});
    v1::GetFlowRequest flow;
    Same<v1::GetFlowResponse>(anew, "GetFlow", flow);
    flow.add_stages("step 1");
    flow.mutable_business_time()->add_calendars()->set_time_zone("UTC");
    Same<v1::GetFlowResponse>(anew, "GetFlow", flow);
    Same<v1::GetYieldResponse>(anew, "GetYield", v1::GetYieldRequest());
    v1::GetParetoRequest pareto;
    Same<v1::GetParetoResponse>(anew, "GetPareto", pareto);
    pareto.set_subject(v1::GetParetoRequest::SUBJECT_DEFECTS);
    pareto.set_grouping(v1::GetParetoRequest::GROUPING_ATTRIBUTE);
    pareto.set_attribute("region");
    Same<v1::GetParetoResponse>(anew, "GetPareto", pareto);
    SameCharts(anew);
  }
  void SameBottlenecks() {
    TestAnalytics anew(*database_, {.live_from_events = INT64_MAX});
    v1::RankBottlenecksRequest request;
    const auto same = [&] {
      Same<v1::RankBottlenecksResponse>(anew, "RankBottlenecks", request,
                                        "ImprovementAnalysisService");
    };
    same();
    request.set_role_attribute("region");
    request.set_utility_attribute("category");
    request.set_period(v1::PERIOD_DAY);
    request.mutable_business_time()->add_calendars()->set_time_zone("UTC");
    request.set_max_entries(2);
    same();
    request.set_role_attribute("regoin");  // no event has it: both say so
    same();
  }

  void SameCauses() {
    TestAnalytics anew(*database_, {.live_from_events = INT64_MAX});
    v1::AnalyzeRootCausesRequest request;
    const auto same = [&] {
      Same<v1::AnalyzeRootCausesResponse>(anew, "AnalyzeRootCauses", request,
                                          "ImprovementAnalysisService");
    };
    request.set_min_cases(2);
    same();
    request.mutable_outcome()->mutable_target()->set_seconds(100'000);
    request.set_rank_by_hours(true);
    request.mutable_business_time()->add_calendars()->set_time_zone("UTC");
    same();
    request.add_keys("regoin");  // no event has it: both say so
    same();
    request.Clear();
    request.set_min_cases(2);
    request.mutable_outcome()->set_kind(v1::CauseOutcome::KIND_DEFECT);
    request.mutable_outcome()->set_include_open_cases(true);
    request.set_correction(v1::AnalyzeRootCausesRequest::CORRECTION_HOLM);
    same();
    request.mutable_outcome()->set_kind(v1::CauseOutcome::KIND_CONDITION);
    for (const char* condition :
         {"activities:\"step 1\" AND duration > 2h", "attributes.regoin = r1",
          "variant_rank > 2"}) {  // the last is always of the log
      request.mutable_outcome()->set_condition(condition);
      same();
    }
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<TestAnalytics> live_;
  std::mt19937 random_{17};
  int64_t now_ = from_monday::kBegin, next_ = 1;
};

TEST_F(LiveAnswers, AreThoseOfTheWholeLog) {
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
    // A question about a part reads the log itself, and makes a snapshot of it.
    if (i % 4 == 2) {
      v1::GetYieldRequest part;
      part.set_name(LogName("sales"));
      part.mutable_selection()->set_filter("attributes.region = r1");
      v1::GetYieldResponse answer;
      EXPECT_TRUE(
          live_->channel()
              .Call(Context(), "/plumbline.analytics.v1.QualityService/GetYield", part, &answer)
              .ok());
    }
    ASSERT_NO_FATAL_FAILURE(SameAnswers());
  }
  live_->clock().Advance(absl::Minutes(11));
  EXPECT_EQ(*live_->app().FollowOnce(), 0);  // nobody asks any more
  Write(10);
  SameAnswers();
}

TEST_F(LiveAnswers, BottlenecksAreThoseOfTheWholeLog) {
  Write(300);
  SameBottlenecks();
  Write(20);
  SameBottlenecks();
  for (int i = 0; i < 6; ++i) {
    if (i % 3 == 0) {
      EXPECT_EQ(*live_->app().FollowOnce(), 1);
    }
    Write(1 + 17 * i);
    ASSERT_NO_FATAL_FAILURE(SameBottlenecks());
  }
}

TEST_F(LiveAnswers, OfRootCausesAreThoseOfTheWholeLog) {
  Write(300);
  SameCauses();
  Write(20);
  SameCauses();
  EXPECT_EQ(*live_->app().FollowOnce(), 1);
  for (int i = 0; i < 6; ++i) {
    Write(1 + 17 * i);
    ASSERT_NO_FATAL_FAILURE(SameCauses());
  }
}

TEST_F(LiveAnswers, ErasureTakesEventsOutOfThem) {
  Write(300);
  SameAnswers();
  Write(20);
  SameAnswers();
  ASSERT_EQ(*live_->app().FollowOnce(), 1);
  v1::ErasePersonRequest erase;
  erase.set_name(LogName("sales"));
  erase.add_texts("step 3");
  erase.set_case_action(v1::ErasePersonRequest::CASE_ACTION_RENAME);
  v1::ErasePersonResponse erased;
  ASSERT_TRUE(
      live_->channel()
          .Call(Context(), "/plumbline.analytics.v1.EventDataService/ErasePerson", erase, &erased)
          .ok());
  SameAnswers();
  // It is another log since then, of which it has to be seen again that it is asked about.
  Write(5);
  SameAnswers();
  ASSERT_EQ(*live_->app().FollowOnce(), 1);
  Write(30);
  SameAnswers();
}

}  // namespace
}  // namespace plumbline::analytics
