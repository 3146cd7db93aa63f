// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/kept_facts.h"

#include <algorithm>
#include <tuple>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {
namespace {

using statistics::Numbered;

bool Before(const Numbered& a, const Numbered& b) {
  return std::tie(a.value, a.number) < std::tie(b.value, b.number);
}

void Sort(std::vector<Numbered>* values) {
  statistics::SortAscending(values, [] { return absl::OkStatus(); }).IgnoreError();
  for (auto begin = values->begin(); begin != values->end();) {
    auto end = begin + 1;
    while (end != values->end() && end->value == begin->value) ++end;
    if (end - begin > 1) std::sort(begin, end, Before);
    begin = end;
  }
}

// Calls take(duration, count) for each that was put in more often than taken out, or less.
template <class Take>
void ForEachChange(const std::vector<Numbered>& added, const std::vector<Numbered>& gone,
                   const Take& take) {
  for (size_t a = 0, g = 0; a < added.size() || g < gone.size();) {
    const bool from_added = g == gone.size() || (a < added.size() && Before(added[a], gone[g]));
    const Numbered next = from_added ? added[a] : gone[g];
    int count = 0;
    for (; a < added.size() && !Before(next, added[a]); ++a) ++count;
    for (; g < gone.size() && !Before(next, gone[g]); ++g) --count;
    if (count != 0) take(next, count);
  }
}

}  // namespace

std::span<const Numbered> KeptDurations::Values() {
  if (added_.empty() && gone_.empty()) return values_;
  Sort(&added_);
  Sort(&gone_);
  if (values_.empty() && gone_.empty()) {
    values_.swap(added_);
    return values_;
  }
  std::vector<Numbered>& all = spare_;
  all.clear();
  all.reserve(values_.size() + added_.size());
  auto from = values_.begin();
  ForEachChange(added_, gone_, [&](const Numbered& duration, int count) {
    const auto place = std::lower_bound(from, values_.end(), duration, Before);
    all.insert(all.end(), from, place);
    from = place;
    if (count > 0) {
      all.push_back(duration);
    } else {
      ++from;
    }
  });
  all.insert(all.end(), from, values_.end());
  values_.swap(all);
  added_.clear();
  gone_.clear();
  return values_;
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

void KeptAttribute::Put(const causes::AttributeFacts& read, std::span<const uint32_t> numbers) {
  for (const uint32_t c : read.timed) timed_.insert(numbers[c]);
  if (too_many_) return;
  std::vector<uint32_t> kept(read.values->size());
  for (uint32_t value = 0; value < kept.size(); ++value)
    kept[value] = values_.NumberOf((*read.values)[value]);
  for (size_t c = 0; c < numbers.size(); ++c)
    first_[numbers[c]] = read.first[c] == kNoText ? kNoText : kept[read.first[c]];
  for (const auto& [c, value] : read.more) more_[numbers[c]].push_back(kept[value]);
  if (causes::TooManyValues(values_.size(), first_.size())) Drop();
}

void KeptAttribute::TakeOut(uint32_t number) {
  first_[number] = kNoText;
  if (!more_.empty()) more_.erase(number);
  if (!timed_.empty()) timed_.erase(number);
}

void KeptAttribute::Drop() {
  too_many_ = true;
  values_ = causes::ValueTable(true);
  more_ = {};
  first_.assign(first_.size(), kNoText);
}

causes::AttributeFacts KeptAttribute::Show(const std::string& key) {
  shown_more_.clear();
  for (const auto& [number, values] : more_) {
    for (const uint32_t value : values) shown_more_.emplace_back(number, value);
  }
  shown_timed_.assign(timed_.begin(), timed_.end());
  return {key, &values_, first_, shown_more_, shown_timed_, too_many_};
}

size_t KeptAttribute::memory_bytes() const {
  constexpr size_t kOfASeveral = 32 + 48;  // its place, and values on the heap
  return values_.memory_bytes() + first_.capacity() * 4 + more_.size() * kOfASeveral +
         timed_.capacity() * 5 + shown_more_.capacity() * 8 + shown_timed_.capacity() * 4;
}

}  // namespace plumbline::analytics
