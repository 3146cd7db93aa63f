// SPDX-License-Identifier: Apache-2.0
//
// What is asked of event logs. Every answer is computed from a log at a watermark and kept in the
// cache under it, so that another replica, or this one after it let the log go, need not load it.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SERVING_READER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SERVING_READER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/cache/cache.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "services/analytics/memory/log_memory.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/selected_view.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// Thread-safe. Errors of all methods: RESOURCE_NOT_FOUND, those of the store, DEADLINE_EXCEEDED,
// CANCELLED.
class Reader {
 public:
  // All must outlive it.
  Reader(Store& store, LogMemory& memory, cache::Cache& cache, const base::Clock& clock)
      : store_(store),
        memory_(memory),
        cache_(cache),
        clock_(clock),
        room_(memory.capacity_bytes()) {}

  absl::StatusOr<v1::EventLog> Get(const base::CallContext& context, const LogKey& key);
  // The log itself, for what is computed elsewhere and not kept. Errors also as of LogMemory::Load.
  absl::StatusOr<std::shared_ptr<const LogView>> Load(const base::CallContext& context,
                                                      const LogKey& key);
  // What `selection` leaves of it, beside `held` bytes that the call took before. Errors as of
  // SelectFrom.
  absl::StatusOr<SelectedView> Select(const base::CallContext& context,
                                      const std::shared_ptr<const LogView>& view,
                                      const Selection& selection, int64_t held = 0);
  // The same rows without a copy, for who only goes over them; nullopt = all. Errors as of
  // SelectRows.
  absl::StatusOr<std::optional<Selected>> SelectRows(const base::CallContext& context,
                                                     const LogView& view,
                                                     const Selection& selection);
  // Of the room for parts, `bytes` for what is computed from `part`; given back with the last copy.
  // `held`: what the same call took before for the same, and keeps. FIELD_INVALID (field
  // "selection") where there never is so much together with the part and `held`, and then with the
  // share of the events that would fit; OVERLOADED while others have it.
  absl::StatusOr<std::shared_ptr<const void>> TakeRoom(int64_t bytes, const SelectedView& part = {},
                                                       int64_t held = 0) const;
  // For what is only kept to be faster: what is left, nullptr if it is not so much; and how it is
  // given back, which is asked for when others need it. The latter before anything is asked.
  std::shared_ptr<const void> TakeRestOfRoom(int64_t bytes) const {
    return room_.TakeOfRest(bytes);
  }
  void OnShortageOfRoom(std::function<void()> give) { room_.OnShortage(std::move(give)); }
  // All the room for parts that there is: for what can do with less than it would like.
  int64_t room_bytes() const { return room_.bytes(); }
  // Any other answer about what `selection` leaves of a log: fills `response` from the cache, or by
  // `compute`. `question` tells the answer apart from all others about a log. `live`: of all of it
  // also from sums that are kept, which then fill it.
  absl::Status Ask(const base::CallContext& context, const LogKey& key, absl::string_view question,
                   const Selection& selection, google::protobuf::Message* response,
                   absl::FunctionRef<absl::Status(const SelectedView&)> compute,
                   const LiveAsk* live = nullptr);
  // The log, as it is now.
  absl::StatusOr<LogRecord> Find(const base::CallContext& context, const LogKey& key);
  // Answers from sums that are kept of all of the log, and not kept themselves. Errors and result
  // as of LogMemory::AskKept.
  absl::StatusOr<bool> AskSums(const base::CallContext& context, absl::string_view workspace,
                               const LogRecord& record, const LiveAsk& live) {
    return memory_.AskKept(context, workspace, record, live);
  }
  absl::Status List(const base::CallContext& context, const ListCommand& command,
                    v1::ListEventLogsResponse* response);
  absl::Status Map(const base::CallContext& context, const MapCommand& command,
                   v1::GetProcessMapResponse* response);
  // PAGE_TOKEN_INVALID if the log changed since the first page.
  absl::Status Variants(const base::CallContext& context, const VariantsCommand& command,
                        v1::ListVariantsResponse* response);
  absl::Status Durations(const base::CallContext& context, const DurationsCommand& command,
                         v1::GetDurationsResponse* response);
  absl::Status Pareto(const base::CallContext& context, const ParetoCommand& command,
                      v1::GetImpedimentParetoResponse* response);
  absl::Status MakeReport(const base::CallContext& context, const ReportCommand& command,
                          v1::GetReportResponse* response);

 private:
  using Message = google::protobuf::Message;
  using Compute = absl::FunctionRef<absl::Status(const SelectedView&)>;
  using ComputeLive = std::function<absl::Status(LiveFigures&, int64_t watermark)>;

  // The description with its counts. The number of cases costs the log, unless the record or the
  // cache has it; once counted it is noted in the store. A log too large for the memory, or with
  // more events than `most_events`, has as many as when they were last counted then.
  absl::StatusOr<v1::EventLog> Describe(const base::CallContext& context,
                                        absl::string_view workspace, const LogRecord& record,
                                        int64_t most_events = INT64_MAX);
  // Notes the cases of a log at its watermark. What fails is counted again.
  void NoteCases(const base::CallContext& context, const LogRecord& record, int64_t cases);
  // Fills `response` from the cache, or by `compute`, which is given what `selection` leaves of the
  // log; where that is all of it and its figures are kept, by `live` from those, or by `kept` from
  // sums of this question: then nothing costs what the log holds. `question` names the answer among
  // those about a log at a watermark and a selection.
  absl::Status Answer(const base::CallContext& context, absl::string_view workspace,
                      const LogRecord& record, absl::string_view question,
                      const Selection& selection, Message* response, Compute compute,
                      const ComputeLive& live = nullptr, const LiveAsk* kept = nullptr);

  Store& store_;
  LogMemory& memory_;
  cache::Cache& cache_;
  const base::Clock& clock_;
  PartRoom room_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SERVING_READER_H_
