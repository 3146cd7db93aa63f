// SPDX-License-Identifier: Apache-2.0
#include "services/suite/suite.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/webhook/sending.h"
#include "services/program.h"

namespace plumbline::suite {
namespace {

constexpr char kDefaultDataDirectory[] = "plumbline-data";

absl::Status MakeDirectory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return absl::OkStatus();
  return base::FieldError("data_directory",
                          absl::StrCat("is '", path, "', which cannot be made (", error.message(),
                                       "); give a folder that this user may write to"));
}

absl::StatusOr<std::unique_ptr<sql::Database>> OpenFor(const common::v1::SuiteConfig& config,
                                                       const std::string& service) {
  if (!config.database_url().empty()) return sql::Open(config.database_url(), {.schema = service});
  return sql::Open(absl::StrCat("sqlite:", DataDirectory(config), "/", service, ".db"),
                   {.schema = service});
}

}  // namespace

std::string DataDirectory(const common::v1::SuiteConfig& config) {
  if (!config.data_directory().empty()) return config.data_directory();
  return config.database_url().empty() ? kDefaultDataDirectory : "";
}

absl::StatusOr<std::unique_ptr<Suite>> Suite::Create(const common::v1::SuiteConfig& config,
                                                     const base::Clock& clock,
                                                     const base::Logger& logger) {
  if (const std::string directory = DataDirectory(config); !directory.empty()) {
    RETURN_IF_ERROR(MakeDirectory(directory));
  }
  std::unique_ptr<Suite> suite(new Suite());
  RETURN_IF_ERROR(suite->Compose(config, clock, logger));
  return suite;
}

absl::Status Suite::Compose(const common::v1::SuiteConfig& config, const base::Clock& clock,
                            const base::Logger& logger) {
  ASSIGN_OR_RETURN(catalog_database_, OpenFor(config, "catalog"));
  ASSIGN_OR_RETURN(onboarding_database_, OpenFor(config, "onboarding"));
  ASSIGN_OR_RETURN(analytics_database_, OpenFor(config, "analytics"));
  ASSIGN_OR_RETURN(catalog_cache_, services::OpenCache(config.cache(), "catalog", logger));
  ASSIGN_OR_RETURN(analytics_cache_, services::OpenCache(config.cache(), "analytics", logger));

  ASSIGN_OR_RETURN(catalog_, catalog::CatalogApp::Create(*catalog_database_, *catalog_cache_, clock,
                                                         logger, {}));
  onboarding::OnboardingOptions onboarding;
  ASSIGN_OR_RETURN(onboarding.webhooks, onboarding::webhooks::ToOptions(config.webhooks()));
  ASSIGN_OR_RETURN(
      onboarding.feeds,
      onboarding::calendar_feeds::ToOptions(
          config.feeds(), onboarding::calendar_feeds::BesideApi(config.server().listen_address())));
  analytics::AnalyticsOptions analytics;
  RETURN_IF_ERROR(analytics::SetLogMemory(config.log_memory_bytes(), &analytics));
  ASSIGN_OR_RETURN(analytics.objectives.sending, webhook::ReadSending(config.webhooks()));
  ASSIGN_OR_RETURN(analytics_,
                   analytics::AnalyticsApp::Create(*analytics_database_, *analytics_cache_, clock,
                                                   logger, analytics));
  ASSIGN_OR_RETURN(onboarding_,
                   onboarding::OnboardingApp::Create(*onboarding_database_, self_, &self_, clock,
                                                     logger, onboarding));
  table_.Merge(catalog_->table());
  table_.Merge(analytics_->table());
  table_.Merge(onboarding_->table());
  return absl::OkStatus();
}

void Suite::Start(rpc::Channel& server) {
  self_.Join(server);
  catalog_->Start();
  analytics_->Start();
  onboarding_->Start();
}

absl::StatusOr<std::unique_ptr<http::Server>> Suite::ServeFeeds(rpc::Channel& server) {
  return onboarding_->ServeFeeds(server);
}

void Suite::Stop() {
  onboarding_->Stop();
  analytics_->Stop();
  catalog_->Stop();
}

}  // namespace plumbline::suite
