// SPDX-License-Identifier: Apache-2.0
//
// Times that come and go, with exact percentiles at any moment: sorted runs of geometrically
// growing length (the logarithmic method of Bentley and Saxe 1980), one set for what was added and
// one for what was removed since they were last cleared up.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_TIME_MULTISET_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_TIME_MULTISET_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "services/analytics/mining/distribution.h"

namespace plumbline::analytics {

// Values in sorted runs. Append-only.
class SortedRuns {
 public:
  // Amortised O(log n).
  void Add(int64_t value);
  // The same for many values; O(1) now, and they are sorted by Settle, which must come before
  // runs().
  void AddLater(int64_t value) { tail_.push_back(value); }
  // Sorts what is not sorted yet. O(n log n) of what that is.
  void Settle();
  // All values in ascending order; empties it. O(n log runs).
  std::vector<int64_t> TakeAll();
  // Replaces all by `sorted`.
  void Reset(std::vector<int64_t> sorted);

  size_t size() const { return size_of_runs_ + tail_.size(); }
  const std::vector<std::vector<int64_t>>& runs() const { return runs_; }
  size_t memory_bytes() const {
    return (size_of_runs_ + tail_.capacity()) * sizeof(int64_t) +
           runs_.capacity() * sizeof(std::vector<int64_t>);
  }

 private:
  void PushRun(std::vector<int64_t> run);

  std::vector<std::vector<int64_t>> runs_;  // each at least twice as long as the next
  std::vector<int64_t> tail_;               // not sorted
  size_t size_of_runs_ = 0;
};

// Not thread-safe.
class TimeMultiset {
 public:
  // Amortised O(log n).
  void Add(int64_t value);
  // `value` must be there. Amortised O(log n).
  void Remove(int64_t value);
  // For many values that are added before anything is asked. O(1); Settle sorts them.
  void AddLater(int64_t value);
  void Settle() { added_.Settle(); }

  int64_t size() const { return static_cast<int64_t>(added_.size() - removed_.size()); }
  absl::int128 sum() const { return sum_; }
  // Bytes held, near enough. O(1).
  size_t memory_bytes() const {
    return sizeof(*this) + added_.memory_bytes() + removed_.memory_bytes();
  }

 private:
  friend class TimeUnion;
  SortedRuns added_, removed_;
  absl::int128 sum_ = 0;
};

// Several multisets as one; they must not change while it is used. Costs nothing to copy values:
// order statistics are found by bisection over all runs at once.
class TimeUnion {
 public:
  // Sorts the last few values of `set`. O(runs).
  void Add(TimeMultiset& set);

  int64_t size() const { return size_; }
  absl::int128 sum() const { return sum_; }
  // The value of rank `k`, 0 to size() - 1, in ascending order. O(runs log^2 n).
  int64_t At(int64_t k) const;
  // How many values are at most `value`. O(runs log n).
  int64_t CountUpTo(int64_t value) const;
  // The sum of all values greater than `value`. O(values that are).
  absl::int128 SumAbove(int64_t value) const;
  // All values, ascending. O(n).
  std::vector<int64_t> Values() const;
  // As of Describe in distribution.h, to the last bit.
  Distribution Describe() const;

 private:
  std::vector<std::span<const int64_t>> added_, removed_;
  int64_t size_ = 0;
  absl::int128 sum_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_TIME_MULTISET_H_
