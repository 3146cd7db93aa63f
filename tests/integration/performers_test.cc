// SPDX-License-Identifier: Apache-2.0
//
// People, times and changes in an event log, with the real programs: handovers, workload, batches,
// what is usual and when the process changed.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;

class PerformersTest : public CommandFixture {
 protected:
  // 120 claims, one a day from 2026-01-01. Ada registers each at 09:00 in half an hour; Ben checks
  // it from 10:00 to 12:00, but the 60th for six hours; Cleo pays two days' claims in one go at
  // 17:00 of every second day, until 2026-03-01; then Dan decides before she does.
  void ImportClaims() const {
    std::string csv = "case_id,activity,start_timestamp,timestamp,resource,team\n";
    for (int i = 0; i < 120; ++i) {
      const absl::CivilDay day = absl::CivilDay(2026, 1, 1) + i;
      const auto row = [&](const char* activity, absl::CivilDay on, const char* from,
                           const char* to, const char* who, const char* team) {
        absl::StrAppend(&csv, "claim-", i, ",", activity, ",", absl::FormatCivilTime(on), "T", from,
                        "Z,", absl::FormatCivilTime(on), "T", to, "Z,", who, ",", team, "\n");
      };
      row("register", day, "09:00:00", "09:30:00", "ada", "front");
      row("check", day, "10:00:00", i == 60 ? "16:00:00" : "12:00:00", "ben", "front");
      if (day >= absl::CivilDay(2026, 3, 1))
        row("decide", day, "16:30:00", "16:40:00", "dan", "back");
      row("pay", day + (i + 1) % 2, "17:00:00", "17:10:00", "cleo", "back");
    }
    Write("claims.csv", csv);
    Expect({"import", folder_.Join("claims.csv"), "--attribute", "team"}, 0, {"of 120 cases"});
  }
};

TEST_F(PerformersTest, Handovers) {
  ImportClaims();
  // 59 claims of three steps and 61 of four.
  Expect({"handovers", "claims"}, 0,
         {"301 of 301 steps (100.0 %) are handovers, in 120 cases", "Who gives and receives", "ada",
          "cleo"});
  Expect({"handovers", "claims", "--by", "team"}, 0,
         {"120 of 301 steps (39.9 %) are handovers", "181 stay with the same", "front", "back"});
  Expect({"handovers", "claims", "--together", "--json"}, 0,
         {"\"workingTogether\"", "\"caseCount\": 120"});
  Expect({"handovers", "claims", "--filter", "activities:decide", "--json"}, 0,
         {"\"handoverCount\": 183"});
  Expect({"handovers", "claims", "--by", "tam"}, 3, {"--by", "tam", "team"});
}

TEST_F(PerformersTest, Workload) {
  ImportClaims();
  Expect({"workload", "claims", "--period", "month"}, 0,
         {"ada", "ben", "Over time", "2026-02-01", "Time by load (of work"});
  const Ended workload = Run({"workload", "claims", "--json", "--limit", "1"});
  EXPECT_EQ(workload.code, 0) << workload.output;
  EXPECT_THAT(workload.output, HasSubstr("\"itemCount\": 421"));
  EXPECT_THAT(workload.output, HasSubstr("\"performerCount\": 4"));
  EXPECT_THAT(workload.output, HasSubstr("\"omittedPerformers\""));
  Expect({"workload", "claims", "--zone", "Mars/Olympus"}, 3, {"--zone", "Mars/Olympus"});
}

TEST_F(PerformersTest, Batches) {
  ImportClaims();
  Expect({"batches", "claims"}, 0,
         {"120 of 421 items (28.5 %) are done in 60 batches of 2.0 on average", "pay", "cleo",
          "together"});
  Expect({"batches", "claims", "--json", "--least", "2"}, 0, {"\"simultaneousCount\": 60"});
  Expect({"batches", "claims", "--least", "3"}, 0, {"0 of 421 items"});
}

TEST_F(PerformersTest, Profile) {
  ImportClaims();
  // The check of the 60th claim took four hours longer than usual, so what followed came sooner.
  Expect({"profile", "claims"}, 0, {"register", "check", "claim-60"});
  Expect({"profile", "claims", "--sigmas", "2", "--json"}, 0,
         {"\"from\": \"register\"", "\"meanSeconds\": 1800", "\"deviationSeconds\": 0"});
  Expect({"profile", "claims", "--usual", "start_time >= 2026-03-01 AND NOT case_id = \"claim-60\"",
          "--filter", "case_id = \"claim-60\""},
         0, {"claim-60", "never varied"});
  Expect({"profile", "claims", "--usual", "start_time <"}, 3, {"--usual"});
}

TEST_F(PerformersTest, Drift) {
  ImportClaims();
  Expect({"drift", "claims", "--period", "month", "--edges"}, 0,
         {"2026-03-01", "After check: 98.4 % go another way", "decide", "pay"});
  Expect({"drift", "claims", "--period", "month", "--edges", "--json"}, 0,
         {"\"time\": \"2026-03-01T00:00:00Z\""});
  Expect({"drift", "claims", "--period", "month", "--edges", "--filter", "NOT activities:decide"},
         0, {"the process never changed"});
  Expect({"drift", "claims", "--zone", "Mars/Olympus"}, 3, {"--zone", "Mars/Olympus"});
}

}  // namespace
}  // namespace plumbline
