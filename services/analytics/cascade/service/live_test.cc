// SPDX-License-Identifier: Apache-2.0
//
// A replica that keeps the sums of cascades and of forecasts of single cases answers as one that
// reads the log anew, whatever is asked of the same sums.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "plumbline/analytics/v1/cascade_service.pb.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr int64_t kHour = 3'600;

class LiveCascades : public testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Open("sqlite::memory:", {.schema = "analytics"});
    live_ = std::make_unique<TestAnalytics>(*database_, AnalyticsOptions{.live_from_events = 1});
    ASSERT_TRUE(live_->Create("deals").ok());
  }

  int Pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  // A deal of three steps that comes, and now and then more of one that ended.
  void Add(std::vector<v1::Event>* events) {
    now_ += Pick(3) * kHour;
    int64_t time = now_;
    const std::string id = absl::StrCat("deal ", (next_deal_++ * 37) % 1'000);
    const int steps = Pick(6) == 0 ? 1 + Pick(2) : 3;
    if (steps < 3) open_.push_back(id);
    for (int s = 0; s < steps; ++s) {
      const int64_t start = time + Pick(20) * kHour / 4;
      time = start + (1 + Pick(8)) * kHour / 4;
      events->push_back(EventOf(id, absl::StrCat("step ", Pick(12) == 0 ? 0 : s), time));
      events->back().mutable_start_time()->set_seconds(start);
      AddText(&events->back(), "role", s == 1 ? "legal" : "seller");
      if (s == 2 && Pick(4) == 0) AddText(&events->back(), "utility", "crm");
      v1::Attribute* ends = events->back().add_attributes();
      ends->set_key("case_finished");
      ends->set_bool_value(s == 2);
    }
    if (Pick(9) != 0) return;
    events->push_back(
        EventOf(absl::StrCat("deal ", (Pick(next_deal_) * 37) % 1'000), "step 1", time));
    AddText(&events->back(), "due_time", "soon");
  }
  void Write(int deals) {
    std::vector<v1::Event> events;
    for (int i = 0; i < deals; ++i) Add(&events);
    const auto written = live_->Write("deals", "crm", next_, events);
    ASSERT_TRUE(written.ok()) << written.status();
    next_ = written->next_sequence();
  }

  template <typename Response, typename Request>
  void Same(TestAnalytics& anew, const char* path, Request request) {
    request.set_name(LogName("deals"));
    Response kept, expected;
    const std::string method = absl::StrCat("/plumbline.analytics.v1.", path);
    const absl::Status by_sums = live_->channel().Call(Context(), method, request, &kept);
    const absl::Status by_log = anew.channel().Call(Context(), method, request, &expected);
    ASSERT_EQ(by_sums, by_log) << request.ShortDebugString();
    MessageDifferencer same;
    std::string difference;
    same.ReportDifferencesToString(&difference);
    EXPECT_TRUE(same.Compare(expected, kept)) << method << request.ShortDebugString() << "\n"
                                              << difference;
    answered_ += by_sums.ok();
  }
  static base::CallContext Context() {
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    return context;
  }

  // Another each time.
  v1::SimulateCascadeRequest Cascade() {
    v1::SimulateCascadeRequest request;
    request.set_runs(20);
    request.set_seed(1 + asked_);
    v1::Disruption& one = *request.add_disruptions();
    switch (asked_++ % 4) {
      case 0:
        one.set_utility("CRM");
        one.set_down(true);
        one.mutable_end_time()->set_seconds(now_ + 500 * kHour);
        break;
      case 1:
        one.set_role("legal");
        one.set_time_factor(3);
        request.set_pooling(v1::SimulateCascadeRequest::POOLING_ROLE);
        break;
      case 2:
        one.set_arrival_factor(2);
        request.mutable_as_of_time()->set_seconds(now_ + 100 * kHour);
        break;
      default:
        one.set_step("no step");  // both say so
        one.set_time_factor(2);
        break;
    }
    return request;
  }
  void SameCascades() {
    TestAnalytics anew(*database_, AnalyticsOptions{.live_from_events = INT64_MAX});
    constexpr char kCascade[] = "CascadeService/SimulateCascade";
    for (int i = 0; i < 3; ++i) Same<v1::SimulateCascadeResponse>(anew, kCascade, Cascade());
    v1::SimulateCascadeRequest business = Cascade();
    business.mutable_business_time()->add_calendars()->set_time_zone("UTC");
    Same<v1::SimulateCascadeResponse>(anew, kCascade, business);
  }
  void SameForecasts() {
    TestAnalytics anew(*database_, AnalyticsOptions{.live_from_events = INT64_MAX});
    constexpr char kForecast[] = "ForecastService/ForecastCase";
    v1::ForecastCaseRequest request;
    request.set_runs(1'000);
    request.set_history_cases(1 + Pick(60));
    Same<v1::ForecastCaseResponse>(anew, kForecast, request);
    for (int i = 0; i < 4; ++i) {
      request.set_case_id(open_[static_cast<size_t>(Pick(static_cast<int>(open_.size())))]);
      // One that has ended, or that there is none of: both say so.
      if (i == 3) request.set_case_id(absl::StrCat("deal ", (Pick(next_deal_ + 2) * 37) % 1'000));
      Same<v1::ForecastCaseResponse>(anew, kForecast, request);
    }
    v1::ModelNode* root = request.mutable_model();
    root->set_kind(v1::ModelNode::KIND_SEQUENCE);
    for (int s = 0; s < 3; ++s) {
      v1::ModelNode* step = root->add_children();
      step->set_kind(v1::ModelNode::KIND_ACTIVITY);
      step->set_activity(absl::StrCat("step ", s));
    }
    Same<v1::ForecastCaseResponse>(anew, kForecast, request);
  }

  std::mt19937 random_{5};
  int64_t now_ = 1'767'600'000, next_ = 1;
  int next_deal_ = 0;
  std::vector<std::string> open_;
  uint64_t asked_ = 0;
  int answered_ = 0;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<TestAnalytics> live_;
};

TEST_F(LiveCascades, AreThoseOfTheLog) {
  Write(60);
  for (int round = 0; round < 5; ++round) {
    ASSERT_NO_FATAL_FAILURE(SameCascades());
    // What was asked at two states of the log is kept, though it was never asked the same twice.
    ASSERT_EQ(*live_->app().FollowOnce(), round == 0 ? 0 : 1);
    Write(1 + Pick(30));
  }
  EXPECT_GT(answered_, 12);
}

TEST_F(LiveCascades, AsAreForecastsOfCases) {
  Write(60);
  for (int round = 0; round < 8; ++round) {
    ASSERT_NO_FATAL_FAILURE(SameForecasts());
    // What was asked at two states of the log is kept, though it was never asked the same twice.
    ASSERT_EQ(*live_->app().FollowOnce(), round == 0 ? 0 : 1);
    Write(1 + Pick(30));
  }
  EXPECT_GT(answered_, 20);
}

}  // namespace
}  // namespace plumbline::analytics
