// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/icalendar/event.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/ids.h"
#include "common/calendar/icalendar/hours.h"
#include "common/calendar/icalendar/recurrence.h"

namespace plumbline::calendar {
namespace {

// As calendar.proto has them.
constexpr int kLongestOnce = 366;
constexpr int kLongestYearly = 62;
constexpr size_t kMaxDates = 200;
constexpr size_t kMaxTitle = 200;
constexpr size_t kIdWords = 40;
constexpr size_t kIdHash = 8;

size_t Characters(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

// "20261224T090000": so many minutes of the clock after the midnight with which the day begins.
std::string TimeText(absl::CivilDay day, int32_t minutes) {
  const absl::CivilSecond time(day.year(), day.month(), day.day(), 0, minutes, 0);
  return absl::StrFormat("%sT%02d%02d00", WriteDate(absl::CivilDay(time)), time.hour(),
                         time.minute());
}

}  // namespace

void EventReader::Refuse(const ContentLine& property, absl::string_view reason) {
  problems_.push_back({property.line, property.name, std::string(reason)});
}

bool EventReader::Once(const ContentLine& property, std::optional<ContentLine>* place) {
  if (place->has_value()) {
    Refuse(property, "is given twice; an event has one");
    return false;
  }
  *place = property;
  return true;
}

void EventReader::Read(const ContentLine& property) {
  const std::string& name = property.name;
  if (name == "UID") {
    if (Once(property, &uid_line_)) uid_ = property.value;
  } else if (name == "SUMMARY") {
    Once(property, &summary_);
  } else if (name == "DTSTART") {
    Once(property, &start_);
  } else if (name == "DTEND") {
    Once(property, &end_);
  } else if (name == "DURATION") {
    Once(property, &duration_);
  } else if (name == "RRULE") {
    Once(property, &rule_);
  } else if (name == "STATUS") {
    if (Once(property, &status_)) cancelled_ = absl::AsciiStrToUpper(property.value) == "CANCELLED";
  } else if (name == kHoursProperty) {
    Once(property, &hours_);
  } else if (name == "RDATE" || name == "EXDATE") {
    if (!more_.has_value()) more_ = property;
    ReadDates(property, name == "RDATE" ? &holiday_.dates : &holiday_.skip);
  } else if (name == "EXRULE") {
    Refuse(property, "is not understood (RFC 5545 gave it up); list the dates as EXDATE");
  } else if (name == "RECURRENCE-ID") {
    Refuse(property, "is not understood; except the date from the rule and give it its own event");
  }
}

std::optional<absl::CivilDay> EventReader::DateOf(const ContentLine& property,
                                                  absl::string_view value) {
  const std::string type = property.Parameter("VALUE");
  const std::optional<absl::CivilDay> date = ReadDate(value);
  if ((type == "DATE" || type.empty()) && date.has_value()) return date;
  const bool timed = type == "DATE-TIME" || type == "PERIOD" ||
                     (type.empty() && value.find('T') != absl::string_view::npos);
  Refuse(property, timed
                       ? "has a time of day; holidays are whole days: use VALUE=DATE"
                       : absl::StrCat("'", value.substr(0, 20), "' is not a date, like 20261224"));
  return std::nullopt;
}

void EventReader::ReadDates(const ContentLine& property, std::vector<absl::CivilDay>* dates) {
  for (absl::string_view value : absl::StrSplit(property.value, ',')) {
    const auto date = DateOf(property, value);
    if (!date.has_value()) return;
    if (date->year() < kFirstYear || date->year() > kLastYear) continue;
    if (dates->size() == kMaxDates) {
      Refuse(property, absl::StrCat("brings more than ", kMaxDates, " dates; split the event"));
      return;
    }
    if (std::find(dates->begin(), dates->end(), *date) == dates->end()) dates->push_back(*date);
  }
}

void EventReader::ReadSummary() {
  std::string title;
  if (summary_.has_value() && !Unescape(summary_->value, &title)) {
    Refuse(*summary_, "holds a backslash that escapes nothing; write \\\\ for one");
    return;
  }
  if (hours_.has_value()) title = std::string(absl::StripPrefix(title, kOpenPrefix));
  title = std::string(absl::StripAsciiWhitespace(title));
  if (title.empty()) title = "Holiday";
  if (Characters(title) > kMaxTitle) {
    Refuse(*summary_,
           absl::StrCat("has ", Characters(title), " characters; it takes up to ", kMaxTitle));
    return;
  }
  holiday_.title = std::move(title);
}

// P3D or P1W, nothing smaller than a day.
std::optional<int> EventReader::DurationOf(const ContentLine& property) {
  const std::string value = absl::AsciiStrToUpper(property.value);
  absl::string_view text = value;
  absl::ConsumePrefix(&text, "+");
  int number = 0;
  const bool weeks = absl::EndsWith(text, "W");
  if (absl::ConsumePrefix(&text, "P") &&
      (absl::ConsumeSuffix(&text, "D") || absl::ConsumeSuffix(&text, "W")) && !text.empty() &&
      std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); }) &&
      absl::SimpleAtoi(text, &number) && number >= 1 && number <= kLongestOnce) {
    return weeks ? number * 7 : number;
  }
  Refuse(property,
         absl::StrCat("must be whole days or weeks, like P3D, up to ", kLongestOnce, " days"));
  return std::nullopt;
}

