// SPDX-License-Identifier: Apache-2.0
//
// OrganizationService and TemporalService over an in-process channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/organization_service.pb.h"
#include "plumbline/analytics/v1/temporal_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using testing::HasSubstr;

constexpr int64_t kBegin = 1'767'600'000;  // 2026-01-05 08:00 UTC, a Monday
constexpr int64_t kHour = 3600, kDay = 24 * kHour;

// Sixty days of ten cases: ada asks; an hour later bob signs, from day 40 on cleo legal before him.
class OrganizationServices : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("deals").ok());
    std::vector<v1::Event> events;
    for (int64_t day = 0; day < 60; ++day) {
      for (int64_t i = 0; i < 10; ++i) {
        const std::string id = absl::StrCat(day * 10 + i);
        int64_t time = kBegin + day * kDay + i * 60;
        Add(events, id, "ask", "ada", time);
        if (day >= 40) Add(events, id, "legal", "cleo", time += kHour);
        Add(events, id, "sign", "bob", time + kHour);
      }
    }
    ASSERT_TRUE(analytics_.Write("deals", "test", 1, events).ok());
  }

  static void Add(std::vector<v1::Event>& events, const std::string& id, const char* activity,
                  const char* resource, int64_t time) {
    events.push_back(EventOf(id, activity, time));
    events.back().set_resource(resource);
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(const std::string& method, Request request,
                               absl::Duration patience = absl::Hours(2)) {
    request.set_name(LogName("deals"));
    Response response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + patience;
    context.identity = base::Identity::Everything("test");
    const absl::Status status = analytics_.channel().Call(
        context, absl::StrCat("/plumbline.analytics.v1.", method), request, &response);
    if (!status.ok()) return status;
    return response;
  }
  template <typename Request>
  std::string ErrorOf(const std::string& method, const Request& request) {
    absl::StatusOr<v1::GetHandoversResponse> answer =
        Ask<v1::GetHandoversResponse>(method, request);
    EXPECT_EQ(ReasonText(answer), "FIELD_INVALID");
    return std::string(answer.status().message());
  }

  TestAnalytics analytics_;
};

TEST_F(OrganizationServices, HandoversWithLimitsAndSelections) {
  v1::GetHandoversRequest request;
  request.set_max_pairs(1);
  const auto all = Ask<v1::GetHandoversResponse>("OrganizationService/GetHandovers", request);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->handover_count(), 800);
  EXPECT_EQ(all->case_count(), 600);
  EXPECT_EQ(all->performer_count(), 3);
  ASSERT_EQ(all->handovers_size(), 1);
  EXPECT_EQ(all->handovers(0).from() + ">" + all->handovers(0).to(), "ada>bob");
  EXPECT_EQ(all->handovers(0).count(), 400);
  EXPECT_EQ(all->handovers(0).wait().median().seconds(), kHour);
  EXPECT_EQ(all->omitted_handovers().count(), 2);
  EXPECT_DOUBLE_EQ(all->omitted_handovers().share(), 0.5);
  EXPECT_FALSE(all->has_selection());

  request.mutable_selection()->set_filter("activities:legal");
  request.set_relation(v1::GetHandoversRequest::RELATION_WORKING_TOGETHER);
  request.set_max_pairs(0);
  const auto legal = Ask<v1::GetHandoversResponse>("OrganizationService/GetHandovers", request);
  ASSERT_TRUE(legal.ok()) << legal.status();
  EXPECT_EQ(legal->selection().case_count(), 200);
  ASSERT_EQ(legal->working_together_size(), 3);
  EXPECT_EQ(legal->working_together(0).case_count(), 200);
  EXPECT_EQ(legal->working_together(0).first_share(), 1);
}

