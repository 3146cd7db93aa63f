// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/service/convert.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/calendar/working_days.h"
#include "services/analytics/cascade/cascade.h"
#include "services/analytics/forecast/runs.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using cascade::Disruption;
using cascade::Target;
using Request = v1::SimulateCascadeRequest;

constexpr int kMostDisruptions = 20, kMostNeeds = 10'000, kMostUtilities = 100,
              kMostServers = 1'000, kMostCompletions = 50;
constexpr int64_t kMostEntries = 10'000, kEntries = 100, kRuns = 200;
constexpr double kMostServersAtAStation = 1'000'000, kMostArrivals = 10'000'000;

absl::Status CheckCount(absl::string_view field, int count, int most) {
  if (count <= most) return absl::OkStatus();
  return base::FieldError(field,
                          absl::StrCat("has ", count, " entries; it must have at most ", most));
}

absl::Status SetTarget(const v1::Disruption& proto, const std::string& field,
                       AskedDisruption* asked) {
  switch (proto.target_case()) {
    case v1::Disruption::kUtility:
      asked->targets = {Target::kUtility};
      asked->name = proto.utility();
      break;
    case v1::Disruption::kRole:
      asked->targets = {Target::kRole};
      asked->name = proto.role();
      break;
    case v1::Disruption::kStep:
      asked->targets = {Target::kStep};
      asked->name = proto.step();
      break;
    case v1::Disruption::kAny:
      asked->targets = {Target::kUtility, Target::kRole, Target::kStep};
      asked->name = proto.any();
      break;
    case v1::Disruption::TARGET_NOT_SET:
      break;
  }
  const bool arrivals = asked->effect.kind == Disruption::Kind::kArrivals;
  if (arrivals && !asked->targets.empty())
    return base::FieldError(absl::StrCat(field, ".arrival_factor"),
                            "is about all cases; leave the target out");
  if (!arrivals && asked->name.empty())
    return base::FieldError(absl::StrCat(field, ".target"),
                            "is missing: name a utility, a role or a step");
  return absl::OkStatus();
}

absl::Status SetEffect(const v1::Disruption& proto, const std::string& field, Disruption* effect) {
  switch (proto.effect_case()) {
    case v1::Disruption::kDown:
      effect->kind = Disruption::Kind::kDown;
      if (proto.down()) return absl::OkStatus();
      return base::FieldError(absl::StrCat(field, ".down"), "is false; leave the disruption out");
    case v1::Disruption::kTimeFactor:
      effect->kind = Disruption::Kind::kSlower;
      effect->factor = proto.time_factor();
      return forecast::CheckRange(absl::StrCat(field, ".time_factor"), effect->factor, 0.01, 100);
    case v1::Disruption::kServers:
      effect->kind = Disruption::Kind::kServers;
      effect->servers = proto.servers();
      return forecast::CheckRange(absl::StrCat(field, ".servers"), proto.servers(), 0,
                                  kMostServersAtAStation);
    case v1::Disruption::kArrivalFactor:
      effect->kind = Disruption::Kind::kArrivals;
      effect->factor = proto.arrival_factor();
      return forecast::CheckRange(absl::StrCat(field, ".arrival_factor"), effect->factor, 0, 100);
    case v1::Disruption::EFFECT_NOT_SET:
      break;
  }
  return base::FieldError(absl::StrCat(field, ".effect"),
                          "is missing: give down, time_factor, servers or arrival_factor");
}

absl::StatusOr<AskedDisruption> ToAsked(const v1::Disruption& proto, const std::string& field) {
  AskedDisruption asked;
  RETURN_IF_ERROR(SetEffect(proto, field, &asked.effect));
  RETURN_IF_ERROR(SetTarget(proto, field, &asked));
  const std::string end = absl::StrCat(field, ".end_time");
  if (proto.has_start_time()) {
    ASSIGN_OR_RETURN(asked.start, ToMicros(absl::StrCat(field, ".start_time"), proto.start_time()));
  }
  if (proto.has_end_time()) {
    ASSIGN_OR_RETURN(asked.end, ToMicros(end, proto.end_time()));
    if (asked.start.has_value() && *asked.start >= *asked.end)
      return base::FieldError(end, "is not after start_time");
    return asked;
  }
  const bool stops = asked.effect.kind == Disruption::Kind::kDown ||
                     (asked.effect.kind == Disruption::Kind::kServers && asked.effect.servers == 0);
  if (stops) return base::FieldError(end, "is missing: what stops for ever is never done");
  return asked;
}

