// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/time_multiset.h"

#include <algorithm>
#include <iterator>

namespace plumbline::analytics {
namespace {

constexpr size_t kTail = 128;
// Fewer removals are not worth clearing up.
constexpr size_t kFewRemoved = 64;
// So few values are copied and selected from, which is faster than bisection.
constexpr int64_t kFewValues = 2'048;

std::vector<int64_t> Merge(std::span<const int64_t> a, std::span<const int64_t> b) {
  std::vector<int64_t> merged;
  merged.reserve(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(merged));
  return merged;
}

// All of them, shorter runs first: each value is copied a few times.
std::vector<int64_t> MergeAll(std::vector<std::span<const int64_t>> runs) {
  std::sort(runs.begin(), runs.end(),
            [](const auto& a, const auto& b) { return a.size() < b.size(); });
  std::vector<int64_t> all;
  for (const auto& run : runs) all = Merge(all, run);
  return all;
}

size_t UpTo(std::span<const int64_t> run, int64_t value) {
  return static_cast<size_t>(std::upper_bound(run.begin(), run.end(), value) - run.begin());
}

}  // namespace

void SortedRuns::Add(int64_t value) {
  tail_.push_back(value);
  if (tail_.size() >= kTail) Settle();
}

void SortedRuns::Settle() {
  if (tail_.empty()) return;
  std::vector<int64_t> run;
  run.swap(tail_);
  std::sort(run.begin(), run.end());
  run.shrink_to_fit();
  PushRun(std::move(run));
}

void SortedRuns::PushRun(std::vector<int64_t> run) {
  size_of_runs_ += run.size();
  while (!runs_.empty() && runs_.back().size() < 2 * run.size()) {
    run = Merge(runs_.back(), run);
    runs_.pop_back();
  }
  runs_.push_back(std::move(run));
}

std::vector<int64_t> SortedRuns::TakeAll() {
  Settle();
  std::vector<int64_t> all;
  for (; !runs_.empty(); runs_.pop_back()) all = Merge(runs_.back(), all);
  size_of_runs_ = 0;
  return all;
}

void SortedRuns::Reset(std::vector<int64_t> sorted) {
  runs_.clear();
  tail_.clear();
  size_of_runs_ = 0;
  if (!sorted.empty()) PushRun(std::move(sorted));
}

void TimeMultiset::Add(int64_t value) {
  added_.Add(value);
  sum_ += value;
}

void TimeMultiset::AddLater(int64_t value) {
  added_.AddLater(value);
  sum_ += value;
}

void TimeMultiset::Remove(int64_t value) {
  removed_.Add(value);
  sum_ -= value;
  if (removed_.size() == added_.size()) {
    added_.Reset({});
    removed_.Reset({});
  } else if (removed_.size() > kFewRemoved && 2 * removed_.size() > added_.size()) {
    const std::vector<int64_t> all = added_.TakeAll(), gone = removed_.TakeAll();
    std::vector<int64_t> left;
    left.reserve(all.size() - gone.size());
    std::set_difference(all.begin(), all.end(), gone.begin(), gone.end(), std::back_inserter(left));
    added_.Reset(std::move(left));
  }
}

void TimeUnion::Add(TimeMultiset& set) {
  set.added_.Settle();
  set.removed_.Settle();
  for (const auto& run : set.added_.runs()) added_.emplace_back(run);
  for (const auto& run : set.removed_.runs()) removed_.emplace_back(run);
  size_ += set.size();
  sum_ += set.sum();
}

int64_t TimeUnion::CountUpTo(int64_t value) const {
  int64_t count = 0;
  for (const auto& run : added_) count += static_cast<int64_t>(UpTo(run, value));
  for (const auto& run : removed_) count -= static_cast<int64_t>(UpTo(run, value));
  return count;
}

// The least value among those added that has more than k values at or below it. Each round halves
// the run with most candidates left.
int64_t TimeUnion::At(int64_t k) const {
  std::vector<std::span<const int64_t>> left = added_;
  int64_t best = 0;
  for (;;) {
    const auto longest = std::max_element(
        left.begin(), left.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    if (longest == left.end() || longest->empty()) return best;
    const int64_t pivot = (*longest)[longest->size() / 2];
    const bool enough = CountUpTo(pivot) > k;
    if (enough) best = pivot;
    for (auto& run : left) {
      if (enough) {
        const auto end = std::lower_bound(run.begin(), run.end(), pivot);
        run = run.first(static_cast<size_t>(end - run.begin()));
      } else {
        run = run.subspan(UpTo(run, pivot));
      }
    }
  }
}

absl::int128 TimeUnion::SumAbove(int64_t value) const {
  absl::int128 sum = 0;
  for (const auto& run : added_) {
    for (const int64_t v : run.subspan(UpTo(run, value))) sum += v;
  }
  for (const auto& run : removed_) {
    for (const int64_t v : run.subspan(UpTo(run, value))) sum -= v;
  }
  return sum;
}

std::vector<int64_t> TimeUnion::Values() const {
  std::vector<int64_t> all = MergeAll(added_);
  const std::vector<int64_t> gone = MergeAll(removed_);
  if (gone.empty()) return all;
  std::vector<int64_t> values;
  values.reserve(all.size() - gone.size());
  std::set_difference(all.begin(), all.end(), gone.begin(), gone.end(), std::back_inserter(values));
  return values;
}

Distribution TimeUnion::Describe() const {
  if (size_ > kFewValues)
    return DescribeRanked(size_, sum_, [this](int64_t rank) { return At(rank); });
  std::vector<int64_t> all, gone, values;
  for (const auto& run : added_) all.insert(all.end(), run.begin(), run.end());
  for (const auto& run : removed_) gone.insert(gone.end(), run.begin(), run.end());
  if (!gone.empty()) {
    std::sort(all.begin(), all.end());
    std::sort(gone.begin(), gone.end());
    std::set_difference(all.begin(), all.end(), gone.begin(), gone.end(),
                        std::back_inserter(values));
    all.swap(values);
  }
  return analytics::Describe(all);
}

}  // namespace plumbline::analytics
