// SPDX-License-Identifier: Apache-2.0
//
// What slips if something breaks, with the real programs: deals of a file, and on-boardings that
// the relay told of.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CascadeTest : public CommandFixture {
 protected:
  // 30 deals, one a day from Monday, 2026-01-05: drafted in an hour; the day after, legal takes two
  // hours in its tool and then it is won. The last two are with legal.
  void ImportDeals() const {
    std::string csv = "case_id,activity,start_timestamp,timestamp,utility\n";
    for (int i = 0; i < 30; ++i) {
      const absl::CivilDay day = absl::CivilDay(2026, 1, 5) + i;
      const auto row = [&](const char* activity, absl::CivilDay on, const char* from,
                           const char* to, const char* utility) {
        absl::StrAppend(&csv, "deal ", 10 + i, ",", activity, ",", absl::FormatCivilTime(on), "T",
                        from, "Z,", absl::FormatCivilTime(on), "T", to, "Z,", utility, "\n");
      };
      row("draft", day, "09:00:00", "10:00:00", "");
      if (i >= 28) continue;
      row("legal", day + 1, "09:00:00", "11:00:00", "clm");
      row("won", day + 1, "11:00:00", "12:00:00", "");
    }
    Write("deals.csv", csv);
    Expect({"import", folder_.Join("deals.csv"), "--attribute", "*"}, 0, {"of 30 cases"});
  }
};

TEST_F(CascadeTest, DealsSlipWhileLegalsToolIsDown) {
  ImportDeals();
  const std::vector<std::string> down = {"cascade", "deals",      "--down",       "clm",
                                         "--to",    "2026-02-08", "--completion", "won"};
  Expect(down, 0,
         {"If 'clm' is down from", "to 2026-02-08 00:00", "Of 2 open cases, 2.0 slip by a day",
          "deal 38", "deal 39", "hit", "back to normal", "Learned from 28 ended cases"});
  std::vector<std::string> json = down;
  json.insert(json.end(), {"--json", "--seed", "3"});
  const Ended one = Run(json);
  EXPECT_EQ(one.code, 0) << one.output;
  EXPECT_THAT(one.output, HasSubstr("\"caseId\": \"deal 38\""));
  EXPECT_THAT(one.output, Not(HasSubstr("NaN")));
  EXPECT_EQ(Run(json).output, one.output);  // the same seed, the same answer
  Expect({"cascade", "deals", "--slower", "step:legal=12", "--surge", "3@2026-02-04..2026-02-06",
          "--completion", "won"},
         0, {"'legal' takes 12 times as long", "3 times as many cases"});
}

TEST_F(CascadeTest, SaysWhatIsWrong) {
  ImportDeals();
  Expect({"cascade", "deals", "--down", "clm", "--to", "2026-02-08"}, 3, {"--completion"});
  Expect({"cascade", "deals", "--completion", "won"}, 3, {"--down", "say what happens"});
  Expect({"cascade", "deals", "--completion", "won", "--down", "crm", "--to", "2026-02-08"}, 3,
         {"--down crm", "did you mean 'clm', a utility?"});
  Expect({"cascade", "deals", "--completion", "won", "--down", "clm"}, 3, {"--to"});
  Expect({"cascade", "deals", "--completion", "won", "--down", "clm", "--from", "2026-01-01",
          "--to", "2026-01-02"},
         3, {"--to", "it is over"});
  Expect({"cascade", "deals", "--completion", "won", "--slower", "clm"}, 3, {"--slower", "clm=2"});
}

// People in the middle of their on-boarding, told to analytics by the relay; what their steps need
// is what the catalog says.
TEST_F(CascadeTest, OnboardingsSlipByName) {
  Write("crm.yaml", "name: utilities/crm\ntitle: CRM\nowner: it\n");
  Write("onboarding.yaml", ProcessFile("onboarding",
                                       "root:\n  id: all\n  sequence:\n    nodes:\n"
                                       "      - {id: laptop, title: Hand over the laptop, step: "
                                       "{role: it}}\n"
                                       "      - {id: account, title: Open the account, step: "
                                       "{role: it, utilities: [crm]}}\n"));
  Expect({"apply", folder_.Join("crm.yaml"), folder_.Join("onboarding.yaml"), "--publish"}, 0, {});
  for (const char* person : {"ann", "ben", "cem", "dan"}) {
    Expect({"start", "onboarding", "--person", person, "--id", person, "--day-one", "2026-01-05"},
           0, {});
    Expect({"task", "done", absl::StrCat(person, "/laptop")}, 0, {});
  }
  for (const char* person : {"ann", "ben"})
    Expect({"task", "done", absl::StrCat(person, "/account")}, 0, {});
  const std::string soon =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now() + absl::Hours(72), absl::UTCTimeZone());
  // The relay is a moment behind. Cases that came within seconds say nothing of how many come.
  Ended ended{-1, ""};
  for (int i = 0; i < 100 && ended.output.find("Of 2 open cases") == std::string::npos; ++i)
    ended =
        Run({"cascade", "onboarding", "--down", "utility:crm", "--to", soon, "--arrivals", "2"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("Of 2 open cases, 2.0 slip by a day or more"));
  EXPECT_THAT(ended.output, HasSubstr("cem"));
  EXPECT_THAT(ended.output, HasSubstr("dan"));
  EXPECT_THAT(ended.output, HasSubstr("Open the account"));
  EXPECT_THAT(ended.output, HasSubstr("Learned from 2 ended cases"));
}

}  // namespace
}  // namespace plumbline
