// SPDX-License-Identifier: Apache-2.0
//
// What a flow is made of: times of cases and steps, so that parts of a log add up to it.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FLOW_FLOW_LISTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FLOW_FLOW_LISTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "services/analytics/flow/flow.h"
#include "services/analytics/flow/step_delay.h"
#include "services/analytics/flow/work_in_progress.h"

namespace plumbline::analytics {

// Up to when a case is known, and whether it ends in the horizon, or was there in it at all.
int64_t SeenUntil(const CaseSpan& c, const Horizon& horizon);
bool EndsIn(const CaseSpan& c, const Horizon& horizon);
bool TouchesHorizon(const CaseSpan& c, const Horizon& horizon);

// By case. O(cases + attributes), where the log has starts O(rows + attributes).
std::vector<CaseSpan> SpansOf(const LogSnapshot& log);

// Microseconds, in the order of the log.
struct FlowLists {
  // Of cases that end in the horizon; all but `lead` of those that say when a step began.
  std::vector<int64_t> lead, touch, wait, blocked, planned;
  std::vector<double> efficiencies;              // of these that took time
  absl::int128 known_lead = 0;                   // of these, the sum
  int64_t without_starts = 0;                    // cases that say it of no step
  std::vector<StepLists> steps;                  // by activity
  std::vector<std::vector<int64_t>> first_done;  // by stage: when each case had first done it
  UnknownWaits unknown;
};

// `cases` as of SpansOf. Errors of `keep_on`, which is asked now and then. O(rows) expected.
absl::StatusOr<FlowLists> ReadFlow(const LogSnapshot& log, const std::vector<CaseSpan>& cases,
                                   const Horizon& horizon,
                                   const std::vector<std::string>& map_transitions,
                                   const FlowOptions& options,
                                   absl::FunctionRef<absl::Status()> keep_on);

// All that a flow is put together from.
struct FlowParts {
  Horizon horizon;
  Comings comings;
  int64_t case_count = 0;            // that touch the horizon
  LeadTimes times;                   // but for what takes open cases in
  std::vector<int64_t> leads;        // of cases that end in the horizon; any order
  std::vector<int64_t> open_ages;    // of those that touch it and do not
  std::vector<uint32_t> open_cases;  // their numbers
  std::vector<StepDelay> steps;      // ranked
  UnknownWaits unknown;
};
// `reached(stage, time)`: how many cases had done it by then, `time` included. FIELD_INVALID (field
// "period") for too many of them; errors of `keep_on`. O(n + periods).
absl::StatusOr<Flow> PutTogether(FlowParts parts, const FlowOptions& options,
                                 absl::FunctionRef<int64_t(size_t stage, int64_t time)> reached,
                                 absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FLOW_FLOW_LISTS_H_
