// SPDX-License-Identifier: Apache-2.0
//
// ImportPeople over the in-process channel, on both engines.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/people/testing.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::HasSubstr;
using Row = v1::ImportPeopleResponse::Row;

class PeopleImportTest : public ::testing::TestWithParam<Engine> {
 protected:
  absl::StatusOr<v1::ImportPeopleResponse> Import(v1::ImportPeopleRequest request,
                                                  const std::string& csv) {
    request.set_parent("workspaces/acme");
    request.set_csv(csv);
    return people_.Call<v1::ImportPeopleResponse>("ImportPeople", request);
  }
  // A row a line: "2 ada CREATED", "3 bob REFUSED manager: is ...".
  std::string Rows(const std::string& csv, const v1::ImportPeopleRequest& request = {}) {
    const auto report = Import(request, csv);
    if (!report.ok()) return absl::StrCat(ReasonWord(report), ": ", report.status().message());
    return absl::StrJoin(report->rows(), "\n", [](std::string* out, const Row& row) {
      absl::StrAppend(out, row.line(), " ", row.person(), " ",
                      Row::Action_Name(row.action()).substr(sizeof("ACTION_") - 1));
      if (!row.fields().empty()) absl::StrAppend(out, " ", absl::StrJoin(row.fields(), ","));
      for (const auto& one : row.problems())
        absl::StrAppend(out, " ", one.field(), ": ", one.description());
      for (const auto& one : row.warnings())
        absl::StrAppend(out, " (", one.field(), ": ", one.description(), ")");
    });
  }

  TestPeople people_{GetParam()};
};

TEST_P(PeopleImportTest, CreatesAndUpdatesAndLeavesAlone) {
  ASSERT_TRUE(people_.Create("grace").ok());
  v1::Person bob = ReportsTo("grace");
  (*bob.mutable_labels())["kept"] = "yes";
  ASSERT_TRUE(people_.Create("bob", bob).ok());
  const std::string csv =
      "Person,Name,Manager,Salary\n"
      "ada,Ada Lovelace,eve,1\n"
      "eve,Eve,grace,2\n"
      "Bob,Bob,eve,3\n"
      "grace,,,4\n";
  const auto report = Import({}, csv);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->created(), 2);
  EXPECT_EQ(report->updated(), 1);
  EXPECT_EQ(report->unchanged(), 1);
  EXPECT_EQ(report->refused(), 0);
  EXPECT_EQ(absl::StrJoin(report->columns(), ", ",
                          [](std::string* out, const auto& column) {
                            absl::StrAppend(out, column.heading(), "=", column.field());
                          }),
            "Person=person, Name=display_name, Manager=manager, Salary=");
  EXPECT_EQ(people_.Get("ada")->manager(), "eve") << "who stands further down";
  EXPECT_EQ(people_.Get("bob")->labels().at("kept"), "yes") << "no column, no change";
  EXPECT_EQ(Rows(csv), "2 ada UNCHANGED\n3 eve UNCHANGED\n4 bob UNCHANGED\n5 grace UNCHANGED");
  EXPECT_EQ(Rows("person;manager\nbob;\n"), "2 bob UPDATED manager");
  EXPECT_EQ(people_.Get("bob")->manager(), "");
}

TEST_P(PeopleImportTest, WarnsOfCalendarsThatThereAreNot) {
  EXPECT_EQ(
      Rows("person,calendar,zone\n"
           "ada,germany,Europe/Berlin\n"
           "bob,atlantis,Europe/Berlin\n"),
      "2 ada CREATED\n"
      "3 bob CREATED (calendar: the catalog has no calendar 'atlantis'; create it, or correct "
      "the name, or starts for this person fail that name no other calendar)");
}

TEST_P(PeopleImportTest, RefusesRowsAndWritesTheOthers) {
  EXPECT_EQ(
      Rows("email,manager,time zone,groups\n"
           "Ada@Example.com,eve,Europe/Berlin,sales\n"
           ",eve,,\n"
           "not an address,,,\n"
           "bob@example.com,Eve Smith,Berlin,\n"
           "ada@example.com,,,\n"
           "eve@example.com,,,a,b\n"
           "ada@example.com\n"),
      "2 ada@example.com CREATED (manager: there is no record of 'eve'; create it, or "
      "correct the name, or chains end here)\n"
      "3  REFUSED person: is ''; a person is 1 to 128 characters of a-z, 0-9 and . _ + - @, "
      "for example ada@example.com\n"
      "4 not an address REFUSED person: is 'not an address'; a person is 1 to 128 characters "
      "of a-z, 0-9 and . _ + - @, for example ada@example.com\n"
      "5 bob@example.com REFUSED manager: is 'eve smith'; a person is 1 to 128 characters of "
      "a-z, 0-9 and . _ + - @, for example ada@example.com time_zone: 'Berlin' is not a "
      "zone of the IANA tz database; write one like 'Europe/Berlin' or leave it empty for UTC\n"
      "6 ada@example.com REFUSED person: 'ada@example.com' stands on line 2 already; take "
      "one of the rows out\n"
      "7  REFUSED : has 5 cells, and there are 4 headings; put a cell that holds a separator "
      "into quotes\n"
      "8  REFUSED : has 1 cell, and there are 4 headings; write every cell, also those that are to "
      "be empty");
  EXPECT_EQ(people_.Get("ada@example.com")->email(), "Ada@Example.com");
  EXPECT_EQ(ReasonWord(people_.Get("bob@example.com")), "RESOURCE_NOT_FOUND");
}

