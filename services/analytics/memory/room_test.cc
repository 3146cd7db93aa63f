// SPDX-License-Identifier: Apache-2.0
//
// What answers take is bounded: one that takes more than there is says how much would fit.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "plumbline/analytics/v1/organization_service.pb.h"
#include "plumbline/analytics/v1/quality_service.pb.h"
#include "plumbline/analytics/v1/segment_service.pb.h"
#include "plumbline/analytics/v1/temporal_service.pb.h"
#include "services/analytics/serving/service_testing.h"

namespace plumbline::analytics {
namespace {

constexpr int kCases = 2'000, kEventsOfACase = 3;
constexpr int64_t kFirstCase = 1'767'261'600;  // 2026-01-01T10:00:00Z
// What is given at first.
constexpr int64_t kLittle = 300'000;

// Each begins a second after the one before.
std::string ManyCases() {
  std::string csv = "case_id,activity,timestamp,resource\n";
  for (int c = 0; c < kCases; ++c) {
    for (int i = 0; i < kEventsOfACase; ++i) {
      absl::StrAppend(&csv, c, ",", i, ",2026-01-0", 1 + i,
                      "T10:", absl::Dec(c / 60, absl::kZeroPad2), ":",
                      absl::Dec(c % 60, absl::kZeroPad2), "Z,r", (c + i) % 7, "\n");
    }
  }
  return csv;
}

// One case of 300 activities, a day after the other.
std::string ManyActivities() {
  std::string csv = "case_id,activity,timestamp\n";
  const absl::Time begin = absl::FromUnixSeconds(1'700'000'000);
  for (int i = 0; i < 600; ++i) {
    absl::StrAppend(
        &csv, i / 300, ",a", i % 300, ",",
        absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", begin + absl::Hours(24 * i), absl::UTCTimeZone()),
        "\n");
  }
  return csv;
}

class Room : public testing::Test {
 protected:
  // Into much memory, and into so little that the log fits, but not what is computed from it.
  void Import(const std::string& csv) {
    ASSERT_TRUE(much_.Import("log", csv).ok());
    for (int64_t bytes = kLittle; bytes < 2 * kLittle; bytes += kLittle / 10) {
      little_ = std::make_unique<TestAnalytics>(AnalyticsOptions{.log_memory_bytes = bytes});
      if (!little_->Import("log", csv).ok()) continue;
      if (Ask<v1::GetYieldResponse>(*little_, "QualityService/GetYield", v1::GetYieldRequest())
              .ok())
        return;
    }
    FAIL() << "the log takes more than it should";
  }
  template <class Response, class Request>
  static absl::Status Ask(TestAnalytics& analytics, const char* method, Request request) {
    request.set_name(LogName("log"));
    Response response;
    return analytics.channel().Call({}, absl::StrCat("/plumbline.analytics.v1.", method), request,
                                    &response);
  }
  // Answered where there is room, else refused with these words.
  template <class Response, class Request>
  void ExpectRefused(const char* method, const Request& request, const char* words) {
    const absl::Status answered = Ask<Response>(much_, method, request);
    EXPECT_TRUE(answered.ok()) << method << ": " << answered;
    const absl::Status refused = Ask<Response>(*little_, method, request);
    EXPECT_EQ(ReasonText(refused), "FIELD_INVALID") << method << ": " << refused;
    EXPECT_TRUE(absl::StrContains(refused.message(), words)) << method << ": " << refused;
  }

  std::unique_ptr<TestAnalytics> little_;
  TestAnalytics much_;
};

TEST_F(Room, LargeAnswersAreRefusedWithTheSizeThatWouldFit) {
  ASSERT_NO_FATAL_FAILURE(Import(ManyCases()));
  const char* words = "(log_memory_bytes); select no more than ";
  ExpectRefused<v1::GetWorkloadResponse>("OrganizationService/GetWorkload",
                                         v1::GetWorkloadRequest(), words);
  ExpectRefused<v1::GetBatchesResponse>("OrganizationService/GetBatches", v1::GetBatchesRequest(),
                                        words);
  ExpectRefused<v1::GetFlowResponse>("QualityService/GetFlow", v1::GetFlowRequest(), words);
  ExpectRefused<v1::CompareCohortsResponse>("CohortService/CompareCohorts",
                                            v1::CompareCohortsRequest(), words);
  v1::GetControlChartRequest chart;
  chart.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
  ExpectRefused<v1::GetControlChartResponse>("QualityService/GetControlChart", chart, words);
  // A part of it fits.
  v1::GetHandoversRequest part;
  part.mutable_selection()->set_filter("case_id = \"19*\"");
  EXPECT_TRUE(
      Ask<v1::GetHandoversResponse>(*little_, "OrganizationService/GetHandovers", part).ok());
}

// Follows the advice of a refusal once: of these cases, no more than it says.
template <class Response, class Request>
void ExpectAdviceIsRight(TestAnalytics& analytics, const char* method, Request request, int cases) {
  const auto ask = [&](int first_cases) {
    v1::TimeWindow& window = *request.mutable_selection()->mutable_window();
    window.mutable_start_time()->set_seconds(kFirstCase);
    window.mutable_end_time()->set_seconds(kFirstCase + first_cases);
    Response response;
    request.set_name(LogName("log"));
    return analytics.channel().Call({}, absl::StrCat("/plumbline.analytics.v1.", method), request,
                                    &response);
  };
  const absl::Status refused = ask(cases);
  ASSERT_EQ(ReasonText(refused), "FIELD_INVALID") << method << ": " << refused;
  const std::vector<std::string> words =
      absl::StrSplit(std::string(refused.message()), "select no more than ");
  int percent = 0;
  ASSERT_EQ(words.size(), 2u) << refused;
  ASSERT_TRUE(absl::SimpleAtoi(words[1].substr(0, words[1].find(' ')), &percent)) << refused;
  ASSERT_GT(percent, 10) << refused;
  const absl::Status answered = ask(cases * percent / 100);
  EXPECT_TRUE(answered.ok()) << method << ": " << answered << "\nafter " << refused;
  // It is not far from what there is.
  EXPECT_FALSE(ask(cases * percent * 12 / 1000).ok()) << refused;
}

TEST_F(Room, WhoFollowsTheAdviceIsAnswered) {
  ASSERT_NO_FATAL_FAILURE(Import(ManyCases()));
  v1::GetControlChartRequest chart;
  chart.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
  // Of the whole log, which is not copied, and of a part, whose copy takes room too.
  for (const int cases : {kCases, kCases * 9 / 10}) {
    ExpectAdviceIsRight<v1::GetWorkloadResponse>(*little_, "OrganizationService/GetWorkload",
                                                 v1::GetWorkloadRequest(), cases);
    ExpectAdviceIsRight<v1::GetBatchesResponse>(*little_, "OrganizationService/GetBatches",
                                                v1::GetBatchesRequest(), cases);
    ExpectAdviceIsRight<v1::GetFlowResponse>(*little_, "QualityService/GetFlow",
                                             v1::GetFlowRequest(), cases);
    ExpectAdviceIsRight<v1::GetControlChartResponse>(*little_, "QualityService/GetControlChart",
                                                     chart, cases);
  }
}

// What is computed of one step needs no room for the others.
TEST_F(Room, AStepTakesWhatItsEventsDo) {
  ASSERT_NO_FATAL_FAILURE(Import(ManyActivities()));
  v1::GetControlChartRequest chart;
  chart.mutable_measure()->set_kind(v1::QualityMeasure::KIND_STEP_WAITING);
  chart.mutable_measure()->set_activity("a7");
  const absl::Status status =
      Ask<v1::GetControlChartResponse>(*little_, "QualityService/GetControlChart", chart);
  EXPECT_TRUE(status.ok()) << status;
}

// Teams are as many as there are, not as many as events.
TEST_F(Room, TeamsOfAnAttribute) {
  constexpr int kEvents = 2'000, kAtOnce = 500;
  TestAnalytics analytics(AnalyticsOptions{.log_memory_bytes = 600'000});
  ASSERT_TRUE(analytics.Create("log").ok());
  for (int first = 0; first < kEvents; first += kAtOnce) {
    std::vector<v1::Event> events;
    for (int i = first; i < first + kAtOnce; ++i) {
      v1::Event& event = events.emplace_back(
          EventOf(absl::StrCat(i / 10), absl::StrCat(i % 10), 1'700'000'000 + 60 * i));
      v1::Attribute& team = *event.add_attributes();
      team.set_key("org:group");
      team.set_string_value(absl::StrCat("team ", i % 3));
    }
    const auto written = analytics.Write("log", "crm", 1 + first, events);
    ASSERT_TRUE(written.ok()) << written.status();
  }
  v1::GetWorkloadRequest workload;
  workload.set_group_by("org:group");
  const absl::Status answered =
      Ask<v1::GetWorkloadResponse>(analytics, "OrganizationService/GetWorkload", workload);
  EXPECT_TRUE(answered.ok()) << answered;
  v1::GetBatchesRequest batches;
  batches.set_group_by("org:group");
  const absl::Status found =
      Ask<v1::GetBatchesResponse>(analytics, "OrganizationService/GetBatches", batches);
  EXPECT_TRUE(found.ok()) << found;
}

TEST_F(Room, PairsAreAsManyAsFit) {
  ASSERT_NO_FATAL_FAILURE(Import(ManyActivities()));
  ExpectRefused<v1::GetTemporalProfileResponse>(
      "TemporalService/GetTemporalProfile", v1::GetTemporalProfileRequest(),
      " pairs of activities that follow each other; select fewer activities");
  v1::FindDriftRequest drift;
  drift.set_period(v1::PERIOD_DAY);
  ExpectRefused<v1::FindDriftResponse>(
      "TemporalService/FindDrift", drift,
      " counts (pairs of activities times periods); take longer periods");
  drift.set_period(v1::PERIOD_MONTH);
  EXPECT_TRUE(Ask<v1::FindDriftResponse>(*little_, "TemporalService/FindDrift", drift).ok());
}

// Against a model of which every activity follows every other.
TEST_F(Room, FootprintsTakeWhatTheirDifferencesDo) {
  ASSERT_NO_FATAL_FAILURE(Import(ManyActivities()));
  v1::CompareFootprintsRequest request;
  request.mutable_other_selection();
  const absl::Status same =
      Ask<v1::CompareFootprintsResponse>(*little_, "ConformanceService/CompareFootprints", request);
  EXPECT_TRUE(same.ok()) << same;
  request.clear_other_selection();
  v1::ModelNode& model = *request.mutable_model();
  model.set_kind(v1::ModelNode::KIND_PARALLEL);
  for (int i = 0; i < 300; ++i) {
    v1::ModelNode& leaf = *model.add_children();
    leaf.set_kind(v1::ModelNode::KIND_ACTIVITY);
    leaf.set_activity(absl::StrCat("a", i));
  }
  ExpectRefused<v1::CompareFootprintsResponse>("ConformanceService/CompareFootprints", request,
                                               "(log_memory_bytes); select no more than ");
}

// A search does with what there is, and says what it did not find.
TEST_F(Room, AlignmentsDoWithLittle) {
  ASSERT_NO_FATAL_FAILURE(Import(ManyCases()));
  v1::CheckConformanceRequest request;
  v1::ModelNode& model = *request.mutable_model();
  model.set_kind(v1::ModelNode::KIND_SEQUENCE);
  for (const char* name : {"0", "2", "1"}) {
    v1::ModelNode& leaf = *model.add_children();
    leaf.set_kind(v1::ModelNode::KIND_ACTIVITY);
    leaf.set_activity(name);
  }
  request.set_name(LogName("log"));
  v1::CheckConformanceResponse response;
  for (TestAnalytics* analytics : {little_.get(), &much_}) {
    const absl::Status status = analytics->channel().Call(
        {}, "/plumbline.analytics.v1.ConformanceService/CheckConformance", request, &response);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(response.checked_case_count(), kCases);
    EXPECT_EQ(response.fitting_case_count(), 0);
    EXPECT_EQ(response.steps(0).skipped_case_count(), kCases);
    EXPECT_FALSE(response.precision_partial());
  }
}

}  // namespace
}  // namespace plumbline::analytics
