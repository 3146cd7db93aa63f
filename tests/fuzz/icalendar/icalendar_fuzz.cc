// SPDX-License-Identifier: Apache-2.0
//
// An iCalendar file is read or refused with a place, never worse. What is read keeps the rules of
// calendars, and survives being written and read again.
#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/utf8.h"
#include "common/calendar/icalendar/icalendar.h"
#include "common/calendar/proto/calendar_rules.h"
#include "common/calendar/proto/convert.h"
#include "common/calendar/special_days.h"
#include "tests/fuzz/fuzz.h"

namespace plumbline::fuzz {
namespace {

void CheckRefusal(const absl::Status& status) {
  const base::Reason reason = base::ReasonOf(status);
  if (reason == base::Reason::ERROR_REASON_IMPORT_FORMAT) {
    Check(!base::MetadataOf(status, "line").empty(), "a format error names its line");
  } else if (reason == base::Reason::ERROR_REASON_ICALENDAR_UNSUPPORTED) {
    Check(!base::FieldViolationsOf(status).empty(), "what is not understood is listed");
  } else {
    Check(reason == base::Reason::ERROR_REASON_IMPORT_EMPTY, "a refusal has a documented reason");
  }
  Check(status.message().size() < 2000, "a refusal is short");
}

void CheckRules(const std::vector<calendar::Holiday>& holidays) {
  catalog::v1::Calendar calendar;
  calendar.set_title("Fuzz");
  for (size_t i = 0; i < holidays.size() && i < 500; ++i)
    *calendar.add_holidays() = calendar::ToProto(holidays[i]);
  for (const auto& violation : calendar::ValidateCalendar(calendar, "calendar"))
    Check(false, violation.field + " " + violation.description);
  calendar::Violations violations;
  const auto back = calendar::HolidaysFromProto(calendar, "calendar", &violations);
  for (size_t i = 0; i < back.size(); ++i)
    Check(back[i] == holidays[i], "a holiday is the same after the way through its message");
}

// The days on which they fall, how many they last, their hours: "x 2026-12-25 2 540-720".
std::set<std::string> DaysOf(const std::vector<calendar::Holiday>& holidays) {
  std::set<std::string> days;
  const auto add = [&](const calendar::Holiday& holiday, absl::CivilDay day) {
    std::string text = absl::StrCat(holiday.id, " ", absl::FormatCivilTime(day), " ", holiday.days);
    for (const calendar::Hours& hours : holiday.hours)
      absl::StrAppend(&text, " ", hours.begin, "-", hours.end);
    days.insert(std::move(text));
  };
  for (const calendar::Holiday& holiday : holidays) {
    for (int year = holiday.first_year; year <= holiday.last_year; ++year) {
      if (const auto day = calendar::OccurrenceIn(holiday, year)) add(holiday, *day);
    }
    for (absl::CivilDay day : holiday.dates) {
      if (std::find(holiday.skip.begin(), holiday.skip.end(), day) == holiday.skip.end())
        add(holiday, day);
    }
  }
  return days;
}

void CheckWriting(const std::vector<calendar::Holiday>& holidays) {
  const calendar::ICalendarHeader header = {"Fuzz", "", "fuzz", absl::UnixEpoch()};
  const std::string written = calendar::WriteICalendar(header, holidays);
  if (written.size() > calendar::kMaxICalendarBytes) return;
  const auto again = calendar::ReadICalendar(written, false);
  if (base::ReasonOf(again.status()) == base::Reason::ERROR_REASON_IMPORT_EMPTY)
    return Check(DaysOf(holidays).empty(), "holidays that fall on days are written");
  Check(again.ok(), "what was written can be read: " + again.status().ToString() + "\n" + written);
  Check(DaysOf(again->holidays) == DaysOf(holidays), "what was written has its days:\n" + written);
  Check(calendar::WriteICalendar(header, again->holidays) == written,
        "what was read again is the same:\n" + written);
}

}  // namespace
}  // namespace plumbline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace plumbline;
  const absl::string_view text = fuzz::Text(data, size);
  const auto strict = calendar::ReadICalendar(text, false);
  if (!strict.ok()) fuzz::CheckRefusal(strict.status());
  const auto lenient = calendar::ReadICalendar(text, true);
  fuzz::Check(lenient.ok() || !strict.ok(), "what is taken strictly is taken leniently");
  if (!lenient.ok()) {
    fuzz::CheckRefusal(lenient.status());
    return 0;
  }
  for (const auto& problem : lenient->skipped)
    fuzz::Check(base::IsUtf8(problem.property + problem.reason), "what is told is UTF-8");
  fuzz::CheckRules(lenient->holidays);
  fuzz::CheckWriting(lenient->holidays);
  return 0;
}
