// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "services/analytics/cascade/runs.h"

namespace plumbline::analytics::cascade {
namespace {

Done At(uint32_t activity, int64_t came, int64_t end) {
  return {.activity = activity, .came = came, .end = end, .service = end - came, .scheduled = true};
}

Stations Three() {
  Stations stations;
  stations.of_activity = {0, 1, 2, 3};
  stations.servers = {1, 1, 1, 1};
  stations.idle.resize(4);
  return stations;
}

// 0, then 1 and 2 side by side, then 3.
const std::vector<Done> kOne = {At(0, 0, 10), At(1, 10, 20), At(2, 10, 30), At(3, 30, 40)};
const std::vector<Done> kOther = {At(0, 0, 10), At(2, 10, 15), At(1, 10, 30), At(3, 30, 40)};

TEST(Order, IsWhatCasesShow) {
  Order order(4);
  order.Learn(kOne);
  order.Learn(kOther);
  EXPECT_TRUE(order.Waits(1, 0));
  EXPECT_TRUE(order.Waits(3, 1));
  EXPECT_TRUE(order.Waits(3, 2));
  EXPECT_FALSE(order.Waits(1, 2));
  EXPECT_FALSE(order.Waits(2, 1));
  EXPECT_FALSE(order.Waits(0, 3));
  EXPECT_FALSE(order.Waits(1, 1));
}

TEST(Order, OneOfFiftyIsAnException) {
  for (const int others : {10, 60}) {
    Order order(4);
    for (int i = 0; i < others; ++i) order.Learn(kOne);
    order.Learn(std::vector<Done>{At(3, 0, 5), At(0, 5, 10)});
    EXPECT_EQ(order.Waits(3, 0), others == 60);
  }
}

TEST(Runs, WaitForWhatTheirStepsWaitFor) {
  Order order(4);
  order.Learn(kOne);
  order.Learn(kOther);
  Runs runs;
  AddRun(kOne, -5, -5, Three(), &order, &runs);
  ASSERT_EQ(runs.steps.size(), 4u);
  EXPECT_TRUE(runs.Before(runs.steps[0]).empty());
  EXPECT_EQ(runs.steps[0].spent.delay, 5);  // after its case began
  for (const size_t side : {1u, 2u}) {
    ASSERT_EQ(runs.Before(runs.steps[side]).size(), 1u);
    EXPECT_EQ(runs.Before(runs.steps[side])[0], 0u);
    EXPECT_EQ(runs.steps[side].spent.delay, 0);
  }
  EXPECT_EQ(runs.Before(runs.steps[3]).size(), 2u);  // not for the first: that is implied
  EXPECT_EQ(runs.runs[0].duration, 45);
}

TEST(Runs, WithoutAnOrderFollowTheLast) {
  Runs runs;
  AddRun(kOne, 0, 0, Three(), nullptr, &runs);
  ASSERT_EQ(runs.Before(runs.steps[3]).size(), 1u);
  EXPECT_EQ(runs.Before(runs.steps[3])[0], 2u);
}

TEST(Runs, ReworkFollowsWhatBroughtIt) {
  Order order(4);
  order.Learn(kOne);
  Runs runs;
  const std::vector<Done> again = {At(0, 0, 10), At(1, 10, 20), At(0, 20, 25), At(1, 25, 40)};
  AddRun(again, 0, 0, Three(), &order, &runs);
  for (const size_t i : {1u, 2u, 3u}) {
    const auto before = runs.Before(runs.steps[i]);
    EXPECT_NE(std::find(before.begin(), before.end(), i - 1), before.end()) << i;
  }
}

TEST(Runs, CountDaysOfPlansFromDayOne) {
  Done done = At(0, 0, 50);
  done.planned = 30;
  Runs runs;
  AddRun(std::vector<Done>{done}, 0, 20, Three(), nullptr, &runs);
  EXPECT_EQ(runs.steps[0].planned, 10);
  EXPECT_EQ(runs.runs[0].day_one, 20);
}

TEST(Spent, IsDelayQueueAndService) {
  Stations stations = Three();
  // All are at work from 20 to 30.
  stations.idle[0] = simulation::Opening({{20, 30}});
  Done done{.activity = 0, .came = 10, .start = 35, .end = 50, .service = 12, .waiting = 25};
  const Spent spent = SpentOf(done, stations);
  EXPECT_EQ(spent.queue, 10);
  EXPECT_EQ(spent.service, 12);
  EXPECT_EQ(spent.delay, 18);  // 15 while somebody was free, 3 while it rested
  done.planned = 30;
  EXPECT_EQ(SpentOf(done, stations).queue, 0);
  EXPECT_EQ(SpentOf(done, stations).delay, 8);
}

}  // namespace
}  // namespace plumbline::analytics::cascade
