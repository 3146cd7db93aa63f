// SPDX-License-Identifier: Apache-2.0
//
// From a log to who slips.
#include "services/analytics/cascade/cascade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/cascade/axis.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics::cascade {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int64_t kHour = 3'600'000'000, kDay = 24 * kHour;

absl::Status KeepOn() { return absl::OkStatus(); }

TEST(Axis, WhatIsCenturiesAheadHasNoDate) {
  const Axis wall(nullptr, 1'000 * kDay);
  EXPECT_EQ(wall.Date(kDay), 1'001 * kDay);
  EXPECT_EQ(wall.Date(int64_t{199} * 365 * kDay), int64_t{1'000 + 199 * 365} * kDay);
  EXPECT_EQ(wall.Date(int64_t{201} * 366 * kDay), std::nullopt);
  const int64_t year_9990 = int64_t{253'086'768'000} * 1'000'000;
  EXPECT_EQ(Axis(nullptr, year_9990).Date(int64_t{50} * 366 * kDay), std::nullopt);
  EXPECT_TRUE(Axis(nullptr, year_9990).Date(kDay).has_value());
}

// On-boardings, of which one begins each day: an hour to prepare, then accounts (2 h) and a laptop
// (6 h) side by side, then an hour to meet.
class Onboardings : public ::testing::Test {
 protected:
  static constexpr uint32_t kAccounts = 0, kLaptop = 1;

  Onboardings() {
    for (int i = 0; i < 12; ++i) {
      const std::string id = absl::StrCat("rep ", 10 + i);
      const int64_t begin = i * kDay;
      Do(id, "prepare", begin, begin, begin + kHour);
      Do(id, "accounts", begin + kHour, begin + kHour, begin + 3 * kHour);
      Do(id, "laptop", begin + kHour, begin + kHour, begin + 7 * kHour);
      Do(id, "meet", begin + 7 * kHour, begin + 7 * kHour, begin + 8 * kHour, true);
    }
    const int64_t begin = 12 * kDay;
    Do("zoe", "prepare", begin, begin, begin + kHour);
    rows_.push_back({"zoe", "accounts", begin + kHour, "schedule"});
    rows_.push_back({"zoe", "laptop", begin + kHour, "schedule"});
  }

  void Do(const std::string& id, const char* step, int64_t came, int64_t start, int64_t end,
          bool finished = false) {
    rows_.push_back({id, step, came, "schedule"});
    rows_.push_back({id, step, start, "start"});
    rows_.push_back({id, step, end, "complete"});
    if (finished) rows_.back().attributes.push_back({"case_finished", AttributeValue(true)});
  }

  Experience Learned() const {
    const auto log = MakeLog(rows_);
    const Axis axis({}, log->LastTime());
    auto experience = Learn(*log, {}, Needs(4), axis, {}, KeepOn);
    EXPECT_TRUE(experience.ok()) << experience.status();
    return *std::move(experience);
  }

  static Tally Simulated(const Experience& experience, const CascadeOptions& options) {
    auto tally = Simulate(experience, options, KeepOn);
    EXPECT_TRUE(tally.ok()) << tally.status();
    return *std::move(tally);
  }

  std::vector<TestRow> rows_;
};

// What lies beside the longest way has room: of ten hours of accounts six are felt.
TEST_F(Onboardings, SlipByWhatIsFeltOnTheLongestWay) {
  const Experience experience = Learned();
  ASSERT_EQ(experience.open.size(), 1u);
  EXPECT_EQ(experience.open[0].at.size(), 2u);
  CascadeOptions options{.until = 3 * kDay, .runs = 50};
  options.disruptions.push_back({.activities = {kAccounts}, .begin = 0, .end = 10 * kHour});
  const Tally tally = Simulated(experience, options);
  for (int64_t r = 0; r < 50; ++r) {
    EXPECT_EQ(tally.Ends(0, false)[r], 7 * kHour);
    EXPECT_EQ(tally.Ends(0, true)[r], 13 * kHour);
  }
  const auto ranked = RankSlips(tally, 1, 6 * kHour, KeepOn);
  ASSERT_TRUE(ranked.ok());
  const std::vector<CaseSlip>& slips = *ranked;
  ASSERT_EQ(slips.size(), 1u);
  EXPECT_EQ(slips[0].median.value, 6.0 * kHour);
  EXPECT_EQ(slips[0].p90.high, 6.0 * kHour);
  EXPECT_EQ(slips[0].mean_error, 0);
  EXPECT_EQ(slips[0].day_count, 50);
  EXPECT_EQ(tally.open_lost.mean(), 6 * 3'600);
  EXPECT_EQ(tally.slipping.mean(), 0);  // none by a day
}

TEST_F(Onboardings, SlipByMoreWhereTheLongestWayIsSlow) {
  CascadeOptions options{.until = 3 * kDay, .day = 6 * kHour, .runs = 20};
  options.disruptions.push_back({.kind = Disruption::Kind::kSlower,
                                 .activities = {kLaptop},
                                 .begin = 0,
                                 .end = simulation::kNever,
                                 .factor = 2});
  const Tally tally = Simulated(Learned(), options);
  EXPECT_EQ(tally.Ends(0, true)[0] - tally.Ends(0, false)[0], 6 * kHour);
  EXPECT_EQ(tally.slipping.mean(), 1);
}

TEST_F(Onboardings, DoNotSlipWhereNothingHappens) {
  const Tally tally = Simulated(Learned(), {.until = 5 * kDay, .runs = 30});
  EXPECT_EQ(tally.open_lost.mean(), 0);
  EXPECT_EQ(tally.new_lost.mean(), 0);
  for (const RunningMean& extra : tally.extras()) EXPECT_EQ(extra.mean(), 0);
  EXPECT_EQ(MeasureRecovery(tally).piled, 0);
  // The first may wait for zoe's laptop.
  EXPECT_GE(tally.new_duration.mean(), 8 * 3'600);
  EXPECT_LT(tally.new_duration.mean(), 8.5 * 3'600);
  EXPECT_GT(tally.new_cases.mean(), 3);
}

TEST_F(Onboardings, ComeAgainByTheSameSeed) {
  const Experience experience = Learned();
  CascadeOptions options{.until = 9 * kDay, .runs = 40};
  options.disruptions.push_back({.activities = {kLaptop}, .begin = kDay, .end = 3 * kDay});
  const Tally one = Simulated(experience, options), same = Simulated(experience, options);
  options.seed = 2;
  const Tally other = Simulated(experience, options);
  EXPECT_EQ(one.new_lost.mean(), same.new_lost.mean());
  EXPECT_EQ(one.extra_runs(), same.extra_runs());
  EXPECT_NE(one.new_lost.mean(), other.new_lost.mean());
  EXPECT_GT(one.new_lost.mean(), 0);
}

TEST_F(Onboardings, AreNotSimulatedForAges) {
  const auto tally = Simulate(Learned(), {.until = 10'000'000 * kDay, .runs = 200}, KeepOn);
  ASSERT_FALSE(tally.ok());
  EXPECT_THAT(std::string(tally.status().message()), HasSubstr("fewer runs"));
  // What was reckoned from less than is simulated is to blame itself.
  const auto brief = Simulate(
      Learned(), {.until = 10'000'000 * kDay, .runs = 200, .learned_from = 90'000'000}, KeepOn);
  EXPECT_THAT(std::string(brief.status().message()),
              AllOf(HasSubstr("arrivals_per_day"), HasSubstr("in 1.5 min, "),
                    HasSubstr("say how many new cases come a day")));
  const auto lasting = Simulate(
      Learned(), {.until = 10'000'000 * kDay, .runs = 200, .learned_from = 437 * kDay}, KeepOn);
  EXPECT_THAT(std::string(lasting.status().message()),
              AllOf(HasSubstr("nearer end of what happens (`end_time`)"), HasSubstr("fewer runs")));
}

TEST_F(Onboardings, EndWhenTheCallerHasGone) {
  const auto tally = Simulate(Learned(), {.until = kDay, .runs = 200},
                              [] { return absl::CancelledError("gone"); });
  EXPECT_EQ(tally.status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace plumbline::analytics::cascade
