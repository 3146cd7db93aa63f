// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/roster.h"

#include "clients/cli/start_roster.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

using ::testing::HasSubstr;

TEST(Roster, HasALineForEachPerson) {
  const auto rows = ReadRoster(
      "\xEF\xBB\xBFid,Person,day-one,zone,assignees,labels,attributes\r\n"
      "ada,ada@example.com,2027-01-04,Europe/Berlin,manager=grace; it=bob,\"cohort=2027-q1\",\r\n"
      "\r\n"
      "\"eve\",\"Eve \"\"E\"\"\n, the second\",2027-01-05,,,,amount=5 EUR\n",
      "sales-rep");
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 2u);
  const auto& ada = (*rows)[0].request;
  EXPECT_EQ(ada.onboarding_id(), "ada");
  EXPECT_EQ(ada.onboarding().time_zone(), "Europe/Berlin");
  EXPECT_EQ(ada.onboarding().assignees().at("manager"), "grace");
  EXPECT_EQ(ada.onboarding().assignees().at("it"), "bob");
  EXPECT_EQ(ada.onboarding().labels().at("cohort"), "2027-q1");
  const auto& eve = (*rows)[1].request;
  EXPECT_EQ((*rows)[1].line, 4);
  EXPECT_EQ(eve.onboarding().person(), "Eve \"E\"\n, the second");
  EXPECT_EQ(eve.onboarding().attributes().at("amount"), "5 EUR");
}

TEST(Roster, CellsMayBeSeparatedBySemicolons) {
  const auto rows = ReadRoster(
      "person;day-one;labels;calendar\n"
      "Li, Ada;2027-01-04;\"cohort=2027-q1; region=emea\";berlin\n"
      "eve;2027-01-05;;\n",
      "sales-rep");
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 2u);
  const auto& ada = (*rows)[0].request.onboarding();
  EXPECT_EQ(ada.person(), "Li, Ada");
  EXPECT_EQ(ada.labels().at("region"), "emea");
  EXPECT_EQ(ada.calendar(), "calendars/berlin");
  EXPECT_EQ((*rows)[1].request.onboarding().day_one(), "2027-01-05");
}

TEST(Roster, SumsUpWhatItDidOrWouldDo) {
  EXPECT_EQ(InWords({.started = 2, .later = 1}, false), "2 started, 0 there already, 1 for later");
  EXPECT_EQ(InWords({.started = 2, .existing = 1, .failed = 3}, true),
            "2 would be started, 1 there already, 3 failed");
}

TEST(Roster, GivesWhoHasNoIdAlwaysTheSame) {
  const auto rows = ReadRoster(
      "person,day-one,process,id\n"
      "Ada@Example.com,2027-01-04,,\n"
      "ada@example.com,2027-02-01,processes/sales-rep@7,\n"
      "ada@example.com,2027-01-04,farewell,\n"
      "eve@example.com,2027-01-04,,eve\n",
      "sales-rep");
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 4u);
  const std::string ada = (*rows)[0].request.onboarding_id();
  EXPECT_THAT(ada, ::testing::StartsWith("ada-example-com-"));
  EXPECT_EQ((*rows)[0].request.onboarding().process(), "sales-rep");
  EXPECT_EQ((*rows)[1].request.onboarding_id(), ada) << "the same person and process";
  EXPECT_NE((*rows)[2].request.onboarding_id(), ada) << "another process";
  EXPECT_EQ((*rows)[3].request.onboarding_id(), "eve");
}

TEST(Roster, MakesIdsOfWhateverNamesAPerson) {
  for (const std::string person :
       {"4711", "@@@", "\xC3\x84nne", "a", std::string(200, 'x').c_str(), "-x-"}) {
    const std::string id = RosterId(person, "sales-rep");
    EXPECT_TRUE(base::IsValidId(id)) << person << " -> " << id;
  }
}

TEST(Roster, ReadsHowFarAheadAndHowOften) {
  EXPECT_EQ(*ParseAhead("14d"), 14);
  EXPECT_EQ(*ParseAhead("2w"), 14);
  EXPECT_EQ(*ParseEvery("1h"), absl::Hours(1));
  EXPECT_EQ(*ParseEvery("1d"), absl::Hours(24));
  for (const char* text : {"", "14", "-1d", "4000d", "xd", "999999999w"})
    EXPECT_FALSE(ParseAhead(text).ok()) << text;
  for (const char* text : {"", "1", "0s", "-1h", "8d", "200h", "inf", "0d"})
    EXPECT_FALSE(ParseEvery(text).ok()) << text;
}

TEST(Roster, SaysWhatIsWrongAndWhere) {
  struct Row {
    const char* text;
    const char* part;
  };
  for (const Row& row : std::vector<Row>{
           {"", "is empty; its first line has the headings"},
           {"\xEF\xBB\xBF\r\n", "is empty"},
           {"person,day-one\nRen\xE9,2027-01-04\n", "line 2, column person: is not UTF-8"},
           {"id,person\n", "the heading 'day-one' is missing"},
           {"id,day-one\n", "the heading 'person' is missing"},
           {"id,person,day-one,manager\n", "'manager' is no heading of a roster; it has person"},
           {"id,person,day-one,id\n", "'id' stands there twice"},
       }) {
    const absl::Status status = ReadRoster(row.text, "sales-rep").status();
    EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_FIELD_INVALID) << row.text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.part));
  }
}

TEST(Roster, OneLineThatIsWrongTakesNoOtherWithIt) {
  const auto rows = ReadRoster(
      "ID\tPerson\tDay One\tassignees\n"
      "a\tada\t2027-01-04\tmanager\n"
      "b\tbob\t2027-01-04\n"
      "c\tcleo\t2027-01-04\tmanager=grace\n"
      "c\tdan\t2027-01-04\t\n"
      "e\t\"eve\"x\t2027-01-04\t\n"
      "f\tfay\t2027-01-04\t\n"
      "g\t\"gus\t2027-01-04\t\nh\thal\t2027-01-04\t\n",
      "sales-rep");
  ASSERT_TRUE(rows.ok()) << rows.status();
  std::vector<std::string> problems;
  for (const RosterRow& row : *rows)
    problems.push_back(absl::StrCat(row.line, " ", row.problem.message()));
  EXPECT_THAT(problems,
              ::testing::ElementsAre(
                  "2 assignees: 'manager' is not KEY=VALUE",
                  HasSubstr("3 --roster: line 3: has 3 cells, and there are 4 headings"), "4 ",
                  HasSubstr("5 id: 'c' is that of line 4 already"),
                  HasSubstr("6 --roster: line 6: text stands behind a closing quote"), "7 ",
                  HasSubstr("8 --roster: line 8: a quote is opened and never closed")));
  EXPECT_EQ((*rows)[5].request.onboarding().person(), "fay");
}

}  // namespace
}  // namespace plumbline::cli
