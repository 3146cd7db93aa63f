// SPDX-License-Identifier: Apache-2.0
//
// The rules against their definitions written down the long way, on random points.
#include "services/analytics/quality/rules.h"

#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace plumbline::analytics::quality {
namespace {

using Points = std::vector<ChartPoint>;

// Whether `holds` for each point of the window of `length` points that ends at `i`.
bool All(size_t i, size_t length, const std::function<bool(size_t)>& holds) {
  if (i + 1 < length) return false;
  for (size_t k = i + 1 - length; k <= i; ++k)
    if (!holds(k)) return false;
  return true;
}

double Z(const Points& points, size_t i) {
  return (points[i].value - points[i].center) / points[i].sigma;
}

bool Slowly(Rule rule, const Points& p, size_t i) {
  const auto z = [&](size_t k) { return Z(p, k); };
  const auto one_side = [&](size_t length) {
    return All(i, length, [&](size_t k) { return z(k) > 0; }) ||
           All(i, length, [&](size_t k) { return z(k) < 0; });
  };
  const auto some = [&](size_t least, size_t window, double zone) {
    if (i + 1 < window) return false;
    for (const double side : {1.0, -1.0}) {
      size_t count = 0;
      for (size_t k = i + 1 - window; k <= i; ++k) count += side * z(k) > zone;
      if (count >= least && side * z(i) > zone) return true;
    }
    return false;
  };
  const auto moves = [&](size_t points, const std::function<bool(size_t)>& holds) {
    return i + 1 >= points && All(i, points - 1, holds);
  };
  switch (rule) {
    case Rule::kBeyond3Sigma:
      return std::abs(z(i)) > 3;
    case Rule::kTwoOfThreeBeyond2:
      return some(2, 3, 2);
    case Rule::kFourOfFiveBeyond1:
      return some(4, 5, 1);
    case Rule::kEightOneSide:
      return one_side(8);
    case Rule::kNineOneSide:
      return one_side(9);
    case Rule::kSixTrend:
      return moves(6, [&](size_t k) { return p[k].value > p[k - 1].value; }) ||
             moves(6, [&](size_t k) { return p[k].value < p[k - 1].value; });
    case Rule::kFourteenAlternating: {
      const auto up = [&](size_t k) { return p[k].value > p[k - 1].value; };
      const auto down = [&](size_t k) { return p[k].value < p[k - 1].value; };
      return moves(14, [&](size_t k) { return (k - i) % 2 == 0 ? up(k) : down(k); }) ||
             moves(14, [&](size_t k) { return (k - i) % 2 == 0 ? down(k) : up(k); });
    }
    case Rule::kFifteenWithin1:
      return All(i, 15, [&](size_t k) { return std::abs(z(k)) <= 1; });
    case Rule::kEightOutside1:
      return All(i, 8, [&](size_t k) { return std::abs(z(k)) > 1; }) &&
             !All(i, 8, [&](size_t k) { return z(k) > 1; }) &&
             !All(i, 8, [&](size_t k) { return z(k) < -1; });
  }
  return false;
}

TEST(Rules, AreTheirDefinitions) {
  std::mt19937_64 random(5);
  std::vector<int> spoken(9, 0);
  for (int round = 0; round < 3000; ++round) {
    // Small steps, so that long runs and ties happen.
    const double spread = 0.4 + static_cast<double>(random() % 5) * 0.5;
    const bool swings = round % 3 == 0;
    std::normal_distribution<double> normal(0, spread);
    Points points;
    for (int i = 0; i < 60; ++i) {
      double value = std::round(normal(random) * 4) / 4;
      if (swings) value = std::abs(value) * (i % 2 == 0 ? 1 : -1) * 1.5;
      const double sigma = random() % 4 == 0 ? 1 : 1.25;
      points.push_back({value, 0, sigma, -3 * sigma, 3 * sigma});
    }
    for (int r = 0; r < 9; ++r) {
      const auto rule = static_cast<Rule>(r);
      std::vector<size_t> expected;
      for (size_t i = 0; i < points.size(); ++i)
        if (Slowly(rule, points, i)) expected.push_back(i);
      ASSERT_EQ(PointsOf(rule, points), expected) << "rule " << r << ", round " << round;
      spoken[static_cast<size_t>(r)] += static_cast<int>(expected.size());
    }
  }
  for (int r = 0; r < 9; ++r) EXPECT_GT(spoken[static_cast<size_t>(r)], 0) << "rule " << r;
}

TEST(Rules, NothingSpeaksOfNothing) {
  for (int r = 0; r < 9; ++r) EXPECT_TRUE(PointsOf(static_cast<Rule>(r), Points()).empty());
}

}  // namespace
}  // namespace plumbline::analytics::quality
