// SPDX-License-Identifier: Apache-2.0
//
// Requests to commands: checks shape (names, ids, lengths, ranges, tokens), not meaning. Errors:
// FIELD_INVALID with every violation that one look finds, PAGE_TOKEN_INVALID.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SERVING_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SERVING_CONVERT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/ingest/importer.h"
#include "services/analytics/log/event_batch.h"
#include "services/analytics/report/report.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// "workspaces/{w}/eventLogs/{l}".
absl::StatusOr<LogKey> ToLogKey(absl::string_view name);
std::string NameOf(const LogKey& key);

struct CreateCommand {
  LogKey key;
  v1::EventLog description;  // name, title and map_transitions only
};
absl::StatusOr<CreateCommand> ToCommand(const v1::CreateEventLogRequest& request);

struct ImportCommand {
  CreateCommand create;
  CsvOptions csv;
  bool append = false;
  bool replace = false;
  bool allow_kept = false;
  ImportOptions options;  // but for csv
  std::string upload_id;  // "" = not resumable
  int64_t upload_offset = 0;
};
absl::StatusOr<ImportCommand> ToCommand(const v1::ImportHeader& header);

struct WriteCommand {
  LogKey key;
  std::string producer;
  int64_t first_sequence = 0;
  bool keeps = false;       // WriteEventsRequest.resends
  bool allow_kept = false;  // its events may stand among those of a log that another keeps
};
// Checks the events too.
absl::StatusOr<WriteCommand> ToCommand(const v1::WriteEventsRequest& request);
// FIELD_INVALID of `field`.
absl::Status CheckProducer(absl::string_view field, absl::string_view producer);
// The events from number `skip` on, in columns. They were checked.
EventBatch ToBatch(const v1::WriteEventsRequest& request, int skip);

struct ListCommand {
  std::string workspace;
  std::string after;  // id of the last log of the page before
  int page_size = 0;
};
absl::StatusOr<ListCommand> ToCommand(const v1::ListEventLogsRequest& request);
std::string NextPageToken(const ListCommand& command, absl::string_view last_id);

// A page of variants holds for the log with this uid at this watermark.
struct VariantsCommand {
  LogKey key;
  std::string uid;  // "" = the first page: take what there is
  int64_t watermark = 0;
  int64_t offset = 0;
  int page_size = 0;
  int64_t max_activities = 0;  // of a variant
  Selection selection;
};
absl::StatusOr<VariantsCommand> ToCommand(const v1::ListVariantsRequest& request);
std::string NextPageToken(const VariantsCommand& command, absl::string_view uid, int64_t watermark,
                          int64_t offset);

struct MapCommand {
  LogKey key;
  MapLimits limits;
  Selection selection;
  bool eventually = false;     // edges of what follows at any distance
  TimeBetween between;         // empty = wall clock
  std::string between_digest;  // "" = wall clock; different for calendars that differ
};
absl::StatusOr<MapCommand> ToCommand(const v1::GetProcessMapRequest& request);

struct DurationsCommand {
  LogKey key;
  int64_t max_steps = 0;
  Selection selection;
  TimeBetween between;         // empty = wall clock
  std::string between_digest;  // "" = wall clock; different for calendars that differ
};
absl::StatusOr<DurationsCommand> ToCommand(const v1::GetDurationsRequest& request);

struct ParetoCommand {
  LogKey key;
  int64_t max_bars = 0;
  Selection selection;
};
absl::StatusOr<ParetoCommand> ToCommand(const v1::GetImpedimentParetoRequest& request);

struct ReportCommand {
  LogKey key;
  ReportOptions options;  // but for map_transitions, which are the log's
  Selection selection;
};
absl::StatusOr<ReportCommand> ToCommand(const v1::GetReportRequest& request);

// 8 to 64 characters, as ImportHeader says. FIELD_INVALID of `field`.
absl::Status CheckUploadId(absl::string_view field, absl::string_view id);
// 1 hour to 1,000 years, and a unit. `field` leads to it.
absl::Status CheckRetention(absl::string_view field, const v1::Retention& retention);

v1::CsvMapping ToProto(const CsvOptions& options);
v1::TimeReading ToProto(const TimeReading& reading);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SERVING_CONVERT_H_
