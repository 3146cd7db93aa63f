// SPDX-License-Identifier: Apache-2.0
//
// The subjects of one group by the times for which they were observed, each time once: what curves,
// tests between groups and ratios of hazards are computed from.
#ifndef PLUMBLINE_COMMON_STATISTICS_EVENT_TABLE_H_
#define PLUMBLINE_COMMON_STATISTICS_EVENT_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace plumbline::statistics {

// How long one subject was observed, and whether it happened then (else it was censored: it had not
// happened until then, and nothing is known of later).
struct Observation {
  double time = 0;  // >= 0
  bool happened = false;
};

// At most 2^32 - 1 subjects.
class EventTable {
 public:
  struct Row {
    double time = 0;
    uint32_t happened = 0;  // to so many at this time
    uint32_t censored = 0;  // so many were observed no longer
  };

  EventTable() = default;
  // O(n), with room for as many again.
  explicit EventTable(absl::Span<const Observation> observations);

  void Reserve(size_t rows) { rows_.reserve(rows); }
  // One more subject; times ascend. O(1).
  void Add(double time, bool happened) {
    if (rows_.empty() || rows_.back().time != time) rows_.push_back({time, 0, 0});
    ++(happened ? rows_.back().happened : rows_.back().censored);
    ++size_;
    happened_ += happened;
  }

  // Ascending.
  absl::Span<const Row> rows() const { return rows_; }
  int64_t size() const { return size_; }          // subjects
  int64_t happened() const { return happened_; }  // of them
  // For how long some subject was observed; 0 for none.
  double longest() const { return rows_.empty() ? 0 : rows_.back().time; }

 private:
  std::vector<Row> rows_;
  int64_t size_ = 0, happened_ = 0;
};

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_EVENT_TABLE_H_
