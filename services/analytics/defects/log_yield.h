// SPDX-License-Identifier: Apache-2.0
//
// What goes right the first time, of a whole log (Harry and Schroeder 2000).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DEFECTS_LOG_YIELD_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DEFECTS_LOG_YIELD_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "services/analytics/defects/defects.h"
#include "services/analytics/quality/yield.h"

namespace plumbline::analytics {

// By source: defects, and where there could have been one.
struct SourceCounts {
  std::array<int64_t, kDefectSourceCount> defects{};
  std::array<int64_t, kDefectSourceCount> opportunities{};
  int64_t AllDefects() const;
  int64_t AllOpportunities() const;
};

struct StepOfYield {
  uint32_t activity = 0;
  int64_t cases = 0;
  int64_t right = 0;  // without a defect
  SourceCounts counts;
  int64_t rework = 0;  // completed occurrences after the first of a case
  int64_t rework_without_start = 0;
  double rework_working_seconds = 0;
};

struct HiddenFactory {
  int64_t rework = 0;
  int64_t cases = 0;
  double working_seconds = 0, waiting_seconds = 0, blocked_seconds = 0;
  double all_working_seconds = 0;  // rework or not
  int64_t without_start = 0;       // of `rework`
  bool any_start = false;          // an occurrence, rework or not, says when it began
};

// Whether a case came through is known when it has ended: an open one counts neither as right nor,
// if it has a defect already, as wrong, as in charts, root causes and reports. A step of a case
// that the case came to counts for the step, also while the case is open.
struct LogYield {
  DefectSources sources;    // those that the log told of, and that were asked for
  int64_t cases = 0;        // with a step
  int64_t open_cases = 0;   // of these
  int64_t right_cases = 0;  // of these, ended and without a defect; 0 where no source told of any
  SourceCounts counts;      // of all steps of these cases
  std::vector<StepOfYield> steps;  // least yield first, then by number
  // Absent where no case came to a step, or no source told of any.
  std::optional<quality::RolledYield> rolled;
  // Of the cases that have ended; absent where none has, too.
  std::optional<quality::DefectRates> rates;
  int64_t defects = 0, units = 0, opportunities = 0;  // of `rates`
  HiddenFactory hidden;
};

// What a yield is made of: sums over cases, so that parts of a log add up to it.
struct YieldSums {
  struct Step {
    StepOfYield known;  // but for `activity` and seconds
    absl::int128 rework_micros = 0;
  };
  // `sign` 1 puts the sums of other cases in, -1 takes them out again. O(activities).
  void Add(const YieldSums& more, int sign);

  int64_t cases = 0, ended_cases = 0, right_cases = 0, rework_cases = 0;
  SourceCounts counts;
  int64_t ended_defects = 0, ended_opportunities = 0;  // of `counts`, of cases that have ended
  std::vector<Step> steps;  // by activity
  int64_t rework = 0, rework_without_start = 0;
  int64_t with_start = 0;  // visits with an occurrence that says when it began
  struct Times {
    absl::int128 waiting = 0, working = 0, blocked = 0;
  };
  Times rework_micros;
  absl::int128 working_micros = 0;
};
// Errors of `keep_on`. O(rows) expected.
absl::StatusOr<YieldSums> ReadYield(const LogSnapshot& log,
                                    const std::vector<std::string>& map_transitions,
                                    const DefectOptions& options,
                                    absl::FunctionRef<absl::Status()> keep_on);
// The yield of these sums. FIELD_INVALID as of MeasureYield. O(activities log activities).
absl::StatusOr<LogYield> YieldOf(const YieldSums& sums, int64_t opportunities_per_case);

// `opportunities_per_case`: 0 = those that the sources would have told of. FIELD_INVALID: fewer
// than there are defects (field "opportunities_per_case"). Errors of `keep_on`. O(rows) expected.
absl::StatusOr<LogYield> MeasureYield(const LogSnapshot& log,
                                      const std::vector<std::string>& map_transitions,
                                      const DefectOptions& options, int64_t opportunities_per_case,
                                      absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DEFECTS_LOG_YIELD_H_
