// SPDX-License-Identifier: Apache-2.0
#include "common/expr/literal.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::expr {
namespace {

using ::testing::HasSubstr;

const Field kState{.name = "state",
                   .type = Type::kEnum,
                   .values = {"STATE_DRAFT", "STATE_PUBLISHED"},
                   .prefix = "STATE_"};

struct Good {
  const char* name;
  Field field;
  const char* text;
  Value value;
  const char* back;  // ToText of the value
};

class LiteralTest : public ::testing::TestWithParam<Good> {};

TEST_P(LiteralTest, IsReadAndWrittenBack) {
  const auto value = ParseValue(GetParam().field, GetParam().text);
  ASSERT_TRUE(value.ok()) << value.status();
  EXPECT_EQ(value->number, GetParam().value.number);
  EXPECT_EQ(value->text, GetParam().value.text);
  EXPECT_EQ(ToText(GetParam().field, *value), GetParam().back);
  const auto again = ParseValue(GetParam().field, GetParam().back);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, *value);
}

constexpr int64_t kSecond = 1'000'000;

INSTANTIATE_TEST_SUITE_P(
    Values, LiteralTest,
    ::testing::Values(
        Good{"text", {.type = Type::kString}, " a ", {.text = " a "}, " a "},
        Good{"whole", {.type = Type::kNumber}, "42", {42'000'000}, "42"},
        Good{"signed_whole", {.type = Type::kNumber}, "+042", {42'000'000}, "42"},
        Good{"decimal", {.type = Type::kNumber}, "-1.50", {-1'500'000}, "-1.5"},
        Good{"finest", {.type = Type::kNumber}, "-0.000001", {-1}, "-0.000001"},
        Good{"exponent", {.type = Type::kNumber}, "2.997e9", {2'997'000'000'000'000}, "2997000000"},
        Good{"negative_exponent", {.type = Type::kNumber}, "25E-1", {2'500'000}, "2.5"},
        Good{"zero_whatever_its_exponent", {.type = Type::kNumber}, "0e99999999999", {0}, "0"},
        Good{"zeros_beyond_the_sixth_place",
             {.type = Type::kNumber},
             "1.0000000000",
             {1'000'000},
             "1"},
        Good{"largest",
             {.type = Type::kNumber},
             "9223372036854.775807",
             {INT64_MAX},
             "9223372036854.775807"},
        Good{"smallest",
             {.type = Type::kNumber},
             "-9223372036854.775807",
             {-INT64_MAX},
             "-9223372036854.775807"},
        Good{"true", {.type = Type::kBool}, "true", {1}, "true"},
        Good{"false", {.type = Type::kBool}, "false", {0}, "false"},
        Good{"date", {.type = Type::kDate}, "1970-01-02", {1}, "1970-01-02"},
        Good{"date_before", {.type = Type::kDate}, "1969-12-31", {-1}, "1969-12-31"},
        Good{"leap_day", {.type = Type::kDate}, "2024-02-29", {19782}, "2024-02-29"},
        Good{"first_date", {.type = Type::kDate}, "0001-01-01", {-719162}, "0001-01-01"},
        Good{"timestamp",
             {.type = Type::kTimestamp},
             "1970-01-01T00:00:01Z",
             {kSecond},
             "1970-01-01T00:00:01Z"},
        Good{"timestamp_east",
             {.type = Type::kTimestamp},
             "1970-01-01T01:00:00.5+01:00",
             {kSecond / 2},
             "1970-01-01T00:00:00.5Z"},
        Good{"timestamp_west",
             {.type = Type::kTimestamp},
             "1969-12-31t19:30:00-04:30",
             {0},
             "1970-01-01T00:00:00Z"},
        Good{"timestamp_of_a_date",
             {.type = Type::kTimestamp},
             "1970-01-02",
             {86'400 * kSecond},
             "1970-01-02T00:00:00Z"},
        Good{"timestamp_to_the_microsecond",
             {.type = Type::kTimestamp},
             "1970-01-01T00:00:00.000001000Z",
             {1},
             "1970-01-01T00:00:00.000001Z"},
        Good{"seconds", {.type = Type::kDuration}, "20s", {20 * kSecond}, "20s"},
        Good{"fraction_of_a_second", {.type = Type::kDuration}, "1.2s", {1'200'000}, "1.2s"},
        Good{"minutes_negative", {.type = Type::kDuration}, "-90m", {-5400 * kSecond}, "-5400s"},
        Good{"hours_and_minutes", {.type = Type::kDuration}, "1h30m", {5400 * kSecond}, "5400s"},
        Good{"money", {.type = Type::kMoney}, "1000.50 EUR", {1'000'500'000, "EUR"}, "1000.5 EUR"},
        Good{"money_without_space", {.type = Type::kMoney}, "-5USD", {-5'000'000, "USD"}, "-5 USD"},
        Good{"money_of_the_fields_currency",
             {.type = Type::kMoney, .currency = "EUR"},
             "7",
             {7'000'000, "EUR"},
             "7 EUR"},
        Good{"enum", kState, "STATE_DRAFT", {.text = "STATE_DRAFT"}, "DRAFT"},
        Good{"enum_in_lower_case", kState, "published", {.text = "STATE_PUBLISHED"}, "PUBLISHED"},
        Good{"enum_as_it_is_shown",
             {.type = Type::kEnum, .values = {"STATE_IN_PROGRESS"}, .prefix = "STATE_"},
             "in-progress",
             {.text = "STATE_IN_PROGRESS"},
             "IN_PROGRESS"},
        Good{
            "enum_in_full_and_lower_case", kState, "state_draft", {.text = "STATE_DRAFT"}, "DRAFT"},
        Good{"enum_without_prefix", kState, "PUBLISHED", {.text = "STATE_PUBLISHED"}, "PUBLISHED"},
        Good{"person", {.type = Type::kPerson}, "ada", {.text = "ada"}, "ada"},
        Good{"person_by_name", {.type = Type::kPerson}, "people/ada", {.text = "ada"}, "ada"},
        Good{"person_by_full_name",
             {.type = Type::kPerson},
             "workspaces/acme/people/ada",
             {.text = "ada"},
             "ada"}),
    [](const auto& row) { return row.param.name; });

struct Bad {
  const char* name;
  Field field;
  const char* text;
  const char* message;
};

class BadLiteralTest : public ::testing::TestWithParam<Bad> {};

TEST_P(BadLiteralTest, SaysWhatIsWrong) {
  const auto value = ParseValue(GetParam().field, GetParam().text);
  ASSERT_FALSE(value.ok()) << value->number << value->text;
  EXPECT_EQ(value.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(value.status().message()), HasSubstr(GetParam().message));
}

constexpr char kNoNumber[] = "is not a number; write it like 42";
constexpr char kNoDate[] = "is not a date; write it like 2026-01-31";
constexpr char kNoTime[] = "is not a timestamp; write it like";
constexpr char kNoDuration[] = "is not a duration; write it like 20s";

INSTANTIATE_TEST_SUITE_P(
    Values, BadLiteralTest,
    ::testing::Values(
        Bad{"number_empty", {.type = Type::kNumber}, "", kNoNumber},
        Bad{"number_word", {.type = Type::kNumber}, "12x", kNoNumber},
        Bad{"number_point_first", {.type = Type::kNumber}, ".5", kNoNumber},
        Bad{"number_point_last", {.type = Type::kNumber}, "5.", kNoNumber},
        Bad{"number_exponent_missing", {.type = Type::kNumber}, "5e", kNoNumber},
        Bad{"number_infinite", {.type = Type::kNumber}, "inf", kNoNumber},
        Bad{"number_too_fine",
            {.type = Type::kNumber},
            "0.0000001",
            "more than 6 digits after the point"},
        Bad{"number_too_fine_by_exponent",
            {.type = Type::kNumber},
            "1e-99999999999",
            "more than 6 digits"},
        Bad{"number_too_large", {.type = Type::kNumber}, "9223372036854.775808", "out of range"},
        Bad{"number_far_too_large", {.type = Type::kNumber}, "1e99999999999", "out of range"},
        Bad{"bool", {.type = Type::kBool}, "True", "write true or false"},
        Bad{"date_of_no_month", {.type = Type::kDate}, "2026-13-01", kNoDate},
        Bad{"date_of_no_day", {.type = Type::kDate}, "2025-02-29", kNoDate},
        Bad{"date_short", {.type = Type::kDate}, "2026-1-1", kNoDate},
        Bad{"date_year_zero", {.type = Type::kDate}, "0000-01-01", kNoDate},
        Bad{"date_with_more", {.type = Type::kDate}, "2026-01-01x", kNoDate},
        Bad{"time_without_zone", {.type = Type::kTimestamp}, "2026-01-31T09:00:00", kNoTime},
        Bad{"time_of_no_hour", {.type = Type::kTimestamp}, "2026-01-31T24:00:00Z", kNoTime},
        Bad{"time_too_fine", {.type = Type::kTimestamp}, "2026-01-31T09:00:00.0000001Z", kNoTime},
        Bad{"time_infinite", {.type = Type::kTimestamp}, "infinite-future", kNoTime},
        Bad{"duration_without_unit", {.type = Type::kDuration}, "20", kNoDuration},
        Bad{"duration_in_days", {.type = Type::kDuration}, "2d", kNoDuration},
        Bad{"duration_out_of_order", {.type = Type::kDuration}, "1m1h", kNoDuration},
        Bad{"duration_twice", {.type = Type::kDuration}, "1s1s", kNoDuration},
        Bad{"duration_too_long", {.type = Type::kDuration}, "9000000000000h", kNoDuration},
        Bad{"money_without_currency",
            {.type = Type::kMoney},
            "5",
            "has no currency; write it like \"1000 EUR\""},
        Bad{"money_in_another",
            {.type = Type::kMoney, .currency = "EUR"},
            "5 USD",
            "is not in EUR, and currencies are not converted"},
        Bad{"money_lower_case", {.type = Type::kMoney}, "5 eur", "is not an amount of money"},
        Bad{"money_without_amount", {.type = Type::kMoney}, "EUR", "is not an amount of money"},
        Bad{"money_with_separators",
            {.type = Type::kMoney},
            "1.200,50 EUR",
            "'1.200,50 EUR' is not an amount of money; write it like \"1200.50 EUR\", with a "
            "point"},
        Bad{"enum_misspelt", kState, "DRAFFT",
            "'DRAFFT' is none of DRAFT, PUBLISHED; did you mean 'DRAFT'?"},
        Bad{"enum_of_a_user_in_lower_case",
            {.type = Type::kEnum, .values = {"North", "South"}},
            "north",
            "did you mean 'North'?"},
        Bad{"person_elsewhere",
            {.type = Type::kPerson},
            "teams/x",
            "write the id, or people/ and the id"},
        Bad{"person_empty", {.type = Type::kPerson}, "people/", "is not a person"}),
    [](const auto& row) { return row.param.name; });

TEST(LiteralMessageTest, LongValuesAreCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é";
  const auto value = ParseValue({.type = Type::kNumber}, text);
  EXPECT_THAT(std::string(value.status().message()), HasSubstr("é...' is not a number"));
  EXPECT_LT(value.status().message().size(), 200u);
}

}  // namespace
}  // namespace plumbline::expr
