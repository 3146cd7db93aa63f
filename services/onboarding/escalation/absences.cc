// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/absences.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/base/status_macros.h"
#include "services/onboarding/people/substitute.h"

namespace plumbline::onboarding::escalation {
namespace {

absl::TimeZone ZoneOf(const v1::Person& person) {
  absl::TimeZone zone = absl::UTCTimeZone();
  if (!person.time_zone().empty() && !absl::LoadTimeZone(person.time_zone(), &zone))
    zone = absl::UTCTimeZone();
  return zone;
}

// The first instant of a date, or of the one after it.
absl::Time BeginOf(const std::string& date, int days, absl::TimeZone zone) {
  absl::CivilDay day;
  // It was checked when it was written.
  if (!absl::ParseCivilTime(date, &day)) return absl::InfiniteFuture();
  return absl::FromCivil(day + days, zone);
}

void AddBoundaries(const v1::Person& person, absl::Time now, std::optional<absl::Time>* next) {
  const absl::TimeZone zone = ZoneOf(person);
  for (const v1::Absence& absence : person.absences()) {
    for (const absl::Time time :
         {BeginOf(absence.from_date(), 0, zone), BeginOf(absence.until_date(), 1, zone)}) {
      if (time > now && time < absl::InfiniteFuture() && (!next->has_value() || time < **next))
        *next = time;
    }
  }
}

}  // namespace

absl::StatusOr<Cover> CoverOf(Directory& people, absl::string_view person, absl::Time now) {
  Cover cover;
  cover.reason = absl::StrCat(person, " is back");
  std::set<std::string> seen;
  std::string name(person);
  std::string manager;
  while (seen.insert(name).second) {
    ASSIGN_OR_RETURN(const std::optional<v1::Person> record, people.Find(name));
    if (!record.has_value() || record->state() == v1::Person::STATE_LEFT) {
      cover.gone = name == person;
      break;
    }
    AddBoundaries(*record, now, &cover.next);
    const v1::Absence* const absence = AbsenceAt(*record, now);
    if (absence == nullptr) break;
    if (name == person) {
      cover.away = true;
      manager = record->manager();
      cover.since = BeginOf(absence->from_date(), 0, ZoneOf(*record));
      cover.reason =
          absl::StrCat(person, " is away until ", absence->until_date(),
                       absence->reason().empty() ? "" : absl::StrCat(": ", absence->reason()));
    }
    if (absence->substitute().empty()) break;
    name = absence->substitute();
  }
  if (!cover.away) return cover;
  ASSIGN_OR_RETURN(const Resolution acting, WhoActs(people, person, now));
  if (acting.outcome == v1::OUTCOME_FOUND && acting.person != person)
    cover.substitute = acting.person;
  if (!manager.empty() && manager != person) {
    ASSIGN_OR_RETURN(const Resolution above, WhoActs(people, manager, now));
    if (above.outcome == v1::OUTCOME_FOUND && above.person != person) cover.manager = above.person;
  }
  return cover;
}

}  // namespace plumbline::onboarding::escalation
