// SPDX-License-Identifier: Apache-2.0
//
// What every algorithm of discovery reads: a bag of traces.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_TRACE_BAG_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_TRACE_BAG_H_

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "services/analytics/discovery/trace_store.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// The variants of a log with the number of their cases. Activities are numbers in `names`; a case
// may have no event. Answers of discovery depend on the traces, their counts and the order of the
// names, never on the order in which traces were added or activities are numbered.
class TraceBag {
 public:
  // Without traces. `names` must be distinct.
  explicit TraceBag(std::vector<std::string> names) : names_(std::move(names)) {}
  // The cases of a log, those without an event that counts left out. Activities keep their numbers.
  // Of each what had happened by `until`, in microseconds since 1970. O(events) expected.
  explicit TraceBag(const Traces& traces, int64_t until = std::numeric_limits<int64_t>::max());

  // `count`, 1 or more, cases that ran so. O(length) expected.
  void Add(std::span<const uint32_t> activities, int64_t count);

  const std::vector<std::string>& names() const { return names_; }
  size_t activity_count() const { return names_.size(); }
  // Variants.
  size_t size() const { return traces_.size(); }
  std::span<const uint32_t> operator[](size_t i) const { return traces_[i]; }
  int64_t count(size_t i) const { return traces_.count(i); }
  // Of all variants together.
  size_t event_count() const { return traces_.event_count(); }
  int64_t case_count() const { return case_count_; }
  // Numbers of all activities in the ascending order of their names. O(n log n).
  std::vector<uint32_t> ByName() const;

 private:
  std::vector<std::string> names_;
  TraceStore<uint32_t> traces_;
  int64_t case_count_ = 0;
};

// How many activities the miners of models take. Their time grows faster than the square of it, and
// nobody can read such a model.
inline constexpr size_t kMaxModelActivities = 1000;

// OK, or FIELD_INVALID of event_log: its traces have more than kMaxModelActivities activities.
// O(events).
absl::Status CheckModelSize(const TraceBag& bag);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_TRACE_BAG_H_
