// SPDX-License-Identifier: Apache-2.0
//
// Creating, updating and deleting calendars; what a file brings into them is in import.cc.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/calendar/proto/calendar_rules.h"
#include "services/catalog/calendars/change.h"
#include "services/catalog/calendars/import.h"
#include "services/catalog/history/resource_history.h"
#include "services/catalog/resource/message_fields.h"
#include "services/catalog/resource/timestamp.h"
#include "services/catalog/utilities/utility.h"

namespace plumbline::catalog {
namespace {

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
  ASSIGN_OR_RETURN(const std::vector<v1::Calendar> chain, ReadChain(snapshot, command.key));
  RETURN_IF_ERROR(BringIn(command.file, chain, &calendar, &response));
  RETURN_IF_ERROR(base::FieldErrors(calendar::ValidateCalendar(calendar, "calendar")));
  Replace(command.key, present, std::move(calendar), author, ResourceHistoryEntry::KIND_IMPORTED,
          command.reason, &change);
  return change;
}

}  // namespace plumbline::catalog
