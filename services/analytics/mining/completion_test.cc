// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/completion.h"

#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics {
namespace {

using ::testing::ElementsAre;

// Activities by number: Call, Lost, Open, Won.
constexpr uint32_t kLost = 1, kWon = 3;

std::vector<TestRow> Deals() {
  return {{"1", "Open", 1}, {"1", "Won", 5},  {"1", "Call", 9},  {"1", "Won", 12},
          {"2", "Open", 6}, {"2", "Lost", 8}, {"3", "Open", 19}, {"3", "Call", 20}};
}

std::shared_ptr<const LogSnapshot> Told(const std::shared_ptr<const LogSnapshot>& log,
                                        const Completion& completion,
                                        const TraceOptions& options = {}) {
  auto told = WithEnds(log, Traces(log, options), completion, [] { return absl::OkStatus(); });
  EXPECT_TRUE(told.ok()) << told.status();
  return told.ok() ? *told : log;
}

std::vector<int64_t> EndsOf(const LogSnapshot& log) {
  const CaseEnds ends(log);
  EXPECT_TRUE(ends.marked());
  std::vector<int64_t> times;
  for (size_t c = 0; c < log.case_count(); ++c) times.push_back(ends.MarkedTime(c));
  return times;
}

TEST(WithEnds, ByAnActivityAtItsFirstEvent) {
  const auto log = MakeLog(Deals());
  EXPECT_THAT(EndsOf(*Told(log, {EndRule::kActivity, {kWon}})), ElementsAre(5, kNoTime, kNoTime));
  EXPECT_THAT(EndsOf(*Told(log, {EndRule::kActivity, {kLost, kWon}})), ElementsAre(5, 8, kNoTime));
  EXPECT_FALSE(CaseEnds(*log).marked()) << "the log itself stays";
}

TEST(WithEnds, ByTheLastActivityOfTheEventsThatCount) {
  std::vector<TestRow> rows = Deals();
  for (TestRow& row : rows) row.transition = "complete";
  rows.push_back({"2", "Call", 9, "start"});
  rows.push_back({"1", "Call", 13, "complete"});
  const auto log = MakeLog(rows);
  EXPECT_THAT(EndsOf(*Told(log, {EndRule::kLastActivity, {kLost, kWon}}, {{"complete"}})),
              ElementsAre(kNoTime, 8, kNoTime));
}

TEST(WithEnds, ByRestBeforeTheEndOfTheLog) {
  const auto log = MakeLog(Deals());
  EXPECT_THAT(EndsOf(*Told(log, {EndRule::kIdle, {}, 8})), ElementsAre(12, 8, kNoTime));
  EXPECT_THAT(EndsOf(*Told(log, {EndRule::kIdle, {}, 9})), ElementsAre(kNoTime, 8, kNoTime));
}

TEST(WithEnds, AllWhateverTheLogMarks) {
  std::vector<TestRow> rows = Deals();
  rows[0].attributes.emplace_back("case_finished", false);
  const auto log = MakeLog(rows);
  EXPECT_FALSE(CaseEnds(*log).HasEnded(0));
  const auto told = Told(log, {EndRule::kAll});
  EXPECT_FALSE(CaseEnds(*told).marked());
  EXPECT_TRUE(CaseEnds(*told).HasEnded(0));
}

TEST(WithEnds, TellsOverWhatTheLogMarksAndSharesItsColumns) {
  std::vector<TestRow> rows = Deals();
  rows.back().attributes.emplace_back("case_finished", true);
  const auto log = MakeLog(rows);
  const auto told = Told(log, {EndRule::kActivity, {kWon}});
  EXPECT_THAT(EndsOf(*told), ElementsAre(5, kNoTime, kNoTime));
  EXPECT_EQ(told->time.data(), log->time.data());
  EXPECT_EQ(told->attributes.data(), log->attributes.data());
  EXPECT_EQ(told->LastTime(), 20);
  EXPECT_EQ(Told(log, {EndRule::kMarks}), log);
}

TEST(WithEnds, StopsWhereItIsTold) {
  const auto log = MakeLog(Deals());
  const auto stopped = WithEnds(log, Traces(log, {}), {EndRule::kIdle, {}, 1},
                                [] { return absl::CancelledError("gone"); });
  EXPECT_EQ(stopped.status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace plumbline::analytics
