// SPDX-License-Identifier: Apache-2.0
//
// A mutex whose holders may take long: who waits for it gives up at the deadline of the call.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MEMORY_PATIENT_MUTEX_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MEMORY_PATIENT_MUTEX_H_

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics {

// Thread-safe. Held through PatientLock.
class ABSL_LOCKABLE PatientMutex {
 public:
  // To the analysis of locks: it is held here.
  void AssertHeld() const ABSL_ASSERT_EXCLUSIVE_LOCK() {}

 private:
  friend class PatientLock;

  bool Free() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !taken_; }

  absl::Mutex mutex_;
  bool taken_ ABSL_GUARDED_BY(mutex_) = false;
};

// Holds a PatientMutex, which must outlive it, from a Take that returns OK or true until it ends.
class PatientLock {
 public:
  explicit PatientLock(PatientMutex& mutex) : mutex_(mutex) {}
  ~PatientLock() {
    if (!held_) return;
    absl::MutexLock lock(&mutex_.mutex_);
    mutex_.taken_ = false;
  }
  PatientLock(const PatientLock&) = delete;
  PatientLock& operator=(const PatientLock&) = delete;

  // Waits for its turn. DEADLINE_EXCEEDED by `clock`, CANCELLED: it is not held then. Where nobody
  // holds it neither is asked.
  absl::Status Take(const base::CallContext& context, const base::Clock& clock) {
    // So often a waiting call looks whether its caller is still there.
    constexpr absl::Duration kLookEvery = absl::Milliseconds(10);
    absl::MutexLock lock(&mutex_.mutex_);
    while (mutex_.taken_) {
      RETURN_IF_ERROR(context.Check(clock.Now()));
      mutex_.mutex_.AwaitWithTimeout(absl::Condition(&mutex_, &PatientMutex::Free), kLookEvery);
    }
    held_ = mutex_.taken_ = true;
    return absl::OkStatus();
  }
  // Without waiting; false where another holds it.
  bool TryTake() {
    absl::MutexLock lock(&mutex_.mutex_);
    if (mutex_.taken_) return false;
    return held_ = mutex_.taken_ = true;
  }

 private:
  PatientMutex& mutex_;
  bool held_ = false;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MEMORY_PATIENT_MUTEX_H_
