// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/history.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/mining/completion.h"

namespace plumbline::analytics::forecast {
namespace {

constexpr int64_t kDay = 86'400'000'000;

absl::Status GoOn() { return absl::OkStatus(); }

CompletionHistory Completions(const std::vector<TestRow>& rows, const HistoryQuestion& question,
                              const Completion& completion = {}) {
  const auto log = MakeLog(rows);
  const auto told = WithEnds(log, Traces(log, {}), completion, GoOn);
  EXPECT_TRUE(told.ok()) << told.status();
  auto history = CompletionsOf(**told, question, GoOn);
  EXPECT_TRUE(history.ok()) << history.status();
  return history.ok() ? *std::move(history) : CompletionHistory();
}

// 1 January 1970 was a Thursday: weeks begin on day 4, 11, 18 ...
const std::vector<TestRow> kRows = {{"a", "Open", 0},         {"a", "Won", 5 * kDay},
                                    {"b", "Open", kDay},      {"b", "Won", 6 * kDay},
                                    {"c", "Open", 2 * kDay},  {"c", "Lost", 19 * kDay},
                                    {"d", "Open", 20 * kDay}, {"d", "Call", 26 * kDay}};

TEST(History, CountsWeeksFromTheFirstToTheLastThatIsOver) {
  const auto history = Completions(kRows, {});
  EXPECT_EQ(history.begin, 4 * kDay);
  EXPECT_EQ(history.end, 25 * kDay);
  EXPECT_EQ(history.counts, (std::vector<int64_t>{2, 0, 1}));
  const auto running = Completions(kRows, {.include_last = true});
  EXPECT_EQ(running.counts, (std::vector<int64_t>{2, 0, 1, 1}));
  const auto latest = Completions(kRows, {.most_periods = 2});
  EXPECT_EQ(latest.begin, 11 * kDay);
  EXPECT_EQ(latest.counts, (std::vector<int64_t>{0, 1}));
}

// The log begins on a Wednesday: nobody knows what was finished on that Monday and Tuesday.
TEST(History, ACutFirstWeekIsNoWeek) {
  std::vector<TestRow> rows = {{"a", "Open", 6 * kDay}, {"a", "Won", 8 * kDay},
                               {"b", "Open", 7 * kDay}, {"b", "Won", 12 * kDay},
                               {"c", "Open", 8 * kDay}, {"c", "Won", 30 * kDay}};
  const auto cut = Completions(rows, {});
  EXPECT_EQ(cut.begin, 11 * kDay);
  EXPECT_EQ(cut.counts, (std::vector<int64_t>{1, 0}));
  EXPECT_EQ(Completions(rows, {.most_periods = 10}).counts, cut.counts);
  // Somebody was there before: the week was seen as a whole.
  rows.push_back({"d", "Open", 3 * kDay});
  rows.push_back({"d", "Won", 31 * kDay});
  EXPECT_EQ(Completions(rows, {}).counts, (std::vector<int64_t>{1, 1, 0}));
  // It begins just as the week does.
  EXPECT_EQ(Completions({{"a", "Won", 4 * kDay}, {"b", "Won", 12 * kDay}}, {}).counts,
            (std::vector<int64_t>{1}));
}

TEST(History, WhatIsToComeCountsFromTheLastEventOfTheLog) {
  EXPECT_EQ(Completions(kRows, {}).now, 26 * kDay);
  EXPECT_EQ(Completions(kRows, {.include_last = true}).now, 26 * kDay);
  // Open cases go on after the last that was finished.
  std::vector<TestRow> rows = kRows;
  rows.push_back({"e", "Open", 40 * kDay});
  EXPECT_EQ(Completions(rows, {.at_mark = true}, {EndRule::kActivity, {3}}).now, 40 * kDay);
}

TEST(History, CountsAnActivity) {
  const uint32_t won = 3;  // Call, Lost, Open, Won
  const auto history = Completions(kRows, {.at_mark = true, .period = PeriodLength::kDay},
                                   {EndRule::kActivity, {won}});
  EXPECT_EQ(history.counts.size(), 21u);
  EXPECT_EQ(history.counts[0] + history.counts[1], 2);
  EXPECT_TRUE(Completions({{"a", "Open", 0}}, {}).counts.empty());
  EXPECT_TRUE(Completions({}, {}).counts.empty());
}

TEST(History, PeriodsEndWhereTheZoneSaysSo) {
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  const auto at = [&](int year, int month, int day) {
    return absl::ToUnixMicros(absl::FromCivil(absl::CivilDay(year, month, day), berlin));
  };
  EXPECT_EQ(EndAfter(PeriodLength::kWeek, berlin, at(2026, 3, 23), 1), at(2026, 3, 30));
  EXPECT_EQ(EndAfter(PeriodLength::kMonth, berlin, at(2026, 11, 1), 2), at(2027, 1, 1));
  EXPECT_EQ(EndAfter(PeriodLength::kMonth, berlin, at(2026, 10, 31), 4), at(2027, 2, 28));
  const int64_t afternoon = at(2026, 3, 25) + 15 * kDay / 24 + 7;
  EXPECT_EQ(EndAfter(PeriodLength::kWeek, berlin, afternoon, 1),
            at(2026, 4, 1) + 15 * kDay / 24 + 7)
      << "at the same time of the day, also where the clock was put forward";
  EXPECT_EQ(EndAfter(PeriodLength::kDay, berlin, at(2026, 3, 29), 1) - at(2026, 3, 29),
            23 * kDay / 24);
}

}  // namespace
}  // namespace plumbline::analytics::forecast
