// SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/common/v1/config.pb.h"
#include "services/catalog/app.h"
#include "services/program.h"

namespace plumbline {
namespace {

absl::Status Serve(services::Program& program, const common::v1::CatalogConfig& config) {
  ASSIGN_OR_RETURN(auto database, services::OpenDatabase(config.database(), "catalog"));
  ASSIGN_OR_RETURN(auto cache, services::OpenCache(config.cache(), "catalog", program.logger()));
  catalog::CatalogOptions options;
  options.head_freshness =
      services::DurationOr(config.database().has_head_freshness(),
                           config.database().head_freshness(), options.head_freshness);
  if (config.graph_memory_bytes() < 0) {
    return base::FieldError("graph_memory_bytes",
                            absl::StrCat("is ", config.graph_memory_bytes(),
                                         "; give a number of bytes, or 0 for the default"));
  }
  if (config.graph_memory_bytes() > 0) options.graph_memory_bytes = config.graph_memory_bytes();
  ASSIGN_OR_RETURN(auto app, catalog::CatalogApp::Create(*database, *cache, program.clock(),
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
  plumbline::common::v1::CatalogConfig config;
  return plumbline::services::RunProgram(
      {.name = "plumbline-catalog",
       .purpose = "keeps the company's processes: drafts, and the revisions that are published.",
       .example = "plumbline-catalog --database.url=sqlite:catalog.db "
                  "--server.listen_address=127.0.0.1:7601"},
      argc, argv, &config,
      [&](plumbline::services::Program& program) { return plumbline::Serve(program, config); });
}
