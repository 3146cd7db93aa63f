// SPDX-License-Identifier: Apache-2.0
//
// Time is a parameter: nothing outside this folder asks the machine what time it is.
#ifndef PLUMBLINE_COMMON_BASE_CLOCK_H_
#define PLUMBLINE_COMMON_BASE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace plumbline::base {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time. May step back when the machine's clock is set.
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

// Stands still until it is told.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1'700'000'000)) : now_(now) {}
  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  void Advance(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    now_ += by;
  }
  void Set(absl::Time now) {
    absl::MutexLock lock(&mutex_);
    now_ = now;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_CLOCK_H_
