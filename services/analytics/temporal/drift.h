// SPDX-License-Identifier: Apache-2.0
//
// When the process changed: concept drift (Bose, van der Aalst, Zliobaite and Pechenizkiy 2014,
// "Dealing with concept drifts in process mining"; Maaradji, Dumas, La Rosa and Ostovar 2017,
// "Detecting sudden and gradual drifts in business processes from execution traces").
//
// A change is a border between two periods. What comes after each activity in a window before it is
// compared with the same in a window after it (homogeneity.h). Windows are not of one length: they
// are all those of seeded intervals (Kovács, Li, Bühlmann and Munk 2022, "Seeded binary
// segmentation", definition 1), from two periods to the whole log, so that both brief and slight
// changes are found. Of the intervals with a change the shortest is taken, which has no other
// change in it (narrowest over threshold: Baranowski, Chen and Fryzlewicz 2019); then on both sides
// again. At last each change is moved to where it shows most between its neighbours, and stays if
// it still shows there. There is no chance in it.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_DRIFT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_DRIFT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/analytics/temporal/homogeneity.h"
#include "services/analytics/temporal/next_steps.h"

namespace plumbline::analytics {

struct DriftOptions {
  double alpha = 0.01;        // largest corrected p-value of a change, above 0, below 1
  double least_shift = 0.05;  // least Homogeneity::shift of an activity that makes a change, 0 to 1
};

// What follows one activity, before and after a change.
struct ActivityShift {
  size_t group = 0;  // in NextSteps::from_begin
  Homogeneity test;
  double p_corrected = 1;  // by Bonferroni: times Drift::test_count, at most 1
};

// How often one step was taken of all that follow its `from`, before and after a change.
struct StepShift {
  size_t step = 0;  // in NextSteps::steps
  int64_t before_count = 0, after_count = 0;
  double before_share = 0, after_share = 0;
  double difference() const { return after_share - before_share; }
};

// The process changed at the begin of period `period`. It is compared over the periods from `begin`
// (the change before, or 0) until it, and from it until `end` (the next change, or all).
struct Change {
  size_t period = 0, begin = 0, end = 0;
  std::vector<ActivityShift> activities;  // that changed; the least p first, then by number
  std::vector<StepShift> steps;           // of these; the largest difference first, then by number
};

struct Drift {
  std::vector<Change> changes;  // by time
  // Comparisons of two windows side by side that there are, for each activity that several ways
  // lead from: what p-values are corrected for.
  int64_t test_count = 0;
};

// Errors of `keep_on`. O(steps * periods * log periods).
absl::StatusOr<Drift> FindDrift(const NextSteps& steps, const DriftOptions& options,
                                absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_DRIFT_H_
