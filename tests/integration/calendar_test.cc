// SPDX-License-Identifier: Apache-2.0
//
// Calendars from the command line, with the real programs: the shipped files, questions about
// business time, iCalendar out and in.
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string Bin(const std::string& program) {
  const char* folder = std::getenv("PLUMBLINE_BIN_DIR");
  return absl::StrCat(folder == nullptr ? "build/dev/bin" : folder, "/", program);
}

struct Ended {
  int code;
  std::string output;
};

// One suite for all tests.
class CalendarCommandsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<testing::TempDir>();
    suite_ = testing::Process::Start(
        {.args = {Bin("plumbline-suite"), "--server.listen_address=127.0.0.1:0",
                  absl::StrCat("--data_directory=", folder_->Join("data"))}});
    const auto ready = suite_->WaitForLine("\"ready\"");
    ASSERT_TRUE(ready.ok()) << ready.status();
    google::protobuf::Struct line;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*ready, &line).ok()) << *ready;
    address_ = line.fields().at("address").string_value();
  }
  static void TearDownTestSuite() {
    suite_.reset();
    folder_.reset();
  }

  Ended Plumbline(const std::vector<std::string>& arguments) {
    std::vector<std::string> all = {Bin("plumbline"), "--address", address_};
    all.insert(all.end(), arguments.begin(), arguments.end());
    auto process = testing::Process::Start({.args = all});
    const auto code = process->Wait();
    return {code.ok() ? *code : -1, process->Output()};
  }
  Ended Calendar(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "calendar");
    return Plumbline(arguments);
  }
  // The output of an apply that must work.
  std::string Applies(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "apply");
    const Ended ended = Plumbline(arguments);
    EXPECT_EQ(ended.code, 0) << ended.output;
    return ended.output;
  }
  // The output of a calendar command that must work.
  std::string Says(const std::vector<std::string>& arguments) {
    const Ended ended = Calendar(arguments);
    EXPECT_EQ(ended.code, 0) << ended.output;
    return ended.output;
  }
  std::string WriteFile(const std::string& name, const std::string& text) {
    std::ofstream(folder_->Join(name)) << text;
    return folder_->Join(name);
  }

  static std::unique_ptr<testing::TempDir> folder_;
  static std::unique_ptr<testing::Process> suite_;
  static std::string address_;
};
std::unique_ptr<testing::TempDir> CalendarCommandsTest::folder_;
std::unique_ptr<testing::Process> CalendarCommandsTest::suite_;
std::string CalendarCommandsTest::address_;

