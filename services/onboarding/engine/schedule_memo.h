// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_SCHEDULE_MEMO_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_SCHEDULE_MEMO_H_

#include <list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/civil_time.h"
#include "services/onboarding/engine/schedule.h"

namespace plumbline::onboarding {

struct FrozenCalendar;

// The schedules of one plan that were asked for lately: every command on a run asks for one, and
// those on runs of one cohort mostly for the same. A schedule is a pure function of the plan, the
// key and the targets, so that none is ever wrong; another plan has another memo. Those not used
// for longest leave first. Thread-safe.
class ScheduleMemo {
 public:
  using Schedule = std::vector<std::optional<PlannedSpan>>;
  using Pointer = std::shared_ptr<const Schedule>;

  // That PlanSchedule hangs on beside the plan. The calendar is not kept alive: one that is gone is
  // no other's equal.
  struct Key {
    absl::CivilDay day_one;
    std::weak_ptr<const FrozenCalendar> calendar;
    std::vector<bool> counts;  // by node Course::Counts
  };

  // So many of a plan, and about thirty bytes a node each.
  static constexpr size_t kMost = 16;

  // What `make` makes, or made before for such a key. O(kMost).
  Pointer Get(Key key, absl::FunctionRef<Schedule()> make) {
    if (Pointer known = Find(key)) return known;
    auto made = std::make_shared<const Schedule>(make());
    absl::MutexLock lock(&mutex_);
    // Others may have made the same meanwhile.
    if (Pointer known = FindLocked(key)) return known;
    kept_.emplace_front(std::move(key), made);
    if (kept_.size() > kMost) kept_.pop_back();
    return made;
  }

 private:
  static bool Same(const Key& a, const Key& b) {
    return a.day_one == b.day_one && !a.calendar.owner_before(b.calendar) &&
           !b.calendar.owner_before(a.calendar) && a.counts == b.counts;
  }

  Pointer Find(const Key& key) {
    absl::MutexLock lock(&mutex_);
    return FindLocked(key);
  }
  Pointer FindLocked(const Key& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (auto one = kept_.begin(); one != kept_.end(); ++one) {
      if (!Same(one->first, key)) continue;
      kept_.splice(kept_.begin(), kept_, one);
      return one->second;
    }
    return nullptr;
  }

  absl::Mutex mutex_;
  std::list<std::pair<Key, Pointer>> kept_ ABSL_GUARDED_BY(mutex_);  // latest used first
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_SCHEDULE_MEMO_H_
