// SPDX-License-Identifier: Apache-2.0
//
// Trace ids for calls that bring none. Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_TRACE_IDS_H_
#define PLUMBLINE_COMMON_RPC_TRACE_IDS_H_

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"

namespace plumbline::rpc {

// Unique, not secret: a random start and a count, mixed (splitmix64; Steele, Lea, Flood 2014). A
// random UUID for every call would cost as much as the rest of its way through the dispatcher.
// Thread-safe.
class TraceIds {
 public:
  // 32 hexadecimal digits, not all of them zero.
  std::string Next() {
    const uint64_t n = count_.fetch_add(1, std::memory_order_relaxed);
    return absl::StrCat(absl::Hex(Mix(high_ + n), absl::kZeroPad16),
                        absl::Hex(Mix(low_ ^ n) | 1, absl::kZeroPad16));
  }

 private:
  static uint64_t Random() {
    return std::strtoull(base::NewUuid().substr(24).c_str(), nullptr, 16) * 0x9e3779b97f4a7c15;
  }
  // A bijection: different counts give different ids.
  static uint64_t Mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  const uint64_t high_ = Random();
  const uint64_t low_ = Random();
  std::atomic<uint64_t> count_{0};
};

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_TRACE_IDS_H_
