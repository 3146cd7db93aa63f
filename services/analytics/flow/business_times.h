// SPDX-License-Identifier: Apache-2.0
//
// Times of steps and cases by a clock that may count business hours only. An error of `keep_on`,
// which is asked every few milliseconds, ends the work and is returned. `between`: empty = wall
// clock.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FLOW_BUSINESS_TIMES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FLOW_BUSINESS_TIMES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/step_times.h"

namespace plumbline::analytics {

// Waiting, working, blocked and planned time of steps. Whether something was late is a matter of
// instants, not of hours. O(rows) expected, and some calls of `between` for each occurrence.
absl::StatusOr<std::vector<StepTime>> MeasureSteps(const LogSnapshot& log,
                                                   const std::vector<std::string>& map_transitions,
                                                   const TimeBetween& between, KeepOn keep_on);

// As MeasureEndedCases of mining, by `between`.
absl::StatusOr<EndedCases> MeasureEndedCases(const Traces& traces, const TimeBetween& between,
                                             KeepOn keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FLOW_BUSINESS_TIMES_H_
