// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/calendar_cache.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/calendar.h"

namespace plumbline::onboarding::testing {
namespace {

CalendarPointer InZone(const std::string& zone) {
  auto frozen = FreezeCalendar({Berlin(), Germany()}, zone);
  EXPECT_TRUE(frozen.ok()) << frozen.status();
  return frozen.ok() ? *frozen : nullptr;
}

TEST(CalendarCache, IsBoundedByBytesAndForgetsWhatWasNotUsedForLongest) {
  const CalendarPointer berlin = InZone("Europe/Berlin");
  const CalendarPointer rome = InZone("Europe/Rome");
  const CalendarPointer paris = InZone("Europe/Paris");
  const size_t capacity = berlin->hours.bytes() * 5 / 2;
  CalendarCache cache(capacity);
  cache.Put(berlin);
  cache.Put(rome);
  EXPECT_GE(cache.bytes(), berlin->hours.bytes() + rome->hours.bytes());
  EXPECT_EQ(cache.Get(berlin->id), berlin);
  cache.Put(paris);
  EXPECT_LE(cache.bytes(), capacity);
  EXPECT_EQ(cache.Get(rome->id), nullptr) << "not used for longest";
  EXPECT_EQ(cache.Get(berlin->id), berlin);
  EXPECT_EQ(cache.Get(paris->id), paris);
  CalendarCache small(berlin->hours.bytes() / 2);
  small.Put(berlin);
  EXPECT_EQ(small.Get(berlin->id), nullptr);
  EXPECT_EQ(small.bytes(), 0u);
}

// In 1,000 zones that would be gigabytes.
TEST(CalendarCache, KeepsOfficeHoursOfSomeZonesAndDoesWithoutOthers) {
  constexpr size_t kCapacity = 10 << 20;
  CalendarCache cache(kCapacity);
  const std::vector<std::string> zones = {"UTC", "Europe/Berlin", "Asia/Tokyo", "Asia/Kolkata",
                                          "America/New_York"};
  int compiled = 0;
  for (const std::string& zone : zones) {
    const auto hours = cache.OfficeHours(zone);
    ASSERT_TRUE(hours.ok()) << hours.status();
    compiled += *hours != nullptr;
    EXPECT_LE(cache.bytes(), kCapacity);
  }
  EXPECT_GT(compiled, 0);
  EXPECT_LT(compiled, 5);
  const auto first = cache.OfficeHours("UTC");
  ASSERT_TRUE(first.ok());
  EXPECT_NE(*first, nullptr) << "the first are kept";
  EXPECT_EQ(*first, *cache.OfficeHours("UTC")) << "compiled once";
  EXPECT_FALSE(CalendarCache().OfficeHours("Mars/Olympus").ok());
}

}  // namespace
}  // namespace plumbline::onboarding::testing
