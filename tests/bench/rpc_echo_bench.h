// SPDX-License-Identifier: Apache-2.0
//
// Calls per second of one unary method under load, and the yardstick for it: a bare grpc++ callback
// echo.
#ifndef PLUMBLINE_TESTS_BENCH_RPC_ECHO_BENCH_H_
#define PLUMBLINE_TESTS_BENCH_RPC_ECHO_BENCH_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/bench/bench.h"

namespace plumbline::bench {

struct Load {
  std::string address;
  std::string path;
  std::string request;  // serialised
  int connections = 8;
  int in_flight = 16;  // per connection
  int calls = 60'000;
};

// Makes the calls of `load` and returns how many were answered per second. Fails if one fails.
absl::StatusOr<double> CallsPerSecond(const Load& load);

// What the yardstick does beyond gRPC's own work: nothing, or parse and serialise typed messages as
// generated code does.
enum class Echo { kBytes, kTyped };

// A grpc++ server with one callback method that answers every call with `payload`: the least that a
// server can do. `payload` is a serialised plumbline.catalog.v1.GetProcessResponse.
class BareEcho {
 public:
  virtual ~BareEcho() = default;
  virtual std::string address() const = 0;

  static std::unique_ptr<BareEcho> Start(Echo kind, const std::string& path,
                                         const std::string& payload);
};

// A process of about `bytes` serialised bytes, as GetProcessResponse.
std::string ProcessPayload(size_t bytes);

// A method that common/rpc answers from memory against the bare echo of the same payload (6 KB), in
// turns, same client: rpc.inline, rpc.bare (1/s), rpc.ratio (medians of the rounds).
absl::StatusOr<std::vector<Figure>> RpcEcho(Echo kind, int rounds);

}  // namespace plumbline::bench

#endif  // PLUMBLINE_TESTS_BENCH_RPC_ECHO_BENCH_H_
