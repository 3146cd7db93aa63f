// SPDX-License-Identifier: Apache-2.0
#include "common/expr/evaluate.h"

#include <string>
#include <vector>

#include "common/expr/parse.h"
#include "common/expr/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::expr {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Condition Compiled(const std::string& text) {
  std::vector<Problem> problems;
  auto condition = Compile(text, ThingSchema(), &problems);
  EXPECT_TRUE(condition.has_value()) << text << "\n" << Describe(text, problems[0]);
  return condition.value_or(Condition());
}

// What the rows below are asked of; note, day and price are unset.
Thing Example() {
  return {.fields = {{"title", "Lead to deal"},
                     {"size", "3"},
                     {"score", "2.5"},
                     {"active", "true"},
                     {"at", "2026-01-31T09:00:00Z"},
                     {"took", "90m"},
                     {"deal", "10 USD"},
                     {"state", "DRAFT"},
                     {"owner", "ada"}},
          .tags = {"emea", "new business"},
          .labels = {{"team", "desk"}}};
}

struct Row {
  const char* name;
  const char* text;
  Verdict verdict;  // kUnset: Matches() is `matches`
  bool matches = false;
};

class EvaluateTest : public ::testing::TestWithParam<Row> {};

TEST_P(EvaluateTest, Holds) {
  const Condition condition = Compiled(GetParam().text);
  const Record record = ToRecord(Example());
  const bool matches = GetParam().verdict == Verdict::kUnset ? GetParam().matches
                                                             : GetParam().verdict == Verdict::kYes;
  EXPECT_EQ(Matches(condition, record), matches);
  EXPECT_EQ(Decide(condition, record, ThingSchema()), GetParam().verdict);
}

constexpr Verdict kYes = Verdict::kYes;
constexpr Verdict kNo = Verdict::kNo;
constexpr Verdict kUnset = Verdict::kUnset;

INSTANTIATE_TEST_SUITE_P(
    Texts, EvaluateTest,
    ::testing::Values(
        Row{"empty", "", kYes}, Row{"equal", "title = \"Lead to deal\"", kYes},
        Row{"equal_minds_case", "title = \"lead to deal\"", kNo},
        Row{"ends_with", "title = \"*deal\"", kYes}, Row{"begins_with", "title = Lead*", kYes},
        Row{"wildcards_mind_case", "title = lead*", kNo},
        Row{"wildcard_between", "title = L*to*l", kYes},
        Row{"pieces_may_not_overlap", "title = \"Lead to*to deal\"", kNo},
        Row{"escaped_star", R"(title = "Lead\*")", kNo}, Row{"any_text", "title = *", kYes},
        Row{"contains", "title:\"LEAD to\"", kYes}, Row{"contains_not", "title:lid", kNo},
        Row{"contains_in_order", "title:d*l", kYes}, Row{"not_in_order", "title:deal*lead", kNo},
        Row{"bare_word", "lead", kYes}, Row{"bare_words", "to lead", kYes},
        Row{"bare_word_absent", "to lid", kNo}, Row{"bare_bool", "active", kYes},
        Row{"minus_bool", "-active", kNo}, Row{"text_order", "title < Mead", kYes},
        Row{"number", "size >= 3", kYes}, Row{"number_between", "size > 2.5 AND size < 3.5", kYes},
        Row{"decimal", "score = 2.50", kYes}, Row{"not_equal", "score != 2.5", kNo},
        Row{"timestamp_in_another_zone", "at = 2026-01-31T10:00:00+01:00", kYes},
        Row{"timestamp_after_a_date", "at > 2026-01-31", kYes},
        Row{"duration", "took = 5400s", kYes}, Row{"money", "deal > 9USD", kYes},
        Row{"money_of_another_currency", "deal > 9EUR", kNo},
        Row{"money_of_another_currency_not_equal", "deal != 10EUR", kYes},
        Row{"enum", "state = DRAFT", kYes}, Row{"enum_in_full", "state = STATE_DRAFT", kYes},
        Row{"person", "owner = people/ada", kYes},
        Row{"one_of", "state = (PUBLISHED OR DRAFT)", kYes},
        Row{"none_of", "state != (PUBLISHED OR DRAFT)", kNo}, Row{"list_has", "tags:emea", kYes},
        Row{"list_has_like", "tags:new*", kYes}, Row{"list_lacks", "tags:new", kNo},
        Row{"list_has_both", "tags:(emea AND new*)", kYes}, Row{"list_has_any", "tags:*", kYes},
        Row{"map_has", "labels:team", kYes}, Row{"map_lacks", "labels:region", kNo},
        Row{"map_value", "labels.team = desk", kYes},
        Row{"map_value_by_colon", "labels.team:desk", kYes},
        Row{"map_value_like", "labels.team:d*", kYes}, Row{"map_key_any", "labels.team:*", kYes},
        Row{"and_binds_looser", "size = 3 AND size = 4 OR active", kYes},
        // Unset.
        Row{"unset_equal", "note = x", kUnset, false},
        Row{"unset_not_equal", "note != x", kUnset, true},
        Row{"unset_less", "day < 2026-01-01", kUnset, false},
        Row{"not_unset_less", "NOT day < 2026-01-01", kUnset, true},
        Row{"unset_contains", "note:x", kUnset, false},
        Row{"unset_key", "labels.region = x", kUnset, false},
        Row{"unset_key_not_equal", "labels.region != x", kUnset, true},
        Row{"presence_is_never_unset", "note:*", kNo}, Row{"has_not", "NOT has(note)", kYes},
        Row{"null", "note = null", kYes}, Row{"not_null", "title != null", kYes},
        Row{"empty_text_is_unset", "note = \"\"", kYes},
        Row{"known_part_decides_or", "note = x OR active", kYes},
        Row{"known_part_decides_and", "note = x AND NOT active", kNo},
        Row{"open_or", "note = x OR NOT active", kUnset, false},
        Row{"open_and", "note = x AND active", kUnset, false}),
    [](const auto& row) { return row.param.name; });

