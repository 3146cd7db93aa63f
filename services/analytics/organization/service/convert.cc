// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/organization/service/convert.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/calendar/calendar.h"
#include "services/analytics/mining/omitted.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kMostEntries = 10'000, kMostBatches = 1'000, kMostCases = 1'000'000;
constexpr size_t kMostKeyBytes = 100;
constexpr int64_t kMinute = 60'000'000, kDay = 24 * 60 * kMinute;

template <class Request>
absl::StatusOr<WorkCommand> ToWorkCommand(const Request& request) {
  WorkCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  command.group_by = request.group_by();
  if (command.group_by.size() > kMostKeyBytes) {
    return base::FieldError("group_by",
                            absl::StrCat("has ", command.group_by.size(),
                                         " bytes; keys of attributes have up to ", kMostKeyBytes));
  }
  return command;
}

// `otherwise` where it is not set; from `least` to 366 days.
absl::StatusOr<int64_t> ToMicros(absl::string_view field, bool set,
                                 const google::protobuf::Duration& duration, int64_t otherwise,
                                 int64_t least) {
  if (!set) return otherwise;
  const int64_t seconds = std::clamp<int64_t>(duration.seconds(), -1, 400 * 86'400);
  const int64_t micros = seconds * 1'000'000 + duration.nanos() / 1'000;
  if (micros < least || micros > 366 * kDay) {
    return base::FieldError(field, absl::StrCat("is ", duration.seconds(), " seconds; it must be ",
                                                least / 1'000'000, " seconds to 366 days"));
  }
  return micros;
}

const std::string& NameOf(const Work& work, uint32_t performer) {
  return work.performers[performer];
}

void ToProto(const Work& work, const PerformerLoad& load, v1::PerformerLoad* answer) {
  answer->set_performer(NameOf(work, load.performer));
  answer->set_item_count(load.item_count);
  answer->set_case_count(load.case_count);
  answer->set_activity_count(load.activity_count);
  *answer->mutable_first_time() = ToTimestamp(load.first_time);
  *answer->mutable_last_time() = ToTimestamp(load.last_time);
  answer->set_active_day_count(load.active_days);
  answer->set_items_per_active_day(load.items_per_active_day());
  answer->set_busiest_day_item_count(load.busiest_day_items);
  answer->set_items_per_week(load.items_per_week());
  answer->set_available_seconds(load.available_seconds);
  if (load.service.count > 0) {  // some item has a start
    ToProto(load.service, answer->mutable_service());
    answer->set_busy_seconds(load.busy_seconds);
    if (load.available_seconds > 0) answer->set_utilisation(load.utilisation());
    answer->set_max_open_item_count(load.most_open_items);
  }
  answer->set_max_open_case_count(load.most_open_cases);
  answer->set_mean_open_case_count(load.mean_open_cases);
}

void ToProto(const LoadEffect& effect, int64_t horizon, v1::LoadEffect* answer) {
  answer->set_item_count(effect.item_count);
  for (const LoadBin& bin : effect.bins) {
    v1::LoadBin& shown = *answer->add_bins();
    shown.set_min_load(bin.least_load);
    shown.set_max_load(bin.most_load);
    shown.set_item_count(bin.count);
    shown.set_median_ratio(bin.median_ratio);
    shown.set_p90_ratio(bin.p90_ratio);
  }
  if (effect.correlation.has_value()) answer->set_correlation(*effect.correlation);
  if (effect.correlation.has_value()) answer->set_p_value(effect.p_value);
  answer->set_by_service_time(effect.by_service);
  ToDuration(static_cast<double>(horizon) / 1e6, answer->mutable_load_horizon());
}

v1::Batch::Kind ToProto(BatchKind kind) {
  return kind == BatchKind::kSimultaneous ? v1::Batch::KIND_SIMULTANEOUS
         : kind == BatchKind::kSequential ? v1::Batch::KIND_SEQUENTIAL
                                          : v1::Batch::KIND_CONCURRENT;
}

template <class Answer>
void AddAbsent(const char* field, const char* reason, Answer* answer) {
  v1::AbsentFigure& absent = *answer->add_absent();
  absent.set_field(field);
  absent.set_reason(reason);
}

void AddAbsent(v1::GetWorkloadResponse* answer) {
  const auto& performers = answer->performers();
  const auto lack = [&](const auto& has) {
    return !std::all_of(performers.begin(), performers.end(), has);
  };
  if (lack([](const auto& load) { return load.has_busy_seconds(); })) {
    AddAbsent("performers.busy_seconds",
              "no event says when work of these was begun, so that how long they were at it is not "
              "known",
              answer);
  }
  if (lack([](const auto& load) { return load.has_utilisation() || !load.has_busy_seconds(); })) {
    AddAbsent("performers.utilisation", "these were there for no time", answer);
  }
  if (!answer->load_effect().has_correlation()) {
    AddAbsent("load_effect.correlation",
              "fewer than 10 items have a load and a time, or either is always the same", answer);
  }
}

// But for names.
void ToProto(const BatchWork& work, v1::BatchWork* answer) {
  answer->set_item_count(work.item_count);
  answer->set_batch_count(work.batch_count);
  answer->set_batched_item_count(work.batched_count);
  if (work.item_count > 0) answer->set_batched_share(work.batched_share());
  if (work.batch_count > 0) answer->set_mean_size(work.mean_size());
  answer->set_max_size(work.most_items);
  const auto of_kind = [&](BatchKind kind) {
    return work.batches_of_kind[static_cast<size_t>(kind)];
  };
  answer->set_simultaneous_count(of_kind(BatchKind::kSimultaneous));
  answer->set_sequential_count(of_kind(BatchKind::kSequential));
  answer->set_concurrent_count(of_kind(BatchKind::kConcurrent));
  answer->set_gathering_seconds(work.gathering_seconds);
  answer->set_waiting_seconds(work.waiting_seconds);
  answer->set_turn_seconds(work.turn_seconds);
}

}  // namespace

