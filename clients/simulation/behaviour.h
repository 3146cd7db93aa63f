// SPDX-License-Identifier: Apache-2.0
//
// How simulated people and utilities behave: the figures behind the demonstration cohort, in one
// place.
#ifndef PLUMBLINE_CLIENTS_SIMULATION_BEHAVIOUR_H_
#define PLUMBLINE_CLIENTS_SIMULATION_BEHAVIOUR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/simulation/random.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"

namespace plumbline::simulation {

// A role's habits.
struct RoleHabits {
  std::string role;         // "" = every role that is not named
  double wait_median = 60;  // open minutes between ready and started
  double wait_sigma = 0.8;
  double pace_median = 0.7;  // working time as a share of the step's target
  double pace_sigma = 0.35;
};

// What goes wrong with a utility.
struct UtilityTrouble {
  std::string utility;
  double probability = 0;    // per task that uses it
  double lost_median = 480;  // open minutes
  double lost_sigma = 0.7;
  onboarding::v1::Impediment::Category category = onboarding::v1::Impediment::CATEGORY_OTHER;
  std::string description;
};

// A utility that is down for everybody.
struct Outage {
  std::string utility;
  absl::Time from, to;
};

struct Behaviour {
  std::vector<RoleHabits> roles;
  std::vector<UtilityTrouble> troubles;
  std::vector<Outage> outages;
  double again_probability = 0.27;  // a loop is repeated; at most 3 times
  double optional_probability = 0.6;

  const RoleHabits& HabitsOf(absl::string_view role) const;
};

// The behaviour of the shipped demonstration: IT is slow to begin, laptops arrive late, CRM rights
// are forgotten, the e-signature service is down for one week in May.
Behaviour DemonstrationBehaviour(int year);

}  // namespace plumbline::simulation

#endif  // PLUMBLINE_CLIENTS_SIMULATION_BEHAVIOUR_H_
