// SPDX-License-Identifier: Apache-2.0
//
// Analytics for tests: the whole app behind an in-process channel, and events to put into it.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SERVING_TESTING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SERVING_TESTING_H_

#include <memory>
#include <string>
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
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "services/analytics/app.h"

namespace plumbline::analytics {

// One replica of analytics over a database.
class TestAnalytics {
 public:
  // Its own database in memory, or a replica over `database`.
  explicit TestAnalytics(const AnalyticsOptions& options = {});
  explicit TestAnalytics(sql::Database& database, const AnalyticsOptions& options = {});
  // Its own database, and a clock of the caller's, which must outlive it.
  explicit TestAnalytics(const base::Clock& clock);

  // Calls a method of AnalyticsService: Call<v1::GetReportResponse>("GetReport", request).
  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(absl::string_view method, const Request& request) {
    Response response;
    absl::Status status =
        channel_->Call(context_, absl::StrCat("/plumbline.analytics.v1.AnalyticsService/", method),
                       request, &response);
    if (!status.ok()) return status;
    return response;
  }

  // The same of logs in workspaces/acme, in short.
  absl::StatusOr<v1::CreateEventLogResponse> Create(absl::string_view id,
                                                    absl::string_view request_id = "");
  absl::StatusOr<v1::DeleteEventLogResponse> Delete(absl::string_view id,
                                                    bool allow_refill = false);
  absl::StatusOr<v1::EventLog> Get(absl::string_view id);
  absl::StatusOr<v1::ProcessMap> Map(absl::string_view id, int max_edges = 0);
  absl::StatusOr<v1::ListVariantsResponse> Variants(absl::string_view id, int page_size,
                                                    absl::string_view token = "");
  absl::StatusOr<v1::WriteEventsResponse> Write(absl::string_view id, absl::string_view producer,
                                                int64_t first,
                                                const std::vector<v1::Event>& events);
  absl::StatusOr<v1::ImportEventLogResponse> Import(absl::string_view id, absl::string_view file,
                                                    absl::string_view request_id = "",
                                                    bool append = false, size_t piece = 1 << 20);
  // Sends these messages as they are.
  absl::StatusOr<v1::ImportEventLogResponse> Import(
      const std::vector<v1::ImportEventLogRequest>& messages);

  base::FakeClock& clock() { return clock_; }
  AnalyticsApp& app() { return *app_; }
  rpc::Channel& channel() { return *channel_; }

 private:
  void Compose(sql::Database& database, const AnalyticsOptions& options);

  // An hour ahead of the machine's clock, so that deadlines taken from it are not over for the
  // database, which asks the machine.
  base::FakeClock clock_{base::SystemClock().Now() + absl::Hours(1)};
  const base::Clock& used_clock_;
  base::Logger logger_;
  std::unique_ptr<cache::Cache> cache_;
  std::unique_ptr<sql::Database> own_database_;
  std::unique_ptr<AnalyticsApp> app_;
  std::unique_ptr<rpc::Authenticator> authenticator_;
  std::unique_ptr<rpc::Metrics> metrics_;
  std::unique_ptr<rpc::Executor> executor_;
  std::unique_ptr<rpc::Dispatcher> dispatcher_;
  std::unique_ptr<rpc::Channel> channel_;
  base::CallContext context_;
};

// "workspaces/acme/eventLogs/{id}".
std::string LogName(absl::string_view id);

// Seconds since 1970: when logs of tests begin, and how they go on.
namespace from_monday {
inline constexpr int64_t kBegin = 1'767'600'000;  // 2026-01-05 08:00 UTC, a Monday
inline constexpr int64_t kHour = 3'600, kDay = 24 * kHour;
}  // namespace from_monday

v1::Event EventOf(absl::string_view case_id, absl::string_view activity, int64_t seconds);
void AddText(v1::Event* event, absl::string_view key, absl::string_view value);
// Events of `cases` cases, each a, b, c an hour apart: numbers first_case .. first_case + cases
// - 1.
std::vector<v1::Event> SimpleEvents(int first_case, int cases);
// The same as a CSV file.
std::string SimpleCsv(int first_case, int cases);

// "FIELD_INVALID", or "OK": for comparing and printing.
std::string ReasonText(const absl::Status& status);
template <typename T>
std::string ReasonText(const absl::StatusOr<T>& result) {
  return ReasonText(result.status());
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SERVING_TESTING_H_
