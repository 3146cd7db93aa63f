// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/experience.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/statistics/generator.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/mining/completion.h"
#include "services/analytics/simulation/network.h"

namespace plumbline::analytics::cascade {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

absl::Status KeepOn() { return absl::OkStatus(); }

std::pair<std::string, AttributeValue> Finished(bool finished) {
  return {"case_finished", AttributeValue(finished)};
}

absl::StatusOr<Experience> Learned(const LogSnapshot& log, const LearnOptions& options = {},
                                   int64_t now = kNoTime) {
  const Axis axis({}, now == kNoTime ? log.LastTime() : now);
  auto needs = ReadNeeds(log, {}, KeepOn);
  EXPECT_TRUE(needs.ok());
  return Learn(log, {}, *needs, axis, options, KeepOn);
}

// A log of an M/M/3 queue shows its three servers, and that all waits were for them: nothing was
// left lying.
TEST(Experience, SeesQueuesAsQueues) {
  constexpr int kCases = 4'000;
  statistics::Generator random(8);
  simulation::Workload work;
  double now = 0;
  for (int i = 0; i < kCases; ++i) {
    now += random.Exponential() * 1e9 / 2.4;
    work.tasks.push_back(
        {.duration = std::llround(random.Exponential() * 1e9), .earliest = std::llround(now)});
  }
  const auto outcome =
      simulation::Simulate({.stations = {{.servers = 3}}}, work, simulation::kNever, KeepOn);
  ASSERT_TRUE(outcome.ok());
  std::vector<TestRow> rows;
  for (int i = 0; i < kCases; ++i) {
    const auto& times = outcome->tasks[static_cast<size_t>(i)];
    const std::string id = absl::StrCat(100'000 + i);
    rows.push_back({id, "come", times.ready});
    rows.push_back({id, "work", times.done, "", times.begun, "", {Finished(true)}});
  }
  const auto log = MakeLog(rows);
  const auto experience = Learned(*log);
  ASSERT_TRUE(experience.ok()) << experience.status();
  EXPECT_EQ(experience->stations.servers[1], 3);
  double delay = 0, queue = 0, service = 0;
  for (const RunStep& step : experience->runs.steps) {
    if (step.activity != 1) continue;
    delay += static_cast<double>(step.spent.delay);
    queue += static_cast<double>(step.spent.queue);
    service += static_cast<double>(step.spent.service);
  }
  EXPECT_LT(delay, 1e-6 * queue);
  EXPECT_NEAR(service / kCases, 1e9, 0.05e9);
  EXPECT_NEAR(experience->mean_gap, 1e9 / 2.4, 0.05e9);
  // As theory has it for a utilisation of 0.8: 1.08 services.
  EXPECT_NEAR(queue / kCases, 1.08e9, 0.4e9);
}

// Steps a, b, c; those of open cases are known, and what becomes of them is what became of others.
TEST(Experience, KnowsWhereOpenCasesAre) {
  std::vector<TestRow> rows;
  for (int i = 0; i < 6; ++i) {
    const std::string id = absl::StrCat("done ", i);
    rows.push_back({id, "a", 10 * i});
    rows.push_back({id, "b", 10 * i + 3});
    rows.push_back({id, "c", 10 * i + 7, "", kNoTime, "", {Finished(true)}});
  }
  rows.push_back({"open 1", "a", 70, "", kNoTime, "", {Finished(false)}});
  rows.push_back({"open 2", "a", 71});
  rows.push_back({"open 2", "b", 80});
  const auto log = MakeLog(rows);
  const auto experience = Learned(*log);
  ASSERT_TRUE(experience.ok()) << experience.status();
  ASSERT_EQ(experience->open.size(), 2u);
  EXPECT_THAT(experience->open[1].done, ElementsAre(0, 1));
  EXPECT_EQ(experience->open[0].begin, -10);
  for (const OpenWork& work : experience->open) {
    const State& state = experience->states.states[work.state];
    ASSERT_EQ(state.places.size(), 6u);
    for (const Place& place : state.places)
      EXPECT_EQ(experience->runs.steps[place.from].activity, work.done.size());
  }
  EXPECT_EQ(experience->states.rare_count, 0);
  EXPECT_EQ(experience->gaps.size(), 7u);
  EXPECT_DOUBLE_EQ(experience->mean_duration, 7);
}

TEST(Experience, TakesCompletionsForEnds) {
  const auto log = MakeLog(std::vector<TestRow>{
      {"1", "Open", 1}, {"1", "Won", 5}, {"2", "Open", 6}, {"3", "Open", 7}, {"3", "Won", 9}});
  const auto none = Learned(*log);
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("selection.completion"));
  const auto told =
      WithEnds(log, Traces(log, {}), {EndRule::kActivity, {1}}, [] { return absl::OkStatus(); });
  ASSERT_TRUE(told.ok()) << told.status();
  const auto experience = Learned(**told);
  ASSERT_TRUE(experience.ok()) << experience.status();
  EXPECT_EQ(experience->open.size(), 1u);
  EXPECT_EQ(experience->runs.runs.size(), 2u);
}

TEST(Experience, NeedsCasesThatEnded) {
  const auto log = MakeLog(std::vector<TestRow>{{"1", "a", 1, "", kNoTime, "", {Finished(false)}}});
  const auto none = Learned(*log);
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("selection"));
}

