// SPDX-License-Identifier: Apache-2.0
//
// Yield of random logs against its definition, that the order of rows does not matter, and against
// the figures that an independent tool made of real logs.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "services/analytics/defects/log_yield.h"
#include "services/analytics/log/test_rows.h"
#include "tests/support/reference.h"

namespace plumbline::analytics {
namespace {

absl::Status Go() { return absl::OkStatus(); }

LogYield Of(const std::vector<TestRow>& rows) {
  const auto log = MakeLog(rows);
  const auto yield = MeasureYield(*log, {}, {}, 0, Go);
  EXPECT_TRUE(yield.ok()) << yield.status();
  return yield.ok() ? *yield : LogYield();
}

std::vector<TestRow> RandomRows(std::mt19937& random) {
  std::vector<TestRow> rows;
  for (int64_t i = 1 + static_cast<int64_t>(random() % 100); i > 0; --i) {
    const auto time = static_cast<int64_t>(random() % 1'000'000);
    rows.push_back({absl::StrCat("case", random() % 20),
                    std::string(1, static_cast<char>('a' + random() % 5)), time, "",
                    time - static_cast<int64_t>(random() % 1000)});
    if (random() % 6 == 0) rows.back().attributes = {{"defects", std::string("wrong")}};
  }
  return rows;
}

TEST(YieldProperty, AsDefined) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    const std::vector<TestRow> rows = RandomRows(random);
    // Times, and how many of those before the last were found wrong.
    std::map<std::string,
             std::map<std::string, std::vector<std::pair<std::pair<int64_t, int64_t>, bool>>>>
        steps;
    bool any_attribute = false;
    for (const TestRow& row : rows) {
      steps[row.activity][row.case_id].push_back({{row.start, row.time}, !row.attributes.empty()});
      any_attribute |= !row.attributes.empty();
    }
    double rolled = 1;
    int64_t defects = 0, opportunities = 0;
    for (auto& [activity, cases] : steps) {
      double right = 0;
      for (auto& [id, times] : cases) {
        std::stable_sort(times.begin(), times.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        int64_t wrong = 0, repaired = 0;
        for (size_t i = 0; i < times.size(); ++i) {
          wrong += times[i].second;
          repaired += times[i].second && i + 1 < times.size();
        }
        const bool rework = static_cast<int64_t>(times.size()) - 1 > repaired;
        right += !rework && wrong == 0;
        defects += rework + (wrong > 0);
        opportunities += 1 + any_attribute;
      }
      rolled *= right / static_cast<double>(cases.size());
    }
    const LogYield yield = Of(rows);
    SCOPED_TRACE(seed);
    EXPECT_NEAR(yield.rolled->rolled, rolled, 1e-12);
    EXPECT_EQ(yield.counts.AllDefects(), defects);
    EXPECT_EQ(yield.counts.AllOpportunities(), opportunities);
  }
}

TEST(YieldProperty, TheOrderOfRowsDoesNotMatter) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    std::vector<TestRow> rows = RandomRows(random);
    // Rows of one moment stay in the order of arrival by definition: let there be none.
    for (size_t i = 0; i < rows.size(); ++i) {
      rows[i].time = rows[i].time * 1000 + static_cast<int64_t>(i);
      rows[i].start = rows[i].time - static_cast<int64_t>(i) - 1;
    }
    const LogYield before = Of(rows);
    std::shuffle(rows.begin(), rows.end(), random);
    const LogYield after = Of(rows);
    SCOPED_TRACE(seed);
    EXPECT_EQ(before.rolled->rolled, after.rolled->rolled);
    EXPECT_EQ(before.counts.defects, after.counts.defects);
    EXPECT_EQ(before.hidden.working_seconds, after.hidden.working_seconds);
    EXPECT_EQ(before.hidden.waiting_seconds, after.hidden.waiting_seconds);
  }
}

class YieldReference : public ::testing::TestWithParam<std::string> {};

TEST_P(YieldReference, FirstPassYieldOfEachActivity) {
  const auto reference = testing::ReadReference(GetParam());
  const std::string csv = testing::ReadFile(
      absl::StrCat(testing::SharedFolder(), "/data/logs/", GetParam(), ".csv.gz"));
  if (!reference.has_value() || csv.empty()) GTEST_SKIP() << GetParam() << " is not at hand";
  std::vector<TestRow> rows;
  int64_t time = 0;
  for (absl::string_view line : absl::StrSplit(csv, '\n', absl::SkipEmpty())) {
    if (absl::StartsWith(line, "case_id,")) continue;
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    rows.push_back({cells[0], cells[1], ++time});  // when does not matter
  }
  const auto log = MakeLog(rows);
  const auto yield = MeasureYield(*log, {}, {}, 0, Go);
  ASSERT_TRUE(yield.ok()) << yield.status();
  const testing::Json& expected = testing::At(*reference, "first_pass_yield_per_activity");
  for (const StepOfYield& step : yield->steps) {
    EXPECT_NEAR(static_cast<double>(step.right) / static_cast<double>(step.cases),
                testing::Number(expected, log->activities[step.activity]), 1e-12);
  }
  const double rolled = testing::Number(*reference, "rolled_throughput_yield");
  EXPECT_NEAR(yield->rolled->rolled, rolled, 1e-9 * rolled);
  EXPECT_EQ(static_cast<double>(yield->right_cases),
            testing::Number(*reference, "cases_without_any_rework"));
}

INSTANTIATE_TEST_SUITE_P(Logs, YieldReference,
                         ::testing::Values("bpic2013_open", "callcenter", "interval_log", "receipt",
                                           "roadtraffic100", "running_example", "reviewing"),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace plumbline::analytics
