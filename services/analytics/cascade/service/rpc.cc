// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/service/rpc.h"

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/cascade_service.pb.h"
#include "services/analytics/cascade/cascade.h"
#include "services/analytics/cascade/service/answers.h"
#include "services/analytics/cascade/service/convert.h"
#include "services/analytics/serving/asking.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;
using KeepGoing = absl::FunctionRef<absl::Status()>;

// Of what is learned: doings with their order and what they wait for, when somebody was at them.
constexpr int64_t kBytesOfAnEvent = 160, kBytesOfACase = 160;

absl::StatusOr<int64_t> BeginOf(const CascadeCommand& command, const LogSnapshot& log) {
  if (log.empty()) {
    return base::FieldError("selection",
                            "it leaves no case, or the log has none; there is nothing to simulate");
  }
  const int64_t last = log.LastTime();
  if (!command.as_of.has_value()) return last;
  if (*command.as_of >= last) return *command.as_of;
  return base::FieldError("as_of_time", absl::StrCat("is before the last event of the log, ",
                                                     absl::FormatTime("%Y-%m-%d %H:%M:%S UTC",
                                                                      absl::FromUnixMicros(last),
                                                                      absl::UTCTimeZone())));
}

absl::StatusOr<cascade::Experience> LearnFrom(const CascadeCommand& command, const LogView& view,
                                              const cascade::Needs& needs,
                                              const cascade::Axis& axis, KeepGoing keep_on) {
  const cascade::LearnOptions options{.by_role = command.by_role, .servers = command.servers};
  return cascade::Learn(*view.log(), view.map_transitions(), needs, axis, options, keep_on);
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

absl::Status Answer(const CascadeCommand& command, Reader& reader, const SelectedView& part,
                    KeepGoing keep_on, v1::SimulateCascadeResponse* response) {
  const LogSnapshot& log = *part.view->log();
  ASSIGN_OR_RETURN(const int64_t now, BeginOf(command, log));
  const cascade::Axis axis = ToAxis(command.business, now);
  const int64_t learned = kBytesOfAnEvent * static_cast<int64_t>(log.size()) +
                          kBytesOfACase * static_cast<int64_t>(log.case_count());
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(learned, part));
  ASSIGN_OR_RETURN(const cascade::Needs needs, cascade::ReadNeeds(log, command.needs, keep_on));
  cascade::CascadeOptions options{.runs = command.runs, .seed = command.seed};
  ASSIGN_OR_RETURN(options.day, DayOf(command.business, now));
  ASSIGN_OR_RETURN(options.disruptions, ToDisruptions(command.disruptions, log, needs, axis));
  ASSIGN_OR_RETURN(cascade::Experience experience,
                   LearnFrom(command, *part.view, needs, axis, keep_on));
  ASSIGN_OR_RETURN(options.until,
                   ToUntil(command, options.disruptions, experience.mean_duration, axis));
  SetArrivals(command, axis, options.until, &experience);
  if (!command.arrivals_per_day.has_value())
    options.learned_from = log.LastTime() - log.FirstTime();
  ASSIGN_OR_RETURN(const auto more,
                   reader.TakeRoom(cascade::BytesOf(experience, options), part, learned));
  ASSIGN_OR_RETURN(const cascade::Tally tally, cascade::Simulate(experience, options, keep_on));
  return ToProto({log, command, needs, axis, experience, options, tally}, keep_on, response);
}

absl::Status SimulateCascade(Reader& reader, const base::Clock& clock, const CallContext& context,
                             const v1::SimulateCascadeRequest& request,
                             v1::SimulateCascadeResponse* response) {
  ASSIGN_OR_RETURN(const CascadeCommand command, ToCommand(request));
  return AskKept(reader, clock, context, command.key, "SimulateCascade", request, command.selection,
                 response, [&](const SelectedView& part, const auto& keep_on) -> absl::Status {
                   Tell(part, response);
                   return Answer(command, reader, part, keep_on, response);
                 });
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
