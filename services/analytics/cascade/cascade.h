// SPDX-License-Identifier: Apache-2.0
//
// What follows if something breaks: the open cases of a log, simulated from where they are, with
// and without disruptions, on the same chance (common random numbers; Law 2015, section 11.2).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_CASCADE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_CASCADE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/analytics/cascade/disruption.h"
#include "services/analytics/cascade/experience.h"
#include "services/analytics/cascade/tally.h"
#include "services/analytics/forecast/runs.h"

namespace plumbline::analytics::cascade {

inline constexpr int64_t kLeastRuns = 20;
inline constexpr int64_t kMostFutures = 10'000;
// Of all futures together.
inline constexpr double kMostTasks = 40'000'000;
// Open cases times futures.
inline constexpr int64_t kMostEnds = 20'000'000;

struct CascadeOptions {
  std::vector<Disruption> disruptions;
  int64_t until = 0;             // on the axis, > 0
  int64_t day = 86'400'000'000;  // what counts as one, on the axis
  int64_t runs = 200;            // kLeastRuns to kMostFutures
  uint64_t seed = 1;
  // How much time of a log new cases were reckoned from, microseconds; 0: it was said how many.
  int64_t learned_from = 0;
};

// What Simulate takes beside the experience, near enough.
int64_t BytesOf(const Experience& experience, const CascadeOptions& options);

// FIELD_INVALID: more work than kMostTasks or kMostEnds; field "arrivals_per_day" where that comes
// from a log shorter than a day, else "runs". An error of `keep_on`, asked between futures, ends
// it. The same seed gives the same tally. O(runs tasks log tasks).
absl::StatusOr<Tally> Simulate(const Experience& experience, const CascadeOptions& options,
                               absl::FunctionRef<absl::Status()> keep_on);

// By how much an open case slips, on the axis.
struct CaseSlip {
  size_t open = 0;  // in Experience::open
  forecast::TimeEstimate median, p90;
  double mean = 0, mean_error = 0;
  int64_t day_count = 0;  // futures in which it slips by a day or more
};
// All open cases, those that slip most first: by median, then 9th decile, then mean, then number.
// An error of `keep_on` ends it. O(open runs log runs).
absl::StatusOr<std::vector<CaseSlip>> RankSlips(const Tally& tally, size_t open, int64_t day,
                                                absl::FunctionRef<absl::Status()> keep_on);

// When the backlog is back to normal.
struct Recovery {
  int64_t piled = 0;        // futures in which something piled up
  int64_t unrecovered = 0;  // of these, were not back to normal at the end of the grid
  // By those in which something piled up; absent beyond the end of the grid, or where there is
  // none.
  std::optional<int64_t> median, lower, upper, p90;
};
Recovery MeasureRecovery(const Tally& tally);

// A place of the grid at which the mean is most.
size_t PeakOf(const std::vector<RunningMean>& means);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_CASCADE_H_