TEST_F(OrganizationServices, WorkloadByMonth) {
  v1::GetWorkloadRequest request;
  request.set_period(v1::PERIOD_MONTH);
  const auto workload = Ask<v1::GetWorkloadResponse>("OrganizationService/GetWorkload", request);
  ASSERT_TRUE(workload.ok()) << workload.status();
  ASSERT_EQ(workload->performers_size(), 3);
  EXPECT_EQ(workload->performers(0).performer(), "ada");
  EXPECT_EQ(workload->performers(0).item_count(), 600);
  EXPECT_EQ(workload->performers(0).active_day_count(), 60);
  EXPECT_EQ(workload->performers(0).items_per_active_day(), 10);
  EXPECT_EQ(workload->item_count(), 1400);
  EXPECT_FALSE(workload->has_starts());
  EXPECT_FALSE(workload->performers(0).has_service());
  EXPECT_FALSE(workload->performers(0).has_busy_seconds());
  EXPECT_FALSE(workload->performers(0).has_utilisation());
  EXPECT_FALSE(workload->performers(0).has_max_open_item_count());
  EXPECT_FALSE(workload->periods(0).has_busy_seconds());
  ASSERT_GT(workload->absent_size(), 0);
  EXPECT_EQ(workload->absent(0).field(), "performers.busy_seconds");
  ASSERT_EQ(workload->periods_size(), 3);
  EXPECT_EQ(workload->periods(0).performer_count(), 2);
  EXPECT_GT(workload->load_effect().item_count(), 0);
}

TEST_F(OrganizationServices, BatchesOfWhatWasAsked) {
  // Bob signs each a minute after the other, long after the last was asked for.
  const auto batches =
      Ask<v1::GetBatchesResponse>("OrganizationService/GetBatches", v1::GetBatchesRequest());
  ASSERT_TRUE(batches.ok()) << batches.status();
  EXPECT_EQ(batches->total().batch_count(), 60 + 20);
  EXPECT_EQ(batches->total().mean_size(), 10);
  EXPECT_EQ(batches->total().sequential_count(), 80);
  EXPECT_EQ(batches->total().gathering_seconds(), 80 * 45 * 60);  // 9 + 8 + ... minutes
  ASSERT_EQ(batches->entries_size(), 3);
  EXPECT_EQ(batches->entries(0).activity(), "sign");
  EXPECT_EQ(batches->largest_batches_size(), 20);
  EXPECT_EQ(batches->largest_batches(0).kind(), v1::Batch::KIND_SEQUENTIAL);
}

TEST_F(OrganizationServices, ProfileAgainstAReference) {
  v1::GetTemporalProfileRequest request;
  request.mutable_selection()->set_filter("activities:legal");
  request.mutable_reference()->set_filter("NOT activities:legal");
  const auto profile =
      Ask<v1::GetTemporalProfileResponse>("TemporalService/GetTemporalProfile", request);
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(profile->selection().case_count(), 200);
  EXPECT_EQ(profile->reference().case_count(), 400);
  ASSERT_EQ(profile->pairs_size(), 1);
  EXPECT_EQ(profile->pairs(0).mean_seconds(), kHour);
  EXPECT_TRUE(profile->pairs(0).has_deviation_seconds());
  EXPECT_EQ(profile->pairs(0).deviation_seconds(), 0);  // always an hour
  EXPECT_FALSE(profile->cases(0).has_sigmas());
  ASSERT_EQ(profile->absent_size(), 1);
  EXPECT_EQ(profile->absent(0).field(), "cases.sigmas");
  EXPECT_EQ(profile->pairs(0).late_count(), 200);
  EXPECT_EQ(profile->deviating_case_count(), 200);
  EXPECT_EQ(profile->unknown_count(), 400);
  ASSERT_EQ(profile->cases_size(), 100);
  EXPECT_EQ(profile->cases(0).seconds(), 2 * kHour);
}

TEST_F(OrganizationServices, DriftIsFound) {
  v1::FindDriftRequest request;
  request.set_period(v1::PERIOD_DAY);
  const auto drift = Ask<v1::FindDriftResponse>("TemporalService/FindDrift", request);
  ASSERT_TRUE(drift.ok()) << drift.status();
  ASSERT_EQ(drift->changes_size(), 1);
  const v1::ProcessChange& change = drift->changes(0);
  EXPECT_EQ(change.time().seconds(), kBegin - 8 * kHour + 40 * kDay);
  ASSERT_EQ(change.activities_size(), 1);
  EXPECT_EQ(change.activities(0).activity(), "ask");
  EXPECT_EQ(change.activities(0).shift(), 1);
  EXPECT_EQ(change.steps(0).to(), "legal");
  EXPECT_EQ(change.steps(0).after_share(), 1);
  EXPECT_GT(drift->test_count(), 1000);
}

