// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/causes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "services/analytics/causes/causes_testing.h"

namespace plumbline::analytics::causes {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// 40 of EMEA, of which 20 take five days; 60 of the US, of which 6 do; all others a day.
std::vector<TestRow> Deals() {
  std::vector<TestRow> rows;
  for (int c = 0; c < 100; ++c) {
    const bool emea = c < 40;
    const bool slow = emea ? c % 2 == 0 : c % 10 == 0;
    AddCase(c, (slow ? 5 : 1) * kDay + c % 20 * kMinute,
            {{"region", std::string(emea ? "EMEA" : "US")}}, &rows);
  }
  return rows;
}

OutcomeSpec SlowerThan(int64_t micros) {
  OutcomeSpec spec;
  spec.target = micros;
  return spec;
}

TEST(Causes, AGroupAgainstTheRest) {
  const RootCauses found = Of(Deals(), SlowerThan(3 * kDay), Only(ColumnKind::kAttribute));
  EXPECT_EQ(found.outcomes.known, 100);
  EXPECT_EQ(found.outcomes.happened, 26);
  EXPECT_EQ(found.outcomes.words, "takes longer than 3 d");
  // A table of two has one group that does worse.
  ASSERT_THAT(found.causes, SizeIs(1));
  EXPECT_THAT(found.better, IsEmpty());
  const Cause& emea = found.causes[0];
  EXPECT_EQ(emea.group.label, "region = EMEA");
  EXPECT_EQ(emea.group.cases.filter, "attributes.\"region\" = \"EMEA\"");
  EXPECT_EQ(emea.table.happened, 20);
  EXPECT_EQ(emea.table.count, 40);
  EXPECT_EQ(emea.table.other_happened, 6);
  EXPECT_DOUBLE_EQ(emea.difference.value, 0.4);
  EXPECT_DOUBLE_EQ(emea.ratio.value, 5);
  EXPECT_DOUBLE_EQ(emea.odds.value, 9);
  EXPECT_DOUBLE_EQ(emea.excess_cases.value, 16);
  EXPECT_GT(emea.excess_cases.lower, 0);
  EXPECT_TRUE(emea.significant);
  // Counts, durations; the column is the group.
  EXPECT_EQ(found.test_count, 2);
  ASSERT_TRUE(emea.durations.has_value());
  EXPECT_EQ(emea.durations->count, 40);
  EXPECT_GT(emea.durations->cliffs_delta.value, 0);
  ASSERT_TRUE(emea.excess_hours.has_value());
  // 40 times the difference of the means, 3 d and 1.4 d.
  EXPECT_NEAR(emea.excess_hours->value, 40 * 1.6 * 24, 1e-9);
  ASSERT_THAT(found.columns, SizeIs(1));
  EXPECT_EQ(found.columns[0].label, "region");
  EXPECT_EQ(found.columns[0].adjusted, emea.adjusted);
}

TEST(Causes, TheSlowestQuarterWhereNoTargetIsGiven) {
  const RootCauses found = Of(Deals(), {}, Only(ColumnKind::kAttribute));
  // No more than that: four others take exactly as long as the longest of the rest.
  EXPECT_EQ(found.outcomes.happened, 21);
  EXPECT_THAT(found.outcomes.words, HasSubstr("(the slowest 25 %)"));
}

// Managers are slow because of their region alone: within it they are like all others.
TEST(Causes, WhatAnotherExplainsIsSaid) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 2000; ++c) {
    const bool emea = c % 2 == 0;
    // Ada has three of four cases in EMEA, Bob one of four.
    const bool ada = (c / 2 % 4 != 0) == emea;
    const bool slow = emea ? c / 8 % 2 == 0 : c / 8 % 10 == 0;
    AddCase(c, slow ? 5 * kDay : kDay,
            {{"region", std::string(emea ? "EMEA" : "US")},
             {"manager", std::string(ada ? "Ada" : "Bob")}},
            &rows);
  }
  const RootCauses found = Of(rows, SlowerThan(3 * kDay), Only(ColumnKind::kAttribute));
  ASSERT_THAT(found.causes, SizeIs(2));
  EXPECT_EQ(found.causes[0].group.label, "region = EMEA");
  ASSERT_TRUE(found.causes[0].check.has_value());
  EXPECT_EQ(found.causes[0].check->verdict, Verdict::kHolds);
  EXPECT_EQ(found.causes[0].check->by, "manager");
  EXPECT_EQ(found.causes[1].group.label, "manager = Ada");
  EXPECT_TRUE(found.causes[1].significant);
  ASSERT_TRUE(found.causes[1].check.has_value());
  EXPECT_EQ(found.causes[1].check->verdict, Verdict::kExplained);
  EXPECT_EQ(found.causes[1].check->by, "region");
  EXPECT_NEAR(found.causes[1].check->within->risk_difference.value, 0, 0.03);
  EXPECT_DOUBLE_EQ(found.causes[1].check->compared_share, 1);
}

