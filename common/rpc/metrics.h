// SPDX-License-Identifier: Apache-2.0
//
// Counters and latencies of every method since the start. Recording costs a few atomic additions.
#ifndef PLUMBLINE_COMMON_RPC_METRICS_H_
#define PLUMBLINE_COMMON_RPC_METRICS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/rpc/method_table.h"

namespace plumbline::rpc {

// Latencies in buckets whose upper bounds grow by sqrt(2): 1 us, 1.41 us, 2 us, ... 36 min; the
// last has no bound but is reported as 36 min. Thread-safe.
class LatencyHistogram {
 public:
  static constexpr int kBuckets = 64;

  void Record(absl::Duration latency);
  // Upper bound of the bucket that holds the q-quantile, 0 < q <= 1; zero when nothing was
  // recorded. O(buckets).
  absl::Duration Quantile(double q) const;

 private:
  std::array<std::atomic<int64_t>, kBuckets> counts_ = {};
};

// Counters of one method. Thread-safe.
struct MethodCounters {
  std::atomic<int64_t> in_flight{0};
  std::array<std::atomic<int64_t>, 17> by_code = {};  // gRPC's status codes are 0 to 16
  LatencyHistogram latency;

  void End(absl::StatusCode code, absl::Duration latency_of_call);
};

// Thread-safe.
class Metrics {
 public:
  // Counts the methods of `table`, which is complete and outlives it.
  explicit Metrics(const MethodTable& table);

  // `method` is one of the table. O(1).
  MethodCounters& Of(const Method& method) { return *counters_.at(&method); }

  struct Snapshot {
    std::string method;
    std::map<std::string, int64_t> calls_by_code;  // "OK", "NOT_FOUND", ...
    int64_t in_flight = 0;
    absl::Duration latency_p50;
    absl::Duration latency_p99;
  };
  // The methods that were called, by path.
  std::vector<Snapshot> Read() const;

 private:
  absl::flat_hash_map<const Method*, std::unique_ptr<MethodCounters>> counters_;
};

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_METRICS_H_