TEST_P(PeopleImportTest, AShortRowTakesNothingAway) {
  v1::Person ada = ReportsTo("eve");
  ada.set_display_name("Ada Lovelace");
  ASSERT_TRUE(people_.Create("ada", ada).ok());
  for (const bool dry_run : {true, false}) {
    v1::ImportPeopleRequest request;
    request.set_validate_only(dry_run);
    EXPECT_THAT(Rows("person,name,manager\nada\n", request),
                HasSubstr("2  REFUSED : has 1 cell, and there are 3 headings"));
  }
  EXPECT_EQ(people_.Get("ada")->display_name(), "Ada Lovelace");
  EXPECT_EQ(people_.Get("ada")->manager(), "eve");
}

TEST_P(PeopleImportTest, CirclesOfManagersAreRefusedWithTheChain) {
  const std::string csv =
      "person,manager\n"
      "ada,eve\n"
      "eve,grace\n"
      "grace,ada\n"
      "bob,eve\n";
  const std::string rows = Rows(csv);
  EXPECT_THAT(rows, HasSubstr("2 ada REFUSED manager: would report to themselves: ada -> eve -> "
                              "grace -> ada; name another manager in one of these rows"));
  EXPECT_THAT(rows, HasSubstr("3 eve REFUSED manager: would report to themselves: eve -> grace"));
  EXPECT_THAT(rows, HasSubstr("4 grace REFUSED"));
  EXPECT_THAT(rows, HasSubstr("5 bob CREATED (manager: there is no record of 'eve'"));
}

TEST_P(PeopleImportTest, ACircleWithWhatIsKeptIsRefused) {
  ASSERT_TRUE(people_.Create("grace").ok());
  ASSERT_TRUE(people_.Create("eve", ReportsTo("grace")).ok());
  EXPECT_EQ(Rows("person,manager\neve,grace\ngrace,eve\n"),
            "2 eve UNCHANGED\n3 grace REFUSED manager: would report to themselves: grace -> eve -> "
            "grace; name another manager in one of these rows");
  // Where the row that breaks the circle up is refused, the other one would close it.
  EXPECT_EQ(Rows("person,manager,state\neve,,nonsense\ngrace,eve,\n"),
            "2 eve REFUSED state: is 'nonsense'; write active or left\n"
            "3 grace REFUSED manager: would report to themselves: grace -> eve -> grace; name "
            "another manager in one of these rows");
  EXPECT_EQ(Rows("person,manager\neve,\ngrace,eve\n"),
            "2 eve UPDATED manager\n"
            "3 grace UPDATED manager")
      << "turned round together";
}

TEST_P(PeopleImportTest, WhatIsOnlyCheckedIsNotWritten) {
  v1::ImportPeopleRequest request;
  request.set_validate_only(true);
  EXPECT_EQ(Rows("person\nada\n", request), "2 ada CREATED");
  EXPECT_EQ(ReasonWord(people_.Get("ada")), "RESOURCE_NOT_FOUND");
}

TEST_P(PeopleImportTest, TheSameRequestTakesEffectOnce) {
  v1::ImportPeopleRequest request;
  request.set_request_id("once");
  request.set_reason("the new year");
  EXPECT_EQ(Rows("person\nada\n", request), "2 ada CREATED");
  EXPECT_EQ(Rows("person\nada\n", request), "2 ada CREATED");
  EXPECT_THAT(Rows("person\neve\n", request), HasSubstr("REQUEST_ID_REUSED"));
  v1::ListPersonHistoryRequest history;
  history.set_name("workspaces/acme/people/ada");
  const auto page = people_.Call<v1::ListPersonHistoryResponse>("ListPersonHistory", history);
  ASSERT_EQ(page->entries_size(), 1);
  EXPECT_EQ(page->entries(0).reason(), "the new year");
}

TEST_P(PeopleImportTest, WhatIsNoTableIsRefused) {
  EXPECT_THAT(Rows(""), HasSubstr("csv: holds nothing"));
  EXPECT_THAT(Rows("name\nAda\n"), HasSubstr("no column says who"));
  EXPECT_THAT(Rows("person\n\"ada\n"), HasSubstr("line 2: a quote is opened"));
  EXPECT_THAT(Rows(absl::StrCat("person\n", std::string(1 << 20, 'a'))),
              HasSubstr("at most 1048576 are possible"));
  std::string rows = "person\n";
  for (int i = 0; i < 5001; ++i) absl::StrAppend(&rows, "p", i, "\n");
  EXPECT_THAT(Rows(rows), HasSubstr("has 5001 rows; at most 5000"));
  v1::ImportPeopleRequest request;
  (*request.mutable_columns())["boss"] = "manager";
  EXPECT_THAT(Rows("person\nada\n", request), HasSubstr("columns[boss]"));
}

INSTANTIATE_TEST_SUITE_P(Engines, PeopleImportTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& engine) {
                           return engine.param == Engine::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace plumbline::onboarding::testing
