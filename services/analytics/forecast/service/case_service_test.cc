// SPDX-License-Identifier: Apache-2.0
//
// ForecastService.ForecastCase, over an in-process channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kBegin = 1'767'600'000;  // 2026-01-05 08:00 UTC, a Monday
constexpr int64_t kDay = 86'400, kHour = 3'600;

// Forty hires, one a day: account (1 day), then training (2 to 5 days) beside laptop (1 day), then
// exam (1 day). Another has begun on day 45 and has its account.
class CaseForecastService : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("hires").ok());
    std::vector<v1::Event> events;
    for (int i = 0; i < 40; ++i) {
      const int64_t begin = kBegin + kDay * i;
      const auto add = [&](const char* activity, int64_t time) {
        events.push_back(EventOf(absl::StrCat("h", i), activity, begin + time));
      };
      add("Day one", 0);
      add("Account", kDay);
      add("Laptop", 2 * kDay);
      add("Training", (3 + i % 4) * kDay);
      add("Exam", (4 + i % 4) * kDay);
    }
    events.push_back(EventOf("ada", "Day one", kBegin + 45 * kDay));
    events.push_back(EventOf("ada", "Account", kBegin + 46 * kDay));
    ASSERT_TRUE(analytics_.Write("hires", "test", 1, events).ok());
  }

  static void AddActivity(const char* name, v1::ModelNode* parent) {
    v1::ModelNode* node = parent->add_children();
    node->set_kind(v1::ModelNode::KIND_ACTIVITY);
    node->set_activity(name);
  }
  static v1::ForecastCaseRequest OfAda() {
    v1::ForecastCaseRequest request;
    request.set_case_id("ada");
    v1::ModelNode* root = request.mutable_model();
    root->set_kind(v1::ModelNode::KIND_SEQUENCE);
    AddActivity("Day one", root);
    AddActivity("Account", root);
    v1::ModelNode* both = root->add_children();
    both->set_kind(v1::ModelNode::KIND_PARALLEL);
    AddActivity("Training", both);
    AddActivity("Laptop", both);
    AddActivity("Exam", root);
    return request;
  }

  absl::StatusOr<v1::ForecastCaseResponse> Forecast(v1::ForecastCaseRequest request) {
    request.set_name(LogName("hires"));
    v1::ForecastCaseResponse response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    const absl::Status status = analytics_.channel().Call(
        context, "/plumbline.analytics.v1.ForecastService/ForecastCase", request, &response);
    if (!status.ok()) return status;
    return response;
  }

  TestAnalytics analytics_;
};

const v1::CaseStepForecast& StepOf(const v1::ForecastCaseResponse& answer,
                                   const std::string& activity) {
  for (const auto& step : answer.steps()) {
    if (step.activity() == activity) return step;
  }
  ADD_FAILURE() << "no step " << activity;
  return answer.steps(0);
}

TEST_F(CaseForecastService, OfACaseThatIsUnderWay) {
  auto request = OfAda();
  request.mutable_by_time()->set_seconds(kBegin + 50 * kDay);
  const auto answer = Forecast(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->as_of_time().seconds(), kBegin + 46 * kDay);
  EXPECT_EQ(answer->start_time().seconds(), kBegin + 45 * kDay);
  // 2 to 5 days of training and one of the exam.
  ASSERT_EQ(answer->estimates_size(), 4);
  EXPECT_EQ(answer->estimates(3).duration().seconds(), 6 * kDay);
  EXPECT_EQ(answer->estimates(3).finish_time().seconds(), kBegin + 52 * kDay);
  EXPECT_NEAR(static_cast<double>(answer->mean().seconds()), 4.5 * kDay, 0.02 * kDay);
  EXPECT_GT(answer->mean_error().seconds(), 0);
  EXPECT_NEAR(answer->done_share(), 0.5, 0.01);
  EXPECT_GT(answer->done_share_error(), 0);
  EXPECT_EQ(answer->history().case_count(), 40);
  EXPECT_EQ(answer->history().unfinished_case_count(), 0);  // the case itself is none of them
  EXPECT_TRUE(answer->notes().empty()) << answer->notes(0);
  const auto& training = StepOf(*answer, "Training");
  EXPECT_EQ(training.observed_count(), 40);
  EXPECT_EQ(training.pending_time().seconds(), kBegin + 46 * kDay);
  EXPECT_EQ(training.criticality(), 1);
  EXPECT_EQ(training.share(), 1);
  EXPECT_EQ(StepOf(*answer, "Laptop").criticality(), 0);
  EXPECT_EQ(StepOf(*answer, "Laptop").mean_end().seconds(), kDay);
  EXPECT_EQ(StepOf(*answer, "Account").share(), 0);
  EXPECT_EQ(StepOf(*answer, "Account").done_count(), 1);
  EXPECT_FALSE(StepOf(*answer, "Exam").has_pending_time());
  // The history is forecast by itself: training is all that varies.
  EXPECT_NEAR(answer->estimates(1).history_share(), 1, 0.25);
  // The same again, and by another seed hardly another.
  EXPECT_EQ(Forecast(request)->SerializeAsString(), answer->SerializeAsString());
  request.set_seed(2);
  EXPECT_NEAR(static_cast<double>(Forecast(request)->mean().seconds()), 4.5 * kDay, 0.02 * kDay);
}

