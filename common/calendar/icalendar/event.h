// SPDX-License-Identifier: Apache-2.0
//
// One VEVENT. Internal to this folder.
#ifndef PLUMBLINE_COMMON_CALENDAR_ICALENDAR_EVENT_H_
#define PLUMBLINE_COMMON_CALENDAR_ICALENDAR_EVENT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/calendar/icalendar/content_line.h"
#include "common/calendar/icalendar/icalendar.h"

namespace plumbline::calendar {

// Reads the properties of an event, one after the other.
class EventReader {
 public:
  // `line`: where it begins.
  explicit EventReader(int line) : line_(line) {}

  void Read(const ContentLine& property);

  // The holiday, without an id, once all properties were read; nullopt if it was cancelled or
  // something was not understood, which is then in problems().
  std::optional<Holiday> Finish();

  const std::vector<ICalendarProblem>& problems() const { return problems_; }
  const std::string& uid() const { return uid_; }
  int line() const { return line_; }
  bool cancelled() const { return cancelled_; }

 private:
  void Refuse(const ContentLine& property, absl::string_view reason);
  // Whether a property that may be given once is given for the first time.
  bool Once(const ContentLine& property, std::optional<ContentLine>* place);
  std::optional<absl::CivilDay> DateOf(const ContentLine& property, absl::string_view value);
  void ReadDates(const ContentLine& property, std::vector<absl::CivilDay>* dates);
  void ReadSummary();
  std::optional<int> Length(absl::CivilDay start);
  std::optional<int> DurationOf(const ContentLine& property);
  void CheckYears(absl::CivilDay start, int days);
  void ReadRule(absl::CivilDay start);
  std::optional<Holiday> FinishOpenDay();

  const int line_;
  Holiday holiday_;
  std::string uid_;
  bool cancelled_ = false;
  std::optional<ContentLine> uid_line_, summary_, start_, end_, duration_, rule_, status_, hours_,
      more_;  // the first RDATE or EXDATE
  std::vector<ICalendarProblem> problems_;
};

// The id of the holiday whose event has this UID and summary (see ReadICalendar): an id always.
std::string HolidayIdOf(absl::string_view uid, absl::string_view summary);

// An id from the words of the summary and the hash of the UID.
std::string HashedIdOf(absl::string_view uid, absl::string_view summary);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_ICALENDAR_EVENT_H_
