// SPDX-License-Identifier: Apache-2.0
//
// How a snapshot is made: the rows of the last snapshot ("base") are in order already, those that
// came since ("pending") are dealt out to their cases, sorted there and merged in. A row is known
// by its source: base rows by their place, pending ones by the base's size plus theirs, so that
// among rows with equal times the lesser source came first. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_MERGER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_MERGER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "services/analytics/log/event_log.h"
#include "services/analytics/log/growing_column.h"

namespace plumbline::analytics {

// Of resource and transition, whose numbers are stored plus 1.
inline constexpr uint32_t kNone = 0;

// Rows that came since the last snapshot, in the numbers of the log's dictionaries.
struct PendingRows {
  GrowingColumn<uint32_t> case_id, activity, resource, transition;
  GrowingColumn<int64_t> time, start;  // start may be shorter: kNoTime from there on
  std::vector<EventAttribute> attributes;
  size_t attribute_text_bytes = 0;

  int64_t StartOf(size_t row) const { return row < start.size() ? start[row] : kNoTime; }
  size_t memory_bytes() const {
    return (case_id.capacity() + activity.capacity() + resource.capacity() +
            transition.capacity()) *
               sizeof(uint32_t) +
           (time.capacity() + start.capacity()) * sizeof(int64_t) +
           attributes.capacity() * sizeof(EventAttribute) + attribute_text_bytes;
  }
};

// Where each number is in `order`, a permutation.
std::vector<uint32_t> RanksOf(const std::vector<uint32_t>& order);

// Makes one snapshot of a base and pending rows. OrderRows comes first; then the columns in any
// order; Take last.
class Merger {
 public:
  // Both must outlive it.
  Merger(const LogSnapshot& base, PendingRows& pending)
      : Merger(base, pending, static_cast<uint32_t>(base.size())) {}
  // Where both are parts of a log: the first pending row is number `first_arrival` in its order of
  // arrival.
  Merger(const LogSnapshot& base, PendingRows& pending, uint32_t first_arrival);

  LogSnapshot& log() { return *log_; }
  std::shared_ptr<const LogSnapshot> Take() { return std::move(log_); }

  // Cases: `base_case_rank` of each case of the base and `case_rank` of each id of a pending row in
  // the new order of `cases`. O(rows), and O(n log n) for cases whose pending rows are not in
  // order.
  void OrderRows(size_t cases, const std::vector<uint32_t>& base_case_rank,
                 const std::vector<uint32_t>& case_rank);
  // O(rows).
  void FillTimes();
  // A column whose pending values are `values`, translated by `base_ids` and `ids` (empty = as they
  // are). O(rows).
  NarrowColumn Gather(const NarrowColumn& base, const std::vector<uint32_t>& base_ids,
                      std::span<const uint32_t> values, const std::vector<uint32_t>& ids,
                      uint32_t max) const;
  // Leaves those of the pending rows empty. O(rows + n log n).
  void MoveAttributes();

 private:
  int64_t TimeOf(uint32_t source) const {
    return source < base_rows_ ? base_.time[source] : pending_.time[source - base_rows_];
  }
  int64_t StartOf(uint32_t source) const {
    if (source >= base_rows_) return pending_.StartOf(source - base_rows_);
    return base_.start.empty() ? kNoTime : base_.start[source];
  }
  uint32_t ArrivalOf(uint32_t source) const {
    if (source >= base_rows_) return first_arrival_ + (source - base_rows_);
    return base_.arrival.empty() ? source : base_.arrival[source];
  }
  // The canonical order, but for the arrival, which stable sorting and merging keep.
  bool Before(uint32_t a, uint32_t b) const;
  // Rows [begin, middle) of the base are in order; [middle, end) came since.
  void SortCase(uint32_t begin, uint32_t middle, uint32_t end);

  const LogSnapshot& base_;
  PendingRows& pending_;
  const uint32_t base_rows_, first_arrival_;
  const bool has_starts_;
  std::vector<uint32_t> source_;  // of each row of the new log
  std::shared_ptr<LogSnapshot> log_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_MERGER_H_
