// SPDX-License-Identifier: Apache-2.0
//
// A log of a file against a process of the catalog, with the real programs: what fits, open cases,
// the cases of a deviation, footprints.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kDeal[] =
    "root:\n  id: all\n  sequence:\n    nodes:\n"
    "      - {id: quote, title: Quote, step: {role: seller}}\n"
    "      - {id: review, title: Review, step: {role: legal}}\n"
    "      - {id: sign, title: Sign, step: {role: seller}}\n";

class ConformanceTest : public CommandFixture {
 protected:
  // 40 deals: 30 as they should be, 4 without review, 6 that are still with legal.
  void SetUp() override {
    Write("deal.yaml", ProcessFile("deal", kDeal));
    Expect({"apply", "-f", Folder()}, 0, {"processes/deal@1: published"});
    std::string csv = "case_id,activity,timestamp,case_finished\n";
    for (int i = 0; i < 40; ++i) {
      const auto row = [&](const char* activity, int hour, bool last) {
        absl::StrAppend(&csv, "deal ", 10 + i, ",", activity, ",2026-03-02T", hour, ":00:00Z,",
                        last ? "true" : "false", "\n");
      };
      row("Quote", 10, false);
      if (i < 30 || i >= 34) row("Review", 11, false);
      if (i < 34) row("Sign", 12, true);
    }
    Write("deals.csv", csv);
    Expect({"import", folder_.Join("deals.csv"), "--attribute", "*"}, 0, {"of 40 cases"});
  }
};

TEST_F(ConformanceTest, OpenCasesAreNoDeviations) {
  Expect({"check", "deals", "--process", "deal"}, 0,
         {"30 of 34 ended cases fit (88.2 %), and 6 of 6 open ones so far (100.0 %).", "Review",
          "plumbline deviations deals --process deal --step 'Review' --skipped"});
  Expect({"check", "deals", "--process", "deal", "--open", "left-out"}, 0,
         {"30 of 34 cases fit", "6 open cases are left out."});
  Expect({"check", "deals", "--process", "deal", "--open", "complete", "--replay"}, 0,
         {"30 of 40 cases fit", "6 open cases are checked as if they had ended."});
  const Ended json = Run({"check", "deals", "--process", "deal", "--json"});
  EXPECT_EQ(json.code, 0) << json.output;
  EXPECT_THAT(json.output, HasSubstr("\"openCaseCount\": 6"));
  EXPECT_THAT(json.output, HasSubstr("\"fittingOpenCaseCount\": 6"));
}

TEST_F(ConformanceTest, TheCasesOfADeviation) {
  const Ended all =
      Run({"deviations", "deals", "--process", "deal", "--step", "Review", "--skipped"});
  EXPECT_EQ(all.code, 0) << all.output;
  for (const char* part : {"deal 40", "deal 43", "Review skipped after Quote"}) {
    EXPECT_THAT(all.output, HasSubstr(part));
  }
  EXPECT_THAT(all.output, Not(HasSubstr("deal 44")));
  Expect({"deviations", "deals", "--process", "deal", "--limit", "3"}, 0, {"3 of 4 cases"});
  Expect({"deviations", "deals", "--process", "deal", "--out-of-place"}, 0,
         {"No case has such a deviation."});
  Expect({"deviations", "deals", "--process", "deal", "--filter", "case_id = 'deal 41'", "--json"},
         0, {"\"caseId\": \"deal 41\"", "\"afterActivity\": \"Quote\"", "\"totalCount\": 1"});
  Expect({"deviations", "deals", "--process", "deal", "--step", "Revew"}, 3,
         {"--step", "neither the model nor the log has", "Review"});
}

TEST_F(ConformanceTest, Footprints) {
  Expect({"footprints", "deals", "--process", "deal"}, 0,
         {"Similarity 0.7778   (2 of 9 cells of the matrix differ)", "then (4)", "never next",
          "Cases end with these only in the log: Review"});
  Expect({"footprints", "deals", "--filter", "activities:Sign", "--against", "NOT activities:Sign",
          "--json"},
         0, {"\"similarity\"", "\"onlyFirstActivities\""});
  Expect({"footprints", "deals"}, 3, {"--process or --against"});
}

}  // namespace
}  // namespace plumbline
