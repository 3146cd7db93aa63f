// SPDX-License-Identifier: Apache-2.0
//
// Cohorts side by side: how long it takes in each, with what is not known yet, and whether they
// differ by more than chance. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_COHORTS_COMPARE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_COHORTS_COMPARE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/statistics/group_test.h"
#include "common/statistics/survival.h"
#include "services/analytics/cohorts/observe.h"

namespace plumbline::analytics::cohorts {

struct CompareOptions {
  double confidence = 0.95;       // of all intervals, 0 to 1, without them
  std::optional<double> horizon;  // of restricted means, seconds, > 0; see Comparison.horizon
  size_t max_groups = 20;         // the largest; at least 1
  size_t max_steps = 100;         // of a curve; at least 2
  std::optional<std::string>
      reference;  // whom hazards are compared with; absent: the largest group
};

// Of a curve. Seconds, shares.
struct CurvePoint {
  statistics::SurvivalStep step;
  std::optional<statistics::Band> band;
};

struct GroupSummary {
  std::string title;
  int64_t count = 0;  // cases that are observed
  int64_t happened = 0;
  int64_t ended_without = 0;
  int64_t without_from = 0;
  statistics::QuantileEstimate quartile, median, third_quartile;
  statistics::RestrictedMean restricted_mean;  // until Comparison.horizon
  std::vector<CurvePoint> curve;  // of all steps, or the first, the last, and as many between
  // Against the reference; absent for itself, and where there is no such ratio.
  std::optional<statistics::HazardRatio> hazard;
  std::optional<double> adjusted_p_value;  // hazard->p_value for as many comparisons (Holm 1979)
};

struct Comparison {
  std::vector<GroupSummary> groups;
  size_t reference = 0;  // among them
  // Until which times count in restricted means: as asked, or else the longest time for which all
  // groups that are shown were observed.
  double horizon = 0;
  // Absent for one group, and where nothing can be told of them.
  std::optional<statistics::GroupTest> log_rank, peto;
  int64_t omitted_groups = 0;  // smaller ones
  int64_t omitted_cases = 0;   // of them
};

// FIELD_INVALID (fields reference, horizon). Groups of which nobody was observed are left out.
// O(n (groups + log groups)), of groups that are shown.
absl::StatusOr<Comparison> Compare(std::vector<Group> groups, const CompareOptions& options);
// The same; an error of `keep_on`, which is asked between groups, ends it.
absl::StatusOr<Comparison> Compare(std::vector<Group> groups, const CompareOptions& options,
                                   absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics::cohorts

#endif  // PLUMBLINE_SERVICES_ANALYTICS_COHORTS_COMPARE_H_
