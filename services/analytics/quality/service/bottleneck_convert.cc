// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/service/bottleneck_convert.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/statistics/student.h"
#include "services/analytics/mining/omitted.h"
#include "services/analytics/quality/service/fields.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using bottlenecks::Delayed;
using bottlenecks::Part;

constexpr int64_t kMostEntries = 1'000;
constexpr double kMostCost = 1e12, kSecondsPerHour = 3600;
constexpr size_t kMostKeyBytes = 100;

absl::Status CheckKeyLength(const char* field, const std::string& key) {
  if (key.size() <= kMostKeyBytes) return absl::OkStatus();
  return base::FieldError(field,
                          absl::StrCat("has ", key.size(), " bytes; it may have ", kMostKeyBytes));
}

void Set(const bottlenecks::Trend& trend, v1::DelayTrend* answer) {
  constexpr double kLevel = 0.05;
  for (const bottlenecks::TrendPeriod& period : trend.periods) {
    v1::DelayPeriod* shown = answer->add_periods();
    *shown->mutable_start_time() = ToTimestamp(period.begin);
    shown->set_count(period.count);
    shown->set_mean_delay_seconds(period.mean_seconds);
  }
  answer->set_slope_seconds(trend.test.slope);
  if (trend.test.slope_lower.has_value()) {
    answer->set_slope_lower_seconds(*trend.test.slope_lower);
    answer->set_slope_upper_seconds(*trend.test.slope_upper);
  }
  answer->set_p_value(trend.test.p_value);
  answer->set_adjusted_p_value(trend.adjusted);
  answer->set_direction(trend.adjusted > kLevel ? v1::DelayTrend::DIRECTION_NONE
                        : trend.test.tau > 0    ? v1::DelayTrend::DIRECTION_RISING
                                                : v1::DelayTrend::DIRECTION_FALLING);
}

void SetMean(const Delayed& part, v1::DelayedPart* answer) {
  if (part.cases == 0) return;
  answer->set_mean_delay_seconds(part.mean);
  if (part.cases < 2) return;
  const auto cases = static_cast<double>(part.cases);
  const double half =
      statistics::StudentUpperQuantile(0.025, cases - 1) * part.deviation / std::sqrt(cases);
  answer->set_mean_delay_lower_seconds(std::max(0.0, part.mean - half));
  answer->set_mean_delay_upper_seconds(part.mean + half);
}

void Set(const Delayed& part, double cost_per_hour, v1::DelayedPart* answer) {
  answer->set_name(part.name);
  answer->set_path_delay_seconds(part.path.delay());
  answer->set_path_delay_share(part.share);
  if (cost_per_hour > 0)
    answer->set_path_delay_cost(part.path.delay() / kSecondsPerHour * cost_per_hour);
  answer->set_path_waiting_seconds(part.path.waiting);
  answer->set_path_blocked_seconds(part.path.blocked);
  answer->set_path_planned_seconds(part.path.planned);
  answer->set_path_working_seconds(part.path.working);
  answer->set_delayed_case_count(part.cases);
  SetMean(part, answer);
  answer->set_count(part.count);
  if (part.waiting.count > 0) ToProto(part.waiting, answer->mutable_waiting());
  answer->set_off_path_delay_seconds(part.off_path_seconds);
  if (part.queue.has_value()) {
    answer->mutable_queue()->set_average_length(part.queue->average);
    answer->mutable_queue()->set_max_length(part.queue->most);
    *answer->mutable_queue()->mutable_max_time() = ToTimestamp(part.queue->most_at);
    answer->mutable_queue()->set_length_at_end(part.queue->at_end);
  }
  if (part.utilisation.has_value()) {
    v1::DelayUtilisation* shown = answer->mutable_utilisation();
    shown->set_performer_count(part.utilisation->performers);
    shown->set_busy_seconds(part.utilisation->busy_seconds);
    shown->set_available_seconds(part.utilisation->available_seconds);
    if (part.utilisation->available_seconds > 0) {
      shown->set_utilisation(part.utilisation->busy_seconds / part.utilisation->available_seconds);
    }
  }
  if (part.trend.has_value()) Set(*part.trend, answer->mutable_trend());
  answer->set_open_count(part.open_count);
  answer->set_open_delay_seconds(part.open_seconds);
  answer->set_impediment_count(part.impediments);
}

void AddList(const BottlenecksCommand& command, std::vector<Delayed> parts,
             google::protobuf::RepeatedPtrField<v1::DelayedPart>* list, v1::Omitted* omitted) {
  *omitted = ToProto(
      KeepFirst(command.max_entries, parts, [](const Delayed& part) { return part.path.delay(); }));
  for (const Delayed& part : parts) {
    v1::DelayedPart* shown = list->Add();
    Set(part, command.cost_per_hour, shown);
    shown->set_rank(list->size());
  }
}

