// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/business_time.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/roles.h"

namespace plumbline::onboarding {
namespace {

// What the caller and the person's record say of business time.
struct Said {
  LayersPointer calendar;  // that was found for `name`
  std::string name;
  bool by_record = false;  // the record names it, not the caller
};

// The zone of the run, before that of a record's calendar.
std::string ZoneOf(const StartCommand& command, const Said& said,
                   const std::optional<v1::Person>& record) {
  if (command.zone_given) return command.spec.time_zone;
  if (said.calendar != nullptr && !said.by_record && !said.calendar->zone.empty())
    return said.calendar->zone;
  if (record.has_value() && !record->time_zone().empty()) return record->time_zone();
  if (said.calendar != nullptr && !said.calendar->zone.empty()) return said.calendar->zone;
  return command.spec.time_zone;
}

std::string CalendarName(const v1::Person& record, const std::string& workspace) {
  return absl::StrCat("workspaces/", workspace, "/", record.calendar());
}

// Sets calendar and zone. False: `said` names a calendar now that has to be found first.
absl::StatusOr<bool> SetBusinessTime(Directory& people, CalendarSource& calendars,
                                     const StartCommand& command, Said* said, Spec* spec) {
  const bool ask = said->name.empty() || said->by_record || !command.zone_given;
  std::optional<v1::Person> record;
  if (ask) {
    ASSIGN_OR_RETURN(record, people.Find(spec->person));
  }
  const bool by_record =
      command.calendar.empty() && record.has_value() && !record->calendar().empty();
  const std::string name = by_record ? CalendarName(*record, spec->workspace) : command.calendar;
  if (name != said->name) {
    *said = {.calendar = nullptr, .name = name, .by_record = by_record};
    if (!name.empty()) return false;
  }
  spec->time_zone = ZoneOf(command, *said, record);
  RETURN_IF_ERROR(calendar::LoadZone("onboarding.time_zone", spec->time_zone).status());
  if (said->calendar != nullptr) {
    ASSIGN_OR_RETURN(spec->calendar, calendars.Freeze(*said->calendar, spec->time_zone));
  } else if (OfficeHoursKnow(spec->day_one)) {
    ASSIGN_OR_RETURN(spec->calendar, calendars.OfficeHours(spec->time_zone));
  }
  return true;
}

absl::StatusOr<Owners> SetOwners(Directory& people, const flow::Plan& plan, Spec* spec) {
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(*spec));
  const absl::Time opening = calendar.OpeningOfDay(spec->day_one, 0);
  RETURN_IF_ERROR(CheckOpens(*spec, opening));
  ASSIGN_OR_RETURN(Owners owners,
                   ResolveOwners(people, RolesOf(plan), spec->person, spec->assignees, opening));
  spec->assignees = AssigneesOf(owners);
  return owners;
}

constexpr int kMaxReadings = 3;

absl::Status FindCalendar(const base::CallContext& context, CalendarSource& calendars,
                          const StartCommand& command, Said* said) {
  if (said->name.empty()) return absl::OkStatus();
  const std::string field =
      said->by_record ? absl::StrCat("calendar of the record of '", command.spec.person, "'")
                      : "onboarding.calendar";
  ASSIGN_OR_RETURN(said->calendar, calendars.Get(context, field, said->name));
  return absl::OkStatus();
}

}  // namespace

absl::Status Complete(const base::CallContext& context, People& people, CalendarSource& calendars,
                      const flow::Plan& plan, const StartCommand& command, WithRecords body) {
  Said said{.calendar = nullptr, .name = command.calendar};
  bool complete = false;
  // Once more where the record names a calendar, and where it names another one by then.
  for (int round = 0; round < kMaxReadings && !complete; ++round) {
    RETURN_IF_ERROR(FindCalendar(context, calendars, command, &said));
    const auto use = [&](Directory& records) -> absl::Status {
      CompleteSpec found{.spec = command.spec};
      ASSIGN_OR_RETURN(complete, SetBusinessTime(records, calendars, command, &said, &found.spec));
      if (!complete) return absl::OkStatus();
      ASSIGN_OR_RETURN(found.owners, SetOwners(records, plan, &found.spec));
      return body(records, found);
    };
    RETURN_IF_ERROR(people.Use(context, command.spec.workspace, use));
  }
  if (complete) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
                     "the record of the person is being changed by others; try again")
      .With("dependency", "people")
      .RetryAfter(absl::Seconds(1));
}

absl::StatusOr<CompleteSpec> Complete(const base::CallContext& context, People& people,
                                      CalendarSource& calendars, const flow::Plan& plan,
                                      const StartCommand& command) {
  CompleteSpec complete;
  RETURN_IF_ERROR(Complete(context, people, calendars, plan, command,
                           [&](Directory&, const CompleteSpec& found) {
                             complete = found;
                             return absl::OkStatus();
                           }));
  return complete;
}

}  // namespace plumbline::onboarding
