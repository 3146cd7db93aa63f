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

using ::testing::AnyOf;
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
  Expect({"flow", "quotes", "--begin", "2027-01-01"}, 0,
         {"Note: --begin is after the last event of these cases, 2026-02-1"});
  EXPECT_THAT(Run({"flow", "quotes", "--begin", "2027-01-01"}).output,
              Not(AnyOf(HasSubstr("in progress"), HasSubstr("oldest"), HasSubstr("Delay by"))));
  // Of a part of the time: of what each part is; and a date is a day of the zone.
  Expect({"flow", "quotes", "--begin", "2026-01-12", "--end", "2026-01-19", "--zone",
          "Europe/Berlin", "--by", "day"},
         0,
         {"From 2026-01-12 00:00 to 2026-01-19 00:00 Europe/Berlin, 7.0 d: 8 cases of the log",
          "from (Europe/Berlin)", "2026-01-12 00:00", "of the 8 cases that were there, in all"});
  Expect({"flow", "quotes", "--begin", "2025-01-01"}, 0,
         {"Note: --begin is before the first event of these cases, 2026-01-05 09:00 UTC"});
  Expect({"yield", "quotes"}, 0,
         {"32 of 40 cases (80.0 %)", "rework 8", "8 repeats in 8 cases", "80.0 %"});
  Expect({"yield", "quotes", "--filter", "activities:nothing"}, 0, {"no case came to a step"});
  // What the log does not tell of is not what never happened.
  const std::string why = "nothing tells of the defects that were asked for: missed target";
  Expect({"yield", "quotes", "--defect", "missed-target"}, 0, {"No yield: " + why});
  Expect({"chart", "quotes", "--of", "defective", "--defect", "missed-target"}, 0,
         {"No points: " + why});
  Expect({"pareto", "quotes", "--defects", "--defect", "missed-target"}, 0, {why});
  Expect({"causes", "quotes", "--defect", "missed-target"}, 0, {why});
}

// A file marks no ends: what counts as ended is said, and can be told.
TEST_F(QualityTest, WhichCasesHaveEnded) {
  ImportQuotes();
  for (const std::vector<std::string>& question :
       {std::vector<std::string>{"flow", "quotes"},
        {"yield", "quotes"},
        {"chart", "quotes"},
        {"capability", "quotes", "--upper", "2d"},
        {"causes", "quotes"},
        {"bottlenecks", "quotes"},
        {"cohorts", "quotes"},
        {"durations", "quotes"},
        {"report", "quotes"},
        {"pareto", "quotes", "--defects"},
        {"forecast", "quotes", "--items", "3", "--period", "day"}}) {
    Expect(question, 0, {"All 40 cases count as ended", "--completion", "--completion-idle"});
    std::vector<std::string> told = question;
    told.insert(told.end(), {"--completion-idle", "3d"});
    Expect(told, 0, {"of 40 cases have ended: those without an event in the last 3 days"});
  }
  Expect({"flow", "quotes", "--completion", "legal"}, 0,
         {"40 of 40 cases have ended: those with an event of 'legal'; 0 are open."});
  Expect({"flow", "quotes", "--completion", "draft", "--completion-last"}, 0,
         {"0 of 40 cases have ended: those whose last event is 'draft'; 40 are open."});
  Expect({"flow", "quotes", "--completion-all"}, 0, {"as was asked"});
  Expect({"cases", "quotes", "--filter", "open", "--completion-idle", "3d"}, 0, {"q39"});
  Expect({"flow", "quotes", "--completion", "lagal"}, 3, {"--completion", "'legal'"});
  Expect({"flow", "quotes", "--completion-idle", "never"}, 3, {"--completion-idle"});
  Expect({"flow", "quotes", "--json"}, 0, {"\"assumed\": true", "\"endedCaseCount\": 40"});
  // Open time is in working days of its calendar.
  Write("office.yaml", "name: calendars/office\ntitle: Office\ntime_zone: UTC\n");
  Expect({"apply", "-f", folder_.Join("office.yaml")}, 0, {"calendars/office"});
  Expect({"flow", "quotes", "--calendar", "office"}, 0,
         {"a working day (wd) has 8 h", " wd", "of the calendar, all seven of a week"});
  Expect({"cohorts", "quotes", "--calendar", "office"}, 0, {"a working day (wd) has 8 h", " wd"});
  Expect({"capability", "quotes", "--calendar", "office", "--upper", "2wd"}, 0,
         {" above the limit of 2.0 wd: "});
  Expect({"capability", "quotes", "--calendar", "office", "--upper", "2d"}, 0,
         {"--upper: 2d is 48 h of open time (a day has 24 of them), 6.0 working days",
          " above the limit of 6.0 wd: "});
  Expect({"capability", "quotes", "--upper", "2wd"}, 3, {"--upper", "working days (wd)"});
  // Those of Mondays to Thursdays; what is drafted on Fridays takes the eight hours of its day.
  Expect({"causes", "quotes", "--calendar", "office", "--slower-than", "1wd"}, 0,
         {"24 of 40 cases (60.0 %)", "the case takes longer than 8 open hours"});
  Write("tokyo.yaml", "name: calendars/tokyo\ntitle: Tokyo\ntime_zone: Asia/Tokyo\n");
  Expect({"apply", "-f", folder_.Join("tokyo.yaml")}, 0, {"calendars/tokyo"});
  Expect({"cohorts", "quotes", "--calendar", "tokyo", "--split", "2026-01-20"}, 0,
         {"from 2026-01-20", "Asia/Tokyo", "Times are open hours"});
}

