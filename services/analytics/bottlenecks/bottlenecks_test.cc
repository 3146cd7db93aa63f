// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/bottlenecks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics::bottlenecks {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int64_t kHour = 3'600'000'000, kDay = 24 * kHour;

absl::Status Go() { return absl::OkStatus(); }

Bottlenecks Of(const std::vector<TestRow>& rows, const BottleneckOptions& options = {}) {
  const auto log = MakeLog(rows);
  auto ranked = Rank(*log, {}, options, Go);
  EXPECT_TRUE(ranked.ok()) << ranked.status();
  return ranked.ok() ? *std::move(ranked) : Bottlenecks();
}

const Delayed& Named(const Bottlenecks& all, Part part, const std::string& name) {
  for (const Delayed& one : all.of[static_cast<size_t>(part)]) {
    if (one.name == name) return one;
  }
  ADD_FAILURE() << name << " is not there";
  static const Delayed none;
  return none;
}

TestRow Done(const std::string& id, const std::string& activity, int64_t start, int64_t end,
             const std::string& resource = "") {
  return {id, activity, end * kHour, "", start * kHour, resource};
}

// Draft for an hour; legal from hour 10 to 12 and credit from hour 2 to 3 go on in parallel; sign
// at hour 15. Legal holds the case, credit does not, however long anybody waits after it.
std::vector<TestRow> TwoBranches(const std::string& id, int64_t at) {
  return {Done(id, "draft", at, at + 1, "ada"), Done(id, "credit", at + 2, at + 3, "bob"),
          Done(id, "legal", at + 10, at + 12, "cyd"), Done(id, "sign", at + 15, at + 16, "ada")};
}

TEST(Bottlenecks, RankedByWhatHeldTheCases) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 6; ++c) {
    const auto more = TwoBranches(absl::StrCat("case", c), c * 24);
    rows.insert(rows.end(), more.begin(), more.end());
  }
  const Bottlenecks all = Of(rows);
  EXPECT_EQ(all.case_count, 6);
  EXPECT_EQ(all.open_count, 0);
  EXPECT_DOUBLE_EQ(all.lead_seconds, 6 * 16 * 3600.0);
  const auto& steps = all.of[0];
  ASSERT_THAT(steps, SizeIs(4));
  // Credit ended at 3, which is when legal can have been begun for all that is known.
  EXPECT_EQ(steps[0].name, "legal");
  EXPECT_DOUBLE_EQ(steps[0].path.waiting, 6 * 7 * 3600.0);
  EXPECT_DOUBLE_EQ(steps[0].path.working, 6 * 2 * 3600.0);
  EXPECT_EQ(steps[0].cases, 6);
  EXPECT_DOUBLE_EQ(steps[0].mean, 7 * 3600.0);
  EXPECT_DOUBLE_EQ(steps[0].share, 7.0 / 11);
  EXPECT_EQ(steps[1].name, "sign");
  EXPECT_DOUBLE_EQ(steps[1].path.waiting, 6 * 3 * 3600.0);
  EXPECT_DOUBLE_EQ(all.path.delay() + all.path.working + all.outside_seconds, all.lead_seconds);
  // Roles are resources where no attribute says more.
  EXPECT_TRUE(all.has_roles);
  EXPECT_EQ(all.role, "");
  EXPECT_EQ(all.of[1][0].name, "cyd");
  ASSERT_TRUE(all.of[1][0].utilisation.has_value());
  EXPECT_EQ(all.of[1][0].utilisation->performers, 1);
  EXPECT_DOUBLE_EQ(all.of[1][0].utilisation->busy_seconds, 6 * 2 * 3600.0);
  EXPECT_DOUBLE_EQ(all.of[1][0].utilisation->available_seconds, (5 * 24 + 2) * 3600.0);
  EXPECT_FALSE(all.has_utilities);
}

