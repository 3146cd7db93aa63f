// SPDX-License-Identifier: Apache-2.0
//
// What people read of answers that are cut, and of imports in doubt.
#include <sstream>
#include <string>

#include "clients/cli/import_flags.h"
#include "clients/cli/importing.h"
#include "clients/cli/report_view.h"
#include "clients/cli/session.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

namespace pb = analytics::v1;

constexpr char kAgain[] = "import again with --replace";

TEST(ReportView, WhatIsLeftOutIsTold) {
  pb::Report report;
  report.mutable_event_log()->set_event_count(1);
  pb::ProcessMap& map = *report.mutable_process_map();
  map.add_activities()->set_activity("Call");
  map.mutable_omitted_activities()->set_count(1'234);
  map.mutable_omitted_activities()->set_share(0.25);
  map.set_omitted_edges(1);
  map.set_omitted_count(7);
  map.set_omitted_share(0.034);
  report.add_steps()->set_activity("Call");
  report.mutable_omitted_steps()->set_count(9);
  report.mutable_omitted_steps()->set_share(0.1);
  report.add_impediments()->set_cause("ACCESS");
  report.mutable_omitted_impediments()->set_count(1);
  report.mutable_omitted_impediments()->set_share(0.5);
  std::ostringstream out;
  PrintReport(report, {out});
  EXPECT_THAT(out.str(), HasSubstr("and 1 rarer edge with 7 occurrences, 3.4 % of all\n"));
  EXPECT_THAT(out.str(), HasSubstr("and 9 more steps with 10.0 % of all time\n"));
  EXPECT_THAT(out.str(), HasSubstr("and 1 more cause with 50.0 % of all time lost\n"));
  std::ostringstream whole;
  PrintMap(map, {whole});
  EXPECT_THAT(whole.str(), HasSubstr("and 1,234 more activities with 25.0 % of the events\n"));
}

// They are no open time, whatever the page above them is in.
TEST(ReportView, TablesAreInDaysOf24HoursAlsoOnPaperOfACalendar) {
  pb::Report report;
  report.mutable_event_log()->set_event_count(1);
  pb::StepTime& step = *report.add_steps();
  step.set_activity("Call");
  step.mutable_waiting()->set_count(1);
  step.mutable_waiting()->set_total_seconds(10 * 86'400);
  step.mutable_waiting()->mutable_median()->set_seconds(10 * 86'400);
  report.mutable_review()->set_in_business_time(true);
  std::ostringstream out;
  PrintReport(report, Paper{.out = out, .width = 0, .working_day = 28'800});
  EXPECT_THAT(out.str(), HasSubstr("10.0 d"));
  EXPECT_THAT(out.str(), Not(HasSubstr(" wd")));
  EXPECT_THAT(out.str(), HasSubstr("Times here are calendar time, not open hours: "));
  report.clear_review();
  std::ostringstream clock;
  PrintReport(report, {clock});
  EXPECT_THAT(clock.str(), HasSubstr("Times are calendar time: nights"));
}

TEST(ReportView, WhatIsNotKnownHasNoShareAndNoEmptyTable) {
  pb::Report report;
  report.mutable_event_log()->set_event_count(1);
  report.mutable_target()->set_target("30 days");
  report.mutable_target()->set_undecided_count(3);
  std::ostringstream out;
  PrintReport(report, {out});
  EXPECT_THAT(out.str(), HasSubstr("Inside the target (30 days): not known yet: "));
  EXPECT_THAT(out.str(), HasSubstr("still open before"));
  EXPECT_THAT(out.str(), Not(HasSubstr("0 of 0")));
  std::ostringstream steps;
  PrintSteps({}, {}, {steps});
  EXPECT_EQ(steps.str(), "No step was completed, so that none has a time.\n");
}

TEST(ReportView, MapsShowRepeatsAndWork) {
  pb::ProcessMap map;
  pb::ActivityNode& call = *map.add_activities();
  call.set_activity("Call");
  std::ostringstream plain;
  PrintMap(map, {plain});
  EXPECT_THAT(plain.str(), Not(HasSubstr("REPEATED")));
  call.set_rework_case_count(1234);
  call.mutable_service()->set_count(1);
  call.mutable_service()->mutable_median()->set_seconds(7200);
  std::ostringstream out;
  PrintMap(map, {out});
  EXPECT_THAT(out.str(), HasSubstr("REPEATED"));
  EXPECT_THAT(out.str(), HasSubstr("1,234"));
  EXPECT_THAT(out.str(), HasSubstr("2.0 h"));
}

TEST(ReportView, WholeListsSayNothing) {
  pb::Report report;
  report.mutable_event_log()->set_event_count(1);
  report.mutable_process_map()->add_activities()->set_activity("Call");
  report.add_steps()->set_activity("Call");
  report.add_impediments()->set_cause("ACCESS");
  std::ostringstream out;
  PrintReport(report, {out});
  EXPECT_THAT(out.str(), Not(HasSubstr(" more ")));
}

TEST(ReportView, VariantsTellOpenCasesAndLongSequences) {
  pb::ListVariantsResponse variants;
  pb::Variant& v = *variants.add_variants();
  v.set_count(3);
  v.set_share(1);
  for (const char* activity : {"a", "b", "b"}) v.add_activities(activity);
  v.set_activity_count(3);
  v.mutable_duration()->set_count(3);
  v.mutable_duration()->mutable_median()->set_seconds(60);
  std::ostringstream closed;
  PrintVariants(variants.variants(), 1, {closed});
  EXPECT_EQ(closed.str(),
            "1. 3 cases (100.0 %), median 1.0 min, 3 steps\n"
            "   a > b (2x)\n");
  v.set_open_case_count(3);
  v.set_activity_count(1'503);
  v.clear_duration();
  std::ostringstream open;
  PrintVariants(variants.variants(), 1, {open});
  EXPECT_EQ(open.str(),
            "1. 3 cases (100.0 %), 3 still open, 1,503 steps\n"
            "   a > b (2x) > (1,500 more)\n");
}

TEST(Importing, TimesInDoubtAreTold) {
  pb::ImportEventLogResponse response;
  response.set_format("csv");
  response.add_times()->set_format("%d/%m/%Y");
  EXPECT_THAT(ImportNotes(response, kAgain), ElementsAre());
  pb::TimeReading& reading = *response.add_times();
  reading.set_column("started");
  reading.set_format("%m/%d/%Y");
  reading.set_ambiguous(true);
  reading.set_other_format("%d/%m/%Y");
  reading.set_sample("03/04/2026");
  reading.mutable_sample_time()->set_seconds(1'772'582'400);
  reading.mutable_other_time()->set_seconds(1'775'174'400);
  const std::string sentence =
      "day and month in doubt: '03/04/2026' in column 'started' was read as 2026-03-04, but could "
      "be 2026-04-03, and no time of the column tells; if that is wrong, import again with "
      "--replace --date-order day-first";
  EXPECT_THAT(ImportNotes(response, kAgain), ElementsAre(sentence));
  base::FakeClock clock;
  std::ostringstream out, err;
  Session session(GlobalOptions(), clock, {out}, err);
  PrintImport(session, response);
  EXPECT_THAT(out.str(), HasSubstr(Wrap(absl::StrCat("  ", sentence), 0, 4)));
  reading.set_format("%d/%m/%Y");
  EXPECT_THAT(ImportNotes(response, kAgain), ElementsAre(HasSubstr("--date-order month-first")));
}

TEST(Importing, UnlikelyTimesAreTold) {
  pb::ImportEventLogResponse response;
  pb::TimeReading& reading = *response.add_times();
  reading.set_column("time");
  reading.set_unlikely_count(2);
  reading.set_unlikely_sample("line 17: '0206-01-31'");
  EXPECT_THAT(ImportNotes(response, kAgain),
              ElementsAre("2 times in column 'time' are before 1980 or after 2100, the first in "
                          "line 17: '0206-01-31'; if that is wrong, mend the file and import again "
                          "with --replace"));
}

TEST(Importing, TransitionsAreTold) {
  pb::ImportEventLogResponse response;
  for (const char* name : {"complete", "start"}) {
    pb::TransitionCount& one = *response.add_transitions();
    one.set_transition(name);
    one.set_count(1'234);
  }
  EXPECT_THAT(ImportNotes(response, kAgain),
              ElementsAre(HasSubstr("import again with --replace --map-transition complete")));
  base::FakeClock clock;
  std::ostringstream out, err;
  Session session(GlobalOptions(), clock, {out}, err);
  PrintImport(session, response);
  EXPECT_THAT(out.str(), HasSubstr("life-cycle transitions: complete (1,234), start (1,234)\n"));
  response.mutable_event_log()->add_map_transitions("complete");
  EXPECT_THAT(ImportNotes(response, kAgain), ElementsAre());
}

TEST(Importing, TimeFormatsInWords) {
  EXPECT_EQ(TimeFormatWords("%d/%m/%Y %H:%M:%S%z"), "day/month/year hour:minute:second");
  EXPECT_EQ(TimeFormatWords("%b %d, %y %I:%M %p"),
            "month name day, year of two digits hour:minute AM or PM");
  EXPECT_EQ(TimeFormatWords("epoch_millis"), "milliseconds since 1970");
  EXPECT_EQ(TimeFormatWords("%Y-%m-%dT%H:%M:%S%z"),
            "year-month-day, with or without a time of day (ISO 8601)");
}

TEST(Importing, AMissingColumnGetsACommandThatWorks) {
  ImportFlags flags;
  flags.csv.set_delimiter(";");
  flags.csv.set_case_column("deal");
  flags.csv.set_resource_column("who");
  flags.transitions = {"complete"};
  const absl::Status error =
      base::Error(base::Reason::ERROR_REASON_IMPORT_COLUMN_MISSING, "no column looks like the case")
          .With("column", "deal")
          .With("case_column", "Deal Name")
          .With("time_column", "when");
  EXPECT_EQ(CorrectedCommand("plumbline import x.csv", flags, error),
            "plumbline import x.csv --case-column 'Deal Name' --activity-column COLUMN "
            "--time-column when --resource-column who --delimiter ';' --map-transition complete");
  EXPECT_EQ(CorrectedCommand("plumbline import x.csv", flags, absl::OkStatus()), "");
}

pb::Edge EdgeOf(const char* from, const char* to, int64_t count, int64_t days) {
  pb::Edge edge;
  edge.set_from(from);
  edge.set_to(to);
  edge.set_count(count);
  edge.mutable_wait()->set_count(count);
  edge.mutable_wait()->mutable_median()->set_seconds(days * 86'400);
  edge.mutable_wait()->set_total_seconds(static_cast<double>(days * count * 86'400));
  return edge;
}

TEST(ReportView, SaysWhatFiguresCount) {
  pb::Report report;
  report.mutable_event_log()->set_event_count(1);
  report.mutable_target()->set_inside_count(3);
  report.mutable_target()->set_outside_count(1);
  report.mutable_target()->set_share(0.75);
  report.mutable_target()->set_target("60 business days from day one");
  *report.mutable_bottleneck() = EdgeOf("A", "B", 200, 2);
  *report.mutable_process_map()->add_edges() = EdgeOf("A", "B", 125, 1);
  *report.mutable_process_map()->add_edges() = EdgeOf("B", "C", 10, -3);
  *report.mutable_process_map()->add_edges() = EdgeOf("C", "Review", 10, 30);
  report.mutable_process_map()->add_activities()->set_activity("A");
  report.add_steps()->set_activity("Review");
  report.mutable_steps(0)->set_planned_seconds(5);
  std::ostringstream out;
  PrintReport(report, {out});
  EXPECT_THAT(out.str(), HasSubstr("Inside the target (60 business days from day one): 75.0 % (3 "
                                   "of 4 cases)\n"));
  EXPECT_THAT(out.str(), HasSubstr("The process map below has the same two steps 125 times with "
                                   "125 d: it counts only"));
  EXPECT_THAT(out.str(), HasSubstr("overlap: the second step mostly begins before"));
  EXPECT_THAT(out.str(), HasSubstr("planned: by plan the second step"));
  *report.mutable_process_map()->mutable_edges(0) = report.bottleneck();
  report.mutable_process_map()->mutable_edges()->DeleteSubrange(1, 2);
  std::ostringstream same;
  PrintReport(report, {same});
  EXPECT_THAT(same.str(), Not(HasSubstr("same two steps")));
  EXPECT_THAT(same.str(), Not(HasSubstr("overlap")));
  EXPECT_THAT(same.str(), Not(HasSubstr("planned")));
}

TEST(ReportView, WhereNoTwoCasesAreAlikeTheFirstAreShown) {
  pb::ListVariantsResponse variants;
  for (const char* last : {"b", "c", "d", "e"}) {
    pb::Variant& v = *variants.add_variants();
    v.set_count(1);
    v.set_share(0.25);
    v.add_activities("a");
    v.add_activities(last);
    v.set_activity_count(2);
  }
  std::ostringstream out;
  PrintVariantsInBrief(variants.variants(), 4, 4, {out});
  EXPECT_THAT(out.str(), HasSubstr("No two of the 4 cases went the same way"));
  EXPECT_THAT(out.str(), HasSubstr("3. 1 case (25.0 %), 2 steps\n   a > d\n"));
  EXPECT_THAT(out.str(), HasSubstr("3 of 4 variants, 75.0 % of the cases\n"));
}

}  // namespace
}  // namespace plumbline::cli
