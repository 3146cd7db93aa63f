// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/schedule_memo.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/calendar.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

// Schedules that tell which one they are.
class ScheduleMemoTest : public ::testing::Test {
 protected:
  // The number of the schedule for a key: that of the call that made it.
  int64_t NumberOf(ScheduleMemo::Key key) {
    const auto make = [&] {
      const absl::Time number = absl::FromUnixSeconds(++made_);
      return ScheduleMemo::Schedule{PlannedSpan{number, number}};
    };
    return absl::ToUnixSeconds((*memo_.Get(std::move(key), make))[0]->start);
  }
  ScheduleMemo::Key Key(int day, std::vector<bool> counts = {true}) const {
    return {absl::CivilDay(2026, 3, day), calendar_, std::move(counts)};
  }

  ScheduleMemo memo_;
  int64_t made_ = 0;
  CalendarPointer calendar_ = *CompileOfficeHours("Europe/Berlin");
};

TEST_F(ScheduleMemoTest, TheSameKeyHasTheScheduleThatWasMade) {
  EXPECT_EQ(NumberOf(Key(2)), 1);
  EXPECT_EQ(NumberOf(Key(2)), 1);
  EXPECT_EQ(made_, 1);
}

TEST_F(ScheduleMemoTest, AnotherDayCalendarOrCourseHasItsOwn) {
  EXPECT_EQ(NumberOf(Key(2)), 1);
  EXPECT_EQ(NumberOf(Key(3)), 2);
  EXPECT_EQ(NumberOf(Key(2, {false})), 3);
  const CalendarPointer before = calendar_;
  calendar_ = *CompileOfficeHours("Europe/Berlin");
  EXPECT_EQ(NumberOf(Key(2)), 4) << "whether it counts the same nobody knows";
  calendar_ = before;
  EXPECT_EQ(NumberOf(Key(2)), 1);
}

TEST_F(ScheduleMemoTest, ACalendarThatIsGoneIsNoOthersEqual) {
  for (int i = 1; i <= 20; ++i) {
    calendar_ = *CompileOfficeHours("UTC");  // may lie where the one before did
    EXPECT_EQ(NumberOf(Key(2)), i);
  }
}

TEST_F(ScheduleMemoTest, ThoseNotUsedForLongestLeaveFirst) {
  const int most = static_cast<int>(ScheduleMemo::kMost);
  for (int day = 1; day <= most; ++day) EXPECT_EQ(NumberOf(Key(day)), day);
  EXPECT_EQ(NumberOf(Key(1)), 1);
  EXPECT_EQ(NumberOf(Key(most + 1)), most + 1);
  EXPECT_EQ(NumberOf(Key(1)), 1) << "it was used";
  EXPECT_EQ(NumberOf(Key(2)), most + 2) << "it had to leave";
}

TEST_F(ScheduleMemoTest, WhatOthersMadeMeanwhileIsTaken) {
  int64_t within = 0;
  const auto make = [&] {
    within = NumberOf(Key(2));
    return ScheduleMemo::Schedule{PlannedSpan{}};
  };
  EXPECT_EQ(absl::ToUnixSeconds((*memo_.Get(Key(2), make))[0]->start), within);
}

TEST_F(ScheduleMemoTest, ManyThreadsGetWhatTheyAskFor) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 2000; ++j) {
        const absl::Time mark = absl::FromUnixSeconds(j % 25);
        const auto make = [&] { return ScheduleMemo::Schedule{PlannedSpan{mark, mark}}; };
        EXPECT_EQ((*memo_.Get(Key(1 + j % 25), make))[0]->start, mark);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// What runs of one plan are told is what each would be told alone.
TEST(ScheduleMemo, RunsOfOnePlanThatWentOtherWaysHaveTheirOwnSchedules) {
  const PlanPointer plan = SalesRepPlan();
  const auto run_of = [&](absl::CivilDay day_one) {
    Spec spec = BerlinSpec();
    spec.day_one = day_one;
    auto started = Start(spec, plan, When(At("2026-02-02T09:00:00Z")));
    EXPECT_TRUE(started.ok()) << started.status();
    return started->run;
  };
  std::vector<onboarding::Run> runs = {run_of(absl::CivilDay(2026, 3, 2)),
                                       run_of(absl::CivilDay(2026, 3, 9)),
                                       run_of(absl::CivilDay(2026, 3, 2))};
  MustChange(SkipTask(runs[2], "laptop", "has one", When(At("2026-02-03T09:00:00Z"))));
  for (int round = 0; round < 2; ++round) {
    for (const onboarding::Run& run : runs) {
      const auto calendar = CalendarOf(run.spec);
      const FirstTimes shared = FirstTimes::ByItsCalendar(run, CourseOf(run), *calendar);
      const FirstTimes alone(run, *calendar);
      for (size_t node = 0; node < alone.planned().size(); ++node) {
        ASSERT_EQ(shared.planned()[node].has_value(), alone.planned()[node].has_value());
        if (!alone.planned()[node].has_value()) continue;
        EXPECT_EQ(shared.planned()[node]->start, alone.planned()[node]->start);
        EXPECT_EQ(shared.planned()[node]->end, alone.planned()[node]->end);
      }
    }
  }
}

}  // namespace
}  // namespace plumbline::onboarding::testing
