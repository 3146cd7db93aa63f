// SPDX-License-Identifier: Apache-2.0
//
// Events as columns with dictionary-coded text: what importers and producers make, what blocks
// store, what the log takes in.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_EVENT_BATCH_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_EVENT_BATCH_H_

#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/analytics/log/dictionary.h"

namespace plumbline::analytics {

// No start time; no resource or transition.
inline constexpr int64_t kNoTime = std::numeric_limits<int64_t>::min();
inline constexpr uint32_t kNoText = std::numeric_limits<uint32_t>::max();

struct Instant {
  int64_t micros;
  bool operator==(const Instant&) const = default;
};
using AttributeValue = std::variant<std::string, int64_t, double, bool, Instant>;

// An attribute of the event in row `row`.
struct EventAttribute {
  uint32_t row;
  uint32_t key;  // in attribute_keys
  AttributeValue value;
};

// Rows in the order in which they came. All columns have the same length but `start`, which is
// empty when no row has a start. Times are microseconds since 1970 UTC.
struct EventBatch {
  Dictionary cases, activities, resources, transitions, attribute_keys;
  std::vector<uint32_t> case_id, activity, resource,
      transition;                          // resource and transition may be kNoText
  std::vector<int64_t> time, start;        // start may be kNoTime
  std::vector<EventAttribute> attributes;  // ascending by row

  size_t size() const { return time.size(); }
  bool empty() const { return time.empty(); }
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_EVENT_BATCH_H_
