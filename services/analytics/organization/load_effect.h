// SPDX-License-Identifier: Apache-2.0
//
// Whether people work slower or faster when they have more to do (Nakatumba and van der Aalst 2009,
// "Analyzing resource behavior using process mining", after Yerkes and Dodson 1908).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_LOAD_EFFECT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_LOAD_EFFECT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/organization/work_items.h"

namespace plumbline::analytics {

// Items that were done at about the same load. Load: how many items the performer began (where
// items have starts) or ended (where they have none) within the horizon before; the horizon's first
// instant counts, the item itself and what is at the same instant do not.
struct LoadBin {
  int64_t least_load = 0, most_load = 0;
  int64_t count = 0;
  // Time of the items as a multiple of the median time of their activity: 1 = as usual.
  double median_ratio = 0, p90_ratio = 0;
};

struct LoadEffect {
  bool by_service = false;    // times are from start to end; else from ready to end
  std::vector<LoadBin> bins;  // by load
  int64_t item_count = 0;     // in them
  // Rank correlation of load and time, -1 to 1 (Spearman 1904, ties by mean ranks): above 0 more
  // load goes with slower work. Absent with fewer than 10 items or where either never changes.
  std::optional<double> correlation;
  double p_value = 1;  // two-sided, of no correlation; normal approximation
};

struct LoadEffectOptions {
  int64_t horizon = 0;  // microseconds, above 0
  int most_bins = 10;   // 1 or more; loads of one value are never in two bins
};

// By service time where items have starts, else by the time from ready to end. Items without that
// time, of an activity whose median time is 0, or without a performer are left out. Errors of
// `check`. O(items log items); holds 80 bytes an item.
absl::StatusOr<LoadEffect> MeasureLoadEffect(const Work& work, const LoadEffectOptions& options,
                                             Check check);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_LOAD_EFFECT_H_
