// SPDX-License-Identifier: Apache-2.0
//
// All services in one process, joined in-process. They are the same apps as the programs of their
// own run.
#ifndef PLUMBLINE_SERVICES_SUITE_SUITE_H_
#define PLUMBLINE_SERVICES_SUITE_SUITE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/cache/cache.h"
#include "common/http/server.h"
#include "common/rpc/channel.h"
#include "common/rpc/method_table.h"
#include "common/sql/database.h"
#include "plumbline/common/v1/config.pb.h"
#include "services/analytics/app.h"
#include "services/catalog/app.h"
#include "services/onboarding/app.h"
#include "services/suite/late_channel.h"

namespace plumbline::suite {

// Where the suite keeps its files: config.data_directory, or else "plumbline-data" where there is
// no database_url, or else nowhere ("").
std::string DataDirectory(const common::v1::SuiteConfig& config);

class Suite {
 public:
  // Makes the folder, opens a database for each service in it (or a schema for each in
  // database_url), and composes the services. `clock` and `logger` must outlive it. Errors:
  // FIELD_INVALID, DEPENDENCY_UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<Suite>> Create(const common::v1::SuiteConfig& config,
                                                       const base::Clock& clock,
                                                       const base::Logger& logger);

  // The methods of all services.
  const rpc::MethodTable& table() const { return table_; }

  // Joins the services through `server`, a channel to a server of the table, and begins their
  // background work.
  void Start(rpc::Channel& server);
  // Serves calendar feeds through `server`; see OnboardingApp::ServeFeeds.
  absl::StatusOr<std::unique_ptr<http::Server>> ServeFeeds(rpc::Channel& server);
  // Ends the background work, after the server stopped and before it is destroyed. Idempotent.
  void Stop();

 private:
  Suite() = default;
  absl::Status Compose(const common::v1::SuiteConfig& config, const base::Clock& clock,
                       const base::Logger& logger);

  // In the order in which they stand on each other.
  std::unique_ptr<sql::Database> catalog_database_;
  std::unique_ptr<sql::Database> onboarding_database_;
  std::unique_ptr<sql::Database> analytics_database_;
  std::unique_ptr<cache::Cache> catalog_cache_;
  std::unique_ptr<cache::Cache> analytics_cache_;
  LateChannel self_;
  std::unique_ptr<catalog::CatalogApp> catalog_;
  std::unique_ptr<analytics::AnalyticsApp> analytics_;
  std::unique_ptr<onboarding::OnboardingApp> onboarding_;
  rpc::MethodTable table_;
};

}  // namespace plumbline::suite

#endif  // PLUMBLINE_SERVICES_SUITE_SUITE_H_
