// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/serving/reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/page_token.h"
#include "services/analytics/flow/business_times.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/eventually_follows.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/step_times.h"
#include "services/analytics/mining/traces.h"
#include "services/analytics/report/pareto.h"
#include "services/analytics/report/report.h"
#include "services/analytics/report/report_room.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/log_names.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

// Raised when an answer changes for the same events: then those that an older replica computed are
// not taken.
constexpr int kAnswerVersion = 7;

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

std::string QuestionOf(const MapCommand& command) {
  const MapLimits& limits = command.limits;
  return absl::StrCat("map/", limits.activities, "/", limits.edges, "/", limits.activity_coverage,
                      "/", limits.edge_coverage, "/", command.eventually ? "eventually" : "", "/",
                      command.between_digest);
}

// The question whose answer is the number of cases.
constexpr char kCases[] = "cases";
// So many events a list of logs loads to count their cases.
constexpr int64_t kEventsForAPage = 100'000;

// What the times of all steps from one event to the next take, and service times where there are
// starts, in lists that may have grown to twice what they hold.
int64_t BytesOfTimes(const LogSnapshot& log) {
  const auto times = static_cast<int64_t>(log.size() + 2 * log.start.size());
  return times * static_cast<int64_t>(sizeof(int64_t));
}

// Impediments in a list that may have grown to twice what it holds: each begins with a "suspend".
int64_t BytesOfImpediments(const LogSnapshot& log) {
  constexpr int64_t kOfAnImpediment = 2 * sizeof(Impediment);
  const auto& names = log.transitions;
  const auto suspend = std::find(names.begin(), names.end(), "suspend");
  if (suspend == names.end()) return 0;
  const auto number = static_cast<uint32_t>(suspend - names.begin());
  int64_t count = 0;
  for (uint32_t row = 0; row < log.size(); ++row) count += log.TransitionOf(row) == number;
  return count * kOfAnImpediment;
}

// Times of edges, and beside them those of steps and waits; traces of its own.
int64_t BytesOfReport(const LogSnapshot& log) {
  return 72 * static_cast<int64_t>(log.size()) + 64 * static_cast<int64_t>(log.case_count()) +
         BytesOfSteps(log.size(), log.activities.size()) + BytesOfImpediments(log);
}

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

// A page of variants; returns where the next begins.
int64_t AddVariants(const LogView& view, const VariantsCommand& command,
                    v1::ListVariantsResponse* response) {
  const Variants& variants = view.variants();
  rpc::PageRoom room(command.page_size);
  int64_t next = command.offset, cases = 0;
  for (int64_t place = 0; place < std::min(next, variants.size()); ++place) {
    cases += variants.CountOf(static_cast<size_t>(place));
  }
  for (; next < variants.size() && !room.Full(); ++next) {
    // One by one: many long ones are not to be in memory together.
    for (const Variant& variant : variants.Page(view.traces(), next, {1, command.max_activities})) {
      v1::Variant* shown = response->add_variants();
      ToProto(*view.log(), variant, shown);
      cases += variant.count;
      shown->set_rank(next + 1);
      shown->set_cumulative_share(static_cast<double>(cases) /
                                  static_cast<double>(variants.case_count()));
      room.Took(shown->ByteSizeLong());
    }
  }
  response->set_total_count(variants.size());
  return next;
}

// The same from figures that are kept.
int64_t AddVariants(LiveFigures& figures, const VariantsCommand& command,
                    v1::ListVariantsResponse* response) {
  // Many long ones are not to be in memory together.
  constexpr int64_t kMostActivities = 1'000'000;
  rpc::PageRoom room(command.page_size);
  int64_t next = command.offset, cases = 0;
  const VariantLimits limits{command.page_size, command.max_activities, kMostActivities};
  for (const Variant& variant : figures.VariantsFrom(next, limits, &cases)) {
    if (room.Full()) break;
    v1::Variant* shown = response->add_variants();
    ToProto(*figures.names(), variant, shown);
    cases += variant.count;
    shown->set_rank(++next);
    shown->set_cumulative_share(static_cast<double>(cases) /
                                static_cast<double>(figures.traced_case_count()));
    room.Took(shown->ByteSizeLong());
  }
  response->set_total_count(figures.variant_count());
  return next;
}

