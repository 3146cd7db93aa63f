// SPDX-License-Identifier: Apache-2.0
//
// What the main() of every service has in common: --help, --version, configuration, log, the server
// and its end.
#ifndef PLUMBLINE_SERVICES_PROGRAM_H_
#define PLUMBLINE_SERVICES_PROGRAM_H_

#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/cache/cache.h"
#include "common/rpc/method_table.h"
#include "common/rpc/server.h"
#include "common/sql/database.h"
#include "google/protobuf/message.h"
#include "plumbline/common/v1/config.pb.h"

namespace plumbline::services {

// A program, for --help.
struct ProgramInfo {
  std::string name;     // "plumbline-catalog"
  std::string purpose;  // one sentence
  std::string example;  // a command line that works
};

// What a running program stands on.
class Program {
 public:
  Program(std::string name, const google::protobuf::Message& config);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const base::Clock& clock() const { return clock_; }
  const base::Logger& logger() const { return logger_; }

  // Starts the server of this process.
  absl::StatusOr<std::unique_ptr<rpc::Server>> StartServer(const common::v1::ServerConfig& config,
                                                           const rpc::MethodTable& table) const;

  // Logs the ready line with the addresses, waits for SIGINT or SIGTERM, then stops the server.
  // What it stood on is to be stopped after that.
  void ServeUntilStopped(rpc::Server& server) const;

 private:
  const std::string name_;
  const std::string configuration_;  // as YAML, secrets masked
  const base::SystemClock clock_;
  const base::Logger logger_;
};

// The main() of a program: answers --help and --version, fills `config`, logs it with its secrets
// masked, and runs `serve`. Returns the exit code: 0, 1 if `serve` failed, 2 if the command line or
// the configuration is wrong. Errors are told on standard error.
int RunProgram(const ProgramInfo& info, int argc, char** argv, google::protobuf::Message* config,
               absl::FunctionRef<absl::Status(Program&)> serve);

// The database of a configuration; `schema` keeps services that share one apart.
absl::StatusOr<std::unique_ptr<sql::Database>> OpenDatabase(
    const common::v1::DatabaseConfig& config, absl::string_view schema);

// The cache of a configuration; `prefix` keeps services that share a Redis apart.
absl::StatusOr<std::unique_ptr<cache::Cache>> OpenCache(const common::v1::CacheConfig& config,
                                                        absl::string_view prefix,
                                                        const base::Logger& logger);

// `value` as a duration, or `otherwise` if it is absent.
absl::Duration DurationOr(bool present, const google::protobuf::Duration& value,
                          absl::Duration otherwise);

}  // namespace plumbline::services

#endif  // PLUMBLINE_SERVICES_PROGRAM_H_
