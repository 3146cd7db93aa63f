// SPDX-License-Identifier: Apache-2.0
//
// What is made of the sums of all cases. Not for use outside this folder, but for sums that are
// kept (live/).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_RANKING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_RANKING_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/analytics/bottlenecks/bottlenecks.h"
#include "services/analytics/bottlenecks/facts.h"

namespace plumbline::analytics::bottlenecks {

// Of trends in a log from `first_time` to `last_time`. FIELD_INVALID (field "period") for too many.
absl::StatusOr<Periods> PeriodsOf(const BottleneckOptions& options, int64_t first_time,
                                  int64_t last_time);

// What is not told by part; without counts of cases.
Bottlenecks OverviewOf(const CaseSums& sums);

// Only where somebody waited, or who worked at it is known.
void SetQueue(const Queue& queue, Delayed* part);
void SetUtilisation(const Utilisation& utilisation, Delayed* part);

// The parts of one kind, most delay first, then by name, with their shares of `all_delay`
// (seconds). `take`: all but the share of a part; each once, on several threads. Errors of
// `keep_on`.
absl::StatusOr<std::vector<Delayed>> RankParts(std::span<const uint32_t> parts, double all_delay,
                                               absl::FunctionRef<Delayed(uint32_t part)> take,
                                               KeepOn keep_on);

}  // namespace plumbline::analytics::bottlenecks

#endif  // PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_RANKING_H_
