// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/part_room.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace plumbline::analytics
