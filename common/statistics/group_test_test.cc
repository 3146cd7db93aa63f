// SPDX-License-Identifier: Apache-2.0
//
// Figures of tests between groups against definitions computed the slow way, and limits.
#include "common/statistics/group_test.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "common/statistics/ascending.h"
#include "common/statistics/survival.h"
#include "gtest/gtest.h"

namespace plumbline::statistics {
namespace {

using Group = std::vector<Observation>;

Group RandomGroup(std::mt19937_64& random, size_t size, double mean) {
  Group group;
  std::exponential_distribution<double> time(1 / mean);
  // Rounded, so that many are equal.
  for (size_t i = 0; i < size; ++i) group.push_back({std::round(time(random)), random() % 4 != 0});
  return group;
}

TEST(SortAscending, IsStdSort) {
  std::mt19937_64 random(7);
  for (const size_t size : {size_t{0}, size_t{1}, size_t{100}, size_t{5'000}, size_t{100'000}}) {
    std::vector<double> values;
    std::lognormal_distribution<double> draw(0, 20);
    for (size_t i = 0; i < size; ++i)
      values.push_back(random() % 3 == 0 ? static_cast<double>(random() % 10) : draw(random));
    if (size > 1) values[1] = -0.0;
    std::vector<double> expected = values;
    std::sort(expected.begin(), expected.end());
    SortAscending(&values);
    EXPECT_EQ(values, expected);
  }
}

// Whole numbers that differ in their last digits, or in all; most of them equal; below 0.
TEST(SortAscending, IsStdSortOfWholeNumbers) {
  std::mt19937_64 random(9);
  for (const uint64_t range : {uint64_t{3}, uint64_t{1} << 20, uint64_t{1} << 41, ~uint64_t{0}}) {
    for (const int64_t from : {int64_t{0}, int64_t{1} << 55, -int64_t{500}}) {
      std::vector<int64_t> values;
      for (int i = 0; i < 20'000; ++i)
        values.push_back(from + static_cast<int64_t>(random() % range >> (i % 7 == 0 ? 30 : 0)));
      std::vector<int64_t> expected = values;
      std::sort(expected.begin(), expected.end());
      EXPECT_TRUE(SortAscending(&values, [] { return absl::OkStatus(); }).ok());
      EXPECT_EQ(values, expected);
      EXPECT_FALSE(SortAscending(&values, [] { return absl::CancelledError("gone"); }).ok());
    }
  }
}

// Many that have their first 33 bits in common, and are sorted within them.
TEST(SortAscending, TellsWhatIsNearlyTheSameApart) {
  std::mt19937_64 random(10);
  std::vector<double> values;
  for (int i = 0; i < 50'000; ++i) {
    const double base = i % 2 == 0 ? 1 : 1e-30 * static_cast<double>(random() % 5'000);
    values.push_back(base + 1e-12 * static_cast<double>(random() % 10'000));
  }
  std::vector<double> expected = values;
  std::sort(expected.begin(), expected.end());
  SortAscending(&values);
  EXPECT_EQ(values, expected);
}

// The known fit of Gehan's data: coxph(Surv(time, cens) ~ treat) gives 1.5721 (0.4124), and of the
// leukemia data of Miles and others: 0.9155 (0.5119).
TEST(HazardRatio, IsThatOfTheTextbooks) {
  Group drug, placebo;
  for (const double weeks : {6, 6, 6, 7, 10, 13, 16, 22, 23}) drug.push_back({weeks, true});
  for (const double weeks : {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35})
    drug.push_back({weeks, false});
  for (const double weeks : {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23})
    placebo.push_back({weeks, true});
  const auto hazard = HazardRatioOf(placebo, drug);
  ASSERT_TRUE(hazard.has_value());
  EXPECT_NEAR(hazard->log_ratio, 1.5721, 5e-5);
  EXPECT_NEAR(hazard->standard_error, 0.4124, 5e-5);
  EXPECT_NEAR(hazard->ratio, 4.817, 5e-4);
  EXPECT_NEAR(hazard->lower, 2.147, 5e-4);
  EXPECT_NEAR(hazard->upper, 10.81, 5e-3);
  EXPECT_NEAR(hazard->p_value, 0.000138, 5e-7);
  const auto other = HazardRatioOf(drug, placebo);
  ASSERT_TRUE(other.has_value());
  EXPECT_NEAR(other->log_ratio, -hazard->log_ratio, 1e-10);
}

// Without ties it is the highest point of Cox's likelihood, found here by halving the interval.
TEST(HazardRatio, IsTheHighestPoint) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 50; ++round) {
    Group a, b;
    std::uniform_real_distribution<double> time(0, 1);
    for (int i = 0; i < 30; ++i) {
      a.push_back({time(random), random() % 3 != 0});
      b.push_back({time(random) * 1.5, random() % 3 != 0});
    }
    const auto slope = [&](double log_ratio) {
      double sum = 0;
      for (const Group* group : {&a, &b}) {
        for (const Observation& one : *group) {
          if (!one.happened) continue;
          double of_a = 0, of_b = 0;
          for (const Observation& other : a) of_a += other.time >= one.time;
          for (const Observation& other : b) of_b += other.time >= one.time;
          of_a *= std::exp(log_ratio);
          sum += (group == &a) - of_a / (of_a + of_b);
        }
      }
      return sum;
    };
    double low = -20, high = 20;
    for (int i = 0; i < 100; ++i) (slope((low + high) / 2) > 0 ? low : high) = (low + high) / 2;
    const auto hazard = HazardRatioOf(a, b);
    ASSERT_TRUE(hazard.has_value());
    EXPECT_NEAR(hazard->log_ratio, low, 1e-9);
  }
}

TEST(HazardRatio, IsAbsentWhereThereIsNone) {
  EXPECT_FALSE(HazardRatioOf(Group(), Group()).has_value());
  EXPECT_FALSE(HazardRatioOf(Group{{1, true}}, Group{{2, false}}).has_value());
  EXPECT_FALSE(HazardRatioOf(Group{{1, true}, {2, true}}, Group{{3, true}, {4, true}}).has_value());
  EXPECT_FALSE(HazardRatioOf(Group{{1, false}}, Group{{1, false}}).has_value());
}

// What was there before does not count.
TEST(HazardRatio, OfOneGroupAfterTheOther) {
  std::mt19937_64 random(29);
  const Group reference = RandomGroup(random, 300, 20);
  const EventTable table(reference);
  HazardRatios ratios(table);
  for (const size_t size : {200u, 5u, 0u, 1u, 40u, 900u}) {
    const Group group = RandomGroup(random, size, 15);
    const auto one = HazardRatioOf(group, reference), in_turn = ratios.Of(EventTable(group));
    ASSERT_EQ(one.has_value(), in_turn.has_value()) << size;
    if (!one.has_value()) continue;
    EXPECT_EQ(one->log_ratio, in_turn->log_ratio) << size;
    EXPECT_EQ(one->standard_error, in_turn->standard_error) << size;
  }
}

TEST(GroupTest, KnowsNoDifferenceOfTheSameGroup) {
  std::mt19937_64 random(3);
  const Group group = RandomGroup(random, 200, 10);
  const auto test = CompareSurvival(std::vector<Group>{group, group});
  ASSERT_TRUE(test.has_value());
  EXPECT_NEAR(test->chi_square, 0, 1e-9);
  EXPECT_NEAR(test->p_value, 1, 1e-4);
  EXPECT_NEAR(HazardRatioOf(group, group)->ratio, 1, 1e-9);
}

// By the definitions, time by time.
void ExpectByDefinition(const std::vector<Group>& groups, TimeWeight weight) {
  std::vector<double> times;
  for (const Group& group : groups) {
    for (const Observation& one : group)
      if (one.happened) times.push_back(one.time);
  }
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  const size_t size = groups.size();
  std::vector<double> observed(size), expected(size), covariance(size * size);
  double survival = 1;
  for (const double time : times) {
    std::vector<double> at_risk(size), happened(size);
    double n = 0, d = 0;
    for (size_t g = 0; g < size; ++g) {
      for (const Observation& one : groups[g]) {
        at_risk[g] += one.time >= time;
        happened[g] += one.time == time && one.happened;
      }
      n += at_risk[g];
      d += happened[g];
    }
    const double w = weight == TimeWeight::kEqual ? 1 : survival;
    for (size_t g = 0; g < size; ++g) {
      observed[g] += w * happened[g];
      expected[g] += w * d * at_risk[g] / n;
      for (size_t h = 0; h < size && n > 1; ++h) {
        covariance[g * size + h] +=
            w * w * d * (n - d) / (n - 1) * at_risk[g] / n * ((g == h ? 1 : 0) - at_risk[h] / n);
      }
    }
    survival *= 1 - d / n;
  }
  const auto test = CompareSurvival(groups, weight);
  ASSERT_TRUE(test.has_value());
  for (size_t g = 0; g < size; ++g) {
    EXPECT_NEAR(test->observed[g], observed[g], 1e-9);
    EXPECT_NEAR(test->expected[g], expected[g], 1e-9);
    for (size_t h = 0; h < size; ++h)
      EXPECT_NEAR(test->covariance[g][h], covariance[g * size + h], 1e-9);
  }
}

TEST(GroupTest, IsThatOfTheDefinition) {
  std::mt19937_64 random(23);
  for (int round = 0; round < 40; ++round) {
    std::vector<Group> groups;
    for (int g = 2 + round % 7; g > 0; --g)
      groups.push_back(RandomGroup(random, 3 + random() % 40, 5 + 3 * g));
    ExpectByDefinition(groups, TimeWeight::kEqual);
    ExpectByDefinition(groups, TimeWeight::kSurvivalBefore);
  }
}

TEST(GroupTest, DependsNeitherOnTheOrderNorOnTheUnit) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 20; ++round) {
    std::vector<Group> groups;
    for (int g = 0; g < 4; ++g) groups.push_back(RandomGroup(random, 40, 5.0 + 3 * g));
    std::vector<Group> other = groups;
    std::rotate(other.begin(), other.begin() + 1 + round % 3, other.end());
    for (Group& group : other) {
      std::shuffle(group.begin(), group.end(), random);
      for (Observation& one : group) one.time *= 86'400;
    }
    for (const TimeWeight weight : {TimeWeight::kEqual, TimeWeight::kSurvivalBefore}) {
      const auto one = CompareSurvival(groups, weight), two = CompareSurvival(other, weight);
      ASSERT_TRUE(one.has_value() && two.has_value());
      EXPECT_NEAR(one->chi_square, two->chi_square, 1e-9 * one->chi_square);
      EXPECT_EQ(one->freedom, 3);
    }
  }
}

// Of groups that are alike one in twenty is called different at 5 %, as promised.
TEST(GroupTest, IsRightAsOftenAsItSays) {
  std::mt19937_64 random(17);
  constexpr int kRounds = 2'000;
  int called = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<Group> groups = {RandomGroup(random, 60, 20), RandomGroup(random, 80, 20)};
    called += CompareSurvival(groups)->p_value < 0.05;
  }
  EXPECT_NEAR(called / double{kRounds}, 0.05, 0.015);
}

TEST(GroupTest, LeavesOutWhoSaysNothing) {
  const Group late{{9, false}}, early{{1, false}};
  const auto test = CompareSurvival(std::vector<Group>{
      {{2, true}, {3, true}, {9, true}}, {{2, true}, {5, true}, {9, false}}, early});
  ASSERT_TRUE(test.has_value());
  EXPECT_EQ(test->freedom, 1);
  EXPECT_FALSE(CompareSurvival(std::vector<Group>{{{2, true}}, early}).has_value());
  EXPECT_FALSE(CompareSurvival(std::vector<Group>{early, late}).has_value());
  EXPECT_FALSE(CompareSurvival(std::vector<Group>()).has_value());
}

// The area below the curve is the mean of the times, where all of them are known.
TEST(RestrictedMean, IsTheMeanOfWhatIsKnown) {
  const Group group{{1, true}, {2, true}, {6, true}, {11, true}};
  const auto curve = KaplanMeier(group);
  EXPECT_DOUBLE_EQ(RestrictedMeanOf(curve, 20).mean, 5);
  EXPECT_DOUBLE_EQ(RestrictedMeanOf(curve, 6).mean, (1 + 2 + 6 + 6) / 4.0);
  // The standard error of a mean, by n.
  EXPECT_NEAR(RestrictedMeanOf(curve, 20).standard_error, std::sqrt((16 + 9 + 1 + 36) / 4.0 / 4),
              1e-12);
  EXPECT_DOUBLE_EQ(RestrictedMeanOf({}, 7).mean, 7);
}

}  // namespace
}  // namespace plumbline::statistics