absl::StatusOr<std::vector<cascade::AskedNeed>> ToNeeds(const Request& request) {
  RETURN_IF_ERROR(CheckCount("needs", request.needs_size(), kMostNeeds));
  std::vector<cascade::AskedNeed> needs;
  for (int i = 0; i < request.needs_size(); ++i) {
    const v1::StepNeeds& proto = request.needs(i);
    const std::string field = absl::StrCat("needs[", i, "]");
    if (proto.activity().empty())
      return base::FieldError(absl::StrCat(field, ".activity"), "is empty; name a step");
    RETURN_IF_ERROR(
        CheckCount(absl::StrCat(field, ".utilities"), proto.utilities_size(), kMostUtilities));
    needs.push_back(
        {proto.activity(), proto.role(), {proto.utilities().begin(), proto.utilities().end()}});
  }
  return needs;
}

absl::StatusOr<std::vector<cascade::AskedServers>> ToServers(const Request& request) {
  RETURN_IF_ERROR(CheckCount("servers", request.servers_size(), kMostServers));
  std::vector<cascade::AskedServers> servers;
  for (int i = 0; i < request.servers_size(); ++i) {
    const v1::StationServers& proto = request.servers(i);
    const std::string field = absl::StrCat("servers[", i, "]");
    if (proto.station().empty())
      return base::FieldError(absl::StrCat(field, ".station"), "is empty; name a step or a role");
    RETURN_IF_ERROR(forecast::CheckRange(absl::StrCat(field, ".servers"), proto.servers(), 1,
                                         kMostServersAtAStation));
    servers.push_back({proto.station(), proto.servers()});
  }
  return servers;
}

absl::Status SetNumbers(const Request& request, CascadeCommand* command) {
  ASSIGN_OR_RETURN(command->runs, NumberOr("runs", request.runs(), kRuns, cascade::kLeastRuns,
                                           cascade::kMostFutures));
  ASSIGN_OR_RETURN(command->max_cases,
                   NumberOr("max_cases", request.max_cases(), kEntries, 1, kMostEntries));
  ASSIGN_OR_RETURN(command->max_steps,
                   NumberOr("max_steps", request.max_steps(), kEntries, 1, kMostEntries));
  command->seed = request.seed() == 0 ? 1 : request.seed();
  if (request.has_arrivals_per_day()) {
    RETURN_IF_ERROR(
        forecast::CheckRange("arrivals_per_day", request.arrivals_per_day(), 0, kMostArrivals));
    command->arrivals_per_day = request.arrivals_per_day();
  }
  switch (request.pooling()) {
    case Request::POOLING_UNSPECIFIED:
    case Request::POOLING_STEP:
      return absl::OkStatus();
    case Request::POOLING_ROLE:
      command->by_role = true;
      return absl::OkStatus();
    default:
      return base::FieldError("pooling", absl::StrCat("is ", request.pooling(),
                                                      "; it must be 1 (STEP) or 2 (ROLE), or be "
                                                      "left out"));
  }
}

absl::StatusOr<std::vector<uint32_t>> FindAny(const AskedDisruption& asked,
                                              const std::string& field, const LogSnapshot& log,
                                              const cascade::Needs& needs) {
  constexpr const char* kFields[] = {".utility", ".role", ".step"};
  const char* const path =
      asked.targets.size() == 1 ? kFields[static_cast<size_t>(asked.targets.front())] : ".any";
  return cascade::FindNeeding(absl::StrCat(field, path), log, needs, asked.targets, asked.name);
}

// By the field that was there before Selection.completion.
absl::StatusOr<CompletionText> ToOwnCompletion(const Request& request) {
  CompletionText own;
  const auto& names = request.completion_activities();
  RETURN_IF_ERROR(CheckCount("completion_activities", names.size(), kMostCompletions));
  if (names.empty()) return own;
  own.rule = EndRule::kActivity;
  own.field = "completion_activities";
  own.activities.assign(names.begin(), names.end());
  for (int i = 0; i < names.size(); ++i) own.fields.push_back(absl::StrCat(own.field, "[", i, "]"));
  return own;
}

}  // namespace

