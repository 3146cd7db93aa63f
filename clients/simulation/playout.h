// SPDX-License-Identifier: Apache-2.0
//
// Event logs that the project makes itself: random runs of a process ("playout"), as CSV.
#ifndef PLUMBLINE_CLIENTS_SIMULATION_PLAYOUT_H_
#define PLUMBLINE_CLIENTS_SIMULATION_PLAYOUT_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "clients/simulation/behaviour.h"
#include "common/flow/plan.h"

namespace plumbline::simulation {

struct PlayoutOptions {
  int64_t cases = 2000;  // 1 to 10,000,000
  uint64_t seed = 11;
  absl::CivilDay first_day = absl::CivilDay(2024, 1, 8);
  int64_t case_gap_minutes = 55;  // mean open minutes between the starts of cases
};

// Gets the text of a CSV file in pieces: a header and one row per step that ended, in the order in
// which they ended within a case: case_id,activity,start_timestamp,timestamp,resource. An error
// ends the playout with it.
using TextSink = std::function<absl::Status(absl::string_view)>;

// Runs `plan` options.cases times with people who behave as `behaviour` says. The same options give
// the same text.
absl::Status Playout(const flow::Plan& plan, const PlayoutOptions& options,
                     const Behaviour& behaviour, const TextSink& sink);

}  // namespace plumbline::simulation

#endif  // PLUMBLINE_CLIENTS_SIMULATION_PLAYOUT_H_
