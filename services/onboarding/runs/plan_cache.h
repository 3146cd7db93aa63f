// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_PLAN_CACHE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_PLAN_CACHE_H_

#include <list>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/frozen_plan.h"

namespace plumbline::onboarding {

// Frozen values in memory, by keys each of which names one of them for ever, so that no entry is
// ever wrong; those not used for longest leave first. Thread-safe.
template <typename Value>
class FrozenCache {
 public:
  using Pointer = std::shared_ptr<const Value>;

  explicit FrozenCache(size_t capacity = 512) : capacity_(capacity) {}

  // nullptr if it is not there. O(1).
  Pointer Get(absl::string_view key) {
    absl::MutexLock lock(&mutex_);
    auto it = entries_.find(key);
    if (it == entries_.end()) return nullptr;
    order_.splice(order_.begin(), order_, it->second);
    return it->second->second;
  }

  void Put(absl::string_view key, Pointer value) {
    absl::MutexLock lock(&mutex_);
    if (entries_.contains(key)) return;
    order_.emplace_front(std::string(key), std::move(value));
    entries_[std::string(key)] = order_.begin();
    if (order_.size() <= capacity_) return;
    entries_.erase(order_.back().first);
    order_.pop_back();
  }

 private:
  using Order = std::list<std::pair<std::string, Pointer>>;  // latest used first
  const size_t capacity_;
  absl::Mutex mutex_;
  Order order_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, typename Order::iterator> entries_ ABSL_GUARDED_BY(mutex_);
};

// One takes three megabytes, and a hundredth of a second to make.
inline constexpr size_t kCalendarsInMemory = 100;

// Plans, by the id of the plan and by the name of the revision.
using PlanCache = FrozenCache<FrozenPlan>;
// Calendars, by their ids.
using CalendarCache = FrozenCache<FrozenCalendar>;

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_PLAN_CACHE_H_