// A due time for each step is the step's, not the case's.
TEST_F(QualityTest, DueTimesOfSteps) {
  Write("steps.csv",
        "case_id,activity,timestamp,due_time\n"
        "1,draft,2026-01-05T10:00:00Z,2026-01-05T12:00:00Z\n"
        "1,legal,2026-01-08T10:00:00Z,2026-01-07T12:00:00Z\n"
        "2,draft,2026-01-06T10:00:00Z,2026-01-06T12:00:00Z\n"
        "2,legal,2026-01-07T10:00:00Z,2026-01-07T12:00:00Z\n");
  Expect({"import", folder_.Join("steps.csv"), "--attribute", "*"}, 0, {"of 2 cases"});
  Expect({"yield", "steps"}, 0, {"1 of 2 cases (50.0 %)", "missed target 1"});
  Expect({"objective", "create", "legal", "steps", "--goal", "90%", "--step", "legal"}, 0,
         {"legal"});
  Expect({"budget", "legal"}, 0, {"Counted: 2, of which 1 bad"});
  // What is not told apart is said.
  Expect({"bottlenecks", "steps"}, 0,
         {"100.0 % waiting", "No time worked at: no event of these cases has a start"});
}

TEST_F(QualityTest, FromASignalToItsCases) {
  ImportQuotes();
  Expect({"chart", "quotes", "--baseline-from", "2026-02-01", "--baseline-to", "2026-01-01"}, 3,
         {"--baseline-from: is not before --baseline-to; perhaps they are the wrong way round"});
  Expect({"chart", "quotes"}, 0, {"Chart i-mr", "Signal, beyond limits: point", "moving ranges"});
  const Ended chart = Run({"chart", "quotes", "--json"});
  EXPECT_THAT(chart.output, HasSubstr("case_id = \\\"q30\\\""));
  Expect({"cases", "quotes", "--filter", "case_id = \"q30\""}, 0, {"q30"});
  Expect(
      {"chart", "quotes", "--of", "activity", "--step", "draft", "--by", "month", "--chart", "p"},
      0, {"Chart p: ", "Values are shares of cases."});
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
         {"40 values", "1 above the limit of 2.0 d: ", "Ppk, Cpk", "values are skewed",
          "the outer quantiles need 1,000 values"});
  EXPECT_THAT(Run({"capability", "quotes", "--upper", "2d"}).output, Not(HasSubstr(" below")));
  Expect({"capability", "quotes", "--upper", "1d", "--lower", "2d"}, 3, {"--lower"});
  Expect({"capability", "quotes"}, 3, {"--upper"});
  Expect({"capability", "quotes", "--upper", "1d", "--best", "2d"}, 3,
         {"--best: is '2d', which is above --upper '1d'"});
  Expect({"pareto", "quotes", "--weight", "cost"}, 3, {"--cost-per-hour: is missing"});
  Expect({"chart", "quotes", "--chart", "ewma", "--ewma-weight", "3"}, 3, {"--ewma-weight: is 3"});
  Expect({"chart", "quotes", "--of", "condition"}, 3,
         {"--condition: is missing", "as in --filter"});
  Expect({"chart", "quotes", "--stage", "2030-01-01"}, 0, {"(--stage) changes nothing"});
  Expect({"flow", "quotes", "--end", "2020-01-01"}, 0, {"--end is before the first event"});
  Expect({"flow", "qotes"}, 4, {"did you mean 'quotes'?", "see what is there with"});
  Expect({"pareto", "quotes"}, 0, {"There are no impediments; --defects counts defects"});
  Expect({"pareto", "quotes", "--defects", "--by", "attribute:region"}, 0, {"EMEA", "8 in all"});
  Expect({"pareto", "quotes", "--defects", "--by", "step", "--json"}, 0,
         {"defects.any = \\\"draft\\\""});
  Expect({"pareto", "quotes", "--defects"}, 0, {"Cases of rework: --filter 'defects:rework'"});
  Expect({"cases", "quotes", "--filter", "defects:rework"}, 0, {"q0"});
  Expect({"pareto", "quotes", "--defects", "--by", "utility"}, 3,
         {"--by: is utility, which defects have none of"});
  Expect({"pareto", "quotes", "--defects", "--by", "attribute:planet"}, 3,
         {"--by", "planet", "there is only 'region'"});
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
  Expect({"chart", "quotes", "--chart", "p", "--by", "week"}, 3,
         {"--chart: is p, which needs cases", "these are times by week (--by)"});
  Expect({"chart", "quotes", "--chart", "cusum", "--by", "week"}, 0, {"Chart cusum"});
  Expect({"chart", "quotes", "--chart", "ewma", "--of", "arrivals", "--by", "day"}, 0,
         {"Chart ewma", "--known-baseline "});
  Expect({"chart", "quotes", "--log"}, 0, {"Chart i-mr"});
  Expect({"chart", "quotes", "--log", "--of", "arrivals", "--by", "day"}, 3, {"--log: is for"});
  Expect({"chart", "quotes", "--sigma", "pooled"}, 3, {"--sigma: is for charts of times"});
  Expect({"chart", "quotes", "--sigma", "pooled", "--by", "week"}, 0, {"Chart xbar-s"});
  Expect({"chart", "quotes", "--known-baseline", "2d,12h"}, 0, {"Chart i-mr"});
  Expect({"chart", "quotes", "--known-baseline", "2d"}, 3, {"--known-baseline", "is missing"});
  Expect({"chart", "quotes", "--log", "--known-baseline", "2d,12h"}, 3,
         {"--known-baseline: is '2d', and limits are those of logarithms"});
  Expect({"chart", "quotes", "--known-baseline", "soon,1"}, 3, {"--known-baseline: is 'soon'"});
  Expect({"chart", "quotes", "--chart", "ewma", "--ewma-weight", "0"}, 2,
         {"--ewma-weight", "must be a number above 0"});
  Expect({"chart", "quotes", "--of", "waiting"}, 3,
         {"--step: is missing; this is measured of one step"});
  Expect({"bottlenecks", "quotes", "--role", "team"}, 3, {"--role", "team"});
  Expect({"bottlenecks", "quotes", "--filter", "activities:nothing"}, 0, {"there is no case"});
  const Ended plain = Run({"bottlenecks", "quotes"});
  EXPECT_THAT(plain.output, Not(HasSubstr("nan")));
}

