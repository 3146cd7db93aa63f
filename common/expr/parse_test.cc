// SPDX-License-Identifier: Apache-2.0
#include "common/expr/parse.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/expr/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::expr {
namespace {

using ::testing::HasSubstr;

// The shape of a tree, without doubt about precedence: "(a & (b | c))".
std::string ShapeOf(const Node& node) {
  std::vector<std::string> parts;
  for (const Node& child : node.children) parts.push_back(ShapeOf(child));
  switch (node.kind) {
    case Node::Kind::kAnd:
      return absl::StrCat("(", absl::StrJoin(parts, " & "), ")");
    case Node::Kind::kOr:
      return absl::StrCat("(", absl::StrJoin(parts, " | "), ")");
    case Node::Kind::kNot:
      return absl::StrCat("!", parts[0]);
    case Node::Kind::kCompare:
      return absl::StrCat("[", parts[0], TextOf(node.comparator), parts[1], "]");
    case Node::Kind::kWord:
      return node.Text();
    case Node::Kind::kCall:
      return absl::StrCat(node.Text(), "<", absl::StrJoin(parts, ","), ">");
  }
  return "";
}

struct Good {
  const char* name;
  const char* text;
  const char* shape;
  const char* printed;
};

class ParseTest : public ::testing::TestWithParam<Good> {};

TEST_P(ParseTest, HasItsShapeAndPrintsBack) {
  std::vector<Problem> problems;
  const auto tree = Parse(GetParam().text, &problems);
  ASSERT_TRUE(tree.has_value()) << Describe(GetParam().text, problems[0]);
  EXPECT_EQ(ShapeOf(*tree), GetParam().shape);
  EXPECT_EQ(Print(*tree), GetParam().printed);
  const auto again = Parse(Print(*tree), &problems);
  ASSERT_TRUE(again.has_value()) << Describe(Print(*tree), problems[0]);
  EXPECT_TRUE(SameTree(*tree, *again)) << Print(*again);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ParseTest,
    ::testing::Values(
        Good{"empty", "", "()", ""}, Good{"spaces", " \t\n", "()", ""},
        Good{"word", "lead", "lead", "lead"},
        Good{"or_binds_tighter_than_and", "a AND b OR c", "(a & (b | c))", "a AND b OR c"},
        Good{"or_first", "a OR b AND c OR d", "((a | b) & (c | d))", "a OR b AND c OR d"},
        Good{"juxtaposition_is_and", "a b AND c", "(a & b & c)", "a AND b AND c"},
        Good{"groups_stay", "(a b) AND c", "((a & b) & c)", "(a AND b) AND c"},
        Good{"group_of_and_under_or", "(a AND b) OR c", "((a & b) | c)", "(a AND b) OR c"},
        Good{"group_of_one", "((a))", "a", "a"}, Good{"not", "NOT a = 1", "![a=1]", "NOT a = 1"},
        Good{"minus", "-a:b", "![a:b]", "NOT a:b"},
        Good{"minus_group", "-(a b)", "!(a & b)", "NOT (a AND b)"},
        Good{"not_not", "NOT (NOT a)", "!!a", "NOT (NOT a)"},
        Good{"minus_within_a_word", "deal-desk = a-b", "[deal-desk=a-b]", "deal-desk = a-b"},
        Good{"negative_number", "a > -30", "[a>-30]", "a > -30"},
        Good{"negative_numbers_in_a_group", "a = (-30 OR -2.5)", "[a=(-30 | -2.5)]",
             "a = (-30 OR -2.5)"},
        Good{"decimal", "a<=2.997e9", "[a<=2.997e9]", "a <= 2.997e9"},
        Good{"duration", "a >= 1.5s", "[a>=1.5s]", "a >= 1.5s"},
        Good{"timestamp", "a != 2012-04-21T11:30:00-04:00", "[a!=2012-04-21T11:30:00-04:00]",
             "a != 2012-04-21T11:30:00-04:00"},
        Good{"timestamp_with_fraction", "a:2012-04-21T11:30:00.25Z b",
             "([a:2012-04-21T11:30:00.25Z] & b)", "a:2012-04-21T11:30:00.25Z AND b"},
        Good{"path", "labels.team=emea", "[labels.team=emea]", "labels.team = emea"},
        Good{"quoted_key", "labels.\"a b\" = c", "[labels.a b=c]", "labels.\"a b\" = c"},
        Good{"keyword_as_key", "labels.AND:*", "[labels.AND:*]", "labels.AND:*"},
        Good{"quotes", R"(a = 'it\'s "so"')", "[a=it's \"so\"]", R"(a = "it's \"so\"")"},
        Good{"escapes", R"(a = "\\\n\t\*")", "[a=\\\n\t*]", "a = \"\\\\\\n\t\\*\""},
        Good{"quoted_keyword", "\"AND\"", "AND", "\"AND\""},
        Good{"values_in_a_group", "state = (DRAFT OR NOT PUBLISHED)",
             "[state=(DRAFT | !PUBLISHED)]", "state = (DRAFT OR NOT PUBLISHED)"},
        Good{"call", "has(labels.team)", "has<labels.team>", "has(labels.team)"},
        Good{"call_of_many", "f(a, -b, (c OR d), g())", "f<a,-b,(c | d),g<>>",
             "f(a, -b, (c OR d), g())"},
        Good{"space_makes_it_a_group", "f (x)", "(f & x)", "f AND x"},
        Good{"unicode", "título:\"übergabe\" é", "([título:übergabe] & é)",
             "título:\"übergabe\" AND é"}),
    [](const auto& row) { return row.param.name; });

struct Bad {
  const char* name;
  const char* text;
  const char* message;
};

class BadParseTest : public ::testing::TestWithParam<Bad> {};

TEST_P(BadParseTest, SaysWhereAndWhat) {
  std::vector<Problem> problems;
  EXPECT_FALSE(Parse(GetParam().text, &problems).has_value());
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_THAT(Describe(GetParam().text, problems[0]), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadParseTest,
    ::testing::Values(
        Bad{"no_value", "title =", "at character 8: found the end where a value was expected"},
        Bad{"two_comparators", "a == b", "at character 4: found '=' where a value"},
        Bad{"open_group", "(a", "at character 3: found the end where ')' was expected"},
        Bad{"close_alone", "a)", "at character 2: a ')' without its '('"},
        Bad{"empty_group", "()", "at character 2: found ')' where a field, a word or '('"},
        Bad{"and_alone", "AND", "at character 1: found AND where a field"},
        Bad{"and_at_the_end", "a AND", "at character 6: found the end"},
        Bad{"or_or", "a OR OR b", "at character 6: found OR"},
        Bad{"not_not", "NOT NOT a", "at character 5: a second negation"},
        Bad{"loose_minus", "- a", "at character 1: a '-' stands directly before"},
        Bad{"open_quote", "a = \"b", "at character 5: a quoted text without its end; close it"},
        Bad{"apostrophe", "a = O'Brien", "at character 6: a quoted text without its end"},
        Bad{"bad_escape", "a = \"\\d\"", "at character 6: an unknown escape"},
        Bad{"no_space", "a = \"b\"c", "at character 8: no space before 'c'"},
        Bad{"groups_touch", "(a)(b)", "at character 4: no space before '('"},
        Bad{"spaced_dot", "a. b = 1", "at character 2: a space beside '.'"},
        Bad{"trailing_dot", "a. = 1", "a space beside '.'"},
        Bad{"dot_dot", "a..b", "at character 3: found '.' where a name or a value"},
        Bad{"dot_first", ".5", "at character 1: found '.'"},
        Bad{"comma", "a, b", "at character 2: found ',' where AND, OR, or the end"},
        Bad{"colons_of_no_timestamp", "at > 2026-01-31T09:00Z",
            "at character 19: found ':' where AND, OR, or the end was expected; put a value"},
        Bad{"call_without_end", "has(a", "at character 6: found the end where ')'"},
        Bad{"call_with_a_loose_comma", "has(a,)", "at character 7: found ')' where a value"},
        Bad{"lone_exclamation", "!a", "at character 1: a lone '!'; write !="},
        Bad{"backslash", "a = b\\c", "at character 6: a backslash outside of quotes"},
        Bad{"control", "a\x01", "at character 2: a control character"},
        Bad{"not_utf8", "\xC3\xA9 \xFF", "at character 3: not valid UTF-8"},
        Bad{"characters_not_bytes", "\"éé\" AND )", "at character 10: found ')'"}),
    [](const auto& row) { return row.param.name; });

std::string Repeat(absl::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) absl::StrAppend(&text, part);
  return text;
}

TEST(ParseLimitsTest, HoldToTheEdge) {
  std::vector<Problem> problems;
  const auto parses = [&](const std::string& text) {
    problems.clear();
    return Parse(text, &problems).has_value();
  };
  EXPECT_TRUE(parses(Repeat("(", kMaxDepth) + "a" + Repeat(")", kMaxDepth)));
  EXPECT_FALSE(parses(Repeat("(", kMaxDepth + 1) + "a" + Repeat(")", kMaxDepth + 1)));
  EXPECT_THAT(problems[0].message, HasSubstr("more than 32 parentheses within each other"));
  EXPECT_FALSE(parses(Repeat("(", kMaxLength)));
  EXPECT_FALSE(parses(Repeat("f(", kMaxDepth + 1) + Repeat(")", kMaxDepth + 1)));
  EXPECT_TRUE(parses(Repeat("a ", kMaxNodes - 3)));
  EXPECT_FALSE(parses(Repeat("a ", kMaxNodes)));
  EXPECT_THAT(problems[0].message, HasSubstr("more than 500 parts"));
  EXPECT_TRUE(parses(std::string(kMaxLength, 'a')));
  EXPECT_FALSE(parses(std::string(kMaxLength + 1, 'a')));
  EXPECT_THAT(problems[0].message, HasSubstr("4097 bytes; at most 4096"));
  EXPECT_FALSE(parses(std::string("a\0b", 3)));
  EXPECT_THAT(problems[0].message, HasSubstr("a zero byte"));
}

TEST(ParseRandomTest, PrintedTreesParseToThemselves) {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const std::string text = RandomExpression(random);
    std::vector<Problem> problems;
    const auto tree = Parse(text, &problems);
    ASSERT_TRUE(tree.has_value()) << text << "\n" << Describe(text, problems[0]);
    const std::string printed = Print(*tree);
    const auto again = Parse(printed, &problems);
    ASSERT_TRUE(again.has_value()) << printed << "\n" << Describe(printed, problems[0]);
    ASSERT_TRUE(SameTree(*tree, *again)) << text << "\n" << printed << "\n" << Print(*again);
  }
}

// Texts of the alphabet that matters, most of them wrong: no crash, a problem within the text, and
// what parses prints back.
TEST(ParseRandomTest, AnyTextIsAnswered) {
  Random random(2);
  const std::vector<std::string> parts = {
      "a",   "AND", "OR", "NOT", "-",  "(",    ")",  ".",  "=",
      "!=",  ":",   "<",  ">=",  "\"", "'",    "\\", "*",  " ",
      " ",   " ",   ",",  "1.5", "é",  "\xFF", "f(", "-3", "2026-01-31T09:00:00Z",
      "null"};
  int good = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (size_t n = random() % 12; n > 0; --n) text += parts[random() % parts.size()];
    std::vector<Problem> problems;
    const auto tree = Parse(text, &problems);
    if (!tree.has_value()) {
      ASSERT_EQ(problems.size(), 1u) << text;
      ASSERT_LE(problems[0].offset, text.size()) << text;
      continue;
    }
    ++good;
    const auto again = Parse(Print(*tree), &problems);
    ASSERT_TRUE(again.has_value()) << text << "\n" << Print(*tree);
    ASSERT_TRUE(SameTree(*tree, *again)) << text << "\n" << Print(*tree);
  }
  EXPECT_GT(good, 5000);
}

}  // namespace
}  // namespace plumbline::expr
