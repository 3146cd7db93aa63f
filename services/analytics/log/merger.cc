// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/log/merger.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace plumbline::analytics {

std::vector<uint32_t> RanksOf(const std::vector<uint32_t>& order) {
  std::vector<uint32_t> ranks(order.size());
  for (uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
  return ranks;
}

Merger::Merger(const LogSnapshot& base, PendingRows& pending, uint32_t first_arrival)
    : base_(base),
      pending_(pending),
      base_rows_(static_cast<uint32_t>(base.size())),
      first_arrival_(first_arrival),
      has_starts_(!base.start.empty() || !pending.start.empty()),
      log_(std::make_shared<LogSnapshot>()) {}

void Merger::OrderRows(size_t cases, const std::vector<uint32_t>& base_case_rank,
                       const std::vector<uint32_t>& case_rank) {
  std::vector<uint32_t>& begin = log_->case_begin;
  begin.assign(cases + 1, 0);
  for (uint32_t c = 0; c < base_case_rank.size(); ++c) {
    begin[base_case_rank[c] + 1] += base_.case_begin[c + 1] - base_.case_begin[c];
  }
  for (const uint32_t id : pending_.case_id) ++begin[case_rank[id] + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());

  source_.resize(begin.back());
  std::vector<uint32_t> next(begin.begin(), begin.end() - 1);
  for (uint32_t c = 0; c < base_case_rank.size(); ++c) {
    uint32_t& to = next[base_case_rank[c]];
    for (uint32_t row = base_.case_begin[c]; row < base_.case_begin[c + 1]; ++row) {
      source_[to++] = row;
    }
  }
  const std::vector<uint32_t> pending_begin = next;
  for (uint32_t i = 0; i < pending_.case_id.size(); ++i) {
    source_[next[case_rank[pending_.case_id[i]]]++] = base_rows_ + i;
  }
  for (size_t c = 0; c < cases; ++c) SortCase(begin[c], pending_begin[c], begin[c + 1]);
}

void Merger::FillTimes() {
  std::vector<int64_t> time(source_.size());
  for (size_t i = 0; i < source_.size(); ++i) time[i] = TimeOf(source_[i]);
  log_->time = std::move(time);
  if (!has_starts_) return;
  std::vector<int64_t> start(source_.size());
  std::vector<uint32_t> arrival(source_.size());
  for (size_t i = 0; i < source_.size(); ++i) {
    start[i] = StartOf(source_[i]);
    arrival[i] = ArrivalOf(source_[i]);
  }
  log_->start = std::move(start);
  log_->arrival = std::move(arrival);
}

NarrowColumn Merger::Gather(const NarrowColumn& base, const std::vector<uint32_t>& base_ids,
                            std::span<const uint32_t> values, const std::vector<uint32_t>& ids,
                            uint32_t max) const {
  NarrowColumn column(source_.size(), max);
  column.Fill([&](auto to) {
    using T = typename decltype(to)::value_type;
    base.Visit([&](auto from) {
      for (size_t i = 0; i < to.size(); ++i) {
        const uint32_t source = source_[i];
        uint32_t value;
        if (source >= base_rows_) {
          value = values[source - base_rows_];
          if (!ids.empty()) value = ids[value];
        } else {
          value = from.empty() ? kNone : from[source];
          if (!base_ids.empty()) value = base_ids[value];
        }
        to[i] = static_cast<T>(value);
      }
    });
  });
  return column;
}

void Merger::MoveAttributes() {
  if (base_.attributes.empty() && pending_.attributes.empty()) return;
  std::vector<EventAttribute> all;
  const std::vector<uint32_t> row_of = RanksOf(source_);
  all.reserve(base_.attributes.size() + pending_.attributes.size());
  for (const EventAttribute& attribute : base_.attributes) {
    all.push_back(attribute);
    all.back().row = row_of[attribute.row];
  }
  for (EventAttribute& attribute : pending_.attributes) {
    attribute.row = row_of[base_rows_ + attribute.row];
    all.push_back(std::move(attribute));
  }
  const auto by_row = [](const EventAttribute& a, const EventAttribute& b) {
    return a.row < b.row;
  };
  const auto middle = all.begin() + static_cast<ptrdiff_t>(base_.attributes.size());
  std::stable_sort(middle, all.end(), by_row);
  std::inplace_merge(all.begin(), middle, all.end(), by_row);  // the base's kept their order
  log_->attributes = std::move(all);
}

bool Merger::Before(uint32_t a, uint32_t b) const {
  const int64_t time_a = TimeOf(a), time_b = TimeOf(b);
  if (has_starts_) {
    const int64_t start_a = StartOf(a), start_b = StartOf(b);
    const int64_t begin_a = start_a == kNoTime ? time_a : start_a;
    const int64_t begin_b = start_b == kNoTime ? time_b : start_b;
    if (begin_a != begin_b) return begin_a < begin_b;
  }
  return time_a < time_b;
}

void Merger::SortCase(uint32_t begin, uint32_t middle, uint32_t end) {
  const auto before = [this](uint32_t a, uint32_t b) { return Before(a, b); };
  const auto first = source_.begin() + begin, mid = source_.begin() + middle,
             last = source_.begin() + end;
  if (!std::is_sorted(mid, last, before)) std::stable_sort(mid, last, before);
  if (first != mid && mid != last && before(*mid, *(mid - 1))) {
    std::inplace_merge(first, mid, last, before);
  }
}

}  // namespace plumbline::analytics
