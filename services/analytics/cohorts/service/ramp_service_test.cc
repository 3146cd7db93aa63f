// SPDX-License-Identifier: Apache-2.0
//
// CohortService.GetRampCurves, over an in-process channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kBegin = 1'767'600'000;  // 2026-01-05 08:00 UTC, a Monday
constexpr int64_t kDay = 86'400, kWeek = 7 * kDay;

// Forty reps in two regions, all begun on one day. Those of the north are certified in the week of
// their number (1 to 4), those of the south in that after; each attains 10 % more of the quota
// every week, up to 100 %. The log ends after twelve weeks.
class RampService : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("reps").ok());
    std::vector<v1::Event> events;
    for (int i = 0; i < 40; ++i) {
      const std::string id = absl::StrCat("rep ", i);
      const bool north = i % 2 == 0;
      events.push_back(EventOf(id, "Hired", kBegin));
      v1::Attribute* region = events.back().add_attributes();
      region->set_key("region");
      region->set_string_value(north ? "North" : "South");
      const int64_t week = i / 2 % 4 + (north ? 1 : 2);
      events.push_back(EventOf(id, "Certified", kBegin + week * kWeek - kDay));
      for (int w = 1; w <= 12; ++w) {
        events.push_back(EventOf(id, "Attainment", kBegin + w * kWeek - i % 3));
        v1::Attribute* quota = events.back().add_attributes();
        quota->set_key("quota");
        quota->set_double_value(w < 10 ? 0.1 * w : 1);
      }
    }
    ASSERT_TRUE(analytics_.Write("reps", "test", 1, events).ok());
  }

  absl::StatusOr<v1::GetRampCurvesResponse> Draw(v1::GetRampCurvesRequest request) {
    request.set_name(LogName("reps"));
    v1::GetRampCurvesResponse response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    const absl::Status status = analytics_.channel().Call(
        context, "/plumbline.analytics.v1.CohortService/GetRampCurves", request, &response);
    if (!status.ok()) return status;
    return response;
  }

  TestAnalytics analytics_;
};

TEST_F(RampService, SharesThatAreCertified) {
  v1::GetRampCurvesRequest request;
  request.mutable_measure()->set_activity("Certified");
  request.mutable_grouping()->set_attribute("region");
  const auto answer = Draw(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->curves_size(), 2);
  const v1::RampCurve& north = answer->curves(0);
  EXPECT_EQ(north.title(), "North");
  EXPECT_EQ(north.case_count(), 20);
  ASSERT_EQ(north.points_size(), 4);
  for (int w = 0; w < 4; ++w) {
    EXPECT_NEAR(north.points(w).value(), 0.25 * (w + 1), 1e-12);
    EXPECT_EQ(north.points(w).time().seconds(), (w + 1) * kWeek);
    EXPECT_EQ(north.points(w).observed_count(), 20);
  }
  EXPECT_LT(north.points(1).lower(), 0.5);
  EXPECT_GT(north.points(1).upper(), 0.5);
  EXPECT_FALSE(north.points(3).has_lower());  // all of them: nothing to be unsure of is known
  EXPECT_EQ(answer->curves(1).points(0).value(), 0);
  EXPECT_EQ(answer->curves(1).points_size(), 5);
  ASSERT_EQ(north.targets_size(), 3);
  EXPECT_EQ(north.targets(1).share(), 0.5);
  // Half are there from the second week until the third: the middle.
  EXPECT_EQ(north.targets(1).time().seconds(), 5 * kWeek / 2 - kDay);
}

TEST_F(RampService, NumbersThatGrow) {
  v1::GetRampCurvesRequest request;
  request.mutable_measure()->set_kind(v1::RampMeasure::KIND_LATEST);
  request.mutable_measure()->set_attribute("quota");
  request.set_full(1);
  request.add_target_shares(0.75);
  request.add_target_shares(1);
  const auto answer = Draw(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->curves_size(), 1);
  const v1::RampCurve& all = answer->curves(0);
  ASSERT_EQ(all.points_size(), 12);
  EXPECT_NEAR(all.points(3).value(), 0.4, 1e-12);
  EXPECT_EQ(all.points(3).observed_count(), 40);
  EXPECT_NEAR(all.points(3).lower(), 0.4, 1e-12);  // all are alike
  EXPECT_EQ(all.targets(0).time().seconds(), 8 * kWeek);
  EXPECT_EQ(all.targets(1).time().seconds(), 10 * kWeek);
  request.mutable_measure()->set_statistic(v1::RampMeasure::STATISTIC_MEDIAN);
  EXPECT_NEAR(Draw(request)->curves(0).points(5).value(), 0.6, 1e-12);
}