v1::Period ToProto(PeriodLength length) {
  switch (length) {
    case PeriodLength::kDay:
      return v1::PERIOD_DAY;
    case PeriodLength::kWeek:
      return v1::PERIOD_WEEK;
    case PeriodLength::kMonth:
      return v1::PERIOD_MONTH;
  }
  return v1::PERIOD_UNSPECIFIED;
}

absl::StatusOr<HandoversCommand> ToCommand(const v1::GetHandoversRequest& request) {
  HandoversCommand command;
  ASSIGN_OR_RETURN(command.work, ToWorkCommand(request));
  switch (request.relation()) {
    case v1::GetHandoversRequest::RELATION_UNSPECIFIED:
    case v1::GetHandoversRequest::RELATION_HANDOVER:
      break;
    case v1::GetHandoversRequest::RELATION_WORKING_TOGETHER:
      command.together = true;
      break;
    default:
      return base::FieldError(
          "relation", absl::StrCat("is ", static_cast<int>(request.relation()),
                                   "; it must be 1 (HANDOVER) or 2 (WORKING_TOGETHER), or be left "
                                   "out"));
  }
  command.options.include_kept = request.include_kept();
  if (command.together && request.include_kept()) {
    return base::FieldError("include_kept",
                            "cannot be set for RELATION_WORKING_TOGETHER, which has no such pairs");
  }
  if (request.has_business_time()) {
    ASSIGN_OR_RETURN(command.options.between,
                     ToTimeBetween("business_time", request.business_time()));
  }
  ASSIGN_OR_RETURN(command.max_pairs,
                   NumberOr("max_pairs", request.max_pairs(), 100, 1, kMostEntries));
  ASSIGN_OR_RETURN(command.max_performers,
                   NumberOr("max_performers", request.max_performers(), 100, 1, kMostEntries));
  return command;
}

absl::StatusOr<WorkloadCommand> ToCommand(const v1::GetWorkloadRequest& request) {
  WorkloadCommand command;
  ASSIGN_OR_RETURN(command.work, ToWorkCommand(request));
  ASSIGN_OR_RETURN(command.options.zone, calendar::LoadZone("time_zone", request.time_zone()));
  ASSIGN_OR_RETURN(command.options.period, ToPeriodLength("period", request.period()));
  if (request.has_business_time()) {
    ASSIGN_OR_RETURN(command.options.between,
                     ToTimeBetween("business_time", request.business_time()));
  }
  ASSIGN_OR_RETURN(command.load.horizon, ToMicros("load_horizon", request.has_load_horizon(),
                                                  request.load_horizon(), kDay, kMinute));
  ASSIGN_OR_RETURN(command.max_performers,
                   NumberOr("max_performers", request.max_performers(), 100, 1, kMostEntries));
  return command;
}

absl::StatusOr<BatchesCommand> ToCommand(const v1::GetBatchesRequest& request) {
  BatchesCommand command;
  ASSIGN_OR_RETURN(command.work, ToWorkCommand(request));
  ASSIGN_OR_RETURN(command.options.gap,
                   ToMicros("gap", request.has_gap(), request.gap(), 15 * kMinute, 0));
  ASSIGN_OR_RETURN(command.options.least,
                   NumberOr("min_case_count", request.min_case_count(), 2, 2, kMostCases));
  command.options.only_collected = !request.include_steady_work();
  ASSIGN_OR_RETURN(command.max_entries,
                   NumberOr("max_entries", request.max_entries(), 100, 1, kMostEntries));
  ASSIGN_OR_RETURN(const int64_t largest,
                   NumberOr("max_batches", request.max_batches(), 20, 1, kMostBatches));
  command.options.largest = static_cast<size_t>(largest);
  return command;
}

