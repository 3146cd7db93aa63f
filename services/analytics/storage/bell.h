// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_BELL_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_BELL_H_

#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace plumbline::analytics {

// Wakes a thread that waits for work. Thread-safe.
class Bell {
 public:
  // There is work at the log of this name: ends a Wait, or the next one. Never waits for it to be
  // done.
  void Ring(absl::string_view log) {
    absl::MutexLock lock(&mutex_);
    if (!rung_.contains(log)) rung_.emplace(log);
  }
  // Ends every Wait from now on.
  void Stop() {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
  }
  // Whether it rang since the last Wait.
  bool rung() const {
    absl::MutexLock lock(&mutex_);
    return Rung();
  }
  // Waits until it rings, `most` at the longest, and no less than `least`: what rings often is
  // heard once for all of that time. The logs that it rang for since the last Wait go into `logs`.
  // False once it is stopped.
  bool Wait(absl::Duration least, absl::Duration most, absl::flat_hash_set<std::string>* logs) {
    absl::MutexLock lock(&mutex_);
    if (mutex_.AwaitWithTimeout(absl::Condition(&stopped_), least)) return false;
    mutex_.AwaitWithTimeout(absl::Condition(this, &Bell::Heard), most - least);
    *logs = std::exchange(rung_, {});
    return !stopped_;
  }

 private:
  bool Rung() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !rung_.empty(); }
  bool Heard() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return Rung() || stopped_; }

  mutable absl::Mutex mutex_;
  absl::flat_hash_set<std::string> rung_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_BELL_H_