void TellAbsent(const BottlenecksCommand& command, const bottlenecks::Bottlenecks& ranked,
                v1::RankBottlenecksResponse* answer) {
  const auto add = [&](const char* field, const std::string& reason) {
    v1::AbsentFigure* absent = answer->add_absent();
    absent->set_field(field);
    absent->set_reason(reason);
  };
  if (ranked.case_count + ranked.open_count == 0) return add("steps", "there is no case");
  if (ranked.case_count == 0) add("path", "no case has ended: nobody knows yet what holds them");
  if (ranked.path.working == 0 && ranked.path.waiting > 0) {
    add("path.working_seconds",
        "no event of these cases has a start, so that work cannot be told from waiting and is part "
        "of it");
  }
  if (command.options.Has(Part::kRole) && !ranked.has_roles)
    add("roles", "no event has a resource, or a role");
  if (command.options.Has(Part::kUtility) && !ranked.has_utilities) {
    add("utilities", absl::StrCat("no event has the attribute '",
                                  command.options.utility.value_or("utility"), "'"));
  }
  if (ranked.many_trends)
    add("trends", "there are too many parts and periods for them; take longer periods");
}

}  // namespace

absl::StatusOr<BottlenecksCommand> ToCommand(const v1::RankBottlenecksRequest& request) {
  BottlenecksCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  bottlenecks::BottleneckOptions& options = command.options;
  ASSIGN_OR_RETURN(options.between, BusinessOrWall(request.has_business_time(), "business_time",
                                                   request.business_time()));
  for (int i = 0; i < request.parts_size(); ++i) {
    const int part = request.parts(i);
    if (part <= 0 || part > static_cast<int>(bottlenecks::kPartCount)) {
      return base::FieldError(
          absl::StrCat("parts[", i, "]"),
          absl::StrCat("is ", part, "; it must be 1 (STEP), 2 (ROLE) or 3 (UTILITY)"));
    }
    options.parts.push_back(static_cast<Part>(part - 1));
  }
  RETURN_IF_ERROR(CheckKeyLength("role_attribute", request.role_attribute()));
  RETURN_IF_ERROR(CheckKeyLength("utility_attribute", request.utility_attribute()));
  if (!request.role_attribute().empty()) options.role = request.role_attribute();
  if (!request.utility_attribute().empty()) options.utility = request.utility_attribute();
  ASSIGN_OR_RETURN(const std::optional<PeriodLength> period,
                   ToPeriodLength("period", request.period()));
  options.period = period.value_or(PeriodLength::kMonth);
  ASSIGN_OR_RETURN(options.zone, ZoneOf("time_zone", request.time_zone(), request.business_time()));
  ASSIGN_OR_RETURN(command.max_entries,
                   NumberOr("max_entries", request.max_entries(), 20, 1, kMostEntries));
  const double cost = request.cost_per_hour();
  if (!(cost >= 0 && cost <= kMostCost)) {
    return base::FieldError("cost_per_hour",
                            absl::StrCat("is ", cost, "; it must be 0 to ", kMostCost));
  }
  command.cost_per_hour = cost;
  return command;
}

void ToProto(const BottlenecksCommand& command, bottlenecks::Bottlenecks ranked,
             v1::RankBottlenecksResponse* answer) {
  answer->set_case_count(ranked.case_count);
  answer->set_open_case_count(ranked.open_count);
  answer->set_role_attribute(ranked.role);
  answer->set_unknown_step_open_case_count(ranked.unknown.case_count);
  answer->set_unknown_step_open_delay_seconds(ranked.unknown.seconds());
  TellAbsent(command, ranked, answer);
  v1::CriticalPathTime* path = answer->mutable_path();
  path->set_lead_seconds(ranked.lead_seconds);
  path->set_working_seconds(ranked.path.working);
  path->set_waiting_seconds(ranked.path.waiting);
  path->set_blocked_seconds(ranked.path.blocked);
  path->set_planned_seconds(ranked.path.planned);
  path->set_outside_seconds(ranked.outside_seconds);
  const auto add = [&](Part part, auto* list, v1::Omitted* omitted) {
    AddList(command, std::move(ranked.of[static_cast<size_t>(part)]), list, omitted);
    return omitted->count() > 0;
  };
  v1::Omitted omitted;
  if (add(Part::kStep, answer->mutable_steps(), &omitted))
    *answer->mutable_omitted_steps() = omitted;
  if (add(Part::kRole, answer->mutable_roles(), &omitted))
    *answer->mutable_omitted_roles() = omitted;
  if (add(Part::kUtility, answer->mutable_utilities(), &omitted))
    *answer->mutable_omitted_utilities() = omitted;
}

}  // namespace plumbline::analytics
