// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/catalog_server.h"

#include "common/base/status_macros.h"

namespace plumbline::bench {

absl::StatusOr<std::unique_ptr<CatalogServer>> CatalogServer::Start(const std::string& url) {
  auto made = std::make_unique<CatalogServer>();
  ASSIGN_OR_RETURN(made->database_, sql::Open(url, {}));
  ASSIGN_OR_RETURN(made->cache_, cache::NewCache({}, "catalog", made->logger_));
  ASSIGN_OR_RETURN(made->app_, catalog::CatalogApp::Create(*made->database_, *made->cache_,
                                                           made->clock_, made->logger_, {}));
  common::v1::ServerConfig config;
  config.set_listen_address("127.0.0.1:0");
  ASSIGN_OR_RETURN(made->server_, rpc::Server::Start(config, {}, made->app_->table(), made->clock_,
                                                     made->logger_));
  return made;
}

}  // namespace plumbline::bench
