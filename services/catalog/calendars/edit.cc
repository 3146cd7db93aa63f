// SPDX-License-Identifier: Apache-2.0
//
// Creating, updating and deleting calendars, and bringing holidays into them.
#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/calendar/proto/calendar_rules.h"
#include "common/calendar/proto/convert.h"
#include "common/calendar/special_days.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/catalog/calendars/change.h"
#include "services/catalog/history/resource_history.h"
#include "services/catalog/resource/message_fields.h"
#include "services/catalog/resource/timestamp.h"
#include "services/catalog/utilities/utility.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using v1::ResourceHistoryEntry;

constexpr char kType[] = "Calendar";
constexpr std::array<absl::string_view, 9> kContentFields = {"title",    "purpose",    "owner",
                                                             "inherits", "time_zone",  "week",
                                                             "holidays", "exceptions", "labels"};
// More are counted, not named.
constexpr size_t kMostNamed = 50;

v1::Calendar ContentOf(const v1::Calendar& calendar) {
  v1::Calendar content;
  CopyFields(calendar, kContentFields, &content);
  return content;
}

// Another for every version of a calendar, and for what has another content.
std::string EtagOf(const v1::Calendar& calendar, int64_t version) {
  return base::Sha256Hex(absl::StrCat(calendar.name(), "@", version, "\n",
                                      ContentOf(calendar).SerializeAsString()))
      .substr(0, 16);
}

// Fills in what the catalog says about new content.
void Stamp(const CalendarKey& key, const Author& author, int64_t version, KeptCalendar* kept) {
  v1::Calendar& calendar = kept->calendar;
  calendar.set_name(NameOf(key));
  calendar.set_author(author.subject);
  *calendar.mutable_update_time() = ToTimestamp(author.time);
  kept->version = version;
  calendar.set_etag(EtagOf(calendar, version));
}

// What makes the calendar anew; `change` answers it.
template <typename Response>
void PutNew(const CalendarKey& key, const v1::Calendar& content, const Author& author,
            const std::string& reason, CalendarChange<Response>* change) {
  KeptCalendar kept{ContentOf(content)};
  *kept.calendar.mutable_create_time() = ToTimestamp(author.time);
  Stamp(key, author, 1, &kept);
  *change->response.mutable_calendar() = kept.calendar;
  const auto entry =
      HistoryEntry(ResourceHistoryEntry::KIND_CREATED, author, reason, kept.calendar.etag());
  change->puts.push_back({key, std::move(kept), entry});
}

// Answers `calendar`, the new content of what is `present`; writes it if it differs.
template <typename Response>
void Replace(const CalendarKey& key, const KeptCalendar& present, v1::Calendar calendar,
             const Author& author, ResourceHistoryEntry::Kind kind, const std::string& reason,
             CalendarChange<Response>* change) {
  *change->response.mutable_calendar() = present.calendar;
  const std::vector<std::string> changed =
      ChangedFields(calendar, present.calendar, kContentFields);
  if (changed.empty()) return;
  KeptCalendar kept{std::move(calendar)};
  Stamp(key, author, present.version + 1, &kept);
  *change->response.mutable_calendar() = kept.calendar;
  const auto entry = HistoryEntry(kind, author, reason, kept.calendar.etag(), changed);
  change->puts.push_back({key, std::move(kept), entry});
}

// "has 2 calendars that inherit from it and supports 1 utility, the first of them 'x'".
absl::Status InUse(const CalendarKey& key, const std::vector<CalendarHeir>& heirs,
                   const std::vector<std::string>& utilities) {
  const auto counted = [](size_t count, const char* one, const char* many) {
    return absl::StrCat(count, " ", count == 1 ? one : many);
  };
  std::string uses;
  if (!heirs.empty()) {
    absl::StrAppend(&uses, "has ",
                    counted(heirs.size(), "calendar that inherits", "calendars that inherit"),
                    " from it, '", heirs[0].calendar, heirs.size() == 1 ? "'" : "' first");
  }
  if (!utilities.empty()) {
    absl::StrAppend(&uses, heirs.empty() ? "" : ", and ", "supports ",
                    counted(utilities.size(), "utility", "utilities"), ", '", utilities[0],
                    utilities.size() == 1 ? "'" : "' first");
  }
  base::Error error(
      base::Reason::ERROR_REASON_CALENDAR_IN_USE,
      absl::StrCat("'", NameOf(key), "' ", uses, "; change what they name, or set `force`"));
  error.Resource(kType, NameOf(key));
  for (size_t i = 0; i < std::min(heirs.size(), kMostNamed); ++i)
    error.Precondition("CALENDAR_IN_USE", NameOf(CalendarKey{key.workspace, heirs[i].calendar}),
                       "inherits from it");
  for (size_t i = 0; heirs.size() + i < kMostNamed && i < utilities.size(); ++i)
    error.Precondition("CALENDAR_IN_USE", NameOf(UtilityKey{key.workspace, utilities[i]}),
                       "is supported by it");
  return error;
}

