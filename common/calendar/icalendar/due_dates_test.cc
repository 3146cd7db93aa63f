// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/icalendar/due_dates.h"

#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/calendar/icalendar/content_line.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

DueDate Laptop() {
  DueDate due;
  due.uid = "order-laptop@ada.acme.plumbline";
  due.summary = "Order the laptop; 14\", please";
  due.description = "On-boarding ada, task order-laptop";
  due.due = absl::FromUnixSeconds(1'930'000'000);
  due.modified = absl::FromUnixSeconds(1'920'000'000);
  due.sequence = 7;
  return due;
}

// With LF, to be read.
std::string Text(const std::string& file) { return absl::StrReplaceAll(file, {{"\r\n", "\n"}}); }

TEST(DueDates, AnEventAtTheDueDate) {
  EXPECT_EQ(Text(WriteDueDates("Tasks of it", DueComponent::kEvent, {Laptop()})),
            "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Plumbline//Tasks//EN\nCALSCALE:GREGORIAN\n"
            "NAME:Tasks of it\nX-WR-CALNAME:Tasks of it\n"
            "BEGIN:VEVENT\nUID:order-laptop@ada.acme.plumbline\nDTSTAMP:20301104T052000Z\n"
            "LAST-MODIFIED:20301104T052000Z\nSEQUENCE:7\nDTSTART:20310227T230640Z\n"
            "SUMMARY:Order the laptop\\; 14\"\\, please\n"
            "DESCRIPTION:On-boarding ada\\, task order-laptop\nTRANSP:TRANSPARENT\nEND:VEVENT\n"
            "END:VCALENDAR\n");
}

TEST(DueDates, ASubscriptionIsToldHowOftenToRead) {
  const std::string text =
      Text(WriteDueDates("T", DueComponent::kEvent, {Laptop()}, absl::Minutes(90)));
  EXPECT_NE(text.find("X-WR-CALNAME:T\nREFRESH-INTERVAL;VALUE=DURATION:PT90M\n"
                      "X-PUBLISHED-TTL:PT90M\nBEGIN:VEVENT\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(Text(WriteDueDates("T", DueComponent::kEvent, {}, absl::Seconds(59))).find("REFRESH"),
            std::string::npos);
}

TEST(DueDates, ATodo) {
  DueDate due = Laptop();
  due.begun = true;
  due.description.clear();
  const std::string text = Text(WriteDueDates("T", DueComponent::kTodo, {due, Laptop()}));
  EXPECT_NE(text.find("DUE:20310227T230640Z\n"), std::string::npos);
  EXPECT_NE(text.find("STATUS:IN-PROCESS\nEND:VTODO\nBEGIN:VTODO"), std::string::npos);
  EXPECT_NE(text.find("STATUS:NEEDS-ACTION\nEND:VTODO\nEND:VCALENDAR"), std::string::npos);
  EXPECT_EQ(text.find("VEVENT"), std::string::npos);
}

TEST(DueDates, LongLinesAreFoldedBetweenCharacters) {
  DueDate due = Laptop();
  due.summary.clear();
  for (int i = 0; i < 100; ++i) due.summary += "\xc3\xa9";
  const std::string file = WriteDueDates("T", DueComponent::kEvent, {due});
  for (const absl::string_view line : absl::StrSplit(file, "\r\n")) EXPECT_LE(line.size(), 75u);
  const auto lines = ReadContentLines(file);
  ASSERT_TRUE(lines.ok()) << lines.status();
  bool found = false;
  for (const ContentLine& line : *lines) found = found || line.value == due.summary;
  EXPECT_TRUE(found) << "it is read back whole";
}

TEST(DueDates, TextCannotBeginALine) {
  DueDate due = Laptop();
  due.summary = "x\r\nEND:VEVENT\nATTACH:evil";
  const auto lines = ReadContentLines(WriteDueDates("T", DueComponent::kEvent, {due}));
  ASSERT_TRUE(lines.ok()) << lines.status();
  for (const ContentLine& line : *lines) EXPECT_NE(line.name, "ATTACH");
}

}  // namespace
}  // namespace plumbline::calendar
