// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/two_samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "common/statistics/generator.h"
#include "common/statistics/normal.h"

namespace plumbline::analytics::improvement {
namespace {

// The test of whether the second is above the first by `shift`, as it is defined: pairs above less
// half of them, and p.
struct SlowTest {
  double above = 0, p_value = 1;
};
SlowTest SlowTestOf(const std::vector<double>& first, const std::vector<double>& second,
                    double shift) {
  SlowTest test;
  const auto n1 = static_cast<double>(first.size()), n2 = static_cast<double>(second.size());
  for (const double x : first)
    for (const double y : second) test.above += y - x > shift ? 0.5 : y - x == shift ? 0 : -0.5;
  std::vector<double> all = second;
  for (const double x : first) all.push_back(x + shift);
  double ties = 0;
  for (const double x : all) {
    const auto t = static_cast<double>(std::count(all.begin(), all.end(), x));
    ties += t * t - 1;  // summed over all of them: t^3 - t
  }
  const double n = n1 + n2;
  const double deviation = std::sqrt(n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1))));
  const double away = std::max(0.0, std::abs(test.above) - 0.5);
  if (deviation > 0) test.p_value = std::min(1.0, 2 * statistics::NormalAbove(away / deviation));
  return test;
}

std::vector<double> DifferencesOf(const std::vector<double>& first,
                                  const std::vector<double>& second) {
  std::vector<double> differences;
  for (const double x : first)
    for (const double y : second) differences.push_back(y - x);
  std::sort(differences.begin(), differences.end());
  return differences;
}

// The least and the greatest shift that the test does not reject: tried at each difference, beside
// it, and far away. Of whole numbers.
Interval SlowInterval(const std::vector<double>& first, const std::vector<double>& second,
                      double confidence) {
  std::vector<double> shifts;
  for (const double difference : DifferencesOf(first, second)) {
    for (const double beside : {-0.25, 0.0, 0.25}) shifts.push_back(difference + beside);
  }
  Interval interval{INFINITY, -INFINITY};
  for (const double shift : shifts) {
    if (SlowTestOf(first, second, shift).p_value < 1 - confidence) continue;
    interval.lower = std::min(interval.lower, shift);
    interval.upper = std::max(interval.upper, shift);
  }
  return interval;
}

// Student's distribution integrated by Simpson's rule.
TEST(Means, AreComparedByWelch) {
  const std::vector<double> first = {27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1,
                                     21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4};
  const std::vector<double> second = {27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8,
                                      22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5};
  const Difference difference = MeanDifferenceOf(first, second, 0.95);
  EXPECT_NEAR(difference.estimate, 2.78, 1e-9);
  EXPECT_NEAR(difference.p_value, 0.011616192, 1e-8);
  EXPECT_NEAR(difference.interval.lower, 0.6732699556, 1e-8);
  EXPECT_NEAR(difference.interval.upper, 4.8867300444, 1e-8);
  const std::optional<Interval> mean = MeanIntervalOf(first, 0.95);
  ASSERT_TRUE(mean.has_value());
  EXPECT_NEAR((mean->lower + mean->upper) / 2, 20.82, 1e-9);
  EXPECT_EQ(MeanDifferenceOf({{3.0, 3.0}}, {{3.0, 3.0}}, 0.95).p_value, 1);
  EXPECT_EQ(MeanDifferenceOf({{3.0, 3.0}}, {{4.0, 4.0}}, 0.95).p_value, 0);
}

