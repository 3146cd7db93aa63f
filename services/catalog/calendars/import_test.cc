// SPDX-License-Identifier: Apache-2.0
//
// ImportHolidays over the in-process channel.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/calendars/testing.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CalendarImportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    v1::Calendar company = CalendarOf("Company");
    *company.add_holidays() = YearlyHoliday("christmas", 12, 25);
    auto created = CreateCalendarIn(catalog_, "company", company);
    ASSERT_TRUE(created.ok()) << created.status();
    company_ = created->calendar();
  }

  v1::ImportHolidaysRequest ImportOf(absl::string_view events) {
    v1::ImportHolidaysRequest request;
    request.set_name(CalendarNameOf("company"));
    request.set_icalendar(
        absl::StrCat("BEGIN:VCALENDAR\nVERSION:2.0\n", events, "END:VCALENDAR\n"));
    return request;
  }
  absl::StatusOr<v1::ImportHolidaysResponse> Import(const v1::ImportHolidaysRequest& request) {
    return catalog_.CallCalendars<v1::ImportHolidaysResponse>("ImportHolidays", request);
  }

  // Brings what one calendar says of 2026 and 2027 into another.
  v1::ImportHolidaysResponse Copy(const std::string& from, const std::string& to) {
    v1::ExportCalendarRequest out;
    out.set_name(CalendarNameOf(from));
    out.set_first_year(2026);
    out.set_last_year(2027);
    const auto file = catalog_.CallCalendars<v1::ExportCalendarResponse>("ExportCalendar", out);
    EXPECT_TRUE(file.ok()) << file.status();
    v1::ImportHolidaysRequest in;
    in.set_name(CalendarNameOf(to));
    if (file.ok()) in.set_icalendar(file->icalendar());
    const auto imported = Import(in);
    EXPECT_TRUE(imported.ok()) << imported.status();
    return imported.ok() ? *imported : v1::ImportHolidaysResponse();
  }
  // The same of 'company' into 'copy'; what is now in it, in order.
  std::vector<std::string> Copy() {
    const v1::ImportHolidaysResponse imported = Copy("company", "copy");
    std::vector<std::string> ids;
    for (const v1::Holiday& holiday : imported.calendar().holidays()) ids.push_back(holiday.id());
    return ids;
  }
  // "2026-12-25 10:00", "2027-12-25 closed": the special days of 'copy' in these years.
  std::vector<std::string> DaysOfCopy() {
    v1::ListSpecialDaysRequest list;
    list.set_name(CalendarNameOf("copy"));
    list.set_first_date("2026-01-01");
    list.set_last_date("2027-12-31");
    const auto days = catalog_.CallCalendars<v1::ListSpecialDaysResponse>("ListSpecialDays", list);
    EXPECT_TRUE(days.ok()) << days.status();
    std::vector<std::string> text;
    if (!days.ok()) return text;
    for (const v1::SpecialDay& day : days->days())
      text.push_back(
          absl::StrCat(day.date(), " ", day.hours().empty() ? "closed" : day.hours(0).open()));
    return text;
  }

  TestCatalog catalog_;
  v1::Calendar company_;
};

TEST_F(CalendarImportTest, ValidateOnlyChangesNothing) {
  v1::ImportHolidaysRequest request =
      ImportOf("BEGIN:VEVENT\nUID:may@x\nDTSTART;VALUE=DATE:20260501\nEND:VEVENT\n");
  request.set_validate_only(true);
  EXPECT_EQ(Import(request)->added(), 1);
  EXPECT_TRUE(MessageDifferencer::Equals(*GetCalendarFrom(catalog_, "company"), company_));
}

TEST_F(CalendarImportTest, ImportAddsReplacesAndKeeps) {
  const std::string christmas =
      "BEGIN:VEVENT\nUID:christmas@x\nSUMMARY:Xmas\nDTSTART;VALUE=DATE:20261225\n"
      "RRULE:FREQ=YEARLY\nEND:VEVENT\n";
  const std::string may =
      "BEGIN:VEVENT\nUID:may@x\nSUMMARY:May Day\nDTSTART;VALUE=DATE:20260501\nEND:VEVENT\n";
  auto imported = Import(ImportOf(christmas + may));
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->added(), 1);
  EXPECT_EQ(imported->replaced(), 1);
  EXPECT_EQ(imported->unchanged(), 0);
  ASSERT_EQ(imported->calendar().holidays_size(), 2);
  EXPECT_EQ(imported->calendar().holidays(0).title(), "Xmas");
  EXPECT_EQ(imported->calendar().holidays(0).first_year(), 2026);
  EXPECT_THAT(imported->calendar().holidays(1).dates(), ElementsAre("2026-05-01"));
  auto again = Import(ImportOf(christmas + may));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->unchanged(), 2);
  EXPECT_EQ(again->calendar().etag(), imported->calendar().etag());
}