// Adds holidays of a file: days with hours before all whole days, the others at the end. Of two
// that fall on a date the one listed first decides, and a day with hours says of one date that it
// is open after all, which a file imported before may have closed.
void AddHolidays(std::vector<v1::Holiday> added, v1::Calendar* calendar) {
  const auto closed = [](const v1::Holiday& holiday) { return holiday.hours().empty(); };
  auto& holidays = *calendar->mutable_holidays();
  const auto place = std::find_if(holidays.begin(), holidays.end(), closed) - holidays.begin();
  const int present = holidays.size();
  const auto whole = std::stable_partition(added.begin(), added.end(), std::not_fn(closed));
  const auto timed = whole - added.begin();
  for (v1::Holiday& holiday : added) *holidays.Add() = std::move(holiday);
  std::rotate(holidays.begin() + place, holidays.begin() + present,
              holidays.begin() + present + timed);
}

// Those that the calendars, each of which inherits from the next, do not say already.
absl::StatusOr<std::vector<v1::Holiday>> NotSaidBy(const std::vector<v1::Calendar>& chain,
                                                   const std::vector<calendar::Holiday>& holidays) {
  std::vector<v1::Holiday> others;
  if (holidays.empty()) return others;
  ASSIGN_OR_RETURN(const std::vector<calendar::Layer> layers, ToLayers(chain));
  const std::vector<bool> said = calendar::AlreadySaid(layers, holidays);
  for (size_t i = 0; i < holidays.size(); ++i) {
    if (!said[i]) others.push_back(calendar::ToProto(holidays[i]));
  }
  return others;
}

}  // namespace

absl::Span<const absl::string_view> CalendarContentFields() { return kContentFields; }

absl::StatusOr<CalendarChange<v1::CreateCalendarResponse>> CreateCalendar(
    CalendarSnapshot& snapshot, const CreateCalendarCommand& command, const Author& author) {
  RETURN_IF_ERROR(base::FieldErrors(calendar::ValidateCalendar(command.content, "calendar")));
  ASSIGN_OR_RETURN(const auto present, snapshot.FindCalendar(command.key));
  if (present.has_value()) return base::AlreadyExists("Calendar", NameOf(command.key));
  RETURN_IF_ERROR(CheckInheritance(snapshot, command.key, command.content));
  CalendarChange<v1::CreateCalendarResponse> change;
  PutNew(command.key, command.content, author, command.reason, &change);
  return change;
}

absl::StatusOr<CalendarChange<v1::UpdateCalendarResponse>> UpdateCalendar(
    CalendarSnapshot& snapshot, const UpdateCalendarCommand& command, const Author& author) {
  ASSIGN_OR_RETURN(const auto present, snapshot.FindCalendar(command.key));
  CalendarChange<v1::UpdateCalendarResponse> change;
  if (!present.has_value()) {
    // An etag says that it was there: then it is not for us to make it anew.
    if (!command.allow_missing || !command.etag.empty())
      return base::NotFound("Calendar", NameOf(command.key));
    RETURN_IF_ERROR(base::FieldErrors(calendar::ValidateCalendar(command.content, "calendar")));
    RETURN_IF_ERROR(CheckInheritance(snapshot, command.key, command.content));
    PutNew(command.key, command.content, author, command.reason, &change);
    return change;
  }
  RETURN_IF_ERROR(
      CheckEtag(kType, present->calendar.name(), present->calendar.etag(), command.etag));
  v1::Calendar calendar = present->calendar;
  CopyFields(command.content, command.fields, &calendar);
  RETURN_IF_ERROR(base::FieldErrors(calendar::ValidateCalendar(calendar, "calendar")));
  if (calendar.inherits() != present->calendar.inherits())
    RETURN_IF_ERROR(CheckInheritance(snapshot, command.key, calendar));
  Replace(command.key, *present, std::move(calendar), author, ResourceHistoryEntry::KIND_UPDATED,
          command.reason, &change);
  return change;
}

