// SPDX-License-Identifier: Apache-2.0
//
// Memory that the parts of a check take as they come to need it, so that what is reserved for a
// check is what it uses, and not what it might.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SEARCH_MEMORY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SEARCH_MEMORY_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace plumbline::analytics::conformance {

// Thread-safe.
class SearchMemory {
 public:
  // Whether so many bytes more may be used, for as long as this lives.
  using More = std::function<bool(int64_t bytes)>;
  static constexpr int64_t kAtOnce = 256 << 10;
  // Asks `more` for `at_once` or more at a time.
  explicit SearchMemory(
      More more = [](int64_t) { return true; }, int64_t at_once = kAtOnce)
      : more_(std::move(more)), at_once_(at_once) {}

  // false: it is refused, and everything that asks after that.
  bool Take(int64_t bytes) {
    if (refused_) return false;
    absl::MutexLock lock(&mutex_);
    const int64_t lacks = used_ + bytes - held_;
    if (lacks > 0) {
      const int64_t more = std::max(lacks, at_once_);
      if (!more_(more)) {
        refused_ = true;
        return false;
      }
      held_ += more;
    }
    used_ += bytes;
    return true;
  }
  // What was taken is free for others of the check.
  void Give(int64_t bytes) {
    absl::MutexLock lock(&mutex_);
    used_ -= bytes;
  }
  bool refused() const { return refused_; }

 private:
  const More more_;
  const int64_t at_once_;
  absl::Mutex mutex_;
  int64_t used_ ABSL_GUARDED_BY(mutex_) = 0, held_ ABSL_GUARDED_BY(mutex_) = 0;
  std::atomic<bool> refused_ = false;
};

// What one part of a check uses, given back in the end. Not thread-safe.
class MemoryShare {
 public:
  // `memory` must outlive it. It never uses more than `most` bytes.
  explicit MemoryShare(SearchMemory& memory, size_t most = ~size_t{0} >> 1)
      : memory_(memory), most_(most) {}
  ~MemoryShare() { memory_.Give(static_cast<int64_t>(taken_)); }
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;

  // Whether it may use so many bytes in all. Takes somewhat ahead of what is asked for.
  bool Has(size_t bytes) {
    if (bytes <= taken_) return true;
    if (bytes > most_) return false;
    const size_t ahead = std::min(most_, bytes + bytes / 4 + kAhead);
    if (!memory_.Take(static_cast<int64_t>(ahead - taken_))) return false;
    taken_ = ahead;
    return true;
  }

 private:
  static constexpr size_t kAhead = 16 << 10;

  SearchMemory& memory_;
  const size_t most_;
  size_t taken_ = 0;
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SEARCH_MEMORY_H_