TEST_F(OrganizationServices, WrongRequestsNameTheField) {
  v1::GetHandoversRequest handovers;
  handovers.set_group_by("team");
  EXPECT_THAT(ErrorOf("OrganizationService/GetHandovers", handovers), HasSubstr("group_by"));
  handovers.clear_group_by();
  handovers.set_max_pairs(10'001);
  EXPECT_THAT(ErrorOf("OrganizationService/GetHandovers", handovers), HasSubstr("max_pairs"));
  v1::GetWorkloadRequest workload;
  workload.set_time_zone("Europe/Nowhere");
  EXPECT_THAT(ErrorOf("OrganizationService/GetWorkload", workload), HasSubstr("time_zone"));
  v1::GetBatchesRequest batches;
  batches.mutable_gap()->set_seconds(-1);
  EXPECT_THAT(ErrorOf("OrganizationService/GetBatches", batches), HasSubstr("gap"));
  batches.clear_gap();
  batches.set_min_case_count(1);
  EXPECT_THAT(ErrorOf("OrganizationService/GetBatches", batches), HasSubstr("min_case_count"));
  v1::GetTemporalProfileRequest profile;
  profile.set_sigmas(-1);
  EXPECT_THAT(ErrorOf("TemporalService/GetTemporalProfile", profile), HasSubstr("sigmas"));
  profile.clear_sigmas();
  profile.mutable_reference()->set_filter("activites:a");
  EXPECT_THAT(ErrorOf("TemporalService/GetTemporalProfile", profile),
              HasSubstr("reference.filter"));
  v1::FindDriftRequest drift;
  drift.set_max_p_value(0.9);
  EXPECT_THAT(ErrorOf("TemporalService/FindDrift", drift), HasSubstr("max_p_value"));
}

TEST_F(OrganizationServices, AnEmptySelectionIsNoError) {
  v1::GetHandoversRequest handovers;
  handovers.mutable_selection()->set_filter("activities:nothing");
  const auto none = Ask<v1::GetHandoversResponse>("OrganizationService/GetHandovers", handovers);
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->has_wait());
  ASSERT_EQ(none->absent_size(), 1);
  EXPECT_EQ(none->absent(0).field(), "wait");
  v1::GetWorkloadRequest workload;
  workload.mutable_selection()->set_filter("activities:nothing");
  workload.set_period(v1::PERIOD_DAY);
  EXPECT_TRUE(Ask<v1::GetWorkloadResponse>("OrganizationService/GetWorkload", workload).ok());
  v1::GetBatchesRequest batches;
  batches.mutable_selection()->set_filter("activities:nothing");
  EXPECT_TRUE(Ask<v1::GetBatchesResponse>("OrganizationService/GetBatches", batches).ok());
  v1::GetTemporalProfileRequest profile;
  profile.mutable_selection()->set_filter("activities:nothing");
  EXPECT_TRUE(
      Ask<v1::GetTemporalProfileResponse>("TemporalService/GetTemporalProfile", profile).ok());
  v1::FindDriftRequest drift;
  drift.mutable_selection()->set_filter("activities:nothing");
  EXPECT_TRUE(Ask<v1::FindDriftResponse>("TemporalService/FindDrift", drift).ok());
}

TEST_F(OrganizationServices, TheDeadlineIsKept) {
  // An hour ago by the clock of the service.
  EXPECT_EQ(ReasonText(Ask<v1::GetHandoversResponse>("OrganizationService/GetHandovers",
                                                     v1::GetHandoversRequest(), absl::Minutes(1))),
            "DEADLINE_EXCEEDED");
}

}  // namespace
}  // namespace plumbline::analytics
