// SPDX-License-Identifier: Apache-2.0
#include "common/base/status_macros.h"
#include "common/webhook/sending.h"
#include "plumbline/common/v1/config.pb.h"
#include "services/analytics/app.h"
#include "services/program.h"

namespace plumbline {
namespace {

absl::Status Serve(services::Program& program, const common::v1::AnalyticsConfig& config) {
  analytics::AnalyticsOptions options;
  RETURN_IF_ERROR(analytics::SetLogMemory(config.log_memory_bytes(), &options));
  ASSIGN_OR_RETURN(options.objectives.sending, webhook::ReadSending(config.webhooks()));
  ASSIGN_OR_RETURN(auto database, services::OpenDatabase(config.database(), "analytics"));
  ASSIGN_OR_RETURN(auto cache, services::OpenCache(config.cache(), "analytics", program.logger()));
  ASSIGN_OR_RETURN(auto app, analytics::AnalyticsApp::Create(*database, *cache, program.clock(),
                                                             program.logger(), options));
  app->Start();
  ASSIGN_OR_RETURN(auto server, program.StartServer(config.server(), app->table()));
  program.ServeUntilStopped(*server);
  app->Stop();
  return absl::OkStatus();
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) {
  plumbline::common::v1::AnalyticsConfig config;
  return plumbline::services::RunProgram(
      {.name = "plumbline-analytics",
       .purpose =
           "studies what happened: event logs, process maps, variants, times, what to fix first.",
       .example = "plumbline-analytics --database.url=sqlite:analytics.db "
                  "--server.listen_address=127.0.0.1:7603"},
      argc, argv, &config,
      [&](plumbline::services::Program& program) { return plumbline::Serve(program, config); });
}