void ToProto(const Work& work, Handovers handovers, const HandoversCommand& command,
             v1::GetHandoversResponse* answer) {
  const Omitted pairs = KeepFirst(command.max_pairs, handovers.pairs,
                                  [](const Handover& pair) { return pair.count; });
  if (pairs.count > 0) *answer->mutable_omitted_handovers() = ToProto(pairs);
  for (const Handover& pair : handovers.pairs) {
    v1::Handover& shown = *answer->add_handovers();
    shown.set_from(NameOf(work, pair.from));
    shown.set_to(NameOf(work, pair.to));
    shown.set_count(pair.count);
    shown.set_case_count(pair.case_count);
    ToProto(pair.wait, shown.mutable_wait());
  }
  const Omitted parts =
      KeepFirst(command.max_performers, handovers.parts,
                [](const HandoverPart& part) { return part.given + part.received; });
  if (parts.count > 0) *answer->mutable_omitted_performers() = ToProto(parts);
  for (const HandoverPart& part : handovers.parts) {
    v1::HandoverPart& shown = *answer->add_performers();
    shown.set_performer(NameOf(work, part.performer));
    shown.set_given_count(part.given);
    shown.set_received_count(part.received);
    shown.set_kept_count(part.kept);
  }
  answer->set_handover_count(handovers.handover_count);
  answer->set_kept_count(handovers.kept_count);
  answer->set_unknown_count(handovers.unknown_count);
  answer->set_case_count(handovers.case_count);
  if (handovers.wait.count > 0) {
    ToProto(handovers.wait, answer->mutable_wait());
  } else {
    AddAbsent("wait", "nothing went from one performer to another", answer);
  }
  answer->set_performer_count(static_cast<int64_t>(work.performers.size()));
}

void ToProto(const Work& work, std::vector<Together> pairs, const HandoversCommand& command,
             v1::GetHandoversResponse* answer) {
  const Omitted rest =
      KeepFirst(command.max_pairs, pairs, [](const Together& pair) { return pair.case_count; });
  if (rest.count > 0) *answer->mutable_omitted_working_together() = ToProto(rest);
  for (const Together& pair : pairs) {
    v1::WorkingTogether& shown = *answer->add_working_together();
    shown.set_first(NameOf(work, pair.first));
    shown.set_second(NameOf(work, pair.second));
    shown.set_case_count(pair.case_count);
    const double cases = static_cast<double>(pair.case_count);
    shown.set_first_share(cases / static_cast<double>(pair.first_case_count));
    shown.set_second_share(cases / static_cast<double>(pair.second_case_count));
  }
  answer->set_performer_count(static_cast<int64_t>(work.performers.size()));
}

void ToProto(const Work& work, Workload workload, const LoadEffect& effect,
             const WorkloadCommand& command, v1::GetWorkloadResponse* answer) {
  const Omitted rest = KeepFirst(command.max_performers, workload.performers,
                                 [](const PerformerLoad& load) { return load.item_count; });
  if (rest.count > 0) *answer->mutable_omitted_performers() = ToProto(rest);
  for (const PerformerLoad& load : workload.performers) {
    ToProto(work, load, answer->add_performers());
  }
  for (const LoadPeriod& period : workload.periods) {
    v1::LoadPeriod& shown = *answer->add_periods();
    *shown.mutable_start_time() = ToTimestamp(period.begin);
    shown.set_item_count(period.item_count);
    shown.set_performer_count(period.performer_count);
    if (work.has_starts) shown.set_busy_seconds(period.busy_seconds);
    shown.set_mean_open_case_count(period.mean_open_cases);
  }
  ToProto(effect, command.load.horizon, answer->mutable_load_effect());
  answer->set_item_count(workload.item_count);
  answer->set_unassigned_count(work.unassigned_count);
  answer->set_has_starts(work.has_starts);
  answer->set_performer_count(static_cast<int64_t>(work.performers.size()));
  AddAbsent(answer);
}

void ToProto(const LogSnapshot& log, const Work& work, Batches batches,
             const BatchesCommand& command, v1::GetBatchesResponse* answer) {
  ToProto(batches.all, answer->mutable_total());
  const Omitted rest = KeepFirst(command.max_entries, batches.work,
                                 [](const BatchWork& entry) { return entry.batched_count; });
  if (rest.count > 0) *answer->mutable_omitted_entries() = ToProto(rest);
  for (const BatchWork& entry : batches.work) {
    v1::BatchWork& shown = *answer->add_entries();
    ToProto(entry, &shown);
    shown.set_activity(log.activities[entry.activity]);
    shown.set_performer(NameOf(work, entry.performer));
  }
  for (const Batch& batch : batches.largest) {
    v1::Batch& shown = *answer->add_largest_batches();
    shown.set_activity(log.activities[batch.activity]);
    shown.set_performer(NameOf(work, batch.performer));
    shown.set_kind(ToProto(batch.kind));
    *shown.mutable_start_time() = ToTimestamp(batch.begin);
    *shown.mutable_end_time() = ToTimestamp(batch.end);
    shown.set_size(batch.size);
    shown.set_case_count(batch.case_count);
  }
  answer->set_unassigned_count(work.unassigned_count);
}

}  // namespace plumbline::analytics
