// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/temporal/temporal_profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kSecond = 1'000'000;

absl::Status GoOn() { return absl::OkStatus(); }

TemporalProfile ProfileOf(const std::vector<TestRow>& rows) {
  const auto profile = MineTemporalProfile(Traces(MakeLog(rows), {}), GoOn);
  EXPECT_TRUE(profile.ok()) << profile.status();
  return *profile;
}

// Two cases a b c: 10 s and 20 s from a to b.
TEST(TemporalProfile, MeansAndDeviations) {
  const std::vector<TestRow> rows = {{"1", "a", 0},
                                     {"1", "b", 10 * kSecond},
                                     {"1", "c", 40 * kSecond},
                                     {"2", "a", 5 * kSecond},
                                     {"2", "b", 25 * kSecond}};
  const TemporalProfile profile = ProfileOf(rows);
  ASSERT_EQ(profile.size(), 3u);  // ab, ac, bc
  EXPECT_EQ(profile[0].count, 2);
  EXPECT_DOUBLE_EQ(profile[0].mean, 15);
  EXPECT_DOUBLE_EQ(profile[0].standard_deviation, std::sqrt(50));
  EXPECT_DOUBLE_EQ(profile[0].min, 10);
  EXPECT_DOUBLE_EQ(profile[0].max, 20);
  EXPECT_DOUBLE_EQ(profile[1].mean, 40);
  EXPECT_EQ(profile[1].standard_deviation, 0);
}

// What begins before the other ended does not follow it.
TEST(TemporalProfile, OverlappingEventsAreNoPair) {
  std::vector<TestRow> rows = {{"1", "a", 10 * kSecond}, {"1", "b", 20 * kSecond}};
  rows[0].start = 0;
  rows[1].start = 5 * kSecond;
  EXPECT_TRUE(ProfileOf(rows).empty());
  rows[1].start = 10 * kSecond;
  EXPECT_EQ(ProfileOf(rows).size(), 1u);
}

