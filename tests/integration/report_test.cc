// SPDX-License-Identifier: Apache-2.0
//
// The page for the person in charge, with the real programs: from a file to what is taken to the
// meeting.
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "google/protobuf/util/json_util.h"
#include "plumbline/analytics/v1/analytics.pb.h"
#include "plumbline/analytics/v1/improvement.pb.h"
#include "plumbline/analytics/v1/quality_service.pb.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ReportTest : public CommandFixture {
 protected:
  // 300 deals, two a day; in the last five weeks those of the south wait 9 days for Legal, not 3.
  void ImportDeals() const {
    const absl::Time begin = absl::FromUnixSeconds(1'767'600'000);  // 2026-01-05 08:00 UTC
    std::string csv = "case_id,activity,timestamp,region\n";
    for (int i = 0; i < 300; ++i) {
      const bool south = i % 3 == 0;
      const absl::Time opened = begin + absl::Hours(12) * i;
      const int days = south && i > 234 ? 9 : 3;
      const absl::Time checked = opened + absl::Hours(24 * days + i * 7 % 24);
      const auto add = [&](const char* activity, absl::Time time) {
        absl::StrAppend(&csv, "deal-", i, ",", activity, ",", absl::FormatTime(time), ",",
                        south ? "South" : "North", "\n");
      };
      add("Open", opened);
      add("<b>Legal</b> & Co", checked);
      add("Won", checked + absl::Hours(12 + i * 5 % 12));
    }
    Write("deals.csv", csv);
    Expect({"import", folder_.Join("deals.csv"), "--attribute", "*"}, 0, {"900 events"});
  }
  // Those of the page with these flags.
  void TypeTheCommands(const std::vector<std::string>& flags) const;
};

TEST_F(ReportTest, FromAFileToThePage) {
  ImportDeals();
  // Its ends are not marked, which is told with what to do.
  Expect({"report", "deals"}, 0, {"cannot be told", "--completion"});
  const Ended page = Run({"report", "deals", "--completion", "Won", "--target-days", "8"});
  EXPECT_EQ(page.code, 0) << page.output;
  for (const char* part :
       {"Report: deals", "Objectives\n", "What changed\n",
        "WORSE      Waiting for '<b>Legal</b> & Co'", "Fix first\n", "1. ", "hours of lead time (",
        "Proof: ", "Begin (add --owner WHO): plumbline improvement create "}) {
    EXPECT_THAT(page.output, HasSubstr(part));
  }
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(page.output, '\n'))) {
    EXPECT_LT(line.size(), 120u) << line;
  }
  EXPECT_THAT(page.output, Not(HasSubstr("Time per step")));
  Expect({"report", "deals", "--completion", "Won", "--details"}, 0,
         {"Fix first", "Time per step", "Process map"});
  Expect({"report", "deals", "--json", "--completion", "Won"}, 0,
         {"\"review\"", "\"fixes\"", "\"hoursAlone\"", "\"findings\""});
}

// What the page tells people to type is typed.
void ReportTest::TypeTheCommands(const std::vector<std::string>& flags) const {
  ImportDeals();
  std::vector<std::string> report_command = {"report", "deals", "--completion", "Won", "--json"};
  report_command.insert(report_command.end(), flags.begin(), flags.end());
  const Ended page = Run(report_command);
  analytics::v1::Report report;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(page.output, &report).ok())
      << page.output;
  ASSERT_GT(report.review().fixes_size(), 0);
  const std::string bin = Bin("plumbline");
  for (const auto& fix : report.review().fixes()) {
    // Of a period that is too short to prove it no project is begun.
    const bool provable = fix.proof().has_wanted_case_count();
    EXPECT_EQ(fix.proof().command().empty(), !provable);
    EXPECT_EQ(absl::StrContains(fix.proof().sentence(), " after would do"), !provable)
        << fix.proof().sentence();
    // It shows the cases of the figures: those that ended in the period.
    EXPECT_THAT(fix.show_command(), HasSubstr(" --window ended"));
    for (const std::string& command : {fix.show_command(), fix.proof().command()}) {
      if (command.empty()) continue;
      auto shell = testing::Process::Start(
          {.args = {"sh", "-c", command},
           .env = {{"PATH", absl::StrCat(bin.substr(0, bin.rfind('/')), ":/usr/bin:/bin")},
                   {"PLUMBLINE_ADDRESS", Address()},
                   {"PLUMBLINE_WORKSPACE", workspace_}}});
      const auto code = shell->Wait();
      EXPECT_TRUE(code.ok() && *code == 0) << command << '\n' << shell->Output();
    }
  }
  Expect({"improvement", "list"}, 0, {"b-legal-b-co"});
  // The project measures what the page measured.
  for (const auto& fix : report.review().fixes()) {
    if (fix.proof().command().empty()) continue;
    const std::vector<std::string> words = absl::StrSplit(fix.proof().command(), ' ');
    ASSERT_GT(words.size(), 3u);
    const std::string& id = words[3];
    Expect({"improvement", "set", id, "--owner", "ada"}, 0, {id});
    Expect({"improvement", "advance", id}, 0, {"cases that ended from", ", mean ", "ended:"});
    const Ended shown = Run({"improvement", "show", id, "--json"});
    analytics::v1::Improvement improvement;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(shown.output, &improvement).ok())
        << shown.output;
    EXPECT_NEAR(improvement.baseline().figures().center(), fix.proof().value(), 1e-3) << id;
    EXPECT_EQ(improvement.baseline().wanted_case_count(), fix.proof().wanted_case_count()) << id;
    const double effect = fix.proof().value() - fix.proof().expected_value();
    const auto& smallest = improvement.smallest_effect();
    EXPECT_LE(
        smallest.has_time() ? static_cast<double>(smallest.time().seconds()) : smallest.per_case(),
        effect)
        << id;
    EXPECT_LT(effect, improvement.baseline().figures().center()) << id;
  }
}

