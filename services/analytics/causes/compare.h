// SPDX-License-Identifier: Apache-2.0
//
// Every group of every column against all other cases: counts, and the tests that they allow. Not
// for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CAUSES_COMPARE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CAUSES_COMPARE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "common/statistics/association.h"
#include "common/statistics/rank_sum.h"
#include "services/analytics/causes/columns.h"

namespace plumbline::analytics::causes {

// Of the durations of Outcomes::cases, in their order.
struct Ranks {
  std::vector<statistics::EqualRun> runs;
  double ties = 0;   // sum of t^3 - t
  int64_t mean = 0;  // microseconds, rounded: sums of distances from it are small
};

// O(n).
Ranks RankDurations(const Outcomes& outcomes);

// A group with its counts.
struct Compared {
  size_t column = 0, group = 0;
  statistics::TwoByTwo table;
  uint64_t members = 0;  // the same for groups with the same cases, and hardly ever for others
  double p_value = 1, adjusted = 1;
  // Durations: how many, sum of their ranks, of their distances (seconds) from the mean of all and
  // of the squares of these.
  double timed = 0, rank_sum = 0, distance = 0, squares = 0;
  double other_timed = 0, other_distance = 0, other_squares = 0;
  std::optional<double> duration_p_value;
  double adjusted_duration = 1;
};

// A column as a whole.
struct ComparedColumn {
  size_t column = 0;
  std::vector<std::pair<int64_t, int64_t>> groups;  // (with the outcome, cases)
  std::optional<statistics::Association> association;
  double adjusted = 1;
  std::optional<double> rank_correlation;
};

struct Comparison {
  std::vector<Compared> groups;  // by column and group
  std::vector<ComparedColumn> columns;
  std::vector<SkippedColumn> skipped;
  int64_t test_count = 0;
};

struct CompareOptions {
  int64_t min_cases = 10;
  double confidence = 0.95;
  bool holm = false;
};

// Groups with fewer than min_cases cases, or others, are not compared. Of a column with two groups
// one is: the worse. A group that is the outcome itself is skipped with its reason. Errors of
// `keep_on`. O(cases columns).
absl::StatusOr<Comparison> Compare(const Outcomes& outcomes, const Columns& columns,
                                   const Ranks& ranks, const CompareOptions& options,
                                   KeepOn keep_on);

}  // namespace plumbline::analytics::causes

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CAUSES_COMPARE_H_