void AddSteps(const LogSnapshot& names, std::vector<StepTime> steps,
              const DurationsCommand& command, v1::GetDurationsResponse* response) {
  const Omitted omitted = KeepFirst(command.max_steps, steps, TotalSeconds);
  for (const StepTime& step : steps) ToProto(names, step, response->add_steps());
  if (omitted.count > 0) *response->mutable_omitted_steps() = ToProto(omitted);
}

void AddBars(std::vector<ParetoBar> bars, const ParetoCommand& command,
             v1::GetImpedimentParetoResponse* response) {
  const Omitted omitted =
      KeepFirst(command.max_bars, bars, [](const ParetoBar& bar) { return bar.lost_seconds; });
  for (const ParetoBar& bar : bars) ToProto(bar, response->add_bars());
  if (omitted.count > 0) *response->mutable_omitted_bars() = ToProto(omitted);
}

template <class Response>
void TellEnds(const LiveFigures& figures, Response* response) {
  *response->mutable_completion() =
      SummariseEnds(figures.marks_ends(), figures.case_count(), figures.open_case_count());
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
  if (!record.has_value()) return NoSuchLog(context, store_, key);
  return *std::move(record);
}

absl::Status Reader::Answer(const base::CallContext& context, absl::string_view workspace,
                            const LogRecord& record, absl::string_view what,
                            const Selection& selection, Message* response, Compute compute,
                            const ComputeLive& live, const LiveAsk* kept) {
  const std::string question = absl::StrCat(what, "|", DigestOf(selection));
  const cache::Bytes known = cache_.Get(CacheKey(record.uid, record.last_block, question));
  // An answer of a newer replica may not be readable here: then it is computed.
  if (known != nullptr && response->ParseFromString(*known)) return absl::OkStatus();
  response->Clear();
  const auto keep = [&](int64_t watermark) {
    cache_.Put(CacheKey(record.uid, watermark, question),
               std::make_shared<const std::string>(response->SerializeAsString()));
  };
  if (live && selection.everything()) {
    ASSIGN_OR_RETURN(const bool answered,
                     memory_.AskLive(context, workspace, record,
                                     [&](LiveFigures& figures, int64_t watermark) -> absl::Status {
                                       RETURN_IF_ERROR(live(figures, watermark));
                                       keep(watermark);
                                       return absl::OkStatus();
                                     }));
    if (answered) return absl::OkStatus();
  }
  if (kept != nullptr && selection.everything()) {
    int64_t answered_at = 0;
    const auto answer = [&](LiveSums& sums, const LiveWhole& whole,
                            int64_t watermark) -> absl::Status {
      answered_at = watermark;
      return kept->answer(sums, whole, watermark);
    };
    ASSIGN_OR_RETURN(const bool answered, memory_.AskKept(context, workspace, record,
                                                          {kept->question, kept->make, answer}));
    if (answered) {
      if (kept->finish) RETURN_IF_ERROR(kept->finish());
      keep(answered_at);
      return absl::OkStatus();
    }
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> view,
                   memory_.Load(context, workspace, record));
  RETURN_IF_ERROR(context.Check(absl::InfinitePast()));  // gone while it was loaded
  ASSIGN_OR_RETURN(const SelectedView part, Select(context, view, selection));
  RETURN_IF_ERROR(compute(part));
  keep(view->watermark());
  return absl::OkStatus();
}

