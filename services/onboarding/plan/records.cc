// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/records.h"

#include <optional>

#include "common/base/status_macros.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/roles.h"

namespace plumbline::onboarding {

absl::StatusOr<Owners> CompleteFromRecords(Directory& people, const flow::Plan& plan,
                                           bool zone_given, Spec* spec) {
  if (!zone_given) {
    ASSIGN_OR_RETURN(const std::optional<v1::Person> record, people.Find(spec->person));
    if (record.has_value() && !record->time_zone().empty()) spec->time_zone = record->time_zone();
  }
  RETURN_IF_ERROR(calendar::LoadZone("onboarding.time_zone", spec->time_zone).status());
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(*spec));
  ASSIGN_OR_RETURN(Owners owners,
                   ResolveOwners(people, RolesOf(plan), spec->person, spec->assignees,
                                 calendar.OpeningOfDay(spec->day_one, 0)));
  spec->assignees = AssigneesOf(owners);
  return owners;
}

}  // namespace plumbline::onboarding
