// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/memory/part_room.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

TEST(PartRoom, GivesNoMoreThanItHas) {
  std::shared_ptr<const void> most;
  {
    const PartRoom room(10);
    most = room.Take(7);
    EXPECT_NE(most, nullptr);
    EXPECT_EQ(room.Take(4), nullptr);
    EXPECT_NE(room.Take(3), nullptr);  // and gives it back at once
    std::shared_ptr<const void> copy = most;
    most = nullptr;
    EXPECT_EQ(room.Take(4), nullptr);
    copy = nullptr;
    most = room.Take(10);
    EXPECT_NE(most, nullptr);
  }
  most = nullptr;  // later than the room itself
}

TEST(SelectFrom, SaysHowMuchWouldFit) {
  std::vector<TestRow> rows;
  for (int i = 0; i < 1'000; ++i)
    rows.push_back({"c" + std::to_string(i), i < 600 ? "a" : "b", int64_t{1'000'000} * i});
  const auto view = std::make_shared<const LogView>(1, MakeLog(rows), std::vector<std::string>());
  const absl::StatusOr<Selection> selection =
      Selection::Compile("selection", {"activities:a", "", false, std::nullopt});
  ASSERT_TRUE(selection.ok()) << selection.status();
  const base::FakeClock clock;
  const auto select = [&](const PartRoom& room) {
    base::CallContext context;
    context.deadline = absl::InfiniteFuture();
    return SelectFrom(context, clock, room, view, *selection).status();
  };
  EXPECT_TRUE(select(PartRoom(1 << 20)).ok());
  const absl::Status refused = select(PartRoom(10'000));
  EXPECT_EQ(base::ReasonOf(refused), base::Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_NE(refused.message().find("selection: keeps 600 events, which take "),
            absl::string_view::npos)
      << refused;
  EXPECT_NE(refused.message().find("KiB of the 9.77 KiB that there are (log_memory_bytes); "
                                   "select some "),
            absl::string_view::npos)
      << refused;
  const PartRoom room(1 << 20);
  const auto others = room.Take((1 << 20) - 100);
  EXPECT_EQ(base::ReasonOf(select(room)), base::Reason::ERROR_REASON_OVERLOADED);
}

// What is held for speed only makes room for what is asked.
TEST(PartRoom, WhatCanBeMadeAgainGivesWay) {
  PartRoom room(1'000);
  std::shared_ptr<const void> spare = room.TakeOfRest(900);
  ASSERT_NE(spare, nullptr);
  int asked = 0;
  room.OnShortage([&] {
    ++asked;
    spare = nullptr;
  });
  const auto small = room.Take(100);
  EXPECT_NE(small, nullptr);
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(room.TakeOfRest(1), nullptr);
  EXPECT_EQ(room.Take(1'001), nullptr);  // there never is so much
  EXPECT_EQ(asked, 0);
  const auto large = room.Take(800);
  EXPECT_NE(large, nullptr);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(room.Take(101), nullptr);
}

}  // namespace
}  // namespace plumbline::analytics
