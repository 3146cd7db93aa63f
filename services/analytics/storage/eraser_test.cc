// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/eraser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace plumbline::analytics {
namespace {

struct Row {
  const char* name;
  const char* text;
  const char* expected;
};

class EraserTable : public testing::TestWithParam<Row> {};

TEST_P(EraserTable, Erases) {
  const Eraser eraser({"Ada", "Ada Lovelace", "ada@example.com", "#42"}, "[x]");
  EXPECT_EQ(eraser.Erase(GetParam().text), GetParam().expected);
  EXPECT_EQ(eraser.Holds(GetParam().text),
            std::string(GetParam().text) != std::string(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    All, EraserTable,
    testing::Values(Row{"Alone", "Ada", "[x]"}, Row{"EitherCase", "by ADA, today", "by [x], today"},
                    Row{"LongestFirst", "ada lovelace", "[x]"}, Row{"Twice", "Ada+Ada", "[x]+[x]"},
                    Row{"Adam", "Adam", "Adam"}, Row{"WithinAWord", "Canada", "Canada"},
                    Row{"BesideADigit", "Ada2", "Ada2"},
                    Row{"BesideAnUmlaut", "Ada\xc3\xa4", "Ada\xc3\xa4"},
                    Row{"Underscore", "ada_1", "[x]_1"},
                    Row{"Address", "<ada@example.com>", "<[x]>"},
                    Row{"OtherAddress", "ada@example.comet", "[x]@example.comet"},
                    Row{"Sign", "case #42", "case [x]"}, Row{"SignInText", "case#42", "case[x]"},
                    Row{"MoreDigits", "#421", "#421"}, Row{"Empty", "", ""}),
    [](const auto& row) { return row.param.name; });

TEST(Eraser, ReplacementsMakeNoOccurrences) {
  // "a ada b" -> "a b b", which holds "a b".
  const Eraser eraser({"ada", "a b"}, "b");
  EXPECT_FALSE(eraser.Holds(eraser.Erase("a ada b ada")));
}

TEST(Eraser, TheDigestKnowsNoOrder) {
  EXPECT_EQ(Eraser({"b", "A"}, "x").TextsDigest(), Eraser({"a", "B", "b"}, "y").TextsDigest());
  EXPECT_NE(Eraser({"b"}, "x").TextsDigest(), Eraser({"a"}, "x").TextsDigest());
}

}  // namespace
}  // namespace plumbline::analytics
