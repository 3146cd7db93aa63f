// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/two_counts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "common/statistics/generator.h"
#include "common/statistics/normal.h"

namespace plumbline::statistics {
namespace {

double ReachOf(double confidence) { return NormalUpperQuantile((1 - confidence) / 2); }

// Intervals that are published with SAS's SCORECI (Laud, ratesci-sas, tests/sasval2skew.csv and
// sasval2pskew.csv), and the example of R's ratesci: 5 of 56 and 0 of 29.
TEST(TwoCounts, IntervalsOfDifferencesAsPublished) {
  struct Row {
    CountModel model;
    double confidence;
    Counted group, other;
    double lower, upper;
  };
  constexpr CountModel kShare = CountModel::kShare, kPoisson = CountModel::kPoisson;
  const Row rows[] = {
      {kShare, 0.95, {1, 1}, {28, 58}, -0.434225073, 0.6438462613},
      {kShare, 0.99, {0, 3}, {264, 283}, -0.964367045, -0.143123627},
      {kShare, 0.95, {147, 184}, {1, 3}, -0.055945909, 0.7972725591},
      {kShare, 0.95, {18, 100}, {42, 252}, -0.070233256, 0.1078682469},
      {kShare, 0.90, {254, 291}, {70, 264}, 0.550470149, 0.6605548362},
      {kShare, 0.99, {9, 9}, {48, 57}, -0.258298248, 0.3108827675},
      {kShare, 0.95, {135, 196}, {0, 2}, -0.040690595, 0.7506984932},
      {kShare, 0.90, {0, 54}, {26, 31}, -0.924785187, -0.707241225},
      {kPoisson, 0.95, {1, 19}, {8, 69}, -0.190113743, 0.1485762232},
      {kPoisson, 0.90, {1, 2}, {1, 264}, 0.0599559338, 2.0008468468},
      {kPoisson, 0.95, {0, 120}, {48, 89}, -0.708931049, -0.402240927},
      {kPoisson, 0.90, {0, 290}, {1, 97}, -0.041332501, 0.001844708},
      {kPoisson, 0.99, {0, 8}, {19, 195}, -0.168290844, 0.4750401522},
      {kPoisson, 0.95, {12, 25}, {238, 242}, -0.764392642, -0.149779589},
  };
  for (const Row& row : rows) {
    const TwoCounts counts(row.model, row.group, row.other);
    const TwoCounts::Bounds bounds = counts.Difference(ReachOf(row.confidence));
    EXPECT_NEAR(bounds.lower, row.lower, 1e-8) << row.group.count << " of " << row.group.size;
    EXPECT_NEAR(bounds.upper, row.upper, 1e-8) << row.group.count << " of " << row.group.size;
  }
  EXPECT_NEAR(TwoCounts(kShare, {5, 56}, {0, 29}).Score(), 1.739213, 5e-7);
}

// The same, sasval2rrskew.csv and sasval2orskew.csv, to six digits.
TEST(TwoCounts, IntervalsOfRatiosAsPublished) {
  const TwoCounts::Bounds none =
      TwoCounts(CountModel::kPoisson, {5, 56}, {0, 29}).Ratio(ReachOf(0.95));
  EXPECT_NEAR(none.lower, 0.7264, 5e-5);
  EXPECT_TRUE(std::isinf(none.upper));
  struct Row {
    double confidence;
    Counted group, other;
    double lower, upper;
  };
  constexpr double kNone = std::numeric_limits<double>::infinity();
  const Row ratios[] = {{0.90, {48, 82}, {0, 5}, 1.7718128643, kNone},
                        {0.99, {1, 2}, {89, 240}, 0.000841143, 3.256768},
                        {0.95, {0, 8}, {65, 66}, 0, 0.298241},
                        {0.95, {13, 13}, {69, 276}, 3.0910617309, 4.961088},
                        {0.95, {7, 88}, {0, 3}, 0.1119466586, kNone},
                        {0.95, {98, 124}, {20, 22}, 0.7545879934, 1.09064},
                        {0.90, {1, 3}, {1, 186}, 5.5021069784, 636.7571}};
  const Row odds[] = {{0.95, {146, 202}, {72, 117}, 1.0030801495, 2.637063},
                      {0.99, {162, 233}, {1, 5}, 0.620010306, 18676.85},
                      {0.90, {1, 1}, {14, 71}, 0.8744200102, kNone},
                      {0.95, {87, 109}, {26, 26}, 0, 0.483638},
                      {0.99, {23, 159}, {124, 238}, 0.0774000154, 0.298694},
                      {0.99, {18, 19}, {170, 263}, 1.1969164301, 17364.96}};
  const auto expect = [](const TwoCounts::Bounds& bounds, const Row& row) {
    EXPECT_NEAR(bounds.lower, row.lower, 1e-6 + 3e-6 * row.lower)
        << row.group.count << " of " << row.group.size;
    if (std::isinf(row.upper)) {
      EXPECT_TRUE(std::isinf(bounds.upper)) << row.group.count << " of " << row.group.size;
    } else {
      EXPECT_NEAR(bounds.upper / row.upper, 1, 2e-6) << row.group.count << " of " << row.group.size;
    }
  };
  for (const Row& row : ratios) {
    expect(TwoCounts(CountModel::kShare, row.group, row.other).Ratio(ReachOf(row.confidence)), row);
  }
  for (const Row& row : odds) {
    expect(TwoCounts(CountModel::kShare, row.group, row.other).OddsRatio(ReachOf(row.confidence)),
           row);
  }
}

// The other way round, everything is the other way round.
TEST(TwoCounts, AreSymmetric) {
  Generator chance(3);
  for (int run = 0; run < 200; ++run) {
    const CountModel model = run % 2 == 0 ? CountModel::kShare : CountModel::kPoisson;
    Counted a, b;
    for (Counted* one : {&a, &b}) {
      one->size = static_cast<double>(1 + chance.Below(60));
      one->count = static_cast<double>(chance.Below(static_cast<uint64_t>(one->size) + 1));
    }
    const TwoCounts counts(model, a, b), turned(model, b, a);
    EXPECT_NEAR(counts.Score(), -turned.Score(), 1e-9);
    const TwoCounts::Bounds one = counts.Difference(1.96), other = turned.Difference(1.96);
    EXPECT_NEAR(one.lower, -other.upper, 1e-9);
    EXPECT_NEAR(one.upper, -other.lower, 1e-9);
    EXPECT_LE(one.lower, counts.difference());
    EXPECT_GE(one.upper, counts.difference());
    if (model == CountModel::kShare) {
      // And so it is of those who have it not.
      const TwoCounts without(model, {a.size - a.count, a.size}, {b.size - b.count, b.size});
      EXPECT_NEAR(without.Score(), -counts.Score(), 1e-9);
      EXPECT_GE(one.lower, -1);
      EXPECT_LE(one.upper, 1);
    } else if (a.count > 0 && b.count > 0) {
      EXPECT_NEAR(counts.Ratio(1.96).lower * turned.Ratio(1.96).upper, 1, 1e-9);
    }
  }
}

// Also of very few, and of groups of very different sizes.
TEST(TwoCounts, TheTestAndTheIntervalsNeverContradictEachOther) {
  Generator chance(7);
  constexpr int kRuns = 4'000;
  int apart = 0;
  for (int run = 0; run < kRuns; ++run) {
    const CountModel model = run % 2 == 0 ? CountModel::kShare : CountModel::kPoisson;
    Counted a, b;
    a.size = static_cast<double>(1 + chance.Below(30));
    b.size = static_cast<double>(1 + chance.Below(run % 4 < 2 ? 30 : 3'000));
    for (Counted* one : {&a, &b})
      one->count = static_cast<double>(chance.Below(static_cast<uint64_t>(one->size) + 1));
    const double reach = ReachOf(0.5 + chance.Fraction() / 2);
    const TwoCounts counts(model, a, b);
    const bool differs = std::abs(counts.Score()) > reach;
    const TwoCounts::Bounds difference = counts.Difference(reach);
    EXPECT_EQ(difference.lower > 0 || difference.upper < 0, differs);
    const TwoCounts::Bounds ratio = counts.Ratio(reach);
    EXPECT_EQ(ratio.lower > 1 || ratio.upper < 1, differs);
    if (model == CountModel::kShare) {
      const TwoCounts::Bounds odds = counts.OddsRatio(reach);
      EXPECT_EQ(odds.lower > 1 || odds.upper < 1, differs);
    }
    apart += differs;
  }
  EXPECT_GT(apart, kRuns / 4);
  EXPECT_LT(apart, kRuns * 9 / 10);
}

double ChanceOf(CountModel model, double count, double size, double rate) {
  int sign = 0;
  const auto log_factorial = [&](double n) { return lgamma_r(n + 1, &sign); };
  if (model == CountModel::kPoisson)
    return std::exp(count * std::log(size * rate) - size * rate - log_factorial(count));
  return std::exp(log_factorial(size) - log_factorial(count) - log_factorial(size - count) +
                  count * std::log(rate) + (size - count) * std::log1p(-rate));
}

// The chance that two groups are called different at 5 % although both have this rate.
double CalledOf(CountModel model, double size, double other_size, double rate) {
  const auto most = [&](double n) {
    return model == CountModel::kShare ? n : n * rate + 10 * std::sqrt(n * rate) + 10;
  };
  double called = 0;
  for (double a = 0; a <= most(size); ++a) {
    for (double b = 0; b <= most(other_size); ++b) {
      if (std::abs(TwoCounts(model, {a, size}, {b, other_size}).Score()) > 1.96)
        called += ChanceOf(model, a, size, rate) * ChanceOf(model, b, other_size, rate);
    }
  }
  return called;
}

// Added up over all that may be counted: at 5 % one in twenty is called different, and hardly more
// where little is expected.
TEST(TwoCounts, HoldItsLevel) {
  for (const CountModel model : {CountModel::kShare, CountModel::kPoisson}) {
    for (const double other_size : {20.0, 60.0, 300.0}) {
      for (const double rate : {0.003, 0.02, 0.1, 0.3, 0.5}) {
        const double size = 20;
        const double called = CalledOf(model, size, other_size, rate);
        EXPECT_LT(called, 0.056) << other_size << " at " << rate;
        if (size * rate >= 5) {
          EXPECT_GT(called, 0.035) << other_size << " at " << rate;
        }
      }
    }
  }
}

// The most of all groups of ten or more, as the documentation says.
TEST(TwoCounts, AreCalledDifferentAtMostSoOften) {
  EXPECT_NEAR(CalledOf(CountModel::kShare, 11, 13, 0.495), 0.0664, 5e-5);
  for (const double other_size : {10.0, 12.0, 14.0, 17.0, 23.0, 40.0}) {
    for (const double rate : {0.05, 0.2, 0.35, 0.42, 0.46, 0.495})
      EXPECT_LT(CalledOf(CountModel::kShare, 11, other_size, rate), 0.0665) << other_size << rate;
  }
}

TEST(TwoCounts, OfNothingOrEverythingDoNotDiffer) {
  for (const double count : {0.0, 20.0}) {
    const TwoCounts counts(CountModel::kShare, {count, 20}, {count, 20});
    EXPECT_EQ(counts.Score(), 0);
    const TwoCounts::Bounds bounds = counts.Difference(1.96);
    EXPECT_NEAR(bounds.lower, -bounds.upper, 1e-9);
    EXPECT_GT(bounds.upper, 0.1);
    EXPECT_LT(bounds.upper, 0.2);
  }
  const TwoCounts none(CountModel::kPoisson, {0, 50}, {0, 50});
  EXPECT_EQ(none.Score(), 0);
  EXPECT_LT(none.Difference(1.96).lower, 0);
  EXPECT_GT(none.Difference(1.96).upper, 0);
  EXPECT_EQ(none.Ratio(1.96).lower, 0);
  EXPECT_TRUE(std::isinf(none.Ratio(1.96).upper));
  // All of one group, none of the other: surely different, up to the end of the scale.
  const TwoCounts all(CountModel::kShare, {20, 20}, {0, 1'000'000});
  EXPECT_EQ(all.Difference(1.96).upper, 1);
  EXPECT_GT(all.Difference(1.96).lower, 0.8);
}

// Two of 20 and 10 of 1,000: the chance of 2 or more, 0.019, twice; without the correction for
// skewness the score would say 0.0003.
TEST(TwoCounts, IsRightWhereOneGroupIsFarLarger) {
  const TwoCounts counts(CountModel::kShare, {2, 20}, {10, 1'000});
  const double p = 2 * NormalAbove(counts.Score());
  EXPECT_GT(p, 0.015);
  EXPECT_LT(p, 0.04);
}

}  // namespace
}  // namespace plumbline::statistics
