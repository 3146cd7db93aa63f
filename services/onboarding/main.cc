// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "common/base/status_macros.h"
#include "plumbline/common/v1/config.pb.h"
#include "services/onboarding/app.h"
#include "services/program.h"

namespace plumbline {
namespace {

absl::StatusOr<std::unique_ptr<rpc::Channel>> Connect(const common::v1::UpstreamConfig& config) {
  return rpc::NewRemoteChannel({.address = config.address(),
                                .token = config.token(),
                                .ca_file = config.ca_file(),
                                .certificate_file = config.certificate_file(),
                                .key_file = config.key_file()});
}

absl::Status Serve(services::Program& program, const common::v1::OnboardingConfig& config) {
  ASSIGN_OR_RETURN(auto database, services::OpenDatabase(config.database(), "onboarding"));
  ASSIGN_OR_RETURN(auto catalog, Connect(config.catalog()));
  std::unique_ptr<rpc::Channel> analytics;
  if (config.has_analytics()) {
    ASSIGN_OR_RETURN(analytics, Connect(config.analytics()));
  }
  onboarding::OnboardingOptions options;
  options.relay.interval = services::DurationOr(config.has_relay_interval(),
                                                config.relay_interval(), options.relay.interval);
  ASSIGN_OR_RETURN(options.webhooks, onboarding::webhooks::ToOptions(config.webhooks()));
  ASSIGN_OR_RETURN(options.feeds, onboarding::calendar_feeds::ToOptions(config.feeds(), ""));
  ASSIGN_OR_RETURN(auto app,
                   onboarding::OnboardingApp::Create(*database, *catalog, analytics.get(),
                                                     program.clock(), program.logger(), options));
  app->Start();
  ASSIGN_OR_RETURN(auto server, program.StartServer(config.server(), app->table()));
  // It goes before the server whose channel it uses.
  ASSIGN_OR_RETURN(const auto calendars, app->ServeFeeds(server->in_process()));
  program.ServeUntilStopped(*server);
  if (calendars != nullptr) calendars->Stop();
  app->Stop();
  return absl::OkStatus();
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) {
  plumbline::common::v1::OnboardingConfig config;
  return plumbline::services::RunProgram(
      {.name = "plumbline-onboarding",
       .purpose = "runs processes for people: tasks, due dates, impediments, decisions, history.",
       .example = "plumbline-onboarding --database.url=sqlite:onboarding.db "
                  "--catalog.address=127.0.0.1:7601 --analytics.address=127.0.0.1:7603 "
                  "--server.listen_address=127.0.0.1:7602"},
      argc, argv, &config,
      [&](plumbline::services::Program& program) { return plumbline::Serve(program, config); });
}
