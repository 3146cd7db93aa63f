// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/base/utf8.h"
#include "common/calendar/icalendar/content_line.h"
#include "common/calendar/icalendar/event.h"
#include "common/calendar/icalendar/icalendar.h"

namespace plumbline::calendar {
namespace {

constexpr size_t kDeepest = 8;
constexpr absl::string_view kCalendar = "VCALENDAR";
constexpr absl::string_view kEvent = "VEVENT";

// Components without days of their own.
bool IsPassedOver(absl::string_view component) {
  return component == "VTIMEZONE" || component == "VALARM" || component == "VAVAILABILITY" ||
         absl::StartsWith(component, "X-");
}

// Follows BEGIN and END, and hands every property to what it belongs to.
class FileReader {
 public:
  absl::Status Read(const ContentLine& line) {
    if (line.name == "BEGIN") return Begin(line);
    if (line.name == "END") return End(line);
    if (open_.empty()) return FormatError(line.line, "stands outside of BEGIN:VCALENDAR");
    if (event_.has_value() && open_.size() == 2) {
      event_->Read(line);
    } else if (open_.size() == 1) {
      ReadCalendarProperty(line);
    }
    return absl::OkStatus();
  }

  // To be called when all lines were read.
  absl::StatusOr<ICalendarHolidays> Finish(bool skip_unsupported) {
    if (!open_.empty())
      return FormatError(last_line_, absl::StrCat("is the last, but END:", open_.back(),
                                                  " is missing: the file is cut off"));
    if (!seen_calendar_)
      return FormatError(1, "does not begin a calendar; BEGIN:VCALENDAR is missing");
    if (!result_.skipped.empty() && !skip_unsupported) return Unsupported();
    if (events_ == 0) {
      return base::Error(base::Reason::ERROR_REASON_IMPORT_EMPTY,
                         "the file holds no event (VEVENT): there is nothing to import");
    }
    return std::move(result_);
  }

  void SawLine(int line) { last_line_ = line; }

 private:
  absl::Status Begin(const ContentLine& line) {
    const std::string component = absl::AsciiStrToUpper(line.value);
    if (open_.empty() != (component == kCalendar))
      return FormatError(line.line, open_.empty() ? "must be BEGIN:VCALENDAR"
                                                  : "begins a calendar within a calendar");
    if (open_.size() == kDeepest)
      return FormatError(line.line, absl::StrCat("nests deeper than ", kDeepest, " components"));
    seen_calendar_ = true;
    if (open_.size() == 1) {
      if (component == kEvent) {
        ++events_;
        event_.emplace(line.line);
      } else if (!IsPassedOver(component)) {
        AddProblem({line.line, component.substr(0, 40),
                    "is not understood; holidays are events (VEVENT): remove it"});
      }
    }
    open_.push_back(component);
    return absl::OkStatus();
  }

  absl::Status End(const ContentLine& line) {
    if (open_.empty() || open_.back() != absl::AsciiStrToUpper(line.value))
      return FormatError(line.line, open_.empty() ? "ends what did not begin"
                                                  : absl::StrCat("must be END:", open_.back()));
    open_.pop_back();
    if (event_.has_value() && open_.size() == 1) EndEvent();
    return absl::OkStatus();
  }

  void EndEvent() {
    std::optional<Holiday> holiday = event_->Finish();
    for (const ICalendarProblem& problem : event_->problems()) AddProblem(problem);
    if (holiday.has_value()) Keep(*std::move(holiday));
    if (event_->cancelled() && event_->problems().empty())
      result_.cancelled.push_back({event_->line(), event_->uid()});
    event_.reset();
  }

  void Keep(Holiday holiday) {
    if (!uids_.insert(event_->uid()).second) {
      AddProblem({event_->line(), "UID", "is the UID of an earlier event too"});
      return;
    }
    holiday.id = HolidayIdOf(event_->uid(), holiday.title);
    // The same part before the '@' may come from two makers.
    if (ids_.contains(holiday.id)) holiday.id = HashedIdOf(event_->uid(), holiday.title);
    if (!ids_.insert(holiday.id).second) {
      AddProblem({event_->line(), "UID", "gives the id of an earlier event; give it another"});
      return;
    }
    result_.holidays.push_back(std::move(holiday));
  }

  void ReadCalendarProperty(const ContentLine& line) {
    const std::string value = absl::AsciiStrToUpper(line.value);
    if (line.name == "VERSION" && value != "2.0")
      AddProblem({line.line, line.name, "is not 2.0, the version of RFC 5545"});
    if (line.name == "CALSCALE" && value != "GREGORIAN")
      AddProblem({line.line, line.name, "is not GREGORIAN, the only calendar that is understood"});
    if (line.name == "METHOD" && value == "CANCEL")
      AddProblem({line.line, line.name, "cancels events; only what is to be kept can be imported"});
  }

  // What it quotes of the file may have been cut within a character.
  void AddProblem(const ICalendarProblem& problem) {
    if (result_.skipped.size() < kMaxICalendarProblems) {
      result_.skipped.push_back(
          {problem.line, base::OnlyUtf8(problem.property), base::OnlyUtf8(problem.reason)});
    }
  }

  absl::Status Unsupported() const {
    const auto describe = [](const ICalendarProblem& problem) {
      return absl::StrCat("line ", problem.line, ", ", problem.property, ": ", problem.reason);
    };
    std::string message = describe(result_.skipped[0]);
    if (result_.skipped.size() > 1)
      absl::StrAppend(&message, " (and ", result_.skipped.size() - 1, " more)");
    absl::StrAppend(&message, "; mend the file, or leave out what is not understood");
    base::Error error(base::Reason::ERROR_REASON_ICALENDAR_UNSUPPORTED, message);
    for (const ICalendarProblem& problem : result_.skipped)
      error.Field("icalendar", describe(problem));
    return error;
  }

  std::vector<std::string> open_;  // components, outermost first
  std::optional<EventReader> event_;
  std::set<std::string> uids_;  // of the events that are kept
  std::set<std::string> ids_;
  bool seen_calendar_ = false;
  int events_ = 0;
  int last_line_ = 1;
  ICalendarHolidays result_;
};

}  // namespace

absl::StatusOr<ICalendarHolidays> ReadICalendar(absl::string_view text, bool skip_unsupported) {
  ASSIGN_OR_RETURN(const std::vector<ContentLine> lines, ReadContentLines(text));
  FileReader reader;
  for (const ContentLine& line : lines) {
    reader.SawLine(line.line);
    RETURN_IF_ERROR(reader.Read(line));
  }
  return reader.Finish(skip_unsupported);
}

}  // namespace plumbline::calendar
