// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/capability.h"

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace plumbline::analytics::quality {
namespace {

const std::vector<double> kValues = {1, 2, 3, 4, 5};

TEST(Capability, OneLimitGivesOneIndex) {
  const auto capability = CapabilityOf(kValues, {.upper = 10});
  ASSERT_TRUE(capability.ok());
  EXPECT_FALSE(capability->overall.both.has_value());
  EXPECT_FALSE(capability->overall.lower.has_value());
  EXPECT_NEAR(*capability->overall.upper, 7 / (3 * std::sqrt(2.5)), 1e-12);
  EXPECT_EQ(capability->overall.least, capability->overall.upper);
  EXPECT_FALSE(capability->both_interval.has_value());
}

TEST(Capability, EqualValuesHaveNoIndices) {
  const auto capability = CapabilityOf(std::vector<double>{3, 3, 3}, {.lower = 1, .upper = 2});
  ASSERT_TRUE(capability.ok());
  EXPECT_FALSE(capability->overall.least.has_value());
  EXPECT_FALSE(capability->overall.z_bench.has_value());
  EXPECT_EQ(capability->observed_above, 3);
}

TEST(Capability, OfANormalProcessQuantilesAgree) {
  std::mt19937_64 random(6);
  std::normal_distribution<double> normal(100, 5);
  std::vector<double> values;
  for (int i = 0; i < 500'000; ++i) values.push_back(normal(random));
  const auto capability = CapabilityOf(values, {.lower = 80, .upper = 125});
  ASSERT_TRUE(capability.ok());
  EXPECT_NEAR(*capability->quantile_least, *capability->overall.least, 0.03);
  EXPECT_NEAR(*capability->overall.expected_below_ppm, 31.7, 2);
}

TEST(Capability, FewValuesHaveNoOuterQuantiles) {
  EXPECT_FALSE(CapabilityOf(kValues, {.upper = 9})->quantile_least.has_value());
}

TEST(Capability, RefusesWhatIsNoSpecification) {
  const auto why = [](const Specification& specification) {
    return std::string(CapabilityOf(kValues, specification).status().message());
  };
  EXPECT_NE(why({}).find("no limit"), std::string::npos);
  EXPECT_NE(why({.lower = 5, .upper = 1}).find("wrong way round"), std::string::npos);
  EXPECT_NE(why({.lower = std::nan("")}).find("specification.lower"), std::string::npos);
  EXPECT_FALSE(CapabilityOf(std::vector<double>{1}, {.upper = 2}).ok());
  EXPECT_FALSE(CapabilityOf({}, {.upper = 2}).ok());
}

}  // namespace
}  // namespace plumbline::analytics::quality
