// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/rank_correlation.h"

#include <gtest/gtest.h>

#include <vector>

namespace plumbline::statistics {
namespace {

TEST(RankCorrelation, OfOrderOnly) {
  const std::vector<double> x = {1, 2, 3, 4}, up = {1, 10, 100, 1000}, down = {4, 3, 2, -9};
  EXPECT_DOUBLE_EQ(*RankCorrelation(x, up), 1);
  EXPECT_DOUBLE_EQ(*RankCorrelation(x, down), -1);
  EXPECT_FALSE(RankCorrelation(x, std::vector<double>{5, 5, 5, 5}).has_value());
  EXPECT_FALSE(RankCorrelation({}, {}).has_value());
}

// Hours of TV against IQ, a worked example found in many textbooks: r = -29/165.
TEST(RankCorrelation, TextbookExample) {
  const std::vector<double> iq = {106, 100, 86, 101, 99, 103, 97, 113, 112, 110};
  const std::vector<double> hours = {7, 27, 2, 50, 28, 29, 20, 12, 6, 17};
  EXPECT_NEAR(*RankCorrelation(iq, hours), -29.0 / 165, 1e-15);
}

// Ties have mean ranks: 1.5 1.5 3 4 against 1 2.5 2.5 4: 4.25 / sqrt(4.5 * 4.5).
TEST(RankCorrelation, Ties) {
  EXPECT_NEAR(*RankCorrelation(std::vector<double>{1, 1, 2, 3}, std::vector<double>{1, 2, 2, 3}),
              3.75 / 4.5, 1e-15);
}

TEST(RankCorrelation, PValueIsTwoSided) {
  EXPECT_DOUBLE_EQ(RankCorrelationPValue(0, 50), 1);
  EXPECT_NEAR(RankCorrelationPValue(0.28, 50), RankCorrelationPValue(-0.28, 50), 0);
  EXPECT_NEAR(RankCorrelationPValue(0.28, 50), 0.04999579029644087, 1e-12);  // z = 1.96
}

}  // namespace
}  // namespace plumbline::statistics
