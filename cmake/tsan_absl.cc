// SPDX-License-Identifier: Apache-2.0
//
// Tells ThreadSanitizer of abseil's locks. Debian's abseil is not built with it, so that every
// variable guarded by an absl::Mutex would be reported as a race. The linker (--wrap, see
// toolchain.cmake) sends our calls through here. Linked into thread-sanitized programs only.
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
}

namespace {

// What happens before a lock is given up is seen by whoever takes it. Inside abseil, threads that
// give it up read the conditions of those that wait: under the lock, but unseen.
class Inside {
 public:
  Inside(void* lock, bool acquires, bool releases) : lock_(lock), acquires_(acquires) {
    if (releases) __tsan_release(lock_);
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  }
  ~Inside() {
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    if (acquires_) __tsan_acquire(lock_);
  }

 private:
  void* lock_;
  bool acquires_;
};

constexpr bool kAcquires = true;
constexpr bool kReleases = true;

}  // namespace

// WRAP(result, symbol, lock, acquires, releases, (parameters), (arguments))
#define WRAP(RESULT, SYMBOL, LOCK, ACQUIRES, RELEASES, PARAMETERS, ARGUMENTS) \
  extern "C" RESULT __real_##SYMBOL PARAMETERS;                               \
  extern "C" RESULT __wrap_##SYMBOL PARAMETERS {                              \
    Inside inside(LOCK, ACQUIRES, RELEASES);                                  \
    return __real_##SYMBOL ARGUMENTS;                                         \
  }

using absl::Condition;
using absl::CondVar;
using absl::Duration;
using absl::Mutex;
using absl::Notification;
using absl::Time;

WRAP(void, _ZN4absl7debian35Mutex4LockEv, mu, kAcquires, false, (Mutex * mu), (mu))
WRAP(void, _ZN4absl7debian35Mutex6UnlockEv, mu, false, kReleases, (Mutex * mu), (mu))
WRAP(bool, _ZN4absl7debian35Mutex7TryLockEv, mu, kAcquires, false, (Mutex * mu), (mu))
WRAP(void, _ZN4absl7debian35Mutex10ReaderLockEv, mu, kAcquires, false, (Mutex * mu), (mu))
WRAP(void, _ZN4absl7debian35Mutex12ReaderUnlockEv, mu, false, kReleases, (Mutex * mu), (mu))
WRAP(void, _ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE, mu, kAcquires, false,
     (Mutex * mu, const Condition* condition), (mu, condition))
WRAP(bool, _ZN4absl7debian35Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE, mu,
     kAcquires, false, (Mutex * mu, const Condition* condition, Duration timeout),
     (mu, condition, timeout))
WRAP(bool, _ZN4absl7debian35Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE, mu, kAcquires,
     false, (Mutex * mu, const Condition* condition, Time deadline), (mu, condition, deadline))
WRAP(void, _ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE, mu, kAcquires, kReleases,
     (Mutex * mu, const Condition* condition), (mu, condition))
WRAP(bool, _ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE, mu, kAcquires,
     kReleases, (Mutex * mu, const Condition* condition, Duration timeout),
     (mu, condition, timeout))
WRAP(bool, _ZN4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE, mu, kAcquires,
     kReleases, (Mutex * mu, const Condition* condition, Time deadline), (mu, condition, deadline))
WRAP(void, _ZN4absl7debian37CondVar4WaitEPNS0_5MutexE, mu, kAcquires, kReleases,
     (CondVar * signal, Mutex* mu), (signal, mu))
WRAP(bool, _ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE, mu, kAcquires,
     kReleases, (CondVar * signal, Mutex* mu, Duration timeout), (signal, mu, timeout))
WRAP(bool, _ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE, mu, kAcquires,
     kReleases, (CondVar * signal, Mutex* mu, Time deadline), (signal, mu, deadline))
WRAP(void, _ZN4absl7debian312Notification6NotifyEv, done, false, kReleases, (Notification * done),
     (done))
WRAP(void, _ZNK4absl7debian312Notification19WaitForNotificationEv, done, kAcquires, false,
     (Notification * done), (done))
WRAP(bool, _ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE, done,
     kAcquires, false, (Notification * done, Duration timeout), (done, timeout))
WRAP(bool, _ZNK4absl7debian312Notification31WaitForNotificationWithDeadlineENS0_4TimeE, done,
     kAcquires, false, (Notification * done, Time deadline), (done, deadline))
