// SPDX-License-Identifier: Apache-2.0
//
// What of an iCalendar file is refused, and how it is told.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "common/calendar/icalendar/icalendar.h"
#include "common/calendar/icalendar/test_files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

using ::testing::HasSubstr;

struct RefusalRow {
  std::string name;
  std::string text;
  std::string violation;  // "line 5, DTSTART: ..." or the beginning of the message
};

class UnsupportedTest : public testing::TestWithParam<RefusalRow> {};

TEST_P(UnsupportedTest, NamesLinePropertyAndReason) {
  const RefusalRow& row = GetParam();
  const absl::Status status = ReadICalendar(row.text, false).status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_ICALENDAR_UNSUPPORTED) << status;
  ASSERT_FALSE(base::FieldViolationsOf(status).empty());
  EXPECT_EQ(base::FieldViolationsOf(status)[0].field, "icalendar");
  EXPECT_THAT(base::FieldViolationsOf(status)[0].description, HasSubstr(row.violation));
  const auto skipped = ReadICalendar(row.text, true);
  if (!skipped.ok()) {
    EXPECT_EQ(base::ReasonOf(skipped.status()), base::Reason::ERROR_REASON_IMPORT_EMPTY);
    return;
  }
  ASSERT_FALSE(skipped->skipped.empty());
  EXPECT_THAT(row.violation, HasSubstr(absl::StrCat("line ", skipped->skipped[0].line, ", ",
                                                    skipped->skipped[0].property, ":")));
}

