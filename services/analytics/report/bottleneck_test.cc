// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/bottleneck.h"

#include <gtest/gtest.h>

#include <tuple>

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

TEST(BottleneckTest, LargestTotalWait) {
  BottleneckBuilder waits;
  waits.Add(WaitOf(0, 0, 1, 0));
  waits.Add(WaitOf(0, 1, 2, 10));
  waits.Add(WaitOf(0, 3, 4, 30));
  waits.Add(WaitOf(0, 2, 3, 5));
  waits.Add(WaitOf(0, 2, 3, 10));
  waits.Add(WaitOf(1, 2, 3, 15));
  waits.Add(WaitOf(1, kNoText, 0, 30));
  Occurrence other = WaitOf(1, 1, 2, 900);
  other.embedded = true;
  waits.Add(other);
  other = WaitOf(1, 1, 2, 900);
  other.completed = false;
  waits.Add(other);
  const auto bottleneck = waits.Finish();
  ASSERT_TRUE(bottleneck.has_value());
  const Edge& edge = bottleneck->edge;
  EXPECT_EQ(std::tuple(edge.from, edge.to, edge.count, edge.case_count), std::tuple(2, 3, 3, 2));
  EXPECT_DOUBLE_EQ(edge.wait.total, 30 * kDaySeconds);
  EXPECT_DOUBLE_EQ(edge.wait.median, 10 * kDaySeconds);
  EXPECT_DOUBLE_EQ(bottleneck->share, 0.3);
}

TEST(BottleneckTest, NoneWhereNobodyWaits) {
  BottleneckBuilder waits;
  EXPECT_FALSE(waits.Finish().has_value());
  waits.Add(WaitOf(0, 0, 1, 0));
  EXPECT_FALSE(waits.Finish().has_value());
}

}  // namespace
}  // namespace plumbline::analytics