// Monday to Friday from 09:00 to 17:00: a week of 40 hours. All begin an hour before that.
TEST_F(RampService, ClocksRunInOpenHours) {
  v1::GetRampCurvesRequest request;
  request.mutable_measure()->set_activity("Certified");
  request.mutable_grouping()->set_attribute("region");
  const auto by_wall = Draw(request);
  ASSERT_TRUE(by_wall.ok()) << by_wall.status();
  EXPECT_EQ(by_wall->interval_length().seconds(), kWeek);
  request.mutable_business_time()->add_calendars()->set_time_zone("UTC");
  const auto shares = Draw(request);
  ASSERT_TRUE(shares.ok()) << shares.status();
  EXPECT_EQ(shares->interval_length().seconds(), 40 * 3'600);
  // They are certified on Sundays, when the week's hours have passed.
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(shares->curves(0).points(i).time().seconds(), (i + 1) * 40 * 3'600);
    EXPECT_NEAR(shares->curves(0).points(i).value(), by_wall->curves(0).points(i).value(), 1e-12);
  }
  // At a half it rests from the second week to the third.
  EXPECT_EQ(shares->curves(0).targets(1).time().seconds(), 100 * 3'600);
  request.set_interval(v1::PERIOD_DAY);
  EXPECT_EQ(Draw(request)->interval_length().seconds(), 8 * 3'600);
  EXPECT_NEAR(Draw(request)->curves(0).points(4).value(), 0.25, 1e-12);
  EXPECT_EQ(Draw(request)->curves(0).points(3).value(), 0);
  // Attainments come on Mondays just before work begins, when no hour of that day has passed.
  request.mutable_measure()->clear_activity();
  request.mutable_measure()->set_kind(v1::RampMeasure::KIND_LATEST);
  request.mutable_measure()->set_attribute("quota");
  request.set_interval(v1::PERIOD_WEEK);
  request.set_full(1);
  const auto numbers = Draw(request);
  ASSERT_TRUE(numbers.ok()) << numbers.status();
  EXPECT_NEAR(numbers->curves(0).points(5).value(), 0.6, 1e-12);
  EXPECT_EQ(numbers->curves(0).targets(1).time().seconds(), 5 * 40 * 3'600);
  auto* calendar = request.mutable_business_time()->mutable_calendars(0);
  calendar->set_time_zone("Mars");
  EXPECT_THAT(Draw(request).status().message(), HasSubstr("business_time"));
}

TEST_F(RampService, RefusesWithFieldAndRemedy) {
  v1::GetRampCurvesRequest request;
  request.mutable_measure()->set_activity("certified");
  EXPECT_THAT(Draw(request).status().message(), HasSubstr("did you mean 'Certified'?"));
  request.mutable_measure()->clear_activity();
  request.mutable_measure()->set_attribute("quota");
  EXPECT_THAT(Draw(request).status().message(), HasSubstr("measure.attribute"));
  request.mutable_measure()->set_kind(v1::RampMeasure::KIND_LATEST);
  request.mutable_measure()->set_attribute("quoat");
  EXPECT_THAT(Draw(request).status().message(), HasSubstr("did you mean 'quota'?"));
  request.mutable_measure()->clear_attribute();
  EXPECT_THAT(Draw(request).status().message(), HasSubstr("name an attribute"));
  request.mutable_measure()->set_attribute("quota");
  request.set_full(-1);
  EXPECT_THAT(Draw(request).status().message(), HasSubstr("full"));
  request.clear_full();
  request.set_intervals(501);
  EXPECT_THAT(Draw(request).status().message(), HasSubstr("1 to 500"));
  request.set_intervals(0);
  request.add_target_shares(1.5);
  EXPECT_THAT(Draw(request).status().message(), HasSubstr("target_shares[0]"));
}

}  // namespace
}  // namespace plumbline::analytics