TEST_F(QualityTest, WhenOneCaseIsDone) {
  ImportQuotes();
  Expect({"forecast", "quotes", "--new-case"}, 0,
         {"A case that begins", "finished by", "Steps that are left", "legal",
          "Process as discovered", "From 40 cases"});
  Expect({"forecast", "quotes", "--case", "q39", "--as-of", "2026-02-13T12:00:00Z"}, 0,
         {"Case 'q39', begun 2026-02-13 09:00", "since 2026-02-13 10:00", "Done or not needed"});
  const std::vector<std::string> by = {"forecast", "quotes",
                                       "--case",   "q39",
                                       "--as-of",  "2026-02-13T12:00:00Z",
                                       "--by",     "2026-02-15T00:00:00Z",
                                       "--json"};
  Expect(by, 0, {"\"doneShare\"", "\"standardError\"", "\"criticality\": 1"});
  EXPECT_EQ(Run(by).output, Run(by).output);
  Expect({"forecast", "quotes", "--case", "q39", "--as-of", "2026-02-13", "--zone", "Asia/Tokyo"},
         3, {"--as-of", "2026-02-12 15:00 UTC"});
  Expect({"forecast", "quotes", "--new-case", "--zone", "Mars"}, 3, {"--zone", "Mars"});
  Expect({"cohorts", "quotes", "--split", "2026-01-20", "--zone", "Asia/Tokyo"}, 0,
         {"before 2026-01-20", "sooner than in 'from 2026-01-20", "Asia/Tokyo"});
  Expect({"ramp-curve", "quotes", "--split", "2026-01-20", "--zone", "Asia/Tokyo"}, 0,
         {"from 2026-01-20 Asia/Tokyo"});
  Expect({"cohorts", "quotes", "--split", "2026-01-20", "--reference", "from 2026-01-20"}, 0,
         {"than in 'from 2026-01-20'"});
  Expect({"cohorts", "quotes", "--split", "2026-01-20", "--json"}, 0,
         {"before 2026-01-20T00:00:00Z"});
  Expect({"cohorts", "quotes", "--split", "2026-01-20", "--zone", "Mars"}, 3, {"--zone", "Mars"});
  Expect({"cohorts", "quotes", "--from", "2026-01-20", "--zone", "Asia/Tokyo"}, 0,
         {"25 of 40 cases"});
  Expect({"forecast", "quotes", "--case", "q39"}, 5, {"there is nothing to forecast"});
  Expect({"forecast", "quotes", "--case", "q99"}, 3, {"--case", "no case 'q99'"});
  Expect({"forecast", "quotes", "--case", "q1", "--items", "3"}, 3, {"give one of"});
  Expect({"forecast", "quotes", "--new-case", "--assume", "legal"}, 3, {"STEP=TIME"});
  Expect({"forecast", "quotes", "--new-case", "--assume", "lagal=2d"}, 3,
         {"--assume", "did you mean 'legal'"});
}

