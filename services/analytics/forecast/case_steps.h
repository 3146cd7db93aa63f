// SPDX-License-Identifier: Apache-2.0
//
// The cases of a log as a process tree sees them, as they were known at a moment.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_CASE_STEPS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_CASE_STEPS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/analytics/conformance/tree.h"
#include "services/analytics/forecast/tree_walk.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics::forecast {

// Microseconds since 1970 UTC.
struct CaseSteps {
  struct Step {
    uint32_t label = 0;
    int64_t end = 0;
  };
  uint32_t case_number = 0;
  int64_t begin = 0;           // of the case
  std::vector<Step> done;      // ascending by end: completed, or skipped by somebody
  std::vector<uint32_t> open;  // labels: ready or begun, and not ended
  int64_t unknown_count = 0;   // ended occurrences of activities that the tree does not have
};

// Gives the cases for which `wanted`, by number, is true and that had an occurrence by `as_of`, as
// they were then, in their order. O(rows) expected. An error of `keep_on`, asked now and then, ends
// it.
absl::Status ReadCases(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
                       const conformance::Tree& tree, int64_t as_of,
                       const std::vector<bool>& wanted,
                       absl::FunctionRef<void(const CaseSteps&)> take,
                       absl::FunctionRef<absl::Status()> keep_on);

// Walks a case through the tree, as far as it has come; `walk` is of the same tree. Returns how
// many of its steps the tree did not allow where they were; those are as if they had not been.
// O(steps depth).
int64_t WalkCase(const CaseSteps& steps, TreeWalk* walk);

}  // namespace plumbline::analytics::forecast

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_CASE_STEPS_H_