// A discount that is only written down at the end, and mostly where a deal took long: what it goes
// with came before it.
TEST(Causes, WhatCasesGetAfterTheirBeginExplainsNothingOfIt) {
  const auto causes_of = [](bool late) {
    std::vector<TestRow> rows;
    for (int c = 0; c < 2000; ++c) {
      const bool emea = c % 2 == 0;
      const bool slow = emea ? c / 8 % 2 == 0 : c / 8 % 10 == 0;
      AddCase(c, slow ? 5 * kDay : kDay, {{"region", std::string(emea ? "EMEA" : "US")}}, &rows);
      if (slow ? c % 50 == 0 : c % 50 != 0) continue;
      rows[rows.size() - (late ? 1 : 2)].attributes.emplace_back("discount", std::string("yes"));
    }
    return Of(rows, SlowerThan(3 * kDay));
  };
  const auto find = [](const RootCauses& found, const std::string& key) {
    return *std::find_if(found.causes.begin(), found.causes.end(),
                         [&](const Cause& cause) { return cause.key == key; });
  };
  const RootCauses late = causes_of(true), early = causes_of(false);
  EXPECT_EQ(find(late, "discount").kind, ColumnKind::kEventAttribute);
  EXPECT_EQ(find(early, "discount").kind, ColumnKind::kAttribute);
  ASSERT_TRUE(find(early, "region").check.has_value());
  EXPECT_EQ(find(early, "region").check->by, "discount");
  // There is nothing else to hold it against.
  EXPECT_FALSE(find(late, "region").check.has_value());
  ASSERT_TRUE(find(late, "discount").check.has_value());
  EXPECT_EQ(find(late, "discount").check->by, "region");
}

TEST(Causes, WhatHasTheSameCasesIsToldOnce) {
  std::vector<TestRow> rows = Deals();
  for (TestRow& row : rows) {
    if (row.attributes.empty()) continue;
    const bool emea = std::get<std::string>(row.attributes[0].second) == "EMEA";
    row.attributes.emplace_back("currency", std::string(emea ? "EUR" : "USD"));
  }
  const RootCauses found = Of(rows, SlowerThan(3 * kDay), Only(ColumnKind::kAttribute));
  ASSERT_THAT(found.causes, SizeIs(1));
  EXPECT_EQ(found.causes[0].group.label, "currency = EUR");
  EXPECT_THAT(found.causes[0].same_cases_as, ::testing::ElementsAre("region = EMEA"));
}

TEST(Causes, NumbersInQuartersMissingAndOtherValues) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 200; ++c) {
    std::vector<std::pair<std::string, AttributeValue>> attributes;
    if (c % 10 != 0) attributes.emplace_back("amount", int64_t{c});
    if (c < 150) attributes.emplace_back("owner", absl::StrCat("o", c < 90 ? c % 3 : c));
    AddCase(c, c >= 150 || c % 25 == 3 ? 5 * kDay : kDay, attributes, &rows);
  }
  const RootCauses found = Of(rows, SlowerThan(3 * kDay), Only(ColumnKind::kAttribute));
  const auto labels = [&] {
    std::vector<std::string> all;
    for (const auto* list : {&found.causes, &found.better}) {
      for (const Cause& cause : *list) all.push_back(cause.group.label);
    }
    return all;
  }();
  EXPECT_THAT(labels, Contains("amount over 149"));
  EXPECT_THAT(labels, Contains("owner = (other)"));
  EXPECT_THAT(labels, Contains("owner = (none)"));
}

TEST(Causes, WhatIsTheOutcomeItselfIsNoCause) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 60; ++c) AddCase(c, c % 2 * 4 * kDay + kDay, {{"late", c % 2 == 1}}, &rows);
  const RootCauses found = Of(rows, SlowerThan(3 * kDay), Only(ColumnKind::kAttribute));
  EXPECT_THAT(found.causes, IsEmpty());
  ASSERT_THAT(found.skipped, SizeIs(1));
  EXPECT_THAT(found.skipped[0].reason, HasSubstr("'late = true' have it, and no other"));
}

