// SPDX-License-Identifier: Apache-2.0
//
// From values in the order of time to the points of a chart.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CHARTING_GROUPING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CHARTING_GROUPING_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/analytics/charting/measures.h"

namespace plumbline::analytics {

enum class GroupKind { kEach, kCases, kDay, kWeek, kMonth };

struct GroupSpec {
  GroupKind kind = GroupKind::kWeek;
  int64_t size = 0;  // of kCases, 2 or more
  absl::TimeZone zone = absl::UTCTimeZone();
};

// The values first .. first + count.
struct Group {
  int64_t begin = 0;
  int64_t end = 0;
  bool period = false;  // `end` is not part of it
  size_t first = 0;
  size_t count = 0;
};

struct Groups {
  std::vector<Group> groups;
  int64_t ungrouped = 0;  // values that are in none
};

// Groups of so many cases leave out what is left at the end. Periods without a value make a group
// only where values are moments (none happened); of these the first and the last period are left
// out if the log begins or ends within them. FIELD_INVALID (field "period") for too many periods.
// O(values + periods).
absl::StatusOr<Groups> MakeGroups(const Measured& measured, const GroupSpec& spec);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CHARTING_GROUPING_H_
