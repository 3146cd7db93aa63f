// SPDX-License-Identifier: Apache-2.0
//
// Which activity comes after which in a case, at any distance.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_EVENTUALLY_FOLLOWS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_EVENTUALLY_FOLLOWS_H_

#include <cstddef>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// 32 bytes each while they are counted.
inline constexpr size_t kMostPairs = 4'000'000;

// The edges of the eventually-follows graph: counts of pairs of events i < j of a case of which the
// first ended when the second began, or before, and of cases with such a pair; without waits. Most
// frequent first, then by names. FIELD_INVALID (field "relation") where more than `most_pairs`
// different edges come up; an error of `keep_on`, which is asked now and then, ends it. O(rows *
// activities of a case + edges log edges).
absl::StatusOr<std::vector<Edge>> MineEventuallyFollows(const Traces& traces,
                                                        absl::FunctionRef<absl::Status()> keep_on,
                                                        size_t most_pairs = kMostPairs);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_EVENTUALLY_FOLLOWS_H_