TEST_F(ReportTest, TheCommandsOfAFixRun) { TypeTheCommands({}); }

// They ask by the calendar of the page, and the project measures in its open time.
TEST_F(ReportTest, TheCommandsOfAFixRunInACalendar) {
  Write("berlin.yaml", "name: calendars/berlin\ntitle: Berlin\ntimeZone: Europe/Berlin\n");
  Expect({"apply", folder_.Join("berlin.yaml")}, 0, {});
  TypeTheCommands({"--calendar", "berlin", "--zone", "Asia/Tokyo"});
  const Ended page =
      Run({"report", "deals", "--completion", "Won", "--calendar", "berlin", "--details"});
  EXPECT_THAT(page.output, HasSubstr(" open hours of lead time ("));
  EXPECT_THAT(page.output, HasSubstr(" --calendar berlin"));
  EXPECT_THAT(page.output, HasSubstr("a working day (wd) has 8 h"));
  EXPECT_THAT(page.output, HasSubstr(" wd"));
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(page.output, '\n')))
    EXPECT_LT(line.size(), 120u) << line;
}

// Cases that wait five days for the CRM or two for signatures, which are of one category.
TEST_F(ReportTest, WhatShowsABlockIsOfItsCauseAndPeriod) {
  std::string csv = "case_id,activity,timestamp,lifecycle,category,utility,case_finished\n";
  const absl::Time begin = absl::UnixEpoch() + absl::Hours(24 * 20'000);
  for (int c = 0; c < 120; ++c) {
    const absl::Time at = begin + absl::Hours(24 * c);
    const int days = c % 2 == 0 ? 5 : 2;
    const auto add = [&](absl::string_view activity, double after, absl::string_view lifecycle,
                         absl::string_view rest) {
      absl::StrAppend(
          &csv, "rep-", c, ",", activity, ",",
          absl::FormatTime(absl::RFC3339_sec, at + after * absl::Hours(24), absl::UTCTimeZone()),
          ",", lifecycle, ",", rest, "\n");
    };
    add("Begin", 0, "complete", ",,");
    add("Sign", 0, "schedule", ",,");
    add("Sign", 0, "suspend", c % 2 == 0 ? "ACCESS,crm," : "ACCESS,e-signature,");
    add("Sign", days, "resume", ",,");
    add("Sign", days, "start", ",,");
    add("Sign", days + 0.5, "complete", ",,true");
  }
  Write("reps.csv", csv);
  Expect({"import", folder_.Join("reps.csv"), "--attribute", "*"}, 0, {"720 events"});
  const Ended page = Run({"report", "reps", "--json"});
  analytics::v1::Report report;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(page.output, &report).ok())
      << page.output;
  const analytics::v1::ReviewFix& fix = report.review().fixes(0);
  EXPECT_EQ(fix.cause(), "ACCESS / crm");
  std::vector<std::string> words = absl::StrSplit(fix.show_command(), ' ');
  words.erase(words.begin());
  words.push_back("--json");
  const Ended shown = Run(words);
  analytics::v1::GetParetoResponse pareto;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(shown.output, &pareto).ok())
      << fix.show_command() << shown.output;
  ASSERT_EQ(pareto.bars_size(), 1);
  EXPECT_EQ(pareto.selection().notes_size(), 0) << pareto.selection().notes(0);
  EXPECT_GE(pareto.total_count(), 10);
  EXPECT_LE(pareto.total_count(), 16);  // of the month, not of all
  EXPECT_EQ(pareto.total_lost_seconds(), static_cast<double>(pareto.total_count()) * 5 * 86'400);
  EXPECT_THAT(fix.evidence(1), HasSubstr(absl::StrCat("it blocked steps ", pareto.total_count(),
                                                      " times, ", 5 * pareto.total_count())));
  Expect({"pareto", "reps", "--utility", "e-signature", "--by", "step"}, 0, {"60 in all, 120 d"});
  Expect({"pareto", "reps", "--utility", ""}, 0, {"There are no impediments"});
  Expect({"pareto", "reps", "--utility", "crm", "--event-filter", "activity = Sign"}, 3,
         {"--event-filter", "--only-events"});
}

