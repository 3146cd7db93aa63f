// SPDX-License-Identifier: Apache-2.0
//
// What is read from an iCalendar file.
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "common/calendar/icalendar/icalendar.h"
#include "common/calendar/icalendar/test_files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

using ::testing::ElementsAre;

// The only holiday of a file.
Holiday ReadOne(const std::string& text) {
  const auto read = ReadICalendar(text, false);
  EXPECT_TRUE(read.ok()) << read.status();
  if (!read.ok() || read->holidays.size() != 1) return {};
  return read->holidays[0];
}

TEST(ReadICalendar, AFileAsGoogleWritesIt) {
  const auto read = ReadICalendar(
      "BEGIN:VCALENDAR\r\n"
      "PRODID:-//Google Inc//Google Calendar 70.9054//EN\r\n"
      "VERSION:2.0\r\n"
      "CALSCALE:GREGORIAN\r\n"
      "METHOD:PUBLISH\r\n"
      "X-WR-CALNAME:Holidays in Germany\r\n"
      "X-WR-TIMEZONE:UTC\r\n"
      "X-WR-CALDESC:Holidays and Observances\r\n"
      "BEGIN:VEVENT\r\n"
      "DTSTART;VALUE=DATE:20261225\r\n"
      "DTEND;VALUE=DATE:20261226\r\n"
      "DTSTAMP:20251120T090000Z\r\n"
      "UID:20261225_60o30dr460o30e1g60o30dr4ck@google.com\r\n"
      "CLASS:PUBLIC\r\n"
      "CREATED:20240517T095750Z\r\n"
      "DESCRIPTION:Public holiday\\nobserved by all\\, everywhere; this line is so lo\r\n"
      " ng that it is folded\r\n"
      "LAST-MODIFIED:20240517T095750Z\r\n"
      "SEQUENCE:0\r\n"
      "STATUS:CONFIRMED\r\n"
      "SUMMARY:Christmas\r\n"
      "  Day\r\n"
      "TRANSP:TRANSPARENT\r\n"
      "BEGIN:VALARM\r\n"
      "ACTION:DISPLAY\r\n"
      "TRIGGER:-P1D\r\n"
      "END:VALARM\r\n"
      "END:VEVENT\r\n"
      "END:VCALENDAR\r\n",
      false);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->holidays.size(), 1u);
  const Holiday& holiday = read->holidays[0];
  EXPECT_EQ(holiday.title, "Christmas Day");
  EXPECT_THAT(holiday.id, ::testing::MatchesRegex("christmas-day-[0-9a-f]{8}"));
  EXPECT_THAT(holiday.dates, ElementsAre(absl::CivilDay(2026, 12, 25)));
  EXPECT_EQ(holiday.days, 1);
}

struct FormRow {
  std::string name;
  std::string text;
};

class FormTest : public testing::TestWithParam<FormRow> {};

TEST_P(FormTest, IsTheSameHoliday) {
  const Holiday holiday = ReadOne(GetParam().text);
  EXPECT_EQ(holiday.id, "one");
  EXPECT_EQ(holiday.title, "One");
  EXPECT_THAT(holiday.dates, ElementsAre(absl::CivilDay(2026, 5, 1)));
  EXPECT_EQ(holiday.days, 3);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, FormTest,
    testing::ValuesIn(std::vector<FormRow>{
        {"Duration", ThreeDays()},
        {"End", File({Event({"DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20260504"})})},
        {"LineFeedsOnly", absl::StrReplaceAll(ThreeDays(), {{"\r\n", "\n"}})},
        {"ByteOrderMark", "\xEF\xBB\xBF" + ThreeDays()},
        {"NoLineEndAtTheEnd", ThreeDays().substr(0, ThreeDays().size() - 2)},
        {"EmptyLinesAtTheEnd", ThreeDays() + "\r\n\r\n"},
        {"SmallLetters",
         absl::AsciiStrToLower(ThreeDays())
             .replace(absl::AsciiStrToLower(ThreeDays()).find("summary:one"), 11, "summary:One")},
        {"FoldedEverywhere",
         absl::StrReplaceAll(ThreeDays(), {{"DTSTART", "DT\r\n START"}, {"2026", "20\r\n\t26"}})},
        {"ValueLeftOut", File({Event({"DTSTART:20260501", "DTEND:20260504"})})},
        {"QuotedParameters",
         File({Event({"DTSTART;X-A=\"a;b:c\",d;VALUE=DATE:20260501", "DURATION:P3D"})})},
        {"AlarmsAndZones",
         File({"BEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
               "RRULE:FREQ=MONTHLY\r\nEND:STANDARD\r\nEND:VTIMEZONE",
               Event({"DTSTART;VALUE=DATE:20260501", "DURATION:P3D",
                      "BEGIN:VALARM\r\nDURATION:PT5M\r\nEND:VALARM"})})},
        {"UnknownProperties",
         File({"NAME:x\r\nREFRESH-INTERVAL;VALUE=DURATION:P1W",
               Event({"DTSTART;VALUE=DATE:20260501", "DURATION:P3D", "COLOR:red", "X-Y:z"})})},
        {"ACancelledOne",
         File({Event({"DTSTART;VALUE=DATE:20260501", "DURATION:P3D"}),
               "BEGIN:VEVENT\r\nUID:two@x\r\nSTATUS:CANCELLED\r\nDTSTART;VALUE=DATE:20260601\r\n"
               "END:VEVENT"})},
    }),
    [](const auto& row) { return row.param.name; });

