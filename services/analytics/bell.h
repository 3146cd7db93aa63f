// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_BELL_H_
#define PLUMBLINE_SERVICES_ANALYTICS_BELL_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace plumbline::analytics {

// Wakes a thread that waits for work. Thread-safe.
class Bell {
 public:
  // There is work: ends a Wait, or the next one. Never waits for it to be done.
  void Ring() {
    absl::MutexLock lock(&mutex_);
    rung_ = true;
  }
  // Ends every Wait from now on.
  void Stop() {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
  }
  // Whether it rang since the last Wait.
  bool rung() const {
    absl::MutexLock lock(&mutex_);
    return rung_;
  }
  // Waits until it rings, `most` at the longest, and no less than `least`: what rings often is
  // heard once for all of that time. False once it is stopped.
  bool Wait(absl::Duration least, absl::Duration most) {
    absl::MutexLock lock(&mutex_);
    if (mutex_.AwaitWithTimeout(absl::Condition(&stopped_), least)) return false;
    mutex_.AwaitWithTimeout(absl::Condition(this, &Bell::Heard), most - least);
    rung_ = false;
    return !stopped_;
  }

 private:
  bool Heard() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return rung_ || stopped_; }

  mutable absl::Mutex mutex_;
  bool rung_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_BELL_H_