TEST(Needs, AreWhatTheLogTells) {
  const std::vector<std::pair<std::string, AttributeValue>> crm = {
      {"utility", std::string("utilities/crm")}};
  const auto log = MakeLog(std::vector<TestRow>{{"1", "a", 1, "schedule", kNoTime, "seller"},
                                                {"1", "a", 2, "suspend", kNoTime, "", crm},
                                                {"1", "a", 3, "complete", kNoTime, "ada"},
                                                {"1", "b", 4, "complete", kNoTime, "bob"}});
  const auto many = MakeLog(std::vector<TestRow>{
      {"1", "a", 1, "schedule", kNoTime, "", {{"utilities", std::string("crm + mail")}}},
      {"1", "a", 2, "suspend", kNoTime, "", crm},
      {"1", "b", 3, "complete", kNoTime, "", {{"utilities", std::string("pen+ink")}}}});
  const auto each = ReadNeeds(*many, {}, KeepOn);
  ASSERT_TRUE(each.ok());
  EXPECT_THAT((*each)[0].utilities, ElementsAre("crm", "mail"));
  EXPECT_THAT((*each)[1].utilities, ElementsAre("pen+ink"));
  const auto needs = ReadNeeds(*log, {{"b", "legal", {"CLM"}}, {"z", "none", {}}}, KeepOn);
  ASSERT_TRUE(needs.ok());
  EXPECT_THAT((*needs)[0].utilities, ElementsAre("crm"));
  EXPECT_EQ((*needs)[0].role, "seller");
  EXPECT_EQ((*needs)[1].role, "legal");
  const auto found = FindNeeding("f", *log, *needs, {Target::kUtility}, "clm");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(*found, ElementsAre(1));
  const auto unknown = FindNeeding("f", *log, *needs, {Target::kUtility}, "crn");
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(std::string(unknown.status().message()),
              HasSubstr("'crn' is no utility of the log; did you mean 'crm', a utility?"));
  const auto far = FindNeeding("f", *log, *needs, {Target::kUtility, Target::kStep}, "payroll");
  ASSERT_FALSE(far.ok());
  EXPECT_THAT(std::string(far.status().message()),
              HasSubstr("'payroll' is no utility or step of the log; its utilities: 'CLM', 'crm'; "
                        "its steps: 'a', 'b'"));
}

TEST(Pool, DrawsWhatIsLeft) {
  Pool pool;
  for (int64_t i = 1; i <= 10; ++i) pool.Add({i, 0, 10 * i});
  pool.Seal();
  statistics::Generator random(1);
  bool anew = true;
  for (int i = 0; i < 100; ++i) {
    EXPECT_GT(pool.DrawLonger(Pool::kService, 70, &random, &anew).service, 70);
    EXPECT_FALSE(anew);
    EXPECT_GE(pool.DrawLonger(Pool::kBefore, 8, &random, &anew).delay, 9);
  }
  pool.DrawLonger(Pool::kAll, 110, &random, &anew);
  EXPECT_TRUE(anew);
}

TEST(Axis, FindsInstants) {
  // Open for one of two.
  const Axis axis([](int64_t from, int64_t to) { return (to - from) / 2; }, 100);
  EXPECT_EQ(axis.At(110), 5);
  EXPECT_EQ(axis.Instant(5), 110);
  EXPECT_EQ(axis.Instant(0), 100);
  EXPECT_EQ(Axis({}, 7).Instant(5), 12);
  // Never open: centuries ahead, but an answer.
  EXPECT_GT(Axis([](int64_t, int64_t) { return int64_t{0}; }, 0).Instant(1), 0);
}

}  // namespace
}  // namespace plumbline::analytics::cascade
