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
  EXPECT_FALSE(capability->overall.both_interval.has_value());
  EXPECT_FALSE(capability->overall.lower_interval.has_value());
  EXPECT_TRUE(capability->overall.upper_interval.has_value());
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

// Montgomery 2013, example 8.4: of 20 values Cp 2.29 is 1.57 to 3.01. (Cpk: reference_test.cc.)
TEST(Capability, IntervalsOfTheTextbook) {
  CapabilityIndices indices{.sigma = 1.75, .both = 2.29};
  AddIntervals(50, 20, FreedomOfDeviation(20), {.lower = 38, .upper = 62}, &indices);
  EXPECT_NEAR(indices.both_interval->low, 1.57, 0.005);
  EXPECT_NEAR(indices.both_interval->high, 3.01, 0.005);
  EXPECT_FALSE(indices.least_interval.has_value());
}

// About 0.6 of all n, and for two values, of which one range is the deviation, one.
TEST(Capability, FreedomOfMovingRanges) {
  EXPECT_NEAR(FreedomOfMovingRanges(2).freedom, 1, 0.1);
  EXPECT_NEAR(FreedomOfMovingRanges(1000).freedom, 605, 1);
  EXPECT_NEAR(FreedomOfMovingRanges(100'000).mean, 1, 1e-5);
}

// How often intervals hold the truth, in normal values off their target.
TEST(Capability, IntervalsHoldAsOftenAsTheySay) {
  constexpr int kRounds = 4000;
  constexpr double kTruth = 10.0 / 6, kOff = 0.8;
  const Specification asked{.lower = -5, .upper = 5, .target = -kOff};
  const double truths[] = {kTruth, kTruth, kTruth, kTruth, kTruth / std::sqrt(1 + kOff * kOff)};
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal;
  for (const int n : {12, 60}) {
    int held[2][5] = {};
    for (int round = 0; round < kRounds; ++round) {
      std::vector<double> values;
      double moved = 0;
      for (int i = 0; i < n; ++i) values.push_back(normal(random));
      for (int i = 1; i < n; ++i) moved += std::abs(values[i] - values[i - 1]);
      const auto capability = CapabilityOf(values, asked, moved / (n - 1) / 1.1283791670955126, {},
                                           FreedomOfMovingRanges(n));
      ASSERT_TRUE(capability.ok());
      for (int by = 0; by < 2; ++by) {
        const CapabilityIndices& of = by == 0 ? capability->overall : *capability->within;
        const std::optional<Interval> intervals[] = {of.both_interval, of.lower_interval,
                                                     of.upper_interval, of.least_interval,
                                                     of.target_interval};
        for (int i = 0; i < 5; ++i)
          held[by][i] += intervals[i]->low <= truths[i] && truths[i] <= intervals[i]->high;
      }
    }
    for (int by = 0; by < 2; ++by) {
      for (int i = 0; i < 5; ++i) {
        // Four standard errors; the normal ones are a little off for few values.
        EXPECT_NEAR(held[by][i] / static_cast<double>(kRounds), 0.95, n < 20 ? 0.025 : 0.014)
            << n << (by == 0 ? " overall " : " within ") << i;
      }
    }
  }
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