// A single value is not one that never varies.
TEST(Means, ASingleValueVariesAsTheOthersDo) {
  const std::vector<double> values = {4, 6, 5, 9, 1};  // mean 5, variance 8.5
  const std::vector<double> single = {10};
  const Difference after = MeanDifferenceOf(values, single, 0.95);
  EXPECT_EQ(after.estimate, 5);
  // t = 5 / sqrt(8.5 (1 + 1 / 5)) with 4 degrees of freedom.
  const double reach = 2.7764451052 * std::sqrt(8.5 * 1.2);
  EXPECT_NEAR(after.interval.lower, 5 - reach, 1e-8);
  EXPECT_NEAR(after.interval.upper, 5 + reach, 1e-8);
  // Student's with 4: P(T > t) = 1/2 - 3/8 sin a (1 - sin^2 a / 3) 2 with tan a = t / 2.
  const double t = 5 / std::sqrt(8.5 * 1.2), sine = t / std::sqrt(4 + t * t);
  EXPECT_NEAR(after.p_value, 1 - 1.5 * sine * (1 - sine * sine / 3), 1e-9);
  const Difference before = MeanDifferenceOf(single, values, 0.95);
  EXPECT_EQ(before.p_value, after.p_value);
  EXPECT_EQ(before.interval.lower, -after.interval.upper);

  const Difference both = MeanDifferenceOf({{3.0}}, {{4.0}}, 0.95);
  EXPECT_EQ(both.estimate, 1);
  EXPECT_EQ(both.p_value, 1);
  EXPECT_FALSE(std::isfinite(both.interval.lower) || std::isfinite(both.interval.upper));
  EXPECT_FALSE(MeanIntervalOf(single, 0.95).has_value());
}

std::vector<double> WholeNumbers(statistics::Generator& chance, size_t most, uint64_t below) {
  std::vector<double> values(1 + chance.Below(most));
  for (double& value : values) value = static_cast<double>(chance.Below(below)) - 2;
  std::sort(values.begin(), values.end());
  return values;
}

TEST(Shift, IsThatOfAllDifferences) {
  statistics::Generator chance(7);
  for (int run = 0; run < 300; ++run) {
    // Every other run has ties, and negative values.
    const auto draw = [&] {
      std::vector<double> values = WholeNumbers(chance, 30, 6);
      if (run % 2 == 0) return values;
      for (double& value : values) value = chance.Exponential() * 1e5;
      std::sort(values.begin(), values.end());
      return values;
    };
    const std::vector<double> first = draw(), second = draw();
    const Difference shift = ShiftOf(first, second, 0.9);
    const std::vector<double> differences = DifferencesOf(first, second);
    const size_t m = differences.size();
    EXPECT_EQ(shift.estimate, (differences[(m - 1) / 2] + differences[m / 2]) / 2) << run;
    EXPECT_NEAR(shift.p_value, SlowTestOf(first, second, 0).p_value, 1e-12) << run;
  }
}

// The interval ends where the same test, with the ties of each shift, begins to reject; where it
// rejects all, nothing is inside. Small samples, which reject nothing, among them.
TEST(Shift, IntervalHasTheShiftsThatTheTestDoesNotReject) {
  statistics::Generator chance(11);
  int bounded = 0, open = 0, ends_at_rejected = 0;
  for (int run = 0; run < 1'000; ++run) {
    const double confidence = run % 3 == 0 ? 0.99 : run % 3 == 1 ? 0.95 : 0.8;
    const std::vector<double> first = WholeNumbers(chance, 12, 3 + chance.Below(20)),
                              second = WholeNumbers(chance, 12, 3 + chance.Below(20));
    const Interval slow = SlowInterval(first, second, confidence);
    const Interval fast = ShiftOf(first, second, confidence).interval;
    if (slow.lower > slow.upper) continue;  // every shift is rejected
    if (slow.lower < second.front() - first.back()) {
      ++open;
      EXPECT_EQ(fast.lower, -INFINITY) << run;
      EXPECT_EQ(fast.upper, INFINITY) << run;
      continue;
    }
    ++bounded;
    // An end is a difference; where that is rejected itself, what lies beside it is not.
    const auto at = [&](double end) { return std::round(end); };
    ends_at_rejected += slow.lower != at(slow.lower) || slow.upper != at(slow.upper);
    EXPECT_NEAR(fast.lower, std::floor(slow.lower), 1e-8) << run;
    EXPECT_NEAR(fast.upper, std::ceil(slow.upper), 1e-8) << run;
  }
  EXPECT_GT(bounded, 500);
  EXPECT_GT(open, 50);
  EXPECT_GT(ends_at_rejected, 50);
}

