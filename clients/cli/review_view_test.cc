// SPDX-License-Identifier: Apache-2.0
//
// The page for the person in charge, as text.
#include "clients/cli/review_view.h"

#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

namespace pb = analytics::v1;

std::string Shown(const pb::Report& report) {
  std::ostringstream out;
  PrintReview(report, {out});
  return out.str();
}

pb::Report Example() {
  pb::Report report;
  report.mutable_event_log()->set_name("workspaces/acme/eventLogs/deals");
  pb::Review& review = *report.mutable_review();
  review.mutable_start_time()->set_seconds(1'767'225'600);  // 2026-01-01
  review.mutable_end_time()->set_seconds(1'769'904'000);    // 2026-02-01
  review.set_ended_case_count(1'234);
  review.set_confidence(0.95);
  review.add_summary("1 of 1 objective is met.");
  review.add_objectives()->set_sentence("Signed in time: met.");
  pb::ReviewChange& noise = *review.add_changes();
  noise.set_verdict(pb::ReviewChange::VERDICT_NOISE);
  noise.set_sentence("Lead time: 2 days.");
  pb::ReviewChange& worse = *review.add_changes();
  worse.set_verdict(pb::ReviewChange::VERDICT_WORSE);
  worse.set_sentence("Waiting for 'Legal': 4 days.");
  pb::ReviewFix& fix = *review.add_fixes();
  fix.set_rank(1);
  fix.set_title("Stop '\x1b[31mit' from blocking work");
  fix.mutable_hours()->set_value(1'200.4);
  fix.mutable_hours()->set_lower(900);
  fix.mutable_hours()->set_upper(1'500);
  fix.mutable_cases_in_time()->set_value(12);
  fix.mutable_cases_in_time()->set_upper(20);
  fix.add_evidence("It blocked steps.");
  fix.mutable_proof()->set_command("plumbline improvement create x");
  return report;
}

TEST(ReviewView, SignalsComeBeforeNoiseAndGainsHaveIntervals) {
  const std::string text = Shown(Example());
  EXPECT_THAT(text, HasSubstr("Report: deals\n=============\n"));
  EXPECT_THAT(text, HasSubstr("2026-01-01 to 2026-02-01 (UTC): 1,234 cases ended"));
  EXPECT_LT(text.find("WORSE      Waiting"), text.find("noise      Lead time"));
  EXPECT_THAT(text, HasSubstr("1,200 hours of lead time (900 to 1,500)"));
  EXPECT_THAT(text, HasSubstr("12 more cases in time (0 to 20)"));
  EXPECT_THAT(text, Not(HasSubstr("hours of work")));
  EXPECT_THAT(text, HasSubstr("- Signed in time: met.\n"));
}

// Midnight in Berlin is the day before in UTC.
TEST(ReviewView, DaysAreThoseOfTheZone) {
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  pb::Report report = Example();
  pb::Review& review = *report.mutable_review();
  review.mutable_start_time()->set_seconds(1'767'222'000);  // 2025-12-31T23:00Z
  review.mutable_end_time()->set_seconds(1'769'900'400);    // 2026-01-31T23:00Z
  review.mutable_previous_start_time()->set_seconds(1'764'543'600);
  std::ostringstream out;
  PrintReview(report, {out}, berlin);
  EXPECT_THAT(out.str(), HasSubstr("2026-01-01 to 2026-02-01 (Europe/Berlin): 1,234 cases ended"));
  EXPECT_THAT(out.str(), HasSubstr("2025-12-01 to 2026-01-01."));
}

TEST(ReviewView, WhatHoldsOfSeveralMeasuresIsSaidOnce) {
  pb::Report report = Example();
  for (const char* title : {"lead time", "cases ended a day"}) {
    pb::ReviewChange& change = *report.mutable_review()->add_changes();
    change.set_title(title);
    change.set_verdict(pb::ReviewChange::VERDICT_CANNOT_TELL);
    change.set_problem("the log marks no ends");
    change.set_sentence("Not this one.");
  }
  EXPECT_THAT(Shown(report), HasSubstr("not told   Lead time, cases ended a day: cannot be told: "
                                       "the log marks no ends.\n"));
  EXPECT_THAT(Shown(report), Not(HasSubstr("Not this one")));
}

TEST(ReviewView, APageOfAPartHasNoObjectivesAndWhatCannotBeProvenNoProject) {
  pb::Report report = Example();
  pb::Review& review = *report.mutable_review();
  review.clear_objectives();
  review.set_omitted_objective_count(2);
  review.set_objectives_problem("The 2 objectives are promises about all cases.");
  review.mutable_fixes(0)->mutable_proof()->clear_command();
  const std::string text = Shown(report);
  EXPECT_THAT(text, HasSubstr("None is told on a page of a part of the log.\n"));
  EXPECT_THAT(text, Not(HasSubstr("and 2 more")));
  EXPECT_THAT(text, Not(HasSubstr("None is set")));
  EXPECT_THAT(text, Not(HasSubstr("Begin:")));
  EXPECT_THAT(text, HasSubstr("Intervals hold with 95 %."));
}

TEST(ReviewView, HoursOfACalendarAreOpenHours) {
  pb::Report report = Example();
  report.mutable_review()->mutable_fixes(0)->mutable_work_hours()->set_value(7);
  report.mutable_review()->set_in_business_time(true);
  const std::string text = Shown(report);
  EXPECT_THAT(text, HasSubstr("1,200 open hours of lead time (900 to 1,500)"));
  EXPECT_THAT(text, HasSubstr("open hours of work (0 to 0)."));
  const std::string legend = "Hours are open hours of the calendar";
  EXPECT_NE(text.find(legend), std::string::npos);
  EXPECT_EQ(text.find(legend), text.rfind(legend));
  // What stands above the page of a calendar is not said again.
  std::ostringstream out;
  PrintReview(report, {.out = out, .working_day = 28'800}, absl::UTCTimeZone());
  EXPECT_THAT(out.str(), Not(HasSubstr(legend)));
  EXPECT_THAT(out.str(), HasSubstr("Intervals hold with 95 %; each fix counts"));
}

TEST(ReviewView, NamesCannotCommandTheTerminal) {
  EXPECT_THAT(Shown(Example()), Not(HasSubstr("\x1b")));
}

TEST(ReviewView, NoLineIsTooLong) {
  pb::Report report = Example();
  for (int i = 0; i < 40; ++i)
    report.mutable_review()->mutable_fixes(0)->mutable_evidence(0)->append(" and so on");
  std::istringstream lines(Shown(report));
  for (std::string line; std::getline(lines, line);) EXPECT_LT(line.size(), 120u) << line;
}

// What a shell makes of lines: those that end with a backslash outside of quotes go on.
std::string Joined(const std::string& text) {
  return absl::StrReplaceAll(text, {{"'\\\n'", ""}, {" \\\n       ", " "}});
}

// As a shell reads it, whatever quotes are in it.
TEST(ReviewView, CommandsAreBrokenAsAShellTakesThem) {
  pb::Report report = Example();
  std::string text = "it'\\''s --a";
  for (int i = 0; i < 60; ++i) absl::StrAppend(&text, " word-", i);
  const std::string wide = std::string(90, 'x');
  const std::string command = absl::StrCat("plumbline improvement create x --title '", wide,
                                           "' --problem '", text, "' --better lower");
  report.mutable_review()->mutable_fixes(0)->mutable_proof()->set_command(command);
  std::ostringstream out;
  PrintReview(report, {.out = out, .width = 80});
  EXPECT_THAT(Joined(out.str()),
              HasSubstr(absl::StrCat("Begin (add --owner WHO): ", command, "\n")));
  int folded = 0;
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) {
    folded += absl::EndsWith(line, "'\\");
    // A word of one piece stays one.
    const bool whole = absl::StrContains(line, wide);
    EXPECT_TRUE(whole || line.size() <= 80) << line;
  }
  EXPECT_GE(folded, 5);
}

TEST(ReviewView, WhyThereIsNoFixIsSaidWhereOneIsLookedFor) {
  pb::Report report = Example();
  report.mutable_review()->clear_fixes();
  report.mutable_review()->add_summary("No fix touches 5 of the 9 cases.");
  EXPECT_THAT(Shown(report), HasSubstr("Fix first\n---------\nNo fix touches 5 of the 9 cases.\n"));
}

TEST(ReviewView, AnEmptyLogSaysSo) {
  pb::Report report;
  report.mutable_event_log()->set_name("workspaces/acme/eventLogs/deals");
  report.mutable_review()->add_notes("The log has no events");
  const std::string text = Shown(report);
  EXPECT_THAT(text, HasSubstr("Note: The log has no events.\n"));
  EXPECT_THAT(text, Not(HasSubstr("Fix first")));
}

}  // namespace
}  // namespace plumbline::cli
