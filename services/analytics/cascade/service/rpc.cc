// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/service/rpc.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/cascade_service.pb.h"
#include "services/analytics/cascade/cascade.h"
#include "services/analytics/cascade/service/answers.h"
#include "services/analytics/cascade/service/convert.h"
#include "services/analytics/live/live_cascade.h"
#include "services/analytics/serving/asking.h"
#include "services/analytics/serving/completion.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;
using KeepGoing = absl::FunctionRef<absl::Status()>;

// Of what is learned: doings with their order and what they wait for, when somebody was at them.
constexpr int64_t kBytesOfAnEvent = 160, kBytesOfACase = 160;

// What a question asks of a log, or of sums that are kept of it.
struct Source {
  const LogSnapshot& names;  // its activities
  int64_t first_time = 0, last_time = 0;
  absl::FunctionRef<absl::StatusOr<cascade::Needs>()> needs;
  // What is learned, and the log that open cases have their numbers in.
  absl::FunctionRef<absl::StatusOr<LiveCascade::Learned>(
      const cascade::Needs&, const cascade::Axis&, const cascade::LearnOptions&)>
      learn;
};

// All that is simulated, and from what.
struct Prepared {
  cascade::Axis axis;
  cascade::Needs needs;
  cascade::CascadeOptions options;
  LiveCascade::Learned learned;
};

absl::StatusOr<int64_t> BeginOf(const CascadeCommand& command, int64_t last) {
  if (!command.as_of.has_value()) return last;
  if (*command.as_of >= last) return *command.as_of;
  return base::FieldError("as_of_time", absl::StrCat("is before the last event of the log, ",
                                                     absl::FormatTime("%Y-%m-%d %H:%M:%S UTC",
                                                                      absl::FromUnixMicros(last),
                                                                      absl::UTCTimeZone())));
}

// So many come per 24 hours as were asked for.
void SetArrivals(const CascadeCommand& command, const cascade::Axis& axis, int64_t until,
                 cascade::Experience* experience) {
  if (!command.arrivals_per_day.has_value()) return;
  constexpr double kDay = 86'400e6;
  const double days = static_cast<double>(axis.Instant(until) - axis.now()) / kDay;
  const double come = *command.arrivals_per_day * days;
  cascade::SetArrivals(come > 0 ? static_cast<double>(until) / come : 0, experience);
}

absl::StatusOr<Prepared> Prepare(const CascadeCommand& command, const Source& source) {
  ASSIGN_OR_RETURN(const int64_t now, BeginOf(command, source.last_time));
  Prepared prepared{.axis = ToAxis(command.business, now)};
  cascade::CascadeOptions& options = prepared.options;
  ASSIGN_OR_RETURN(prepared.needs, source.needs());
  options.runs = command.runs;
  options.seed = command.seed;
  ASSIGN_OR_RETURN(options.day, DayOf(command.business, now));
  ASSIGN_OR_RETURN(options.disruptions,
                   ToDisruptions(command.disruptions, source.names, prepared.needs, prepared.axis));
  ASSIGN_OR_RETURN(prepared.learned,
                   source.learn(prepared.needs, prepared.axis,
                                {.by_role = command.by_role, .servers = command.servers}));
  cascade::Experience& experience = prepared.learned.experience;
  ASSIGN_OR_RETURN(options.until,
                   ToUntil(command, options.disruptions, experience.mean_duration, prepared.axis));
  SetArrivals(command, prepared.axis, options.until, &experience);
  if (!command.arrivals_per_day.has_value())
    options.learned_from = source.last_time - source.first_time;
  return prepared;
}

// `held`: bytes of what was learned, of the part.
absl::Status Simulate(const CascadeCommand& command, const Reader& reader, const Prepared& prepared,
                      const SelectedView& part, int64_t held, KeepGoing keep_on,
                      v1::SimulateCascadeResponse* response) {
  const auto& [axis, needs, options, learned] = prepared;
  ASSIGN_OR_RETURN(const auto more,
                   reader.TakeRoom(cascade::BytesOf(learned.experience, options), part, held));
  ASSIGN_OR_RETURN(const cascade::Tally tally,
                   cascade::Simulate(learned.experience, options, keep_on));
  return ToProto({*learned.log, command, needs, axis, learned.experience, options, tally}, keep_on,
                 response);
}