TEST_F(CalendarCommandsTest, TheShippedCalendars) {
  EXPECT_THAT(Applies({"--dry-run", "-f", "calendars"}),
              AllOf(HasSubstr("calendars/germany"), HasSubstr("all valid, nothing written\n")));
  EXPECT_EQ(Applies({"calendars"}),
            "calendars/company: created\ncalendars/england-and-wales: created\n"
            "calendars/germany: created\ncalendars/us-federal: created\n");
  EXPECT_EQ(Applies({"calendars/germany.yaml"}), "calendars/germany: unchanged\n");
  EXPECT_THAT(Plumbline({"list", "calendars"}).output,
              ContainsRegex("Germany, holidays of all states +company +Europe/Berlin"));
  EXPECT_THAT(Plumbline({"list", "calendars", "--json", "--filter", "NOT has(inherits)"}).output,
              AllOf(StartsWith("{\"name\":\"workspaces/default/calendars/company\""),
                    Not(HasSubstr("germany"))));
  std::ofstream(folder_->Join("shop.yaml"))
      << "name: calendars/shop\ntitle: The shop\ninherits: calendars/germany\n";
  EXPECT_THAT(Applies({folder_->Join("shop.yaml")}), HasSubstr("calendars/shop: created"));
  EXPECT_THAT(Plumbline({"list", "calendars", "--filter", "title = \"The shop\""}).output,
              ContainsRegex("The shop +germany +Europe/Berlin"))
      << "the zone by which it counts";
  EXPECT_EQ(Plumbline({"delete", "calendars/shop"}).code, 0);
  const Ended got = Plumbline({"get", "calendars/us-federal"});
  EXPECT_THAT(got.output, HasSubstr("inherits: calendars/company\n"));
  EXPECT_EQ(Applies({WriteFile("got.yaml", got.output)}), "calendars/us-federal: unchanged\n");
  EXPECT_THAT(Says({"days", "england-and-wales", "--from", "2021-12-01"}),
              HasSubstr("2021-12-28  Tue  Boxing Day (substitute)"));

  // Thanksgiving is on Thursday 26 November 2026.
  EXPECT_EQ(Says({"add", "us-federal", "2026-11-25T15:00:00-05:00", "--days=1", "--minutes=60"}),
            "2026-11-27T16:00:00-05:00\n");
  EXPECT_EQ(Says({"add", "us-federal", "2026-11-27T16:00:00-05:00", "--days=-1", "--minutes=-60"}),
            "2026-11-25T15:00:00-05:00\n");
  EXPECT_EQ(
      Says({"between", "us-federal", "2026-11-25T15:00:00-05:00", "2026-11-27T16:00:00-05:00"}),
      "540 minutes open, on 2 working days\n");
  EXPECT_EQ(
      Says({"between", "us-federal", "2026-11-25T17:00:00-05:00", "2026-11-27T09:00:00-05:00"}),
      "0 minutes open, on 0 working days\n");
  EXPECT_EQ(Says({"add", "us-federal", "2026-11-26T15:00:00-05:00", "--days=1"}),
            "2026-11-30T09:00:00-05:00\n")
      << "from a closed time the next opening is where a day begins";
  EXPECT_EQ(Says({"open", "germany", "2026-04-02T15:00:00Z"}),
            "closed; opens 2026-04-07T09:00:00+02:00\n");
  EXPECT_EQ(Says({"open", "germany", "2026-04-02T14:59:00Z"}), "open\n");
  EXPECT_EQ(Says({"workday", "germany", "2026-12-24", "--days=1"}), "2026-12-28T09:00:00+01:00\n");
  EXPECT_THAT(Says({"--json", "open", "germany", "2026-04-02T14:59:00Z"}),
              HasSubstr("\"open\": true"));

  const Ended in_use = Plumbline({"delete", "calendars/company"});
  EXPECT_EQ(in_use.code, 5);
  EXPECT_THAT(in_use.output, HasSubstr("CALENDAR_IN_USE"));
  EXPECT_THAT(in_use.output, HasSubstr("--force"));
}

TEST_F(CalendarCommandsTest, WhatIsClosedStaysClosed) {
  Applies(
      {WriteFile("eve.yaml",
                 "name: calendars/eve\ntitle: Eve\ntimeZone: Europe/Berlin\nholidays:\n"
                 "  - {id: eve, title: Christmas Eve, yearly: {month: 12, day: 24},"
                 " hours: [{open: \"09:00\", close: \"12:00\"}]}\n"),
       WriteFile("nohours.yaml",
                 "name: calendars/nohours\ntitle: None\nweek: [{weekdays: [WEEKDAY_MONDAY]}]\n")});
  EXPECT_EQ(Says({"open", "eve", "2028-12-24T10:00:00+01:00"}),  // a Sunday
            "closed; opens 2028-12-25T09:00:00+01:00\n");
  EXPECT_EQ(Says({"workday", "eve", "2028-12-23"}), "2028-12-25T09:00:00+01:00\n");
  EXPECT_EQ(Says({"open", "eve", "2027-12-24T10:00:00+01:00"}), "open\n");
  EXPECT_EQ(Says({"open", "nohours"}), "closed; never opens\n");
}

