// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_RECENT_ROWS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_RECENT_ROWS_H_

#include <list>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace plumbline::onboarding {

// The row of a run as somebody wrote it.
struct RecentRow {
  std::string plan;  // its id
  std::string body;
  bool operator==(const RecentRow&) const = default;
};

// Rows of runs that were written lately, so that the next change of one can be worked out before
// its transaction. A row may have been written again since, by another replica too: whoever works
// with one compares it with what the transaction reads, under the lock of the run, and begins anew
// where they differ. Bounded by what the rows take; those not used for longest leave first.
// Thread-safe.
class RecentRows {
 public:
  using Pointer = std::shared_ptr<const RecentRow>;
  // Some ten thousand runs of twenty steps.
  static constexpr size_t kBytes = 32 << 20;

  explicit RecentRows(size_t capacity_bytes = kBytes) : capacity_(capacity_bytes) {}

  // nullptr if it is not there. O(1).
  Pointer Get(absl::string_view workspace, absl::string_view onboarding) {
    const std::string key = KeyOf(workspace, onboarding);
    absl::MutexLock lock(&mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    return found->second->second;
  }

  // Takes the place of what was put for the run before. A row that is larger than all that there
  // may be is not kept.
  void Put(absl::string_view workspace, absl::string_view onboarding, RecentRow row) {
    std::string key = KeyOf(workspace, onboarding);
    auto kept = std::make_shared<const RecentRow>(std::move(row));
    absl::MutexLock lock(&mutex_);
    if (const auto before = entries_.find(key); before != entries_.end()) Remove(before->second);
    if (Weight(key, *kept) > capacity_) return;
    bytes_ += Weight(key, *kept);
    order_.emplace_front(key, std::move(kept));
    entries_.emplace(std::move(key), order_.begin());
    while (bytes_ > capacity_) Remove(std::prev(order_.end()));
  }

  size_t bytes() const {
    absl::MutexLock lock(&mutex_);
    return bytes_;
  }

 private:
  using Order = std::list<std::pair<std::string, Pointer>>;  // latest used first

  // Neither id has a slash.
  static std::string KeyOf(absl::string_view workspace, absl::string_view onboarding) {
    return absl::StrCat(workspace, "/", onboarding);
  }
  static size_t Weight(const std::string& key, const RecentRow& row) {
    constexpr size_t kOfEntry = 256;  // the list, the map, the counters
    return kOfEntry + 2 * key.size() + row.plan.size() + row.body.size();
  }
  void Remove(Order::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    bytes_ -= Weight(entry->first, *entry->second);
    entries_.erase(entry->first);
    order_.erase(entry);
  }

  const size_t capacity_;
  mutable absl::Mutex mutex_;
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  Order order_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Order::iterator> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_RECENT_ROWS_H_
