// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_SQL_UNDER_WAY_H_
#define PLUMBLINE_COMMON_SQL_UNDER_WAY_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace plumbline::sql {

// Counts the calls inside an object, so that its destructor can wait for them. Thread-safe.
class UnderWay {
 public:
  // One call, from its beginning to its end.
  class Call {
   public:
    explicit Call(UnderWay& calls) : calls_(calls) { calls_.Add(1); }
    ~Call() { calls_.Add(-1); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    UnderWay& calls_;
  };

  void WaitForNone() {
    absl::MutexLock lock(&mutex_);
    const auto none = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return count_ == 0; };
    mutex_.Await(absl::Condition(&none));
  }

 private:
  void Add(int change) {
    absl::MutexLock lock(&mutex_);
    count_ += change;
  }

  absl::Mutex mutex_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_UNDER_WAY_H_