TEST_F(CalendarCommandsTest, ICalendarOutAndIn) {
  const std::string team = WriteFile("team.yaml",
                                     "name: calendars/team\n"
                                     "title: Team\n"
                                     "timeZone: Europe/Berlin\n"
                                     "holidays:\n"
                                     "  - {id: easter, title: Easter Monday, easter: {days: 1}}\n"
                                     "  - {id: may, title: May Day, yearly: {month: 5, day: 1}}\n");
  const std::string copy = WriteFile("copy.yaml", "name: calendars/copy\ntitle: Copy\n");
  Applies({team, copy});
  const std::string file = Says({"export", "team", "--first-year=2026", "--last-year=2027"});
  EXPECT_EQ(file.substr(0, 17), "BEGIN:VCALENDAR\r\n");
  EXPECT_EQ(Says({"import", "copy", WriteFile("team.ics", file), "--reason", "as the team has it"}),
            "calendars/copy: 3 added, 0 replaced, 0 unchanged\n");
  const auto days = [&](const std::string& id) {
    std::string dates;
    const std::string table = Says({"days", id, "--from", "2026-01-01", "--to", "2027-12-31"});
    for (absl::string_view line : absl::StrSplit(table, '\n'))
      absl::StrAppend(&dates, line.substr(0, 10), " ");
    return dates;
  };
  EXPECT_EQ(days("copy"), days("team"));
  EXPECT_THAT(days("copy"), HasSubstr("2026-04-06 2026-05-01 2027-03-29 2027-05-01"));

  const std::string meeting = WriteFile(
      "meeting.ics",
      "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a@b\nDTSTART:20260501T090000Z\nEND:VEVENT\n"
      "BEGIN:VEVENT\nUID:c@d\nDTSTART;VALUE=DATE:20260502\nEND:VEVENT\nEND:VCALENDAR\n");
  const Ended refused = Calendar({"import", "copy", meeting});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.output,
              HasSubstr("error: " + meeting + ": line 5, DTSTART: has a time of day"));
  EXPECT_THAT(refused.output, HasSubstr("--skip-unsupported leaves out what is not understood"));
  EXPECT_THAT(Calendar({"import", "copy", WriteFile("empty.ics", "")}).output,
              HasSubstr("empty.ics' holds nothing"));
  const std::string skipped = Says({"import", "copy", meeting, "--skip-unsupported"});
  EXPECT_THAT(skipped, HasSubstr("1 added"));
  EXPECT_THAT(skipped, HasSubstr(meeting + ":5: left out: DTSTART has a time of day"));

  EXPECT_EQ(Plumbline({"delete", "calendars/copy", "--reason", "only a copy"}).code, 0);
  const Ended history = Plumbline({"history", "calendars/copy"});
  EXPECT_THAT(history.output, ContainsRegex("4 +.* deleted +.*only a copy\n3 .* imported +"));
  EXPECT_THAT(history.output, ContainsRegex("imported +holidays .*as the team has it\n"));
  EXPECT_THAT(
      Plumbline({"history", "calendars/copy", "--json", "--filter", "kind = DELETED"}).output,
      AllOf(StartsWith("{\"name\":\"workspaces/default/calendars/copy/history/4\""),
            HasSubstr("\"kind\":\"KIND_DELETED\"")));
  const Ended unknown = Plumbline({"history", "calendars/cpy"});
  EXPECT_EQ(unknown.code, 4);
}

