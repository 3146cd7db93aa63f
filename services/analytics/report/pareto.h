// SPDX-License-Identifier: Apache-2.0
//
// Impediments by time lost (Juran's Pareto principle).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_PARETO_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_PARETO_H_

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/mining/occurrences.h"

namespace plumbline::analytics {

// What blocked work, as the "suspend" of an impediment says it; "" where that says nothing.
struct ImpedimentCause {
  std::string category;  // without "CATEGORY_"
  std::string utility;   // its id
  auto operator<=>(const ImpedimentCause&) const = default;
};

// See ParetoBar in analytics.proto.
struct ParetoBar {
  ImpedimentCause cause;
  int64_t count = 0;
  double lost_seconds = 0;
  double share = 0;
  double cumulative_share = 0;
  int64_t case_count = 0;
  std::string worst_activity;
};

// What is known of the impediments of one cause. Microseconds.
struct CauseFigures {
  int64_t count = 0;
  int64_t case_count = 0;
  absl::int128 lost = 0;
  std::map<uint32_t, absl::int128> lost_by_activity;  // numbers that order as the names do
};
ImpedimentCause CauseOf(const Impediment& impediment);
// What a bar calls it: "UTILITY_DOWN / e-signature", or one of the two; "unknown" for neither.
std::string CauseName(const ImpedimentCause& cause);
// The same in words: "utility down / e-signature"; a utility stays as it is.
std::string CauseText(const ImpedimentCause& cause);
// Most time lost first, then by the name of the cause. `activities`: names by number.
std::vector<ParetoBar> MakeBars(const std::vector<std::string>& activities,
                                const std::map<ImpedimentCause, CauseFigures>& causes);

// Most time lost first, then by cause. O(n log n).
std::vector<ParetoBar> MakePareto(const LogSnapshot& log,
                                  const std::vector<Impediment>& impediments);
// Of a whole log.
std::vector<ParetoBar> MakePareto(const LogSnapshot& log,
                                  const std::vector<std::string>& map_transitions);
// The same; an error of `keep_on`, which is asked now and then, ends it.
absl::StatusOr<std::vector<ParetoBar>> MakePareto(const LogSnapshot& log,
                                                  const std::vector<std::string>& map_transitions,
                                                  absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_PARETO_H_
