// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/absences.h"

#include <string>

#include "gtest/gtest.h"
#include "services/onboarding/people/testing.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::escalation {
namespace {

using onboarding::testing::At;
using onboarding::testing::Away;
using onboarding::testing::MapDirectory;

Cover CoverAt(MapDirectory& people, const std::string& person, absl::string_view time) {
  absl::StatusOr<Cover> cover = CoverOf(people, person, At(time));
  EXPECT_TRUE(cover.ok()) << cover.status();
  return cover.ok() ? *std::move(cover) : Cover();
}

TEST(Cover, DaysAreThoseOfThePersonsZone) {
  MapDirectory people;
  people["ada"].set_time_zone("America/New_York");
  *people["ada"].add_absences() = Away("2026-03-03", "2026-03-04", "bob", "holiday");
  people["bob"];
  const Cover before = CoverAt(people, "ada", "2026-03-03T04:59:59Z");
  EXPECT_FALSE(before.away);
  EXPECT_EQ(before.next, At("2026-03-03T05:00:00Z"));
  const Cover away = CoverAt(people, "ada", "2026-03-03T05:00:00Z");
  EXPECT_TRUE(away.away);
  EXPECT_EQ(away.since, At("2026-03-03T05:00:00Z"));
  EXPECT_EQ(away.substitute, "bob");
  EXPECT_EQ(away.reason, "ada is away until 2026-03-04: holiday");
  EXPECT_EQ(away.next, At("2026-03-05T05:00:00Z"));
  const Cover after = CoverAt(people, "ada", "2026-03-05T05:00:00Z");
  EXPECT_FALSE(after.away);
  EXPECT_EQ(after.reason, "ada is back");
  EXPECT_FALSE(after.next.has_value());
}

TEST(Cover, IsLookedAtAgainWhenWhoStandsInGoes) {
  MapDirectory people;
  *people["ada"].add_absences() = Away("2026-03-02", "2026-03-13", "bob");
  *people["bob"].add_absences() = Away("2026-03-05", "2026-03-06", "cyn");
  people["cyn"];
  const Cover first = CoverAt(people, "ada", "2026-03-02T12:00:00Z");
  EXPECT_EQ(first.substitute, "bob");
  EXPECT_EQ(first.next, At("2026-03-05T00:00:00Z"));
  const Cover second = CoverAt(people, "ada", "2026-03-05T12:00:00Z");
  EXPECT_EQ(second.substitute, "cyn");
  EXPECT_EQ(second.next, At("2026-03-07T00:00:00Z"));
}

TEST(Cover, NobodyMayStandIn) {
  MapDirectory people;
  *people["ada"].add_absences() = Away("2026-03-02", "2026-03-03");
  *people["eve"].add_absences() = Away("2026-03-02", "2026-03-03", "fay");
  *people["fay"].add_absences() = Away("2026-03-02", "2026-03-03", "eve");
  EXPECT_EQ(CoverAt(people, "ada", "2026-03-02T12:00:00Z").substitute, "");
  EXPECT_TRUE(CoverAt(people, "ada", "2026-03-02T12:00:00Z").away);
  EXPECT_EQ(CoverAt(people, "eve", "2026-03-02T12:00:00Z").substitute, "");
  EXPECT_FALSE(CoverAt(people, "ada", "2026-03-02T12:00:00Z").gone);
}

TEST(Cover, WhoLeftOrHasNoRecordIsNeitherAwayNorBack) {
  MapDirectory people;
  *people["ada"].add_absences() = Away("2026-03-02", "2026-03-03", "bob");
  people["bob"];
  EXPECT_FALSE(CoverAt(people, "bob", "2026-03-02T12:00:00Z").gone);
  people["ada"].set_state(v1::Person::STATE_LEFT);
  for (const char* const person : {"ada", "nobody"}) {
    const Cover cover = CoverAt(people, person, "2026-03-02T12:00:00Z");
    EXPECT_FALSE(cover.away) << person;
    EXPECT_TRUE(cover.gone) << person;
    EXPECT_FALSE(cover.next.has_value()) << person;
  }
}

}  // namespace
}  // namespace plumbline::onboarding::escalation