TEST_F(QualityTest, RampCurvesAndABaselineForEachValue) {
  ImportQuotes();
  Expect(
      {"ramp-curve", "quotes", "--until", "legal", "--every", "day", "--by", "attributes.region"},
      0, {"EMEA", "US", "\u2588", "Curves from 0 to 100.0 %"});
  Expect({"ramp-curve", "quotes", "--until", "draft", "--number", "so-far", "--every", "day",
          "--points"},
         0, {"1.2"});
  Expect({"ramp-curve", "quotes", "--json"}, 0, {"\"curves\"", "\"observedCount\""});
  Expect({"ramp-curve", "quotes", "--of", "regoin"}, 3, {"--of", "did you mean 'region'"});
  Expect({"chart", "quotes", "--stage-by", "region"}, 0, {"EMEA", "US", "Chart i-mr"});
  Expect({"chart", "quotes", "--stage-by", "region", "--by", "week", "--json"}, 0,
         {"\"title\": \"EMEA\"", "attributes.\\\"region\\\" = \\\"EMEA\\\""});
  Expect({"cases", "quotes", "--filter", "attributes.\"region\" = \"EMEA\""}, 0, {"q38"});
  Expect({"chart", "quotes", "--stage-by-revision"}, 3, {"--stage-by-revision: ", "'process'"});
  Expect({"chart", "quotes", "--stage-by", "region", "--stage-least", "25"}, 0, {"25 at least"});
}

}  // namespace
}  // namespace plumbline
