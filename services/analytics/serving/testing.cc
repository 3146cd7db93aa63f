// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/serving/testing.h"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/strings/strip.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kFirstSecond = 1'600'000'000;

// The value, or the end of the test.
template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::cerr << result.status() << "\n";
    std::abort();
  }
  return *std::move(result);
}

}  // namespace

TestAnalytics::TestAnalytics(const base::Clock& clock)
    : used_clock_(clock),
      logger_(clock, base::LogLevel::kError, base::Logger::StandardError()),
      own_database_(Must(sql::Open("sqlite::memory:", {.schema = "analytics"}))) {
  Compose(*own_database_, {});
}

TestAnalytics::TestAnalytics(const AnalyticsOptions& options)
    : used_clock_(clock_),
      logger_(clock_, base::LogLevel::kError, base::Logger::StandardError()),
      own_database_(Must(sql::Open("sqlite::memory:", {.schema = "analytics"}))) {
  Compose(*own_database_, options);
}

TestAnalytics::TestAnalytics(sql::Database& database, const AnalyticsOptions& options)
    : used_clock_(clock_), logger_(clock_, base::LogLevel::kError, base::Logger::StandardError()) {
  Compose(database, options);
}

void TestAnalytics::Compose(sql::Database& database, const AnalyticsOptions& options) {
  cache_ = Must(cache::NewCache({}, "analytics", logger_));
  app_ = Must(AnalyticsApp::Create(database, *cache_, used_clock_, logger_, options));
  authenticator_ = std::make_unique<rpc::Authenticator>(Must(rpc::Authenticator::Create({})));
  metrics_ = std::make_unique<rpc::Metrics>(app_->table());
  executor_ = std::make_unique<rpc::Executor>(rpc::ExecutorOptions{.threads = 8}, used_clock_);
  dispatcher_ =
      std::make_unique<rpc::Dispatcher>(app_->table(), *authenticator_, *executor_, *metrics_,
                                        used_clock_, logger_, rpc::DispatcherLimits{});
  channel_ = rpc::NewInProcessChannel(*dispatcher_);
}

std::string LogName(absl::string_view id) { return absl::StrCat("workspaces/acme/eventLogs/", id); }

absl::StatusOr<v1::CreateEventLogResponse> TestAnalytics::Create(absl::string_view id,
                                                                 absl::string_view request_id) {
  v1::CreateEventLogRequest request;
  request.set_parent("workspaces/acme");
  request.set_event_log_id(std::string(id));
  request.set_request_id(std::string(request_id));
  return Call<v1::CreateEventLogResponse>("CreateEventLog", request);
}

absl::StatusOr<v1::DeleteEventLogResponse> TestAnalytics::Delete(absl::string_view id,
                                                                 bool allow_refill) {
  v1::DeleteEventLogRequest request;
  request.set_allow_refill(allow_refill);
  request.set_name(LogName(id));
  return Call<v1::DeleteEventLogResponse>("DeleteEventLog", request);
}

absl::StatusOr<v1::EventLog> TestAnalytics::Get(absl::string_view id) {
  v1::GetEventLogRequest request;
  request.set_name(LogName(id));
  auto response = Call<v1::GetEventLogResponse>("GetEventLog", request);
  if (!response.ok()) return response.status();
  return response->event_log();
}

absl::StatusOr<v1::ProcessMap> TestAnalytics::Map(absl::string_view id, int max_edges) {
  v1::GetProcessMapRequest request;
  request.set_name(LogName(id));
  request.set_max_edges(max_edges);
  auto response = Call<v1::GetProcessMapResponse>("GetProcessMap", request);
  if (!response.ok()) return response.status();
  return response->process_map();
}

absl::StatusOr<v1::ListVariantsResponse> TestAnalytics::Variants(absl::string_view id,
                                                                 int page_size,
                                                                 absl::string_view token) {
  v1::ListVariantsRequest request;
  request.set_name(LogName(id));
  request.set_page_size(page_size);
  request.set_page_token(std::string(token));
  return Call<v1::ListVariantsResponse>("ListVariants", request);
}

absl::StatusOr<v1::WriteEventsResponse> TestAnalytics::Write(absl::string_view id,
                                                             absl::string_view producer,
                                                             int64_t first,
                                                             const std::vector<v1::Event>& events) {
  v1::WriteEventsRequest request;
  request.set_name(LogName(id));
  request.set_producer(std::string(producer));
  request.set_first_sequence(first);
  for (const v1::Event& event : events) *request.add_events() = event;
  return Call<v1::WriteEventsResponse>("WriteEvents", request);
}

absl::StatusOr<v1::ImportEventLogResponse> TestAnalytics::Import(absl::string_view id,
                                                                 absl::string_view file,
                                                                 absl::string_view request_id,
                                                                 bool append, size_t piece) {
  std::vector<v1::ImportEventLogRequest> messages(1);
  v1::ImportHeader* header = messages[0].mutable_header();
  header->set_parent("workspaces/acme");
  header->set_event_log_id(std::string(id));
  header->set_request_id(std::string(request_id));
  header->set_append(append);
  header->set_allow_kept(append);
  for (size_t at = 0; at < file.size(); at += piece) {
    messages.emplace_back().set_chunk(std::string(file.substr(at, piece)));
  }
  return Import(messages);
}

absl::StatusOr<v1::ImportEventLogResponse> TestAnalytics::Import(
    const std::vector<v1::ImportEventLogRequest>& messages) {
  auto stream =
      channel_->WriteStream(context_, "/plumbline.analytics.v1.AnalyticsService/ImportEventLog");
  if (!stream.ok()) return stream.status();
  for (const v1::ImportEventLogRequest& message : messages) {
    if (!(*stream)->Write(message)) break;
  }
  v1::ImportEventLogResponse response;
  absl::Status status = (*stream)->Finish(&response);
  if (!status.ok()) return status;
  return response;
}

v1::Event EventOf(absl::string_view case_id, absl::string_view activity, int64_t seconds) {
  v1::Event event;
  event.set_case_id(std::string(case_id));
  event.set_activity(std::string(activity));
  event.mutable_time()->set_seconds(seconds);
  return event;
}

void AddText(v1::Event* event, absl::string_view key, absl::string_view value) {
  v1::Attribute* attribute = event->add_attributes();
  attribute->set_key(std::string(key));
  attribute->set_string_value(std::string(value));
}

std::vector<v1::Event> SimpleEvents(int first_case, int cases) {
  std::vector<v1::Event> events;
  for (int i = first_case; i < first_case + cases; ++i) {
    for (int step = 0; step < 3; ++step) {
      events.push_back(EventOf(absl::StrCat("case ", i),
                               std::string(1, static_cast<char>('a' + step)),
                               kFirstSecond + 3600 * (i + step)));
    }
  }
  return events;
}

std::string SimpleCsv(int first_case, int cases) {
  std::string csv = "case_id,activity,timestamp\n";
  for (const v1::Event& event : SimpleEvents(first_case, cases)) {
    absl::StrAppend(
        &csv, event.case_id(), ",", event.activity(), ",",
        absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(event.time().seconds()),
                         absl::UTCTimeZone()),
        "\n");
  }
  return csv;
}

std::string ReasonText(const absl::Status& status) {
  if (status.ok()) return "OK";
  return std::string(
      absl::StripPrefix(common::v1::ErrorReason_Name(base::ReasonOf(status)), "ERROR_REASON_"));
}

}  // namespace plumbline::analytics
