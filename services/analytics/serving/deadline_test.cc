// SPDX-License-Identifier: Apache-2.0
//
// Every query stops at its deadline, also in the middle of its work: on a clock that goes on by a
// millisecond whenever somebody looks at it.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/cascade_service.pb.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "plumbline/analytics/v1/discovery.pb.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "plumbline/analytics/v1/organization_service.pb.h"
#include "plumbline/analytics/v1/quality_service.pb.h"
#include "plumbline/analytics/v1/segment_service.pb.h"
#include "plumbline/analytics/v1/temporal_service.pb.h"
#include "services/analytics/serving/service_testing.h"

namespace plumbline::analytics {
namespace {

class LookedAtClock final : public base::Clock {
 public:
  absl::Time Now() const override { return begin_ + absl::Milliseconds(looks_.fetch_add(1)); }
  int64_t looks() const { return looks_; }

 private:
  // As in TestAnalytics.
  const absl::Time begin_ = base::SystemClock().Now() + absl::Hours(1);
  mutable std::atomic<int64_t> looks_{0};
};

// 40,000 cases of five events, in many variants, all by one resource.
std::string LargeLog() {
  std::string csv = "case_id,activity,timestamp,resource\n";
  uint32_t random = 1;
  for (int c = 0; c < 40'000; ++c) {
    for (int i = 0; i < 5; ++i) {
      random = random * 1'664'525 + 1'013'904'223;
      absl::StrAppend(&csv, "c", c, ",", std::string(1, static_cast<char>('a' + (random >> 28))),
                      ",2026-01-", absl::Dec(1 + i + c % 20, absl::kZeroPad2), "T", 10 + c % 12,
                      ":00:00Z,robot\n");
    }
  }
  return csv;
}

class Deadlines : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    analytics_ = std::make_unique<TestAnalytics>(clock_);
    ASSERT_TRUE(analytics_->Import("large", LargeLog()).ok());
  }
  static void TearDownTestSuite() { analytics_.reset(); }

  template <typename Response, typename Request>
  static absl::Status Ask(const std::string& method, Request request, absl::Time deadline) {
    request.set_name(LogName("large"));
    base::CallContext context;
    context.deadline = deadline;
    context.identity = base::Identity::Everything("test");
    Response response;
    return analytics_->channel().Call(context, absl::StrCat("/plumbline.analytics.v1.", method),
                                      request, &response);
  }

  // Asked twice with all the time it wants, of which the second time the log is at hand, then with
  // half of what that took, then with none. `change` makes it another question, which no cache
  // answers.
  template <typename Response, typename Request, typename Change>
  static void StopsHalfway(const std::string& method, Request request, int64_t least_looks,
                           const Change& change) {
    const auto ask = [&](int number, absl::Duration time) {
      change(number, &request);
      const int64_t before = clock_.looks();
      const absl::Status status = Ask<Response>(method, request, clock_.Now() + time);
      return std::pair(status, clock_.looks() - before);
    };
    const absl::Status first = ask(1, absl::Hours(1)).first;
    ASSERT_TRUE(first.ok()) << method << ": " << first;
    const auto [whole, looks] = ask(2, absl::Hours(1));
    ASSERT_TRUE(whole.ok()) << whole;
    EXPECT_GE(looks, least_looks) << method;
    const auto [half, half_looks] = ask(3, absl::Milliseconds(looks / 2));
    EXPECT_EQ(half.code(), absl::StatusCode::kDeadlineExceeded) << method << ": " << half;
    EXPECT_LT(half_looks, looks) << method;
    EXPECT_EQ(ask(4, absl::ZeroDuration()).first.code(), absl::StatusCode::kDeadlineExceeded);
  }

  static inline LookedAtClock clock_;
  static inline std::unique_ptr<TestAnalytics> analytics_;
};

