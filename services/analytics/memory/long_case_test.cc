// SPDX-License-Identifier: Apache-2.0
//
// A case of a million events: every question about it has an answer, or is refused with a reason,
// in bounded memory and time.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "plumbline/analytics/v1/discovery.pb.h"
#include "plumbline/analytics/v1/organization_service.pb.h"
#include "plumbline/analytics/v1/quality_service.pb.h"
#include "plumbline/analytics/v1/segment_service.pb.h"
#include "plumbline/analytics/v1/temporal_service.pb.h"
#include "services/analytics/conformance/check.h"
#include "services/analytics/serving/service_testing.h"

namespace plumbline::analytics {
namespace {

constexpr int kEvents = 1'000'000;

std::string LongCase() {
  std::string csv = "case_id,activity,timestamp,resource\n";
  uint32_t random = 1;
  for (int i = 0; i < kEvents; ++i) {
    random = random * 1'664'525 + 1'013'904'223;
    absl::StrAppend(&csv, "1,", std::string(1, static_cast<char>('a' + (random >> 29))), ",",
                    absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(1'600'000'000 + i),
                                     absl::UTCTimeZone()),
                    ",r", random >> 30, "\n");
  }
  return csv;
}

class LongCaseTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    analytics_ = std::make_unique<TestAnalytics>(clock_);
    const auto imported = analytics_->Import("long", LongCase());
    ASSERT_TRUE(imported.ok()) << imported.status();
    ASSERT_EQ(imported->event_count(), kEvents);
  }
  static void TearDownTestSuite() { analytics_.reset(); }

  template <class Response, class Request>
  static Response Ask(const char* method, Request request) {
    request.set_name(LogName("long"));
    base::CallContext context;
    context.deadline = clock_.Now() + absl::Hours(1);
    Response response;
    const absl::Status status = analytics_->channel().Call(
        context, absl::StrCat("/plumbline.analytics.v1.", method), request, &response);
    EXPECT_TRUE(status.ok()) << method << ": " << status;
    return response;
  }

  static inline base::SystemClock clock_;  // time budgets run out
  static inline std::unique_ptr<TestAnalytics> analytics_;
};

TEST_F(LongCaseTest, IsMinedAndMeasured) {
  EXPECT_EQ(
      Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap", v1::GetProcessMapRequest())
          .process_map()
          .event_count(),
      kEvents);
  v1::GetProcessMapRequest eventually;
  eventually.set_relation(v1::GetProcessMapRequest::RELATION_EVENTUALLY_FOLLOWS);
  Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap", eventually);
  EXPECT_EQ(
      Ask<v1::ListVariantsResponse>("AnalyticsService/ListVariants", v1::ListVariantsRequest())
          .total_count(),
      1);
  Ask<v1::GetReportResponse>("AnalyticsService/GetReport", v1::GetReportRequest());
  Ask<v1::DiscoverProcessResponse>("DiscoveryService/DiscoverProcess",
                                   v1::DiscoverProcessRequest());
  Ask<v1::GetFlowResponse>("QualityService/GetFlow", v1::GetFlowRequest());
  Ask<v1::GetYieldResponse>("QualityService/GetYield", v1::GetYieldRequest());
  Ask<v1::ListCasesResponse>("SegmentService/ListCases", v1::ListCasesRequest());
  Ask<v1::CompareCohortsResponse>("CohortService/CompareCohorts", v1::CompareCohortsRequest());
}

TEST_F(LongCaseTest, IsLookedAtByPeopleAndTimes) {
  EXPECT_EQ(
      Ask<v1::GetWorkloadResponse>("OrganizationService/GetWorkload", v1::GetWorkloadRequest())
          .item_count(),
      kEvents);
  const auto handovers =
      Ask<v1::GetHandoversResponse>("OrganizationService/GetHandovers", v1::GetHandoversRequest());
  EXPECT_EQ(handovers.handover_count() + handovers.kept_count(), kEvents - 1);
  Ask<v1::GetBatchesResponse>("OrganizationService/GetBatches", v1::GetBatchesRequest());
  // Half a million million pairs of events.
  EXPECT_GT(Ask<v1::GetTemporalProfileResponse>("TemporalService/GetTemporalProfile",
                                                v1::GetTemporalProfileRequest())
                .time_count(),
            int64_t{499'000'000'000});
  Ask<v1::FindDriftResponse>("TemporalService/FindDrift", v1::FindDriftRequest());
}

// What is set aside for such a check is what it may take at most, and bounded.
TEST(LongCases, AreCountedByWhatTheirChecksTake) {
  const conformance::ModelNode model = conformance::ParseModel("*( 'a', 'b', 'c' )").value();
  conformance::VariantLog log{{"a", "b", "c"}, {{std::vector<uint32_t>(kEvents, 0), 1}}};
  const conformance::CheckSize size = conformance::SizeOf(model, log);
  EXPECT_EQ(size.longest, size_t{kEvents});
  for (const auto method : {conformance::Method::kReplay, conformance::Method::kAlign}) {
    conformance::CheckOptions options;
    options.method = method;
    // The sets of states, or the rows, after each of the events.
    EXPECT_GT(conformance::FitInto(int64_t{1} << 40, size, options), 32 * int64_t{kEvents});
    EXPECT_LE(conformance::FitInto(int64_t{64} << 20, size, options), int64_t{64} << 20);
  }
}

TEST_F(LongCaseTest, IsCheckedAgainstAModel) {
  v1::CheckConformanceRequest request;
  v1::ModelNode& model = *request.mutable_model();
  model.set_kind(v1::ModelNode::KIND_LOOP);
  for (const char* name : {"a", "b", "c"}) {
    v1::ModelNode& leaf = *model.add_children();
    leaf.set_kind(v1::ModelNode::KIND_ACTIVITY);
    leaf.set_activity(name);
  }
  request.set_method(v1::CONFORMANCE_METHOD_REPLAY);
  request.mutable_time_budget()->set_seconds(100);  // a part of a second suffices
  const auto replayed =
      Ask<v1::CheckConformanceResponse>("ConformanceService/CheckConformance", request);
  EXPECT_EQ(replayed.checked_case_count(), 1);
  EXPECT_EQ(replayed.fitting_case_count(), 0);
  EXPECT_GT(replayed.unknown_event_count(), kEvents / 2);
  EXPECT_LT(replayed.fitness(), 0.9);
  // Hundreds of thousands of deviations: no time suffices to prove that there are no fewer.
  request.set_method(v1::CONFORMANCE_METHOD_ALIGN);
  request.mutable_time_budget()->set_seconds(2);
  const auto aligned =
      Ask<v1::CheckConformanceResponse>("ConformanceService/CheckConformance", request);
  EXPECT_EQ(aligned.case_count(), 1);
  EXPECT_EQ(aligned.checked_case_count(), 0);
  EXPECT_TRUE(aligned.has_fitness());
  EXPECT_LT(aligned.fitness(), aligned.most_fitness());
  EXPECT_FALSE(aligned.has_average_case_fitness());
  EXPECT_FALSE(aligned.has_precision());
  EXPECT_TRUE(aligned.precision_partial());
  ASSERT_EQ(aligned.variants_size(), 1);
  EXPECT_FALSE(aligned.variants(0).optimal());
  EXPECT_GT(aligned.variants(0).deviation_count(), kEvents / 2);
}

}  // namespace
}  // namespace plumbline::analytics
