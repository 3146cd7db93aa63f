// SPDX-License-Identifier: Apache-2.0
//
// A few threads and a short queue in front of them. Internal to common/http.
#ifndef PLUMBLINE_COMMON_HTTP_WORKERS_H_
#define PLUMBLINE_COMMON_HTTP_WORKERS_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace plumbline::http {

// Every task that was taken is run, once. Thread-safe.
class Workers {
 public:
  Workers(int threads, int queue) : most_(static_cast<size_t>(queue)) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
  }
  ~Workers() { Stop(); }

  // False, and nothing is run, if as many wait as may, or it was stopped. Never blocks.
  bool Submit(std::function<void()> task) {
    absl::MutexLock lock(&mutex_);
    if (stopping_ || waiting_.size() >= most_) return false;
    waiting_.push_back(std::move(task));
    return true;
  }

  // Runs what was taken, and takes nothing more. Idempotent.
  void Stop() {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }

 private:
  bool Ready() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_ || !waiting_.empty(); }
  void Work() {
    while (true) {
      std::function<void()> task;
      {
        absl::MutexLock lock(&mutex_);
        mutex_.Await(absl::Condition(this, &Workers::Ready));
        if (waiting_.empty()) return;
        task = std::move(waiting_.front());
        waiting_.pop_front();
      }
      task();
    }
  }

  const size_t most_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace plumbline::http

#endif  // PLUMBLINE_COMMON_HTTP_WORKERS_H_
