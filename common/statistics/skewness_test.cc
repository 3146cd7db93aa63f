// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/skewness.h"

#include <random>
#include <vector>

#include "common/statistics/sums.h"
#include "gtest/gtest.h"

namespace plumbline::statistics {
namespace {

TEST(Mean, LiesBetweenTheLeastAndTheGreatest) {
  // Their sum over 24, rounded twice, is a unit in the last place below them.
  const std::vector<double> equal(24, 7200.123457);
  EXPECT_EQ(Mean(equal), 7200.123457);
  EXPECT_EQ(StandardDeviation(equal), 0);
  for (int n = 1; n < 200; ++n) EXPECT_EQ(Mean(std::vector<double>(n, 0.1)), 0.1) << n;
}

TEST(Skewness, OfKnownDistributions) {
  EXPECT_EQ(Skewness({}), std::nullopt);
  EXPECT_EQ(Skewness(std::vector<double>(24, 7200.123457)), std::nullopt);
  EXPECT_EQ(Skewness(std::vector<double>{1, 2, 3}), 0);
  // (0 - 1/4)^3 three times and (3/4)^3 once, over 4 (3/16)^(3/2).
  EXPECT_NEAR(*Skewness(std::vector<double>{0, 0, 0, 1}), 1.1547005383792515, 1e-12);
  std::mt19937_64 random(1);
  std::exponential_distribution<double> exponential;
  std::vector<double> values;
  for (int i = 0; i < 200'000; ++i) values.push_back(exponential(random));
  EXPECT_NEAR(*Skewness(values), 2, 0.1);
}

// The example of D'Agostino, Belanger and D'Agostino (1990): 62 cholesterol values with a skewness
// of 1.02 have z = 3.14, p 0.0017.
TEST(Skewness, ByChance) {
  EXPECT_NEAR(*SkewnessByChance(1.02, 62), 0.0017, 0.00005);
  EXPECT_NEAR(*SkewnessByChance(-1.02, 62), 0.0017, 0.00005);
  EXPECT_EQ(*SkewnessByChance(0, 20), 1);
  EXPECT_FALSE(SkewnessByChance(1, 7).has_value());
  std::mt19937_64 random(2);
  std::normal_distribution<double> normal;
  int rare = 0;
  for (int round = 0; round < 4000; ++round) {
    std::vector<double> values;
    for (int i = 0; i < 25; ++i) values.push_back(normal(random));
    rare += *SkewnessByChance(*Skewness(values), values.size()) < 0.05;
  }
  EXPECT_NEAR(rare / 4000.0, 0.05, 4 * 0.0035);
}

}  // namespace
}  // namespace plumbline::statistics
