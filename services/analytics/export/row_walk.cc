// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/export/row_walk.h"

#include <algorithm>

namespace plumbline::analytics {

uint32_t RowWalk::FirstFrom(uint32_t begin) const {
  if (!selected_.has_value() || !selected_->rows.has_value()) return begin;
  return static_cast<uint32_t>(selected_->rows->FirstIn(begin, log_.case_begin[case_ + 1]));
}

bool RowWalk::NextCase(size_t from) {
  for (size_t c = from; c < log_.case_count(); ++c) {
    if (selected_.has_value() && !selected_->cases[c]) continue;
    const size_t before = case_;
    case_ = c;
    const uint32_t row = FirstFrom(log_.case_begin[c]);
    if (row < log_.case_begin[c + 1]) {
      row_ = row;
      return true;
    }
    case_ = before;
  }
  return false;
}

bool RowWalk::Next() {
  const uint32_t next = rows_ == 0 ? 0 : FirstFrom(row_ + 1);
  if (rows_ > 0 && next < log_.case_begin[case_ + 1]) {
    first_ = false;
    row_ = next;
  } else {
    if (!NextCase(rows_ == 0 ? 0 : case_ + 1)) return false;
    first_ = true;
    ++cases_;
  }
  ++rows_;
  FindAttributes();
  return true;
}

void RowWalk::FindAttributes() {
  const auto& all = log_.attributes;
  size_t at = attributes_end_;
  if (at < all.size() && all[at].row < row_) {
    const auto found =
        std::lower_bound(all.begin() + static_cast<ptrdiff_t>(at), all.end(), row_,
                         [](const EventAttribute& a, uint32_t row) { return a.row < row; });
    at = static_cast<size_t>(found - all.begin());
  }
  attributes_begin_ = at;
  while (at < all.size() && all[at].row == row_) ++at;
  attributes_end_ = at;
}

}  // namespace plumbline::analytics
