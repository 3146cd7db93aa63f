// SPDX-License-Identifier: Apache-2.0
//
// Whether it happens later in one group than in another. Pure functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_GROUP_TEST_H_
#define PLUMBLINE_COMMON_STATISTICS_GROUP_TEST_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "common/statistics/event_table.h"

namespace plumbline::statistics {

// What a time weighs: each the same (Mantel 1966, the log-rank test), strongest where hazards are
// in one proportion; or the share to which it has not happened before (Peto and Peto 1972), which
// looks at early differences.
enum class TimeWeight { kEqual, kSurvivalBefore };

struct GroupTest {
  // By group: weighted events, and what would be expected if all groups were alike.
  std::vector<double> observed;
  std::vector<double> expected;
  // Covariances of observed - expected, by group and group.
  std::vector<std::vector<double>> covariance;
  double chi_square = 0;
  int freedom = 0;
  double p_value = 1;  // of so large a chi_square or a larger one, if all groups are alike
};

// Compares at least two groups. Those of which nobody was at risk when it happened say nothing and
// are left out of chi_square and freedom. nullopt where fewer than two are left, or nothing can be
// told of them (all at risk at the only times at which it happened were of one group). Costs as
// below.
std::optional<GroupTest> CompareSurvival(absl::Span<const std::vector<Observation>> groups,
                                         TimeWeight weight = TimeWeight::kEqual);
// With both weights at once. O(rows (groups + log groups) + groups^3).
struct GroupTests {
  std::optional<GroupTest> log_rank, peto;
};
GroupTests CompareSurvival(absl::Span<const EventTable> groups);

// How much more often it happens at any time in one group than in another, if that ratio is the
// same at all times (Cox 1972), ties by Efron (1977).
struct HazardRatio {
  double ratio = 1;  // > 1: it happens sooner in `group`
  double lower = 0;
  double upper = 0;
  double log_ratio = 0;
  double standard_error = 0;  // of log_ratio
  double p_value = 1;         // Wald: of a log_ratio as far from 0, if the groups are alike
};
// nullopt where there is no such ratio: it never happened in one of the groups, or one had nobody
// at risk any more whenever it happened in the other. O(n + iterations events).
std::optional<HazardRatio> HazardRatioOf(absl::Span<const Observation> group,
                                         absl::Span<const Observation> reference,
                                         double confidence = 0.95);
std::optional<HazardRatio> HazardRatioOf(const EventTable& group, const EventTable& reference,
                                         double confidence = 0.95);

// The same of several groups, in room that is kept between them. Not thread-safe.
class HazardRatios {
 public:
  // `reference` must outlive it.
  explicit HazardRatios(const EventTable& reference) : reference_(reference) {}
  std::optional<HazardRatio> Of(const EventTable& group, double confidence = 0.95);

  // A time at which it happened, in the group and in the reference.
  struct Counts {
    uint32_t at_risk = 0, happened = 0;
  };
  struct Moment {
    Counts group, reference;
  };

 private:
  const EventTable& reference_;
  std::vector<Moment> room_;
};

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_GROUP_TEST_H_
