// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/analytics/cohorts/compare.h"
#include "services/analytics/cohorts/observe.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics::cohorts {
namespace {

constexpr int64_t kDay = 86'400'000'000;

absl::Status KeepOn() { return absl::OkStatus(); }

std::vector<Group> Observed(const std::vector<TestRow>& rows, Question question,
                            const std::string& from, const std::string& until) {
  const auto log = MakeLog(rows);
  const auto number = [&](const std::string& name) -> std::optional<uint32_t> {
    if (name.empty()) return std::nullopt;
    const auto found = std::find(log->activities.begin(), log->activities.end(), name);
    return static_cast<uint32_t>(found - log->activities.begin());
  };
  question.from = number(from);
  question.until = number(until);
  auto groups = Observe(Traces(log, {}), question, KeepOn);
  EXPECT_TRUE(groups.ok()) << groups.status();
  return groups.ok() ? *std::move(groups) : std::vector<Group>();
}

// Times in days, negative where it has not happened.
std::vector<double> DaysOf(const Group& group) {
  std::vector<double> days;
  for (const cohorts::Observed one : group.observed) {
    const double day = static_cast<double>(one / 2) / kDay;
    days.push_back(one % 2 == 0 ? day : -day);
  }
  return days;
}

const std::vector<TestRow> kDeals = {{"1", "Open", 0},         {"1", "Won", 5 * kDay},
                                     {"2", "Open", kDay},      {"2", "Lost", 3 * kDay},
                                     {"3", "Open", 40 * kDay}, {"3", "Won", 41 * kDay},
                                     {"3", "Won", 44 * kDay}};

TEST(Observe, UntilAnActivityOrTheEnd) {
  const auto won = Observed(kDeals, {}, "", "Won");
  ASSERT_EQ(won.size(), 1u);
  EXPECT_EQ(DaysOf(won[0]), (std::vector<double>{5, -2, 1}));
  EXPECT_EQ(won[0].ended_without, 1);
  EXPECT_EQ(DaysOf(Observed(kDeals, {}, "", "")[0]), (std::vector<double>{5, 2, 4}));
  const auto from = Observed(kDeals, {}, "Lost", "");
  EXPECT_EQ(from[0].without_from, 2);
  EXPECT_EQ(DaysOf(from[0]), (std::vector<double>{0}));
}

TEST(Observe, GroupsByTime) {
  Question by_month;
  by_month.grouping.by = Grouping::By::kStartPeriod;
  const auto months = Observed(kDeals, by_month, "", "Won");
  ASSERT_EQ(months.size(), 2u);
  EXPECT_EQ(months[0].title, "1970-01");
  EXPECT_EQ(months[1].title, "1970-02");
  EXPECT_EQ(months[0].observed.size(), 2u);
  Question by_split;
  by_split.grouping.by = Grouping::By::kSplits;
  by_split.grouping.splits = {kDay, 2 * kDay};
  const auto splits = Observed(kDeals, by_split, "", "Won");
  ASSERT_EQ(splits.size(), 3u);
  EXPECT_EQ(splits[0].title, "before 1970-01-02T00:00:00Z");
  EXPECT_EQ(splits[1].title, "from 1970-01-02T00:00:00Z");
  EXPECT_EQ(splits[2].title, "from 1970-01-03T00:00:00Z");
}

// Numbers that share their first digits are two groups.
TEST(Observe, GroupsByNumbersToTheLastDigit) {
  std::vector<TestRow> rows = {{"1", "Open", 0}, {"2", "Open", 0}};
  rows[0].attributes = {{"amount", 1234567.5}};
  rows[1].attributes = {{"amount", 1234568.5}};
  Question question;
  question.grouping.by = Grouping::By::kAttribute;
  question.grouping.key = "amount";
  const auto groups = Observed(rows, question, "", "");
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].title, "1234567.5");
  EXPECT_EQ(groups[1].title, "1234568.5");
}

TEST(Observe, ByWhatACalendarCounts) {
  Question half;
  half.between = [](int64_t from, int64_t to) { return (to - from) / 2; };
  EXPECT_EQ(DaysOf(Observed(kDeals, half, "", "Won")[0]), (std::vector<double>{2.5, -1, 0.5}));
}

