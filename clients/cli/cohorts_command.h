// SPDX-License-Identifier: Apache-2.0
//
// cohorts: how long it takes in groups of cases, and whether they differ; ramp-curve: how far they
// have come.
#ifndef PLUMBLINE_CLIENTS_CLI_COHORTS_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_COHORTS_COMMAND_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"

namespace plumbline::cli {

// Adds `cohorts` (see commands.h).
void AddCohortsCommand(args::Command& app, Action* action);

// A comparison as a person reads it; with `curves` the steps of each group too.
void PrintCohorts(const analytics::v1::CompareCohortsResponse& response, bool curves,
                  const Paper& paper);

// By what cases are put together.
struct CohortFlags {
  std::string by, zone;
  std::vector<std::string> splits;
};
// Adds --by, --split and --zone, which is `zone` by default. `flags` must outlive the command.
void AddCohortFlags(args::Command& command, const std::string& zone, CohortFlags* flags);
// Sets them, and what errors call the fields. FIELD_INVALID.
absl::Status SetGrouping(Session& session, const CohortFlags& flags,
                         analytics::v1::CohortGrouping* grouping);

// Groups of --split are titled by their moments in UTC, "before 2026-04-30T22:00:00Z": as a person
// reads it, "before 2026-05-01 Europe/Berlin", and back. What is no such title stays.
std::string SplitTitle(const std::string& title, const absl::TimeZone& zone);
std::string SplitName(const std::string& title, const absl::TimeZone& zone);

// Adds `ramp-curve`.
void AddRampCurveCommand(args::Command& app, Action* action);

// Curves as a person reads them; with `points` each with its band too.
void PrintRampCurves(const analytics::v1::GetRampCurvesRequest& request,
                     const analytics::v1::GetRampCurvesResponse& response, bool points,
                     const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_COHORTS_COMMAND_H_
