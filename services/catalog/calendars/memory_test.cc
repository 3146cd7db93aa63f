// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calendars/memory.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace plumbline::catalog {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'774'602'000);

calendar::Calendar Compiled() {
  const std::vector<calendar::Layer> layers(1);
  return calendar::Calendar::Compile(layers).value();
}

// Of a calendar whose content is named like it.
CalendarVersion Version(const std::string& name) { return {name, 1, name, kNow}; }

TEST(CalendarMemory, KeepsWhatWasUsedLast) {
  const calendar::Calendar calendar = Compiled();
  CalendarMemory memory({.capacity_bytes = calendar.bytes() * 5 / 2});
  EXPECT_FALSE(memory.Find(Version("a")).has_value());
  memory.Put(Version("a"), calendar);
  memory.Put(Version("b"), calendar);
  EXPECT_TRUE(memory.Find("a", 1, kNow).has_value());
  memory.Put(Version("c"), calendar);
  EXPECT_TRUE(memory.Find("a", 1, kNow).has_value());
  EXPECT_FALSE(memory.Find("b", 1, kNow).has_value()) << "it was not used for longest";
  EXPECT_FALSE(memory.Find(Version("b")).has_value());
  EXPECT_TRUE(memory.Find("c", 1, kNow).has_value());
  memory.Put(Version("c"), calendar);
  EXPECT_TRUE(memory.Find("a", 1, kNow).has_value()) << "what is there already takes no room";
}

TEST(CalendarMemory, IsFoundByThePositionAtWhichItWasSeenLast) {
  const calendar::Calendar calendar = Compiled();
  CalendarMemory memory({.capacity_bytes = calendar.bytes() * 5 / 2});
  memory.Put({"a", 1, "one"}, calendar);
  EXPECT_TRUE(memory.Find("a", 1, kNow).has_value());
  EXPECT_FALSE(memory.Find("a", 2, kNow).has_value()) << "something was written since";
  EXPECT_FALSE(memory.Find("b", 1, kNow).has_value());
  EXPECT_TRUE(memory.Find({"a", 2, "one"}).has_value()) << "but not to this one";
  EXPECT_TRUE(memory.Find("a", 2, kNow).has_value());
  memory.Put({"a", 3, "two"}, calendar);
  EXPECT_FALSE(memory.Find("a", 2, kNow).has_value());
  EXPECT_TRUE(memory.Find("a", 3, kNow).has_value());
  // The former content goes; what has its name now stays.
  memory.Put({"b", 3, "of b"}, calendar);
  EXPECT_FALSE(memory.Find({"a", 4, "one"}).has_value());
  EXPECT_TRUE(memory.Find("a", 3, kNow).has_value());
  // A content that comes back.
  EXPECT_TRUE(memory.Find({"a", 5, "two"}).has_value());
  EXPECT_TRUE(memory.Find("a", 5, kNow).has_value());
}

// A release that notes no positions may have written since.
TEST(CalendarMemory, WhereOthersWriteAPositionHoldsForAWhileOnly) {
  const calendar::Calendar calendar = Compiled();
  const size_t capacity = 3 * calendar.bytes();
  CalendarMemory shared(
      {.exclusive = false, .freshness = absl::Seconds(1), .capacity_bytes = capacity});
  CalendarMemory own({.exclusive = true, .capacity_bytes = capacity});
  const absl::Time later = kNow + absl::Milliseconds(1001);
  for (CalendarMemory* memory : {&shared, &own}) {
    memory->Put({"a", 1, "one", kNow}, calendar);
    EXPECT_TRUE(memory->Find("a", 1, kNow + absl::Seconds(1)).has_value());
  }
  EXPECT_FALSE(shared.Find("a", 1, later).has_value());
  EXPECT_FALSE(shared.Find("a", 1, kNow - absl::Seconds(1)).has_value())
      << "the clock was set back";
  EXPECT_TRUE(own.Find("a", 1, later).has_value());
  EXPECT_TRUE(shared.Find({"a", 1, "one", later}).has_value()) << "the content is what it was";
  EXPECT_TRUE(shared.Find("a", 1, later).has_value());
}

TEST(CalendarMemory, WhatIsTooLargeIsNotKept) {
  const calendar::Calendar calendar = Compiled();
  CalendarMemory memory({.capacity_bytes = calendar.bytes() / 2});
  memory.Put(Version("a"), calendar);
  EXPECT_FALSE(memory.Find("a", 1, kNow).has_value());
}

TEST(CalendarMemory, WhatIsFoundOutlivesItsEntry) {
  const calendar::Calendar calendar = Compiled();
  CalendarMemory memory({.capacity_bytes = calendar.bytes() * 3 / 2});
  memory.Put(Version("a"), calendar);
  const auto found = memory.Find("a", 1, kNow);
  memory.Put(Version("b"), calendar);
  EXPECT_FALSE(memory.Find("a", 1, kNow).has_value());
  EXPECT_TRUE(found->IsOpen(kNow));
}

}  // namespace
}  // namespace plumbline::catalog
