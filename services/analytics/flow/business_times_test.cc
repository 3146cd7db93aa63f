// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/flow/business_times.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kSecond = 1'000'000;

absl::Status Go() { return absl::OkStatus(); }

// Open in every other second.
int64_t EveryOther(int64_t from, int64_t to) {
  const auto open_until = [](int64_t t) {
    return t / (2 * kSecond) * kSecond + std::min(t % (2 * kSecond), kSecond);
  };
  return open_until(to) - open_until(from);
}

TestRow At(int64_t second, const std::string& activity, const std::string& transition,
           std::vector<std::pair<std::string, AttributeValue>> attributes = {}) {
  return {"c", activity, second * kSecond, transition, kNoTime, "", std::move(attributes)};
}

std::shared_ptr<const LogSnapshot> Log() {
  return MakeLog(std::vector<TestRow>{
      At(0, "sign", "schedule",
         {{"earliest_time", Instant{10 * kSecond}}, {"due_time", Instant{99 * kSecond}}}),
      At(30, "sign", "start"),
      At(40, "sign", "suspend"),
      At(61, "sign", "resume"),
      At(100, "sign", "complete"),
      At(121, "pay", "complete"),
  });
}

TEST(BusinessTimes, CountsStepsByTheClock) {
  const auto log = Log();
  const auto wall = MeasureSteps(*log, {}, {}, Go);
  const auto open = MeasureSteps(*log, {}, EveryOther, Go);
  ASSERT_TRUE(wall.ok() && open.ok());
  ASSERT_EQ(wall->size(), 2);
  ASSERT_EQ(open->size(), 2);
  const StepTime &before = (*wall)[0], &sign = (*open)[0];
  EXPECT_EQ(log->activities[sign.activity], "sign");
  EXPECT_EQ(before.waiting.total, 20);
  EXPECT_EQ(sign.waiting.total, 10);
  EXPECT_EQ(before.working.total, 49);
  EXPECT_EQ(sign.working.total, 24);  // 5 before the block, 19 after it
  EXPECT_EQ(before.blocked.total, 21);
  EXPECT_EQ(sign.blocked.total, 11);
  EXPECT_EQ(before.planned_seconds, 10);
  EXPECT_EQ(sign.planned_seconds, 5);
  EXPECT_EQ(sign.late_count, 1);
  EXPECT_EQ((*open)[1].waiting.total, 11);
}

TEST(BusinessTimes, CountsCasesByTheClock) {
  const Traces traces(Log(), {});
  const auto wall = MeasureEndedCases(traces, {}, Go),
             open = MeasureEndedCases(traces, EveryOther, Go);
  ASSERT_TRUE(wall.ok() && open.ok());
  EXPECT_EQ(wall->durations, std::vector<int64_t>{121 * kSecond});
  EXPECT_EQ(open->durations, std::vector<int64_t>{61 * kSecond});
}

TEST(BusinessTimes, StopWhenAsked) {
  std::vector<TestRow> rows;
  for (int64_t i = 0; i < 300'000; ++i) rows.push_back({"c" + std::to_string(i), "a", i});
  const Traces traces(MakeLog(rows), {});
  int asked = 0;
  const auto twice = [&] {
    return ++asked < 3 ? absl::OkStatus() : absl::DeadlineExceededError("late");
  };
  EXPECT_EQ(MeasureEndedCases(traces, {}, twice).status().message(), "late");
  EXPECT_EQ(asked, 3);
  asked = 1;
  EXPECT_EQ(MeasureSteps(traces.log(), {}, EveryOther, twice).status().message(), "late");
  asked = 0;
  EXPECT_EQ(MineProcessMap(traces, {}, twice).status().message(), "late");
  EXPECT_EQ(asked, 3);
}

}  // namespace
}  // namespace plumbline::analytics
