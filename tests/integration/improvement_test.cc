// SPDX-License-Identifier: Apache-2.0
//
// An improvement project with the real programs: from a file of events to a verdict.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ImprovementTest : public CommandFixture {
 protected:
  // 300 quotes, one a day from 2024-01-01. The first 200 take 10 to 18 days, the others 5 to 13.
  void ImportQuotes() const {
    std::string csv = "case_id,activity,timestamp,region\n";
    for (int i = 0; i < 300; ++i) {
      const absl::CivilDay day = absl::CivilDay(2024, 1, 1) + i;
      const absl::CivilDay end = day + (i < 200 ? 10 : 5) + i * 7 % 9;
      const char* const region = i % 3 == 0 ? "EMEA" : "US";
      absl::StrAppend(&csv, "q", i, ",ask,", absl::FormatCivilTime(day), "T09:00:00Z,", region,
                      "\n", "q", i, ",sign,", absl::FormatCivilTime(end), "T09:00:00Z,", region,
                      "\n");
    }
    Write("quotes.csv", csv);
    Expect({"import", folder_.Join("quotes.csv"), "--attribute", "*"}, 0, {"of 300 cases"});
  }
  void Create() const {
    Expect({"improvement", "create", "slow", "--title", "Quotes take too long", "--problem",
            "They wait", "--owner", "ada", "--log", "quotes", "--better", "lower", "--goal", "10d",
            "--smallest-effect", "2d", "--baseline-to", "2024-07-19"},
           0, {"state:            define", "how long cases take; less is better", "advance slow"});
  }
};

TEST_F(ImprovementTest, FromAProblemToAVerdict) {
  ImportQuotes();
  Create();
  Expect({"improvement", "advance", "slow"}, 0,
         {"state:            measure", "200 cases, median 14.0 d", "are needed to see"});
  Expect({"improvement", "advance", "slow"}, 0, {"state:            analyze"});
  Expect({"improvement", "advance", "slow"}, 3,
         {"no cause has evidence yet", "plumbline improvement cause slow"});
  Expect({"improvement", "cause", "slow", "One reader", "--evidence", "70 % of the wait"}, 0,
         {"One reader. Evidence: 70 % of the wait"});
  Expect({"improvement", "advance", "slow"}, 0, {"state:            improve"});
  Expect({"improvement", "measure", "slow"}, 3, {"--changed", "say when the process was"});
  Expect({"improvement", "set", "slow", "--changed", "2024-07-01"}, 3,
         {"--changed", "before the end of"});
  Expect({"improvement", "set", "slow", "--changed", "2024-07-19", "--change-note", "Two readers"},
         0, {"2024-07-19 00:00, Two readers"});
  Expect({"improvement", "advance", "slow"}, 0, {"state:            control"});
  Expect({"improvement", "measure", "slow"}, 0,
         {"Improved by 5.00 days, 95 % interval", "median 14.0 days before,", "before", "after",
          "10.0 d: reached"});
  Expect({"improvement", "measure", "slow", "--json"}, 0,
         {"\"verdict\": \"VERDICT_IMPROVED\"", "\"improvementLower\"", "\"pValue\""});
  Expect({"improvement", "close", "slow", "--note", "for good"}, 0,
         {"Improved by 5.00 days", "slow: closed"});
  Expect({"improvement", "show", "slow"}, 0, {"verdict:          improved by 5.00 days"});
  Expect({"improvement", "list", "--filter", "verdict = IMPROVED"}, 0, {"slow", "closed"});
  Expect({"improvement", "history", "slow"}, 0,
         {"created", "define -> measure", "causes", "closed", "improved by 5.00 days"});
  Expect({"improvement", "delete", "slow"}, 0, {"slow: deleted"});
  Expect({"improvement", "list"}, 0, {"no improvement projects"});
  const Ended gone = Run({"improvement", "show", "slow"});
  EXPECT_NE(gone.code, 0);
  EXPECT_THAT(gone.output, Not(HasSubstr("nan")));
}

TEST_F(ImprovementTest, SaysWhatIsWrong) {
  ImportQuotes();
  Create();
  Expect({"improvement", "create", "slow", "--title", "x", "--problem", "y"}, 5, {"slow"});
  Expect({"improvement", "set", "slow", "--smallest-effect", "5%"}, 3,
         {"--smallest-effect", "is given as a share (5%); the measure is counted in a time"});
  Expect({"improvement", "create", "signed", "--title", "x", "--problem", "y", "--log", "quotes",
          "--filter", "NOT activities:sign", "--dry-run"},
         0, {"mind: the cases are chosen by what came of them ('sign'", "nothing was written"});
  Expect({"improvement", "set", "slow", "--of", "arrivals"}, 3, {"--of"});
  Expect({"improvement", "set", "slow", "--of", "waiting"}, 3, {"--step"});
  Expect({"improvement", "set", "slow", "--baseline-from", "2024-01-02"}, 0,
         {"from 2024-01-02 00:00 until 2024-07-19 00:00"});
  Expect({"improvement", "set", "slow", "--baseline-to", "2024-01-10"}, 0,
         {"from 2024-01-02 00:00 until 2024-01-10 00:00"});
  Expect({"improvement", "advance", "slow"}, 3, {"--baseline-to", "needs 20 at least"});
  Expect({"improvement", "advance", "slow", "--to", "control"}, 5, {"cannot go to"});
  Expect({"improvement", "advance", "slow", "--to", "abandoned"}, 3, {"--reason"});
  Expect({"improvement", "advance", "slow", "--to", "abandoned", "--reason", "no time"}, 0,
         {"state:            abandoned", "note:             no time"});
  Expect({"improvement", "close", "slow"}, 5, {"only one in state"});
}

}  // namespace
}  // namespace plumbline