// Whatever the samples, "p is below the level" and "the interval leaves out 0" are one statement.
TEST(Shift, IsBelowTheLevelJustWhereTheIntervalLeavesOutNone) {
  statistics::Generator chance(5);
  int apart = 0, alike = 0;
  for (int run = 0; run < 20'000; ++run) {
    const double confidence = run % 4 == 0 ? 0.5 : run % 4 == 1 ? 0.9 : run % 4 == 2 ? 0.95 : 0.999;
    const uint64_t values = 2 + chance.Below(8);
    const std::vector<double> first = WholeNumbers(chance, 25, values),
                              second = WholeNumbers(chance, 25, values + chance.Below(4));
    const Difference shift = ShiftOf(first, second, confidence);
    const bool outside = shift.interval.lower > 0 || shift.interval.upper < 0;
    EXPECT_EQ(outside, shift.p_value < 1 - confidence) << run;
    EXPECT_LE(shift.interval.lower, shift.interval.upper) << run;
    ++(outside ? apart : alike);
  }
  EXPECT_GT(apart, 2'000);
  EXPECT_GT(alike, 2'000);
}

TEST(Shift, OfEqualValuesIsNothing) {
  const std::vector<double> same(20, 5.0);
  const Difference shift = ShiftOf(same, same, 0.95);
  EXPECT_EQ(shift.estimate, 0);
  EXPECT_EQ(shift.interval.lower, 0);
  EXPECT_EQ(shift.interval.upper, 0);
  EXPECT_EQ(shift.p_value, 1);
}

TEST(Shift, ChanceBelow) {
  const std::vector<double> values = {1, 2, 3, 4};
  EXPECT_EQ(ChanceBelow(values, 0), 0.5);
  // Of 16 pairs x - 1 < y in 10, equal in 3.
  EXPECT_EQ(ChanceBelow(values, 1), (10 + 1.5) / 16);
  EXPECT_EQ(ChanceBelow(values, 10), 1);
  EXPECT_EQ(ChanceBelow(values, -10), 0);
}

TEST(Shares, AreComparedByTheirScore) {
  EXPECT_EQ(DifferenceOf(Share{20, 0}, Share{20, 0}, 0.95).p_value, 1);
  // 60 against 40 of 100: z = 0.2 / sqrt(0.25 / 50), of groups of one size without skewness, and
  // 200 / 199 of the variance.
  const Difference even = DifferenceOf(Share{100, 60}, Share{100, 40}, 0.95);
  EXPECT_NEAR(even.p_value, 2 * statistics::NormalAbove(0.2 / std::sqrt(0.005 * 200 / 199)), 1e-12);
  EXPECT_NEAR(even.estimate, -0.2, 1e-12);
  EXPECT_LT(even.interval.upper, 0);
  // R: ratesci::scasci(5, 56, 0, 29).
  const Difference few = DifferenceOf(Share{29, 0}, Share{56, 5}, 0.95);
  EXPECT_NEAR(few.p_value, 0.08199729, 1e-7);
  EXPECT_NEAR(few.interval.lower, -0.0186, 5e-5);
  EXPECT_NEAR(few.interval.upper, 0.1867, 5e-5);
}

TEST(Rates, IntervalsAndTest) {
  // Garwood 1936.
  const Interval ten = IntervalOf(Rate{1, 10, 100}, 0.95);
  EXPECT_NEAR(ten.lower, 4.7954, 5e-5);
  EXPECT_NEAR(ten.upper, 18.3904, 5e-5);
  const Interval none = IntervalOf(Rate{1, 0, 0}, 0.95);
  EXPECT_EQ(none.lower, 0);
  EXPECT_NEAR(none.upper, 3.6889, 5e-5);
  // R: poisson.test(c(11, 21), c(800, 3011)) has the exact interval 0.858 to 4.277, which is wider
  // than it promises.
  const RateDifference rates = DifferenceOf(Rate{3011, 21, 21}, Rate{800, 11, 11}, 0.95);
  EXPECT_FALSE(rates.varying);
  EXPECT_NEAR(*rates.ratio, 1.971488, 1e-6);
  EXPECT_GT(*rates.ratio_lower, 0.8584264);
  EXPECT_LT(*rates.ratio_lower, 1);
  EXPECT_LT(*rates.ratio_upper, 4.2772659);
  EXPECT_GT(*rates.ratio_upper, 3.8);
  EXPECT_GT(rates.difference.p_value, 0.07);
  EXPECT_LT(rates.difference.p_value, 0.15);
}

TEST(Rates, WithoutEventsHaveNoRatio) {
  const RateDifference none = DifferenceOf(Rate{50, 0, 0}, Rate{50, 0, 0}, 0.95);
  EXPECT_FALSE(none.ratio.has_value());
  EXPECT_EQ(none.difference.p_value, 1);
  EXPECT_LT(none.difference.interval.lower, 0);
  EXPECT_GT(none.difference.interval.upper, 0);
  const RateDifference gone = DifferenceOf(Rate{50, 20, 20}, Rate{50, 0, 0}, 0.95);
  EXPECT_EQ(*gone.ratio, 0);
  EXPECT_FALSE(gone.ratio_lower.has_value());
  EXPECT_LT(*gone.ratio_upper, 0.25);
  EXPECT_LT(gone.difference.p_value, 1e-4);
}

TEST(Rates, VaryingCountsGetWiderIntervals) {
  // One case in ten has ten defects.
  const Rate before{200, 200, 2'000}, after{200, 150, 1'500};
  ASSERT_TRUE(before.varies());
  const RateDifference varying = DifferenceOf(before, after, 0.95);
  EXPECT_TRUE(varying.varying);
  const RateDifference poisson = DifferenceOf(Rate{200, 200, 400}, Rate{200, 150, 262.5}, 0.95);
  EXPECT_FALSE(poisson.varying);
  EXPECT_LT(varying.difference.interval.lower, poisson.difference.interval.lower - 0.2);
  EXPECT_GT(varying.difference.p_value, poisson.difference.p_value);
}

// p, the difference and the ratio say the same, whether counts are Poisson's or vary more.
TEST(Differences, AreBelowTheLevelJustWhereTheIntervalsLeaveOutNone) {
  statistics::Generator chance(19);
  constexpr int kRuns = 3'000;
  int varying = 0, apart = 0;
  for (int run = 0; run < kRuns; ++run) {
    const double confidence = run % 3 == 0 ? 0.9 : 0.95;
    const auto apart_of = [&](const Difference& difference) {
      const bool without = difference.interval.lower > 0 || difference.interval.upper < 0;
      EXPECT_EQ(without, difference.p_value < 1 - confidence) << run;
      apart += without;
      return without;
    };
    const auto counts = [&](uint64_t most) {
      Rate rate{static_cast<int64_t>(2 + chance.Below(30)), 0, 0};
      for (int64_t i = 0; i < rate.cases; ++i) {
        const auto count = static_cast<double>(chance.Below(2) == 0 ? chance.Below(most) : 0);
        rate.count += static_cast<int64_t>(count);
        rate.squares += count * count;
      }
      return rate;
    };
    const uint64_t most = run % 2 == 0 ? 3 : 8;
    const Rate first = counts(most), second = counts(2 + chance.Below(most));
    const RateDifference rates = DifferenceOf(first, second, confidence);
    varying += rates.varying;
    const bool without_one = (rates.ratio_lower.has_value() && *rates.ratio_lower > 1) ||
                             (rates.ratio_upper.has_value() && *rates.ratio_upper < 1);
    const bool differ = apart_of(rates.difference);
    if (!rates.varying || (first.count > 0 && second.count > 0)) {
      EXPECT_EQ(without_one, differ) << run;
    }
    const auto share = [&] {
      const auto cases = static_cast<int64_t>(1 + chance.Below(40));
      return Share{cases, static_cast<int64_t>(chance.Below(static_cast<uint64_t>(cases) + 1))};
    };
    apart_of(DifferenceOf(share(), share(), confidence));
  }
  EXPECT_GT(varying, kRuns / 10);
  EXPECT_LT(varying, kRuns * 9 / 10);
  EXPECT_GT(apart, kRuns / 10);
  EXPECT_LT(apart, 2 * kRuns * 9 / 10);
}

}  // namespace
}  // namespace plumbline::analytics::improvement
