// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/quantile.h"

#include <vector>

#include "gtest/gtest.h"

namespace plumbline::statistics {
namespace {

TEST(Quantile, InterpolatesBetweenOrderStatistics) {
  const std::vector<double> values = {1, 2, 4, 8};
  EXPECT_DOUBLE_EQ(Quantile(values, 0), 1);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.25), 1.75);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.5), 3);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.9), 6.8);
  EXPECT_DOUBLE_EQ(Quantile(values, 1), 8);
}

TEST(Quantile, OfOneValueIsThatValue) {
  EXPECT_DOUBLE_EQ(Quantile(std::vector<double>{5}, 0.9), 5);
}

}  // namespace
}  // namespace plumbline::statistics
