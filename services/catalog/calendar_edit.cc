// SPDX-License-Identifier: Apache-2.0
//
// Creating, updating and deleting calendars, and bringing holidays into them.
#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/calendar/proto/calendar_rules.h"
#include "common/calendar/proto/convert.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/catalog/calendar_change.h"
#include "services/catalog/timestamp.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr std::array<absl::string_view, 9> kContentFields = {"title",    "purpose",    "owner",
                                                             "inherits", "time_zone",  "week",
                                                             "holidays", "exceptions", "labels"};
// More are counted, not named.
constexpr size_t kMostNamed = 50;

void CopyContent(const v1::Calendar& from, absl::Span<const std::string> fields, v1::Calendar* to) {
  v1::Calendar copy = from;
  std::vector<const google::protobuf::FieldDescriptor*> swapped;
  for (const std::string& field : fields)
    swapped.push_back(v1::Calendar::descriptor()->FindFieldByName(field));
  v1::Calendar::GetReflection()->SwapFields(&copy, to, swapped);
}

v1::Calendar ContentOf(const v1::Calendar& calendar) {
  v1::Calendar content;
  CopyContent(calendar, std::vector<std::string>(kContentFields.begin(), kContentFields.end()),
              &content);
  return content;
}

absl::Status CheckContent(CalendarSnapshot& snapshot, const CalendarKey& key,
                          const v1::Calendar& calendar) {
  RETURN_IF_ERROR(base::FieldErrors(calendar::ValidateCalendar(calendar, "calendar")));
  return CheckInheritance(snapshot, key, calendar);
}

absl::Status CheckEtag(const v1::Calendar& calendar, absl::string_view etag) {
  if (etag.empty() || etag == calendar.etag()) return absl::OkStatus();
  return base::Error(
             base::Reason::ERROR_REASON_ETAG_MISMATCH,
             absl::StrCat("'", calendar.name(), "' was changed since its etag '", etag,
                          "' was read: read it again and repeat the change on what it is now"))
      .With("etag", calendar.etag())
      .Resource("Calendar", calendar.name());
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

KeptCalendar NewCalendar(const CalendarKey& key, const v1::Calendar& content,
                         const Author& author) {
  KeptCalendar kept{ContentOf(content)};
  *kept.calendar.mutable_create_time() = ToTimestamp(author.time);
  Stamp(key, author, 1, &kept);
  return kept;
}

// Answers `calendar`, the new content of what is `present`; writes it if it differs.
template <typename Response>
void Replace(const CalendarKey& key, const KeptCalendar& present, v1::Calendar calendar,
             const Author& author, CalendarChange<Response>* change) {
  *change->response.mutable_calendar() = present.calendar;
  if (MessageDifferencer::Equals(ContentOf(calendar), ContentOf(present.calendar))) return;
  KeptCalendar kept{std::move(calendar)};
  Stamp(key, author, present.version + 1, &kept);
  *change->response.mutable_calendar() = kept.calendar;
  change->puts.emplace_back(key, std::move(kept));
}

absl::Status InUse(const CalendarKey& key, const std::vector<std::string>& heirs) {
  const bool one = heirs.size() == 1;
  base::Error error(
      base::Reason::ERROR_REASON_CALENDAR_IN_USE,
      absl::StrCat("'", NameOf(key), "' has ", heirs.size(), one ? " calendar" : " calendars",
                   " that ", one ? "inherits" : "inherit", " from it, '", heirs[0],
                   one ? "'" : "' first", "; change what they inherit, or set `force`"));
  error.Resource("Calendar", NameOf(key));
  for (size_t i = 0; i < std::min(heirs.size(), kMostNamed); ++i)
    error.Precondition("CALENDAR_IN_USE", NameOf(CalendarKey{key.workspace, heirs[i]}),
                       "inherits from it");
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
  KeptCalendar kept = NewCalendar(command.key, command.content, author);
  *change.response.mutable_calendar() = kept.calendar;
  change.puts.emplace_back(command.key, std::move(kept));
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
    RETURN_IF_ERROR(CheckContent(snapshot, command.key, command.content));
    KeptCalendar kept = NewCalendar(command.key, command.content, author);
    *change.response.mutable_calendar() = kept.calendar;
    change.puts.emplace_back(command.key, std::move(kept));
    return change;
  }
  RETURN_IF_ERROR(CheckEtag(present->calendar, command.etag));
  v1::Calendar calendar = present->calendar;
  CopyContent(command.content, command.fields, &calendar);
  RETURN_IF_ERROR(CheckContent(snapshot, command.key, calendar));
  Replace(command.key, *present, std::move(calendar), author, &change);
  return change;
}

absl::StatusOr<CalendarChange<v1::DeleteCalendarResponse>> DeleteCalendar(
    CalendarSnapshot& snapshot, const DeleteCalendarCommand& command, const Author& author) {
  ASSIGN_OR_RETURN(const KeptCalendar present, RequireCalendar(snapshot, command.key));
  RETURN_IF_ERROR(CheckEtag(present.calendar, command.etag));
  ASSIGN_OR_RETURN(const std::vector<std::string> heirs, snapshot.ListHeirs(command.key));
  if (!heirs.empty() && !command.force) return InUse(command.key, heirs);
  CalendarChange<v1::DeleteCalendarResponse> change;
  for (const std::string& id : heirs) {
    const CalendarKey key{command.key.workspace, id};
    ASSIGN_OR_RETURN(KeptCalendar heir, RequireCalendar(snapshot, key));
    heir.calendar.set_inherits(present.calendar.inherits());
    Stamp(key, author, heir.version + 1, &heir);
    change.puts.emplace_back(key, std::move(heir));
    change.response.add_changed_calendars(NameOf(key));
  }
  change.removed = command.key;
  return change;
}

absl::StatusOr<CalendarChange<v1::ImportHolidaysResponse>> ImportHolidays(
    CalendarSnapshot& snapshot, const ImportHolidaysCommand& command, const Author& author) {
  ASSIGN_OR_RETURN(const KeptCalendar present, RequireCalendar(snapshot, command.key));
  RETURN_IF_ERROR(CheckEtag(present.calendar, command.etag));
  CalendarChange<v1::ImportHolidaysResponse> change;
  v1::ImportHolidaysResponse& response = change.response;
  v1::Calendar calendar = present.calendar;
  std::map<std::string, v1::Holiday*> by_id;
  for (v1::Holiday& holiday : *calendar.mutable_holidays()) by_id[holiday.id()] = &holiday;
  std::vector<v1::Holiday> added;
  for (const calendar::Holiday& read : command.file.holidays) {
    v1::Holiday holiday = calendar::ToProto(read);
    const auto it = by_id.find(holiday.id());
    if (it == by_id.end()) {
      response.set_added(response.added() + 1);
      added.push_back(std::move(holiday));
    } else if (MessageDifferencer::Equals(*it->second, holiday)) {
      response.set_unchanged(response.unchanged() + 1);
    } else {
      response.set_replaced(response.replaced() + 1);
      *it->second = std::move(holiday);
    }
  }
  for (v1::Holiday& holiday : added) *calendar.add_holidays() = std::move(holiday);
  RETURN_IF_ERROR(base::FieldErrors(calendar::ValidateCalendar(calendar, "calendar")));
  for (const calendar::ICalendarProblem& problem : command.file.skipped) {
    v1::ICalendarProblem* skipped = response.add_skipped();
    skipped->set_line(problem.line);
    skipped->set_property(problem.property);
    skipped->set_reason(problem.reason);
  }
  Replace(command.key, present, std::move(calendar), author, &change);
  return change;
}

}  // namespace plumbline::catalog
