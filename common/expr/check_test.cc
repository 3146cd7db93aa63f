// SPDX-License-Identifier: Apache-2.0
#include "common/expr/check.h"

#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "common/expr/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::expr {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string ProblemsOf(const std::string& text, const Schema& schema) {
  std::vector<Problem> problems;
  const bool good = Compile(text, schema, &problems).has_value();
  EXPECT_EQ(good, problems.empty());
  std::vector<std::string> lines;
  for (const Problem& problem : problems) lines.push_back(Describe(text, problem));
  return absl::StrJoin(lines, "\n");
}

struct Bad {
  const char* name;
  const char* text;
  const char* message;
};

class CheckTest : public ::testing::TestWithParam<Bad> {};

TEST_P(CheckTest, SaysWhereWhatAndTheRemedy) {
  EXPECT_THAT(ProblemsOf(GetParam().text, ThingSchema()), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, CheckTest,
    ::testing::Values(
        Bad{"misspelt", "titel = a",
            "at character 1: 'titel' is not a field; did you mean 'title'? Fields are title, note"},
        Bad{"unknown", "xyzzy:1", "'xyzzy' is not a field; fields are title"},
        Bad{"key_alone", "region = emea", "; a key of labels is written labels.region"},
        Bad{"misspelt_map", "lables.team = a",
            "'lables.team' is not a field; did you mean 'labels'?"},
        Bad{"part_of_a_scalar", "title.x = a", "'title.x' is not a field; 'title' has no parts"},
        Bad{"key_of_two_parts", "labels.a.b = c",
            "'labels' has keys of one part: quote a key that holds dots"},
        Bad{"map_without_key", "labels = a",
            "labels holds values under keys; write labels.KEY = VALUE, or labels:KEY"},
        Bad{"list_compared", "tags = a", "tags is a list; write tags:VALUE"},
        Bad{"list_ordered", "tags < a", "tags is a list; write tags:VALUE"},
        Bad{"number", "size > many",
            "at character 8: size is a number, and 'many' is not a number"},
        Bad{"bool_ordered", "active < true",
            "active is true or false and has no order; use = or !="},
        Bad{"enum_ordered", "state > DRAFT", "state is one of a set of names and has no order"},
        Bad{"enum_unknown", "state = DRAFTED",
            "'DRAFTED' is none of DRAFT, PUBLISHED, ARCHIVED; did you mean 'DRAFT'?"},
        Bad{"person_ordered", "owner <= ada", "owner is a person and has no order"},
        Bad{"other_currency", "price > 5USD", "currencies are not converted; write it in EUR"},
        Bad{"group_ordered", "size < (1 OR 2)",
            "at character 9: < takes one value; groups go with =, != and :"},
        Bad{"comparison_in_a_group", "size = (1 OR size = 2)",
            "at character 14: a comparison within the values of size"},
        Bad{"function_on_the_right", "at > now()",
            "at character 6: a function cannot stand on the right"},
        Bad{"function_compared", "has(title) = true",
            "'has'(...) is true or false and cannot be compared"},
        Bad{"unknown_function", "contains(title)",
            "there is no function 'contains'; there is has(FIELD)"},
        Bad{"has_of_two", "has(title, note)", "has() takes one field"},
        Bad{"has_of_nothing", "has()", "has() takes one field"},
        Bad{"has_of_unknown", "has(titel)", "at character 5: 'titel' is not a field"},
        Bad{"lower_case_and", "size = 1 and size = 2", "at character 10: write AND in capitals"},
        Bad{"double_pipe", "size = 1 || size = 2", "at character 10: write OR in capitals"},
        Bad{"bare_field", "owner", "owner is a field and needs a comparison, such as owner:*"}),
    [](const auto& row) { return row.param.name; });

TEST(CheckTest, ReportsEverything) {
  const std::string text = "titel = a AND size > b OR (state = c AND has(x))";
  EXPECT_EQ(ProblemsOf(text, ThingSchema()).find("at character 1: "), 0u);
  for (const char* place : {"at character 22: ", "at character 36: ", "at character 46: "})
    EXPECT_THAT(ProblemsOf(text, ThingSchema()), HasSubstr(place));
}

TEST(CheckTest, ReportsNoMoreThanAPersonReads) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "nope = 1 ";
  std::vector<Problem> problems;
  EXPECT_FALSE(Compile(text, ThingSchema(), &problems).has_value());
  EXPECT_EQ(problems.size(), 20u);
}

TEST(CheckTest, BareWordsNeedAFieldToLookIn) {
  const Schema schema({{.name = "deal_value", .type = Type::kNumber}});
  EXPECT_THAT(
      ProblemsOf("enterprise", schema),
      HasSubstr("'enterprise' is not a field; fields are deal_value; a condition compares"));
  EXPECT_THAT(ProblemsOf("x = 1", Schema()), HasSubstr("'x' is not a field: there are none"));
}

TEST(CheckTest, NamesMayHaveParts) {
  const Schema schema(
      {{.name = "target.hours", .type = Type::kNumber}, {.name = "labels", .shape = Shape::kMap}});
  EXPECT_EQ(ProblemsOf("target.hours > 1 AND labels.hours = x", schema), "");
}

TEST(CheckTest, SaysWhichFieldOfTheRequest) {
  const absl::Status status = CompileField("filter", "titel = a", ThingSchema()).status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_FIELD_INVALID);
  const auto violations = base::FieldViolationsOf(status);
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "filter");
  EXPECT_THAT(violations[0].description, HasSubstr("at character 1: 'titel' is not a field"));
}

TEST(CheckTest, KnowsWhatAnExpressionAsksFor) {
  std::vector<Problem> problems;
  const auto condition =
      Compile("labels.a = b OR (size > 1 AND NOT has(title)) size < 9", ThingSchema(), &problems);
  ASSERT_TRUE(condition.has_value());
  std::vector<std::string> names;
  for (const int field : FieldsOf(*condition)) names.push_back(ThingSchema().field(field).name);
  EXPECT_THAT(names, ElementsAre("title", "size", "labels"));
  EXPECT_FALSE(condition->always());
  EXPECT_TRUE(Compile(" ", ThingSchema(), &problems)->always());
}

TEST(IsNameTest, NamesCanBeWrittenWithoutQuotes) {
  for (const char* name : {"a", "deal_value", "deal-value", "sla.hours", "x1", "A"})
    EXPECT_TRUE(IsName(name)) << name;
  for (const char* name :
       {"", "1a", "-a", "a b", "a.", ".a", "a..b", "a.1", "AND", "OR", "NOT", "null", "true", "é"})
    EXPECT_FALSE(IsName(name)) << name;
}

}  // namespace
}  // namespace plumbline::expr