TEST(Bottlenecks, WhatLiesBesideThePathIsTold) {
  const auto at = [](int64_t hour, const char* activity, const char* transition) {
    return TestRow{"a", activity, hour * kHour, transition};
  };
  // Both are scheduled at 1; credit waits 8 hours and works 1, legal works until 20.
  const Bottlenecks all =
      Of({at(0, "draft", "start"), at(1, "draft", "complete"), at(1, "legal", "schedule"),
          at(1, "credit", "schedule"), at(2, "legal", "start"), at(9, "credit", "start"),
          at(10, "credit", "complete"), at(20, "legal", "complete")});
  EXPECT_DOUBLE_EQ(Named(all, Part::kStep, "credit").path.delay(), 0);
  EXPECT_DOUBLE_EQ(Named(all, Part::kStep, "credit").off_path_seconds, 8 * 3600.0);
  EXPECT_DOUBLE_EQ(Named(all, Part::kStep, "legal").path.waiting, 3600.0);
  EXPECT_EQ(Named(all, Part::kStep, "credit").queue->most, 1);
  EXPECT_EQ(Named(all, Part::kStep, "credit").queue->most_at, kHour);
}

TEST(Bottlenecks, BlockedTimeBelongsToTheUtility) {
  const auto at = [](int64_t hour, const char* transition, const char* utility = "") {
    TestRow row{"a", "sign", hour * kHour, transition};
    if (*utility != '\0') row.attributes = {{"utility", std::string(utility)}};
    return row;
  };
  const Bottlenecks all =
      Of({at(0, "schedule"), at(2, "suspend", "workspaces/w/utilities/crm"), at(5, "resume"),
          at(6, "start"), at(7, "suspend", "workspaces/w/utilities/mail"), at(8, "resume"),
          at(10, "complete")});
  EXPECT_TRUE(all.has_utilities);
  EXPECT_DOUBLE_EQ(all.path.blocked, 4 * 3600.0);
  EXPECT_DOUBLE_EQ(all.path.waiting, 3 * 3600.0);
  EXPECT_DOUBLE_EQ(all.path.working, 3 * 3600.0);
  const Delayed& crm = Named(all, Part::kUtility, "crm");
  EXPECT_DOUBLE_EQ(crm.path.blocked, 3 * 3600.0);
  EXPECT_DOUBLE_EQ(crm.share, 3.0 / 7);
  EXPECT_EQ(crm.impediments, 1);
  EXPECT_DOUBLE_EQ(Named(all, Part::kUtility, "mail").path.blocked, 3600.0);
  EXPECT_DOUBLE_EQ(Named(all, Part::kUtility, "").path.waiting, 3 * 3600.0);
}

// Steps of on-boardings say what they need; what blocks them is said by the impediment.
TEST(Bottlenecks, UtilitiesThatStepsNeedAreThoseOfTheirWaits) {
  std::vector<TestRow> rows = TwoBranches("a", 0);
  for (TestRow& row : rows) row.attributes = {{"utilities", std::string("crm + mail")}};
  rows.push_back(
      {"a", "sign", 13 * kHour, "suspend", kNoTime, "", {{"utility", "w/utilities/pen"}}});
  rows.push_back({"a", "sign", 14 * kHour, "resume"});
  BottleneckOptions options;
  options.parts = {Part::kUtility};
  const Bottlenecks all = Of(rows, options);
  EXPECT_GT(Named(all, Part::kUtility, "crm + mail").path.waiting, 0);
  options.utility = "utility";
  for (const Delayed& one : Of(rows, options).of[static_cast<size_t>(Part::kUtility)])
    EXPECT_NE(one.name, "crm + mail");
}

// One event with a role does not take away those of all that happened before.
TEST(Bottlenecks, WhatHasNoRoleIsToldByItsResource) {
  std::vector<TestRow> rows = TwoBranches("a", 0);
  for (TestRow& row : rows) row.attributes = {{"utility", std::string("pen")}};
  const std::vector<TestRow> later = TwoBranches("b", 24);
  rows.insert(rows.end(), later.begin(), later.end());
  rows.back().attributes = {{"role", std::string("seller")}, {"utilities", std::string("crm")}};
  const Bottlenecks all = Of(rows);
  EXPECT_EQ(all.role, "role");
  EXPECT_DOUBLE_EQ(Named(all, Part::kRole, "cyd").path.waiting, 2 * 7 * 3600.0);
  EXPECT_DOUBLE_EQ(Named(all, Part::kRole, "seller").path.waiting, 3 * 3600.0);
  EXPECT_DOUBLE_EQ(Named(all, Part::kUtility, "pen").path.waiting, 11 * 3600.0);
  EXPECT_DOUBLE_EQ(Named(all, Part::kUtility, "crm").path.waiting, 3 * 3600.0);
  // Who names the attributes means just these.
  BottleneckOptions options;
  options.role = "role";
  options.utility = "utilities";
  const Bottlenecks named = Of(rows, options);
  EXPECT_DOUBLE_EQ(Named(named, Part::kRole, "").path.waiting, (11 + 8) * 3600.0);
  EXPECT_DOUBLE_EQ(Named(named, Part::kUtility, "").path.waiting, (11 + 8) * 3600.0);
}

