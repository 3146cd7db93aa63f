// SPDX-License-Identifier: Apache-2.0
//
// Ramp curves of numbers: what is read of each case, and what is drawn from that of all. Parts of a
// log add up, and cases may be taken out again, so that the first may be kept of a log that grows.
// Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_COHORTS_RAMP_NUMBERS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_COHORTS_RAMP_NUMBERS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/cohorts/ramp_curve.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics::cohorts {

// That a case has a number after each interval from `first` until just before `end`.
struct RampStretch {
  double value = 0;
  // When the clock of the case started: those intervals count that are over at the last time of the
  // log.
  int64_t begin = 0;
  uint16_t first = 0, end = 0;

  // By value.
  static bool Before(const RampStretch& a, const RampStretch& b) {
    return std::tie(a.value, a.begin, a.first, a.end) < std::tie(b.value, b.begin, b.first, b.end);
  }
};

// Reads cases, in ascending order. What it is given must outlive it.
class NumberReader {
 public:
  // FIELD_INVALID: field "measure.attribute" for a key that no event has, "measure.activity" where
  // neither stands. O(attributes).
  static absl::StatusOr<NumberReader> Make(const Traces& traces, const RampQuestion& question);

  // Appends the stretches of a case, no two of which have an interval in common. False for one
  // without the event that starts the clock. O(rows and attributes of the case, log intervals).
  bool Read(size_t c, std::vector<RampStretch>* stretches);

 private:
  NumberReader(const Traces& traces, const RampQuestion& question);

  double SecondsBetween(int64_t from, int64_t to) const;
  int64_t BeginOf(size_t c) const;
  void Gather(size_t c);
  // After how many intervals, at most `most`, an event is that comes so long after the begin.
  size_t IntervalOf(size_t number, int64_t begin, size_t from, size_t most) const;

  const Traces* traces_;
  const LogSnapshot* log_;
  const RampQuestion* question_;
  CaseEnds ends_;
  uint32_t key_;
  size_t attribute_ = 0;
  std::vector<std::pair<int64_t, double>> numbers_;  // of one case: when, how much; by time
};

// What cases of one group have.
struct NumberGroup {
  std::string title;
  int64_t cases = 0, left_out = 0;         // these without the event that starts the clock
  std::span<const RampStretch> stretches;  // of a median, by value
};

// Appends the curve of each group, in their order. `until`: as far as the log goes. Errors of
// `keep_on`. O(stretches log intervals), on two threads, and of medians 4 bytes of memory for each
// interval and thousand stretches.
absl::Status DrawNumbers(std::span<const NumberGroup> groups, const RampQuestion& question,
                         int64_t until, absl::FunctionRef<absl::Status()> keep_on,
                         RampCurves* curves);
// The same of a log: see DrawRamp.
absl::StatusOr<RampCurves> DrawNumbers(const Traces& traces, const RampQuestion& question,
                                       absl::FunctionRef<absl::Status()> keep_on);

// Bytes that DrawNumbers takes at most for so many stretches.
int64_t BytesToDraw(int64_t stretches, const RampQuestion& question);

// Points with their bands. `at(k)`: the number of rank `k`, 0 to n - 1, which is called a few
// times.
RampPoint PointOfMean(int64_t n, double mean, double standard_deviation, double confidence);
RampPoint PointOfMedian(int64_t n, absl::FunctionRef<double(int64_t k)> at, double confidence);

}  // namespace plumbline::analytics::cohorts

#endif  // PLUMBLINE_SERVICES_ANALYTICS_COHORTS_RAMP_NUMBERS_H_
