// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/service/case_convert.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "services/analytics/conformance/service/convert.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using Request = v1::ForecastCaseRequest;

constexpr int kMostConfidences = 20, kMostAssumptions = 1'000;
constexpr int64_t kMostHistory = 10'000, kHistory = 1'000;
constexpr double kNoise = 0.2;
constexpr size_t kMostName = 500;  // bytes
constexpr double kMostSeconds = 100.0 * 366 * 86'400;

absl::Status ReadModel(const Request& request, CaseForecastCommand* command) {
  if (request.has_model()) {
    if (request.has_discovery_noise()) {
      return base::FieldError("discovery_noise", "is given beside model; leave one of them out");
    }
    ASSIGN_OR_RETURN(command->model, ToModel(request.model()));
    return absl::OkStatus();
  }
  command->noise = request.has_discovery_noise() ? request.discovery_noise() : kNoise;
  if (command->noise >= 0 && command->noise < 1) return absl::OkStatus();
  return base::FieldError(
      "discovery_noise", absl::StrCat("is ", command->noise, "; it must be 0 or more and below 1"));
}

absl::Status ReadTimes(const Request& request, CaseForecastCommand* command) {
  if (request.has_as_of_time()) {
    ASSIGN_OR_RETURN(command->as_of, ToMicros("as_of_time", request.as_of_time()));
  }
  if (request.has_by_time()) {
    ASSIGN_OR_RETURN(command->by, ToMicros("by_time", request.by_time()));
  }
  return absl::OkStatus();
}

absl::Status ReadAssumptions(const Request& request, CaseForecastCommand* command) {
  if (request.assumptions_size() > kMostAssumptions) {
    return base::FieldError("assumptions",
                            absl::StrCat("has ", request.assumptions_size(),
                                         " entries; it must have at most ", kMostAssumptions));
  }
  for (int i = 0; i < request.assumptions_size(); ++i) {
    const v1::StepAssumption& step = request.assumptions(i);
    const double seconds = static_cast<double>(step.duration().seconds()) +
                           static_cast<double>(step.duration().nanos()) / 1e9;
    if (!step.has_duration() || !(seconds >= 0 && seconds <= kMostSeconds)) {
      return base::FieldError(absl::StrCat("assumptions[", i, "].duration"),
                              absl::StrCat(step.has_duration() ? "is out of range" : "is missing",
                                           "; it must be 0 to 100 years"));
    }
    command->assumptions.emplace_back(step.activity(), seconds);
  }
  return absl::OkStatus();
}

absl::Status ReadConfidences(const Request& request, CaseForecastCommand* command) {
  if (request.confidences_size() > kMostConfidences) {
    return base::FieldError("confidences",
                            absl::StrCat("has ", request.confidences_size(),
                                         " entries; it must have at most ", kMostConfidences));
  }
  command->confidences.assign(request.confidences().begin(), request.confidences().end());
  if (command->confidences.empty()) command->confidences = {0.5, 0.8, 0.9, 0.95};
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CaseForecastCommand> ToCommand(const Request& request) {
  CaseForecastCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  if (request.case_id().size() > kMostName) {
    return base::FieldError("case_id", absl::StrCat("has ", request.case_id().size(),
                                                    " bytes; it must have at most ", kMostName));
  }
  command.case_id = request.case_id();
  RETURN_IF_ERROR(ReadModel(request, &command));
  if (request.has_business_time()) {
    ASSIGN_OR_RETURN(command.business, ToCalendar("business_time", request.business_time()));
  }
  RETURN_IF_ERROR(ReadTimes(request, &command));
  RETURN_IF_ERROR(ReadAssumptions(request, &command));
  RETURN_IF_ERROR(ReadConfidences(request, &command));
  ASSIGN_OR_RETURN(const int64_t history,
                   NumberOr("history_cases", request.history_cases(), kHistory, 1, kMostHistory));
  command.history_cases = static_cast<size_t>(history);
  ASSIGN_OR_RETURN(command.options.runs, NumberOr("runs", request.runs(), command.options.runs,
                                                  forecast::kLeastRuns, forecast::kMostRuns));
  if (request.seed() != 0) command.options.seed = request.seed();
  RETURN_IF_ERROR(forecast::CheckRuns(command.options, command.confidences));
  return command;
}

absl::StatusOr<absl::flat_hash_map<uint32_t, double>> ToAssumptions(
    const CaseForecastCommand& command, const conformance::Tree& tree) {
  absl::flat_hash_map<uint32_t, double> assumed;
  for (size_t i = 0; i < command.assumptions.size(); ++i) {
    const auto& [activity, seconds] = command.assumptions[i];
    const std::string field = absl::StrCat("assumptions[", i, "].activity");
    const uint32_t label = tree.FindLabel(activity);
    if (label == conformance::kNoLabel) {
      return base::FieldError(field, absl::StrCat("the process has no activity '", activity, "'",
                                                  base::DidYouMean(activity, tree.labels())));
    }
    if (!assumed.emplace(label, seconds).second)
      return base::FieldError(field, absl::StrCat("'", activity, "' is given twice"));
  }
  return assumed;
}

}  // namespace plumbline::analytics
