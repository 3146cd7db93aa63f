// SPDX-License-Identifier: Apache-2.0
//
// How long the steps of a process tree took, which branches were chosen and how often loops were
// repeated, from the cases of a log that came to its end. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_CASE_HISTORY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_CASE_HISTORY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/analytics/conformance/tree.h"
#include "services/analytics/forecast/tree_walk.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics::forecast {

struct CaseHistoryOptions {
  int64_t as_of = 0;         // what came later is not known; microseconds since 1970 UTC
  size_t most_cases = 1000;  // the latest so many that ended
  std::string without;       // id of a case that does not count; "" = all count
  TimeBetween between;       // empty = wall clock
};

// By nodes of the tree. Times are in seconds.
struct CaseHistory {
  struct Node {
    std::vector<double> times;   // of a leaf, each time that it was done
    int64_t skipped = 0;         // of a leaf: it was demanded and passed over
    std::vector<int64_t> taken;  // of a choice by child; of a loop [0] left, [k] went on by child k
  };
  std::vector<Node> nodes;
  std::vector<double> durations;  // of the cases that count, ascending
  int64_t open_cases = 0;         // had not ended by then
  int64_t unfinished_cases = 0;   // ended, and lack what the tree demands: they do not count
  int64_t older_cases = 0;        // ended before the latest that count
  int64_t extra_steps = 0;        // of cases that count: where the tree does not allow them
  int64_t unknown_steps = 0;      // of cases that count: which it does not have
  int64_t case_count() const { return static_cast<int64_t>(durations.size()); }
};

// Adds what a case did, which has come to its end. Exposed for tests.
void AddCase(const TreeWalk& walk, const TimeBetween& between, CaseHistory* history);

// A log that marks the ends of cases says which have ended; in others those have that lack nothing
// that the tree demands. O(rows + cases depth) expected; an error of `keep_on` ends it.
absl::StatusOr<CaseHistory> LearnCases(const LogSnapshot& log,
                                       const std::vector<std::string>& map_transitions,
                                       const conformance::Tree& tree,
                                       const CaseHistoryOptions& options,
                                       absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics::forecast

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_CASE_HISTORY_H_
