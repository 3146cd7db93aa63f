// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/inflow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "common/statistics/generator.h"
#include "services/analytics/review/judge.h"
#include "services/analytics/review/review_testing.h"
#include "services/analytics/review/words.h"

namespace plumbline::analytics::review {
namespace {

constexpr int64_t kEnd = 100 * kDay;

Windows Weeks() { return Windows::Make(PeriodLength::kWeek, 1, absl::UTCTimeZone(), kEnd, 0); }
uint32_t Lag(double days) { return static_cast<uint32_t>(days * 86'400); }

struct Case {
  int64_t begin = 0;
  double days = 0;  // that it takes
};

// Cases that take an exponential time of four days on average; from `stops` on a tenth of them
// begins.
std::vector<Case> Made(uint64_t seed, double stops) {
  statistics::Generator chance(seed);
  std::vector<Case> cases;
  for (double at = 0; at < 100;) {
    at += chance.Exponential() / (at < stops ? 30 : 3);
    cases.push_back(
        {static_cast<int64_t>(at * static_cast<double>(kDay)), 4 * chance.Exponential()});
  }
  return cases;
}

Inflow InflowOf(const std::vector<Case>& cases) {
  return Inflow(Weeks(), 0, cases.size(), [&](size_t c) { return cases[c].begin; });
}

TEST(Inflow, OfAsManyAllAlongIsAHalf) {
  std::vector<Case> cases;
  for (int64_t i = 0; i < 10'000; ++i) cases.push_back({i * kEnd / 10'000});
  const Inflow inflow = InflowOf(cases);
  for (const double lag : {0.0, 1.0, 30.0, 80.0})
    EXPECT_NEAR(inflow.ShareOfThis(Lag(lag), kThis), 0.5, 0.01) << lag;
}

TEST(Inflow, WhereNobodyBeginsOnlyLongOnesAreExpected) {
  std::vector<Case> cases;
  for (int64_t i = 0; i < 930; ++i) cases.push_back({i * kDay / 10});
  const Inflow inflow = InflowOf(cases);
  EXPECT_EQ(inflow.ShareOfThis(Lag(0), kThis), 0);
  EXPECT_NEAR(inflow.ShareOfThis(Lag(3.5), kBefore), 1 / 3.0, 0.02);
  EXPECT_NEAR(inflow.ShareOfThis(Lag(7), kThis), 0.5, 0.02);
  EXPECT_NEAR(inflow.ShareOfThis(Lag(40), kThis), 0.5, 0.02);
}

TEST(Inflow, CountsAreThoseOfTimes) {
  const std::vector<Case> cases = Made(3, 60);
  std::vector<int64_t> begins;
  for (const Case& one : cases) begins.push_back(one.begin);
  std::sort(begins.begin(), begins.end());
  const Inflow counted(Weeks(), 0, [&](int64_t time) {
    return std::lower_bound(begins.begin(), begins.end(), time) - begins.begin();
  });
  const Inflow read = InflowOf(cases);
  for (int lag = 0; lag < 100 * 86'400; lag += 3'001) {
    const auto seconds = static_cast<uint32_t>(lag);
    EXPECT_EQ(read.ShareOfThis(seconds, kThis), counted.ShareOfThis(seconds, kThis)) << lag;
  }
}

// A first case that is recorded after the end, by less than the lags are told apart by.
TEST(Inflow, WithoutTimeBeforeTheEndEachShareIsANumber) {
  const Inflow inflow(Weeks(), kEnd + 700, 1, [](size_t) { return kEnd + 700; });
  for (const double lag : {0.0, 1.0}) {
    EXPECT_EQ(inflow.ShareOfThis(Lag(lag), kThis), 1);
    EXPECT_EQ(inflow.ShareOfThis(Lag(lag), kBefore), 0);
  }
}

// What the shares expect is what happens, on average.
TEST(Inflow, ExpectsTheDifferenceThatItMakes) {
  double seen = 0, expected_in_all = 0, squares = 0;
  constexpr int kRuns = 200;
  for (int run = 0; run < kRuns; ++run) {
    const std::vector<Case> cases = Made(static_cast<uint64_t>(run), 90);
    const Inflow inflow = InflowOf(cases);
    Expected expected;
    Sample ended[2];
    for (const Case& one : cases) {
      const auto end = one.begin + static_cast<int64_t>(one.days * static_cast<double>(kDay));
      const int window = Weeks().IndexOf(end);
      if (window < 0 || window > kBefore) continue;
      ended[window].Add(one.days);
      expected.Add(inflow.ShareOfThis(LagOf(one.begin, end), window), one.days);
    }
    const double difference = ended[kThis].mean() - ended[kBefore].mean();
    ASSERT_TRUE(expected.DifferenceOfMeans().has_value());
    seen += difference;
    expected_in_all += *expected.DifferenceOfMeans();
    const double off = difference - *expected.DifferenceOfMeans();
    squares += off * off;
  }
  EXPECT_GT(seen / kRuns, 1.5);  // days that come from the inflow alone
  const double error = std::sqrt(squares) / kRuns;
  EXPECT_NEAR(seen / kRuns, expected_in_all / kRuns, 4 * error);
}

// 25 cases a day, then hardly any; those of the last months wait `slower` times as long.
Review OfADryMonth(uint64_t seed, double slower) {
  MadeLog made;
  made.rate = 25;
  made.seed = seed;
  made.wait = [slower](const MadeCase& one, int, double draw) {
    return (one.begin > 130 ? slower : 1) * 4 * draw;
  };
  std::vector<TestRow> rows = RowsOf(made);
  std::set<std::string> gone;
  for (const TestRow& row : rows) {
    if (row.activity == "Begin" && row.time > Days(152) && row.time % 8 != 0)
      gone.insert(row.case_id);
  }
  std::erase_if(rows, [&](const TestRow& row) { return gone.count(row.case_id) > 0; });
  return Reviewed(rows);
}

// Where few begin, those that take long are what is left to end: nobody works worse.
TEST(Inflow, LongerOnesThatAreLeftAreNoWorseWork) {
  int explained = 0, false_signals = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const Review review = OfADryMonth(seed, 1);
    const Change* lead = Find(review, MeasureKind::kLeadTime);
    ASSERT_TRUE(lead->judged.has_value());
    EXPECT_GT(lead->judged->difference, 0) << seed;
    explained += lead->explained;
    EXPECT_EQ(Find(review, MeasureKind::kThroughput)->verdict, Verdict::kDifferent) << seed;
    for (const Change& change : review.changes)
      false_signals += change.verdict == Verdict::kWorse || change.verdict == Verdict::kBetter;
    if (!lead->explained) continue;
    EXPECT_EQ(lead->verdict, Verdict::kDifferent);
    EXPECT_LE(lead->judged->p_value, 0.05);  // without regard to the inflow it would be a signal
    EXPECT_NE(
        SentenceOf(*lead, *review.facts.log, {}, 5).find("and so of which could end; what is left"),
        std::string::npos);
  }
  EXPECT_GE(explained, 6);
  EXPECT_LE(false_signals, 1);
}

// What is slower besides that is told.
TEST(Inflow, WorseWorkIsWorseInADryMonthToo) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    int worse = 0;
    for (const Change& change : OfADryMonth(seed, 3).changes)
      worse += change.kind == MeasureKind::kStepWaiting && change.verdict == Verdict::kWorse;
    EXPECT_GE(worse, 1) << seed;
  }
}

TEST(Inflow, WhatItExplainsIsTakenFromTheDifference) {
  const Judged judged{.difference = 10, .lower = 5, .upper = 15, .p_value = 1e-4};
  EXPECT_EQ(PBeyond(judged, 0), 1e-4);
  EXPECT_EQ(PBeyond(judged, -3), 1e-4);
  EXPECT_EQ(PBeyond(judged, 10), 1);
  EXPECT_NEAR(PBeyond(judged, 15), 0.0517, 0.001);
  EXPECT_LT(PBeyond(judged, 25), 1e-7);            // 1.5 times as far as from 0
  EXPECT_NEAR(PBeyond(judged, 5), 0.0517, 0.001);  // half of 3.89 errors
  EXPECT_LT(PBeyond({.difference = -10, .p_value = 0}, -1), 1e-100);
}

}  // namespace
}  // namespace plumbline::analytics::review
