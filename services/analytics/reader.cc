// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/reader.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/page_token.h"
#include "services/analytics/answers.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/step_times.h"
#include "services/analytics/mining/traces.h"
#include "services/analytics/report/pareto.h"
#include "services/analytics/report/report.h"

namespace plumbline::analytics {
namespace {

// Raised when an answer changes for the same events: then those that an older replica computed are
// not taken.
constexpr int kAnswerVersion = 4;

std::string CacheKey(absl::string_view uid, int64_t watermark, absl::string_view question) {
  return absl::StrCat("answer", kAnswerVersion, "/", uid, "/", watermark, "/", question);
}

std::string QuestionOf(const ReportOptions& options) {
  const std::string target =
      options.target_micros.has_value() ? absl::StrCat(*options.target_micros) : "none";
  return absl::StrCat("report/", target, "/", options.map.activities, "/", options.map.edges, "/",
                      options.variants.variants, "/", options.max_steps, "/",
                      options.max_impediments);
}

// The question whose answer is the number of cases.
constexpr char kCases[] = "cases";
// So many events a list of logs loads to count their cases.
constexpr int64_t kEventsForAPage = 100'000;

// What is known of a log without its events.
v1::EventLog FromRecord(const LogRecord& record) {
  v1::EventLog description = record.description;
  if (record.event_count == 0) return description;
  description.set_event_count(record.event_count);
  description.set_case_count(record.case_count);
  *description.mutable_first_time() = ToTimestamp(record.first_time);
  *description.mutable_last_time() = ToTimestamp(record.last_time);
  return description;
}

absl::Status ChangedSince() {
  return base::Error(base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID,
                     "the event log changed since the first page; begin again without page_token")
      .Field("page_token", "belongs to an earlier state of the log");
}

}  // namespace

absl::StatusOr<LogRecord> Reader::Find(const base::CallContext& context, const LogKey& key) {
  std::optional<LogRecord> record;
  RETURN_IF_ERROR(store_.Read(context, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(record, reads.FindLog(key));
    return absl::OkStatus();
  }));
  if (!record.has_value()) return base::NotFound("EventLog", NameOf(key));
  return *std::move(record);
}

absl::Status Reader::Answer(const base::CallContext& context, absl::string_view workspace,
                            const LogRecord& record, absl::string_view question, Message* response,
                            Compute compute) {
  const cache::Bytes known = cache_.Get(CacheKey(record.uid, record.last_block, question));
  // An answer of a newer replica may not be readable here: then it is computed.
  if (known != nullptr && response->ParseFromString(*known)) return absl::OkStatus();
  response->Clear();
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> view,
                   memory_.Load(context, workspace, record));
  RETURN_IF_ERROR(context.Check(absl::InfinitePast()));  // gone while it was loaded
  compute(*view);
  cache_.Put(CacheKey(record.uid, view->watermark(), question),
             std::make_shared<const std::string>(response->SerializeAsString()));
  return absl::OkStatus();
}

absl::StatusOr<v1::EventLog> Reader::Describe(const base::CallContext& context,
                                              absl::string_view workspace, const LogRecord& record,
                                              int64_t most_events) {
  v1::EventLog description = FromRecord(record);
  if (record.event_count == 0) return description;
  if (record.cases_block == record.last_block) return description;
  v1::EventLog counts;
  const cache::Bytes known = cache_.Get(CacheKey(record.uid, record.last_block, kCases));
  if (known != nullptr && counts.ParseFromString(*known)) {
    description.set_case_count(counts.case_count());
  } else if (record.event_count <= most_events) {
    bool counted = false;
    const absl::Status status =
        Answer(context, workspace, record, kCases, &counts, [&](const LogView& view) {
          counts.set_case_count(static_cast<int64_t>(view.log()->case_count()));
          counted = view.watermark() == record.last_block;
        });
    if (base::ReasonOf(status) == base::Reason::ERROR_REASON_FIELD_INVALID) return description;
    RETURN_IF_ERROR(status);
    description.set_case_count(counts.case_count());
    if (counted) NoteCases(context, record, counts.case_count());
  }
  return description;
}

void Reader::NoteCases(const base::CallContext& context, const LogRecord& record, int64_t cases) {
  const absl::StatusOr<LogKey> key = ToLogKey(record.description.name());
  if (!key.ok()) return;
  const WriteRequest request{key->workspace, "NoteCases", "", ""};
  store_
      .Write(context, key->log, request, clock_.Now(),
             [&](LogChanges& changes) -> absl::StatusOr<std::string> {
               ASSIGN_OR_RETURN(std::optional<LogRecord> present, changes.FindLog(*key));
               const bool same = present.has_value() && present->uid == record.uid &&
                                 present->last_block == record.last_block;
               if (!same) return std::string();
               present->case_count = cases;
               present->cases_block = record.last_block;
               RETURN_IF_ERROR(changes.PutLog(*key, *present));
               return std::string();
             })
      .IgnoreError();
}

absl::StatusOr<v1::EventLog> Reader::Get(const base::CallContext& context, const LogKey& key) {
  ASSIGN_OR_RETURN(const LogRecord record, Find(context, key));
  return Describe(context, key.workspace, record);
}

absl::StatusOr<std::shared_ptr<const LogView>> Reader::Load(const base::CallContext& context,
                                                            const LogKey& key) {
  ASSIGN_OR_RETURN(const LogRecord record, Find(context, key));
  return memory_.Load(context, key.workspace, record);
}

