// SPDX-License-Identifier: Apache-2.0
//
// A catalog for tests: the whole app behind an in-process channel, and processes to put into it.
#ifndef PLUMBLINE_SERVICES_CATALOG_TESTING_CATALOG_H_
#define PLUMBLINE_SERVICES_CATALOG_TESTING_CATALOG_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/log.h"
#include "common/cache/cache.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/in_process.h"
#include "common/sql/database.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "services/catalog/app.h"

namespace plumbline::catalog {

// One replica of the catalog over a database.
class TestCatalog {
 public:
  // Keeps everything until it is cleared.
  class ClearableCache final : public cache::Cache {
   public:
    cache::Bytes Peek(absl::string_view key) override;
    cache::Bytes Get(absl::string_view key) override { return Peek(key); }
    void Put(absl::string_view key, cache::Bytes value) override;
    void Clear();

   private:
    absl::Mutex mutex_;
    absl::flat_hash_map<std::string, cache::Bytes> values_ ABSL_GUARDED_BY(mutex_);
  };

  // Over a database of its own; the cache may be one that others use as well.
  explicit TestCatalog(std::shared_ptr<ClearableCache> cache = std::make_shared<ClearableCache>());
  // A replica over `database`.
  explicit TestCatalog(sql::Database& database);
  // Over a database of its own; who calls tells who it is (CallAs): each of these subjects may do
  // everything in all workspaces, but only what its permissions say.
  explicit TestCatalog(
      const std::vector<std::pair<std::string, std::vector<std::string>>>& subjects);

  // Calls a method of CatalogService: Call<v1::GetProcessResponse>("GetProcess", request).
  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(absl::string_view method, const Request& request) {
    return CallAs<Response>("", method, request);
  }

  // The same as one of the subjects; "" = anonymous. A method of another service by its path.
  template <typename Response, typename Request>
  absl::StatusOr<Response> CallAs(const std::string& subject, absl::string_view method,
                                  const Request& request) {
    Response response;
    const std::string path = method.substr(0, 1) == "/"
                                 ? std::string(method)
                                 : absl::StrCat("/plumbline.catalog.v1.CatalogService/", method);
    absl::Status status = ChannelOf(subject).Call(context_, path, request, &response);
    if (!status.ok()) return status;
    return response;
  }

  // The same of StepService.
  template <typename Response, typename Request>
  absl::StatusOr<Response> CallSteps(absl::string_view method, const Request& request) {
    return Call<Response>(absl::StrCat("/plumbline.catalog.v1.StepService/", method), request);
  }

  // The same of CalendarService.
  template <typename Response, typename Request>
  absl::StatusOr<Response> CallCalendars(absl::string_view method, const Request& request) {
    return Call<Response>(absl::StrCat("/plumbline.catalog.v1.CalendarService/", method), request);
  }
  // The same of UtilityService.
  template <typename Response, typename Request>
  absl::StatusOr<Response> CallUtilities(absl::string_view method, const Request& request) {
    return Call<Response>(absl::StrCat("/plumbline.catalog.v1.UtilityService/", method), request);
  }

  absl::StatusOr<v1::CreateProcessResponse> Create(const v1::CreateProcessRequest& request);
  absl::StatusOr<v1::UpdateProcessResponse> Update(const v1::UpdateProcessRequest& request);
  absl::StatusOr<v1::PublishProcessResponse> Publish(const v1::PublishProcessRequest& request);
  absl::StatusOr<v1::GetProcessResponse> Get(const v1::GetProcessRequest& request);

  // The same of workspaces/acme, in short.
  absl::StatusOr<v1::CreateProcessResponse> Create(absl::string_view id,
                                                   const v1::Process& process);
  absl::StatusOr<v1::PublishProcessResponse> Publish(absl::string_view id);
  absl::StatusOr<v1::Process> Get(absl::string_view id);  // "deal-desk@1"

  // Creates or replaces a draft of workspaces/acme, and publishes it. The test fails, or goes on
  // with what was answered.
  v1::Process Define(absl::string_view id, const v1::Process& process);
  v1::Process DefineAndPublish(absl::string_view id, const v1::Process& process);

  // Whether GetProcess is answered without leaving the transport's thread.
  bool InMemory(absl::string_view id, absl::string_view min_freshness = "") const;

  base::FakeClock& clock() { return clock_; }
  CatalogApp& app() { return *app_; }
  // Everything that was cached is gone, as when a cache is flushed.
  void LoseCache() { cache_->Clear(); }

 private:
  void Compose(sql::Database& database, const common::v1::AuthConfig& auth);
  rpc::Channel& ChannelOf(const std::string& subject);

  base::FakeClock clock_;            // what the catalog takes for now
  base::SystemClock machine_clock_;  // what deadlines are told by
  base::Logger logger_;
  std::shared_ptr<ClearableCache> cache_;
  std::unique_ptr<sql::Database> own_database_;
  std::unique_ptr<CatalogApp> app_;
  std::unique_ptr<rpc::Authenticator> authenticator_;
  std::unique_ptr<rpc::Metrics> metrics_;
  std::unique_ptr<rpc::Executor> executor_;
  std::unique_ptr<rpc::Dispatcher> dispatcher_;
  absl::Mutex mutex_;
  std::map<std::string, std::unique_ptr<rpc::Channel>> channels_ ABSL_GUARDED_BY(mutex_);
  base::CallContext context_;
};

v1::Node StepNode(absl::string_view id);
v1::Node CallNode(absl::string_view id, absl::string_view called);  // "processes/credit-check"
v1::Node SequenceNode(absl::string_view id, const std::vector<v1::Node>& nodes);

// A valid process with this tree.
v1::Process ProcessOf(absl::string_view title, const v1::Node& root);
// A process that calls these: {"credit-check", "legal@2"}; with none it is a single step.
v1::Process Calling(const std::vector<std::string>& called);

// "FIELD_INVALID", or "OK": for comparing and printing.
std::string ReasonText(const absl::Status& status);
template <typename T>
std::string ReasonText(const absl::StatusOr<T>& result) {
  return ReasonText(result.status());
}

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_TESTING_CATALOG_H_
