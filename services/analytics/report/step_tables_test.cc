// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/step_tables.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

#include "services/analytics/report/report_room.h"
#include "services/analytics/report/report_testing.h"

namespace plumbline::analytics {
namespace {

// A wait of `days` from `from` to `to`.
Occurrence WaitOf(uint32_t case_number, uint32_t from, uint32_t to, double days) {
  Occurrence o;
  o.case_number = case_number;
  o.previous = from;
  o.activity = to;
  o.ready = 0;
  o.waiting = Days(days);
  o.completed = true;
  return o;
}

constexpr size_t kActivities = 5;

std::vector<StepRecords> Parts(size_t parts) {
  std::vector<StepRecords> records;
  for (size_t i = 0; i < parts; ++i) records.emplace_back(kActivities);
  return records;
}

std::optional<Bottleneck> WorstOf(const std::vector<StepRecords>& parts) {
  return MakeStepTables(parts, kActivities, 2, [] { return absl::OkStatus(); }).value().bottleneck;
}

TEST(StepTablesTest, LargestTotalWaitIsTheBottleneck) {
  std::vector<StepRecords> waits = Parts(2);
  waits[0].Add(WaitOf(0, 0, 1, 0));
  waits[0].Add(WaitOf(0, 1, 2, 10));
  waits[0].Add(WaitOf(0, 3, 4, 30));
  waits[0].Add(WaitOf(0, 2, 3, 5));
  waits[0].Add(WaitOf(0, 2, 3, 10));
  waits[1].Add(WaitOf(1, 2, 3, 15));
  waits[1].Add(WaitOf(1, kNoText, 0, 30));
  Occurrence other = WaitOf(1, 1, 2, 900);
  other.embedded = true;
  waits[1].Add(other);
  other = WaitOf(1, 1, 2, 900);
  other.completed = false;
  waits[1].Add(other);
  const auto bottleneck = WorstOf(waits);
  ASSERT_TRUE(bottleneck.has_value());
  const Edge& edge = bottleneck->edge;
  EXPECT_EQ(std::tuple(edge.from, edge.to, edge.count, edge.case_count), std::tuple(2, 3, 3, 2));
  EXPECT_DOUBLE_EQ(edge.wait.total, 30 * kDaySeconds);
  EXPECT_DOUBLE_EQ(edge.wait.median, 10 * kDaySeconds);
  EXPECT_DOUBLE_EQ(bottleneck->share, 0.3);
}

TEST(StepTablesTest, NoBottleneckWhereNobodyWaits) {
  std::vector<StepRecords> waits = Parts(1);
  EXPECT_FALSE(WorstOf(waits).has_value());
  waits[0].Add(WaitOf(0, 0, 1, 0));
  EXPECT_FALSE(WorstOf(waits).has_value());
}

// Of a log with as many steps as events each is kept once, not once for each stretch of cases; and
// the room for it is asked for.
TEST(ReportRoom, OfManySteps) {
  EXPECT_EQ(StretchesOf(1'000'000, 20), 8);
  EXPECT_EQ(StretchesOf(100'000, 100'000), 1);
  EXPECT_EQ(StretchesOf(10'000'000, 20'000), 7);
  for (const size_t activities : {1'001, 10'000, 100'000}) {
    constexpr size_t kEvents = 1'000'000;
    const size_t records = activities * StretchesOf(kEvents, activities) * sizeof(StepRecord);
    EXPECT_LE(records, std::max(activities * sizeof(StepRecord), 4 * kEvents)) << activities;
    EXPECT_GT(BytesOfSteps(kEvents, activities), records) << activities;
  }
  EXPECT_LT(BytesOfSteps(1'000'000, 20), 1'000'000);
  EXPECT_GT(BytesOfSteps(100, 20), 20 * 8 * sizeof(StepRecord));
}

}  // namespace
}  // namespace plumbline::analytics