TEST(Causes, OfOpenCasesOnlyWhatIsKnown) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 60; ++c) {
    AddCase(c, (c % 3 == 0 ? 5 : 1) * kDay, {{"region", std::string(c % 2 == 0 ? "A" : "B")}},
            &rows);
    rows.back().attributes.emplace_back("case_finished", true);
  }
  // Open for long, and for an hour.
  rows.push_back({"old", "begin", kBegin});
  rows.push_back({"young", "begin", rows[rows.size() - 2].time - kHour});
  const RootCauses found = Of(rows, SlowerThan(3 * kDay), Only(ColumnKind::kAttribute));
  EXPECT_EQ(found.outcomes.open, 2);
  EXPECT_EQ(found.outcomes.open_slow, 1);
  // Those that began in the last three days, ended or not.
  EXPECT_GE(found.outcomes.unknown, 2);
  EXPECT_EQ(found.outcomes.known + found.outcomes.unknown, 62);
  EXPECT_EQ(found.outcomes.unknown_ended, found.outcomes.unknown - 1);
  EXPECT_THAT(found.notes, Contains(HasSubstr("begun no more than 3 d before the end of the log. "
                                              "Of cases begun so late only fast ones can have "
                                              "ended, as ")));
}

TEST(Causes, OfOpenCasesNothingIsKnown) {
  std::vector<TestRow> rows = {{"1", "begin", kBegin}, {"2", "begin", kBegin}};
  rows.push_back({"2", "end", kBegin + kHour, "", kNoTime, "", {{"case_finished", true}}});
  const RootCauses found = Of(rows, SlowerThan(3 * kDay), Only(ColumnKind::kAttribute));
  EXPECT_THAT(found.notes, IsEmpty());  // it would say the same
  EXPECT_EQ(found.problem,
            "the outcome of no case is known yet: all 2 began no more than 3 d before the end of "
            "the log");
}

// A quarter of all by what is known of each; more of those that are old enough to count.
TEST(Causes, SaysWhereTheSlowestQuarterIsMoreOfThoseThatCount) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 80; ++c) {
    AddCase(c, (c < 40 && c % 2 == 0 ? 9 : 1) * kDay, {{"region", std::string("A")}}, &rows);
    rows.back().attributes.emplace_back("case_finished", true);
  }
  OutcomeSpec slowest;
  const RootCauses found = Of(rows, slowest, Only(ColumnKind::kAttribute));
  const double share =
      static_cast<double>(found.outcomes.happened) / static_cast<double>(found.outcomes.known);
  ASSERT_GT(std::abs(share - 0.25), 0.005);
  EXPECT_THAT(found.notes, Contains(HasSubstr("25 % of all 80 cases take longer than, reckoned "
                                              "with what is known of open and late ones")));
}

TEST(Causes, SaysWhereManyTakeJustAsLongAsTheSlowestQuarter) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 100; ++c)
    AddCase(c, (c < 50 ? 1 : c < 90 ? 5 : 9) * kDay, {{"region", std::string("A")}}, &rows);
  EXPECT_THAT(Of(rows, OutcomeSpec(), Only(ColumnKind::kAttribute)).notes,
              Contains("10.0 % take longer than 5 d, since several take just as long"));
}

TEST(Causes, DefectsAndConditions) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 100; ++c) {
    AddCase(c, kDay, {{"region", std::string(c < 50 ? "EMEA" : "US")}}, &rows);
    if (c < 30) rows.push_back({rows.back().case_id, "end", rows.back().time + kHour});
  }
  OutcomeSpec defect;
  defect.kind = OutcomeSpec::Kind::kDefect;
  const RootCauses rework = Of(rows, defect, Only(ColumnKind::kAttribute));
  EXPECT_EQ(rework.outcomes.happened, 30);
  EXPECT_EQ(rework.outcomes.words, "has a defect (rework)");
  ASSERT_THAT(rework.causes, SizeIs(1));
  EXPECT_FALSE(rework.causes[0].durations.has_value());
  EXPECT_FALSE(rework.causes[0].excess_hours.has_value());
  OutcomeSpec condition;
  condition.kind = OutcomeSpec::Kind::kCondition;
  condition.condition_text = "event_count = 3";
  condition.condition = *Selection::Compile("outcome", {condition.condition_text, "", false, {}});
  EXPECT_EQ(Of(rows, condition, Only(ColumnKind::kAttribute)).outcomes.happened, 30);
}

