// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/temporal/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;

constexpr int64_t kDay = int64_t{86'400} * 1'000'000;

absl::Status GoOn() { return absl::OkStatus(); }

// A process of which the share of cases that go a way is told by the day: each case is
// "a", then "b" or "c", then "d".
struct Source {
  std::mt19937 random{1};
  std::vector<TestRow> rows;

  void Case(int64_t day, double share_of_c) {
    const std::string id = absl::StrCat("case", rows.size());
    const int64_t begin = day * kDay + static_cast<int64_t>(random() % 20'000'000'000);
    const bool other = static_cast<double>(random() % 1000) < 1000 * share_of_c;
    rows.push_back({id, "a", begin});
    rows.push_back({id, other ? "c" : "b", begin + 60'000'000});
    rows.push_back({id, "d", begin + 120'000'000});
  }
};

struct Found {
  NextSteps steps;
  Drift drift;
  std::vector<size_t> Periods() const {
    std::vector<size_t> periods;
    for (const Change& change : drift.changes) periods.push_back(change.period);
    return periods;
  }
};

Found FindIn(const std::vector<TestRow>& rows, PeriodLength length = PeriodLength::kDay,
             const DriftOptions& options = {}) {
  const Traces traces(MakeLog(rows), {});
  NextStepOptions counted;
  counted.length = length;
  Found found;
  const auto steps = CountNextSteps(traces, counted, GoOn);
  EXPECT_TRUE(steps.ok()) << steps.status();
  found.steps = *steps;
  const auto drift = FindDrift(found.steps, options, GoOn);
  EXPECT_TRUE(drift.ok()) << drift.status();
  found.drift = *drift;
  return found;
}

// For tables of two ways: R's G-test without correction.
TEST(Homogeneity, OfTwoWays) {
  const std::vector<WayCounts> ways = {{30, 10}, {20, 40}};
  const Homogeneity test = TestHomogeneity(ways);
  ASSERT_TRUE(test.tested);
  EXPECT_EQ(test.freedom, 1);
  const double g = 2 * (30 * std::log(30 / 20.0) + 10 * std::log(10 / 20.0) +
                        20 * std::log(20 / 30.0) + 40 * std::log(40 / 30.0));
  EXPECT_NEAR(test.statistic, g, 1e-12);
  EXPECT_NEAR(test.p_value, std::erfc(std::sqrt(g / 2)), 1e-14);
  EXPECT_NEAR(test.shift, 0.4, 1e-15);
  EXPECT_NEAR(test.cramers_v, std::sqrt(16.666666666666668 / 100), 1e-14);
  EXPECT_NEAR(test.z, 3.9, 0.3);
}

TEST(Homogeneity, RareWaysArePutTogether) {
  // c and d have 4 of 204: expected 2 each.
  const std::vector<WayCounts> ways = {{60, 40}, {40, 60}, {2, 0}, {0, 2}};
  EXPECT_EQ(TestHomogeneity(ways).freedom, 1);
  EXPECT_FALSE(TestHomogeneity(std::vector<WayCounts>{{4, 0}, {0, 4}}).tested);
  EXPECT_FALSE(TestHomogeneity(std::vector<WayCounts>{{40, 0}, {4, 0}}).tested);
  EXPECT_FALSE(TestHomogeneity({}).tested);
}

TEST(Drift, FindsTheDayAndSaysWhatChanged) {
  Source source;
  for (int64_t day = 0; day < 30; ++day) {
    for (int i = 0; i < 20; ++i) source.Case(day, day < 17 ? 0.2 : 0.7);
  }
  const Found found = FindIn(source.rows);
  ASSERT_THAT(found.Periods(), ElementsAre(17));
  const Change& change = found.drift.changes[0];
  EXPECT_EQ(change.begin, 0u);
  EXPECT_EQ(change.end, 30u);
  ASSERT_EQ(change.activities.size(), 1u);
  EXPECT_LT(change.activities[0].p_corrected, 1e-10);
  EXPECT_NEAR(change.activities[0].test.shift, 0.5, 0.1);
  ASSERT_EQ(change.steps.size(), 2u);
  EXPECT_NEAR(std::abs(change.steps[0].difference()), 0.5, 0.1);
}

TEST(Drift, FindsAWeekThatWasDifferentAndTwoLastingChanges) {
  Source week, twice;
  for (int64_t day = 0; day < 40; ++day) {
    for (int i = 0; i < 25; ++i) {
      week.Case(day, day >= 20 && day < 26 ? 0.9 : 0.2);
      twice.Case(day, day < 10 ? 0.1 : day < 30 ? 0.5 : 0.9);
    }
  }
  EXPECT_THAT(FindIn(week.rows).Periods(), ElementsAre(20, 26));
  EXPECT_THAT(FindIn(twice.rows).Periods(), ElementsAre(10, 30));
}

// Logs of one and the same process: at 1 % not one of 60 may well be, two hardly.
TEST(Drift, ChanceIsNoChange) {
  Source source;
  int found = 0;
  for (int log = 0; log < 60; ++log) {
    source.rows.clear();
    for (int64_t day = 0; day < 40; ++day) {
      for (int i = 0; i < 15; ++i) source.Case(day, 0.5);
    }
    DriftOptions options;
    options.least_shift = 0.001;
    found += FindIn(source.rows, PeriodLength::kDay, options).drift.changes.empty() ? 0 : 1;
  }
  EXPECT_LE(found, 1);
}

TEST(Drift, SlightChangesAreLeftOutByShift) {
  Source source;
  for (int64_t day = 0; day < 20; ++day) {
    for (int i = 0; i < 400; ++i) source.Case(day, day < 10 ? 0.50 : 0.60);
  }
  EXPECT_EQ(FindIn(source.rows).drift.changes.size(), 1u);
  DriftOptions coarse;
  coarse.least_shift = 0.2;
  EXPECT_TRUE(FindIn(source.rows, PeriodLength::kDay, coarse).drift.changes.empty());
}

// A step of a case counts once, and cases that go on beyond the log do not look different.
TEST(NextSteps, FirstTimesOnlyAndNoEndsWithoutMarks) {
  const std::vector<TestRow> rows = {{"1", "a", 0}, {"1", "a", 1}, {"1", "b", 2},
                                     {"1", "a", 3}, {"1", "b", 4}, {"2", "a", kDay}};
  const Traces traces(MakeLog(rows), {});
  NextStepOptions all;
  all.include_edges = true;
  const auto steps = CountNextSteps(traces, all, GoOn);
  ASSERT_TRUE(steps.ok()) << steps.status();
  EXPECT_EQ(steps->length, PeriodLength::kDay);
  EXPECT_EQ(steps->period_count(), 2u);
  ASSERT_EQ(steps->steps.size(), 3u);  // aa, ba, begin to a
  EXPECT_EQ(steps->steps[0].Count(0, 2), 1u);
  EXPECT_EQ(steps->steps[2].from, kCaseBegin);
  EXPECT_EQ(steps->steps[2].Count(0, 1), 1u);
  EXPECT_EQ(steps->steps[2].Count(1, 2), 1u);
}

TEST(NextSteps, MarkedEndsCount) {
  std::vector<TestRow> rows = {{"1", "a", 0}, {"2", "a", 1}};
  rows[0].attributes = {{"case_finished", true}};
  const auto steps = CountNextSteps(Traces(MakeLog(rows), {}), {}, GoOn);
  ASSERT_EQ(steps->steps.size(), 2u);
  EXPECT_EQ(steps->steps[0].to, kCaseEnd);
  EXPECT_EQ(steps->steps[0].Count(0, 1), 1u);
}

// Cases of three days, one begun each day of ten: the log begins with none that is older.
TEST(NextSteps, EdgesDoNotCount) {
  std::vector<TestRow> rows;
  for (int64_t day = 0; day < 21; ++day) {
    for (const auto& [activity, age] : {std::pair("a", 0), std::pair("b", 1), std::pair("c", 3)}) {
      rows.push_back({absl::StrCat(day), activity, (day + age) * kDay});
    }
  }
  const Traces traces(MakeLog(rows), {});
  NextStepOptions options;
  options.length = PeriodLength::kDay;
  const auto inner = CountNextSteps(traces, options, GoOn);
  ASSERT_TRUE(inner.ok()) << inner.status();
  EXPECT_EQ(inner->first_time, 3 * kDay);
  EXPECT_EQ(inner->last_time, 20 * kDay);
  EXPECT_EQ(inner->period_count(), 18u);
  for (const NextStep& step : inner->steps) EXPECT_EQ(step.Count(0, 18), 18u);
  options.include_edges = true;
  EXPECT_EQ(CountNextSteps(traces, options, GoOn)->period_count(), 24u);
}

TEST(NextSteps, LimitsAndTheCallersErrorEndIt) {
  const std::vector<TestRow> rows = {{"1", "a", 0}, {"1", "b", 5'000 * kDay}};
  const Traces traces(MakeLog(rows), {});
  NextStepOptions options;
  options.length = PeriodLength::kDay;
  EXPECT_EQ(base::ReasonOf(CountNextSteps(traces, options, GoOn).status()),
            base::Reason::ERROR_REASON_FIELD_INVALID);
  options.include_edges = true;
  options.length = PeriodLength::kMonth;
  options.most_cells = 200;  // 165 months, two steps
  EXPECT_EQ(base::ReasonOf(CountNextSteps(traces, options, GoOn).status()),
            base::Reason::ERROR_REASON_FIELD_INVALID);
  const auto steps = CountNextSteps(traces, {}, GoOn);
  const auto over = [] { return absl::DeadlineExceededError("over"); };
  EXPECT_EQ(FindDrift(*steps, {}, over).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(FindDrift(NextSteps(), {}, GoOn)->changes.empty());
}

TEST(Drift, TheOrderOfRowsDoesNotMatter) {
  Source source;
  for (int64_t day = 0; day < 30; ++day) {
    for (int i = 0; i < 10; ++i) source.Case(day, day < 11 ? 0.1 : 0.8);
  }
  const Found one = FindIn(source.rows);
  std::shuffle(source.rows.begin(), source.rows.end(), source.random);
  const Found other = FindIn(source.rows);
  EXPECT_EQ(one.Periods(), other.Periods());
  ASSERT_FALSE(one.drift.changes.empty());
  EXPECT_EQ(one.drift.changes[0].activities[0].p_corrected,
            other.drift.changes[0].activities[0].p_corrected);
}

}  // namespace
}  // namespace plumbline::analytics