TEST_F(Deadlines, OfMaps) {
  v1::GetProcessMapRequest request;
  request.mutable_business_time()->add_calendars()->set_time_zone("UTC");
  StopsHalfway<v1::GetProcessMapResponse>(
      "AnalyticsService/GetProcessMap", request, 12,
      [](int number, auto* r) { r->set_max_edges(100 + number); });
  request.Clear();
  request.set_relation(v1::GetProcessMapRequest::RELATION_EVENTUALLY_FOLLOWS);
  StopsHalfway<v1::GetProcessMapResponse>(
      "AnalyticsService/GetProcessMap", request, 12,
      [](int number, auto* r) { r->set_max_edges(200 + number); });
}

TEST_F(Deadlines, OfDurationsAndComparisons) {
  v1::GetDurationsRequest durations;
  durations.mutable_business_time()->add_calendars()->set_time_zone("UTC");
  StopsHalfway<v1::GetDurationsResponse>(
      "AnalyticsService/GetDurations", durations, 10,
      [](int number, auto* r) { r->set_max_steps(100 + number); });
  v1::CompareSegmentsRequest compare;
  compare.mutable_first()->set_filter("first_activity = a");
  StopsHalfway<v1::CompareSegmentsResponse>("SegmentService/CompareSegments", compare, 20,
                                            [](int, auto*) {});
}

TEST_F(Deadlines, OfDiscovery) {
  v1::DiscoverProcessRequest request;
  StopsHalfway<v1::DiscoverProcessResponse>("DiscoveryService/DiscoverProcess", request, 20,
                                            [](int, auto*) {});
  request.set_algorithm(v1::DISCOVERY_ALGORITHM_HEURISTICS);
  StopsHalfway<v1::DiscoverProcessResponse>("DiscoveryService/DiscoverProcess", request, 12,
                                            [](int, auto*) {});
}

TEST_F(Deadlines, OfReports) {
  StopsHalfway<v1::GetReportResponse>("AnalyticsService/GetReport", v1::GetReportRequest(), 12,
                                      [](int number, auto* r) { r->set_max_edges(number); });
  StopsHalfway<v1::GetImpedimentParetoResponse>(
      "AnalyticsService/GetImpedimentPareto", v1::GetImpedimentParetoRequest(), 8,
      [](int number, auto* r) { r->set_max_bars(number); });
}

// Of one resource that did all of it, too.
TEST_F(Deadlines, OfOrganization) {
  v1::GetHandoversRequest handovers;
  const auto change_pairs = [](int number, auto* r) { r->set_max_pairs(number); };
  StopsHalfway<v1::GetHandoversResponse>("OrganizationService/GetHandovers", handovers, 12,
                                         change_pairs);
  handovers.set_relation(v1::GetHandoversRequest::RELATION_WORKING_TOGETHER);
  StopsHalfway<v1::GetHandoversResponse>("OrganizationService/GetHandovers", handovers, 8,
                                         change_pairs);
  StopsHalfway<v1::GetWorkloadResponse>("OrganizationService/GetWorkload", v1::GetWorkloadRequest(),
                                        40,
                                        [](int number, auto* r) { r->set_max_performers(number); });
  StopsHalfway<v1::GetBatchesResponse>("OrganizationService/GetBatches", v1::GetBatchesRequest(),
                                       16, [](int number, auto* r) { r->set_max_entries(number); });
}

TEST_F(Deadlines, OfTemporalQuestions) {
  StopsHalfway<v1::GetTemporalProfileResponse>(
      "TemporalService/GetTemporalProfile", v1::GetTemporalProfileRequest(), 20,
      [](int number, auto* r) { r->set_max_pairs(number); });
  StopsHalfway<v1::FindDriftResponse>("TemporalService/FindDrift", v1::FindDriftRequest(), 12,
                                      [](int number, auto* r) { r->set_max_steps(number); });
}

