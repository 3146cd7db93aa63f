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
#include "services/onboarding/engine/frozen_plan.h"

namespace plumbline::onboarding {

// Frozen values in memory, by keys each of which names one of them for ever, so that no entry is
// ever wrong; bounded by what they weigh together: their number, unless it is told how to weigh
// one. Those not used for longest leave first. Thread-safe.
template <typename Value>
class FrozenCache {
 public:
  using Pointer = std::shared_ptr<const Value>;

  using Weigh = size_t (*)(const Value&);

  explicit FrozenCache(
      size_t capacity = 512, Weigh weigh = [](const Value&) { return size_t{1}; })
      : capacity_(capacity), weigh_(weigh) {}

  // nullptr if it is not there. O(1).
  Pointer Get(absl::string_view key) {
    absl::MutexLock lock(&mutex_);
    auto it = entries_.find(key);
    if (it == entries_.end()) return nullptr;
    order_.splice(order_.begin(), order_, it->second);
    return it->second->second;
  }

  // A value that weighs more than all that there may be is not kept.
  void Put(absl::string_view key, Pointer value) {
    const size_t weight = weigh_(*value);
    absl::MutexLock lock(&mutex_);
    if (weight > capacity_ || entries_.contains(key)) return;
    order_.emplace_front(std::string(key), std::move(value));
    entries_[std::string(key)] = order_.begin();
    weight_ += weight;
    while (weight_ > capacity_) {
      weight_ -= weigh_(*order_.back().second);
      entries_.erase(order_.back().first);
      order_.pop_back();
    }
  }

  // Whether a value of this weight could be put without another one leaving.
  bool HasRoom(size_t weight) {
    absl::MutexLock lock(&mutex_);
    return weight_ + weight <= capacity_;
  }
  size_t weight() {
    absl::MutexLock lock(&mutex_);
    return weight_;
  }

 private:
  using Order = std::list<std::pair<std::string, Pointer>>;  // latest used first
  const size_t capacity_;
  const Weigh weigh_;
  absl::Mutex mutex_;
  size_t weight_ ABSL_GUARDED_BY(mutex_) = 0;
  Order order_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, typename Order::iterator> entries_ ABSL_GUARDED_BY(mutex_);
};

// What all plans in memory may take together: one of a hundred steps takes about a hundred
// kilobytes, and a millisecond to make. On-boardings whose plans were changed have plans of their
// own.
inline constexpr size_t kPlanBytes = 64 << 20;

// Plans, by the id of the plan and by the name of the revision; bounded by what they take.
class PlanCache : public FrozenCache<FrozenPlan> {
 public:
  explicit PlanCache(size_t capacity_bytes = kPlanBytes) : FrozenCache(capacity_bytes, Bytes) {}

 private:
  static size_t Bytes(const FrozenPlan& plan) {
    // Its texts, and what rules, conditions and schedules have for it.
    constexpr size_t kOfNode = 256 + ScheduleMemo::kMost * sizeof(std::optional<PlannedSpan>);
    return sizeof(plan) + plan.content.size() +
           static_cast<size_t>(plan.plan.size()) * (sizeof(flow::PlanNode) + kOfNode);
  }
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_PLAN_CACHE_H_
