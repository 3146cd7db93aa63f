// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/service/convert.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/quality/service/fields.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

constexpr int kMostStages = 50;
constexpr int64_t kMostEntries = 10'000, kMostOpenCases = 1'000, kMostOpportunities = 1'000'000;
constexpr double kMostCost = 1e12;
constexpr size_t kMostKeyBytes = 100;

absl::Status CheckCost(const char* field, double cost, bool zero_allowed) {
  if (std::isfinite(cost) && cost <= kMostCost && (cost > 0 || (zero_allowed && cost == 0)))
    return absl::OkStatus();
  if (cost == 0)
    return base::FieldError(field, "is missing; weighing by cost needs what an hour costs, as 80");
  return base::FieldError(
      field, absl::StrCat("is ", cost, "; it must be ", zero_allowed ? "0 to " : "above 0, up to ",
                          kMostCost));
}

absl::Status CheckEnums(const v1::GetParetoRequest& request) {
  const auto check = [](const char* field, int value, int most, const char* names) -> absl::Status {
    if (value >= 0 && value <= most) return absl::OkStatus();
    return base::FieldError(field,
                            absl::StrCat("is ", value, "; it must be ", names, ", or be left out"));
  };
  RETURN_IF_ERROR(check("subject", request.subject(), 2, "1 (IMPEDIMENTS) or 2 (DEFECTS)"));
  RETURN_IF_ERROR(check("grouping", request.grouping(), 4,
                        "1 (CAUSE), 2 (UTILITY), 3 (STEP) or 4 (ATTRIBUTE)"));
  return check("weight", request.weight(), 3, "1 (COUNT), 2 (TIME) or 3 (COST)");
}

absl::Status ToGrouping(const v1::GetParetoRequest& request, bool defects,
                        QualityParetoOptions* options) {
  using Request = v1::GetParetoRequest;
  const int grouping = request.grouping() == 0 ? Request::GROUPING_CAUSE : request.grouping();
  if (defects && grouping == Request::GROUPING_UTILITY) {
    return base::FieldError(
        "grouping", "is UTILITY, which defects have none of; take CAUSE, STEP or ATTRIBUTE");
  }
  const bool by_attribute = grouping == Request::GROUPING_ATTRIBUTE;
  if (by_attribute == request.attribute().empty() || request.attribute().size() > kMostKeyBytes) {
    return base::FieldError("attribute",
                            by_attribute ? absl::StrCat("must have 1 to ", kMostKeyBytes, " bytes")
                                         : "is for GROUPING_ATTRIBUTE only; leave it out");
  }
  options->grouping = static_cast<QualityParetoOptions::Grouping>(grouping - 1);
  options->attribute = request.attribute();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FlowCommand> ToCommand(const v1::GetFlowRequest& request) {
  FlowCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  FlowOptions& options = command.options;
  ASSIGN_OR_RETURN(options.between, BusinessOrWall(request.has_business_time(), "business_time",
                                                   request.business_time()));
  ASSIGN_OR_RETURN(options.period, ToPeriodLength("period", request.period()));
  ASSIGN_OR_RETURN(options.zone, ZoneOf("time_zone", request.time_zone(), request.business_time()));
  if (request.has_start_time()) {
    ASSIGN_OR_RETURN(options.begin, ToMicros("start_time", request.start_time()));
  }
  if (request.has_end_time()) {
    ASSIGN_OR_RETURN(options.end, ToMicros("end_time", request.end_time()));
  }
  if (request.stages_size() > kMostStages) {
    return base::FieldError(
        "stages", absl::StrCat("has ", request.stages_size(), " entries; at most ", kMostStages));
  }
  command.stages = {request.stages().begin(), request.stages().end()};
  ASSIGN_OR_RETURN(command.max_steps,
                   NumberOr("max_steps", request.max_steps(), 100, 1, kMostEntries));
  ASSIGN_OR_RETURN(const int64_t oldest,
                   NumberOr("max_open_cases", request.max_open_cases(), 10, 1, kMostOpenCases));
  options.oldest = static_cast<size_t>(oldest);
  RETURN_IF_ERROR(CheckCost("cost_per_hour", request.cost_per_hour(), /*zero_allowed=*/true));
  command.cost_per_hour = request.cost_per_hour();
  return command;
}

absl::StatusOr<YieldCommand> ToCommand(const v1::GetYieldRequest& request) {
  YieldCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  ASSIGN_OR_RETURN(
      command.options.between,
      BusinessOrWall(request.has_business_time(), "business_time", request.business_time()));
  ASSIGN_OR_RETURN(command.options.sources, ToSources("sources", request.sources()));
  ASSIGN_OR_RETURN(command.opportunities_per_case,
                   NumberOr("opportunities_per_case", request.opportunities_per_case(), 0, 1,
                            kMostOpportunities));
  ASSIGN_OR_RETURN(command.max_steps,
                   NumberOr("max_steps", request.max_steps(), 100, 1, kMostEntries));
  return command;
}

absl::StatusOr<QualityParetoCommand> ToCommand(const v1::GetParetoRequest& request) {
  QualityParetoCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  QualityParetoOptions& options = command.options;
  RETURN_IF_ERROR(CheckEnums(request));
  const bool defects = request.subject() == v1::GetParetoRequest::SUBJECT_DEFECTS;
  options.subject = defects ? QualityParetoOptions::Subject::kDefects
                            : QualityParetoOptions::Subject::kImpediments;
  RETURN_IF_ERROR(ToGrouping(request, defects, &options));
  const bool by_cost = request.weight() == v1::GetParetoRequest::WEIGHT_COST;
  options.by_count = request.weight() == v1::GetParetoRequest::WEIGHT_COUNT ||
                     (request.weight() == v1::GetParetoRequest::WEIGHT_UNSPECIFIED && defects);
  RETURN_IF_ERROR(CheckCost("cost_per_hour", request.cost_per_hour(), /*zero_allowed=*/!by_cost));
  command.cost_per_hour = request.cost_per_hour();
  ASSIGN_OR_RETURN(
      options.defects.between,
      BusinessOrWall(request.has_business_time(), "business_time", request.business_time()));
  if (!defects && !request.sources().empty())
    return base::FieldError("sources", "is for SUBJECT_DEFECTS only; leave it out");
  ASSIGN_OR_RETURN(options.defects.sources, ToSources("sources", request.sources()));
  ASSIGN_OR_RETURN(command.max_bars, NumberOr("max_bars", request.max_bars(), 50, 1, kMostEntries));
  return command;
}

}  // namespace plumbline::analytics
