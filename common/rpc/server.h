// SPDX-License-Identifier: Apache-2.0
//
// A running server: the grpc++ door over a method table, and the admin port (health, reflection,
// AdminService) on a second grpc::Server. One per process. The whole life of a program's main()
// after its app is composed:
//   ASSIGN_OR_RETURN(auto server, Server::Start(config, table, ...)); WaitForStopSignal();
//   server->Stop();
#ifndef PLUMBLINE_COMMON_RPC_SERVER_H_
#define PLUMBLINE_COMMON_RPC_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/rpc/channel.h"
#include "common/rpc/method_table.h"
#include "plumbline/common/v1/config.pb.h"

namespace plumbline::rpc {

struct ServerIdentity {
  std::string program;                                      // "plumbline-catalog"
  std::string configuration_yaml;                           // effective, secrets masked
  absl::Duration request_id_window = absl::ZeroDuration();  // how long a request_id is remembered
};

class Server {
 public:
  virtual ~Server() = default;  // stops if Stop was not called

  // Builds executor, authenticator, metrics and dispatcher from `config`, listens, and says SERVING
  // for every service of the table and for "". `table`, `clock` and `logger` must outlive it.
  // Errors: FIELD_INVALID (a config value, an address in use, an open server beyond loopback).
  static absl::StatusOr<std::unique_ptr<Server>> Start(const common::v1::ServerConfig& config,
                                                       const ServerIdentity& identity,
                                                       const MethodTable& table,
                                                       const base::Clock& clock,
                                                       const base::Logger& logger);

  // host:port as bound (port 0 resolved).
  virtual std::string address() const = 0;
  virtual std::string admin_address() const = 0;

  // A channel to this server's own table that crosses no socket, with every permission: for the
  // suite's composition and background work.
  virtual Channel& in_process() = 0;

  // NOT_SERVING, wait drain_delay, refuse new calls, finish open streams, wait for calls up to
  // drain_timeout, shut down both servers with a deadline. A watchdog aborts the process 5 s after
  // the deadline. Idempotent.
  virtual void Stop() = 0;
};

// Blocks SIGINT and SIGTERM in this thread and its later children (call it first in main), then
// waits for one of them.
void BlockStopSignals();
int WaitForStopSignal();

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_SERVER_H_
