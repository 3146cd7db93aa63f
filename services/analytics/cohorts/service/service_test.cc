// SPDX-License-Identifier: Apache-2.0
//
// CohortService and ForecastService, over an in-process channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kBegin = 1'767'600'000;  // 2026-01-05 08:00 UTC, a Monday
constexpr int64_t kDay = 86'400;

// A hundred deals, one a day, in two regions: those of the north are won after 10 days, those of
// the south after 20; each fifth is lost after 5.
class CohortService : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("deals").ok());
    std::vector<v1::Event> events;
    for (int i = 0; i < 100; ++i) {
      const int64_t begin = kBegin + kDay * i;
      const bool north = i % 2 == 0, lost = i % 5 == 0;
      events.push_back(EventOf(absl::StrCat(i), "Open", begin));
      v1::Attribute* region = events.back().add_attributes();
      region->set_key("region");
      region->set_string_value(north ? "North" : "South");
      const int64_t days = lost ? 5 : north ? 10 : 20;
      events.push_back(EventOf(absl::StrCat(i), lost ? "Lost" : "Won", begin + kDay * days));
    }
    ASSERT_TRUE(analytics_.Write("deals", "test", 1, events).ok());
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(const std::string& method, Request request,
                               const std::string& log = "deals") {
    request.set_name(LogName(log));
    Response response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    const absl::Status status = analytics_.channel().Call(
        context, absl::StrCat("/plumbline.analytics.v1.", method), request, &response);
    if (!status.ok()) return status;
    return response;
  }
  auto Compare(const v1::CompareCohortsRequest& request) {
    return Ask<v1::CompareCohortsResponse>("CohortService/CompareCohorts", request);
  }
  auto Forecast(const v1::ForecastCompletionsRequest& request) {
    return Ask<v1::ForecastCompletionsResponse>("ForecastService/ForecastCompletions", request);
  }

  TestAnalytics analytics_;
};

TEST_F(CohortService, ComparesRegions) {
  v1::CompareCohortsRequest request;
  request.set_until_activity("Won");
  request.mutable_grouping()->set_attribute("region");
  const auto answer = Compare(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->groups_size(), 2);
  const v1::CohortTimes& north = answer->groups(0);
  EXPECT_EQ(north.title(), "North");
  EXPECT_EQ(north.case_count(), 50);
  EXPECT_EQ(north.happened_count(), 40);
  EXPECT_EQ(north.ended_without_count(), 10);
  EXPECT_EQ(north.median().time().seconds(), 10 * kDay);
  EXPECT_EQ(answer->groups(1).median().time().seconds(), 20 * kDay);
  EXPECT_LT(answer->log_rank().p_value(), 1e-6);
  EXPECT_EQ(answer->log_rank().degrees_of_freedom(), 1);
  EXPECT_THAT(answer->notes(0), HasSubstr("20 cases ended without it"));
  EXPECT_FALSE(answer->has_selection());
}

TEST_F(CohortService, ComparesBeforeAndAfterAChange) {
  v1::CompareCohortsRequest request;
  request.mutable_grouping()->mutable_splits()->add_times()->set_seconds(kBegin + 50 * kDay);
  request.mutable_selection()->set_filter("activities:Won");
  const auto answer = Compare(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->groups_size(), 2);
  EXPECT_EQ(answer->groups(0).case_count(), 40);
  EXPECT_EQ(answer->selection().case_count(), 80);
  EXPECT_GT(answer->log_rank().p_value(), 0.5);
}

