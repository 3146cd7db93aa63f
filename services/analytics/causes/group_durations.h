// SPDX-License-Identifier: Apache-2.0
//
// The durations of a group against all others. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CAUSES_GROUP_DURATIONS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CAUSES_GROUP_DURATIONS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/base/call_once.h"
#include "common/statistics/proportions.h"
#include "services/analytics/causes/compare.h"

namespace plumbline::analytics::causes {

// Of cases that ended; seconds.
struct DurationDifference {
  int64_t count = 0, other_count = 0;
  double median = 0, other_median = 0;
  statistics::Estimate shift, cliffs_delta;
  double p_value = 1, adjusted = 1;
};

// Outcomes::cases are in the order of their durations, so that a group is known by where its cases
// are. Thread-safe; all must outlive it.
class GroupDurations {
 public:
  GroupDurations(const Outcomes& outcomes, const Columns& columns, const Ranks& ranks);

  // Of a group that has a duration_p_value. O(cases) for a column, once, then O(the smaller side);
  // of an activity or overlapping values O(cases).
  DurationDifference Describe(const Compared& group, double z);

 private:
  // The places of the cases of each code, one after the other.
  struct ByCode {
    absl::once_flag dealt;
    std::vector<uint32_t> begin, places;
  };
  // Places of the smaller side, ascending; `in`: that is the group.
  std::span<const uint32_t> PlacesOf(const Compared& group, bool in, std::vector<uint32_t>* held);
  const ByCode& Deal(size_t codes);

  const Outcomes& outcomes_;
  const Columns& columns_;
  const Ranks& ranks_;
  std::vector<ByCode> by_code_;  // by Columns::codes
};

}  // namespace plumbline::analytics::causes

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CAUSES_GROUP_DURATIONS_H_