TEST(DecideTest, NamesWhatIsMissing) {
  const Record record = ToRecord(Example());
  std::vector<std::string> unset;
  EXPECT_EQ(Decide(Compiled("price > 5 AND (labels.region = x OR price < 3) AND active"), record,
                   ThingSchema(), &unset),
            Verdict::kUnset);
  EXPECT_THAT(unset, ElementsAre("price", "labels.region"));
  unset.clear();
  EXPECT_EQ(Decide(Compiled("(price > 5 OR active) AND NOT day > 2026-01-01"), record,
                   ThingSchema(), &unset),
            Verdict::kUnset);
  EXPECT_THAT(unset, ElementsAre("day")) << "price does not matter";
  unset.clear();
  EXPECT_EQ(Decide(Compiled("price > 5 AND -active"), record, ThingSchema(), &unset), Verdict::kNo);
  EXPECT_THAT(unset, IsEmpty());
}

// The checker and evaluator against the reference, which reads the tree.
TEST(EvaluateRandomTest, AgreesWithTheReference) {
  Random random(3);
  std::vector<Thing> things;
  for (int i = 0; i < 60; ++i) things.push_back(RandomThing(random));
  int yes = 0, unset = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string text = RandomExpression(random);
    std::vector<Problem> problems;
    const auto tree = Parse(text, &problems);
    ASSERT_TRUE(tree.has_value()) << text << "\n" << Describe(text, problems[0]);
    const auto condition = Check(*tree, ThingSchema(), &problems);
    ASSERT_TRUE(condition.has_value()) << text << "\n" << Describe(text, problems[0]);
    for (const Thing& thing : things) {
      const Record record = ToRecord(thing);
      const bool match = Matches(*condition, record);
      const Verdict verdict = Decide(*condition, record, ThingSchema());
      ASSERT_EQ(match, ReferenceMatch(*tree, thing)) << text;
      ASSERT_EQ(verdict, ReferenceVerdict(*tree, thing)) << text;
      yes += match;
      unset += verdict == Verdict::kUnset;
    }
  }
  EXPECT_GT(yes, 20'000);
  EXPECT_GT(unset, 20'000);
}

// A verdict that is not kUnset stays what it is, whatever the unset fields get.
TEST(EvaluateRandomTest, VerdictsDoNotChangeWhenFieldsAreSet) {
  Random random(4);
  for (int i = 0; i < 4000; ++i) {
    const Condition condition = Compiled(RandomExpression(random));
    const Thing thing = RandomThing(random);
    const Verdict verdict = Decide(condition, ToRecord(thing), ThingSchema());
    if (verdict == Verdict::kUnset) continue;
    for (int j = 0; j < 10; ++j) {
      Thing fuller = RandomThing(random);
      for (const auto& [name, text] : thing.fields) fuller.fields[name] = text;
      fuller.tags = thing.tags;
      fuller.labels = thing.labels;
      const bool asks_presence = verdict != Decide(condition, ToRecord(fuller), ThingSchema());
      if (!asks_presence) continue;
      // Only has(), :* and null may tell the difference between unset and set.
      const bool presence_only = [&] {
        std::vector<const Condition*> open = {&condition};
        while (!open.empty()) {
          const Condition* next = open.back();
          open.pop_back();
          if (next->kind == Condition::Kind::kTest && next->test.op == expr::Test::Op::kPresent)
            return true;
          for (const Condition& child : next->children) open.push_back(&child);
        }
        return false;
      }();
      ASSERT_TRUE(presence_only);
    }
  }
}

}  // namespace
}  // namespace plumbline::expr
