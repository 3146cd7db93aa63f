// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/yield.h"

#include <cmath>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace plumbline::analytics::quality {
namespace {

TEST(Yield, RatesOfDefects) {
  const auto rates = DefectRatesOf(30, 100, 5);
  ASSERT_TRUE(rates.ok());
  EXPECT_DOUBLE_EQ(rates->per_unit, 0.3);
  EXPECT_DOUBLE_EQ(rates->per_opportunity, 0.06);
  EXPECT_DOUBLE_EQ(rates->per_million_opportunities, 60'000);
  EXPECT_DOUBLE_EQ(rates->yield_by_defects, std::exp(-0.3));
  EXPECT_NEAR(rates->sigma_level, 1.5547735945968535 + 1.5, 1e-9);
  EXPECT_FALSE(rates->bounded);
}

TEST(Yield, NoDefectIsNoInfiniteLevel) {
  const auto none = DefectRatesOf(0, 100, 1);
  const auto all = DefectRatesOf(100, 100, 1);
  ASSERT_TRUE(none.ok() && all.ok());
  EXPECT_TRUE(none->bounded && all->bounded);
  EXPECT_TRUE(std::isfinite(none->sigma_level) && std::isfinite(all->sigma_level));
  EXPECT_DOUBLE_EQ(none->long_term_sigma, -all->long_term_sigma);
}

TEST(Yield, RolledYieldIsTheProduct) {
  const auto yield = RolledYieldOf(std::vector<StepYield>{{100, 90}, {90, 45}, {0, 0}});
  ASSERT_TRUE(yield.ok());
  EXPECT_DOUBLE_EQ(yield->rolled, 0.45);
  EXPECT_DOUBLE_EQ(yield->normalized, std::sqrt(0.45));
}

TEST(Yield, RefusesWhatCannotBe) {
  EXPECT_FALSE(DefectRatesOf(1, 0, 1).ok());
  EXPECT_FALSE(DefectRatesOf(1, 1, 0).ok());
  EXPECT_FALSE(DefectRatesOf(7, 2, 3).ok());
  EXPECT_FALSE(RolledYieldOf({}).ok());
  EXPECT_FALSE(RolledYieldOf(std::vector<StepYield>{{1, 2}}).ok());
}

}  // namespace
}  // namespace plumbline::analytics::quality
