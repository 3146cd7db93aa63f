// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/exact_moments.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace plumbline::statistics {
namespace {

TEST(ExactMoments, OfFewNumbers) {
  ExactMoments moments;
  EXPECT_EQ(moments.standard_deviation(), 0);
  moments.Add(5);
  EXPECT_EQ(moments.mean(), 5);
  EXPECT_EQ(moments.standard_deviation(), 0);
  moments.Add(8);
  moments.Add(11);
  EXPECT_EQ(moments.mean(), 8);
  EXPECT_EQ(moments.standard_deviation(), 3);
}

TEST(ExactMoments, DoesNotLoseSmallDifferencesOfLargeNumbers) {
  ExactMoments moments;
  const uint64_t far = uint64_t{1} << 61;
  for (int i = 0; i < 1'000'000; ++i) moments.Add(far + (i % 2 == 0 ? 0 : 2));
  EXPECT_NEAR(moments.standard_deviation(), std::sqrt(1'000'000.0 / 999'999), 1e-12);
}

// Rounding may take another way than the sums of doubles, but only at the last digits.
TEST(ExactMoments, WhatIsRemovedLeavesNoTrace) {
  ExactMoments all, some, rest;
  for (uint64_t i = 1; i < 100; ++i) {
    const uint64_t value = (uint64_t{1} << 61) + i * i;
    all.Add(value);
    (i % 3 == 0 ? some : rest).Add(value);
  }
  all.Remove(some);
  EXPECT_EQ(all.count(), rest.count());
  EXPECT_EQ(all.mean(), rest.mean());
  EXPECT_EQ(all.standard_deviation(), rest.standard_deviation());
  all.Remove(rest);
  EXPECT_EQ(all.count(), 0u);
  all.Add(7);
  EXPECT_EQ(all.mean(), 7);
}

TEST(ExactMoments, DistancesEqualThoseAddedOneByOneInAnyOrder) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    const uint64_t most = uint64_t{1} << (random() % 61 + 1);
    std::vector<uint64_t> points;
    for (size_t i = random() % 20 + 1; i > 0; --i) points.push_back(random() % most);
    const uint64_t to = *std::max_element(points.begin(), points.end()) + random() % most;
    PointSums sums;
    ExactMoments at_once, singly;
    for (const uint64_t point : points) sums.Add(point);
    at_once.Add(7);
    at_once.AddDistances(sums, to);
    std::shuffle(points.begin(), points.end(), random);
    for (const uint64_t point : points) singly.Add(to - point);
    singly.Add(7);
    ASSERT_EQ(at_once.count(), singly.count());
    ASSERT_EQ(at_once.mean(), singly.mean());
    ASSERT_EQ(at_once.standard_deviation(), singly.standard_deviation());
    long double mean = 0, squares = 0;
    for (const uint64_t point : points) mean += static_cast<long double>(to - point);
    mean = (mean + 7) / static_cast<long double>(points.size() + 1);
    for (const uint64_t point : points) {
      const long double d = static_cast<long double>(to - point) - mean;
      squares += d * d;
    }
    squares += (7 - mean) * (7 - mean);
    const auto slow =
        static_cast<double>(std::sqrt(squares / static_cast<long double>(points.size())));
    ASSERT_NEAR(singly.mean(), static_cast<double>(mean), 1e-12 * static_cast<double>(mean));
    ASSERT_NEAR(singly.standard_deviation(), slow, 1e-12 * slow);
  }
}

}  // namespace
}  // namespace plumbline::statistics
