// SPDX-License-Identifier: Apache-2.0
//
// Simulation over a session: what `simulate`, `generate` and `demo` share.
#ifndef PLUMBLINE_CLIENTS_CLI_PLAYING_H_
#define PLUMBLINE_CLIENTS_CLI_PLAYING_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "clients/simulation/cohort.h"
#include "clients/simulation/playout.h"

namespace plumbline::cli {

// Runs the cohort with the demonstration behaviour, with progress on the session's err.
absl::StatusOr<simulation::CohortSummary> RunCohort(Session& session,
                                                    const simulation::CohortOptions& options);
void PrintCohort(Session& session, const simulation::CohortSummary& summary);

// Entries of the histories of all on-boardings of the workspace. A call for each of them.
absl::StatusOr<int64_t> CountHistory(Session& session);

// Random runs of the latest revision of a process, with all that it calls, as CSV text.
absl::Status PlayProcess(Session& session, const std::string& process,
                         const simulation::PlayoutOptions& options,
                         const simulation::TextSink& sink);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_PLAYING_H_
