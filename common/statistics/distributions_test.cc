// SPDX-License-Identifier: Apache-2.0
//
// Against known values, closed forms, and each other. The quantiles of chi-square are also checked
// by what an independent tool made of them, in the tests of capability.
#include <cmath>
#include <random>
#include <vector>

#include "common/statistics/chi_square.h"
#include "common/statistics/normal.h"
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
