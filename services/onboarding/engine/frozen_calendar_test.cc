// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/frozen_calendar.h"

#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/testing/calendar.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

TEST(FrozenCalendar, HoldsWhatWasInherited) {
  const calendar::Calendar& hours = BerlinCalendar()->hours;
  EXPECT_FALSE(hours.IsOpen(At("2026-03-04T10:00:00Z")));  // its own holiday
  EXPECT_FALSE(hours.IsOpen(At("2026-05-01T10:00:00Z")));  // that of the country
  EXPECT_FALSE(hours.IsOpen(At("2026-03-02T11:30:00Z")));  // lunch in Berlin
  EXPECT_TRUE(hours.IsOpen(At("2026-03-02T08:30:00Z")));
  EXPECT_TRUE(hours.IsOpen(At("2026-03-14T10:00:00Z")));  // the fair, on a Saturday
  EXPECT_EQ(BerlinCalendar()->name, "workspaces/acme/calendars/berlin");
  EXPECT_EQ(CalendarTitle(BerlinSpec()), "Berlin, in Europe/Berlin");
}

TEST(FrozenCalendar, ThawsToTheSame) {
  const auto thawed = ThawCalendar(BerlinCalendar()->content);
  ASSERT_TRUE(thawed.ok()) << thawed.status();
  EXPECT_EQ((*thawed)->id, BerlinCalendar()->id);
  EXPECT_EQ((*thawed)->title, "Berlin");
  EXPECT_FALSE((*thawed)->hours.IsOpen(At("2026-03-04T10:00:00Z")));
  EXPECT_TRUE(absl::IsInternal(ThawCalendar("no").status()));
  EXPECT_TRUE(absl::IsInternal(ThawCalendar("").status()));
}

TEST(FrozenCalendar, IsTheSameWhoeverWroteIt) {
  catalog::v1::Calendar berlin = Berlin();
  berlin.set_author("somebody else");
  berlin.set_etag("17");
  berlin.set_purpose("For planning");
  const auto same = FreezeCalendar({berlin, Germany()}, "Europe/Berlin");
  ASSERT_TRUE(same.ok());
  EXPECT_EQ((*same)->id, BerlinCalendar()->id);
  const auto other = FreezeCalendar({berlin, Germany()}, "America/New_York");
  ASSERT_TRUE(other.ok());
  EXPECT_NE((*other)->id, BerlinCalendar()->id);
  EXPECT_TRUE((*other)->hours.IsOpen(At("2026-03-02T21:30:00Z")));
}

TEST(FrozenCalendar, ARunWithoutOneCountsAsBefore) {
  const Spec spec = AdaSpec();
  const auto calendar = CalendarOf(spec);
  ASSERT_TRUE(calendar.ok());
  EXPECT_TRUE(calendar->IsOpen(At("2026-03-04T10:00:00Z")));
  EXPECT_EQ(CalendarTitle(spec), "Monday to Friday, 09:00 to 17:00 in UTC");
}

TEST(FrozenCalendar, CompiledOfficeHoursCountAlike) {
  Spec spec = AdaSpec();
  const auto office = CompileOfficeHours("UTC");
  ASSERT_TRUE(office.ok()) << office.status();
  const auto plain = Start(spec, SalesRepPlan(), When(At("2026-03-02T08:00:00Z")));
  spec.calendar = *office;
  EXPECT_EQ(CalendarTitle(spec), "Monday to Friday, 09:00 to 17:00 in UTC");
  const auto compiled = Start(spec, SalesRepPlan(), When(At("2026-03-02T08:00:00Z")));
  ASSERT_TRUE(plain.ok() && compiled.ok());
  EXPECT_EQ(Serialize(compiled->run), Serialize(plain->run));
  EXPECT_TRUE(ToProto(compiled->run).calendar().empty());
  EXPECT_TRUE(OfficeHoursKnow(absl::CivilDay(2026, 3, 2)));
  EXPECT_FALSE(OfficeHoursKnow(absl::CivilDay(2190, 1, 1)));
}

TEST(FrozenCalendar, ARunIsReadWithItsOwn) {
  const auto started = Start(BerlinSpec(), SalesRepPlan(), When(At("2026-03-02T08:00:00Z")));
  ASSERT_TRUE(started.ok()) << started.status();
  const std::string bytes = Serialize(started->run);
  std::string asked;
  const auto parsed = Parse("acme", "ada", SalesRepPlan(), bytes,
                            [&](const std::string& id) -> absl::StatusOr<CalendarPointer> {
                              asked = id;
                              return BerlinCalendar();
                            });
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(asked, BerlinCalendar()->id);
  EXPECT_EQ(parsed->spec.calendar, BerlinCalendar());
  EXPECT_EQ(Serialize(*parsed), bytes);
  EXPECT_EQ(ToProto(*parsed).calendar(), "workspaces/acme/calendars/berlin");
  EXPECT_TRUE(absl::IsInternal(Parse("acme", "ada", SalesRepPlan(), bytes).status()));
}

TEST(FrozenCalendar, OneThatNeverOpensStartsNothing) {
  catalog::v1::Calendar never;
  never.set_name("workspaces/acme/calendars/never");
  auto* week = never.add_week();
  for (int day = 1; day <= 7; ++day) week->add_weekdays(static_cast<catalog::v1::Weekday>(day));
  const auto frozen = FreezeCalendar({never}, "UTC");
  ASSERT_TRUE(frozen.ok()) << frozen.status();
  Spec spec = AdaSpec();
  spec.calendar = *frozen;
  const auto started = Start(spec, SalesRepPlan(), When(At("2026-03-02T08:00:00Z")));
  ASSERT_TRUE(absl::IsInvalidArgument(started.status())) << started.status();
  EXPECT_NE(started.status().message().find("calendars/never"), absl::string_view::npos);
  // Known until 2149 only.
  Spec late = BerlinSpec();
  late.day_one = absl::CivilDay(2149, 12, 30);
  EXPECT_TRUE(absl::IsInvalidArgument(
      Start(late, SalesRepPlan(), When(At("2026-03-02T08:00:00Z"))).status()));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
