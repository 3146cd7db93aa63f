// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/search/words.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::string Folded(absl::string_view text) {
  std::vector<std::string> words;
  for (const TextWord& word : SplitWords(text)) words.push_back(word.folded);
  return absl::StrJoin(words, "|");
}

struct Row {
  const char* name;
  const char* text;
  const char* words;
};

class SplitWordsTest : public ::testing::TestWithParam<Row> {};

TEST_P(SplitWordsTest, GivesWords) { EXPECT_EQ(Folded(GetParam().text), GetParam().words); }

INSTANTIATE_TEST_SUITE_P(
    Texts, SplitWordsTest,
    ::testing::Values(Row{"nothing", " - ", ""}, Row{"case", "Legal QUOTE", "legal|quote"},
                      Row{"punctuation", "e-mail, CRM/ERP (v2.0)", "e|mail|crm|erp|v2|0"},
                      Row{"apostrophe", "O'Brien’s", "o|brien|s"},
                      Row{"accents", "Über São Łódź ñ œuvre", "uber|sao|lodz|n|oeuvre"},
                      Row{"sharp_s", "Straße STRASSE", "strasse|strasse"},
                      Row{"accents_behind",
                          "e\xCC\x81"
                          "cole",
                          "ecole"},
                      Row{"greek_and_cyrillic", "ΑΩ ЯЁ", "αω|яё"},
                      Row{"chinese", "合同、审批", "合同|审批"},
                      Row{"spaces_of_all_kinds",
                          "a\xC2\xA0"
                          "b\xE2\x80\xA8"
                          "c",
                          "a|b|c"},
                      Row{"times_sign", "3×4", "3|4"}),
    [](const auto& row) { return row.param.name; });

TEST(SplitWordsTest, SaysWhereTheyStand) {
  const auto words = SplitWords("é, Legal");
  ASSERT_EQ(words.size(), 2u);
  EXPECT_EQ(words[0].begin, 0u);
  EXPECT_EQ(words[0].end, 2u);
  EXPECT_EQ(words[1].begin, 4u);
  EXPECT_EQ(words[1].end, 9u);
}

TEST(SplitWordsTest, LongWordsAreCutBetweenCharacters) {
  EXPECT_EQ(Folded(std::string(100, 'a')).size(), 64u);
  std::string text = "a";
  for (int i = 0; i < 50; ++i) text += "я";
  EXPECT_EQ(Folded(text).size(), 63u);
}

TEST(SplitWordsTest, TextThatEndsWithinACharacterIsRead) { EXPECT_EQ(Folded("a \xE2").size(), 3u); }

TEST(WordsOfTest, EachOnceInItsBestPlace) {
  v1::Node step = StepNode("check");
  step.set_title("Check the quote");
  step.mutable_step()->set_instructions("Ask legal about the deal.");
  step.mutable_step()->add_checklist()->set_title("Signed");
  v1::Process process = ProcessOf("Deal desk", SequenceNode("all", {step}));
  process.set_name("workspaces/acme/processes/desk-7");
  process.set_purpose("Quote fast");
  (*process.mutable_labels())["region"] = "emea";
  v1::Attribute* attribute = process.add_attributes();
  attribute->set_id("net_value");
  attribute->set_title("Worth");
  attribute->set_description("Legal asks for it.");
  const ProcessWords words = WordsOf(process);
  EXPECT_THAT(words.title, UnorderedElementsAre("deal", "desk"));
  EXPECT_THAT(words.names, UnorderedElementsAre("check", "fast", "quote", "the"));
  EXPECT_THAT(words.rest,
              UnorderedElementsAre("7", "about", "ask", "asks", "emea", "for", "it", "legal", "net",
                                   "operations", "region", "sales", "signed", "value", "worth"));
}

TEST(WordsOfTest, AHugeProcessKeepsItsBestWords) {
  std::string instructions;
  for (int i = 0; i < 50'000; ++i) absl::StrAppend(&instructions, " word", i);
  v1::Node step = StepNode("last");
  step.mutable_step()->set_instructions(instructions);
  const ProcessWords words = WordsOf(ProcessOf("Title", step));
  EXPECT_THAT(words.title, ElementsAre("title"));
  EXPECT_THAT(words.names, UnorderedElementsAre("do", "last"));
  size_t bytes = 0;
  for (const std::string& word : words.rest) bytes += word.size();
  EXPECT_GT(bytes, 199'900u);
  EXPECT_LE(bytes, 200'000u);
}

TEST(QueryWordsTest, AreReadAndChecked) {
  EXPECT_THAT(*ToQueryWords("  Legal, legal QUOTE "), ElementsAre("legal", "quote"));
  EXPECT_EQ(ToQueryWords("1 2 3 4 5 6 7 8 9 10")->size(), 10u);
  const auto message = [](absl::string_view query) {
    const auto violations = base::FieldViolationsOf(ToQueryWords(query).status());
    return violations.size() == 1 && violations[0].field == "query" ? violations[0].description
                                                                    : "";
  };
  EXPECT_THAT(message(""), HasSubstr("holds no word; give one to ten words"));
  EXPECT_THAT(message("*** --"), HasSubstr("holds no word"));
  EXPECT_THAT(message("1 2 3 4 5 6 7 8 9 10 11"), HasSubstr("has 11 words; at most 10"));
  EXPECT_THAT(message(std::string(501, 'a')), HasSubstr("has 501 characters; at most 500"));
}

}  // namespace
}  // namespace plumbline::catalog
