// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calendars/memory.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace plumbline::catalog {
namespace {

calendar::Calendar Compiled() {
  const std::vector<calendar::Layer> layers(1);
  return calendar::Calendar::Compile(layers).value();
}

// Of a calendar whose content is named like it.
CalendarVersion Version(const std::string& name) { return {name, 1, name}; }

TEST(CalendarMemory, KeepsWhatWasUsedLast) {
  const calendar::Calendar calendar = Compiled();
  CalendarMemory memory(calendar.bytes() * 5 / 2);
  EXPECT_FALSE(memory.Find(Version("a")).has_value());
  memory.Put(Version("a"), calendar);
  memory.Put(Version("b"), calendar);
  EXPECT_TRUE(memory.Find("a", 1).has_value());
  memory.Put(Version("c"), calendar);
  EXPECT_TRUE(memory.Find("a", 1).has_value());
  EXPECT_FALSE(memory.Find("b", 1).has_value()) << "it was not used for longest";
  EXPECT_FALSE(memory.Find(Version("b")).has_value());
  EXPECT_TRUE(memory.Find("c", 1).has_value());
  memory.Put(Version("c"), calendar);
  EXPECT_TRUE(memory.Find("a", 1).has_value()) << "what is there already takes no room";
}

TEST(CalendarMemory, IsFoundByThePositionAtWhichItWasSeenLast) {
  const calendar::Calendar calendar = Compiled();
  CalendarMemory memory(calendar.bytes() * 5 / 2);
  memory.Put({"a", 1, "one"}, calendar);
  EXPECT_TRUE(memory.Find("a", 1).has_value());
  EXPECT_FALSE(memory.Find("a", 2).has_value()) << "something was written since";
  EXPECT_FALSE(memory.Find("b", 1).has_value());
  EXPECT_TRUE(memory.Find({"a", 2, "one"}).has_value()) << "but not to this one";
  EXPECT_TRUE(memory.Find("a", 2).has_value());
  memory.Put({"a", 3, "two"}, calendar);
  EXPECT_FALSE(memory.Find("a", 2).has_value());
  EXPECT_TRUE(memory.Find("a", 3).has_value());
  // The former content goes; what has its name now stays.
  memory.Put({"b", 3, "of b"}, calendar);
  EXPECT_FALSE(memory.Find({"a", 4, "one"}).has_value());
  EXPECT_TRUE(memory.Find("a", 3).has_value());
  // A content that comes back.
  EXPECT_TRUE(memory.Find({"a", 5, "two"}).has_value());
  EXPECT_TRUE(memory.Find("a", 5).has_value());
}

TEST(CalendarMemory, WhatIsTooLargeIsNotKept) {
  const calendar::Calendar calendar = Compiled();
  CalendarMemory memory(calendar.bytes() / 2);
  memory.Put(Version("a"), calendar);
  EXPECT_FALSE(memory.Find("a", 1).has_value());
}

TEST(CalendarMemory, WhatIsFoundOutlivesItsEntry) {
  const calendar::Calendar calendar = Compiled();
  CalendarMemory memory(calendar.bytes() * 3 / 2);
  memory.Put(Version("a"), calendar);
  const auto found = memory.Find("a", 1);
  memory.Put(Version("b"), calendar);
  EXPECT_FALSE(memory.Find("a", 1).has_value());
  EXPECT_TRUE(found->IsOpen(absl::FromUnixSeconds(1'774'602'000)));
}

}  // namespace
}  // namespace plumbline::catalog
