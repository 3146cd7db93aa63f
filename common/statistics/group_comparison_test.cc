// SPDX-License-Identifier: Apache-2.0
//
// Risks of groups against published tables, and against their definitions on random data.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/statistics/association.h"
#include "common/statistics/chi_square.h"
#include "common/statistics/multiplicity.h"
#include "common/statistics/normal.h"
#include "common/statistics/proportions.h"
#include "common/statistics/strata.h"

namespace plumbline::statistics {
namespace {

constexpr double k95 = 1.959963984540054;
// Pearson's, of 30 of 100 against 15 of 100: (30*85 - 15*70)^2 * 200 / (45 * 155 * 100 * 100).
constexpr double kChiSquare = 1500.0 * 1500 * 200 / (45.0 * 155 * 1e4);

// Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3.
TEST(Proportion, AsNewcombePublished) {
  const struct {
    int64_t happened, count;
    double lower, upper;
  } kRows[] = {{81, 263, 0.2553, 0.3662},
               {15, 148, 0.0624, 0.1605},
               {0, 20, 0, 0.1611},
               {1, 29, 0.0061, 0.1718}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.happened);
    const Estimate risk = Proportion(row.happened, row.count, k95);
    EXPECT_NEAR(risk.lower, row.lower, 5e-5);
    EXPECT_NEAR(risk.upper, row.upper, 5e-5);
    const Estimate other = Proportion(row.count - row.happened, row.count, k95);
    EXPECT_NEAR(other.lower, 1 - risk.upper, 1e-14);
  }
}

TEST(Tables, AreComparedByTheirScore) {
  // 30 of 100 against 15 of 100.
  const TwoByTwo table{30, 100, 15, 100};
  const Estimate difference = RiskDifference(table, k95);
  const Estimate risk = RiskRatio(table, k95), odds = OddsRatio(table, k95);
  EXPECT_NEAR(difference.value, 0.15, 1e-12);
  EXPECT_DOUBLE_EQ(risk.value, 2);
  EXPECT_NEAR(odds.value, 30.0 * 85 / (70 * 15), 1e-12);
  // Of groups of one size Pearson's chi-square by 199 / 200.
  EXPECT_NEAR(PValueOf(table), ChiSquareAbove(kChiSquare * 199 / 200, 1), 1e-12);
  // R: ratesci::scasci(5, 56, 0, 29), also for RR and OR.
  const TwoByTwo few{5, 56, 0, 29};
  EXPECT_NEAR(PValueOf(few), 0.08199729, 1e-7);
  EXPECT_NEAR(RiskDifference(few, k95).lower, -0.0186, 5e-5);
  EXPECT_NEAR(RiskDifference(few, k95).upper, 0.1867, 5e-5);
  EXPECT_NEAR(RiskRatio(few, k95).lower, 0.7696, 5e-5);
  EXPECT_NEAR(OddsRatio(few, k95).lower, 0.7587, 5e-5);
  // An empty cell: halves are added to the value, and above there is no end.
  EXPECT_NEAR(OddsRatio(few, k95).value, 5.5 / 51.5 * 29.5 / 0.5, 1e-9);
  EXPECT_TRUE(std::isinf(OddsRatio(few, k95).upper));
  EXPECT_EQ(OddsRatio({0, 10, 5, 10}, k95).lower, 0);
  EXPECT_EQ(PValueOf({0, 3, 0, 5}), 1);
  EXPECT_EQ(PValueOf({3, 3, 5, 5}), 1);
  EXPECT_GT(PValueOf({100, 100, 0, 100}), 0);
  EXPECT_LT(PValueOf({100, 100, 0, 100}), 1e-40);
}

// The chance of all tables that are no likelier (Fisher 1935), by logarithms of factorials.
double Fisher(const TwoByTwo& t) {
  const auto choose = [](int64_t n, int64_t k) {
    return std::lgamma(static_cast<double>(n) + 1) - std::lgamma(static_cast<double>(k) + 1) -
           std::lgamma(static_cast<double>(n - k) + 1);
  };
  const auto weight = [&](int64_t k) {
    return choose(t.count, k) + choose(t.other_count, t.all_happened() - k) -
           choose(t.all(), t.all_happened());
  };
  double sum = 0;
  for (int64_t k = 0; k <= std::min(t.count, t.all_happened()); ++k) {
    if (t.all_happened() - k > t.other_count) continue;
    if (weight(k) <= weight(t.happened) + 1e-8) sum += std::exp(weight(k));
  }
  return std::min(1.0, sum);
}

// Of many groups that are compared at once the far tails count: there it is never much below what
// the exact test says, nor much above it but where little is expected, and then by a power.
TEST(Tables, AreCalledAboutAsImprobableAsTheyAre) {
  std::mt19937 random(1);
  int far = 0, enough = 0;
  for (int i = 0; i < 4000; ++i) {
    TwoByTwo t;
    t.count = 10 + static_cast<int64_t>(random() % 40);
    t.other_count = 50 + static_cast<int64_t>(random() % 3'000);
    t.other_happened = static_cast<int64_t>(random() % static_cast<uint64_t>(t.other_count / 10));
    t.happened = static_cast<int64_t>(random() % 8);
    const double p = PValueOf(t), fisher = Fisher(t);
    if (fisher > 0.05 || fisher < 1e-6) continue;
    ++far;
    const std::string text = absl::StrCat(t.happened, " of ", t.count, ", ", t.other_happened,
                                          " of ", t.other_count, ": ", p, ", ", fisher);
    const double expected = static_cast<double>(t.count) * static_cast<double>(t.all_happened()) /
                            static_cast<double>(t.all());
    EXPECT_GT(p, fisher / 3) << text;
    EXPECT_LT(p, 2 * std::pow(fisher, 0.7)) << text;
    if (expected < 1) continue;
    ++enough;
    EXPECT_LT(p, 1.5 * std::pow(fisher, 0.8)) << text;
  }
  EXPECT_GT(far, 200);
  EXPECT_GT(enough, 100);
  // As the documentation says.
  EXPECT_NEAR(PValueOf({5, 20, 10, 1'000}), 3.54e-5, 1e-7);
  EXPECT_NEAR(Fisher({5, 20, 10, 1'000}), 4.51e-6, 1e-8);
  EXPECT_NEAR(PValueOf({3, 12, 5, 5'000}), 7.35e-5, 1e-7);
  EXPECT_NEAR(Fisher({3, 12, 5, 5'000}), 5.84e-7, 1e-9);
}

// Benjamini and Hochberg 1995, section 4.1: fifteen hypotheses, of which four are rejected at 0.05,
// three by Bonferroni's.
TEST(Multiplicity, AsPublished) {
  const std::vector<double> p = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                                 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0};
  const std::vector<double> adjusted = AdjustBenjaminiHochberg(p);
  EXPECT_NEAR(adjusted[0], 0.0015, 1e-12);
  EXPECT_NEAR(adjusted[3], 0.0095 * 15 / 4, 1e-12);
  EXPECT_NEAR(adjusted[5], 0.0298 * 15 / 7, 1e-12);  // the next is less
  EXPECT_NEAR(adjusted[8], 0.0765, 1e-12);
  EXPECT_EQ(std::count_if(adjusted.begin(), adjusted.end(), [](double q) { return q <= 0.05; }), 4);
  const std::vector<double> holm = AdjustHolm(p);
  EXPECT_NEAR(holm[2], 0.0019 * 13, 1e-12);
  EXPECT_EQ(std::count_if(holm.begin(), holm.end(), [](double q) { return q <= 0.05; }), 3);
  EXPECT_TRUE(AdjustHolm({}).empty());
}

TEST(Multiplicity, TheOrderDoesNotMatterAndNothingGetsSmaller) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> uniform;
  for (int i = 0; i < 100; ++i) {
    std::vector<double> p(1 + random() % 40);
    for (double& one : p) one = uniform(random);
    const std::vector<double> bh = AdjustBenjaminiHochberg(p), holm = AdjustHolm(p);
    for (size_t k = 0; k < p.size(); ++k) {
      ASSERT_GE(bh[k], p[k]);
      ASSERT_GE(holm[k], bh[k] - 1e-15);
      ASSERT_LE(holm[k], 1);
    }
    std::vector<double> reversed(p.rbegin(), p.rend());
    const std::vector<double> again = AdjustBenjaminiHochberg(reversed);
    for (size_t k = 0; k < p.size(); ++k) ASSERT_DOUBLE_EQ(again[p.size() - 1 - k], bh[k]);
  }
}

TEST(Strata, OneStratumIsTheTableItself) {
  const TwoByTwo table{30, 100, 15, 100};
  const auto one = DifferenceWithinStrata({table}, k95);
  ASSERT_TRUE(one.has_value());
  EXPECT_NEAR(one->risk_difference.value, 0.15, 1e-15);
  // Greenland and Robins: of one stratum p1 q1 / n1 + p2 q2 / n2.
  EXPECT_NEAR(one->risk_difference.upper - 0.15,
              k95 * std::sqrt(0.3 * 0.7 / 100 + 0.15 * 0.85 / 100), 1e-12);
  // Mantel and Haenszel's is Pearson's times (n - 1) / n.
  EXPECT_NEAR(one->p_value, ChiSquareAbove(kChiSquare * 199 / 200, 1), 1e-12);
}

// Charig and others 1986, kidney stones: open surgery is the better one within both sizes of stone,
// though it looks worse over all.
TEST(Strata, SimpsonsParadox) {
  const TwoByTwo small{81, 87, 234, 270}, large{192, 263, 55, 80}, all{273, 350, 289, 350};
  EXPECT_LT(RiskDifference(all, k95).value, 0);
  const auto within = DifferenceWithinStrata({small, large}, k95);
  ASSERT_TRUE(within.has_value());
  const double w1 = 87.0 * 270 / 357, w2 = 263.0 * 80 / 343;
  EXPECT_NEAR(within->risk_difference.value,
              (w1 * (81.0 / 87 - 234.0 / 270) + w2 * (192.0 / 263 - 55.0 / 80)) / (w1 + w2), 1e-12);
  EXPECT_GT(within->risk_difference.value, 0);
  EXPECT_EQ(within->strata, 2);
  EXPECT_EQ(within->count, 350);
}

TEST(Strata, ThoseWithoutOneOfTheGroupsSayNothing) {
  EXPECT_FALSE(DifferenceWithinStrata({{5, 10, 0, 0}, {0, 0, 3, 9}}, k95).has_value());
  const auto some = DifferenceWithinStrata({{5, 10, 0, 0}, {2, 4, 3, 9}}, k95);
  ASSERT_TRUE(some.has_value());
  EXPECT_EQ(some->count, 4);
  EXPECT_EQ(some->all_count, 14);
  EXPECT_NEAR(some->risk_difference.value, 0.5 - 3.0 / 9, 1e-15);
}

TEST(Noncentral, OfOneDegreeInClosedForm) {
  for (const double delta : {0.5, 2.0, 6.0, 19.0, 30.0, 300.0}) {
    for (const double distance : {-2.5, -1.0, 0.1, 1.0, 2.5}) {
      const double root = delta + distance;
      if (root < 0) continue;
      const double expected = NormalBelow(root - delta) - NormalBelow(-root - delta);
      const bool exact = std::max(root, delta) < 20;
      EXPECT_NEAR(NoncentralChiSquareBelow(root * root, 1, delta * delta), expected,
                  exact ? 1e-10 : 5e-5)
          << delta << " " << root;
    }
  }
}

TEST(Association, TwoGroupsAreATable) {
  const auto two = AssociationOf({{30, 100}, {15, 100}, {0, 0}}, 0.95);
  ASSERT_TRUE(two.has_value());
  EXPECT_EQ(two->freedom, 1);
  EXPECT_NEAR(two->chi_square, kChiSquare, 1e-12);
  EXPECT_NEAR(two->cramers_v.value, std::sqrt((two->chi_square - 1) / 200), 1e-12);
  // Of one degree, sqrt(chi-square) is the absolute value of a normal one, whose mean is V sqrt(n).
  const double root = std::sqrt(two->chi_square);
  const auto above = [&](double v) {
    return NormalAbove(root - v * std::sqrt(200)) + NormalBelow(-root - v * std::sqrt(200));
  };
  EXPECT_NEAR(above(two->cramers_v.lower), 0.025, 1e-8);
  EXPECT_NEAR(above(two->cramers_v.upper), 0.975, 1e-8);
  EXPECT_FALSE(AssociationOf({{30, 100}}, 0.95).has_value());
  EXPECT_FALSE(AssociationOf({{0, 100}, {0, 50}}, 0.95).has_value());
}

TEST(Association, HoldsWhatItSaysWhereNothingDepends) {
  std::mt19937 random(3);
  int rejected = 0;
  double mean = 0;
  constexpr int kRuns = 2000;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<std::pair<int64_t, int64_t>> groups;
    for (int g = 0; g < 5; ++g) {
      std::binomial_distribution<int64_t> binomial(200, 0.3);
      groups.emplace_back(binomial(random), 200);
    }
    const auto association = AssociationOf(groups, 0.95);
    ASSERT_TRUE(association.has_value());
    rejected += association->p_value < 0.05;
    mean += association->chi_square / kRuns;
    ASSERT_LE(association->cramers_v.lower, association->cramers_v.value);
  }
  EXPECT_NEAR(rejected / static_cast<double>(kRuns), 0.05, 0.02);
  EXPECT_NEAR(mean, 4, 0.3);
}

}  // namespace
}  // namespace plumbline::statistics
