// SPDX-License-Identifier: Apache-2.0
#include "clients/simulation/behaviour.h"

#include "absl/time/civil_time.h"

namespace plumbline::simulation {

using onboarding::v1::Impediment;

const RoleHabits& Behaviour::HabitsOf(absl::string_view role) const {
  const RoleHabits* other = &roles.front();
  for (const RoleHabits& habits : roles) {
    if (habits.role == role) return habits;
    if (habits.role.empty()) other = &habits;
  }
  return *other;
}

Behaviour DemonstrationBehaviour(int year) {
  Behaviour b;
  b.roles = {
      {"", 90, 0.9, 0.75, 0.35},         {"it", 420, 0.9, 0.8, 0.5},
      {"legal", 540, 0.8, 0.9, 0.5},     {"finance", 300, 0.8, 0.8, 0.4},
      {"manager", 300, 1.0, 0.85, 0.45}, {"rep", 45, 0.7, 0.9, 0.3},
      {"@person", 45, 0.7, 0.9, 0.3},    {"sales-enablement", 120, 0.8, 0.8, 0.3},
      {"sales-ops", 200, 0.9, 0.8, 0.4},
  };
  b.troubles = {
      {"laptop-provisioning", 0.22, 1900, 0.6, Impediment::CATEGORY_EQUIPMENT,
       "The laptop has not arrived"},
      {"crm", 0.07, 700, 0.7, Impediment::CATEGORY_ACCESS, "No CRM licence is left for the seat"},
      {"sso", 0.06, 300, 0.6, Impediment::CATEGORY_ACCESS, "The account is missing from a group"},
      {"legal-queue", 0.18, 1100, 0.6, Impediment::CATEGORY_APPROVAL,
       "Legal has not countersigned"},
      {"background-screening", 0.12, 1300, 0.5, Impediment::CATEGORY_INFORMATION,
       "The candidate's data are incomplete"},
      {"lms", 0.04, 240, 0.5, Impediment::CATEGORY_INFORMATION,
       "The course is not assigned in the LMS"},
      {"telephony", 0.07, 520, 0.6, Impediment::CATEGORY_UTILITY_DOWN,
       "The dialler does not register"},
      {"cpq", 0.06, 400, 0.6, Impediment::CATEGORY_ACCESS, "The price book is not shared"},
  };
  const absl::TimeZone utc = absl::UTCTimeZone();
  b.outages = {{"e-signature", absl::FromCivil(absl::CivilDay(year, 5, 13), utc),
                absl::FromCivil(absl::CivilDay(year, 5, 20), utc)}};
  return b;
}

}  // namespace plumbline::simulation
