// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/flow/case_time.h"

#include <gtest/gtest.h>

#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

CaseTime Split(std::vector<DoingStretch> stretches, int64_t begin = 0, int64_t end = 100) {
  return SplitCase(begin, end, stretches, {});
}

TEST(CaseTime, WhatOverlapsCountsOnce) {
  const CaseTime time = Split({{10, 30, Doing::kWorking}, {20, 40, Doing::kWorking}});
  EXPECT_EQ(time.lead, 100);
  EXPECT_EQ(time.touch, 30);
  EXPECT_EQ(time.wait, 70);
}

TEST(CaseTime, WorkGoesBeforeBlocksBeforeWaitsBeforePlans) {
  const CaseTime time = Split({{0, 50, Doing::kPlanned},
                               {20, 60, Doing::kReady},
                               {30, 80, Doing::kBlocked},
                               {40, 45, Doing::kWorking}});
  EXPECT_EQ(time.touch, 5);
  EXPECT_EQ(time.blocked, 45);
  EXPECT_EQ(time.planned, 20);
  EXPECT_EQ(time.wait, 30);
}

TEST(CaseTime, WhatLiesOutsideDoesNotCount) {
  const CaseTime time =
      Split({{-10, 5, Doing::kWorking}, {95, 200, Doing::kBlocked}, {7, 7, Doing::kWorking}});
  EXPECT_EQ(time.touch, 5);
  EXPECT_EQ(time.blocked, 5);
}

TEST(CaseTime, OfACalendar) {
  // Open in every second ten.
  const auto open_until = [](int64_t t) { return t / 20 * 10 + std::min<int64_t>(t % 20, 10); };
  const TimeBetween between = [&](int64_t from, int64_t to) {
    return open_until(to) - open_until(from);
  };
  const std::vector<DoingStretch> stretches = {{5, 25, Doing::kWorking}};
  const CaseTime time = SplitCase(0, 40, stretches, between);
  EXPECT_EQ(time.lead, 20);
  EXPECT_EQ(time.touch, 10);
  EXPECT_EQ(time.wait, 10);
}

// What mining measures by the wall clock, measured stretch by stretch.
TEST(CaseTime, StepsAreMeasuredAsByMining) {
  const auto block = [](const char* id) {
    return std::vector<std::pair<std::string, AttributeValue>>{{"impediment", std::string(id)}};
  };
  const std::vector<TestRow> rows = {{"c", "A", 0, "schedule"},
                                     {"c", "A", 4, "suspend", kNoTime, "", block("1")},
                                     {"c", "A", 7, "resume", kNoTime, "", block("1")},
                                     {"c", "A", 10, "start"},
                                     {"c", "A", 12, "suspend", kNoTime, "", block("2")},
                                     {"c", "A", 14, "suspend", kNoTime, "", block("3")},
                                     {"c", "A", 16, "resume", kNoTime, "", block("2")},
                                     {"c", "A", 18, "resume", kNoTime, "", block("3")},
                                     {"c", "A", 30, "complete"},
                                     {"c", "B", 31, "schedule"},
                                     {"c", "B", 33, "suspend", kNoTime, "", block("4")}};
  const auto log = MakeLog(rows);
  const TimeBetween wall = [](int64_t from, int64_t to) { return to - from; };
  std::vector<Stretch> blocked;
  int told = 0;
  ReadOccurrences(
      *log, {},
      {.occurrence =
           [&](const Occurrence& o) {
             ++told;
             if (o.end == kNoTime) {
               EXPECT_EQ(blocked, (std::vector<Stretch>{{33, 33}}));
               return;
             }
             EXPECT_EQ(blocked.size(), 3u);
             const StepTimes times = MeasureStep(o, blocked, wall);
             EXPECT_EQ(times.waiting, o.waiting);
             EXPECT_EQ(times.working, o.working);
             EXPECT_EQ(times.blocked, o.blocked);
             EXPECT_EQ(times.blocked, 9);
             blocked.clear();
           },
       .blocked = [&](std::span<const Stretch> of) { blocked.assign(of.begin(), of.end()); }});
  EXPECT_EQ(told, 2);
}

}  // namespace
}  // namespace plumbline::analytics
