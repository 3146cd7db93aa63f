// SPDX-License-Identifier: Apache-2.0
//
// Steps of the library and utilities from the command line: who uses them, and what is kept of
// their changes.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class LibraryTest : public CommandFixture {
 protected:
  LibraryTest() {
    Write("crm.yaml", "name: utilities/crm\ntitle: CRM\nowner: it\n");
    Write("credit.yaml",
          "name: steps/credit\ntitle: Check the credit\nowner: finance\n"
          "step: {role: finance, utilities: [crm]}\n");
    Write("deal.yaml", ProcessFile("deal", "root: {id: check, step: {uses: steps/credit}}\n"));
    Expect({"apply", "-f", Folder(), "--reason", "first go"}, 0, {"processes/deal@1: published"});
  }
};

TEST_F(LibraryTest, WhatIsUsedIsNotDeletedUnlessTold) {
  Expect({"callers", "steps/credit"}, 0, {"processes/deal ", "processes/deal@1 "});
  Expect({"dependencies", "deal"}, 0, {"steps/credit@1", "utilities/crm", "finance"});
  Expect({"delete", "steps/credit"}, 5,
         {"STEP_IN_USE", "is used by 1 draft", "processes/deal: is used by 'check'", "force"});
  Expect({"delete", "utilities/crm"}, 5,
         {"UTILITY_IN_USE", "by 1 step of the library", "steps/credit: names it"});
  Expect({"delete", "steps/credit", "--force", "--reason", "merged"}, 0, {"steps/credit: deleted"});
  Expect({"delete", "utilities/crm", "--force"}, 0, {"utilities/crm: deleted"});
}

TEST_F(LibraryTest, EveryChangeIsKeptWithItsReason) {
  Write("crm.yaml", "name: utilities/crm\ntitle: CRM\nowner: sales\n");
  Expect({"apply", "-f", Folder(), "--reason", "handed over"}, 0, {"utilities/crm: updated"});
  Expect({"delete", "utilities/crm", "--force", "--reason", "replaced"}, 0, {"deleted"});
  const Ended history = Run({"history", "utilities/crm"});
  EXPECT_EQ(history.code, 0);
  EXPECT_THAT(history.output, AllOf(ContainsRegex("3 .* deleted .*replaced\n"),
                                    ContainsRegex("2 .* updated +owner .*handed over\n"),
                                    ContainsRegex("1 .* created .*first go\n")));
  EXPECT_THAT(Run({"history", "steps/credit"}).output, HasSubstr("first go"));
  EXPECT_THAT(Run({"history", "utilities/crm", "--json", "--filter", "fields:owner"}).output,
              AllOf(StartsWith("{\"name\":"), HasSubstr("/utilities/crm/history/2\""),
                    Not(HasSubstr("history/3"))));
  Expect({"history", "utilities/cmr"}, 4, {"RESOURCE_NOT_FOUND"});
}

TEST_F(LibraryTest, ACalendarThatIsNotKeptIsTold) {
  Write("crm.yaml",
        "name: utilities/crm\ntitle: CRM\nowner: it\nsupportCalendar: calendars/company\n");
  Expect({"apply", Folder() + "/crm.yaml"}, 0,
         {"utilities/crm: updated", "'company', which is not kept"});
  Write("company.yaml", "name: calendars/company\ntitle: Company\n");
  Expect({"apply", Folder() + "/company.yaml"}, 0, {"calendars/company: created"});
  Expect({"delete", "calendars/company"}, 5, {"CALENDAR_IN_USE", "supports 1 utility, 'crm'"});
}

}  // namespace
}  // namespace plumbline
