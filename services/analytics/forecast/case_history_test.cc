// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/case_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "services/analytics/conformance/model.h"
#include "services/analytics/forecast/case_steps.h"

namespace plumbline::analytics::forecast {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr int64_t kSecond = 1'000'000;

absl::Status KeepOn() { return absl::OkStatus(); }

struct Event {
  std::string case_id, activity;
  int64_t second = 0;
  std::string transition = "";
  int ends = -1;  // what it says under "case_finished"; -1 = nothing
};

std::shared_ptr<const LogSnapshot> LogOf(const std::vector<Event>& events) {
  EventBatch batch;
  const uint32_t key = batch.attribute_keys.Intern("case_finished");
  for (const Event& event : events) {
    if (event.ends >= 0)
      batch.attributes.push_back({static_cast<uint32_t>(batch.size()), key, event.ends == 1});
    batch.case_id.push_back(batch.cases.Intern(event.case_id));
    batch.activity.push_back(batch.activities.Intern(event.activity));
    batch.resource.push_back(kNoText);
    batch.transition.push_back(
        event.transition.empty() ? kNoText : batch.transitions.Intern(event.transition));
    batch.time.push_back(event.second * kSecond);
  }
  EventLogBuilder builder;
  builder.Append(batch);
  return builder.Snapshot();
}

CaseHistory Learn(const LogSnapshot& log, const conformance::Tree& tree,
                  const CaseHistoryOptions& options) {
  auto history = LearnCases(log, {}, tree, options, KeepOn);
  EXPECT_TRUE(history.ok()) << history.status();
  return *std::move(history);
}

TEST(CaseHistory, CountsCasesThatCameToTheEnd) {
  const conformance::Tree tree(*conformance::ParseModel("->('a','b')"));
  const auto log = LogOf({{"1", "a", 10},
                          {"1", "b", 15},
                          {"1", "c", 16},  // with what is unknown
                          {"2", "a", 20},
                          {"2", "b", 22},
                          {"2", "a", 23},  // with what is too much
                          {"3", "a", 30},  // lacks the end
                          {"4", "a", 40},
                          {"4", "b", 49}});
  const uint32_t a = 1, b = 2;  // nodes
  const CaseHistory all = Learn(*log, tree, {.as_of = 100 * kSecond});
  EXPECT_EQ(all.case_count(), 3);
  EXPECT_EQ(all.unfinished_cases, 1);
  EXPECT_EQ(all.extra_steps, 1);
  EXPECT_EQ(all.unknown_steps, 1);
  EXPECT_THAT(all.nodes[a].times, ElementsAre(0, 0, 0));
  EXPECT_THAT(all.nodes[b].times, UnorderedElementsAre(5, 2, 9));
  EXPECT_THAT(all.durations, ElementsAre(2, 5, 9));
  // The latest, without one, and as of an earlier time.
  EXPECT_THAT(Learn(*log, tree, {.as_of = 100 * kSecond, .most_cases = 1}).durations,
              ElementsAre(9));
  EXPECT_EQ(Learn(*log, tree, {.as_of = 100 * kSecond, .most_cases = 1}).older_cases, 3);
  EXPECT_THAT(Learn(*log, tree, {.as_of = 100 * kSecond, .without = "4"}).durations,
              ElementsAre(2, 5));
  const CaseHistory then = Learn(*log, tree, {.as_of = 42 * kSecond});
  EXPECT_THAT(then.durations, ElementsAre(2, 5));
  EXPECT_EQ(then.open_cases, 1);
}

TEST(CaseHistory, MarkedEndsAndSkips) {
  const conformance::Tree tree(*conformance::ParseModel("->('a','b')"));
  const auto log = LogOf({{"1", "a", 10, "complete", 0},
                          {"1", "b", 15, "manualskip", 1},
                          {"2", "a", 20, "complete", 0},
                          {"2", "b", 27, "complete"},  // open
                          {"3", "a", 30, "complete", 0},
                          {"3", "b", 31, "withdraw", 1}});
  const CaseHistory history = Learn(*log, tree, {.as_of = 100 * kSecond});
  EXPECT_EQ(history.case_count(), 1);
  EXPECT_EQ(history.open_cases, 1);
  EXPECT_EQ(history.unfinished_cases, 1);  // what was withdrawn was not done
  EXPECT_THAT(history.nodes[2].times, ElementsAre(5));
}

TEST(CaseHistory, InTheTimeOfACalendar) {
  const conformance::Tree tree(*conformance::ParseModel("->('a','b')"));
  const auto log = LogOf({{"1", "a", 10}, {"1", "b", 30}});
  const auto half = [](int64_t from, int64_t to) { return (to - from) / 2; };
  const CaseHistory history = Learn(*log, tree, {.as_of = 100 * kSecond, .between = half});
  EXPECT_THAT(history.nodes[2].times, ElementsAre(10));
  EXPECT_THAT(history.durations, ElementsAre(10));
}

TEST(CaseSteps, WhatIsUnderWay) {
  const conformance::Tree tree(*conformance::ParseModel("->('a','b')"));
  const auto log =
      LogOf({{"1", "a", 10, "complete"}, {"1", "b", 12, "schedule"}, {"1", "b", 40, "complete"}});
  for (const int64_t now : {11, 20, 50}) {
    std::vector<CaseSteps> cases;
    ASSERT_TRUE(ReadCases(
                    *log, {}, tree, now * kSecond, {true},
                    [&](const CaseSteps& steps) { cases.push_back(steps); }, KeepOn)
                    .ok());
    ASSERT_EQ(cases.size(), 1u);
    EXPECT_EQ(cases[0].begin, 10 * kSecond);
    EXPECT_EQ(cases[0].done.size(), now == 50 ? 2u : 1u);
    EXPECT_EQ(cases[0].open.size(), now == 20 ? 1u : 0u);
  }
}

}  // namespace
}  // namespace plumbline::analytics::forecast
