// SPDX-License-Identifier: Apache-2.0
//
// One piece of work on several threads.
#ifndef PLUMBLINE_COMMON_BASE_THREADS_H_
#define PLUMBLINE_COMMON_BASE_THREADS_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace plumbline::base {

// For one question: others are asked at the same time, so that it does not take all cores.
inline int ThreadsOfOneQuestion() {
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 2U));
}

// Runs `work(thread, piece)` for every piece below `pieces` once, on so many threads, this one
// among them as number 0; on fewer where no more can be had. Ends when all have.
template <class F>
void InThreads(int threads, size_t pieces, const F& work) {
  std::atomic<size_t> next{0};
  const auto run = [&](int thread) {
    for (size_t piece; (piece = next++) < pieces;) work(thread, piece);
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads && static_cast<size_t>(i) < pieces; ++i) {
    try {
      others.emplace_back(run, i);
    } catch (const std::system_error&) {  // the only way in which std::thread says so
      break;
    }
  }
  run(0);
  for (std::thread& other : others) other.join();
}

// The same of pieces that may fail: `work(piece, keep_on)` asks the keep_on that it is given, which
// asks that of the caller, for one thread at a time. After an error of either no piece is begun,
// and those that go on are told it.
template <class F>
absl::Status TryInThreads(int threads, size_t pieces, absl::FunctionRef<absl::Status()> keep_on,
                          const F& work) {
  absl::Mutex mutex;
  absl::Status status;  // guarded by mutex
  const auto ask = [&]() -> absl::Status {
    absl::MutexLock lock(&mutex);
    if (status.ok()) status = keep_on();
    return status;
  };
  InThreads(threads, pieces, [&](int, size_t piece) {
    {
      absl::MutexLock lock(&mutex);
      if (!status.ok()) return;
    }
    const absl::Status done = work(piece, ask);
    absl::MutexLock lock(&mutex);
    status.Update(done);
  });
  return status;
}

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_THREADS_H_