TEST_F(CalendarCommandsTest, SaysWhatIsWrongInTheWordsThatWereTyped) {
  const std::string holiday =
      WriteFile("holiday.ics",
                "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a@b\nDTSTART;VALUE=DATE:20260502\n"
                "END:VEVENT\nEND:VCALENDAR\n");
  Applies({WriteFile("known.yaml", "name: calendars/known\ntitle: Known\n")});
  struct Row {
    const char* name;
    std::vector<std::string> arguments;
    int code;
    std::string says;
  };
  for (const Row& row : std::vector<Row>{
           {"nobody", {"days", "knwn"}, 4, "did you mean 'known'?"},
           {"no time", {"add", "known", "soon"}, 3, "error: TIME: "},
           {"no date", {"workday", "known", "soon"}, 3, "error: DATE: "},
           {"no such day", {"days", "known", "--from", "2026-02-30"}, 3, "error: --from: "},
           {"long", {"add", "known", "2026-01-01", "--days=4000"}, 3, "error: --days: is 4000; "},
           {"both ways",
            {"add", "known", "2026-01-01", "--days=1", "--minutes=-1"},
            3,
            "error: --days and --minutes: "},
           {"years", {"export", "known", "--first-year=1900"}, 3, "error: --first-year: is 1900"},
           {"file", {"import", "known", "nowhere.ics"}, 3, "error: FILE: "},
           {"etag", {"import", "known", holiday, "--etag=0"}, 5, "(ETAG_MISMATCH)"},
           {"no command", {"widget"}, 2, "widget"}}) {
    const Ended ended = Calendar(row.arguments);
    EXPECT_EQ(ended.code, row.code) << row.name << ": " << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(row.says)) << row.name;
  }
  const Ended filter = Plumbline({"list", "calendars", "--filter", "zone = UTC"});
  EXPECT_EQ(filter.code, 3);
  EXPECT_THAT(filter.output, HasSubstr("error: --filter: at character 1: 'zone' is not a field"));
}

TEST_F(CalendarCommandsTest, FilesThatAreWrong) {
  const std::string nameless = WriteFile("nameless.yaml", "title: X\n");
  const std::string hours = WriteFile("hours.yaml",
                                      "name: calendars/x\ntitle: X\nweek:\n"
                                      "  - weekdays: [WEEKDAY_MONDAY]\n"
                                      "    hours: [{open: \"9\", close: \"17:00\"}]\n");
  const std::string a = WriteFile("a.yaml", "name: calendars/a\ntitle: A\ninherits: calendars/b\n");
  const std::string b = WriteFile("b.yaml", "name: calendars/b\ntitle: B\ninherits: calendars/a\n");
  const std::string orphan =
      WriteFile("orphan.yaml", "name: calendars/o\ntitle: O\ninherits: calendars/nobody\n");
  struct Row {
    const char* name;
    std::vector<std::string> files;
    int code;
    std::string says;
  };
  for (const Row& row : std::vector<Row>{
           {"nameless", {nameless}, 3, "nameless.yaml: line 1, column 1: name: is missing; begin"},
           {"no id",
            {WriteFile("id.yaml", "name: calendars/Big_X\ntitle: X\n")},
            3,
            "id.yaml: name: 'calendars/Big_X' "},
           {"hours", {hours}, 3, "hours.yaml: line 5, column 14: week[0].hours[0].open: "},
           {"twice", {a, a}, 3, "'calendars/a' is also the name in "},
           {"circle", {a, b}, 5, "calendars/a -> calendars/b -> calendars/a"},
           {"orphan", {orphan}, 4, "'calendars/nobody'"}}) {
    std::vector<std::string> arguments = row.files;
    arguments.insert(arguments.begin(), "apply");
    const Ended ended = Plumbline(arguments);
    EXPECT_EQ(ended.code, row.code) << row.name << ": " << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(row.says)) << row.name;
  }
}

TEST_F(CalendarCommandsTest, ADryRunOfSeveralFilesTakesWhatIsToComeForThere) {
  const std::string child =
      WriteFile("child.yaml", "name: calendars/child\ntitle: C\ninherits: calendars/parent\n");
  const std::string parent = WriteFile("parent.yaml", "name: calendars/parent\ntitle: P\n");
  EXPECT_THAT(Applies({"--dry-run", child, parent}), HasSubstr("all valid, nothing written\n"));
  EXPECT_EQ(Plumbline({"get", "calendars/parent"}).code, 4);
  EXPECT_EQ(Applies({child, parent}), "calendars/parent: created\ncalendars/child: created\n");
}

}  // namespace
}  // namespace plumbline