TEST(Causes, ActivitiesVariantsResourcesAndMonths) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 120; ++c) {
    AddCase(c, c % 3 == 0 ? 9 * kDay : kDay, {}, &rows);
    rows[rows.size() - 2].resource = c % 3 == 0 || c % 7 == 0 ? "ada" : "bob";
    if (c % 3 == 0 && c % 2 == 0) {
      rows.push_back({rows.back().case_id, "legal > review", rows.back().time - kHour});
    }
  }
  const RootCauses found = Of(rows, SlowerThan(3 * kDay));
  const auto labels = [&] {
    std::vector<std::string> all;
    for (const Cause& cause : found.causes) all.push_back(cause.group.label);
    return all;
  }();
  EXPECT_THAT(labels, Contains("first resource = ada"));
  EXPECT_THAT(labels, Contains("has legal > review"));
  EXPECT_THAT(found.columns, Contains(Field(&CauseColumn::label, "month of start")));
  const auto legal = std::find_if(found.causes.begin(), found.causes.end(), [](const Cause& cause) {
    return cause.group.label == "has legal > review";
  });
  ASSERT_NE(legal, found.causes.end());
  EXPECT_THAT(legal->same_cases_as, Contains(HasSubstr("variant")));
  EXPECT_THAT(found.notes, Contains(HasSubstr("how a cause works")));
}

TEST(Causes, ValuesOfEventsOfWhichACaseHasSeveral) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 100; ++c) {
    AddCase(c, c % 2 == 0 ? 9 * kDay : kDay, {}, &rows);
    if (c % 2 == 0 || c % 5 == 0) {
      rows[rows.size() - 2].attributes = {{"utility", std::string("mail")}};
      rows[rows.size() - 1].attributes = {
          {"utility", std::string(c % 2 == 0 || c % 15 == 0 ? "crm" : "mail")}};
    }
  }
  const RootCauses found = Of(rows, SlowerThan(3 * kDay), Only(ColumnKind::kEventAttribute));
  ASSERT_FALSE(found.causes.empty());
  EXPECT_EQ(found.causes[0].group.label, "an event has utility = mail");
  EXPECT_EQ(found.causes[0].group.cases.event_filter, "attributes.\"utility\" = \"mail\"");
  EXPECT_EQ(found.causes[0].table.count, 60);
}

TEST(Causes, BadInputHasAClearAnswer) {
  EXPECT_EQ(Of({}, {}).problem, "there is no case");
  std::vector<TestRow> one;
  AddCase(1, kDay, {{"region", std::string("A")}}, &one);
  EXPECT_THAT(Of(one, SlowerThan(kHour)).problem, HasSubstr("every case takes longer than 60 min"));
  std::vector<TestRow> equal, unique;
  for (int c = 0; c < 50; ++c) {
    AddCase(c, kDay, {{"region", std::string(c % 2 == 0 ? "A" : "B")}}, &equal);
    AddCase(c, c % 2 == 0 ? kDay : 9 * kDay,
            {{"order", absl::StrCat("o", c)}, {"country", std::string("DE")}}, &unique);
  }
  EXPECT_THAT(Of(equal, {}).problem, HasSubstr("no case takes longer"));
  const RootCauses ids = Of(unique, SlowerThan(2 * kDay), Only(ColumnKind::kAttribute));
  EXPECT_EQ(ids.problem, "no attribute tells groups of enough cases apart");
  ASSERT_THAT(ids.skipped, SizeIs(2));
  EXPECT_EQ(ids.skipped[0].label, "country");
  EXPECT_EQ(ids.skipped[0].reason, "is the same in every case");
  EXPECT_THAT(ids.skipped[1].reason, HasSubstr("a value of its own"));
  CauseOptions options;
  options.columns.keys = {"regoin"};
  const auto log = MakeLog(equal);
  const Traces traces(log, {});
  const Variants variants(traces);
  const auto unknown =
      Analyze({*log, traces, [&]() -> const Variants& { return variants; }}, {}, {}, options, Go);
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("did you mean 'region'"));
}

}  // namespace
}  // namespace plumbline::analytics::causes