TEST(Bottlenecks, OpenCasesAreCountedAndNotMixedIn) {
  const Bottlenecks all =
      Of({{"a", "draft", kHour, "complete", kNoTime, "", {{"case_finished", true}}},
          {"b", "draft", 2 * kHour, "complete"},
          {"b", "sign", 3 * kHour, "schedule"},
          {"c", "draft", 9 * kHour, "complete"}});
  EXPECT_EQ(all.case_count, 1);
  EXPECT_EQ(all.open_count, 2);
  EXPECT_DOUBLE_EQ(all.path.delay(), 0);
  const Delayed& sign = Named(all, Part::kStep, "sign");
  EXPECT_EQ(sign.open_count, 1);
  EXPECT_DOUBLE_EQ(sign.open_seconds, 6 * 3600.0);
  EXPECT_EQ(sign.queue->at_end, 1);
  EXPECT_EQ(all.unknown.case_count, 1);
  EXPECT_EQ(all.unknown.seconds(), 0);
}

TEST(Bottlenecks, WaitsOfOpenCasesForNobodyKnowsWhatAreTold) {
  const Bottlenecks all =
      Of({{"a", "draft", kHour, "complete", kNoTime, "", {{"case_finished", true}}},
          {"b", "draft", 2 * kHour, "complete"},
          {"c", "draft", 9 * kHour, "complete"}});
  EXPECT_EQ(all.open_count, 2);
  EXPECT_EQ(all.unknown.case_count, 2);
  EXPECT_EQ(all.unknown.seconds(), 7 * 3600);
}

TEST(Bottlenecks, ATrendOfWholePeriods) {
  std::vector<TestRow> rows;
  // From the middle of a month to the middle of another: waits grow by an hour a week.
  for (int w = 0; w < 40; ++w) {
    const std::string id = absl::StrCat("case", 100 + w);
    const int64_t begin = 10 * 24 + w * 7 * 24;
    rows.push_back(Done(id, "draft", begin, begin + 1));
    rows.push_back(Done(id, "sign", begin + 2 + w, begin + 3 + w));
  }
  const Bottlenecks all = Of(rows);
  const Delayed& sign = Named(all, Part::kStep, "sign");
  ASSERT_TRUE(sign.trend.has_value());
  EXPECT_THAT(sign.trend->periods, SizeIs(8));
  EXPECT_GT(sign.trend->test.slope, 0);
  EXPECT_LT(sign.trend->adjusted, 0.01);
  EXPECT_GT(*sign.trend->test.slope_lower, 0);
  // Draft never waits: there is no trend in that.
  EXPECT_EQ(Named(all, Part::kStep, "draft").trend->adjusted, 1);
  BottleneckOptions days;
  days.period = PeriodLength::kDay;
  EXPECT_TRUE(Named(Of(rows, days), Part::kStep, "sign").trend.has_value());
}

TEST(Bottlenecks, EmptyOneAndEqual) {
  EXPECT_EQ(Of({}).case_count, 0);
  const Bottlenecks one = Of({{"a", "x", 5 * kHour}});
  EXPECT_EQ(one.case_count, 1);
  EXPECT_DOUBLE_EQ(one.path.delay(), 0);
  EXPECT_DOUBLE_EQ(one.of[0][0].share, 0);
  EXPECT_FALSE(one.of[0][0].queue.has_value());
  const auto log = MakeLog(std::vector<TestRow>{{"a", "x", 0}});
  BottleneckOptions options;
  options.role = "team";
  const auto unknown = Rank(*log, {}, options, Go);
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("team"));
}

