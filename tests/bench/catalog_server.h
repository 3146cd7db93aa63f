// SPDX-License-Identifier: Apache-2.0
//
// The catalog as its program composes it, in this process.
#ifndef PLUMBLINE_TESTS_BENCH_CATALOG_SERVER_H_
#define PLUMBLINE_TESTS_BENCH_CATALOG_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/cache/cache.h"
#include "common/rpc/channel.h"
#include "common/rpc/server.h"
#include "common/sql/database.h"
#include "services/catalog/app.h"

namespace plumbline::bench {

class CatalogServer {
 public:
  // `url`: "sqlite::memory:", or a file's.
  static absl::StatusOr<std::unique_ptr<CatalogServer>> Start(const std::string& url);

  // Without the wire.
  rpc::Channel& channel() { return server_->in_process(); }
  std::string address() const { return server_->address(); }
  sql::Database& database() { return *database_; }
  const catalog::CatalogApp& app() const { return *app_; }

  // One call: Call("GetProcess", request, &response).
  absl::Status Call(absl::string_view method, const rpc::Message& request, rpc::Message* response) {
    return channel().Call(rpc::CallContext(),
                          absl::StrCat("/plumbline.catalog.v1.CatalogService/", method), request,
                          response);
  }

 private:
  const base::SystemClock clock_;
  const base::Logger logger_{clock_, base::LogLevel::kWarning, base::Logger::StandardError()};
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<cache::Cache> cache_;
  std::unique_ptr<catalog::CatalogApp> app_;
  std::unique_ptr<rpc::Server> server_;
};

}  // namespace plumbline::bench

#endif  // PLUMBLINE_TESTS_BENCH_CATALOG_SERVER_H_