TEST(Observe, RowsInAnyOrderSayTheSame) {
  std::mt19937 random(4);
  std::vector<TestRow> rows;
  for (int c = 0; c < 50; ++c) {
    for (int i = 0; i < 6; ++i) {
      const int64_t time = static_cast<int64_t>(random() % 100'000) * 1'000'000 + i;
      rows.push_back(
          {absl::StrCat(c), std::string(1, static_cast<char>('a' + random() % 4)), time});
    }
  }
  const auto expected = Observed(rows, {}, "a", "b");
  for (int round = 0; round < 5; ++round) {
    std::shuffle(rows.begin(), rows.end(), random);
    EXPECT_EQ(DaysOf(Observed(rows, {}, "a", "b")[0]), DaysOf(expected[0]));
  }
}

Group GroupOf(const std::string& title, std::mt19937& random, size_t size, double mean) {
  Group group{.title = title};
  std::exponential_distribution<double> draw(1 / mean);
  for (size_t i = 0; i < size; ++i) {
    const double time = draw(random);
    group.observed.push_back(MakeObserved(std::llround(1e6 * std::min(time, 100.0)), time < 100));
  }
  return group;
}

TEST(Compare, SeesWhatDiffers) {
  std::mt19937 random(8);
  std::vector<Group> groups = {GroupOf("North", random, 300, 30), GroupOf("South", random, 200, 60),
                               GroupOf("West", random, 100, 30)};
  const auto comparison = Compare(groups, {});
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->reference, 0u);
  EXPECT_EQ(comparison->horizon, 100);
  ASSERT_TRUE(comparison->log_rank.has_value() && comparison->peto.has_value());
  EXPECT_LT(comparison->log_rank->p_value, 0.001);
  EXPECT_FALSE(comparison->groups[0].hazard.has_value());
  const auto& south = comparison->groups[1];
  ASSERT_TRUE(south.hazard.has_value());
  EXPECT_NEAR(south.hazard->ratio, 0.5, 0.15);
  EXPECT_LE(*south.adjusted_p_value, 2 * south.hazard->p_value);
  const auto& west = comparison->groups[2];
  EXPECT_GE(*west.adjusted_p_value, *south.adjusted_p_value);
  EXPECT_GT(south.restricted_mean.mean, comparison->groups[0].restricted_mean.mean);
  EXPECT_LE(south.curve.size(), 100u);
  EXPECT_EQ(south.curve.back().step.time,
            statistics::KaplanMeier(*TableOf(&groups[1].observed, KeepOn)).back().time);
}

TEST(Compare, ShowsTheLargestAndCountsTheRest) {
  std::mt19937 random(9);
  std::vector<Group> groups;
  for (const size_t size : {3u, 40u, 5u, 30u})
    groups.push_back(GroupOf(absl::StrCat(size), random, size, 10));
  groups.push_back({.title = "empty"});
  CompareOptions options;
  options.max_groups = 2;
  options.reference = "30";
  const auto comparison = Compare(groups, options);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  ASSERT_EQ(comparison->groups.size(), 2u);
  EXPECT_EQ(comparison->groups[0].title, "40");
  EXPECT_EQ(comparison->reference, 1u);
  EXPECT_EQ(comparison->omitted_groups, 2);
  EXPECT_EQ(comparison->omitted_cases, 8);
  options.reference = "3";
  EXPECT_FALSE(Compare(groups, options).ok());
}

TEST(Compare, HasClearAnswersForNothing) {
  const auto nothing = Compare({}, {});
  ASSERT_TRUE(nothing.ok());
  EXPECT_TRUE(nothing->groups.empty());
  // All at once, and nothing yet.
  std::vector<Group> groups = {
      {.title = "a", .observed = {MakeObserved(0, true), MakeObserved(0, true)}},
      {.title = "b", .observed = {MakeObserved(5'000'000, false)}}};
  const auto comparison = Compare(groups, {});
  ASSERT_TRUE(comparison.ok());
  EXPECT_EQ(comparison->horizon, 0);
  EXPECT_EQ(*comparison->groups[0].median.time, 0);
  EXPECT_FALSE(comparison->groups[1].median.time.has_value());
  EXPECT_FALSE(comparison->groups[1].hazard.has_value());
  EXPECT_FALSE(Compare(groups, {.horizon = -1}).ok());
}

}  // namespace
}  // namespace plumbline::analytics::cohorts
