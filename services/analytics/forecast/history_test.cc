// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/history.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics::forecast {
namespace {

constexpr int64_t kDay = 86'400'000'000;

CompletionHistory Completions(const std::vector<TestRow>& rows, const HistoryQuestion& question) {
  auto history =
      CompletionsOf(Traces(MakeLog(rows), {}), question, [] { return absl::OkStatus(); });
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

TEST(History, CountsAnActivity) {
  const uint32_t won = 3;  // Call, Lost, Open, Won
  const auto history = Completions(kRows, {.completion = won, .period = PeriodLength::kDay});
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
  EXPECT_EQ(EndAfter(PeriodLength::kDay, berlin, at(2026, 3, 29), 1) - at(2026, 3, 29),
            23 * kDay / 24);
}

}  // namespace
}  // namespace plumbline::analytics::forecast
