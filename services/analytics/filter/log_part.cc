// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/log_part.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics {
namespace {

// Rows [begin, end) of the log.
struct Stretch {
  uint32_t begin, end;
};

class Copier {
 public:
  Copier(const LogSnapshot& log, const Selected& selected)
      : log_(log), part_(std::make_shared<LogSnapshot>()) {
    const CaseEnds ends(log);
    part_->case_begin.push_back(0);
    for (uint32_t c = 0; c < log.case_count(); ++c) {
      if (selected.cases[c] && TakeRows(selected, log.case_begin[c], log.case_begin[c + 1])) {
        part_->cases.push_back(log.cases[c]);
        part_->case_begin.push_back(rows_);
        if (ends.marked()) part_->marked_ends.push_back(ends.MarkedTime(c));
      }
    }
  }

  std::shared_ptr<const LogSnapshot> Take() {
    part_->activities = log_.activities;
    part_->resources = log_.resources;
    part_->transitions = log_.transitions;
    part_->attribute_keys = log_.attribute_keys;
    part_->seen_until = log_.LastTime();
    part_->activity = Copy(log_.activity, log_.activities.size());
    part_->resource = Copy(log_.resource, log_.resources.size());
    part_->transition = Copy(log_.transition, log_.transitions.size());
    part_->time = Copy(log_.time);
    part_->start = Copy(log_.start);
    part_->arrival = Copy(log_.arrival);
    CopyAttributes();
    return std::move(part_);
  }

 private:
  // Whether there is any.
  bool TakeRows(const Selected& selected, uint32_t begin, uint32_t end) {
    const uint32_t before = rows_;
    if (!selected.rows.has_value()) {
      TakeStretch(begin, end);
    } else {
      for (uint32_t row = begin; row < end; ++row) {
        if ((*selected.rows)[row]) TakeStretch(row, row + 1);
      }
    }
    return rows_ > before;
  }

  void TakeStretch(uint32_t begin, uint32_t end) {
    rows_ += end - begin;
    if (!stretches_.empty() && stretches_.back().end == begin) {
      stretches_.back().end = end;
    } else {
      stretches_.push_back({begin, end});
    }
  }

  template <class T>
  std::vector<T> Copy(const SharedColumn<T>& column) const {
    std::vector<T> copy;
    if (column.empty()) return copy;
    copy.reserve(rows_);
    for (const Stretch& s : stretches_) {
      copy.insert(copy.end(), column.begin() + s.begin, column.begin() + s.end);
    }
    return copy;
  }

  NarrowColumn Copy(const NarrowColumn& column, size_t most) const {
    if (column.empty()) return {};
    NarrowColumn copy(rows_, static_cast<uint32_t>(most));
    copy.Fill([&](auto to) {
      using T = typename decltype(to)::value_type;
      column.Visit([&](auto from) {
        auto at = to.begin();
        for (const Stretch& s : stretches_) {
          at = std::transform(from.begin() + s.begin, from.begin() + s.end, at,
                              [](auto value) { return static_cast<T>(value); });
        }
      });
    });
    return copy;
  }

  void CopyAttributes() {
    std::vector<EventAttribute> copies;
    auto from = log_.attributes.begin();
    const auto end = log_.attributes.end();
    const auto before = [](const EventAttribute& a, uint32_t row) { return a.row < row; };
    uint32_t row = 0;  // of the part, where the stretch begins
    for (const Stretch& s : stretches_) {
      if (from == end) break;
      if (from->row < s.begin) from = std::lower_bound(from, end, s.begin, before);
      for (; from != end && from->row < s.end; ++from) {
        copies.push_back({row + (from->row - s.begin), from->key, from->value});
      }
      row += s.end - s.begin;
    }
    part_->attributes = std::move(copies);
  }

  const LogSnapshot& log_;
  const std::shared_ptr<LogSnapshot> part_;
  std::vector<Stretch> stretches_;
  uint32_t rows_ = 0;
};

}  // namespace

size_t RowsOf(const LogSnapshot& log, const Selected& selected) {
  size_t rows = 0;
  for (uint32_t c = 0; c < log.case_count(); ++c) {
    if (!selected.cases[c]) continue;
    const uint32_t begin = log.case_begin[c], end = log.case_begin[c + 1];
    rows += selected.rows.has_value() ? selected.rows->CountIn(begin, end) : end - begin;
  }
  return rows;
}

std::shared_ptr<const LogSnapshot> PartOf(const LogSnapshot& log, const Selected& selected) {
  return Copier(log, selected).Take();
}

}  // namespace plumbline::analytics
