// SPDX-License-Identifier: Apache-2.0
//
// Runs a cohort of on-boardings from start to end through the public API, with simulated people.
// The calls carry the time at which things occurred. The same options give the same history,
// whatever the machine and however many workers.
#ifndef PLUMBLINE_CLIENTS_SIMULATION_COHORT_H_
#define PLUMBLINE_CLIENTS_SIMULATION_COHORT_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "clients/simulation/behaviour.h"
#include "common/rpc/channel.h"

namespace plumbline::simulation {

struct CohortOptions {
  std::string workspace = "default";
  std::string process = "sales-rep-onboarding";  // id
  std::string prefix = "rep";                    // on-boardings are called {prefix}-0001, ...
  int count = 200;                               // 1 to 100,000
  int year = 2024;                               // day ones: Mondays of this year, evenly
  uint64_t seed = 7;
  int workers = 16;  // on-boardings under way at the same time
};

struct CohortSummary {
  int started = 0;
  int completed = 0;
  int64_t calls = 0;
  int64_t impediments = 0;
  int64_t repeated_rounds = 0;  // "again" decisions
};

// `progress` (may be empty) is called now and then, one call at a time, with how many on-boardings
// are complete. The first error ends the run. Needs onboarding.write and onboarding.backdate.
absl::StatusOr<CohortSummary> RunCohort(rpc::Channel& onboarding, const CohortOptions& options,
                                        const Behaviour& behaviour,
                                        const std::function<void(int completed)>& progress);

}  // namespace plumbline::simulation

#endif  // PLUMBLINE_CLIENTS_SIMULATION_COHORT_H_
