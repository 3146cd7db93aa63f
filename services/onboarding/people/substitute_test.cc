// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/substitute.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/people/testing.h"

namespace plumbline::onboarding::testing {
namespace {

const absl::Time kNoon = TimeAt("2031-03-05T12:00:00Z");

TEST(Absence, LastsWholeDaysOfThePersonsZone) {
  v1::Person person;
  *person.add_absences() = Away("2031-03-05", "2031-03-06");
  const auto away = [&](const char* time) { return AbsenceAt(person, TimeAt(time)) != nullptr; };
  EXPECT_FALSE(away("2031-03-04T23:59:59Z"));
  EXPECT_TRUE(away("2031-03-05T00:00:00Z"));
  EXPECT_TRUE(away("2031-03-06T23:59:59Z"));
  EXPECT_FALSE(away("2031-03-07T00:00:00Z"));
  person.set_time_zone("Asia/Tokyo");  // nine hours ahead
  EXPECT_TRUE(away("2031-03-04T15:00:00Z"));
  EXPECT_FALSE(away("2031-03-06T15:00:00Z"));
  person.set_time_zone("America/Los_Angeles");  // eight hours behind
  EXPECT_FALSE(away("2031-03-05T07:59:59Z"));
  EXPECT_TRUE(away("2031-03-07T07:59:59Z"));
}

TEST(Absence, TheDayOnWhichTheClocksChangeIsADay) {
  v1::Person person;
  person.set_time_zone("Europe/Berlin");
  *person.add_absences() = Away("2031-03-30", "2031-03-30");  // has 23 hours
  const auto away = [&](const char* time) { return AbsenceAt(person, TimeAt(time)) != nullptr; };
  EXPECT_FALSE(away("2031-03-29T22:59:59Z"));
  EXPECT_TRUE(away("2031-03-29T23:00:00Z"));
  EXPECT_TRUE(away("2031-03-30T21:59:59Z"));
  EXPECT_FALSE(away("2031-03-30T22:00:00Z"));
}

TEST(WhoActs, WhoIsThereDoesItThemselves) {
  MapDirectory people;
  people["ada"];
  const Resolution found = *WhoActs(people, "ada", kNoon);
  EXPECT_EQ(found.person, "ada");
  EXPECT_EQ(found.outcome, v1::OUTCOME_FOUND);
  EXPECT_TRUE(found.steps.empty());
}

TEST(WhoActs, SubstitutesStandInForOneAnother) {
  MapDirectory people;
  *people["ada"].add_absences() = Away("2031-03-03", "2031-03-07", "bob", "holiday");
  *people["bob"].add_absences() = Away("2031-03-05", "2031-03-05", "eve");
  people["eve"];
  const Resolution found = *WhoActs(people, "ada", kNoon);
  EXPECT_EQ(found.person, "eve");
  EXPECT_EQ(found.appointed, "ada");
  EXPECT_EQ(found.outcome, v1::OUTCOME_FOUND);
  EXPECT_EQ(TextsOf(found.steps),
            "ada is away from 2031-03-03 to 2031-03-07 (holiday): bob stands in\n"
            "bob is away from 2031-03-05 to 2031-03-05: eve stands in");
  EXPECT_EQ(WhoActs(people, "ada", TimeAt("2031-03-06T12:00:00Z"))->person, "bob");
  EXPECT_EQ(WhoActs(people, "ada", TimeAt("2031-03-08T12:00:00Z"))->person, "ada");
}

TEST(WhoActs, SomebodyWithoutARecordIsTakenToBeThere) {
  MapDirectory people;
  *people["ada"].add_absences() = Away("2031-03-05", "2031-03-05", "temp");
  const Resolution found = *WhoActs(people, "ada", kNoon);
  EXPECT_EQ(found.person, "temp");
  EXPECT_EQ(found.outcome, v1::OUTCOME_FOUND);
  EXPECT_EQ(found.steps.back().kind(), v1::ResolutionStep::KIND_UNKNOWN);
}

TEST(WhoActs, ItIsToldWhyNobodyDoes) {
  MapDirectory people;
  *people["away"].add_absences() = Away("2031-03-05", "2031-03-05");
  people["left"].set_state(v1::Person::STATE_LEFT);
  *people["left-alone"].add_absences() = Away("2031-03-05", "2031-03-05", "left");
  *people["deputy-away"].add_absences() = Away("2031-03-05", "2031-03-05", "away");
  *people["a"].add_absences() = Away("2031-03-05", "2031-03-05", "b");
  *people["b"].add_absences() = Away("2031-03-05", "2031-03-05", "c");
  *people["c"].add_absences() = Away("2031-03-05", "2031-03-05", "b");
  struct Case {
    const char* person;
    v1::Outcome outcome;
    const char* last;
  };
  const Case cases[] = {
      {"away", v1::OUTCOME_AWAY,
       "away is away from 2031-03-05 to 2031-03-05, and nobody stands in"},
      {"left", v1::OUTCOME_LEFT, "left left"},
      {"left-alone", v1::OUTCOME_AWAY, "left, who stands in for left-alone, left"},
      {"deputy-away", v1::OUTCOME_AWAY,
       "away, who stands in for deputy-away, is away from 2031-03-05 to 2031-03-05, and nobody "
       "stands in"},
      {"a", v1::OUTCOME_CYCLE,
       "c is away from 2031-03-05 to 2031-03-05: b would stand in, for whom somebody stands in "
       "already"},
  };
  for (const Case& c : cases) {
    const Resolution found = *WhoActs(people, c.person, kNoon);
    EXPECT_EQ(found.outcome, c.outcome) << c.person;
    EXPECT_EQ(found.person, c.person);
    EXPECT_EQ(found.steps.back().text(), c.last);
  }
}

}  // namespace
}  // namespace plumbline::onboarding::testing
