// SPDX-License-Identifier: Apache-2.0
//
// Against known values, closed forms, and each other. The quantiles of chi-square are also checked
// by what an independent tool made of them, in the tests of capability.
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "common/statistics/beta.h"
#include "common/statistics/chi_square.h"
#include "common/statistics/normal.h"
#include "common/statistics/student.h"
#include "common/statistics/sums.h"
#include "gtest/gtest.h"

namespace plumbline::statistics {
namespace {

void ExpectNear(double value, double expected, double relative = 1e-13) {
  EXPECT_NEAR(value, expected, std::abs(expected) * relative);
}

TEST(Normal, TailsAreExact) {
  ExpectNear(NormalBelow(1.959963984540054), 0.975);
  ExpectNear(NormalBelow(-6), 9.86587645037698e-10);
  ExpectNear(NormalAbove(10), 7.61985302416053e-24);
}

TEST(Normal, QuantilesUndoTheDistribution) {
  ExpectNear(NormalQuantile(0.975), 1.95996398454005);
  ExpectNear(NormalQuantile(1e-20), -9.26234008979841);
  EXPECT_EQ(NormalQuantile(0.5), 0);
  EXPECT_TRUE(std::isinf(NormalQuantile(0)) && NormalQuantile(0) < 0);
  EXPECT_TRUE(std::isinf(NormalQuantile(1)) && NormalQuantile(1) > 0);
  for (double z = -8; z <= 5; z += 0.0937)
    EXPECT_NEAR(NormalQuantile(NormalBelow(z)), z, 1e-9) << z;
  for (double z = 0.01; z < 30; z *= 1.3) ExpectNear(NormalUpperQuantile(NormalAbove(z)), z, 1e-12);
}

TEST(ChiSquare, OfTwoDegreesIsExponential) {
  for (double x = 0.01; x < 200; x *= 1.7) {
    ExpectNear(ChiSquareAbove(x, 2), std::exp(-x / 2), 1e-12);
    ExpectNear(ChiSquareBelow(x, 2), -std::expm1(-x / 2), 1e-12);
  }
}

TEST(ChiSquare, OfOneDegreeIsASquareOfANormal) {
  for (double z = 0.1; z < 8; z += 0.31)
    ExpectNear(ChiSquareAbove(z * z, 1), 2 * NormalAbove(z), 1e-11);
}

TEST(ChiSquare, QuantilesUndoTheDistribution) {
  ExpectNear(ChiSquareQuantile(0.95, 1), 3.84145882069412, 1e-12);
  for (const double freedom : {1.0, 2.0, 7.0, 33.5, 1000.0}) {
    for (double p = 0.0001; p < 1; p += 0.0371) {
      const double x = ChiSquareQuantile(p, freedom);
      ExpectNear(ChiSquareBelow(x, freedom), p, 1e-10);
    }
  }
}

TEST(Beta, KnownValues) {
  EXPECT_NEAR(BetaBelow(0.5, 2, 3), 0.6875, 1e-14);
  EXPECT_NEAR(BetaBelow(0.3, 1, 1), 0.3, 1e-14);
  EXPECT_NEAR(BetaBelow(0.2, 1, 5), 1 - std::pow(0.8, 5), 1e-14);
  EXPECT_EQ(BetaBelow(0, 2, 3), 0);
  EXPECT_EQ(BetaBelow(1, 2, 3), 1);
  // P(Beta(a, b) <= x) = P(Binomial(a + b - 1, x) >= a).
  double tail = 0;
  for (int k = 7; k <= 20; ++k) {
    tail += std::exp(std::lgamma(21.0) - std::lgamma(k + 1.0) - std::lgamma(21.0 - k)) *
            std::pow(0.4, k) * std::pow(0.6, 20 - k);
  }
  EXPECT_NEAR(BetaBelow(0.4, 7, 14), tail, 1e-12);
  for (const double p : {0.001, 0.025, 0.5, 0.9, 0.999}) {
    EXPECT_NEAR(BetaBelow(BetaQuantile(p, 3, 8), 3, 8), p, 1e-12);
    EXPECT_NEAR(BetaBelow(BetaQuantile(p, 0.5, 200), 0.5, 200), p, 1e-12);
  }
}

// P(|T| <= t) of whole degrees of freedom, as a finite sum (Abramowitz and Stegun 1964, 26.7.3 and
// 26.7.4).
double StudentWithin(double t, int freedom) {
  const double angle = std::atan(t / std::sqrt(freedom));
  const double cosine = std::cos(angle), square = cosine * cosine;
  double term = freedom % 2 == 1 ? cosine : 1, sum = freedom == 1 ? 0 : term;
  for (int k = freedom % 2 == 1 ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= square * (k - 1) / k;
    sum += term;
  }
  if (freedom % 2 == 0) return std::sin(angle) * sum;
  return 2 / std::numbers::pi * (angle + std::sin(angle) * sum);
}

TEST(Student, QuantilesAreThoseOfTables) {
  // "qt(1 - p, freedom)" of R.
  ExpectNear(StudentUpperQuantile(0.025, 1), 12.7062047361747, 1e-12);
  ExpectNear(StudentUpperQuantile(0.025, 2), 4.30265272974946, 1e-12);
  ExpectNear(StudentUpperQuantile(0.025, 3), 3.18244630528371, 1e-12);
  ExpectNear(StudentUpperQuantile(0.025, 4), 2.77644510519779, 1e-12);
  ExpectNear(StudentUpperQuantile(0.025, 10), 2.22813885198627, 1e-12);
  ExpectNear(StudentUpperQuantile(0.025, 30), 2.04227245630124, 1e-12);
  ExpectNear(StudentUpperQuantile(0.005, 5), 4.03214298355523, 1e-12);
  EXPECT_EQ(StudentUpperQuantile(0.5, 3), 0);
  EXPECT_TRUE(std::isinf(StudentUpperQuantile(0, 3)) && StudentUpperQuantile(0, 3) > 0);
}

TEST(Student, TailsAreThoseOfFiniteSums) {
  for (const int freedom : {1, 2, 3, 4, 5, 9, 40, 301}) {
    for (double t = 0.01; t < 60; t *= 1.7) {
      EXPECT_NEAR(2 * StudentAbove(t, freedom), 1 - StudentWithin(t, freedom),
                  freedom < 100 ? 1e-13 : 1e-12)
          << t << " of " << freedom;
      EXPECT_NEAR(StudentAbove(-t, freedom), 1 - StudentAbove(t, freedom), 1e-14);
    }
  }
}

TEST(Student, QuantilesUndoTheDistributionAndComeToTheNormal) {
  for (const double freedom : {1.0, 1.5, 2.0, 3.0, 17.0, 400.0, 1e6}) {
    for (const double p : {1e-12, 0.0001, 0.025, 0.3, 0.4999, 0.77}) {
      ExpectNear(StudentAbove(StudentUpperQuantile(p, freedom), freedom), p, 1e-8);
    }
  }
  EXPECT_NEAR(StudentUpperQuantile(0.025, 1e6), NormalUpperQuantile(0.025), 3e-6);
}

TEST(Sums, LoseNothing) {
  std::vector<double> values = {1e16, 1, -1e16, 1};
  EXPECT_EQ(Sum(values), 2);
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> small, large;
  for (int i = 0; i < 100'000; ++i) {
    small.push_back(normal(random));
    large.push_back(small.back() + 1e9);
  }
  // 1e9 takes 30 of the 53 bits of each value.
  ExpectNear(StandardDeviation(large), StandardDeviation(small), 1e-6);
  EXPECT_EQ(SquaredDeviations(std::vector<double>(7, 1e15 / 3)), 0);
}

}  // namespace
}  // namespace plumbline::statistics