TEST_F(CalendarImportTest, WhatACancelledEventGaveIsRemovedAndTold) {
  const std::string may = "BEGIN:VEVENT\nUID:may@x\nDTSTART;VALUE=DATE:20260501\n";
  const std::string bridge = "BEGIN:VEVENT\nUID:1/2\nDTSTART;VALUE=DATE:20260502\n";
  const std::string end = "END:VEVENT\n";
  ASSERT_EQ(Import(ImportOf(may + end + bridge + "SUMMARY:Bridge\n" + end))->added(), 2);
  const std::string cancelled = "STATUS:CANCELLED\n" + end;
  v1::ImportHolidaysRequest request =
      ImportOf(may + cancelled + bridge + "SUMMARY:Cancelled\n" + cancelled +
               "BEGIN:VEVENT\nUID:other@x\nDTSTART;VALUE=DATE:20260503\n" + cancelled);
  const auto imported = Import(request);
  ASSERT_TRUE(imported.ok()) << imported.status();
  ASSERT_EQ(imported->calendar().holidays_size(), 1);
  EXPECT_EQ(imported->calendar().holidays(0).id(), "christmas");
  ASSERT_EQ(imported->skipped_size(), 2);
  EXPECT_EQ(imported->skipped(0).line(), 3);
  EXPECT_EQ(imported->skipped(0).property(), "STATUS");
  EXPECT_EQ(imported->skipped(0).reason(),
            "is CANCELLED: the holiday 'may', which UID 'may@x' had given, is removed");
  EXPECT_THAT(imported->skipped(1).reason(), HasSubstr("UID '1/2'")) << "by another summary";
  EXPECT_EQ(Import(request)->skipped_size(), 0) << "there is nothing left to remove";
}

TEST_F(CalendarImportTest, ImportSaysWhatIsNotUnderstood) {
  const std::string events =
      "BEGIN:VEVENT\nUID:a@x\nDTSTART;VALUE=DATE:20260501\nRRULE:FREQ=MONTHLY\nEND:VEVENT\n"
      "BEGIN:VEVENT\nUID:b@x\nDTSTART;VALUE=DATE:20260502\nEND:VEVENT\n";
  v1::ImportHolidaysRequest request = ImportOf(events);
  const absl::Status refused = Import(request).status();
  EXPECT_EQ(ReasonText(refused), "ICALENDAR_UNSUPPORTED");
  EXPECT_THAT(base::FieldViolationsOf(refused)[0].description,
              HasSubstr("line 6, RRULE: FREQ=MONTHLY is not understood"));
  request.set_skip_unsupported(true);
  auto imported = Import(request);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->added(), 1);
  ASSERT_EQ(imported->skipped_size(), 1);
  EXPECT_EQ(imported->skipped(0).line(), 6);
  EXPECT_EQ(imported->skipped(0).property(), "RRULE");
}

TEST_F(CalendarImportTest, ImportRefusesWhatIsWrong) {
  v1::ImportHolidaysRequest request = ImportOf("");
  EXPECT_EQ(ReasonText(Import(request)), "IMPORT_EMPTY");
  request.set_icalendar("date,title\n");
  EXPECT_EQ(ReasonText(Import(request)), "IMPORT_FORMAT");
  request.clear_icalendar();
  EXPECT_EQ(ReasonText(Import(request)), "FIELD_INVALID");
  request = ImportOf("BEGIN:VEVENT\nUID:b@x\nDTSTART;VALUE=DATE:20260502\nEND:VEVENT\n");
  request.set_etag("0123456789abcdef");
  EXPECT_EQ(ReasonText(Import(request)), "ETAG_MISMATCH");
  request.set_name(CalendarNameOf("x"));
  EXPECT_EQ(ReasonText(Import(request)), "RESOURCE_NOT_FOUND");
  std::string many;
  for (int i = 0; i < 500; ++i)
    absl::StrAppend(&many, "BEGIN:VEVENT\nUID:e", i,
                    "@x\nDTSTART;VALUE=DATE:20260502\nEND:VEVENT\n");
  const absl::Status full = Import(ImportOf(many)).status();
  EXPECT_EQ(ReasonText(full), "FIELD_INVALID");
  EXPECT_THAT(std::string(full.message()), HasSubstr("has 501 entries"));
  EXPECT_TRUE(MessageDifferencer::Equals(*GetCalendarFrom(catalog_, "company"), company_));
}