TEST_F(Deadlines, OfQuality) {
  StopsHalfway<v1::GetFlowResponse>("QualityService/GetFlow", v1::GetFlowRequest(), 12,
                                    [](int number, auto* r) { r->set_max_steps(number); });
  StopsHalfway<v1::GetYieldResponse>("QualityService/GetYield", v1::GetYieldRequest(), 8,
                                     [](int number, auto* r) { r->set_max_steps(number); });
  StopsHalfway<v1::GetParetoResponse>("QualityService/GetPareto", v1::GetParetoRequest(), 8,
                                      [](int number, auto* r) { r->set_max_bars(number); });
  v1::GetControlChartRequest chart;
  chart.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
  StopsHalfway<v1::GetControlChartResponse>("QualityService/GetControlChart", chart, 8,
                                            [](int number, auto* r) { r->set_max_points(number); });
  v1::GetCapabilityRequest capability;
  capability.mutable_measure()->set_kind(v1::QualityMeasure::KIND_STEP_WAITING);
  capability.mutable_measure()->set_activity("a");
  StopsHalfway<v1::GetCapabilityResponse>(
      "QualityService/GetCapability", capability, 8,
      [](int number, auto* r) { r->mutable_upper_limit()->set_seconds(number); });
}

TEST_F(Deadlines, OfCascades) {
  v1::SimulateCascadeRequest request;
  v1::Disruption& slower = *request.add_disruptions();
  slower.set_step("a");
  slower.set_time_factor(2);
  slower.mutable_start_time()->set_seconds(1'769'000'000);  // 2026-01-21
  slower.mutable_end_time()->set_seconds(1'769'500'000);
  request.set_runs(20);
  v1::CaseCompletion& completion = *request.mutable_selection()->mutable_completion();
  completion.set_rule(v1::CaseCompletion::RULE_IDLE);
  completion.mutable_idle_time()->set_seconds(2 * 86'400);
  StopsHalfway<v1::SimulateCascadeResponse>(
      "CascadeService/SimulateCascade", request, 12,
      [](int number, auto* r) { r->set_seed(static_cast<uint64_t>(number)); });
}

TEST_F(Deadlines, OfCohortsForecastsAndCases) {
  StopsHalfway<v1::CompareCohortsResponse>("CohortService/CompareCohorts",
                                           v1::CompareCohortsRequest(), 12,
                                           [](int number, auto* r) { r->set_max_groups(number); });
  v1::ForecastCompletionsRequest forecast;
  forecast.set_items(100);
  forecast.set_period(v1::PERIOD_DAY);
  StopsHalfway<v1::ForecastCompletionsResponse>(
      "ForecastService/ForecastCompletions", forecast, 10,
      [](int number, auto* r) { r->set_seed(static_cast<uint64_t>(number)); });
  StopsHalfway<v1::ListCasesResponse>("SegmentService/ListCases", v1::ListCasesRequest(), 8,
                                      [](int number, auto* r) { r->set_page_size(number); });
}

// What has a time budget answers with what it has by then.
TEST_F(Deadlines, OfConformanceWithAnAnswer) {
  v1::CheckConformanceRequest request;
  request.set_name(LogName("large"));
  v1::ModelNode& model = *request.mutable_model();
  model.set_kind(v1::ModelNode::KIND_LOOP);
  for (const char* name : {"a", "b", "c"}) {
    v1::ModelNode& leaf = *model.add_children();
    leaf.set_kind(v1::ModelNode::KIND_ACTIVITY);
    leaf.set_activity(name);
  }
  for (const v1::ConformanceMethod method :
       {v1::CONFORMANCE_METHOD_REPLAY, v1::CONFORMANCE_METHOD_ALIGN}) {
    request.set_method(method);
    request.mutable_time_budget()->set_nanos(20'000'000);
    request.mutable_time_budget()->set_seconds(0);
    const int64_t before = clock_.looks();
    const absl::Status status = Ask<v1::CheckConformanceResponse>(
        "ConformanceService/CheckConformance", request, clock_.Now() + absl::Hours(1));
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_LT(clock_.looks() - before, 60) << "20 ms, and what the call itself takes";
    EXPECT_EQ(Ask<v1::CheckConformanceResponse>("ConformanceService/CheckConformance", request,
                                                clock_.Now())
                  .code(),
              absl::StatusCode::kDeadlineExceeded);
  }
}

}  // namespace
}  // namespace plumbline::analytics
