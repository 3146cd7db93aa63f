// SPDX-License-Identifier: Apache-2.0
//
// What answers take is bounded: one that takes more than there is says how much would fit.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "plumbline/analytics/v1/organization_service.pb.h"
#include "plumbline/analytics/v1/quality_service.pb.h"
#include "plumbline/analytics/v1/segment_service.pb.h"
#include "plumbline/analytics/v1/temporal_service.pb.h"
#include "services/analytics/service_testing.h"

namespace plumbline::analytics {
namespace {

constexpr int kCases = 2'000, kEventsOfACase = 3;
// What is given at first.
constexpr int64_t kLittle = 300'000;

std::string ManyCases() {
  std::string csv = "case_id,activity,timestamp,resource\n";
  for (int c = 0; c < kCases; ++c) {
    for (int i = 0; i < kEventsOfACase; ++i) {
      absl::StrAppend(&csv, c, ",", i, ",2026-01-0", 1 + i, "T10:00:00Z,r", (c + i) % 7, "\n");
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
  const absl::Status status =
      Ask<v1::CheckConformanceResponse>(*little_, "ConformanceService/CheckConformance", request);
  EXPECT_TRUE(status.ok()) << status;
}

}  // namespace
}  // namespace plumbline::analytics