TEST(TemporalProfile, DeviationsOfAnotherPart) {
  std::vector<TestRow> usual;
  for (int i = 0; i < 20; ++i) {
    usual.push_back({absl::StrCat("u", i), "a", 0});
    usual.push_back({absl::StrCat("u", i), "b", (100 + i % 2 * 2) * kSecond});
  }
  const TemporalProfile profile = ProfileOf(usual);  // 101 s, deviation 1.03 s
  const std::vector<TestRow> rows = {{"early", "a", 0},
                                     {"early", "b", 90 * kSecond},
                                     {"fine", "a", 0},
                                     {"fine", "b", 103 * kSecond},
                                     {"late", "a", 0},
                                     {"late", "b", 1'000 * kSecond},
                                     {"late", "b", 1'001 * kSecond}};
  const Traces traces(MakeLog(rows), {});
  const auto found = FindDeviations(traces, profile, {3, 2, 10}, GoOn);
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->pairs.size(), 1u);
  EXPECT_EQ(found->pairs[0].count, 4);
  EXPECT_EQ(found->pairs[0].early_count, 1);
  EXPECT_EQ(found->pairs[0].late_count, 2);
  EXPECT_EQ(found->pairs[0].case_count, 2);
  EXPECT_EQ(found->unknown_count, 1);  // bb
  ASSERT_EQ(found->cases.size(), 2u);
  EXPECT_EQ(traces.log().cases[found->cases[0].case_number], "late");
  EXPECT_EQ(found->cases[0].deviation_count, 2);
  EXPECT_DOUBLE_EQ(found->cases[0].worst_seconds, 1'001);
  EXPECT_EQ(FindDeviations(traces, profile, {3, 21, 10}, GoOn)->case_count, 0);
  EXPECT_EQ(FindDeviations(traces, profile, {3, 2, 1}, GoOn)->cases.size(), 1u);
}

TEST(TemporalProfile, WhatNeverVariedIsInfinitelyFarOut) {
  const int64_t third = 333'333;
  const std::vector<TestRow> usual = {{"1", "a", 0}, {"1", "b", third},
                                      {"2", "a", 7}, {"2", "b", third + 7},
                                      {"3", "a", 1}, {"3", "b", third + 1}};
  const TemporalProfile profile = ProfileOf(usual);
  EXPECT_EQ(FindDeviations(Traces(MakeLog(usual), {}), profile, {3, 2, 9}, GoOn)->case_count, 0);
  const std::vector<TestRow> rows = {{"1", "a", 0}, {"1", "b", third + 1}};
  const auto found = FindDeviations(Traces(MakeLog(rows), {}), profile, {3, 2, 9}, GoOn);
  ASSERT_EQ(found->cases.size(), 1u);
  EXPECT_EQ(found->cases[0].worst_sigmas, std::numeric_limits<double>::infinity());
}

TEST(TemporalProfile, LimitsAndTheCallersErrorEndIt) {
  std::vector<TestRow> rows;
  for (int i = 0; i < 3000; ++i) rows.push_back({"1", absl::StrCat("a", i % 1000), i});
  const Traces traces(MakeLog(rows), {});
  EXPECT_EQ(base::ReasonOf(MineTemporalProfile(traces, GoOn, 10).status()),
            base::Reason::ERROR_REASON_FIELD_INVALID);
  const auto over = [] { return absl::DeadlineExceededError("over"); };
  EXPECT_EQ(MineTemporalProfile(traces, over, 2'000'000).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_FALSE(FindDeviations(traces, {}, {}, over).ok());
}

struct Slow {
  std::map<std::pair<std::string, std::string>, std::vector<long double>> times;
  int64_t deviations = 0;
};

// Every pair of events, as the definition has it. With a profile also how many times of it lie out.
Slow SlowProfile(const Traces& traces, const TemporalProfile* profile, double sigmas) {
  Slow slow;
  const auto begin = traces.case_begin();
  const auto& names = traces.log().activities;
  for (size_t c = 0; c + 1 < begin.size(); ++c) {
    for (uint32_t i = begin[c]; i < begin[c + 1]; ++i) {
      for (uint32_t j = i + 1; j < begin[c + 1]; ++j) {
        const int64_t time = traces.BeginOf(j) - traces.time()[i];
        if (time < 0) continue;
        const uint32_t from = traces.activity()[i], to = traces.activity()[j];
        const double seconds = static_cast<double>(time) / 1e6;
        slow.times[{names[from], names[to]}].push_back(seconds);
        if (profile == nullptr) continue;
        for (const PairTimes& pair : *profile) {
          if (pair.from != from || pair.to != to) continue;
          slow.deviations += seconds > pair.mean + sigmas * pair.standard_deviation ||
                             seconds < pair.mean - sigmas * pair.standard_deviation;
        }
      }
    }
  }
  return slow;
}

TEST(TemporalProfile, EqualsTheDefinitionOnRandomLogsInAnyOrderOfRows) {
  std::mt19937 random(7);
  const auto roll = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 100; ++round) {
    std::vector<TestRow> rows;
    std::vector<int64_t> times;
    for (int64_t t = 0; t < 150; ++t) times.push_back(t * 37'000'003);
    std::shuffle(times.begin(), times.end(), random);
    const bool starts = roll(2) == 0;
    for (int i = roll(120); i >= 0; --i) {
      TestRow row{absl::StrCat("c", roll(6)), std::string(1, static_cast<char>('a' + roll(5))),
                  times[static_cast<size_t>(i)]};
      if (starts && roll(3) > 0) row.start = row.time - roll(200) * kSecond - 1;
      rows.push_back(std::move(row));
    }
    const Traces traces(MakeLog(rows), {});
    const TemporalProfile profile = ProfileOf(rows);
    const Slow slow = SlowProfile(traces, &profile, 1);
    ASSERT_EQ(profile.size(), slow.times.size());
    for (const PairTimes& pair : profile) {
      const auto& names = traces.log().activities;
      const auto& of_pair = slow.times.at({names[pair.from], names[pair.to]});
      long double mean = 0, squares = 0;
      for (const long double time : of_pair) mean += time;
      mean /= static_cast<long double>(of_pair.size());
      for (const long double time : of_pair) squares += (time - mean) * (time - mean);
      const double deviation = of_pair.size() < 2
                                   ? 0
                                   : static_cast<double>(std::sqrt(
                                         squares / static_cast<long double>(of_pair.size() - 1)));
      ASSERT_EQ(pair.count, static_cast<int64_t>(of_pair.size()));
      ASSERT_NEAR(pair.mean, static_cast<double>(mean), 1e-12 * pair.mean + 1e-12);
      ASSERT_NEAR(pair.standard_deviation, deviation, 1e-11 * deviation + 1e-11);
    }
    const auto found = FindDeviations(traces, profile, {1, 2, 100}, GoOn);
    int64_t deviations = 0, of_cases = 0;
    for (const PairDeviations& pair : found->pairs) deviations += pair.count_of_deviations();
    for (const CaseDeviations& one : found->cases) of_cases += one.deviation_count;
    ASSERT_EQ(deviations, slow.deviations) << round;
    ASSERT_EQ(of_cases, slow.deviations);

    std::shuffle(rows.begin(), rows.end(), random);
    const TemporalProfile again = ProfileOf(rows);
    for (size_t p = 0; p < profile.size(); ++p) {
      ASSERT_EQ(profile[p].mean, again[p].mean);
      ASSERT_EQ(profile[p].standard_deviation, again[p].standard_deviation);
    }
  }
}

}  // namespace
}  // namespace plumbline::analytics