TEST_F(CohortService, ASplitThatPartsNothingIsTold) {
  v1::CompareCohortsRequest request;
  request.mutable_grouping()->mutable_splits()->add_times()->set_seconds(kBegin + 5'000 * kDay);
  const auto answer = Compare(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_GT(answer->notes_size(), 0);
  EXPECT_THAT(
      answer->notes(answer->notes_size() - 1),
      HasSubstr("1 of the 2 groups that are asked for (`grouping.splits.times`) has no case, "
                "since none began then: there is nothing to compare."));
}

// All of the north are won after ten days: nothing can be compared, and that is said.
TEST_F(CohortService, EqualTimesHaveNoTestAndSayWhy) {
  v1::CompareCohortsRequest request;
  request.mutable_grouping()->mutable_splits()->add_times()->set_seconds(kBegin + 50 * kDay);
  request.mutable_selection()->set_filter("activities:Won AND attributes.region = 'North'");
  const auto answer = Compare(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->groups_size(), 2);
  EXPECT_FALSE(answer->has_log_rank());
  ASSERT_GT(answer->notes_size(), 0);
  EXPECT_THAT(answer->notes(0), HasSubstr("it happened to all that were still observed"));
}

TEST_F(CohortService, RefusesWithFieldAndRemedy) {
  v1::CompareCohortsRequest request;
  request.set_until_activity("won");
  EXPECT_THAT(Compare(request).status().message(), HasSubstr("did you mean 'Won'?"));
  request.set_until_activity("");
  request.set_confidence(1);
  EXPECT_THAT(Compare(request).status().message(), HasSubstr("confidence"));
  request.set_confidence(0);
  request.set_reference("East");
  EXPECT_THAT(Compare(request).status().message(),
              HasSubstr("is 'East', which is none of the groups; there is only 'all'"));
  request.mutable_grouping()->set_attribute("region");
  request.set_reference("Nrth");
  EXPECT_THAT(Compare(request).status().message(), HasSubstr("did you mean 'North'?"));
  request.clear_reference();
  request.mutable_grouping()->set_attribute("regin");
  EXPECT_THAT(
      Compare(request).status().message(),
      HasSubstr("is 'regin', which no event has under these cases; did you mean 'region'?"));
  request.mutable_grouping()->mutable_start_period()->set_time_zone("Mars");
  EXPECT_THAT(Compare(request).status().message(), HasSubstr("time_zone"));
  request.mutable_grouping()->mutable_splits();
  EXPECT_THAT(Compare(request).status().message(), HasSubstr("grouping.splits.times"));
}

// What keeps a forecast from telling is named, and not something beside it.
TEST_F(CohortService, ForecastsSayWhyTheyCannotTell) {
  v1::ForecastCompletionsRequest request;
  request.set_items(1'000'000'000);
  const auto never = Forecast(request);
  ASSERT_TRUE(never.ok()) << never.status();
  EXPECT_EQ(never->estimates_size(), 0);
  EXPECT_THAT(never->notes(never->notes_size() - 1),
              HasSubstr("not finished within 1,000 periods with any of these confidences"));
  request.set_items(1);
  request.mutable_selection()->set_filter("case_id = '0'");  // ended in the first week of the log
  EXPECT_THAT(Forecast(request).status().message(),
              HasSubstr("what ended did so in the week into which the log begins or ends"));
}

TEST_F(CohortService, Forecasts) {
  v1::ForecastCompletionsRequest request;
  request.set_periods(4);
  request.set_completion_activity("Won");
  const auto many = Forecast(request);
  ASSERT_TRUE(many.ok()) << many.status();
  EXPECT_EQ(many->estimates_size(), 4);
  EXPECT_NEAR(many->mean_count(), 4 * many->history().mean_count(), 0.2);
  EXPECT_GE(many->estimates(0).value(), many->estimates(3).value());
  EXPECT_EQ(Forecast(request)->SerializeAsString(), many->SerializeAsString());
  request.set_items(20);
  const auto when = Forecast(request);
  ASSERT_TRUE(when.ok()) << when.status();
  EXPECT_EQ(when->done_shares(when->done_shares_size() - 1), 1);
  EXPECT_EQ(when->estimates(0).time().seconds(),
            when->from_time().seconds() + 7 * kDay * when->estimates(0).value());
}

TEST_F(CohortService, ForecastsNeedAHistory) {
  v1::ForecastCompletionsRequest request;
  EXPECT_THAT(Forecast(request).status().message(), HasSubstr("give items"));
  request.set_periods(4);
  request.set_period(v1::PERIOD_MONTH);
  EXPECT_THAT(Forecast(request).status().message(), HasSubstr("history"));
  request.set_history_periods(3);
  EXPECT_THAT(Forecast(request).status().message(), HasSubstr("8 to 10000"));
  request.clear_history_periods();
  request.mutable_selection()->set_filter("case_id = nobody");
  EXPECT_THAT(Forecast(request).status().message(),
              HasSubstr("selection: leaves no case of the log"));
  request.clear_selection();
  ASSERT_TRUE(analytics_.Create("empty").ok());
  const auto of_nothing = Ask<v1::ForecastCompletionsResponse>(
      "ForecastService/ForecastCompletions", request, "empty");
  EXPECT_THAT(of_nothing.status().message(), HasSubstr("name: the log has no events"));
}

}  // namespace
}  // namespace plumbline::analytics
