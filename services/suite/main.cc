// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "common/base/status_macros.h"
#include "plumbline/common/v1/config.pb.h"
#include "services/program.h"
#include "services/suite/endpoints.h"
#include "services/suite/suite.h"

namespace plumbline {
namespace {

absl::Status Serve(services::Program& program, const common::v1::SuiteConfig& config) {
  ASSIGN_OR_RETURN(auto suite, suite::Suite::Create(config, program.clock(), program.logger()));
  std::optional<suite::EndpointsFile> endpoints;
  if (const std::string folder = suite::DataDirectory(config); !folder.empty())
    endpoints.emplace(folder);
  ASSIGN_OR_RETURN(auto server, program.StartServer(config.server(), suite->table()));
  suite->Start(server->in_process());
  auto calendars = suite->ServeFeeds(server->in_process());
  absl::Status told = calendars.status();
  if (told.ok() && endpoints.has_value()) {
    told = endpoints->Write(server->address(), server->admin_address(),
                            *calendars == nullptr ? "" : (*calendars)->address());
  }
  if (told.ok()) program.ServeUntilStopped(*server);
  if (calendars.ok() && *calendars != nullptr) (*calendars)->Stop();
  server->Stop();
  suite->Stop();
  return told;
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) {
  plumbline::common::v1::SuiteConfig config;
  return plumbline::services::RunProgram(
      {.name = "plumbline-suite",
       .purpose = "the catalog, on-boarding and analytics in one process, on SQLite files or one "
                  "PostgreSQL.",
       .example = "plumbline-suite --data_directory=plumbline-data "
                  "--server.listen_address=127.0.0.1:7600"},
      argc, argv, &config,
      [&](plumbline::services::Program& program) { return plumbline::Serve(program, config); });
}
