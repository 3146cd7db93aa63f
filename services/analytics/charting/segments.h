// SPDX-License-Identifier: Apache-2.0
//
// What is measured, taken apart by an attribute of the cases: the revision of the process by which
// they ran, for charts with a baseline for each.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CHARTING_SEGMENTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CHARTING_SEGMENTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/charting/measures.h"
#include "services/analytics/defects/drill_down.h"

namespace plumbline::analytics {

inline constexpr size_t kMostSegments = 100;

// The values first .. first + count, of the cases with this value.
struct Segment {
  std::string title;  // empty: of cases without the attribute
  size_t first = 0;
  size_t count = 0;
};

// Puts the values of each segment together, each in the order of time, segments in that of their
// first values. A case has the first value that an event of it has under `key`. FIELD_INVALID
// (field "stage_attribute") for a key that no event has, and more than kMostSegments values.
// O(attributes + values log values).
absl::StatusOr<std::vector<Segment>> SplitByAttribute(const LogSnapshot& log,
                                                      const std::string& key, Measured* measured,
                                                      absl::FunctionRef<absl::Status()> keep_on);

// A segment as measured by itself. Moments of it run from its first to its last: no period before
// or after is one in which nothing happened.
Measured PartOf(const Measured& measured, const Segment& segment);

// The cases of a point, of those of its segment.
DrillDown WithSegment(DrillDown cases, const std::string& key, const std::string& title);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CHARTING_SEGMENTS_H_
