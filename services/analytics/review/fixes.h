// SPDX-License-Identifier: Apache-2.0
//
// The fixes that would save most in a period, one after the other.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_FIXES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_FIXES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/review/bootstrap.h"
#include "services/analytics/review/candidates.h"
#include "services/analytics/review/proof.h"

namespace plumbline::analytics::review {

// What would show that it worked.
struct Proof {
  enum class Measure { kStepWaiting, kTimesOfStep, kDuration };
  Measure measure = Measure::kStepWaiting;
  // Of a case on average: seconds, by the clock of the page, or times.
  double before = 0, after = 0;
  int64_t case_count = 0;  // of which that is known
  double effect = 0;       // before - after, as the project is told it
  std::optional<int64_t>
      cases;  // after the change; absent: too small to be seen, or too few before
  // Where those of the period are too few before: how many on each side would do, and what a longer
  // period needs; absent: none helps, for a project keeps no more.
  std::optional<int64_t> each_side;
  std::optional<LongerPeriod> longer;
  double cases_per_week = 0;    // that come to it
  std::optional<double> weeks;  // until there are so many
  // Weeks of the cases before, where a longer period would do, or of those after: too many.
  std::optional<double> too_long;
};

struct Fix {
  Candidate candidate;
  Gain hours;                      // of lead time, beyond what the fixes before it save
  std::optional<Gain> in_time;     // cases that would have come in time; absent: none has a target
  Gain work_hours;                 // of work that need not be done
  double hours_alone = 0;          // without the fixes before it
  int64_t ended = 0;               // cases of the period
  std::vector<uint32_t> examples;  // cases of Facts::log that would have gained most; at most 3
  // Of the cases of the period: the waits for the step, its repeats, or the impediments of the
  // cause.
  int64_t occurrences = 0;
  double total_seconds = 0;
  double held_seconds = 0;  // of these, but of repeats: in which nothing else of the case went on
  Proof proof;
};

struct Fixes {
  std::vector<Fix> fixes;  // first to fix first
  Gain hours;              // of all of them together
  std::optional<Gain> in_time;
  int64_t candidate_count = 0;
  // Where there is no fix: the cases of the graphs that one would touch which would save time, but
  // is left out since they are too few; of several the most. 0: there is none of these either.
  int64_t few_touched = 0;
};

struct FixOptions {
  int most = 3;
  double confidence = 0.95;
  uint64_t seed = 1;
  TimeBetween between;  // all times of the page are by it; empty = wall clock
};

// Greedy: first what saves most hours, then what saves most beyond that, and so on, so that no hour
// is counted twice. What saves less than half an hour in all is none. Errors of `keep_on`. O(most
// candidates steps), on two threads.
absl::StatusOr<Fixes> FindFixes(const Facts& facts, const Windows& windows,
                                const FixOptions& options, KeepOn keep_on);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_FIXES_H_
