// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/kept_facts.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {

void ByDuration::Sort(std::vector<statistics::Numbered>* durations) {
  statistics::SortAscending(durations, [] { return absl::OkStatus(); }).IgnoreError();
  for (auto begin = durations->begin(); begin != durations->end();) {
    auto end = begin + 1;
    while (end != durations->end() && end->value == begin->value) ++end;
    if (end - begin > 1) std::sort(begin, end, Before);
    begin = end;
  }
}

size_t KeptSequences::Hash::operator()(Steps steps) const {
  return absl::Hash<absl::string_view>()(
      {reinterpret_cast<const char*>(steps.data()), steps.size_bytes()});
}

bool KeptSequences::Equal::operator()(Steps a, Steps b) const {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

uint32_t KeptSequences::Add(Steps steps, uint32_t cases) {
  const auto found = numbers_.find(steps);
  if (found != numbers_.end()) {
    list_.count[*found] += cases;
    return *found;
  }
  auto number = static_cast<uint32_t>(list_.size());
  if (free_.empty()) {
    list_.begin.push_back(0);
    list_.length.push_back(0);
    list_.count.push_back(0);
  } else {
    number = free_.back();
    free_.pop_back();
  }
  list_.begin[number] = static_cast<uint32_t>(list_.steps.size());
  list_.length[number] = static_cast<uint32_t>(steps.size());
  list_.count[number] = cases;
  list_.steps.insert(list_.steps.end(), steps.begin(), steps.end());
  numbers_.insert(number);
  return number;
}

void KeptSequences::Remove(uint32_t number) {
  constexpr size_t kFew = 1 << 16;
  if (--list_.count[number] > 0) return;
  numbers_.erase(number);
  dead_ += list_.length[number];
  list_.length[number] = 0;
  free_.push_back(number);
  if (dead_ > kFew && dead_ > list_.steps.size() / 2) Compact();
}

void KeptSequences::Compact() {
  std::vector<uint32_t> steps;
  steps.reserve(list_.steps.size() - dead_);
  for (uint32_t number = 0; number < list_.size(); ++number) {
    const Steps kept = list_[number];
    const auto begin = static_cast<uint32_t>(steps.size());
    steps.insert(steps.end(), kept.begin(), kept.end());
    list_.begin[number] = begin;
  }
  list_.steps = std::move(steps);
  dead_ = 0;
}

void KeptAttribute::Change(const causes::AttributeFacts& read, std::span<const uint32_t> numbers,
                           int sign) {
  if (sign < 0) {
    TakeOut(numbers);
  } else {
    for (const uint32_t c : read.timed) timed_.insert(numbers[c]);
  }
  if (lost_values_ > 0) return;
  std::vector<uint32_t> kept(read.values->size());
  for (uint32_t value = 0; value < kept.size(); ++value)
    kept[value] = values_.NumberOf((*read.values)[value]);
  for (size_t c = 0; c < numbers.size() && sign > 0; ++c)
    first_[numbers[c]] = read.first[c] == kNoText ? kNoText : kept[read.first[c]];
  if (sign > 0) {
    for (const uint32_t c : read.late_cases) late_[numbers[c]] = true;
    with_count_ += read.with;
    late_count_ += read.late;
  }
  more_of_value_.resize(values_.size());
  if (!read.more.empty()) ChangeMore(read.more, kept, numbers, sign);
  // Half as many again as are too many: cases may come, so that it holds for a while.
  if (read.too_many || causes::TooManyValues(values_.size(), first_.size() + first_.size() / 2))
    Drop();
}

void KeptAttribute::ChangeMore(const causes::MoreValues& more, const std::vector<uint32_t>& kept,
                               std::span<const uint32_t> numbers, int sign) {
  more_of_case_.resize(first_.size());
  for (uint32_t value = 0; value < kept.size(); ++value) {
    if (more.of_value[value] == 0) continue;
    more_of_value_[kept[value]] += static_cast<uint32_t>(sign) * more.of_value[value];
    more.visit(value, [&](std::span<const int64_t> pairs) {
      for (const int64_t pair : pairs) {
        const uint32_t number = numbers[causes::CaseOf(pair)];
        more_of_case_[number] += static_cast<uint32_t>(sign);
        pairs_.Change(causes::PairOf(kept[value], number), sign);
      }
      return true;
    });
  }
  if (pairs_.IsDue()) Fold();
}

void KeptAttribute::TakeOut(std::span<const uint32_t> numbers) {
  for (const uint32_t number : numbers) {
    with_count_ -= first_[number] != kNoText;
    late_count_ -= late_[number];
    late_[number] = false;
    first_[number] = kNoText;
    if (!timed_.empty()) timed_.erase(number);
  }
}

void KeptAttribute::Grow(size_t cases) {
  first_.resize(cases, kNoText);
  late_.resize(cases);
  if (!more_of_case_.empty()) more_of_case_.resize(cases);
}

void KeptAttribute::Drop() {
  lost_values_ = values_.size();
  values_ = causes::ValueTable(true);
  pairs_ = {};
  more_of_case_ = std::vector<uint32_t>();
  more_of_value_ = std::vector<uint32_t>();
  first_.assign(first_.size(), kNoText);
  late_.assign(late_.size(), false);
  with_count_ = late_count_ = 0;
  opened_ = SIZE_MAX;
}

void KeptAttribute::Fold() {
  pairs_.Fold([](std::span<const int64_t>) { return Nothing(); });
  opened_ = SIZE_MAX;
}

std::span<const int64_t> KeptAttribute::Open(size_t block) {
  if (opened_ == block) return opened_pairs_;
  opened_ = block;
  opened_pairs_.clear();
  const Pairs::Block& from = pairs_.blocks()[block];
  Unpack(from.steps, from.first, from.count, &opened_pairs_);
  return opened_pairs_;
}

void KeptAttribute::Visit(uint32_t value, causes::TakePairs take) {
  const int64_t first = causes::PairOf(value, 0), end = causes::PairOf(value + 1, 0);
  const std::vector<Pairs::Block>& blocks = pairs_.blocks();
  size_t at = opened_;
  if (at >= blocks.size() || blocks[at].first > first || blocks[at].last < first) {
    at = static_cast<size_t>(
        std::partition_point(blocks.begin(), blocks.end(),
                             [&](const Pairs::Block& block) { return block.last < first; }) -
        blocks.begin());
  }
  for (; at < blocks.size() && blocks[at].first < end; ++at) {
    const std::span<const int64_t> pairs = Open(at);
    const auto from = std::lower_bound(pairs.begin(), pairs.end(), first);
    const auto to = std::lower_bound(from, pairs.end(), end);
    if (from != to && !take({from, to})) return;
  }
}

causes::AttributeFacts KeptAttribute::Show(const std::string& key) {
  Fold();
  shown_timed_.assign(timed_.begin(), timed_.end());
  more_of_value_.resize(values_.size());
  return {key,
          &values_,
          first_,
          {more_of_case_, more_of_value_,
           [this](uint32_t value, causes::TakePairs take) { Visit(value, take); }},
          shown_timed_,
          TooMany(),
          with_count_,
          late_count_,
          {}};
}

size_t KeptAttribute::memory_bytes() const {
  return values_.memory_bytes() + pairs_.memory_bytes() + late_.capacity() / 8 +
         (first_.capacity() + more_of_case_.capacity() + more_of_value_.capacity() +
          shown_timed_.capacity()) *
             4 +
         timed_.capacity() * 5;
}

}  // namespace plumbline::analytics
