// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/duration.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"

namespace plumbline::flow::bpmn {
namespace {

struct Row {
  std::string name;
  std::string text;
  std::optional<BusinessDuration> duration;
};

BusinessDuration Of(int days, int minutes) { return {.days = days, .minutes = minutes}; }

class ParseDurationTest : public testing::TestWithParam<Row> {};

TEST_P(ParseDurationTest, Parses) {
  EXPECT_EQ(ParseDuration(GetParam().text), GetParam().duration);
}

INSTANTIATE_TEST_SUITE_P(Rows, ParseDurationTest,
                         testing::ValuesIn(std::vector<Row>{
                             {"Days", "P2D", Of(2, 0)},
                             {"Hours", "PT4H", Of(0, 240)},
                             {"Minutes", "PT45M", Of(0, 45)},
                             {"DaysAndTime", " P1DT2H30M\n", Of(1, 150)},
                             {"AWeekHasFiveBusinessDays", "P2W", Of(10, 0)},
                             {"SecondsAreRoundedUp", "PT61S", Of(0, 2)},
                             {"WholeMinutesOfSecondsStay", "PT180S", Of(0, 3)},
                             {"DecimalHours", "PT1.5H", Of(0, 90)},
                             {"Nothing", "PT0S", Of(0, 0)},
                             {"Large", "P999999999D", Of(999'999'999, 0)},
                             {"TooLarge", "P1000000000D", std::nullopt},
                             {"TooLargeInAll", "P999999999DT0M1W", std::nullopt},
                             {"SumTooLarge", "PT999999999H", std::nullopt},
                             {"Month", "P1M", std::nullopt},
                             {"Year", "P1Y", std::nullopt},
                             {"Cycle", "R3/PT10M", std::nullopt},
                             {"Date", "2026-11-26T09:00:00Z", std::nullopt},
                             {"Expression", "${days}", std::nullopt},
                             {"Empty", "", std::nullopt},
                             {"OnlyP", "P", std::nullopt},
                             {"OnlyT", "P1DT", std::nullopt},
                             {"NoUnit", "P1", std::nullopt},
                             {"NoNumber", "PD", std::nullopt},
                             {"HalfADay", "P0.5D", std::nullopt},
                             {"Negative", "-P1D", std::nullopt},
                             {"HoursWithoutT", "P4H", std::nullopt},
                         }),
                         [](const auto& row) { return row.param.name; });

TEST(FormatDurationTest, ComesBackTheSame) {
  for (const int days : {0, 1, 3660}) {
    for (const int minutes : {0, 1, 59, 60, 480, 1'000'000}) {
      const std::string text = FormatDuration(Of(days, minutes));
      EXPECT_EQ(ParseDuration(text), Of(days, minutes)) << text;
    }
  }
}

TEST(DurationInWordsTest, SaysItForPeople) {
  EXPECT_EQ(DurationInWords(Of(2, 0)), "2 business days");
  EXPECT_EQ(DurationInWords(Of(0, 1)), "1 open minute");
  EXPECT_EQ(DurationInWords(Of(1, 30)), "1 business day and 30 open minutes");
}

}  // namespace
}  // namespace plumbline::flow::bpmn
