// SPDX-License-Identifier: Apache-2.0
//
// Ramp curves: how far the cases of each group have come, so long after they began. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_COHORTS_RAMP_CURVE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_COHORTS_RAMP_CURVE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/analytics/cohorts/group_cases.h"
#include "services/analytics/cohorts/observe.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics::cohorts {

// What is drawn.
struct RampMeasure {
  enum class Kind {
    kReached,     // the share of cases that have come to an activity, or to their end
    kLatest,      // the latest number under an attribute; cases without one so far do not count
    kSoFar,       // the sum of the numbers so far, or how often an activity was done
    kInInterval,  // the same of each interval by itself
  };
  Kind kind = Kind::kReached;
  // kReached: absent = the end of the case. Others: of events of this activity only; demanded where
  // no key is given.
  std::optional<uint32_t> activity;
  std::string key;      // not of kReached; "" = each event counts 1
  bool median = false;  // of the cases, instead of their mean; not of kReached
};

struct RampQuestion {
  RampMeasure measure;
  std::optional<uint32_t> from;  // the clock starts at the first event of it, else with the case
  Grouping grouping;
  TimeBetween between;             // what the clock of a case counts; empty = wall clock
  double interval = 7 * 86'400.0;  // seconds of that, > 0
  size_t intervals = 26;           // 1 to 65,535
  double confidence = 0.95;        // of bands, 0 to 1, without them
  std::optional<double> full;      // what counts as all there is; kReached: all cases
  std::vector<double> shares = {0.25, 0.5, 0.75};  // of it; above 0, up to 1 (kReached: below 1)
  size_t max_groups = 20;                          // the largest
};

// After so many intervals. `value` is absent where no case has a number.
struct RampPoint {
  // Cases of which it is known: observed for as long, or reached it; of numbers: that have one.
  int64_t observed = 0;
  std::optional<double> value;
  // Of kReached by Kaplan and Meier, as in survival.h; of a mean by Student's t, of two cases on;
  // of a median by order statistics (Thompson 1936), of as many as the confidence needs.
  std::optional<double> lower, upper;
};

// When a share of all was reached, in seconds as intervals have them.
struct RampTarget {
  double share = 0;
  std::optional<double> time, lower, upper;
};

struct RampCurve {
  std::string title;
  int64_t cases = 0;
  int64_t left_out = 0;           // cases without the event that starts the clock
  int64_t ended_without = 0;      // kReached: see Group
  std::vector<RampPoint> points;  // after 1, 2, ... intervals, as long as some case is observed
  std::vector<RampTarget> targets;
};

struct RampCurves {
  std::vector<RampCurve> curves;
  int64_t omitted_groups = 0;
  int64_t omitted_cases = 0;
};

// Whether a case came to something is observed until it ended, of an open one until the last time
// of the log. Numbers are observed until then of all cases: one that ended keeps what it has, and
// of kInInterval counts in the intervals that began before it ended. FIELD_INVALID: as of
// NumberReader (ramp_numbers.h) and of GroupCases. O(rows + attributes + n log n), of numbers n being how often those of cases change
// from one interval to the next.
absl::StatusOr<RampCurves> DrawRamp(const Traces& traces, const RampQuestion& question,
                                    absl::FunctionRef<absl::Status()> keep_on);

// Of kReached, what DrawRamp observes, and what it draws from that. Errors of `keep_on`; O(n).
Question QuestionOf(const RampQuestion& question);
absl::StatusOr<RampCurves> DrawShares(std::vector<Group> groups, const RampQuestion& question,
                                      absl::FunctionRef<absl::Status()> keep_on);

// What each of these curves is drawn with. Seconds after which an interval, from 0, is over.
inline double TimeOf(const RampQuestion& question, size_t interval) {
  return question.interval * static_cast<double>(interval + 1);
}
// The places of the largest groups, in their order; what is left out is told.
std::vector<size_t> LargestGroups(const std::vector<int64_t>& sizes, size_t most,
                                  RampCurves* curves);

}  // namespace plumbline::analytics::cohorts

#endif  // PLUMBLINE_SERVICES_ANALYTICS_COHORTS_RAMP_CURVE_H_
