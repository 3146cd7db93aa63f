// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/proof.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "common/statistics/generator.h"
#include "services/analytics/improvement/compare.h"
#include "services/analytics/improvement/two_samples.h"
#include "services/analytics/review/bootstrap.h"

namespace plumbline::analytics::review {
namespace {

// Values of a standard deviation of 1.
std::vector<double> Standard(int count) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(i % 2 == 0 ? 9 : 11);
  return values;
}
// The effect that takes `each_side` cases of these on each side.
double EffectOf(double each_side) { return std::sqrt(2 * 7.8489 / each_side); }

TEST(Proof, MeansTakeTheTextbookNumber) {
  // Half a standard deviation: 2 * 7.849 / 0.25 = 62.8.
  EXPECT_EQ(CasesOnEachSide({Standard(10'000)}, 0.5), 63);
  EXPECT_EQ(CasesOnEachSide({Standard(10'000)}, 10), 20);  // never fewer than a comparison takes
  EXPECT_FALSE(CasesOnEachSide({Standard(100)}, 0).has_value());
  EXPECT_FALSE(CasesOnEachSide({Standard(100)}, 1e-6).has_value());
}

// Where a baseline is too small for any number, as many on each side as would do are more than it
// has, by the same variance: of times of a step, too, that vary less than chance between counts.
TEST(Proof, WhatATooSmallBaselineTakesIsMoreThanItHas) {
  ProofBaseline times{.counts = true};
  for (int i = 0; i < 319; ++i) times.values.push_back(i % 8 == 0 ? 2 : 1);
  ASSERT_FALSE(CasesAfter(times, 0.125).has_value());
  const auto each_side = CasesOnEachSide(times, 0.125);
  ASSERT_TRUE(each_side.has_value());
  EXPECT_GT(*each_side, 2 * 319);
  const auto longer = LongerBaseline(*each_side, 319);
  ASSERT_TRUE(longer.has_value());
  times.weight = static_cast<double>(longer->before) / 319;
  EXPECT_NEAR(static_cast<double>(*CasesAfter(times, 0.125)), static_cast<double>(longer->after),
              0.03 * static_cast<double>(longer->after));
}

// The page and the project that it begins say the same number.
TEST(Proof, AfterABaselineItTakesWhatItsProjectTells) {
  statistics::Generator chance(3);
  for (const bool counts : {false, true}) {
    ProofBaseline baseline{.counts = counts};
    improvement::Side side{.marked = true};
    for (int i = 0; i < 400; ++i) {
      const double value =
          counts ? static_cast<double>(chance.Below(4)) : 100 * chance.Exponential();
      baseline.values.push_back(value);
      side.cases.push_back({.value = value});
    }
    const improvement::Options options{
        .type = counts ? improvement::ValueType::kCount : improvement::ValueType::kTime,
        .of_means = !counts,
        .smallest_effect = counts ? 0.25 : 20};
    const std::optional<int64_t> cases = CasesAfter(baseline, options.smallest_effect);
    ASSERT_TRUE(cases.has_value());
    EXPECT_GT(*cases, 30);
    EXPECT_EQ(cases, improvement::Compare(side, {}, options).wanted);
    // Of a fifth of the cases, each of which stands for five, about as many.
    ProofBaseline part{.weight = 5, .counts = counts};
    for (size_t i = 0; i < baseline.values.size(); i += 5)
      part.values.push_back(baseline.values[i]);
    EXPECT_NEAR(static_cast<double>(*CasesAfter(part, options.smallest_effect)) /
                    static_cast<double>(*cases),
                1, 0.5);
    EXPECT_FALSE(CasesAfter(baseline, options.smallest_effect / 10).has_value());
  }
}

// A longer period helps only as far as a project keeps its cases.
TEST(Proof, ALongerPeriodHasWhatAProjectKeeps) {
  const auto longer = [](int has, double wanted) -> std::optional<LongerPeriod> {
    const double effect = EffectOf(wanted);
    const std::vector<double> values = Standard(has);
    EXPECT_FALSE(CasesAfter({values}, effect).has_value()) << has << ' ' << wanted;
    const auto each_side = CasesOnEachSide({values}, effect);
    EXPECT_NEAR(static_cast<double>(each_side.value()), wanted, 2 + 0.001 * wanted);
    return LongerBaseline(*each_side, has);
  };
  EXPECT_FALSE(longer(30'000, 25'000).has_value()) << "of more than 10,000 they are left out";
  EXPECT_FALSE(longer(3'000, 25'000).has_value()) << "and so they would be of a longer one";
  EXPECT_FALSE(longer(30'000, 20'000).has_value());
  EXPECT_FALSE(longer(3'000, 19'990).has_value()) << "more than a million after it";
  // What it says is what a project of such a period tells.
  for (const double wanted : {8'000, 15'000}) {
    const auto period = longer(3'000, wanted);
    ASSERT_TRUE(period.has_value()) << wanted;
    EXPECT_LE(period->before, 10'000);
    const ProofBaseline then{Standard(static_cast<int>(period->before))};
    const auto after = CasesAfter(then, EffectOf(wanted));
    ASSERT_TRUE(after.has_value()) << wanted;
    EXPECT_NEAR(static_cast<double>(*after) / static_cast<double>(period->after), 1, 0.01);
  }
  EXPECT_EQ(longer(3'000, 8'000)->before, longer(3'000, 8'000)->after);
  EXPECT_NEAR(static_cast<double>(longer(3'000, 15'000)->after), 30'000, 100);
}

// With so many cases the effect is seen in four of five samples.
TEST(Proof, TheNumberGivesThePower) {
  statistics::Generator chance(2);
  ProofBaseline baseline;
  for (int i = 0; i < 20'000; ++i) baseline.values.push_back(chance.Exponential());
  const std::optional<int64_t> cases = CasesOnEachSide(baseline, 0.4);
  ASSERT_TRUE(cases.has_value());
  int seen = 0;
  constexpr int kRuns = 300;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<double> x, y;
    for (int64_t i = 0; i < *cases; ++i) {
      x.push_back(chance.Exponential());
      y.push_back(chance.Exponential() - 0.4);
    }
    seen += improvement::MeanDifferenceOf(x, y, 0.95).p_value <= kLevel;
  }
  EXPECT_GT(seen, 0.7 * kRuns);
  EXPECT_LT(seen, 0.9 * kRuns);
}

std::vector<Gain> BootstrapOf(const std::vector<std::vector<double>>& lists, double weight,
                              double confidence, uint64_t seed) {
  return Bootstrap(std::vector<absl::Span<const double>>(lists.begin(), lists.end()), weight,
                   confidence, seed);
}

TEST(Bootstrap, IsThatOfTheSumAndCanBeHadAgain) {
  statistics::Generator chance(4);
  std::vector<double> values(500), zeros(500);
  double sum = 0, squares = 0;
  for (double& value : values) {
    value = chance.Exponential();
    sum += value;
    squares += value * value;
  }
  const std::vector<std::vector<double>> lists = {values, zeros};
  const std::vector<Gain> gains = BootstrapOf(lists, 2, 0.95, 7);
  EXPECT_NEAR(gains[0].value, 2 * sum, 1e-9);
  const double error = 2 * std::sqrt(squares - sum * sum / 500);
  EXPECT_NEAR((gains[0].upper - gains[0].lower) / (2 * 1.96 * error), 1, 0.1);
  EXPECT_LT(gains[0].lower, gains[0].value);
  EXPECT_GT(gains[0].upper, gains[0].value);
  EXPECT_EQ(gains[1].upper, 0);
  EXPECT_EQ(BootstrapOf(lists, 2, 0.95, 7)[0].lower, gains[0].lower);
  EXPECT_NE(BootstrapOf(lists, 2, 0.95, 8)[0].lower, gains[0].lower);
  // Groups of cases that are drawn together give about the same.
  std::vector<double> many;
  for (int i = 0; i < 40; ++i) many.insert(many.end(), values.begin(), values.end());
  const std::vector<Gain> grouped = BootstrapOf({many}, 1, 0.95, 7);
  const double error_of_many = std::sqrt(40.0) * error / 2;
  EXPECT_NEAR((grouped[0].upper - grouped[0].lower) / (2 * 1.96 * error_of_many), 1, 0.1);
  // Groups of different size are no difference between cases.
  const std::vector<std::vector<double>> same = {std::vector<double>(3'001, 1)};
  EXPECT_NEAR(BootstrapOf(same, 1, 0.95, 7)[0].lower, 3'001, 1e-6);
  EXPECT_NEAR(BootstrapOf(same, 1, 0.95, 7)[0].upper, 3'001, 1e-6);
  EXPECT_TRUE(Bootstrap({}, 1, 0.95, 1).empty());
}

}  // namespace
}  // namespace plumbline::analytics::review