TEST(ReadICalendar, ListsOfDates) {
  const Holiday holiday =
      ReadOne(File({Event({"DTSTART;VALUE=DATE:20260501", "RDATE;VALUE=DATE:20270501,20280501",
                           "RDATE;VALUE=DATE:20290501", "EXDATE;VALUE=DATE:20270501"})}));
  EXPECT_THAT(holiday.dates, ElementsAre(absl::CivilDay(2026, 5, 1), absl::CivilDay(2027, 5, 1),
                                         absl::CivilDay(2028, 5, 1), absl::CivilDay(2029, 5, 1)));
  EXPECT_THAT(holiday.skip, ElementsAre(absl::CivilDay(2027, 5, 1)));
}

TEST(ReadICalendar, TextIsUnescaped) {
  const auto title = [](const std::string& summary) {
    return ReadOne(File({"BEGIN:VEVENT\r\nUID:a@b\r\nDTSTART;VALUE=DATE:20260501\r\nSUMMARY:" +
                         summary + "\r\nEND:VEVENT"}))
        .title;
  };
  EXPECT_EQ(title("a\\, b\\; c\\\\ d\\ne\\Nf"), "a, b; c\\ d e f");
  EXPECT_EQ(title("caf\xC3\r\n \xA9"), "caf\xC3\xA9") << "folded within a character";
  EXPECT_EQ(title("  "), "Holiday");
}

TEST(ReadICalendar, IdsComeFromTheUid) {
  const auto id = [](const std::string& uid, const std::string& summary) {
    return ReadOne(
               File({"BEGIN:VEVENT\r\nUID:" + uid +
                     "\r\nDTSTART;VALUE=DATE:20260501\r\nSUMMARY:" + summary + "\r\nEND:VEVENT"}))
        .id;
  };
  EXPECT_EQ(id("christmas-day@company.acme.plumbline", "X"), "christmas-day");
  EXPECT_THAT(id("CE1D-42", "New Year's Day"), ::testing::StartsWith("new-year-s-day-"));
  EXPECT_THAT(id("a b@x", "1. Mai"), ::testing::StartsWith("holiday-1-mai-"));
  EXPECT_THAT(id("\xC3\xA9@x", "\xC3\xA9"), ::testing::StartsWith("holiday-"));
  EXPECT_NE(id("A1", "X"), id("A2", "X"));
  EXPECT_EQ(id("A1", "X"), id("A1", "X"));
  EXPECT_LE(id("A1", std::string(150, 'x')).size(), 63u);
}

TEST(ReadICalendar, TwoMakersMayUseOneWord) {
  const auto read = ReadICalendar(
      File({"BEGIN:VEVENT\r\nUID:may@a\r\nDTSTART;VALUE=DATE:20260501\r\nEND:VEVENT",
            "BEGIN:VEVENT\r\nUID:may@b\r\nDTSTART;VALUE=DATE:20270501\r\nEND:VEVENT"}),
      false);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->holidays.size(), 2u);
  EXPECT_NE(read->holidays[0].id, read->holidays[1].id);
}

TEST(ReadICalendar, AFileWithoutEventsIsEmpty) {
  EXPECT_EQ(base::ReasonOf(ReadICalendar(File({"X-A:b"}), false).status()),
            base::Reason::ERROR_REASON_IMPORT_EMPTY);
}

}  // namespace
}  // namespace plumbline::calendar
