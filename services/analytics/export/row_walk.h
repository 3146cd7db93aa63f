// SPDX-License-Identifier: Apache-2.0
//
// The rows of a log that are written, one after the other. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_EXPORT_ROW_WALK_H_
#define PLUMBLINE_SERVICES_ANALYTICS_EXPORT_ROW_WALK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "services/analytics/filter/selection.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

// Goes over the rows that a selection leaves, or over all, in their order.
class RowWalk {
 public:
  // Both must outlive it.
  RowWalk(const LogSnapshot& log, const std::optional<Selected>& selected)
      : log_(log), selected_(selected) {}

  // Goes to the next row, at first to the first; false where there is none. O(what is left out on
  // the way: a bit a row; log n for n attributes).
  bool Next();
  // How many rows it went over, and of how many cases.
  int64_t rows() const { return rows_; }
  int64_t cases() const { return cases_; }

  // Where it is.
  uint32_t row() const { return row_; }
  size_t case_number() const { return case_; }
  bool first_of_case() const { return first_; }
  bool last_of_case() const { return FirstFrom(row_ + 1) == log_.case_begin[case_ + 1]; }
  std::span<const EventAttribute> attributes() const {
    return {log_.attributes.data() + attributes_begin_, attributes_end_ - attributes_begin_};
  }

 private:
  // The first row of the case it is in from `begin` on, or the end of the case.
  uint32_t FirstFrom(uint32_t begin) const;
  // Goes on to the next case with a row, from number `from` on.
  bool NextCase(size_t from);
  void FindAttributes();

  const LogSnapshot& log_;
  const std::optional<Selected>& selected_;
  uint32_t row_ = 0;
  size_t case_ = 0;
  bool first_ = false;
  size_t attributes_begin_ = 0, attributes_end_ = 0;  // of the row
  int64_t rows_ = 0, cases_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_EXPORT_ROW_WALK_H_