absl::StatusOr<CascadeCommand> ToCommand(const Request& request) {
  CascadeCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(const CompletionText own, ToOwnCompletion(request));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection(), own));
  if (request.has_business_time()) {
    ASSIGN_OR_RETURN(command.business, ToCalendar("business_time", request.business_time()));
  }
  if (request.disruptions().empty())
    return base::FieldError("disruptions", "is empty; say what happens");
  RETURN_IF_ERROR(CheckCount("disruptions", request.disruptions_size(), kMostDisruptions));
  for (int i = 0; i < request.disruptions_size(); ++i) {
    ASSIGN_OR_RETURN(AskedDisruption asked,
                     ToAsked(request.disruptions(i), absl::StrCat("disruptions[", i, "]")));
    command.disruptions.push_back(std::move(asked));
  }
  ASSIGN_OR_RETURN(command.needs, ToNeeds(request));
  ASSIGN_OR_RETURN(command.servers, ToServers(request));
  if (request.has_as_of_time()) {
    ASSIGN_OR_RETURN(command.as_of, ToMicros("as_of_time", request.as_of_time()));
  }
  if (request.has_until_time()) {
    ASSIGN_OR_RETURN(command.until, ToMicros("until_time", request.until_time()));
  }
  RETURN_IF_ERROR(SetNumbers(request, &command));
  return command;
}

cascade::Axis ToAxis(const std::optional<calendar::Calendar>& calendar, int64_t now) {
  if (!calendar.has_value()) return cascade::Axis({}, now);
  return cascade::Axis(
      [open = *calendar](int64_t from, int64_t to) {
        return absl::ToInt64Microseconds(
            open.Between(absl::FromUnixMicros(from), absl::FromUnixMicros(to)));
      },
      now);
}

absl::StatusOr<int64_t> DayOf(const std::optional<calendar::Calendar>& calendar, int64_t now) {
  if (!calendar.has_value()) return absl::ToInt64Microseconds(absl::Hours(24));
  const absl::CivilDay first = absl::ToCivilDay(absl::FromUnixMicros(now), calendar->zone());
  const int64_t day = absl::ToInt64Microseconds(calendar::MeanWorkingDay(*calendar, first));
  if (day > 0) return day;
  return base::FieldError("business_time", "is not open in the year from the begin on");
}

absl::StatusOr<std::vector<Disruption>> ToDisruptions(const std::vector<AskedDisruption>& asked,
                                                      const LogSnapshot& log,
                                                      const cascade::Needs& needs,
                                                      const cascade::Axis& axis) {
  std::vector<Disruption> disruptions;
  for (size_t i = 0; i < asked.size(); ++i) {
    const std::string field = absl::StrCat("disruptions[", i, "]");
    Disruption one = asked[i].effect;
    if (!asked[i].targets.empty()) {
      ASSIGN_OR_RETURN(one.activities, FindAny(asked[i], field, log, needs));
    }
    if (asked[i].start.has_value()) one.begin = std::max<int64_t>(0, axis.At(*asked[i].start));
    if (asked[i].end.has_value()) {
      if (*asked[i].end <= axis.now()) {
        return base::FieldError(
            absl::StrCat(field, ".end_time"),
            absl::StrCat("is not after ",
                         absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", absl::FromUnixMicros(axis.now()),
                                          absl::UTCTimeZone()),
                         ", when the simulation begins (the last event of the log, or "
                         "as_of_time): it is over"));
      }
      one.end = axis.At(*asked[i].end);
    }
    if (one.begin < one.end) disruptions.push_back(std::move(one));
  }
  return disruptions;
}

absl::StatusOr<int64_t> ToUntil(const CascadeCommand& command,
                                const std::vector<Disruption>& disruptions, double mean_duration,
                                const cascade::Axis& axis) {
  constexpr int64_t kLeast = 3'600'000'000;
  if (command.until.has_value()) {
    const int64_t until = axis.At(*command.until);
    if (until > 0) return until;
    return base::FieldError("until_time",
                            "is not after the begin of the simulation, or no business time is "
                            "between them");
  }
  const auto duration = static_cast<int64_t>(mean_duration);
  int64_t begin = simulation::kNever, end = 0;
  for (const Disruption& one : disruptions) {
    begin = std::min(begin, one.begin);
    end = std::max(end, one.end == simulation::kNever ? one.begin + duration : one.end);
  }
  if (disruptions.empty()) begin = 0;
  // What lasts for centuries is not looked at to its end.
  return std::max(kLeast,
                  std::min(std::max(end + 4 * (end - begin), 2 * duration), axis.Horizon()));
}

}  // namespace plumbline::analytics