// Promises are about all cases that they say; and what has not happened yet is no change.
TEST_F(ReportTest, OfAPartAndBeyondTheLastEvent) {
  ImportDeals();
  Expect(
      {"objective", "create", "fast", "deals", "--goal", "90%", "--within", "5d", "--until", "Won"},
      0, {"fast"});
  const Ended part =
      Run({"report", "deals", "--completion", "Won", "--filter", "attributes.region = South"});
  EXPECT_EQ(part.code, 0);
  EXPECT_THAT(part.output, HasSubstr("The objective of this log is a promise about all of its"));
  EXPECT_THAT(part.output, Not(HasSubstr("fast:")));
  Expect({"report", "deals", "--end", "2030-01-01"}, 0,
         {"Note: The last event of the log is at 2026-06-", "the period ends there, not at",
          "UTC, until which nothing is known"});
  // A date is a day of the zone, and so are those that are told.
  Expect({"report", "deals", "--completion", "Won", "--end", "2026-05-01", "--zone", "Asia/Tokyo"},
         0, {"2026-04-01 to 2026-05-01 (Asia/Tokyo): ", "Compared with 2026-03-01"});
  Expect({"report", "deals", "--completion", "Won", "--end", "2026-05-01", "--zone", "Asia/Tokyo",
          "--json"},
         0, {"\"endTime\": \"2026-04-30T15:00:00Z\"", "\"startTime\": \"2026-03-31T15:00:00Z\""});
}

TEST_F(ReportTest, ObjectivesAreOnThePage) {
  ImportDeals();
  Expect({"objective", "create", "fast", "deals", "--title", "Won in five days", "--goal", "90%",
          "--within", "5d", "--until", "Won"},
         0, {"fast"});
  Expect({"report", "deals", "--completion", "Won"}, 0, {"Won in five days: ", "objective is met"});
}

TEST_F(ReportTest, AsHtml) {
  ImportDeals();
  const std::string file = folder_.Join("report.html");
  Expect({"report", "deals", "--completion", "Won", "--html", file}, 0, {file});
  Expect({"report", "deals", "--completion", "Won", "--html", file, "--details"}, 0,
         {file, "Time per step"});
  const std::string html = Read("report.html");
  EXPECT_THAT(html, HasSubstr("&lt;b&gt;Legal&lt;/b&gt; &amp; Co"));
  EXPECT_THAT(html, Not(HasSubstr("<b>Legal")));
  EXPECT_THAT(html, HasSubstr("<svg "));
  auto lint = testing::Process::Start({.args = {"xmllint", "--noout", "--nonet", file}});
  const auto code = lint->Wait();
  // 127: it is not on this machine.
  EXPECT_TRUE(code.ok() && (*code == 0 || *code == 127)) << lint->Output();
  Expect({"report", "deals", "--html", "/nowhere/report.html"}, 3, {"--html", "cannot be written"});
}

TEST_F(ReportTest, WhatIsWrongIsNamed) {
  ImportDeals();
  Expect({"report", "nothing"}, 4, {"nothing"});
  Expect({"report", "deals", "--by", "day"}, 2, {"--by"});
  Expect({"report", "deals", "--end", "1999-01-01T00:00:00Z"}, 3, {"--end", "first event"});
  Expect({"report", "deals", "--zone", "Mars"}, 3, {"--zone"});
}

}  // namespace
}  // namespace plumbline