TEST_F(CalendarImportTest, ADayThatIsOpenAfterAllIsOpenInTheCopyToo) {
  ASSERT_EQ(ReasonText(CreateCalendarIn(catalog_, "copy", CalendarOf("Copy"))), "OK");
  EXPECT_THAT(Copy(), ElementsAre("christmas"));
  EXPECT_THAT(DaysOfCopy(), ElementsAre("2026-12-25 closed", "2027-12-25 closed"));
  v1::UpdateCalendarRequest update;
  *update.mutable_calendar() = company_;
  *update.mutable_calendar()->add_holidays() = YearlyHoliday("boxing-day", 12, 26);
  for (const auto& [date, open] :
       {std::pair("2026-12-25", "10:00"), std::pair("2026-12-26", "11:00")}) {
    v1::CalendarException* exception = update.mutable_calendar()->add_exceptions();
    exception->set_date(date);
    exception->add_hours()->set_open(open);
    exception->mutable_hours(0)->set_close("14:00");
  }
  update.mutable_update_mask()->add_paths("holidays");
  update.mutable_update_mask()->add_paths("exceptions");
  ASSERT_EQ(
      ReasonText(catalog_.CallCalendars<v1::UpdateCalendarResponse>("UpdateCalendar", update)),
      "OK");
  // The 25th is a Friday: a shortened day. The 26th is a Saturday: only an exception opens it.
  const auto ids = ElementsAre("open-20261225", "christmas", "boxing-day");
  EXPECT_THAT(Copy(), ids);
  EXPECT_THAT(DaysOfCopy(), ElementsAre("2026-12-25 10:00", "2026-12-26 11:00", "2027-12-25 closed",
                                        "2027-12-26 closed"));
  EXPECT_THAT(Copy(), ids) << "again";
  EXPECT_EQ(Copy("company", "copy").added(), 0) << "the exception is there already";
  const auto copy = GetCalendarFrom(catalog_, "copy");
  ASSERT_EQ(copy->exceptions_size(), 1);
  EXPECT_EQ(copy->exceptions(0).date(), "2026-12-26");
}

// iCalendar has no words for Easter and for substitute days: they are exported date by date.
TEST_F(CalendarImportTest, ACalendarTakesItsOwnExportWithoutCopies) {
  v1::Calendar country = CalendarOf("Country", "company");
  v1::Holiday& easter = *country.add_holidays();
  easter.set_id("easter-monday");
  easter.set_title("Easter Monday");
  easter.mutable_easter()->set_days(1);
  *country.add_holidays() = YearlyHoliday("unity", 10, 3);  // 2026 a Saturday, 2027 a Sunday
  country.mutable_holidays(1)->set_observance(v1::OBSERVANCE_NEXT_WORKING_DAY);
  v1::CalendarException& closed = *country.add_exceptions();
  closed.set_date("2026-12-28");
  closed.set_title("Between the years");
  ASSERT_EQ(ReasonText(CreateCalendarIn(catalog_, "country", country)), "OK");
  const v1::Calendar before = *GetCalendarFrom(catalog_, "country");
  const v1::ImportHolidaysResponse imported = Copy("country", "country");
  EXPECT_EQ(imported.added(), 0) << imported.calendar().ShortDebugString();
  EXPECT_EQ(imported.replaced(), 0);
  EXPECT_EQ(imported.covered(), 6)
      << "Easter and Unity in two years, the exception, and what is inherited";
  EXPECT_EQ(imported.unchanged(), 6);
  EXPECT_TRUE(MessageDifferencer::Equals(*GetCalendarFrom(catalog_, "country"), before));

  ASSERT_EQ(ReasonText(CreateCalendarIn(catalog_, "copy", CalendarOf("Copy"))), "OK");
  EXPECT_EQ(Copy("country", "copy").added(), 6) << "into one that does not say it";
  EXPECT_EQ(Copy("country", "copy").unchanged(), 6);
}

}  // namespace
}  // namespace plumbline::catalog
