// SPDX-License-Identifier: Apache-2.0
#include "services/program.h"

#include <algorithm>
#include <iostream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/config/config.h"
#include "common/sql/requests.h"

namespace plumbline::services {
namespace {

constexpr int kFailed = 1;
constexpr int kMisused = 2;

bool Has(const std::vector<std::string>& arguments, absl::string_view flag) {
  return std::find(arguments.begin(), arguments.end(), flag) != arguments.end();
}

std::string Help(const ProgramInfo& info, const google::protobuf::Message& config) {
  return absl::StrCat(
      info.name, ": ", info.purpose, "\n\nUsage:\n  ", info.name,
      " [--config FILE] [--FLAG=VALUE ...]\n\n", "Example:\n  ", info.example, "\n\n",
      "  --config FILE  configuration in YAML (", config.GetDescriptor()->name(), ")\n",
      "  --help         this text\n", "  --version      the version\n\n",
      "Fields of the configuration are flags, and environment variables too: "
      "--server.listen_address is\nPLUMBLINE_SERVER_LISTEN_ADDRESS. A flag overrides a variable, a "
      "variable overrides the file.\n\nFlags:\n",
      config::FlagsHelp(config),
      "\nSIGTERM and SIGINT end it: calls under way are finished first.\n");
}

// Tells `status` with all of its violations. Returns `exit_code`.
int Fail(absl::string_view program, const absl::Status& status, int exit_code) {
  std::cerr << program << ": " << status.message() << "\n";
  const std::vector<base::FieldViolation> violations = base::FieldViolationsOf(status);
  if (violations.size() > 1) {
    for (const base::FieldViolation& violation : violations) {
      std::cerr << "  " << violation.field << " " << violation.description << "\n";
    }
  }
  if (exit_code == kMisused) std::cerr << "Run " << program << " --help for what is possible.\n";
  return exit_code;
}

}  // namespace

Program::Program(std::string name, const google::protobuf::Message& config)
    : name_(std::move(name)),
      configuration_(config::FormatMasked(config)),
      logger_(clock_, base::LogLevel::kInfo, base::Logger::StandardError()) {
  logger_.Info(
      "starting",
      {{"program", name_}, {"version", PLUMBLINE_VERSION}, {"configuration", configuration_}});
}

absl::StatusOr<std::unique_ptr<rpc::Server>> Program::StartServer(
    const common::v1::ServerConfig& config, const rpc::MethodTable& table) const {
  return rpc::Server::Start(config, {name_, configuration_, sql::kRequestIdWindow}, table, clock_,
                            logger_);
}

void Program::ServeUntilStopped(rpc::Server& server) const {
  const std::string address = server.address();
  const std::string admin_address = server.admin_address();
  logger_.Info("ready",
               {{"program", name_}, {"address", address}, {"admin_address", admin_address}});
  const int signal = rpc::WaitForStopSignal();
  logger_.Info("stopping", {{"signal", static_cast<int64_t>(signal)}});
  server.Stop();
}

int RunProgram(const ProgramInfo& info, int argc, char** argv, google::protobuf::Message* config,
               absl::FunctionRef<absl::Status(Program&)> serve) {
  // First: threads that are started later inherit the mask.
  rpc::BlockStopSignals();
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (Has(arguments, "--help")) {
    std::cout << Help(info, *config);
    return 0;
  }
  if (Has(arguments, "--version")) {
    std::cout << info.name << " " << PLUMBLINE_VERSION << "\n";
    return 0;
  }
  if (absl::Status loaded = config::Load(arguments, config::Environment(), config); !loaded.ok()) {
    return Fail(info.name, loaded, kMisused);
  }
  Program program(info.name, *config);
  if (absl::Status served = serve(program); !served.ok()) {
    const bool misused = base::ReasonOf(served) == base::Reason::ERROR_REASON_FIELD_INVALID;
    return Fail(info.name, served, misused ? kMisused : kFailed);
  }
  program.logger().Info("stopped", {{"program", info.name}});
  return 0;
}

absl::StatusOr<std::unique_ptr<sql::Database>> OpenDatabase(
    const common::v1::DatabaseConfig& config, absl::string_view schema) {
  if (config.url().empty()) {
    return base::FieldError("database.url",
                            "is missing; give sqlite:FILE, sqlite::memory: or "
                            "postgresql://user:password@host:port/name");
  }
  sql::OpenOptions options{.schema = std::string(schema)};
  if (config.connections() != 0) {
    if (config.connections() < 1 || config.connections() > 256) {
      return base::FieldError("database.connections",
                              absl::StrCat("is ", config.connections(), "; it must be 1 to 256"));
    }
    options.connections = config.connections();
  }
  return sql::Open(config.url(), options);
}

absl::StatusOr<std::unique_ptr<cache::Cache>> OpenCache(const common::v1::CacheConfig& config,
                                                        absl::string_view prefix,
                                                        const base::Logger& logger) {
  cache::CacheOptions options{.redis_url = config.redis_url()};
  if (config.memory_bytes() < 0) {
    return base::FieldError("cache.memory_bytes",
                            absl::StrCat("is ", config.memory_bytes(), "; it must be 0 or more"));
  }
  if (config.memory_bytes() > 0) options.memory_bytes = config.memory_bytes();
  options.redis_timeout =
      DurationOr(config.has_redis_timeout(), config.redis_timeout(), options.redis_timeout);
  if (options.redis_timeout <= absl::ZeroDuration()) {
    return base::FieldError("cache.redis_timeout", "must be longer than 0 s");
  }
  return cache::NewCache(options, prefix, logger);
}

absl::Duration DurationOr(bool present, const google::protobuf::Duration& value,
                          absl::Duration otherwise) {
  return present ? absl::Seconds(value.seconds()) + absl::Nanoseconds(value.nanos()) : otherwise;
}

}  // namespace plumbline::services
