// SPDX-License-Identifier: Apache-2.0
//
// Work on several threads at once.
#ifndef PLUMBLINE_CLIENTS_CLI_PARALLEL_H_
#define PLUMBLINE_CLIENTS_CLI_PARALLEL_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"

namespace plumbline::cli {

// Calls that wait for a service, at once.
inline constexpr size_t kCallsAtOnce = 8;

// So many threads as there are cores.
inline size_t Cores() { return std::max<size_t>(1, std::thread::hardware_concurrency()); }

// Runs body(0), ..., body(count - 1), at most `threads` of them at once, each begun in this order.
// `body` returns whether to go on: after a false none is begun. Returns when all that were begun
// have ended.
inline void InParallel(size_t count, size_t threads, absl::FunctionRef<bool(size_t)> body) {
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < count; i = next++) {
      if (!body(i)) next = count;
    }
  };
  std::vector<std::thread> running;
  for (size_t i = 1; i < std::min(count, threads); ++i) running.emplace_back(work);
  work();
  for (std::thread& thread : running) thread.join();
}

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_PARALLEL_H_