absl::StatusOr<v1::EventLog> Reader::Describe(const base::CallContext& context,
                                              absl::string_view workspace, const LogRecord& record,
                                              int64_t most_events) {
  v1::EventLog description = FromRecord(record);
  if (record.event_count == 0) return description;
  if (record.cases_block == record.last_block) return description;
  v1::EventLog counts;
  const cache::Bytes known =
      cache_.Get(CacheKey(record.uid, record.last_block, absl::StrCat(kCases, "|")));
  if (known != nullptr && counts.ParseFromString(*known)) {
    description.set_case_count(counts.case_count());
  } else if (record.event_count <= most_events) {
    bool counted = false;
    const absl::Status status = Answer(
        context, workspace, record, kCases, Selection(), &counts,
        [&](const SelectedView& part) {
          counts.set_case_count(static_cast<int64_t>(part.view->log()->case_count()));
          counted = part.view->watermark() == record.last_block;
          return absl::OkStatus();
        },
        [&](LiveFigures& figures, int64_t watermark) {
          counted = watermark == record.last_block;
          counts.set_case_count(figures.case_count());
          return absl::OkStatus();
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

absl::StatusOr<SelectedView> Reader::Select(const base::CallContext& context,
                                            const std::shared_ptr<const LogView>& view,
                                            const Selection& selection, int64_t held) {
  return SelectFrom(context, clock_, room_, view, selection, held);
}

absl::StatusOr<std::optional<Selected>> Reader::SelectRows(const base::CallContext& context,
                                                           const LogView& view,
                                                           const Selection& selection) {
  return analytics::SelectRows(context, clock_, view, selection);
}

absl::StatusOr<std::shared_ptr<const void>> Reader::TakeRoom(int64_t bytes,
                                                             const SelectedView& part,
                                                             int64_t held) const {
  const int64_t most = room_.bytes(), answer = bytes + held;
  if (answer + part.bytes > most) {
    // Who selects fewer events needs a copy of them as well, also where there is none now.
    const bool copies = part.bytes == 0 && part.view != nullptr;
    const int64_t copy = copies ? BytesOfCopy(*part.view->log()) : part.bytes;
    // A little of it does not shrink with them.
    const int64_t percent = 95 * most / (answer + copy);
    const std::string copied =
        part.bytes > 0 ? absl::StrCat(" beside ", base::BytesText(part.bytes), " of their copy,")
                       : "";
    return base::FieldError(
        "selection",
        absl::StrCat("keeps events whose answer takes ", base::BytesText(answer), copied,
                     " of the ", base::BytesText(most),
                     " that there are (log_memory_bytes); select no more than ",
                     percent > 0 ? absl::StrCat(percent) : "a fraction of 1", " % of them"));
  }
  std::shared_ptr<const void> room = room_.Take(bytes);
  if (room != nullptr) return room;
  return base::Error(base::Reason::ERROR_REASON_OVERLOADED,
                     absl::StrCat("this takes ", base::BytesText(bytes),
                                  ", and others that are being answered take the rest of the "
                                  "memory for logs (log_memory_bytes); ask again"))
      .RetryAfter(absl::Seconds(1));
}

absl::Status Reader::Ask(const base::CallContext& context, const LogKey& key,
                         absl::string_view question, const Selection& selection, Message* response,
                         Compute compute, const LiveAsk* live) {
  ASSIGN_OR_RETURN(const LogRecord record, Find(context, key));
  return Answer(context, key.workspace, record, question, selection, response, compute, nullptr,
                live);
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
  const auto compute = [&](const SelectedView& part) -> absl::Status {
    const LogView& view = *part.view;
    const auto keep_on = [&] { return context.Check(clock_.Now()); };
    ASSIGN_OR_RETURN(const auto room, TakeRoom(BytesOfTimes(*view.log()), part));
    ASSIGN_OR_RETURN(ProcessMap map, MineProcessMap(view.traces(), command.between, keep_on));
    if (command.eventually) {
      ASSIGN_OR_RETURN(map.edges, MineEventuallyFollows(view.traces(), keep_on));
    }
    KeepMostFrequent(command.limits, map);
    ToProto(*view.log(), map, response->mutable_process_map());
    Tell(part, response);
    return absl::OkStatus();
  };
  const auto live = [&](LiveFigures& figures, int64_t) {
    ToProto(*figures.names(), figures.Map(command.limits), response->mutable_process_map());
    return absl::OkStatus();
  };
  const bool kept = !command.eventually && !command.between;
  return Answer(context, command.key.workspace, record, QuestionOf(command), command.selection,
                response, compute, kept ? ComputeLive(live) : nullptr);
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
  const auto compute = [&](const SelectedView& part) {
    const LogView& view = *part.view;
    changed = !first && view.watermark() != command.watermark;
    const int64_t next = AddVariants(view, command, response);
    Tell(part, response);
    if (next < view.variants().size()) {
      response->set_next_page_token(NextPageToken(command, record.uid, view.watermark(), next));
    }
    return absl::OkStatus();
  };
  const auto live = [&](LiveFigures& figures, int64_t watermark) {
    changed = !first && watermark != command.watermark;
    const int64_t next = AddVariants(figures, command, response);
    if (next < figures.variant_count())
      response->set_next_page_token(NextPageToken(command, record.uid, watermark, next));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(Answer(context, command.key.workspace, record, question, command.selection,
                         response, compute, live));
  return changed ? ChangedSince() : absl::OkStatus();
}

absl::Status Reader::Durations(const base::CallContext& context, const DurationsCommand& command,
                               v1::GetDurationsResponse* response) {
  ASSIGN_OR_RETURN(const LogRecord record, Find(context, command.key));
  const std::string question =
      absl::StrCat("durations/", command.max_steps, "/", command.between_digest);
  const auto compute = [&](const SelectedView& part) -> absl::Status {
    const LogView& view = *part.view;
    const auto keep_on = [&] { return context.Check(clock_.Now()); };
    ASSIGN_OR_RETURN(const auto room, TakeRoom(BytesOfTimes(*view.log()), part));
    ASSIGN_OR_RETURN(EndedCases ended, MeasureEndedCases(view.traces(), command.between, keep_on));
    ToProto(analytics::Describe(ended.durations), response->mutable_case_duration());
    response->set_open_case_count(ended.open_count);
    ASSIGN_OR_RETURN(std::vector<StepTime> steps,
                     MeasureSteps(*view.log(), view.map_transitions(), command.between, keep_on));
    AddSteps(*view.log(), std::move(steps), command, response);
    Tell(part, response);
    return absl::OkStatus();
  };
  const auto live = [&](LiveFigures& figures, int64_t) {
    ToProto(figures.CaseDurations(), response->mutable_case_duration());
    response->set_open_case_count(figures.open_case_count());
    TellEnds(figures, response);
    AddSteps(*figures.names(), figures.Steps(), command, response);
    return absl::OkStatus();
  };
  return Answer(context, command.key.workspace, record, question, command.selection, response,
                compute, command.between ? nullptr : ComputeLive(live));
}

absl::Status Reader::Pareto(const base::CallContext& context, const ParetoCommand& command,
                            v1::GetImpedimentParetoResponse* response) {
  ASSIGN_OR_RETURN(const LogRecord record, Find(context, command.key));
  const std::string question = absl::StrCat("pareto/", command.max_bars);
  const auto compute = [&](const SelectedView& part) -> absl::Status {
    const auto keep_on = [&] { return context.Check(clock_.Now()); };
    ASSIGN_OR_RETURN(const auto room, TakeRoom(BytesOfImpediments(*part.view->log()), part));
    ASSIGN_OR_RETURN(std::vector<ParetoBar> bars,
                     MakePareto(*part.view->log(), part.view->map_transitions(), keep_on));
    AddBars(std::move(bars), command, response);
    Tell(part, response);
    return absl::OkStatus();
  };
  const auto live = [&](LiveFigures& figures, int64_t) {
    AddBars(figures.Impediments(), command, response);
    return absl::OkStatus();
  };
  return Answer(context, command.key.workspace, record, question, command.selection, response,
                compute, live);
}

absl::Status Reader::MakeReport(const base::CallContext& context, const ReportCommand& command,
                                v1::GetReportResponse* response) {
  ASSIGN_OR_RETURN(const LogRecord record, Find(context, command.key));
  const auto compute = [&](const SelectedView& part) -> absl::Status {
    const LogView& view = *part.view;
    const auto keep_on = [&] { return context.Check(clock_.Now()); };
    ASSIGN_OR_RETURN(const auto room, TakeRoom(BytesOfReport(*view.log()), part));
    ReportOptions options = command.options;
    options.map_transitions = view.map_transitions();
    ASSIGN_OR_RETURN(const Report report, analytics::MakeReport(view.log(), options, keep_on));
    ToProto(*view.log(), report, response->mutable_report());
    Tell(part, response);
    return absl::OkStatus();
  };
  const auto live = [&](LiveFigures& figures, int64_t) {
    ToProto(*figures.names(), figures.MakeReport(command.options), response->mutable_report());
    TellEnds(figures, response);
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(Answer(context, command.key.workspace, record, QuestionOf(command.options),
                         command.selection, response, compute, live));
  ASSIGN_OR_RETURN(*response->mutable_report()->mutable_event_log(),
                   Describe(context, command.key.workspace, record));
  return absl::OkStatus();
}

}  // namespace plumbline::analytics