absl::StatusOr<CalendarChange<v1::DeleteCalendarResponse>> DeleteCalendar(
    CalendarSnapshot& snapshot, const DeleteCalendarCommand& command, const Author& author) {
  ASSIGN_OR_RETURN(const KeptCalendar present, RequireCalendar(snapshot, command.key));
  const std::string etag = present.calendar.etag();
  RETURN_IF_ERROR(CheckEtag(kType, present.calendar.name(), etag, command.etag));
  ASSIGN_OR_RETURN(const std::vector<CalendarHeir> heirs,
                   snapshot.ListHeirs(command.key.workspace, {command.key.calendar}));
  ASSIGN_OR_RETURN(const std::vector<std::string> utilities, snapshot.ListSupported(command.key));
  if (!command.force && heirs.size() + utilities.size() > 0)
    return InUse(command.key, heirs, utilities);
  CalendarChange<v1::DeleteCalendarResponse> change;
  for (const CalendarHeir& found : heirs) {
    const CalendarKey key{command.key.workspace, found.calendar};
    ASSIGN_OR_RETURN(KeptCalendar heir, RequireCalendar(snapshot, key));
    heir.calendar.set_inherits(present.calendar.inherits());
    Stamp(key, author, heir.version + 1, &heir);
    const auto entry = HistoryEntry(ResourceHistoryEntry::KIND_UPDATED, author, command.reason,
                                    heir.calendar.etag(), {"inherits"});
    change.puts.push_back({key, std::move(heir), entry});
    change.response.add_changed_calendars(NameOf(key));
  }
  change.removed = {command.key,
                    HistoryEntry(ResourceHistoryEntry::KIND_DELETED, author, command.reason, etag)};
  return change;
}

absl::StatusOr<CalendarChange<v1::ImportHolidaysResponse>> ImportHolidays(
    CalendarSnapshot& snapshot, const ImportHolidaysCommand& command, const Author& author) {
  ASSIGN_OR_RETURN(const KeptCalendar present, RequireCalendar(snapshot, command.key));
  RETURN_IF_ERROR(CheckEtag(kType, present.calendar.name(), present.calendar.etag(), command.etag));
  CalendarChange<v1::ImportHolidaysResponse> change;
  v1::ImportHolidaysResponse& response = change.response;
  v1::Calendar calendar = present.calendar;
  std::map<std::string, v1::Holiday*> by_id;
  for (v1::Holiday& holiday : *calendar.mutable_holidays()) by_id[holiday.id()] = &holiday;
  std::vector<calendar::Holiday> others;
  for (const calendar::Holiday& read : command.file.holidays) {
    v1::Holiday holiday = calendar::ToProto(read);
    const auto it = by_id.find(holiday.id());
    if (it == by_id.end()) {
      others.push_back(read);
    } else if (MessageDifferencer::Equals(*it->second, holiday)) {
      response.set_unchanged(response.unchanged() + 1);
    } else {
      response.set_replaced(response.replaced() + 1);
      *it->second = std::move(holiday);
    }
  }
  ASSIGN_OR_RETURN(std::vector<v1::Calendar> chain, ReadChain(snapshot, command.key));
  chain.front() = calendar;
  ASSIGN_OR_RETURN(std::vector<v1::Holiday> added, NotSaidBy(chain, others));
  response.set_added(static_cast<int32_t>(added.size()));
  response.set_covered(static_cast<int32_t>(others.size() - added.size()));
  response.set_unchanged(response.unchanged() + response.covered());
  AddHolidays(std::move(added), &calendar);
  RETURN_IF_ERROR(base::FieldErrors(calendar::ValidateCalendar(calendar, "calendar")));
  for (const calendar::ICalendarProblem& problem : command.file.skipped) {
    v1::ICalendarProblem* skipped = response.add_skipped();
    skipped->set_line(problem.line);
    skipped->set_property(problem.property);
    skipped->set_reason(problem.reason);
  }
  Replace(command.key, present, std::move(calendar), author, ResourceHistoryEntry::KIND_IMPORTED,
          command.reason, &change);
  return change;
}

}  // namespace plumbline::catalog