absl::Status Reader::List(const base::CallContext& context, const ListCommand& command,
                          v1::ListEventLogsResponse* response) {
  std::vector<LogRecord> records;
  RETURN_IF_ERROR(store_.Read(context, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(records,
                     reads.ListLogs(command.workspace, command.after, command.page_size + 1));
    return absl::OkStatus();
  }));
  rpc::PageRoom room(command.page_size);
  int64_t budget = kEventsForAPage;
  std::string last;
  for (LogRecord& record : records) {
    if (room.Full()) {
      response->set_next_page_token(NextPageToken(command, last));
      break;
    }
    absl::StatusOr<v1::EventLog> described = Describe(context, command.workspace, record, budget);
    if (record.event_count <= budget) budget -= record.event_count;
    // A log that cannot be read does not hide the others: it has what its record says.
    if (!described.ok()) described = FromRecord(record);
    *response->add_event_logs() = *std::move(described);
    room.Took(response->event_logs().rbegin()->ByteSizeLong());
    ASSIGN_OR_RETURN(const LogKey key, ToLogKey(record.description.name()));
    last = key.log;
  }
  return absl::OkStatus();
}

absl::Status Reader::Map(const base::CallContext& context, const MapCommand& command,
                         v1::GetProcessMapResponse* response) {
  ASSIGN_OR_RETURN(const LogRecord record, Find(context, command.key));
  const std::string question =
      absl::StrCat("map/", command.limits.activities, "/", command.limits.edges);
  return Answer(context, command.key.workspace, record, question, response,
                [&](const LogView& view) {
                  ProcessMap map = MineProcessMap(view.traces());
                  KeepMostFrequent(command.limits, map);
                  ToProto(*view.log(), map, response->mutable_process_map());
                });
}

absl::Status Reader::Variants(const base::CallContext& context, const VariantsCommand& command,
                              v1::ListVariantsResponse* response) {
  ASSIGN_OR_RETURN(const LogRecord record, Find(context, command.key));
  const bool first = command.uid.empty();
  if (!first && (command.uid != record.uid || command.watermark != record.last_block))
    return ChangedSince();
  const std::string question = absl::StrCat("variants/", command.offset, "/", command.page_size,
                                            "/", command.max_activities);
  bool changed = false;
  RETURN_IF_ERROR(
      Answer(context, command.key.workspace, record, question, response, [&](const LogView& view) {
        changed = !first && view.watermark() != command.watermark;
        const analytics::Variants& variants = view.variants();
        rpc::PageRoom room(command.page_size);
        int64_t next = command.offset;
        for (; next < variants.size() && !room.Full(); ++next) {
          // One by one: many long ones are not to be in memory together.
          for (const Variant& variant :
               variants.Page(view.traces(), next, {1, command.max_activities})) {
            ToProto(*view.log(), variant, response->add_variants());
            room.Took(response->variants().rbegin()->ByteSizeLong());
          }
        }
        response->set_total_count(variants.size());
        if (next < variants.size()) {
          response->set_next_page_token(
              NextPageToken(command.key, record.uid, view.watermark(), next));
        }
      }));
  return changed ? ChangedSince() : absl::OkStatus();
}

absl::Status Reader::Durations(const base::CallContext& context, const DurationsCommand& command,
                               v1::GetDurationsResponse* response) {
  ASSIGN_OR_RETURN(const LogRecord record, Find(context, command.key));
  const std::string question = absl::StrCat("durations/", command.max_steps);
  return Answer(context, command.key.workspace, record, question, response,
                [&](const LogView& view) {
                  EndedCases ended = MeasureEndedCases(view.traces());
                  ToProto(analytics::Describe(ended.durations), response->mutable_case_duration());
                  response->set_open_case_count(ended.open_count);
                  std::vector<StepTime> steps = MeasureSteps(*view.log(), view.map_transitions());
                  const Omitted omitted = KeepFirst(command.max_steps, steps, TotalSeconds);
                  for (const StepTime& step : steps)
                    ToProto(*view.log(), step, response->add_steps());
                  if (omitted.count > 0) *response->mutable_omitted_steps() = ToProto(omitted);
                });
}

absl::Status Reader::Pareto(const base::CallContext& context, const ParetoCommand& command,
                            v1::GetImpedimentParetoResponse* response) {
  ASSIGN_OR_RETURN(const LogRecord record, Find(context, command.key));
  const std::string question = absl::StrCat("pareto/", command.max_bars);
  return Answer(
      context, command.key.workspace, record, question, response, [&](const LogView& view) {
        std::vector<ParetoBar> bars = MakePareto(*view.log(), view.map_transitions());
        const Omitted omitted = KeepFirst(command.max_bars, bars,
                                          [](const ParetoBar& bar) { return bar.lost_seconds; });
        for (const ParetoBar& bar : bars) ToProto(bar, response->add_bars());
        if (omitted.count > 0) *response->mutable_omitted_bars() = ToProto(omitted);
      });
}

absl::Status Reader::MakeReport(const base::CallContext& context, const ReportCommand& command,
                                v1::GetReportResponse* response) {
  ASSIGN_OR_RETURN(const LogRecord record, Find(context, command.key));
  RETURN_IF_ERROR(Answer(context, command.key.workspace, record, QuestionOf(command.options),
                         response, [&](const LogView& view) {
                           ReportOptions options = command.options;
                           options.map_transitions = view.map_transitions();
                           ToProto(*view.log(), analytics::MakeReport(view.log(), options),
                                   response->mutable_report());
                         }));
  ASSIGN_OR_RETURN(*response->mutable_report()->mutable_event_log(),
                   Describe(context, command.key.workspace, record));
  return absl::OkStatus();
}

}  // namespace plumbline::analytics
