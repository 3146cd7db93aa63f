// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/milestones.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/completion.h"
#include "services/analytics/mining/traces.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

const std::vector<std::string> kCounting = {"complete"};

// "ACTIVITY" and when, of each milestone of a case.
std::vector<std::pair<std::string, int64_t>> MilestonesOf(
    const LogSnapshot& log, size_t c, const std::vector<std::string>& transitions = kCounting) {
  std::vector<std::pair<std::string, int64_t>> found;
  const Milestones milestones(log, transitions);
  for (const auto& [time, activity] : milestones.Of(c))
    found.emplace_back(log.activities[activity], time);
  return found;
}

TEST(Milestones, HoldUnlessTheyCountAsEventsOrAreTakenBack) {
  const auto log = MakeLog(std::vector<TestRow>{{"1", "Learn", 3, "complete"},
                                                {"1", "Sold", 9, "milestone"},
                                                {"1", "Certified", 3, "milestone"},
                                                {"2", "Certified", 4, "milestone"},
                                                {"2", "Certified", 5, "milestone_withdrawn"},
                                                {"2", "Sold", 6, "milestone"},
                                                {"3", "Certified", 4, "milestone"},
                                                {"3", "Certified", 5, "milestone_withdrawn"},
                                                {"3", "Certified", 8, "milestone"},
                                                {"4", "Learn", 8, "complete"}});
  EXPECT_THAT(MilestonesOf(*log, 0), ElementsAre(Pair("Certified", 3), Pair("Sold", 9)));
  EXPECT_THAT(MilestonesOf(*log, 1), ElementsAre(Pair("Sold", 6)));
  EXPECT_THAT(MilestonesOf(*log, 2), ElementsAre(Pair("Certified", 8)));
  EXPECT_THAT(MilestonesOf(*log, 3), IsEmpty());
  EXPECT_TRUE(Milestones(*log, {}).empty()) << "every event counts";
  EXPECT_TRUE(Milestones(*log, {"complete", "Milestone"}).empty());
}

// It was told again, as an earlier day and as a later one, after the first was taken back.
TEST(Milestones, WhatIsTakenBackIsByTheOrderOfArrival) {
  for (const int64_t again : {8, 12}) {
    const auto log = MakeLog(std::vector<TestRow>{{"1", "Learn", 3, "complete", 2},
                                                  {"1", "Sold", 10, "milestone"},
                                                  {"1", "Sold", 20, "milestone_withdrawn"},
                                                  {"1", "Sold", again, "milestone"}});
    EXPECT_THAT(MilestonesOf(*log, 0), ElementsAre(Pair("Sold", again)));
  }
}

// Each is taken back as by a walk back through all that hold.
TEST(Milestones, AreTakenBackAsByAWalkBack) {
  std::mt19937 random(4);
  const auto below = [&](unsigned n) { return static_cast<size_t>(random() % n); };
  const std::vector<std::string> names = {"Certified", "Learn", "Sold"};
  for (int round = 0; round < 40; ++round) {
    std::vector<TestRow> rows;
    std::vector<std::vector<std::pair<std::string, int64_t>>> expected(3);
    for (int i = 0; i < 60; ++i) {
      const size_t c = below(3);
      const std::string& name = names[below(3)];
      const bool back = below(3) == 0;
      const auto time = static_cast<int64_t>(below(20));
      rows.push_back({std::to_string(c), name, time, back ? "milestone_withdrawn" : "milestone"});
      auto& hold = expected[c];
      if (!back) {
        hold.emplace_back(name, time);
        continue;
      }
      const auto latest = std::find_if(hold.rbegin(), hold.rend(),
                                       [&](const auto& one) { return one.first == name; });
      if (latest != hold.rend()) hold.erase(std::next(latest).base());
    }
    for (size_t c = 0; c < 3; ++c) rows.push_back({std::to_string(c), "Learn", 30, "complete", 2});
    const auto log = MakeLog(rows);
    for (size_t c = 0; c < 3; ++c) {
      std::stable_sort(expected[c].begin(), expected[c].end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
      EXPECT_EQ(MilestonesOf(*log, c), expected[c]);
    }
  }
}

// What nothing was reached of is looked for in no list: 10^10 comparisons else.
TEST(Milestones, OfOneCaseAreTakenBackOneByOne) {
  constexpr size_t kMany = 100'000;
  std::vector<TestRow> rows(2 * kMany);
  for (size_t i = 0; i < rows.size(); ++i)
    rows[i] = i < kMany ? TestRow{"1", "Certified", 1, "milestone"}
                        : TestRow{"1", "Sold", 2, "milestone_withdrawn"};
  EXPECT_EQ(Milestones(*MakeLog(rows), kCounting).Of(0).size(), kMany);
}

TEST(Milestones, AreFoundByTheirNameAndInNoTrace) {
  const auto log = MakeLog(std::vector<TestRow>{{"1", "Learn", 3, "start"},
                                                {"1", "Learn", 5, "complete"},
                                                {"1", "Certified", 5, "milestone"},
                                                {"1", "Chat", 6, "comment"},
                                                {"1", "Sell", 7, "complete"},
                                                {"2", "Learn", 9, "complete"}});
  const uint32_t kCertified = 0, kChat = 1, kLearn = 2;
  const Traces traces(log, {.transitions = kCounting});
  EXPECT_EQ(traces.event_count(), 3);
  EXPECT_EQ(Variants(traces).size(), 2);
  EXPECT_EQ(FirstNamed(traces, 0, kCertified, INT64_MIN), 5);
  EXPECT_EQ(FirstNamed(traces, 0, kCertified, 6), kNoTime);
  EXPECT_EQ(FirstNamed(traces, 0, kLearn, INT64_MIN), 5) << "it began before, which is no matter";
  EXPECT_EQ(FirstNamed(traces, 1, kCertified, INT64_MIN), kNoTime);
  EXPECT_TRUE(AnyNamed(traces, kCertified));
  EXPECT_TRUE(AnyNamed(traces, kLearn));
  EXPECT_FALSE(AnyNamed(traces, kChat));
  EXPECT_THAT(WhyNoneNamed(traces, kChat), HasSubstr("no event of 'Chat' counts (1 comment): "));
}

TEST(Milestones, EndCases) {
  const auto log = MakeLog(std::vector<TestRow>{{"1", "Learn", 3, "complete"},
                                                {"1", "Certified", 3, "milestone"},
                                                {"2", "Learn", 4, "complete"},
                                                {"2", "Certified", 4, "milestone"},
                                                {"2", "Sell", 7, "complete"},
                                                {"3", "Learn", 4, "complete"}});
  const Traces traces(log, {.transitions = kCounting});
  const auto ends = [&](EndRule rule, std::vector<uint32_t> activities) {
    const auto told =
        WithEnds(log, traces, {rule, std::move(activities)}, [] { return absl::OkStatus(); });
    std::vector<int64_t> times;
    for (size_t c = 0; c < log->case_count(); ++c) times.push_back(CaseEnds(**told).MarkedTime(c));
    return times;
  };
  EXPECT_THAT(ends(EndRule::kActivity, {0}), ElementsAre(3, 4, kNoTime));
  EXPECT_THAT(ends(EndRule::kLastActivity, {0}), ElementsAre(3, kNoTime, kNoTime));
  EXPECT_THAT(ends(EndRule::kLastActivity, {1}), ElementsAre(3, kNoTime, 4));
}

}  // namespace
}  // namespace plumbline::analytics
