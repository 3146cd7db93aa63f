// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/rules.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/people/testing.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::HasSubstr;

v1::Person Ada() {
  v1::Person person;
  person.set_display_name("Ada Lovelace");
  person.set_email("Ada@example.com");
  person.set_manager("eve@example.com");
  (*person.mutable_relations())["buddy"] = "bob+work@example.com";
  person.add_groups("sales-ops");
  person.set_calendar("calendars/germany");
  person.set_time_zone("Europe/Berlin");
  person.mutable_quiet_hours()->set_start("22:00");
  person.mutable_quiet_hours()->set_end("07:00");
  *person.add_absences() = Away("2031-07-01", "2031-07-14", "bob");
  *person.add_absences() = Away("2031-06-01", "2031-06-30");
  (*person.mutable_labels())["region"] = "emea";
  return person;
}

TEST(PersonId, IsWhatOnboardingsCallPeople) {
  for (const char* good : {"a", "ada@example.com", "ada.l_o-v+1@x", "4711"})
    EXPECT_TRUE(IsPersonId(good)) << good;
  EXPECT_TRUE(IsPersonId(std::string(128, 'a')));
  for (const char* bad : {"", "Ada", "a b", "a/b", "\xC3\xA4", "a'b", "a\n"})
    EXPECT_FALSE(IsPersonId(bad)) << bad;
  EXPECT_FALSE(IsPersonId(std::string(129, 'a')));
}

TEST(PersonRules, AGoodRecordHasNoViolations) {
  EXPECT_TRUE(FindViolations(Ada(), "ada", "person").empty());
  EXPECT_TRUE(FindViolations({}, "ada", "person").empty());
}

TEST(PersonRules, EachBreachNamesItsField) {
  struct Case {
    const char* name;
    std::function<void(v1::Person&)> breach;
    const char *field, *says;
  };
  const Case cases[] = {
      {"long name", [](auto& p) { p.set_display_name(std::string(201, 'x')); }, "display_name",
       "up to 200"},
      {"no address", [](auto& p) { p.set_email("ada"); }, "email", "one '@'"},
      {"two @", [](auto& p) { p.set_email("a@b@c"); }, "email", "one '@'"},
      {"space", [](auto& p) { p.set_email("a b@c"); }, "email", "no spaces"},
      {"manager", [](auto& p) { p.set_manager("Eve"); }, "manager", "a-z, 0-9"},
      {"own manager", [](auto& p) { p.set_manager("ada"); }, "manager", "themselves"},
      {"relation", [](auto& p) { (*p.mutable_relations())["Coach"] = "eve"; }, "relations[Coach]",
       "no name of a relation"},
      {"manager as relation", [](auto& p) { (*p.mutable_relations())["manager"] = "eve"; },
       "relations[manager]", "a field of its own"},
      {"group as relation", [](auto& p) { (*p.mutable_relations())["group"] = "eve"; },
       "relations[group]", "another name"},
      {"related", [](auto& p) { (*p.mutable_relations())["buddy"] = ""; }, "relations[buddy]",
       "1 to 128"},
      {"group", [](auto& p) { p.add_groups("Sales"); }, "groups[1]", "'Sales'"},
      {"group twice", [](auto& p) { p.add_groups("sales-ops"); }, "groups[1]", "once"},
      {"calendar", [](auto& p) { p.set_calendar("germany"); }, "calendar", "calendars/"},
      {"zone", [](auto& p) { p.set_time_zone("Berlin"); }, "time_zone", "Berlin"},
      {"quiet", [](auto& p) { p.mutable_quiet_hours()->set_end("24:00"); }, "quiet_hours.end",
       "00:00 to 23:59"},
      {"always quiet", [](auto& p) { p.mutable_quiet_hours()->set_end("22:00"); },
       "quiet_hours.end", "never be disturbed"},
      {"date", [](auto& p) { *p.add_absences() = Away("2031-02-30", "2031-03-01"); },
       "absences[2].from_date", "YYYY-MM-DD"},
      {"backwards", [](auto& p) { *p.add_absences() = Away("2031-09-02", "2031-09-01"); },
       "absences[2].until_date", "before 2031-09-02"},
      {"for years", [](auto& p) { *p.add_absences() = Away("2032-01-01", "2035-02-01"); },
       "absences[2].until_date", "at most 1100"},
      {"own substitute", [](auto& p) { p.mutable_absences(0)->set_substitute("ada"); },
       "absences[0].substitute", "somebody else"},
      {"overlap", [](auto& p) { *p.add_absences() = Away("2031-06-30", "2031-06-30"); },
       "absences[2].from_date", "within the absence of 2031-06-01 to 2031-06-30"},
      {"label", [](auto& p) { (*p.mutable_labels())["Region"] = "x"; }, "labels['Region']",
       "not an id"},
      {"state", [](auto& p) { p.set_state(static_cast<v1::Person::State>(9)); }, "state",
       "STATE_LEFT"},
  };
  for (const Case& c : cases) {
    v1::Person person = Ada();
    c.breach(person);
    const auto violations = FindViolations(person, "ada", "person");
    ASSERT_EQ(violations.size(), 1u) << c.name;
    EXPECT_EQ(violations[0].field, absl::StrCat("person.", c.field)) << c.name;
    EXPECT_THAT(violations[0].description, HasSubstr(c.says)) << c.name;
  }
}

TEST(PersonRules, TooManyAreRefused) {
  v1::Person person;
  for (int i = 0; i < 33; ++i) (*person.mutable_relations())[absl::StrCat("r", i)] = "eve";
  for (int i = 0; i < 101; ++i) person.add_groups(absl::StrCat("g", i));
  for (int i = 0; i < 201; ++i)
    *person.add_absences() =
        Away(absl::StrCat(1990 + i, "-01-01"), absl::StrCat(1990 + i, "-01-01"));
  std::vector<std::string> fields;
  for (const auto& one : FindViolations(person, "ada", "person")) fields.push_back(one.field);
  EXPECT_THAT(fields,
              ::testing::ElementsAre("person.relations", "person.groups", "person.absences"));
}

TEST(PersonRules, RecordsAreKeptInOneForm) {
  v1::Person person = Ada();
  Normalize(&person);
  EXPECT_EQ(person.state(), v1::Person::STATE_ACTIVE);
  EXPECT_EQ(person.absences(0).from_date(), "2031-07-01") << "as it was written";
}

}  // namespace
}  // namespace plumbline::onboarding::testing
