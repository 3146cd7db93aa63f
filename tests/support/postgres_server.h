// SPDX-License-Identifier: Apache-2.0
//
// A PostgreSQL server of a test's own.
#ifndef PLUMBLINE_TESTS_SUPPORT_POSTGRES_SERVER_H_
#define PLUMBLINE_TESTS_SUPPORT_POSTGRES_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace plumbline::testing {

// Lives in a folder of its own, on a port of its own of 127.0.0.1, with the newest server under
// /usr/lib/postgresql. Commits are synced as in production. PostgreSQL refuses to run as root: then
// it runs as the user `postgres`. Not thread-safe.
class PostgresServer {
 public:
  // Makes a cluster and starts it. `settings`: "name=value" in addition, of postgresql.conf. Takes
  // about a second.
  static absl::StatusOr<std::unique_ptr<PostgresServer>> Start(
      std::vector<std::string> settings = {});
  ~PostgresServer();

  // "postgresql://plumbline@127.0.0.1:PORT/postgres"; stays the same over restarts.
  std::string url() const;
  int port() const { return port_; }
  bool running() const { return server_ != nullptr; }

  // Ends all connections and stops cleanly.
  absl::Status Stop();
  // kill -9 of the server and of the processes that serve its connections, as when the machine
  // fails.
  absl::Status Kill();
  // Starts it again on the same port, after a Stop or Kill. Returns when it takes connections.
  absl::Status Restart();

 private:
  explicit PostgresServer(std::vector<std::string> settings);
  absl::Status MakeCluster();
  absl::Status Launch();
  ProcessOptions Command(std::vector<std::string> args) const;

  TempDir folder_;
  std::vector<std::string> settings_;
  std::string binaries_;
  std::string user_;
  int port_;
  std::unique_ptr<Process> server_;
};

}  // namespace plumbline::testing

#endif  // PLUMBLINE_TESTS_SUPPORT_POSTGRES_SERVER_H_
