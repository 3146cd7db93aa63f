// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/roster.h"

#include "common/base/error.h"
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
      "\"eve\",\"Eve \"\"E\"\"\n, the second\",2027-01-05,,,,amount=5 EUR\n");
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

TEST(Roster, SaysWhatIsWrongAndWhere) {
  struct Row {
    const char* text;
    const char* part;
  };
  for (const Row& row : std::vector<Row>{
           {"", "'' is no heading"},
           {"id,person\n", "the heading 'day-one' is missing"},
           {"id,person,day-one,manager\n", "'manager' is no heading of a roster; it has person"},
           {"id,person,day-one,id\n", "'id' stands there twice"},
           {"id,person,day-one\na,b\n", "line 2: has 2 cells, and there are 3"},
           {"id,person,day-one\na,\"b,c\n", "line 2: a quote is opened"},
           {"id,person,day-one\na,\"b\"x,c\n", "line 2: text stands behind"},
           {"id,person,day-one,labels\na,b,c,d\n", "line 2: labels: "},
       }) {
    const absl::Status status = ReadRoster(row.text).status();
    EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_FIELD_INVALID) << row.text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.part));
  }
}

}  // namespace
}  // namespace plumbline::cli
