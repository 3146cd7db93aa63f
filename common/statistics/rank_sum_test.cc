// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/rank_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "common/statistics/normal.h"

namespace plumbline::statistics {
namespace {

constexpr double k95 = 1.959963984540054;

std::vector<double> Sorted(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values;
}

std::vector<double> Differences(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<double> all;
  for (const double a : x) {
    for (const double b : y) all.push_back(a - b);
  }
  return Sorted(all);
}

// Permeability of human placentas at term and between 12 and 26 weeks (Hollander and Wolfe 1999,
// table 4.1, example 4.3): the shift is 0.305.
TEST(HodgesLehmann, AsPublished) {
  const std::vector<double> x =
      Sorted({0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46});
  const std::vector<double> y = Sorted({1.15, 0.88, 0.90, 0.74, 1.21});
  const Estimate shift = HodgesLehmannShift(x, y, k95);
  EXPECT_NEAR(shift.value, 0.305, 1e-12);
  // U - 25 has the standard deviation sqrt(10 * 5 * 16 / 12): the 8th smallest and largest.
  const std::vector<double> all = Differences(x, y);
  EXPECT_NEAR(shift.lower, all[7 + 1], 0.2);
  EXPECT_LT(shift.lower, 0);
  EXPECT_GT(shift.upper, 0.305);
}

TEST(HodgesLehmann, AsTheMedianOfAllDifferences) {
  std::mt19937 random(4);
  for (int i = 0; i < 300; ++i) {
    std::vector<double> x(1 + random() % 30), y(1 + random() % 30);
    const double grain = i % 3 == 0 ? 1 : 1e-3;  // with ties, and nearly without
    for (double& one : x) one = std::floor(static_cast<double>(random() % 5000) * grain) / 7;
    for (double& one : y) one = std::floor(static_cast<double>(random() % 5000) * grain) / 7;
    x = Sorted(x);
    y = Sorted(y);
    const std::vector<double> all = Differences(x, y);
    const size_t n = all.size();
    const Estimate shift = HodgesLehmannShift(x, y, k95);
    ASSERT_NEAR(shift.value, (all[(n - 1) / 2] + all[n / 2]) / 2, 1e-9) << i;
    const auto m = static_cast<double>(x.size()), k = static_cast<double>(y.size());
    const double half = k95 * std::sqrt(m * k * (m + k + 1) / 12);
    const double cut = std::floor(std::max(0.0, m * k / 2 - half) + 1e-9);
    const size_t low = static_cast<size_t>(std::max(1.0, cut)) - 1;
    ASSERT_NEAR(shift.lower, all[low], 1e-9) << i;
    ASSERT_NEAR(shift.upper, all[n - 1 - low], 1e-9) << i;
    // Sides exchanged, moved and stretched.
    const Estimate back = HodgesLehmannShift(y, x, k95);
    ASSERT_NEAR(back.value, -shift.value, 1e-9);
    ASSERT_NEAR(back.lower, -shift.upper, 1e-9);
    std::vector<double> far = x;
    for (double& one : far) one += 1000;
    ASSERT_NEAR(HodgesLehmannShift(far, y, k95).value, shift.value + 1000, 1e-6);
  }
}

TEST(HodgesLehmann, OfManyASample) {
  std::vector<double> x, y;
  for (int i = 0; i < 5000; ++i) {
    x.push_back(std::exp(i / 1000.0) + 3);
    y.push_back(std::exp(i / 1000.0));
  }
  const Estimate all = HodgesLehmannShift(x, y, k95);
  const Estimate some = HodgesLehmannShift(x, y, k95, 500);
  EXPECT_NEAR(some.value, all.value, 0.05);
  EXPECT_NEAR(some.lower, all.lower, 0.1);
  EXPECT_NEAR(some.upper, all.upper, 0.1);
}

TEST(CliffsDelta, AsTheShareOfPairs) {
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) {
    std::vector<double> x(2 + random() % 20), y(2 + random() % 20);
    for (double& one : x) one = static_cast<double>(random() % 12);
    for (double& one : y) one = static_cast<double>(random() % 12);
    x = Sorted(x);
    y = Sorted(y);
    const auto m = static_cast<double>(x.size()), n = static_cast<double>(y.size());
    double sum = 0, squares = 0;
    std::vector<double> rows(x.size()), columns(y.size());
    for (size_t a = 0; a < x.size(); ++a) {
      for (size_t b = 0; b < y.size(); ++b) {
        const double d = (x[a] > y[b]) - (x[a] < y[b]);
        sum += d;
        rows[a] += d / n;
        columns[b] += d / m;
      }
    }
    const double delta = sum / (m * n);
    double by_row = 0, by_column = 0;
    for (const double row : rows) by_row += (row - delta) * (row - delta);
    for (const double column : columns) by_column += (column - delta) * (column - delta);
    for (size_t a = 0; a < x.size(); ++a) {
      for (size_t b = 0; b < y.size(); ++b) {
        const double d = (x[a] > y[b]) - (x[a] < y[b]);
        squares += (d - delta) * (d - delta);
      }
    }
    double variance = (n * n * by_row + m * m * by_column - squares) / (m * n * (m - 1) * (n - 1));
    variance = std::max(variance, (1 - delta * delta) / (m * n - 1));
    const double half = k95 * std::sqrt(variance) *
                        std::sqrt((1 - delta * delta) * (1 - delta * delta) + k95 * k95 * variance);
    const double scale = 1 - delta * delta + k95 * k95 * variance;
    const Estimate estimate = CliffsDelta(x, y, k95);
    ASSERT_NEAR(estimate.value, delta, 1e-12) << i;
    if (scale > 0) {
      ASSERT_NEAR(estimate.lower,
                  std::clamp((delta - delta * delta * delta - half) / scale, -1.0, delta), 1e-9);
    }
    ASSERT_NEAR(CliffsDelta(y, x, k95).value, -delta, 1e-12);
  }
  EXPECT_EQ(CliffsDelta({2, 3}, {0, 1}, k95).value, 1);
}

// By where one side is among all, and with values that stand for all.
TEST(CliffsDelta, AndShiftsByPlaces) {
  std::mt19937 random(6);
  for (int i = 0; i < 300; ++i) {
    std::vector<int64_t> all(2 + random() % 40);
    for (int64_t& one : all) one = static_cast<int64_t>(random() % (i % 2 == 0 ? 9 : 1'000));
    std::sort(all.begin(), all.end());
    std::vector<double> x, y;
    std::vector<uint32_t> places;
    for (uint32_t place = 0; place < all.size(); ++place) {
      // At least one on either side.
      const bool in = place == 0 || (place + 1 < all.size() && random() % 3 == 0);
      (in ? x : y).push_back(static_cast<double>(all[place]));
      if (in) places.push_back(place);
    }
    const auto m = static_cast<int64_t>(x.size()), n = static_cast<int64_t>(y.size());
    const Dominance found = DominanceOf(RunsOf(all), places);
    for (const bool turned : {false, true}) {
      const Estimate expected = turned ? CliffsDelta(y, x, k95) : CliffsDelta(x, y, k95);
      const Estimate estimate =
          turned ? CliffsDelta(Turned(found), n, m, k95) : CliffsDelta(found, m, n, k95);
      ASSERT_EQ(estimate.value, expected.value) << i;
      ASSERT_EQ(estimate.lower, expected.lower) << i;
      ASSERT_EQ(estimate.upper, expected.upper) << i;
    }
    constexpr size_t kMost = 7;
    const auto stand_ins = [](const std::vector<double>& values) {
      if (values.size() <= kMost) return values;
      std::vector<double> some;
      for (size_t k = 0; k < kMost; ++k)
        some.push_back(values[RankOfStandIn(k, values.size(), kMost)]);
      return some;
    };
    const Estimate expected = HodgesLehmannShift(x, y, k95, kMost);
    const Estimate shift = ShiftOfStandIns(stand_ins(x), stand_ins(y), m, n, k95);
    ASSERT_EQ(shift.value, expected.value);
    ASSERT_EQ(shift.lower, expected.lower);
    ASSERT_EQ(shift.upper, expected.upper);
  }
}

// Ranks 1 to 5 against 6 to 10: U is 0, its mean 12.5, its variance 5 * 5 * 11 / 12.
TEST(RankSum, ByHand) {
  EXPECT_NEAR(RankSumPValue(15, 5, 5, 0), 2 * NormalAbove(12 / std::sqrt(275.0 / 12)), 1e-12);
  EXPECT_NEAR(RankSumPValue(40, 5, 5, 0), RankSumPValue(15, 5, 5, 0), 1e-12);
  // Two and two equal values: 1.5, 1.5, 3.5, 3.5; ties 6 + 6.
  EXPECT_NEAR(RankSumPValue(3, 2, 2, 12),
              2 * NormalAbove(1.5 / std::sqrt(4.0 / 12 * (5 - 12.0 / 12))), 1e-12);
  EXPECT_EQ(RankSumPValue(7.5, 3, 1, 60), 1);  // all equal
  EXPECT_EQ(RankSumPValue(0, 0, 5, 0), 1);
}

TEST(RankSum, IsRightAsOftenAsItSays) {
  std::mt19937 random(6);
  std::lognormal_distribution<double> draw;
  int rejected = 0;
  constexpr int kRuns = 2000;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<std::pair<double, bool>> values;
    for (int i = 0; i < 60; ++i) values.emplace_back(draw(random), i < 20);
    std::sort(values.begin(), values.end());
    double sum = 0;
    for (size_t i = 0; i < values.size(); ++i)
      sum += values[i].second ? static_cast<double>(i + 1) : 0;
    rejected += RankSumPValue(sum, 20, 40, 0) < 0.05;
  }
  EXPECT_NEAR(rejected / static_cast<double>(kRuns), 0.05, 0.02);
}

}  // namespace
}  // namespace plumbline::statistics
