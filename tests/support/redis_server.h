// SPDX-License-Identifier: Apache-2.0
//
// A Redis server of a test's own.
#ifndef PLUMBLINE_TESTS_SUPPORT_REDIS_SERVER_H_
#define PLUMBLINE_TESTS_SUPPORT_REDIS_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace plumbline::testing {

// Lives in memory on a port of its own of 127.0.0.1. Not thread-safe.
class RedisServer {
 public:
  // `arguments`: of redis-server in addition, e.g. {"--maxmemory", "1mb"}.
  static absl::StatusOr<std::unique_ptr<RedisServer>> Start(
      std::vector<std::string> arguments = {});
  ~RedisServer() = default;

  // "redis://127.0.0.1:PORT"; stays the same over restarts.
  std::string url() const;
  int port() const { return port_; }
  bool running() const { return server_ != nullptr; }

  absl::Status Stop();  // cleanly
  absl::Status Kill();  // kill -9; all entries are lost
  // Starts it again, empty, on the same port; stops it first if it runs.
  absl::Status Restart();

  // SIGSTOP: connections stay open, connecting still works, nothing is answered. Thaw undoes it.
  void Freeze();
  void Thaw();

  // One command over a connection of its own, words without blanks: the first line of the answer,
  // e.g. "+OK" or ":3".
  absl::StatusOr<std::string> Command(absl::string_view line);
  // Removes all entries.
  absl::Status Flush();

 private:
  explicit RedisServer(std::vector<std::string> arguments);
  absl::Status Launch();

  TempDir folder_;
  std::vector<std::string> arguments_;
  int port_;
  std::unique_ptr<Process> server_;
};

}  // namespace plumbline::testing

#endif  // PLUMBLINE_TESTS_SUPPORT_REDIS_SERVER_H_
