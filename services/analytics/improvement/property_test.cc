// SPDX-License-Identifier: Apache-2.0
//
// What holds of every comparison, over many seeded runs: where nothing changed, it says so as often
// as its confidence promises; a known shift lies in its interval as often; the order of cases does
// not matter.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "common/statistics/generator.h"
#include "services/analytics/improvement/compare.h"

namespace plumbline::analytics::improvement {
namespace {

using Known = CaseValue::Known;
using statistics::Generator;

constexpr int64_t kOld = 1'000'000'000;
constexpr int kRuns = 1'000;
// Of 1,000 runs at 5 %: 50 and four standard deviations of 6.9.
constexpr int kMostWrong = 78, kLeastWrong = 25;

// Times of mean 1,000, plus `shift`; open those that last longer than the case is old.
Side Times(Generator& chance, int cases, double shift, bool censored) {
  Side side{.cases = {}, .marked = true};
  for (int i = 0; i < cases; ++i) {
    const double time = 1'000 * chance.Exponential() + shift;
    const double age = censored ? 500 + 5'000 * chance.Fraction() : kOld;
    const bool open = time > age;
    side.cases.push_back({open ? age : time, open ? Known::kOpen : Known::kValue,
                          open ? 0 : static_cast<int64_t>(time), static_cast<int64_t>(age)});
  }
  return side;
}

Side Shares(Generator& chance, int cases, double share) {
  Side side{.cases = {}, .marked = true};
  for (int i = 0; i < cases; ++i)
    side.cases.push_back({chance.Fraction() < share ? 1.0 : 0.0, Known::kValue, 1, kOld});
  return side;
}

// Poisson counts, by products of fractions (Knuth 1998).
Side Counts(Generator& chance, int cases, double mean) {
  Side side{.cases = {}, .marked = true};
  for (int i = 0; i < cases; ++i) {
    double product = chance.Fraction();
    int count = 0;
    for (; product > std::exp(-mean); product *= chance.Fraction()) ++count;
    side.cases.push_back({static_cast<double>(count), Known::kValue, 1, kOld});
  }
  return side;
}

struct Tally {
  int wrong = 0;    // better or worse, though nothing changed
  int outside = 0;  // the true difference is not in the interval
  int too_early = 0;
};

template <typename Draw>
Tally RunMany(const Options& options, double truth, uint64_t seed, const Draw& draw) {
  Generator chance(seed);
  Tally tally;
  for (int run = 0; run < kRuns; ++run) {
    const Side before = draw(chance, false), after = draw(chance, true);
    const Comparison comparison = Compare(before, after, options);
    const Interval& interval = comparison.improvement->interval;
    tally.wrong +=
        comparison.verdict == Verdict::kImproved || comparison.verdict == Verdict::kWorse;
    tally.too_early += comparison.verdict == Verdict::kTooEarly;
    tally.outside += truth < interval.lower || truth > interval.upper;
  }
  return tally;
}

Options OptionsOf(ValueType type, double smallest) {
  Options options;
  options.type = type;
  options.smallest_effect = smallest;
  return options;
}

TEST(Property, NoChangeOfTimesIsNoEffect) {
  const Tally tally = RunMany(OptionsOf(ValueType::kTime, 400), 0, 1,
                              [](Generator& chance, bool) { return Times(chance, 150, 0, false); });
  EXPECT_LE(tally.wrong, kMostWrong);
  EXPECT_GE(tally.wrong, kLeastWrong);
  EXPECT_EQ(tally.too_early, 0);
}

TEST(Property, NoChangeOfCensoredTimesIsNoEffect) {
  const Tally tally = RunMany(OptionsOf(ValueType::kTime, 600), 0, 2,
                              [](Generator& chance, bool) { return Times(chance, 150, 0, true); });
  EXPECT_LE(tally.wrong, kMostWrong);
  EXPECT_GE(tally.wrong, kLeastWrong);
}

TEST(Property, NoChangeOfSharesIsNoEffect) {
  const Tally tally = RunMany(OptionsOf(ValueType::kShare, 0.2), 0, 3,
                              [](Generator& chance, bool) { return Shares(chance, 200, 0.3); });
  EXPECT_LE(tally.wrong, kMostWrong);
  EXPECT_GE(tally.wrong, kLeastWrong);
}

TEST(Property, NoChangeOfCountsIsNoEffect) {
  const Tally tally = RunMany(OptionsOf(ValueType::kCount, 0.4), 0, 4,
                              [](Generator& chance, bool) { return Counts(chance, 150, 0.8); });
  EXPECT_LE(tally.wrong, kMostWrong);
  EXPECT_GE(tally.wrong, kLeastWrong);
}

TEST(Property, AKnownShiftIsInTheInterval) {
  const Tally tally = RunMany(
      OptionsOf(ValueType::kTime, 300), 300, 5,
      [](Generator& chance, bool after) { return Times(chance, 150, after ? 0 : 300, false); });
  EXPECT_LE(tally.outside, kMostWrong);
  EXPECT_GE(tally.outside, kLeastWrong);
  EXPECT_GT(tally.wrong, kRuns * 9 / 10) << "it is seen";
}

TEST(Property, AKnownDifferenceOfSharesIsInTheInterval) {
  const Tally tally = RunMany(
      OptionsOf(ValueType::kShare, 0.1), 0.15, 6,
      [](Generator& chance, bool after) { return Shares(chance, 200, after ? 0.15 : 0.3); });
  EXPECT_LE(tally.outside, kMostWrong);
  EXPECT_GE(tally.outside, kLeastWrong);
}

TEST(Property, AKnownDifferenceOfCountsIsInTheInterval) {
  const Tally tally =
      RunMany(OptionsOf(ValueType::kCount, 0.3), 0.4, 7,
              [](Generator& chance, bool after) { return Counts(chance, 150, after ? 0.6 : 1.0); });
  EXPECT_LE(tally.outside, kMostWrong);
  EXPECT_GE(tally.outside, kLeastWrong);
}

// With as many cases as are wanted, the smallest effect is seen about as often as was asked.
TEST(Property, WantedCasesHaveThePower) {
  Options options = OptionsOf(ValueType::kShare, 0.12);
  Generator chance(8);
  int seen = 0;
  for (int run = 0; run < kRuns; ++run) {
    const Side before = Shares(chance, 400, 0.4);
    const auto wanted = Compare(before, Shares(chance, 0, 0), options).wanted;
    ASSERT_TRUE(wanted.has_value());
    const Comparison comparison =
        Compare(before, Shares(chance, static_cast<int>(*wanted), 0.28), options);
    seen += comparison.verdict == Verdict::kImproved;
  }
  EXPECT_NEAR(seen, 0.8 * kRuns, 60);
}

TEST(Property, TheOrderOfCasesDoesNotMatter) {
  Generator chance(9);
  for (const ValueType type :
       {ValueType::kTime, ValueType::kStepTime, ValueType::kShare, ValueType::kCount}) {
    Side before = type == ValueType::kShare   ? Shares(chance, 90, 0.4)
                  : type == ValueType::kCount ? Counts(chance, 90, 2)
                                              : Times(chance, 90, 100, true);
    Side after = type == ValueType::kShare   ? Shares(chance, 70, 0.2)
                 : type == ValueType::kCount ? Counts(chance, 70, 1)
                                             : Times(chance, 70, 0, true);
    const Options options = OptionsOf(type, 0.1);
    const Comparison first = Compare(before, after, options);
    std::reverse(before.cases.begin(), before.cases.end());
    for (size_t i = after.cases.size() - 1; i > 0; --i)
      std::swap(after.cases[i], after.cases[chance.Below(i + 1)]);
    const Comparison second = Compare(before, after, options);
    EXPECT_EQ(first.improvement->estimate, second.improvement->estimate);
    EXPECT_EQ(first.improvement->interval.lower, second.improvement->interval.lower);
    EXPECT_EQ(first.improvement->interval.upper, second.improvement->interval.upper);
    EXPECT_EQ(first.improvement->p_value, second.improvement->p_value);
    EXPECT_EQ(first.before.center, second.before.center);
    EXPECT_EQ(first.wanted, second.wanted);
  }
}

}  // namespace
}  // namespace plumbline::analytics::improvement