// Lines of an event begin at 8.
INSTANTIATE_TEST_SUITE_P(
    Rows, UnsupportedTest,
    testing::ValuesIn(std::vector<RefusalRow>{
        {"NoStart", File({Event({"DTEND;VALUE=DATE:20260501"})}), "line 4, VEVENT: has no DTSTART"},
        {"NoUid", File({"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260501\r\nEND:VEVENT"}),
         "line 4, VEVENT: has no UID"},
        {"Timed", File({Event({"DTSTART:20260501T090000Z"})}),
         "line 8, DTSTART: has a time of day"},
        {"TimedInAZone", File({Event({"DTSTART;TZID=Europe/Berlin:20260501T090000"})}),
         "line 8, DTSTART: has a time of day"},
        {"NoSuchDate", File({Event({"DTSTART;VALUE=DATE:20260231"})}),
         "line 8, DTSTART: '20260231' is not a date"},
        {"StartTwice",
         File({Event({"DTSTART;VALUE=DATE:20260501", "DTSTART;VALUE=DATE:20260502"})}),
         "line 9, DTSTART: is given twice"},
        {"TooEarly", File({Event({"DTSTART;VALUE=DATE:19691231"})}),
         "line 8, DTSTART: lies outside"},
        {"TooLate", File({Event({"DTSTART;VALUE=DATE:21500101"})}),
         "line 8, DTSTART: lies outside"},
        {"EndIsStart", File({Event({"DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20260501"})}),
         "line 9, DTEND: must be after DTSTART"},
        {"TooLong", File({Event({"DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20270503"})}),
         "line 9, DTEND: makes the event 367 days long"},
        {"TooLongForEveryYear",
         File({Event({"DTSTART;VALUE=DATE:20260501", "DURATION:P9W", "RRULE:FREQ=YEARLY"})}),
         "line 9, DURATION: makes the event 63 days long"},
        {"EndAndDuration",
         File({Event({"DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20260502",
                      "DURATION:P1D"})}),
         "line 10, DURATION: cannot stand with DTEND"},
        {"Hours", File({Event({"DTSTART;VALUE=DATE:20260501", "DURATION:PT24H"})}),
         "line 9, DURATION: must be whole days"},
        {"TimedException", File({Event({"DTSTART;VALUE=DATE:20260501", "EXDATE:20260501T000000"})}),
         "line 9, EXDATE: has a time of day"},
        {"Periods",
         File({Event({"DTSTART;VALUE=DATE:20260501", "RDATE;VALUE=PERIOD:20260501T000000Z/P1D"})}),
         "line 9, RDATE: has a time of day"},
        {"Override",
         File({Event({"DTSTART;VALUE=DATE:20260501", "RECURRENCE-ID;VALUE=DATE:20260501"})}),
         "line 9, RECURRENCE-ID: is not understood"},
        {"ExRule", File({Event({"DTSTART;VALUE=DATE:20260501", "EXRULE:FREQ=YEARLY"})}),
         "line 9, EXRULE: is not understood"},
        {"Monthly", File({Event({"DTSTART;VALUE=DATE:20260501", "RRULE:FREQ=MONTHLY"})}),
         "line 9, RRULE: FREQ=MONTHLY is not understood"},
        {"Escape",
         absl::StrReplaceAll(File({Event({"DTSTART;VALUE=DATE:20260501"})}),
                             {{"SUMMARY:One", "SUMMARY:a\\b"}}),
         "line 7, SUMMARY: holds a backslash"},
        {"LongSummary",
         absl::StrReplaceAll(File({Event({"DTSTART;VALUE=DATE:20260501"})}),
                             {{"SUMMARY:One", "SUMMARY:" + std::string(201, 'x')}}),
         "line 7, SUMMARY: has 201 characters"},
        {"Task",
         File({"BEGIN:VTODO\r\nUID:x\r\nEND:VTODO", Event({"DTSTART;VALUE=DATE:20260501"})}),
         "line 4, VTODO: is not understood"},
        {"SameUid",
         File({Event({"DTSTART;VALUE=DATE:20260501"}), Event({"DTSTART;VALUE=DATE:20270501"}),
               Event({"DTSTART;VALUE=DATE:20280501"})}),
         "line 10, UID: is the UID of an earlier event too"},
        {"OldVersion",
         absl::StrReplaceAll(File({Event({"DTSTART;VALUE=DATE:20260501"})}),
                             {{"VERSION:2.0", "VERSION:1.0"}}),
         "line 2, VERSION: is not 2.0"},
        {"OtherScale", File({"CALSCALE:JULIAN", Event({"DTSTART;VALUE=DATE:20260501"})}),
         "line 4, CALSCALE: is not GREGORIAN"},
        {"Cancels", File({"METHOD:CANCEL", Event({"DTSTART;VALUE=DATE:20260501"})}),
         "line 4, METHOD: cancels events"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(ReadICalendar, LeavesOutOnlyWhatIsNotUnderstood) {
  const auto read = ReadICalendar(
      File({Event({"DTSTART;VALUE=DATE:20260501"}),
            "BEGIN:VEVENT\r\nUID:two@x\r\nDTSTART:20260502T090000Z\r\nEND:VEVENT",
            "BEGIN:VEVENT\r\nUID:three@x\r\nDTSTART;VALUE=DATE:20260503\r\nEND:VEVENT"}),
      true);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->holidays.size(), 2u);
  EXPECT_EQ(read->holidays[0].id, "one");
  EXPECT_EQ(read->holidays[1].id, "three");
  ASSERT_EQ(read->skipped.size(), 1u);
  EXPECT_EQ(read->skipped[0].line, 12);
  EXPECT_EQ(read->skipped[0].property, "DTSTART");
}

// A value is quoted as far as it is worth it, 20 bytes: here the last one is half a character.
TEST(ReadICalendar, WhatIsToldIsTextAlsoWhereItWasCut) {
  const std::string text = File({Event({"DTSTART;VALUE=DATE:20260501"}),
                                 "BEGIN:VEVENT\r\nUID:two@x\r\n"
                                 "DTSTART;VALUE=DATE:2026050112345678901\xC3\xA9\r\nEND:VEVENT"});
  const auto read = ReadICalendar(text, true);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->skipped.size(), 1u);
  EXPECT_THAT(read->skipped[0].reason, HasSubstr("'2026050112345678901?' is not a date"));
  const absl::Status strict = ReadICalendar(text, false).status();
  ASSERT_EQ(base::FieldViolationsOf(strict).size(), 1u) << strict;
  EXPECT_THAT(base::FieldViolationsOf(strict)[0].description, HasSubstr("1?' is not a date"));
}

TEST(ReadICalendar, AllProblemsAreListedUpToALimit) {
  std::vector<std::string> events;
  for (int i = 0; i < 150; ++i) events.push_back("BEGIN:VTODO\r\nEND:VTODO");
  const absl::Status status = ReadICalendar(File(events), false).status();
  EXPECT_EQ(base::FieldViolationsOf(status).size(), kMaxICalendarProblems);
  EXPECT_LT(status.message().size(), 300u);
}

class FormatTest : public testing::TestWithParam<RefusalRow> {};

TEST_P(FormatTest, IsNoICalendarFile) {
  const RefusalRow& row = GetParam();
  for (bool skip : {false, true}) {
    const absl::Status status = ReadICalendar(row.text, skip).status();
    EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_IMPORT_FORMAT) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.violation));
    EXPECT_FALSE(base::MetadataOf(status, "line").empty());
    EXPECT_LT(status.message().size(), 400u);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, FormatTest,
    testing::ValuesIn(std::vector<RefusalRow>{
        {"Empty", "", "line 1 does not begin a calendar"},
        {"Csv", "date,title\n2026-05-01,One\n", "line 1 begins with 'date,title' and is no"},
        {"Html", "<html>\n", "line 1 begins with '<html>'"},
        {"CutOff", ThreeDays().substr(0, ThreeDays().size() - 30),
         "is missing: the file is cut off"},
        {"WrongEnd", File({"BEGIN:VEVENT\r\nEND:VTODO"}), "line 5 must be END:VEVENT"},
        {"EndAlone", "END:VCALENDAR\r\n", "line 1 ends what did not begin"},
        {"EventAlone", "BEGIN:VEVENT\r\n", "line 1 must be BEGIN:VCALENDAR"},
        {"Nested", File({"BEGIN:VCALENDAR\r\nEND:VCALENDAR"}), "line 4 begins a calendar within"},
        {"Outside", ThreeDays() + "X-A:b\r\n", "stands outside of BEGIN:VCALENDAR"},
        {"NotUtf8", File({"X-A:\xFF"}), "line 4 is not UTF-8"},
        {"Control", File({std::string("X-A:\x01")}), "line 4 holds a control character"},
        {"ZeroByte", File({std::string("X-A:\0", 5)}), "line 4 holds a control character"},
        {"NoColon", File({"NONSENSE"}), "line 4 begins with 'NONSENSE'"},
        {"OpenQuote", File({"X-A;B=\"c:d"}), "line 4 begins with 'X-A;B="},
        {"ParameterWithoutValue", File({"X-A;B:c"}), "line 4 begins with 'X-A;B:c'"},
        {"EmptyLineWithin", File({"", "X-A:b"}), "line 4 begins with ''"},
        {"TooDeep",
         File({absl::StrCat("BEGIN:A\r\nBEGIN:A\r\nBEGIN:A\r\nBEGIN:A\r\n",
                            "BEGIN:A\r\nBEGIN:A\r\nBEGIN:A\r\nBEGIN:A")}),
         "nests deeper than 8"},
        {"TooLarge", File({"X-A:" + std::string(kMaxICalendarBytes, 'x')}), "at most 1048576"},
    }),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace plumbline::calendar
