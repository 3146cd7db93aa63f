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
  double interval = 7 * 86'400.0;  // seconds, > 0
  size_t intervals = 26;           // at least 1
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

// When a share of all was reached, in seconds.
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

// A case is observed until it ended, an open one until the last time of the log; for numbers of a
// log that marks no ends all are. FIELD_INVALID: field "measure.attribute" for a key that no event
// has, "measure.activity" where neither stands; as of GroupCases. O(rows + attributes + cases
// intervals) and, for numbers, 8 bytes of memory for each interval of a case.
absl::StatusOr<RampCurves> DrawRamp(const Traces& traces, const RampQuestion& question,
                                    absl::FunctionRef<absl::Status()> keep_on);

// Of kReached, what DrawRamp observes, and what it draws from that. Errors of `keep_on`; O(n).
Question QuestionOf(const RampQuestion& question);
absl::StatusOr<RampCurves> DrawShares(std::vector<Group> groups, const RampQuestion& question,
                                      absl::FunctionRef<absl::Status()> keep_on);

// A mean or median of some numbers, with its band. O(n) expected.
RampPoint Summarise(std::vector<double> values, bool median, double confidence);

}  // namespace plumbline::analytics::cohorts

#endif  // PLUMBLINE_SERVICES_ANALYTICS_COHORTS_RAMP_CURVE_H_
