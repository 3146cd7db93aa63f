// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/recipients.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/people/testing.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::escalation {
namespace {

using onboarding::testing::At;
using onboarding::testing::Away;
using onboarding::testing::MapDirectory;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A Monday.
const absl::Time kNow = At("2026-03-02T09:00:00Z");

v1::Person Quiet(const std::string& start, const std::string& end, const std::string& zone = "") {
  v1::Person person;
  person.mutable_quiet_hours()->set_start(start);
  person.mutable_quiet_hours()->set_end(end);
  person.set_time_zone(zone);
  return person;
}

struct QuietRow {
  const char* name;
  const char* start;
  const char* end;
  const char* zone;
  const char* time;
  const char* until;
};

TEST(QuietHours, EndOnTheClockOfThePersonsZone) {
  for (const QuietRow& row : {
           QuietRow{"by day", "12:00", "13:00", "", "2026-03-02T12:30:00Z", "2026-03-02T13:00:00Z"},
           QuietRow{"its end", "12:00", "13:00", "", "2026-03-02T13:00:00Z",
                    "2026-03-02T13:00:00Z"},
           QuietRow{"before it", "12:00", "13:00", "", "2026-03-02T11:59:59Z",
                    "2026-03-02T11:59:59Z"},
           QuietRow{"in the evening", "20:00", "07:30", "", "2026-03-02T22:00:00Z",
                    "2026-03-03T07:30:00Z"},
           QuietRow{"in the morning", "20:00", "07:30", "", "2026-03-02T05:00:00Z",
                    "2026-03-02T07:30:00Z"},
           QuietRow{"elsewhere", "20:00", "08:00", "America/New_York", "2026-03-02T09:00:00Z",
                    "2026-03-02T13:00:00Z"},
           QuietRow{"the clocks go forward", "20:00", "07:00", "Europe/Berlin",
                    "2026-03-28T20:00:00Z", "2026-03-29T05:00:00Z"},
       }) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(QuietUntil(Quiet(row.start, row.end, row.zone), At(row.time)), At(row.until));
  }
  EXPECT_EQ(QuietUntil(v1::Person(), kNow), kNow);
}

class AddressTest : public ::testing::Test {
 protected:
  AddressTest() : run_(onboarding::testing::AdaRun()) {
    people_["ada@example.com"].set_manager("mia");
    people_["mia"].set_manager("max");
    people_["hans"].set_manager("hera");
    people_["max"];
    people_["hera"];
    rule_.id = "late";
    rule_.trigger = flow::EscalationTrigger::kOverdue;
    run_.spec.person = "ada@example.com";
    run_.spec.assignees["hr"] = "hans";
  }

  // Of the first task, paperwork, of the role hr.
  Addressed Told(std::vector<std::vector<std::string>> levels) {
    rule_.levels.clear();
    for (auto& notify : levels) rule_.levels.push_back({{}, std::move(notify)});
    const NextLevel level{&run_.tasks[0], &rule_, 1, kNow, kNow};
    absl::StatusOr<Addressed> told = Address(people_, run_, level, kNow);
    EXPECT_TRUE(told.ok()) << told.status();
    return told.ok() ? *std::move(told) : Addressed();
  }

  MapDirectory people_;
  onboarding::Run run_;
  PlanRule rule_;
};

TEST_F(AddressTest, FollowsTheReportingLine) {
  EXPECT_THAT(Told({{"@assignee"}}).recipients, ElementsAre("hans"));
  EXPECT_THAT(Told({{"@assignee.manager"}}).recipients, ElementsAre("hera"));
  EXPECT_THAT(Told({{"@manager"}}).recipients, ElementsAre("mia"));
  EXPECT_THAT(Told({{"@manager.manager"}}).recipients, ElementsAre("max"));
  EXPECT_THAT(Told({{"hr"}}).recipients, ElementsAre("hans"));
  EXPECT_THAT(Told({{"cfo"}}).recipients, ElementsAre("cfo")) << "nobody fills the role";
  EXPECT_THAT(Told({{"@assignee", "@manager", "hr"}}).recipients, ElementsAre("hans", "mia"))
      << "each once";
}

TEST_F(AddressTest, WhereNobodyHasTheTaskItsRoleIsTold) {
  run_.spec.assignees.clear();
  const Addressed told = Told({{"@assignee", "@assignee.manager"}});
  EXPECT_THAT(told.recipients, ElementsAre("hr"));
  EXPECT_EQ(told.note, "@assignee.manager: nobody has the task");
}

TEST_F(AddressTest, TellsWhoStandsIn) {
  *people_["mia"].add_absences() = Away("2026-03-01", "2026-03-05", "max", "holiday");
  const Addressed told = Told({{"@manager"}});
  EXPECT_THAT(told.recipients, ElementsAre("max"));
  EXPECT_EQ(told.note, "");
}

TEST_F(AddressTest, GoesUpWhereNobodyCanBeTold) {
  *people_["mia"].add_absences() = Away("2026-03-01", "2026-03-05", "", "holiday");
  const Addressed told = Told({{"@manager"}, {"@buddy"}, {"@manager.manager"}});
  EXPECT_THAT(told.recipients, ElementsAre("max"));
  EXPECT_EQ(told.note,
            "@manager: mia is away from 2026-03-01 to 2026-03-05 (holiday), and nobody stands in; "
            "@buddy: the record of ada@example.com names no buddy; "
            "whom level 3 names is told instead");
  const Addressed nobody = Told({{"@manager"}});
  EXPECT_THAT(nobody.recipients, IsEmpty());
  EXPECT_THAT(nobody.note, ::testing::EndsWith("nobody could be told"));
  EXPECT_EQ(nobody.tell_time, kNow);
}

TEST_F(AddressTest, WaitsForTheEndOfQuietHours) {
  people_["mia"].MergeFrom(Quiet("20:00", "10:00"));
  EXPECT_EQ(Told({{"@manager"}}).tell_time, At("2026-03-02T10:00:00Z"));
  // The first time at which neither is disturbed.
  people_["hans"].MergeFrom(Quiet("09:30", "12:00"));
  EXPECT_EQ(Told({{"@manager", "@assignee"}}).tell_time, At("2026-03-02T12:00:00Z"));
  // There is none.
  people_["hans"].MergeFrom(Quiet("10:00", "20:00"));
  EXPECT_EQ(Told({{"@manager", "@assignee"}}).tell_time, kNow);
}

}  // namespace
}  // namespace plumbline::onboarding::escalation