std::vector<TestRow> RandomRows(std::mt19937& random) {
  std::vector<TestRow> rows;
  const char* kTransitions[] = {"schedule", "start",  "complete",  "complete",
                                "suspend",  "resume", "manualskip"};
  for (int64_t i = 1 + static_cast<int64_t>(random() % 150); i > 0; --i) {
    // No two rows of one moment: their order would be that of arrival.
    const int64_t time = static_cast<int64_t>(random() % 1000) * 1000 + i;
    rows.push_back({absl::StrCat("case", random() % 12),
                    std::string(1, static_cast<char>('a' + random() % 4)), time * 1'000'000,
                    kTransitions[random() % 7], kNoTime, absl::StrCat("r", random() % 3)});
    if (random() % 4 == 0) rows.back().start = rows.back().time - 40'000'000 * (i % 9);
    if (random() % 3 == 0)
      rows.back().attributes = {{"utility", std::string(random() % 2 == 0 ? "crm" : "mail")}};
  }
  return rows;
}

// All lead times are told, by step, by role and by utility alike.
TEST(BottleneckProperty, NothingIsLostOrCountedTwice) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    const Bottlenecks all = Of(RandomRows(random));
    SCOPED_TRACE(seed);
    EXPECT_NEAR(all.path.delay() + all.path.planned + all.path.working + all.outside_seconds,
                all.lead_seconds, 1e-6);
    EXPECT_GE(all.outside_seconds, -1e-9);
    for (const auto& list : all.of) {
      if (list.empty()) continue;
      double delay = 0, working = 0, share = 0;
      for (const Delayed& part : list) {
        delay += part.path.delay();
        working += part.path.working;
        share += part.share;
        EXPECT_NEAR(part.mean * static_cast<double>(part.cases), part.path.delay(), 1e-6);
        if (part.utilisation.has_value()) {
          EXPECT_LE(part.utilisation->busy_seconds, part.utilisation->available_seconds);
        }
      }
      EXPECT_NEAR(delay, all.path.delay(), 1e-6);
      EXPECT_NEAR(working, all.path.working, 1e-6);
      EXPECT_NEAR(share, delay > 0 ? 1 : 0, 1e-9);
      EXPECT_TRUE(std::is_sorted(list.begin(), list.end(), [](const Delayed& a, const Delayed& b) {
        return a.path.delay() > b.path.delay();
      }));
    }
  }
}

TEST(BottleneckProperty, OrderOfRowsNamesOfCasesAndTheClockDoNotMatter) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    std::vector<TestRow> rows = RandomRows(random);
    const Bottlenecks before = Of(rows);
    std::shuffle(rows.begin(), rows.end(), random);
    for (TestRow& row : rows) {
      row.case_id = absl::StrCat("z", 99 - std::stoi(row.case_id.substr(4)));
      // Twice as slow, a year later.
      row.time = 2 * row.time + 365 * kDay;
      if (row.start != kNoTime) row.start = 2 * row.start + 365 * kDay;
    }
    const Bottlenecks after = Of(rows);
    SCOPED_TRACE(seed);
    for (size_t kind = 0; kind < kPartCount; ++kind) {
      ASSERT_EQ(before.of[kind].size(), after.of[kind].size());
      for (size_t i = 0; i < before.of[kind].size(); ++i) {
        const Delayed &a = before.of[kind][i], &b = after.of[kind][i];
        EXPECT_EQ(a.name, b.name);
        EXPECT_DOUBLE_EQ(2 * a.path.delay(), b.path.delay());
        EXPECT_DOUBLE_EQ(a.share, b.share);
        EXPECT_EQ(a.cases, b.cases);
        ASSERT_EQ(a.queue.has_value(), b.queue.has_value());
        if (a.queue.has_value()) {
          EXPECT_EQ(a.queue->most, b.queue->most);
          EXPECT_NEAR(a.queue->average, b.queue->average, 1e-9);
        }
      }
    }
  }
}

}  // namespace
}  // namespace plumbline::analytics::bottlenecks
