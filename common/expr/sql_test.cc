// SPDX-License-Identifier: Apache-2.0
//
// The text of translations; that it selects the same rows as Matches() is tested on the engines
// (common/listing).
#include "common/expr/sql.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/expr/testing.h"
#include "gtest/gtest.h"

namespace plumbline::expr {
namespace {

const std::vector<Column>& Columns() {
  static const auto& columns = *new std::vector<Column>([] {
    std::vector<Column> made;
    for (const Field& field : ThingSchema().fields())
      made.push_back({.sql = field.name, .unit = field.name == "score" ? kNumberUnit : 1});
    made[9].currency = "deal_currency";
    made[6].floor = "at_floor";
    made[12] = {.sql = "g.tag", .rows = "tags g WHERE g.thing = t.id"};
    made[13] = {.sql = "l.value", .rows = "labels l WHERE l.thing = t.id", .key = "l.label"};
    return made;
  }());
  return columns;
}

// The SQL, and after it the parameters in order.
std::string Translated(const std::string& text) {
  std::vector<Problem> problems;
  const auto condition = Compile(text, ThingSchema(), &problems);
  if (!condition.has_value()) return Describe(text, problems[0]);
  const SqlText sql = ToSql(*condition, ThingSchema(), Columns());
  std::string shown = sql.sql;
  for (const SqlParam& param : sql.params) {
    const auto* number = std::get_if<int64_t>(&param.value);
    absl::StrAppend(&shown, " | ", param.name, "=",
                    number != nullptr ? absl::StrCat(*number) : std::get<std::string>(param.value));
  }
  return shown;
}

struct Row {
  const char* name;
  const char* text;
  const char* sql;
};

class SqlTest : public ::testing::TestWithParam<Row> {};

TEST_P(SqlTest, IsTranslated) { EXPECT_EQ(Translated(GetParam().text), GetParam().sql); }

INSTANTIATE_TEST_SUITE_P(
    Texts, SqlTest,
    ::testing::Values(
        Row{"empty", "", "TRUE"},
        Row{"text_is_a_parameter", "title = \"'; DROP TABLE things; --\"",
            "title = :f0 | f0='; DROP TABLE things; --"},
        Row{"not_equal", "title != a", "(title IS NULL OR title <> :f0) | f0=a"},
        Row{"pattern", R"(title = "1\*0%_!*")", "title LIKE :f0 ESCAPE '!' | f0=1*0!%!_!!%"},
        Row{"contains", "title:A", "lower(title) LIKE :f0 ESCAPE '!' | f0=%a%"},
        Row{"negation_goes_down", "NOT (size < 1 AND (title:a OR active))",
            "((size IS NULL OR size >= :f0) OR ((title IS NULL OR lower(title) NOT LIKE :f1 ESCAPE "
            "'!') AND (active IS NULL OR active <> :f2))) | f0=1 | f1=%a% | f2=1"},
        Row{"double_negation", "NOT (NOT size = 1)", "size = :f0 | f0=1"},
        Row{"presence", "has(note) OR NOT note:*", "(note IS NOT NULL OR note IS NULL)"},
        Row{"whole_numbers_round", "size < 2.5", "size <= :f0 | f0=2"},
        Row{"whole_numbers_round_down", "size < -2.5", "size <= :f0 | f0=-3"},
        Row{"whole_numbers_at_least", "size >= -2.5", "size > :f0 | f0=-3"},
        Row{"no_whole_number", "size = 2.5", "FALSE"},
        Row{"any_but_no_whole_number", "size != 2.5", "(size IS NULL OR TRUE)"},
        Row{"decimal", "score < 2.5", "score < :f0 | f0=2500000"},
        Row{"money_of_one_currency", "price >= 2.5", "price > :f0 | f0=2"},
        Row{"money", "deal > 1EUR", "(deal_currency = :f0 AND deal > :f1) | f0=EUR | f1=1"},
        Row{"not_money", "deal != 1EUR",
            "(deal IS NULL OR (deal_currency <> :f0 OR deal <> :f1)) | f0=EUR | f1=1"},
        Row{"less_than_with_a_floor", "at < 1970-01-01T00:00:01Z",
            "(at_floor < :f0 AND at < :f0) | f0=1000000"},
        Row{"not_less_than_with_a_floor", "NOT at <= 1970-01-01T00:00:01Z",
            "(at IS NULL OR at > :f0) | f0=1000000"},
        Row{"equal_with_a_floor", "at = 1970-01-01T00:00:01Z",
            "(at_floor <= :f0 AND at = :f0) | f0=1000000"},
        Row{"not_at_least_with_a_floor", "NOT at >= 1970-01-01T00:00:01Z",
            "(at IS NULL OR (at_floor < :f0 AND at < :f0)) | f0=1000000"},
        Row{"list", "tags:a",
            "EXISTS (SELECT 1 FROM tags g WHERE g.thing = t.id AND g.tag = :f0) | f0=a"},
        Row{"not_in_list", "-tags:a*",
            "NOT EXISTS (SELECT 1 FROM tags g WHERE g.thing = t.id AND g.tag LIKE :f0 ESCAPE '!') "
            "| f0=a%"},
        Row{"map_value", "labels.x = y",
            "EXISTS (SELECT 1 FROM labels l WHERE l.thing = t.id AND l.label = :f0 AND l.value = "
            ":f1) | f0=x | f1=y"},
        Row{"map_key", "labels:x",
            "EXISTS (SELECT 1 FROM labels l WHERE l.thing = t.id AND l.label = :f0) | f0=x"},
        Row{"map_any", "labels:*", "EXISTS (SELECT 1 FROM labels l WHERE l.thing = t.id)"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace plumbline::expr
