// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/statistics/generator.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics::improvement {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Known = CaseValue::Known;

constexpr int64_t kDay = 86'400'000'000;
absl::Status Go() { return absl::OkStatus(); }

// A case a day, which takes as many days as `days` says; one that would end after `until` is open.
struct Deals {
  std::vector<TestRow> rows;
  void Add(int first, int count, const std::function<double(int)>& days, double until = 1e9) {
    for (int i = first; i < first + count; ++i) {
      const std::string id = absl::StrCat("c", 10'000 + i);
      const double end = i + days(i);
      rows.push_back({id, "Open", i * kDay});
      rows.back().attributes = {{"region", std::string(i % 2 == 0 ? "North" : "South")},
                                {"case_finished", false},
                                {"number", int64_t{i}}};
      rows.push_back({id, "Quote", (i * kDay) + kDay / 4});
      if (end > until) continue;
      rows.push_back({id, "Won", static_cast<int64_t>(end * static_cast<double>(kDay))});
      rows.back().attributes = {{"case_finished", true}};
    }
  }
};

struct World {
  std::shared_ptr<const LogSnapshot> log;
  ObservedLog observed;
};

World Look(const Deals& deals, const MeasureSpec& spec = {},
           CountedBy counted_by = CountedBy::kBegin) {
  World world;
  world.log = MakeLog(deals.rows);
  const Traces traces(world.log, {});
  const Variants variants(traces);
  auto observed = ObserveLog({*world.log, traces, [&]() -> const Variants& { return variants; }},
                             {}, spec, counted_by, Go);
  EXPECT_TRUE(observed.ok()) << observed.status();
  if (observed.ok()) world.observed = *std::move(observed);
  return world;
}

Options DayOptions() {
  Options options;
  options.smallest_effect = 2 * 86'400;
  return options;
}

absl::StatusOr<Baseline> Freeze(const World& world, int from, int to,
                                CountedBy counted_by = CountedBy::kBegin,
                                const Options& options = DayOptions()) {
  return MakeBaseline(*world.log, world.observed, {from * kDay, to * kDay}, counted_by, options,
                      {ValueType::kTime, false, ""}, {"region"});
}

TEST(Observe, TimesAndOpenCases) {
  Deals deals;
  deals.Add(
      0, 3, [](int) { return 2.0; }, 3.5);
  const World world = Look(deals);
  ASSERT_EQ(world.observed.cases.size(), 3U);
  EXPECT_TRUE(world.observed.marked);
  const CaseValue& first = world.observed.cases[0].value;
  EXPECT_EQ(first.known, Known::kValue);
  EXPECT_EQ(first.value, 2 * 86'400);
  EXPECT_EQ(first.known_after, 2 * 86'400);
  // It began on day 2; the log ends on day 3.
  const CaseValue& last = world.observed.cases[2].value;
  EXPECT_EQ(last.known, Known::kOpen);
  EXPECT_EQ(last.value, 86'400);
  EXPECT_EQ(last.age, 86'400);
}

TEST(Observe, AnOpenCasePastItsTargetIsLate) {
  Deals deals;
  deals.Add(
      0, 1, [](int) { return 50.0; }, 10);
  deals.Add(1, 10, [](int) { return 1.0; });
  MeasureSpec spec;
  spec.kind = MeasureKind::kCasesLate;
  spec.target = 5 * kDay;
  const World world = Look(deals, spec);
  EXPECT_EQ(world.observed.cases[0].value.known, Known::kValue);
  EXPECT_EQ(world.observed.cases[0].value.value, 1);
  EXPECT_EQ(world.observed.cases[0].value.known_after, 5 * 86'400);
  EXPECT_EQ(world.observed.cases[1].value.value, 0);
}

TEST(Observe, AStepsTimesInACaseAreOneValue) {
  const int64_t minute = 60'000'000;
  const World world = [&] {
    Deals deals;
    deals.rows = {{"1", "A", 10 * minute, "", 0},
                  {"1", "A", 40 * minute, "", 20 * minute},
                  {"2", "B", 10 * minute, "", 5 * minute}};
    MeasureSpec spec;
    spec.kind = MeasureKind::kStepWorking;
    spec.activity = "A";
    return Look(deals, spec);
  }();
  ASSERT_EQ(world.observed.cases.size(), 2U);
  EXPECT_EQ(world.observed.cases[0].value.value, 30 * 60);
  EXPECT_EQ(world.observed.cases[0].value.known_after, 40 * 60);
  EXPECT_EQ(world.observed.cases[1].value.known, Known::kNothing);
}

TEST(Observe, ByTheirEndsOpenCasesBelongNowhere) {
  Deals deals;
  // They end on day 5.0, 5.1 and 5.2; the other two are open.
  deals.Add(
      0, 5, [](int i) { return 5.0 - i + 0.1 * i; }, 5.25);
  const World world = Look(deals, {}, CountedBy::kEnd);
  ASSERT_EQ(world.observed.cases.size(), 3U);
  EXPECT_EQ(world.observed.cases[0].number, 0U);
  EXPECT_EQ(world.observed.cases[0].at, 5 * kDay);
  EXPECT_EQ(world.observed.cases[2].begin, 2 * kDay);
  EXPECT_EQ(CasesBetween(world.observed, 5 * kDay, 5 * kDay + kDay / 6).size(), 2U);
}

// The cases that ended in a window, and their mean, counted by hand.
TEST(Baselines, ByEndsAndMeansAreWhatAReportCounts) {
  statistics::Generator chance(6);
  Deals deals;
  std::vector<double> took;
  deals.Add(
      0, 400, [&](int) { return took.emplace_back(2 + 30 * chance.Exponential()); }, 400);
  const World world = Look(deals, {}, CountedBy::kEnd);
  Options options = DayOptions();
  options.of_means = true;
  const auto baseline = Freeze(world, 200, 300, CountedBy::kEnd, options);
  ASSERT_TRUE(baseline.ok()) << baseline.status();
  double count = 0, sum = 0;
  for (size_t i = 0; i < took.size(); ++i) {
    const double end = static_cast<double>(i) + took[i];
    if (end < 200 || end >= 300) continue;
    ++count;
    sum += 86'400 * took[i];
  }
  EXPECT_EQ(static_cast<double>(baseline->figures.count), count);
  EXPECT_EQ(baseline->figures.censored + baseline->figures.young, 0);
  EXPECT_NEAR(*baseline->figures.mean, sum / count, 1);
  EXPECT_EQ(baseline->figures.center, baseline->figures.mean);
  EXPECT_LT(*baseline->figures.center_lower, *baseline->figures.center);
  // Nothing changed, so that the young log with its short cases is no peak.
  EXPECT_THAT(baseline->warnings, Not(Contains(HasSubstr("worse than the time before"))));
  ASSERT_EQ(baseline->values.size(), 1U);
  EXPECT_EQ(baseline->values[0].size(), baseline->side.cases.size());
}

TEST(Observe, ValuesOfCasesAreThoseOfTheMix) {
  Deals deals;
  deals.Add(0, 40, [](int) { return 1.0; });
  const World world = Look(deals);
  const std::vector<Mix> mixes = {{"region", {"North"}, {1}}, {"missing", {""}, {1}}};
  const auto values = CaseValuesOf(*world.log, world.observed.cases, mixes);
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(std::count(values[0].begin(), values[0].end(), 0U), 20);
  EXPECT_EQ(std::count(values[0].begin(), values[0].end(), 1U), 20);  // South is not there
  EXPECT_EQ(std::count(values[1].begin(), values[1].end(), 0U), 40);
}

TEST(Observe, FirstCaseOfARevision) {
  Deals deals;
  deals.Add(0, 4, [](int) { return 1.0; });
  deals.rows[6].attributes.emplace_back("process", std::string("workspaces/a/processes/p@2"));
  const auto log = MakeLog(deals.rows);
  EXPECT_EQ(*FirstOfRevision(*log, "workspaces/a/processes/p@2"), 2 * kDay);
  EXPECT_FALSE(FirstOfRevision(*log, "workspaces/a/processes/p@3").has_value());
}

TEST(Observe, WatchesAttributesThatSayWhichKind) {
  Deals deals;
  deals.Add(0, 40, [](int) { return 1.0; });
  const World world = Look(deals);
  EXPECT_THAT(KindAttributes(*world.log, world.observed.cases, 20), ElementsAre("region"));
  const std::vector<std::string> keys = {"region", "missing"};
  const std::vector<Mix> mixes = MixesOf(*world.log, world.observed.cases, keys);
  EXPECT_THAT(mixes[0].values, ElementsAre("North", "South"));
  EXPECT_THAT(mixes[0].counts, ElementsAre(20, 20));
  EXPECT_THAT(mixes[1].values, ElementsAre(""));
  EXPECT_THAT(mixes[1].counts, ElementsAre(40));
}

TEST(Baselines, AreStableWhereNothingHappens) {
  statistics::Generator chance(3);
  Deals deals;
  deals.Add(0, 600, [&](int) { return 5 + 10 * chance.Exponential(); });
  const auto baseline = Freeze(Look(deals), 300, 500);
  ASSERT_TRUE(baseline.ok()) << baseline.status();
  EXPECT_EQ(baseline->case_count, 200);
  EXPECT_EQ(baseline->figures.count, 200);
  EXPECT_TRUE(baseline->stable.value_or(false));
  EXPECT_THAT(baseline->warnings, ElementsAre());
  EXPECT_EQ(baseline->earlier->count, 300);
  EXPECT_GT(*baseline->earlier_p_value, 0.05);
  EXPECT_GT(*baseline->wanted, kLeastCases);
}

TEST(Baselines, PickedAtAPeakAreTold) {
  statistics::Generator chance(4);
  Deals deals;
  deals.Add(0, 500, [&](int i) { return (i < 300 ? 5 : 12) + 10 * chance.Exponential(); });
  const auto baseline = Freeze(Look(deals), 300, 450);
  ASSERT_TRUE(baseline.ok()) << baseline.status();
  EXPECT_LT(*baseline->earlier_p_value, 0.001);
  EXPECT_THAT(baseline->warnings, Contains(HasSubstr("worse than the time before it")));
}

TEST(Baselines, ThatMoveByThemselvesAreTold) {
  statistics::Generator chance(5);
  Deals deals;
  deals.Add(0, 400, [&](int i) { return 30 - i * 0.05 + 3 * chance.Exponential(); });
  const auto better = Freeze(Look(deals), 0, 400);
  ASSERT_TRUE(better.ok()) << better.status();
  EXPECT_FALSE(*better->stable);
  EXPECT_THAT(better->warnings, Contains(HasSubstr("was getting better all along")));
  Deals jump;
  jump.Add(0, 300, [&](int i) { return (i / 100 == 1 ? 25 : 5) + 3 * chance.Exponential(); });
  const auto unstable = Freeze(Look(jump), 0, 300);
  ASSERT_TRUE(unstable.ok()) << unstable.status();
  EXPECT_FALSE(*unstable->stable);
  EXPECT_THAT(unstable->warnings,
              Contains(HasSubstr("is not stable: a control chart of it gives signals (plumbline "
                                 "chart --cases 12 --log --rule beyond --rule eight shows where)")));
}

// Their mean is that value, not a rounding of it beyond limits of no width.
TEST(Baselines, OfEqualTimesAreStable) {
  Deals deals;
  deals.Add(0, 60, [](int) { return 0.5; });
  const auto baseline = Freeze(Look(deals), 0, 50);
  ASSERT_TRUE(baseline.ok()) << baseline.status();
  EXPECT_TRUE(baseline->stable.value_or(false));
}

TEST(Baselines, ThatAreNotOverAreTold) {
  Deals deals;
  deals.Add(0, 60, [](int i) { return 5 + i % 3; });
  const World world = Look(deals);  // until day 66
  const auto soon = Freeze(world, 0, 67), late = Freeze(world, 0, 90);
  ASSERT_TRUE(soon.ok() && late.ok()) << soon.status() << late.status();
  const auto told =
      HasSubstr("it runs until 1970-04-01, and the last event of the log is of 1970-03-08");
  EXPECT_THAT(soon->warnings, Not(Contains(HasSubstr("not over"))));
  EXPECT_THAT(late->warnings, Contains(told));
}

TEST(Baselines, NeedCases) {
  Deals deals;
  deals.Add(0, 100, [](int) { return 1.0; });
  const auto few = Freeze(Look(deals), 0, 19);
  ASSERT_FALSE(few.ok());
  EXPECT_EQ(base::FieldViolationsOf(few.status())[0].field, "baseline_window");
  EXPECT_THAT(few.status().message(),
              HasSubstr("has 19 cases, of which 19 can be counted; a baseline needs 20"));
  EXPECT_FALSE(Freeze(Look(Deals()), 0, 19).ok());
}

// No window helps where nothing in the log tells of the defects that are asked for.
TEST(Baselines, OfDefectsOfWhichNothingTellsSayWhy) {
  Deals deals;
  deals.Add(0, 200, [](int) { return 1.0; });
  MeasureSpec spec;
  spec.kind = MeasureKind::kCasesWithDefect;
  spec.sources = {};
  spec.sources.Add(DefectSource::kReported);
  Options options;
  options.type = ValueType::kShare;
  options.smallest_effect = 0.1;
  const World world = Look(deals, spec);
  const auto untold = MakeBaseline(*world.log, world.observed, {0, 201 * kDay}, CountedBy::kBegin,
                                   options, {ValueType::kShare, false, ""}, {"region"});
  ASSERT_FALSE(untold.ok());
  const base::FieldViolation wrong = base::FieldViolationsOf(untold.status())[0];
  EXPECT_EQ(wrong.field, "measure.sources");
  EXPECT_THAT(wrong.description, HasSubstr("reported (no event has \"defects\")"));
}

// A quarter of the cases never end: means up to far times vary, and those up to near ones less.
TEST(Baselines, WithOpenCasesSayUntilWhenTheyAreLargeEnough) {
  Deals deals;
  deals.Add(
      0, 600, [](int i) { return i % 4 == 0 ? 1e6 : 5.0 + i % 7; }, 605);
  Options options = DayOptions();
  options.smallest_effect = 5 * 86'400;
  const auto baseline = Freeze(Look(deals), 0, 600, CountedBy::kBegin, options);
  ASSERT_TRUE(baseline.ok()) << baseline.status();
  EXPECT_THAT(baseline->warnings, Contains(HasSubstr(" days on the baseline is too small for an "
                                                     "effect of 5.00 days to be seen")));
  EXPECT_THAT(baseline->warnings, Not(Contains(HasSubstr("only more than that"))));
  EXPECT_EQ(*baseline->wanted, 600);
}

TEST(Baselines, EqualValuesAreNoTrouble) {
  Deals deals;
  deals.Add(0, 100, [](int) { return 1.0; });
  const auto baseline = Freeze(Look(deals), 0, 100);
  ASSERT_TRUE(baseline.ok()) << baseline.status();
  EXPECT_EQ(*baseline->figures.center, 86'400);
  EXPECT_EQ(*baseline->wanted, kLeastCases);
}

}  // namespace
}  // namespace plumbline::analytics::improvement
