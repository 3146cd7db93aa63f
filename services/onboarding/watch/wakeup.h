// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WATCH_WAKEUP_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WATCH_WAKEUP_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace plumbline::onboarding {

// Wakes a loop, and ends it. What is woken while it works is told once more when it waits.
// Thread-safe.
class Wakeup {
 public:
  void Wake() {
    absl::MutexLock lock(&mutex_);
    woken_ = true;
  }
  // For good.
  void Stop() {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
  }
  // Waits until it is woken or stopped, at most `timeout`. False if it is stopped.
  bool Wait(absl::Duration timeout) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(this, &Wakeup::Due), timeout);
    woken_ = false;
    return !stopped_;
  }

  // Waits for the whole `time` unless it is stopped: what wakes it meanwhile is gathered. False if
  // it is stopped.
  bool Pause(absl::Duration time) {
    absl::MutexLock lock(&mutex_);
    return !mutex_.AwaitWithTimeout(absl::Condition(&stopped_), time);
  }

 private:
  bool Due() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return woken_ || stopped_; }

  absl::Mutex mutex_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WATCH_WAKEUP_H_
