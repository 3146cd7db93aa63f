// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/import_columns.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/people/import_cells.h"

namespace plumbline::onboarding {
namespace {

using ::testing::HasSubstr;

std::string Fields(const std::vector<std::string>& headings,
                   const std::map<std::string, std::string>& named = {}) {
  const auto fields = FieldsOfColumns(headings, named);
  return fields.ok() ? absl::StrJoin(*fields, "|") : std::string(fields.status().message());
}

TEST(ImportColumns, KnowsHeadingsHoweverTheyAreWritten) {
  const std::map<std::string, std::string> known = {{"Person", "person"},
                                                    {"EMPLOYEE_ID", "person"},
                                                    {"Work  E-mail", ""},
                                                    {"work email", "email"},
                                                    {"E-Mail", "email"},
                                                    {"Full Name", "display_name"},
                                                    {"Reports To", "manager"},
                                                    {"manager-email", "manager"},
                                                    {"Team", "groups"},
                                                    {"Time_Zone", "time_zone"},
                                                    {"time_zone", "time_zone"},
                                                    {"Quiet hours", "quiet_hours"},
                                                    {"Employment status", "state"},
                                                    {"Buddy", "relations.buddy"},
                                                    {"relation Deal Coach", "relations.deal-coach"},
                                                    {"relations.coach", "relations.coach"},
                                                    {"Label Cost Center", "labels.cost-center"},
                                                    {"labels.region", "labels.region"},
                                                    {"label 7", ""},
                                                    {"Salary", ""},
                                                    {"", ""}};
  for (const auto& [heading, field] : known) EXPECT_EQ(FieldOfHeading(heading), field) << heading;
}

TEST(ImportColumns, AreWhatTheCallerSays) {
  EXPECT_EQ(Fields({"Mail", "Vorgesetzter", "Pate", "Salary"},
                   {{"Vorgesetzter", "manager"}, {"Pate", "relations.buddy"}}),
            "email|manager|relations.buddy|");
  EXPECT_EQ(Fields({"Mail", "Manager", "Supervisor"}, {{"Manager", ""}}), "email||manager");
  EXPECT_THAT(Fields({"mail", "boss"}, {{"bos", "manager"}}),
              HasSubstr("columns[bos]: is no heading of the table; did you mean 'boss'?"));
  EXPECT_THAT(Fields({"mail", "boss"}, {{"boss", "managr"}}), HasSubstr("did you mean 'manager'"));
  EXPECT_THAT(Fields({"mail", "boss"}, {{"boss", "labels.Boss"}}), HasSubstr("which is no field"));
}

TEST(ImportColumns, MustSayWhoAndEachThingOnce) {
  EXPECT_THAT(Fields({"name", "manager"}), HasSubstr("no column says who"));
  EXPECT_THAT(Fields({"email", "manager", "supervisor"}),
              HasSubstr("the columns 'manager' and 'supervisor' are both taken for manager"));
}

TEST(ImportCells, EmptyOnesTakeTheValueAway) {
  v1::Person person;
  person.set_manager("eve");
  person.add_groups("sales");
  person.set_state(v1::Person::STATE_LEFT);
  person.mutable_quiet_hours()->set_start("22:00");
  (*person.mutable_relations())["buddy"] = "bob";
  (*person.mutable_labels())["region"] = "emea";
  for (const char* field : {"manager", "groups", "state", "quiet_hours", "relations.buddy"})
    EXPECT_EQ(SetCell(field, "", &person), "") << field;
  EXPECT_EQ(person.manager(), "");
  EXPECT_EQ(person.groups_size(), 0);
  EXPECT_EQ(person.state(), v1::Person::STATE_ACTIVE);
  EXPECT_FALSE(person.has_quiet_hours());
  EXPECT_TRUE(person.relations().empty());
  EXPECT_EQ(person.labels().at("region"), "emea") << "no cell, no change";
}

TEST(ImportCells, TakeWhatPeopleWrite) {
  v1::Person person;
  EXPECT_EQ(SetCell("manager", "Eve@Example.com", &person), "");
  EXPECT_EQ(SetCell("groups", " sales-ops ; legal|emea ", &person), "");
  EXPECT_EQ(SetCell("calendar", "germany", &person), "");
  EXPECT_EQ(SetCell("quiet_hours", "22:00 - 07:00", &person), "");
  EXPECT_EQ(SetCell("state", "Terminated", &person), "");
  EXPECT_EQ(SetCell("person", "ignored", &person), "");
  EXPECT_EQ(person.manager(), "eve@example.com");
  EXPECT_EQ(absl::StrJoin(person.groups(), ","), "sales-ops,legal,emea");
  EXPECT_EQ(person.calendar(), "calendars/germany");
  EXPECT_EQ(person.quiet_hours().start() + "/" + person.quiet_hours().end(), "22:00/07:00");
  EXPECT_EQ(person.state(), v1::Person::STATE_LEFT);
  EXPECT_THAT(SetCell("state", "maybe", &person), HasSubstr("write active or left"));
  EXPECT_THAT(SetCell("quiet_hours", "at night", &person), HasSubstr("22:00-07:00"));
}

}  // namespace
}  // namespace plumbline::onboarding
