// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calendars/memory.h"

#include <vector>

#include "gtest/gtest.h"

namespace plumbline::catalog {
namespace {

calendar::Calendar Compiled() {
  const std::vector<calendar::Layer> layers(1);
  return calendar::Calendar::Compile(layers).value();
}

TEST(CalendarMemory, KeepsWhatWasUsedLast) {
  const calendar::Calendar calendar = Compiled();
  CalendarMemory memory(calendar.bytes() * 5 / 2);
  EXPECT_FALSE(memory.Find("a").has_value());
  memory.Put("a", calendar);
  memory.Put("b", calendar);
  EXPECT_TRUE(memory.Find("a").has_value());
  memory.Put("c", calendar);
  EXPECT_TRUE(memory.Find("a").has_value());
  EXPECT_FALSE(memory.Find("b").has_value()) << "it was not used for longest";
  EXPECT_TRUE(memory.Find("c").has_value());
  memory.Put("c", calendar);
  EXPECT_TRUE(memory.Find("a").has_value()) << "what is there already takes no room";
}

TEST(CalendarMemory, WhatIsTooLargeIsNotKept) {
  const calendar::Calendar calendar = Compiled();
  CalendarMemory memory(calendar.bytes() / 2);
  memory.Put("a", calendar);
  EXPECT_FALSE(memory.Find("a").has_value());
}

TEST(CalendarMemory, WhatIsFoundOutlivesItsEntry) {
  const calendar::Calendar calendar = Compiled();
  CalendarMemory memory(calendar.bytes() * 3 / 2);
  memory.Put("a", calendar);
  const auto found = memory.Find("a");
  memory.Put("b", calendar);
  EXPECT_FALSE(memory.Find("a").has_value());
  EXPECT_TRUE(found->IsOpen(absl::FromUnixSeconds(1'774'602'000)));
}

}  // namespace
}  // namespace plumbline::catalog