TEST_F(CaseForecastService, TimeThatPassesCounts) {
  auto request = OfAda();
  request.mutable_as_of_time()->set_seconds(kBegin + 49 * kDay + kHour);
  const auto answer = Forecast(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  // Training takes more than three days now: 4 or 5; and the laptop has been longer than ever.
  EXPECT_NEAR(static_cast<double>(StepOf(*answer, "Training").mean_duration().seconds()),
              1.5 * kDay - kHour, 0.02 * kDay);
  EXPECT_TRUE(StepOf(*answer, "Laptop").beyond_experience());
  EXPECT_THAT(absl::StrCat(answer->notes(0)), HasSubstr("longer than ever seen: 'Laptop'"));
}

TEST_F(CaseForecastService, AsItWasKnownThen) {
  auto request = OfAda();
  request.set_case_id("h30");
  EXPECT_EQ(ReasonText(Forecast(request)), "CASE_ENDED");
  request.mutable_as_of_time()->set_seconds(kBegin + 32 * kDay + kHour);
  const auto answer = Forecast(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(StepOf(*answer, "Laptop").done_count(), 1);
  EXPECT_LT(answer->history().case_count(), 29);
  request.mutable_as_of_time()->set_seconds(kBegin);
  EXPECT_THAT(Forecast(request).status().message(), HasSubstr("before the begin of the case"));
  // Before the log there is nothing to discover a process in, which is not the fault of the
  // process.
  request.clear_model();
  request.mutable_as_of_time()->set_seconds(kBegin - 400 * kDay);
  EXPECT_THAT(Forecast(request).status().message(),
              HasSubstr("as_of_time: is 2024-12-01 08:00 UTC, before the first event of the log"));
}

TEST_F(CaseForecastService, TheProcessIsDiscoveredInWhatWasKnownThen) {
  const auto audit = EventOf("h39", "Audit", kBegin + 60 * kDay);
  ASSERT_TRUE(analytics_.Write("hires", "audit", 1, {audit}).ok());
  v1::ForecastCaseRequest request;
  request.set_case_id("ada");
  request.set_discovery_noise(0);
  EXPECT_THAT(Forecast(request)->model_text(), HasSubstr("'Audit'"));
  request.mutable_as_of_time()->set_seconds(kBegin + 46 * kDay);
  EXPECT_THAT(Forecast(request)->model_text(), ::testing::Not(HasSubstr("'Audit'")));
}

TEST_F(CaseForecastService, OfANewCaseByADiscoveredProcess) {
  v1::ForecastCaseRequest request;
  request.mutable_selection()->set_filter("activities:Exam");
  const auto answer = Forecast(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(answer->model_text(), HasSubstr("'Training'"));
  EXPECT_EQ(answer->start_time().seconds(), answer->as_of_time().seconds());
  EXPECT_NEAR(static_cast<double>(answer->mean().seconds()), 5.5 * kDay, 0.05 * kDay);
  EXPECT_EQ(answer->selection().case_count(), 40);
}

TEST_F(CaseForecastService, AssumptionsAndBusinessTime) {
  auto request = OfAda();
  auto* assumed = request.add_assumptions();
  assumed->set_activity("Exam");
  assumed->mutable_duration()->set_seconds(8 * kHour);
  request.mutable_business_time()->add_calendars()->set_time_zone("UTC");
  const auto answer = Forecast(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(StepOf(*answer, "Exam").basis(), v1::CaseStepForecast::BASIS_ASSUMED);
  EXPECT_EQ(StepOf(*answer, "Exam").mean_duration().seconds(), 8 * kHour);
  request.mutable_assumptions(0)->set_activity("Exma");
  EXPECT_THAT(Forecast(request).status().message(), HasSubstr("did you mean 'Exam'?"));
}

TEST_F(CaseForecastService, RefusesWithFieldAndRemedy) {
  auto request = OfAda();
  request.set_case_id("eve");
  EXPECT_THAT(Forecast(request).status().message(), HasSubstr("the log has no case 'eve'"));
  request.set_case_id("ada");
  request.set_discovery_noise(0.1);
  EXPECT_THAT(Forecast(request).status().message(), HasSubstr("beside model"));
  request.clear_discovery_noise();
  request.mutable_by_time()->set_seconds(kBegin);
  EXPECT_THAT(Forecast(request).status().message(), HasSubstr("by_time"));
  request.clear_by_time();
  request.set_runs(7);
  EXPECT_THAT(Forecast(request).status().message(), HasSubstr("runs"));
  request.set_runs(0);
  request.add_confidences(1);
  EXPECT_THAT(Forecast(request).status().message(), HasSubstr("confidences[0]"));
  request.clear_confidences();
  AddActivity("Party", request.mutable_model());
  EXPECT_EQ(ReasonText(Forecast(request)), "FORECAST_HISTORY_MISSING");
  request.mutable_model()->Clear();
  EXPECT_THAT(Forecast(request).status().message(), HasSubstr("model"));
}

}  // namespace
}  // namespace plumbline::analytics
