// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/survival.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace plumbline::statistics {
namespace {

constexpr bool kYes = true;
constexpr bool kCensored = false;

// By hand: five at risk at 1, four at 2 (one of them censored at that very time), two at 4.
TEST(KaplanMeier, MultipliesTheSharesOfThoseAtRisk) {
  const std::vector<SurvivalStep> curve =
      KaplanMeier({{4, kYes}, {1, kYes}, {2, kYes}, {2, kCensored}, {5, kCensored}});
  ASSERT_EQ(curve.size(), 3u);
  EXPECT_EQ(curve[0].at_risk, 5);
  EXPECT_DOUBLE_EQ(curve[0].survival, 4.0 / 5);
  EXPECT_EQ(curve[1].at_risk, 4);
  EXPECT_EQ(curve[1].happened, 1);
  EXPECT_DOUBLE_EQ(curve[1].survival, 4.0 / 5 * 3 / 4);
  EXPECT_EQ(curve[2].at_risk, 2);
  EXPECT_DOUBLE_EQ(curve[2].survival, 4.0 / 5 * 3 / 4 / 2);
  EXPECT_EQ(SurvivalQuantile(curve, 0.5), 4);
}

// The remission times of 21 patients under 6-mercaptopurine (Freireich et al. 1963), with which
// textbooks show the estimate: 0.857 after 6 weeks, 0.448 after 23, a median of 23.
TEST(KaplanMeier, GivesTheFiguresOfTheTextbooks) {
  std::vector<Observation> patients;
  for (const double weeks : {6, 6, 6, 7, 10, 13, 16, 22, 23}) patients.push_back({weeks, kYes});
  for (const double weeks : {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35})
    patients.push_back({weeks, kCensored});
  const std::vector<SurvivalStep> curve = KaplanMeier(patients);
  ASSERT_EQ(curve.size(), 7u);
  EXPECT_NEAR(curve.front().survival, 0.857, 0.0005);
  EXPECT_EQ(curve.back().at_risk, 6);
  EXPECT_NEAR(curve.back().survival, 0.448, 0.0005);
  EXPECT_EQ(SurvivalQuantile(curve, 0.5), 23);
}

TEST(KaplanMeier, TakesTheMiddleWhereTheCurveRestsAtTheLevel) {
  const std::vector<SurvivalStep> curve = KaplanMeier({{1, kYes}, {2, kYes}, {6, kYes}, {9, kYes}});
  EXPECT_DOUBLE_EQ(*SurvivalQuantile(curve, 0.5), 4);
  EXPECT_DOUBLE_EQ(*SurvivalQuantile(curve, 0.9), 9);
}

// The same to the last bit, with many at the same times.
TEST(KaplanMeier, QuantilesWithoutTheCurveAreThoseOfTheCurve) {
  std::mt19937 random(4);
  for (int i = 0; i < 200; ++i) {
    std::vector<Observation> observed;
    std::vector<double> happened, censored;
    for (unsigned n = random() % 60; n > 0; --n) {
      observed.push_back({static_cast<double>(random() % 30), random() % 4 != 0});
      (observed.back().happened ? happened : censored).push_back(observed.back().time);
    }
    std::sort(happened.begin(), happened.end());
    std::sort(censored.begin(), censored.end());
    const std::vector<double> wanted = {0.25, 0.5, 0.85};
    const auto quantiles = SurvivalQuantiles(happened, censored, wanted);
    for (size_t q = 0; q < wanted.size(); ++q)
      EXPECT_EQ(quantiles[q], SurvivalQuantile(KaplanMeier(observed), wanted[q])) << i;
  }
}

// The band by its formulas, at every step, until it passes the level.
std::optional<double> EndByDefinition(const std::vector<SurvivalStep>& curve, double level,
                                      BandScale scale, bool upper) {
  for (size_t i = 0; i < curve.size(); ++i) {
    const std::optional<Band> band = BandOf(curve[i], 0.95, scale);
    if (!band.has_value()) return std::nullopt;
    const double share = upper ? band->upper : band->lower;
    if (share > level + 1e-9 || (upper && curve[i].survival > level + 1e-9)) continue;
    const bool equal = std::abs(share - level) <= 1e-9 && i + 1 < curve.size();
    return equal ? (curve[i].time + curve[i + 1].time) / 2 : curve[i].time;
  }
  return std::nullopt;
}

// Of curves that are long enough for steps to be passed over; of few at risk, so that errors are
// large at the end, and of some that stay high.
TEST(KaplanMeier, IntervalsOfQuantilesAreThoseOfTheBand) {
  std::mt19937 random(5);
  for (int i = 0; i < 30; ++i) {
    std::exponential_distribution<double> time(0.01);
    std::vector<Observation> observed;
    for (unsigned n = 1 + random() % 3'000; n > 0; --n)
      observed.push_back({std::min(time(random), i % 3 == 0 ? 20.0 : 1e9), random() % 3 != 0});
    if (i % 5 == 0) observed.push_back({0, true});
    const std::vector<SurvivalStep> curve = KaplanMeier(observed);
    for (const BandScale scale : {BandScale::kPlain, BandScale::kLog, BandScale::kLogLog}) {
      for (const double q : {0.001, 0.05, 0.25, 0.5, 0.75, 0.97}) {
        const QuantileEstimate estimate = EstimateQuantile(curve, q, 0.95, scale);
        EXPECT_EQ(estimate.lower, EndByDefinition(curve, 1 - q, scale, false)) << i << " " << q;
        EXPECT_EQ(estimate.upper, EndByDefinition(curve, 1 - q, scale, true)) << i << " " << q;
      }
    }
  }
}

TEST(EventTable, HasEachTimeOnce) {
  std::mt19937 random(6);
  for (int i = 0; i < 50; ++i) {
    std::vector<Observation> observed;
    for (unsigned n = random() % 60; n > 0; --n)
      observed.push_back({static_cast<double>(random() % 20), random() % 3 != 0});
    const EventTable table(observed);
    EXPECT_EQ(table.size(), static_cast<int64_t>(observed.size()));
    double before = -1;
    for (const EventTable::Row& row : table.rows()) {
      EXPECT_GT(row.time, before);
      before = row.time;
      const auto count = [&](bool happened) {
        return std::count_if(observed.begin(), observed.end(), [&](const Observation& one) {
          return one.time == row.time && one.happened == happened;
        });
      };
      EXPECT_EQ(row.happened, count(true));
      EXPECT_EQ(row.censored, count(false));
    }
    const std::vector<SurvivalStep> by_table = KaplanMeier(table), by_list = KaplanMeier(observed);
    ASSERT_EQ(by_table.size(), by_list.size());
    for (size_t s = 0; s < by_list.size(); ++s) {
      EXPECT_EQ(by_table[s].at_risk, by_list[s].at_risk);
      EXPECT_EQ(by_table[s].survival, by_list[s].survival);
      EXPECT_EQ(by_table[s].relative_variance, by_list[s].relative_variance);
    }
  }
}

TEST(KaplanMeier, HasNoMedianWhereLessThanHalfCameSoFar) {
  EXPECT_EQ(SurvivalQuantile(KaplanMeier({{1, kYes}, {9, kCensored}, {9, kCensored}}), 0.5),
            std::nullopt);
  EXPECT_EQ(SurvivalQuantile(KaplanMeier(std::vector<Observation>()), 0.5), std::nullopt);
}

}  // namespace
}  // namespace plumbline::statistics