absl::Status Answer(const CascadeCommand& command, Reader& reader, const SelectedView& part,
                    KeepGoing keep_on, v1::SimulateCascadeResponse* response) {
  const LogSnapshot& log = *part.view->log();
  if (log.empty()) {
    return base::FieldError("selection",
                            "it leaves no case, or the log has none; there is nothing to simulate");
  }
  const int64_t bytes = kBytesOfAnEvent * static_cast<int64_t>(log.size()) +
                        kBytesOfACase * static_cast<int64_t>(log.case_count());
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(bytes, part));
  const auto needs = [&] { return cascade::ReadNeeds(log, command.needs, keep_on); };
  const auto learn =
      [&](const cascade::Needs& needed, const cascade::Axis& axis,
          const cascade::LearnOptions& options) -> absl::StatusOr<LiveCascade::Learned> {
    LiveCascade::Learned learned{.log = part.view->log()};
    ASSIGN_OR_RETURN(learned.experience, cascade::Learn(log, part.view->map_transitions(), needed,
                                                        axis, options, keep_on));
    return learned;
  };
  ASSIGN_OR_RETURN(const Prepared prepared,
                   Prepare(command, {log, log.FirstTime(), log.LastTime(), needs, learn}));
  return Simulate(command, reader, prepared, part, bytes, keep_on, response);
}

// The same from sums that are kept, but for the simulation.
absl::StatusOr<Prepared> PrepareFromSums(const CascadeCommand& command, LiveCascade& sums,
                                         const LiveWhole& whole, KeepGoing keep_on) {
  const auto needs = [&]() -> absl::StatusOr<cascade::Needs> {
    return sums.NeedsOf(whole, command.needs);
  };
  const auto learn = [&](const cascade::Needs& needed, const cascade::Axis& axis,
                         const cascade::LearnOptions& options) {
    return sums.Learn(whole, needed, axis, options, keep_on);
  };
  return Prepare(command, {whole.names, whole.first_time, whole.last_time, needs, learn});
}

// Questions about one log with one calendar learn the same, whatever happens.
std::string LearnedOf(const v1::SimulateCascadeRequest& request) {
  v1::SimulateCascadeRequest learned;
  learned.set_name(request.name());
  if (request.has_business_time()) *learned.mutable_business_time() = request.business_time();
  return QuestionOf("SimulateCascade.learned", learned);
}

absl::Status SimulateCascade(Reader& reader, const base::Clock& clock, const CallContext& context,
                             const v1::SimulateCascadeRequest& request,
                             v1::SimulateCascadeResponse* response) {
  ASSIGN_OR_RETURN(const CascadeCommand command, ToCommand(request));
  const auto keep_on = [&] { return context.Check(clock.Now()); };
  std::optional<Prepared> prepared;
  std::shared_ptr<const void> room;
  int64_t bytes = 0;
  const auto from_sums = [&](LiveSums& sums, const LiveWhole& whole, int64_t) -> absl::Status {
    bytes = sums.answer_bytes();
    ASSIGN_OR_RETURN(room, reader.TakeRoom(bytes));
    ASSIGN_OR_RETURN(prepared,
                     PrepareFromSums(command, static_cast<LiveCascade&>(sums), whole, keep_on));
    *response->mutable_completion() =
        SummariseEnds(whole.marks_ends, whole.case_count, whole.open_case_count);
    return absl::OkStatus();
  };
  const auto simulate = [&] {
    return Simulate(command, reader, *prepared, {}, bytes, keep_on, response);
  };
  const LiveAsk live{LearnedOf(request),
                     [between = ToAxis(command.business, 0).between()](
                         const std::vector<std::string>& map_transitions) {
                       return std::make_unique<LiveCascade>(between, map_transitions);
                     },
                     from_sums, simulate};
  return AskKept(
      reader, clock, context, command.key, "SimulateCascade", request, command.selection, response,
      [&](const SelectedView& part, const auto& go_on) -> absl::Status {
        Tell(part, response);
        return Answer(command, reader, part, go_on, response);
      },
      &live);
}

}  // namespace

void RegisterCascadeService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table) {
  table->Unary<v1::SimulateCascadeRequest, v1::SimulateCascadeResponse>(
      "plumbline.analytics.v1.CascadeService", "SimulateCascade", "analytics.read",
      rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::SimulateCascadeRequest& request,
                        v1::SimulateCascadeResponse* response) {
        return SimulateCascade(reader, clock, context, request, response);
      });
}

}  // namespace plumbline::analytics
