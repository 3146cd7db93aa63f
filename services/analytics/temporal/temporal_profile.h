// SPDX-License-Identifier: Apache-2.0
//
// How much time usually lies between two activities, and where it does not (Stertz, Mangler and
// Rinderle-Ma 2020, "Temporal conformance checking at runtime based on time-infused process
// models").
#ifndef PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_TEMPORAL_PROFILE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_TEMPORAL_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// So many bytes each, in the profile, while it is measured and while a log is checked.
inline constexpr size_t kBytesOfProfilePair = 288;
inline constexpr size_t kMostProfilePairs = 1'000'000;

// The time from the end of an event of `from` to the begin of a later event of `to` in the same
// case, where that is no less than 0: all such pairs of events, not only the nearest. In seconds.
struct PairTimes {
  uint32_t from = 0, to = 0;  // in LogSnapshot::activities
  int64_t count = 0;
  double mean = 0;
  double standard_deviation = 0;  // the sample's, by n - 1; 0 of one
  double min = 0, max = 0;
};

// By from, then to.
using TemporalProfile = std::vector<PairTimes>;

// The profile of a log. FIELD_INVALID (field "selection") where more than `most_pairs` pairs of
// activities come up; errors of `keep_on`. O(rows * activities of a case); exact sums, so that the
// order of cases does not matter.
absl::StatusOr<TemporalProfile> MineTemporalProfile(const Traces& traces,
                                                    absl::FunctionRef<absl::Status()> keep_on,
                                                    size_t most_pairs = kMostProfilePairs);

// Times of a pair that are out of the ordinary, in the log that was checked.
struct PairDeviations {
  size_t pair = 0;                          // in the profile
  int64_t count = 0;                        // all times of the pair in this log
  int64_t early_count = 0, late_count = 0;  // below mean - sigmas * deviation; above the sum
  int64_t case_count = 0;                   // cases with one of those
  int64_t count_of_deviations() const { return early_count + late_count; }
};

// A case with times out of the ordinary, and the one of them that is farthest out.
struct CaseDeviations {
  uint32_t case_number = 0;
  int64_t deviation_count = 0;  // times
  int64_t pair_count = 0;       // different pairs of activities
  size_t worst_pair = 0;        // in the profile
  double worst_seconds = 0;     // the time between the two events
  double worst_sigmas = 0;      // its distance from the mean; infinity where the deviation is 0
};

struct Deviations {
  std::vector<PairDeviations> pairs;  // in the order of the profile
  std::vector<CaseDeviations> cases;  // farthest out first, then most deviations, then by number
  int64_t case_count = 0;             // all cases with a deviation
  int64_t unknown_count = 0;          // times of pairs that the profile does not have
};

struct DeviationOptions {
  double sigmas = 3;        // 0 or more
  int64_t least_count = 2;  // pairs with fewer times in the profile are not judged
  size_t most_cases = 100;
};

// Checks a log against a profile: that of another part of the same log (activities have the same
// numbers) or its own. Errors of `keep_on`. O(rows * activities of a case * log rows of a case).
absl::StatusOr<Deviations> FindDeviations(const Traces& traces, const TemporalProfile& profile,
                                          const DeviationOptions& options,
                                          absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_TEMPORAL_PROFILE_H_