std::optional<int> EventReader::Length(absl::CivilDay start) {
  if (end_.has_value() && duration_.has_value()) {
    Refuse(*duration_, "cannot stand with DTEND");
    return std::nullopt;
  }
  int days = 1;
  const ContentLine& says = end_.has_value() ? *end_ : duration_.has_value() ? *duration_ : *start_;
  if (end_.has_value()) {
    const auto end = DateOf(*end_, end_->value);
    if (!end.has_value()) return std::nullopt;
    days = static_cast<int>(*end - start);
  } else if (duration_.has_value()) {
    const auto duration = DurationOf(*duration_);
    if (!duration.has_value()) return std::nullopt;
    days = *duration;
  }
  const bool once = !rule_.has_value() && holiday_.dates.empty();
  const int most = once ? kLongestOnce : kLongestYearly;
  if (days >= 1 && days <= most) return days;
  Refuse(says, days < 1 ? "must be after DTSTART: it is the first day that is over"
                        : absl::StrCat("makes the event ", days, " days long; at most ", most,
                                       " are taken"));
  return std::nullopt;
}

void EventReader::CheckYears(absl::CivilDay start, int days) {
  const bool once = !rule_.has_value();
  if (start.year() > kLastYear ||
      (once && (start.year() < kFirstYear || (start + days - 1).year() > kLastYear))) {
    Refuse(*start_,
           absl::StrCat("lies outside the years of calendars, ", kFirstYear, " to ", kLastYear));
  }
}

void EventReader::ReadRule(absl::CivilDay start) {
  if (rule_.has_value()) {
    const std::string fault = ReadRecurrence(rule_->value, start, &holiday_);
    if (!fault.empty()) Refuse(*rule_, fault);
    return;
  }
  std::vector<absl::CivilDay>& dates = holiday_.dates;
  if (std::find(dates.begin(), dates.end(), start) != dates.end()) return;
  dates.insert(dates.begin(), start);
  if (dates.size() > kMaxDates)
    Refuse(*start_, absl::StrCat("and RDATE are more than ", kMaxDates, " dates; split the event"));
}

// A day with hours, as we write it: DTSTART and DTEND by the clock of the calendar.
std::optional<Holiday> EventReader::FinishOpenDay() {
  for (const auto* property : {&rule_, &duration_, &more_}) {
    if (property->has_value())
      Refuse(**property,
             absl::StrCat("cannot stand with ", kHoursProperty, ", which has one date"));
  }
  // A TEXT, as all properties of programs are (RFC 5545 section 3.8.8.2).
  std::string hours;
  const std::string fault = Unescape(hours_->value, &hours)
                                ? ReadHours(hours, &holiday_.hours)
                                : "holds a backslash that escapes nothing; remove it";
  if (!fault.empty()) Refuse(*hours_, fault);
  if (!problems_.empty() || cancelled_) return std::nullopt;
  const auto date = ReadDate(absl::string_view(start_->value).substr(0, start_->value.find('T')));
  if (!date.has_value()) {
    Refuse(*start_, absl::StrCat("'", start_->value.substr(0, 20),
                                 "' is not a date with a time, like 20261224T090000"));
    return std::nullopt;
  }
  const std::string first = TimeText(*date, holiday_.hours.front().begin);
  const std::string last = TimeText(*date, holiday_.hours.back().end);
  if (absl::StripSuffix(start_->value, "Z") != first || !end_.has_value() ||
      absl::StripSuffix(end_->value, "Z") != last) {
    Refuse(*hours_, absl::StrCat("does not fit DTSTART and DTEND, which must be ", first, " and ",
                                 last, ": who moves the event changes it too"));
    return std::nullopt;
  }
  CheckYears(*date, 1);
  if (!problems_.empty()) return std::nullopt;
  holiday_.dates = {*date};
  return holiday_;
}

std::optional<Holiday> EventReader::Finish() {
  const ContentLine event{line_, "VEVENT", {}, ""};
  if (uid_.empty()) Refuse(event, "has no UID, which tells it from others; give it one");
  if (!start_.has_value()) Refuse(event, "has no DTSTART; when is it?");
  ReadSummary();
  if (!start_.has_value()) return std::nullopt;
  if (hours_.has_value()) return FinishOpenDay();
  const auto start = DateOf(*start_, start_->value);
  if (!start.has_value()) return std::nullopt;
  const auto days = Length(*start);
  if (days.has_value()) CheckYears(*start, *days);
  if (problems_.empty()) ReadRule(*start);
  if (!problems_.empty() || cancelled_) return std::nullopt;
  holiday_.days = *days;
  return holiday_;
}

std::string HolidayIdOf(absl::string_view uid, absl::string_view summary) {
  const absl::string_view local = uid.substr(0, uid.find('@'));
  if (local.size() < uid.size() && base::IsValidId(local)) return std::string(local);
  return HashedIdOf(uid, summary);
}

std::string IdGivenBy(absl::string_view uid, const std::set<std::string>& ids) {
  const std::string hash = absl::StrCat("-", base::Sha256Hex(uid).substr(0, kIdHash));
  for (const std::string& id : ids) {
    if (absl::EndsWith(id, hash)) return id;
  }
  const std::string plain = HolidayIdOf(uid, "");
  return ids.contains(plain) ? plain : "";
}

std::string HashedIdOf(absl::string_view uid, absl::string_view summary) {
  std::string words;
  for (char c : summary) {
    const char lower = absl::ascii_tolower(c);
    if (absl::ascii_isalnum(lower)) {
      words.push_back(lower);
    } else if (!words.empty() && words.back() != '-') {
      words.push_back('-');
    }
    if (words.size() == kIdWords) break;
  }
  if (words.empty() || !absl::ascii_isalpha(words[0])) words = absl::StrCat("holiday-", words);
  if (words.back() != '-') words.push_back('-');
  return absl::StrCat(words, base::Sha256Hex(uid).substr(0, kIdHash));
}

}  // namespace plumbline::calendar
