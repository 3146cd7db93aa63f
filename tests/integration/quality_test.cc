// SPDX-License-Identifier: Apache-2.0
//
// Six Sigma on an event log, with the real programs: from a file to the cases behind a signal.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class QualityTest : public CommandFixture {
 protected:
  // 40 quotes, one a day from Monday, 2026-01-05: an hour to draft, a day to wait, two hours of
  // legal. The 31st waits for ten days; every fifth is drafted twice.
  void ImportQuotes() const {
    std::string csv = "case_id,activity,start_timestamp,timestamp,region\n";
    for (int i = 0; i < 40; ++i) {
      const absl::CivilDay day = absl::CivilDay(2026, 1, 5) + i;
      const absl::CivilDay later = day + (i == 30 ? 10 : 1);
      const auto row = [&](const char* activity, absl::CivilDay on, const char* from,
                           const char* to) {
        absl::StrAppend(&csv, "q", i, ",", activity, ",", absl::FormatCivilTime(on), "T", from,
                        "Z,", absl::FormatCivilTime(on), "T", to, "Z,", i % 2 == 0 ? "EMEA" : "US",
                        "\n");
      };
      row("draft", day, "09:00:00", "10:00:00");
      if (i % 5 == 0) row("draft", day, "11:00:00", "12:00:00");
      row("legal", later, "09:00:00", absl::StrCat("11:", 10 + i % 7, ":00").c_str());
    }
    Write("quotes.csv", csv);
    Expect({"import", folder_.Join("quotes.csv"), "--attribute", "*"}, 0, {"of 40 cases"});
  }
};

TEST_F(QualityTest, FlowAndYield) {
  ImportQuotes();
  Expect(
      {"flow", "quotes", "--stage", "legal"}, 0,
      {"40 cases, 40 ended, 0 open", "Little's law", "+0.0 %", "Flow efficiency", "Delay by step"});
  Expect({"flow", "quotes", "--json", "--cost-per-hour", "2"}, 0,
         {"\"departureCount\": 40", "\"delayCost\":"});
  Expect({"flow", "quotes", "--stage", "lagal"}, 3, {"--stage", "lagal"});
  Expect({"flow", "quotes", "--begin", "2026-02-01", "--end", "2026-01-01"}, 3,
         {"--begin", "wrong way round"});
  Expect({"yield", "quotes"}, 0,
         {"32 of 40 cases (80.0 %)", "rework 8", "8 repeats in 8 cases", "80.0 %"});
  Expect({"yield", "quotes", "--filter", "activities:nothing"}, 0, {"no case came to a step"});
}

TEST_F(QualityTest, FromASignalToItsCases) {
  ImportQuotes();
  Expect({"chart", "quotes"}, 0,
         {"Chart INDIVIDUALS", "Signal, beyond limits: point", "moving ranges"});
  const Ended chart = Run({"chart", "quotes", "--json"});
  EXPECT_THAT(chart.output, HasSubstr("case_id = \\\"q30\\\""));
  Expect({"cases", "quotes", "--filter", "case_id = \"q30\""}, 0, {"q30"});
  Expect(
      {"chart", "quotes", "--of", "activity", "--step", "draft", "--by", "month", "--chart", "p"},
      0, {"Chart P", "no number of cases is"});
  Expect({"chart", "quotes", "--of", "condition", "--condition", "duration > 5d"}, 0,
         {"Chart", "Note:"});
  Expect({"chart", "quotes", "--of", "arrivals", "--by", "day", "--stage", "2026-01-20"}, 0,
         {"new limits"});
  Expect({"chart", "quotes", "--chart", "xbar-r"}, 3, {"--chart"});
  Expect({"chart", "quotes", "--of", "waiting"}, 3, {"--step"});
  Expect({"chart", "quotes", "--of", "condition", "--condition", "duration >"}, 3, {"--condition"});
}

TEST_F(QualityTest, CapabilityAndPareto) {
  ImportQuotes();
  Expect({"capability", "quotes", "--upper", "2d"}, 0,
         {"40 values", "1 above the limits", "Ppk, Cpk", "values are skewed",
          "the outer quantiles need 1000 values"});
  Expect({"capability", "quotes", "--upper", "1d", "--lower", "2d"}, 3, {"--lower"});
  Expect({"capability", "quotes"}, 3, {"--upper"});
  Expect({"pareto", "quotes"}, 0, {"there is nothing to count"});
  Expect({"pareto", "quotes", "--defects", "--by", "attribute:region"}, 0, {"EMEA", "8 in all"});
  Expect({"pareto", "quotes", "--defects", "--by", "step", "--json"}, 0,
         {"repeated_activities:\\\"draft\\\""});
  Expect({"pareto", "quotes", "--defects", "--by", "attribute:planet"}, 3, {"--by", "planet"});
  const Ended plain = Run({"pareto", "quotes", "--defects"});
  EXPECT_THAT(plain.output, Not(HasSubstr("nan")));
}

TEST_F(QualityTest, CausesAndBottlenecks) {
  ImportQuotes();
  Expect({"causes", "quotes", "--slower-than", "5d"}, 0,
         {"1 of 40 cases (2.5 %)", "takes longer than 5 d", "Nothing goes with it",
          "p-values are corrected"});
  // What was drafted twice is drafted twice, in whatever region.
  Expect({"causes", "quotes", "--defects", "--kind", "attribute", "--min-cases", "5"}, 0,
         {"8 of 40 cases (20.0 %)", "has a defect (rework)", "region"});
  Expect({"causes", "quotes", "--condition", "repeated_activities:draft", "--json"}, 0,
         {"\"outcomeCount\": 8", "\"adjustedPValue\"", "\"excessCases\""});
  Expect({"causes", "quotes", "--condition", "duration >"}, 3, {"--condition"});
  Expect({"causes", "quotes", "--attribute", "regoin"}, 3,
         {"--attribute", "did you mean 'region'"});
  Expect({"causes", "quotes", "--slower-than", "never"}, 3, {"--slower-than"});
  Expect({"causes", "quotes", "--slower-than", "1h"}, 0, {"No causes: every case takes longer"});
  Expect({"bottlenecks", "quotes", "--cost-per-hour", "2"}, 0,
         {"40 cases ended", "legal", "draft", "cases held", "No roles:", "No utilities:"});
  Expect({"bottlenecks", "quotes", "--part", "step", "--json"}, 0,
         {"\"pathDelaySeconds\"", "\"name\": \"legal\""});
  Expect({"bottlenecks", "quotes", "--role", "team"}, 3, {"--role", "team"});
  Expect({"bottlenecks", "quotes", "--filter", "activities:nothing"}, 0, {"there is no case"});
  const Ended plain = Run({"bottlenecks", "quotes"});
  EXPECT_THAT(plain.output, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace plumbline
