// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/service/cause_convert.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/quality/service/fields.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using causes::OutcomeSpec;

constexpr int kMostKeys = 100;
constexpr size_t kMostKeyBytes = 100;
constexpr int64_t kMostMinCases = 1'000'000, kMostValues = 1'000, kMostGroups = 1'000;
constexpr int64_t kMostTargetSeconds = int64_t{100} * 366 * 86'400;

absl::StatusOr<int64_t> ToTarget(const google::protobuf::Duration& target) {
  if (target.seconds() < 0 || target.seconds() > kMostTargetSeconds || target.nanos() < 0 ||
      target.nanos() > 999'999'999 || (target.seconds() == 0 && target.nanos() < 1'000)) {
    return base::FieldError("outcome.target", "must be above 0, up to 100 years");
  }
  return target.seconds() * 1'000'000 + target.nanos() / 1'000;
}

absl::Status CheckOutcome(const v1::CauseOutcome& outcome) {
  using Kind = v1::CauseOutcome;
  if (outcome.kind() < 0 || outcome.kind() > Kind::KIND_CONDITION) {
    return base::FieldError("outcome.kind",
                            absl::StrCat("is ", outcome.kind(),
                                         "; it must be 1 (SLOW), 2 (DEFECT) or 3 (CONDITION), or "
                                         "be left out"));
  }
  const bool slow = outcome.kind() <= Kind::KIND_SLOW;
  if (!slow && outcome.has_target())
    return base::FieldError("outcome.target", "is for KIND_SLOW only; leave it out");
  if (outcome.quantile() != 0 && (!slow || outcome.has_target())) {
    return base::FieldError("outcome.quantile",
                            "is for KIND_SLOW without a target only; leave it out");
  }
  if (!(outcome.quantile() >= 0 && outcome.quantile() < 1)) {
    return base::FieldError("outcome.quantile", absl::StrCat("is ", outcome.quantile(),
                                                             "; it must be above 0 and below 1"));
  }
  if (outcome.kind() != Kind::KIND_DEFECT && !outcome.sources().empty())
    return base::FieldError("outcome.sources", "is for KIND_DEFECT only; leave it out");
  const bool conditional = outcome.kind() == Kind::KIND_CONDITION;
  if (conditional == outcome.condition().empty()) {
    return base::FieldError("outcome.condition",
                            conditional ? "is missing; say what such a case is like, as in "
                                          "Selection.filter"
                                        : "is for KIND_CONDITION only; leave it out");
  }
  if (slow && outcome.include_open_cases()) {
    return base::FieldError("outcome.include_open_cases",
                            "has no meaning for KIND_SLOW, of which open cases count once they are "
                            "slow; leave it out");
  }
  return absl::OkStatus();
}

// A condition is a text by itself: "outcome.condition", not "outcome.condition.filter".
absl::StatusOr<Selection> ToCondition(const std::string& condition) {
  v1::Selection selection;
  selection.set_filter(condition);
  absl::StatusOr<Selection> compiled = ToSelection("outcome.condition", selection);
  if (compiled.ok()) return compiled;
  std::vector<base::FieldViolation> violations = base::FieldViolationsOf(compiled.status());
  for (base::FieldViolation& violation : violations)
    violation.field = std::string(absl::StripSuffix(violation.field, ".filter"));
  if (violations.empty()) return compiled.status();
  return base::FieldErrors(violations);
}

absl::StatusOr<OutcomeSpec> ToOutcome(const v1::CauseOutcome& outcome) {
  RETURN_IF_ERROR(CheckOutcome(outcome));
  OutcomeSpec spec;
  if (outcome.kind() == v1::CauseOutcome::KIND_DEFECT) spec.kind = OutcomeSpec::Kind::kDefect;
  if (outcome.has_target()) {
    ASSIGN_OR_RETURN(spec.target, ToTarget(outcome.target()));
  }
  if (outcome.quantile() > 0) spec.quantile = outcome.quantile();
  ASSIGN_OR_RETURN(spec.sources, ToSources("outcome.sources", outcome.sources()));
  if (outcome.kind() == v1::CauseOutcome::KIND_CONDITION) {
    spec.kind = OutcomeSpec::Kind::kCondition;
    spec.condition_text = outcome.condition();
    ASSIGN_OR_RETURN(spec.condition, ToCondition(outcome.condition()));
  }
  spec.include_open = outcome.include_open_cases();
  return spec;
}

absl::Status ToColumns(const v1::AnalyzeRootCausesRequest& request,
                       causes::ColumnOptions* columns) {
  for (int i = 0; i < request.kinds_size(); ++i) {
    const int kind = request.kinds(i);
    if (kind <= 0 || kind > causes::kColumnKindCount) {
      return base::FieldError(absl::StrCat("kinds[", i, "]"),
                              absl::StrCat("is ", kind, "; it must be 1 to ",
                                           causes::kColumnKindCount, ", see CauseKind"));
    }
    columns->kinds.push_back(static_cast<causes::ColumnKind>(kind - 1));
  }
  if (request.keys_size() > kMostKeys) {
    return base::FieldError(
        "keys", absl::StrCat("has ", request.keys_size(), " entries; at most ", kMostKeys));
  }
  for (int i = 0; i < request.keys_size(); ++i) {
    if (request.keys(i).empty() || request.keys(i).size() > kMostKeyBytes) {
      return base::FieldError(absl::StrCat("keys[", i, "]"),
                              absl::StrCat("must have 1 to ", kMostKeyBytes, " bytes"));
    }
    columns->keys.push_back(request.keys(i));
  }
  ASSIGN_OR_RETURN(columns->min_cases,
                   NumberOr("min_cases", request.min_cases(), 10, 2, kMostMinCases));
  ASSIGN_OR_RETURN(columns->max_values,
                   NumberOr("max_values", request.max_values(), 50, 2, kMostValues));
  ASSIGN_OR_RETURN(columns->zone,
                   ZoneOf("time_zone", request.time_zone(), request.business_time()));
  return absl::OkStatus();
}

// What is told.

void Set(const statistics::Estimate& estimate, v1::IntervalEstimate* answer) {
  answer->set_value(estimate.value);
  answer->set_lower(estimate.lower);
  if (std::isfinite(estimate.upper)) answer->set_upper(estimate.upper);
}

v1::CauseKind ToProto(causes::ColumnKind kind) {
  return static_cast<v1::CauseKind>(static_cast<int>(kind) + 1);
}

void Set(const causes::DurationDifference& durations, v1::CauseDurations* answer) {
  answer->set_case_count(durations.count);
  answer->set_other_case_count(durations.other_count);
  answer->set_median_seconds(durations.median);
  answer->set_other_median_seconds(durations.other_median);
  Set(durations.shift, answer->mutable_shift_seconds());
  Set(durations.cliffs_delta, answer->mutable_cliffs_delta());
  answer->set_p_value(durations.p_value);
  answer->set_adjusted_p_value(durations.adjusted);
}

void Set(const causes::Check& check, v1::CauseCheck* answer) {
  answer->set_verdict(static_cast<v1::CauseCheck::Verdict>(static_cast<int>(check.verdict) + 1));
  answer->set_by(check.by);
  if (check.within.has_value()) {
    Set(check.within->risk_difference, answer->mutable_risk_difference());
    answer->set_p_value(check.within->p_value);
  }
  answer->set_stratum_count(static_cast<int32_t>(check.strata));
  answer->set_compared_share(check.compared_share);
  answer->set_checked_count(check.checked);
}

void Set(const causes::Cause& cause, v1::CauseGroup* answer) {
  answer->set_kind(ToProto(cause.kind));
  answer->set_key(cause.key);
  answer->set_value(cause.group.value);
  answer->set_label(cause.group.label);
  answer->set_case_count(cause.table.count);
  answer->set_outcome_count(cause.table.happened);
  answer->set_other_case_count(cause.table.other_count);
  answer->set_other_outcome_count(cause.table.other_happened);
  Set(cause.risk, answer->mutable_risk());
  Set(cause.other_risk, answer->mutable_other_risk());
  Set(cause.difference, answer->mutable_risk_difference());
  Set(cause.ratio, answer->mutable_risk_ratio());
  Set(cause.odds, answer->mutable_odds_ratio());
  Set(cause.excess_cases, answer->mutable_excess_cases());
  if (cause.excess_hours.has_value()) Set(*cause.excess_hours, answer->mutable_excess_hours());
  answer->set_p_value(cause.p_value);
  answer->set_adjusted_p_value(cause.adjusted);
  answer->set_significant(cause.significant);
  if (cause.durations.has_value()) Set(*cause.durations, answer->mutable_durations());
  if (cause.check.has_value()) Set(*cause.check, answer->mutable_check());
  for (const std::string& label : cause.same_cases_as) answer->add_same_cases_as(label);
  if (cause.group.cases.empty()) return;
  answer->mutable_cases()->set_filter(cause.group.cases.filter);
  answer->mutable_cases()->set_event_filter(cause.group.cases.event_filter);
}

void Set(const causes::CauseColumn& column, v1::CauseAttribute* answer) {
  answer->set_kind(ToProto(column.kind));
  answer->set_key(column.key);
  answer->set_label(column.label);
  answer->set_group_count(static_cast<int32_t>(column.group_count));
  answer->set_value_count(column.value_count);
  answer->set_missing_case_count(column.missing);
  if (column.rank_correlation.has_value()) answer->set_rank_correlation(*column.rank_correlation);
  if (!column.association.has_value()) return;
  Set(column.association->cramers_v, answer->mutable_cramers_v());
  answer->set_chi_square(column.association->chi_square);
  answer->set_degrees_of_freedom(column.association->freedom);
  answer->set_p_value(column.association->p_value);
  answer->set_adjusted_p_value(column.adjusted);
}

void Set(const causes::RootCauses& found, double confidence, v1::RootCauseSummary* answer) {
  const causes::Outcomes& outcomes = found.outcomes;
  answer->set_case_count(outcomes.known);
  answer->set_outcome_count(outcomes.happened);
  if (found.risk.has_value()) Set(*found.risk, answer->mutable_risk());
  answer->set_outcome(outcomes.words);
  if (outcomes.threshold_seconds.has_value())
    answer->set_threshold_seconds(*outcomes.threshold_seconds);
  answer->set_unknown_case_count(outcomes.unknown);
  answer->set_open_case_count(outcomes.open);
  answer->set_open_slow_case_count(outcomes.open_slow);
  answer->set_test_count(found.test_count);
  answer->set_group_count(found.group_count);
  answer->set_confidence(confidence);
}

}  // namespace

absl::StatusOr<RootCausesCommand> ToCommand(const v1::AnalyzeRootCausesRequest& request) {
  RootCausesCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  ASSIGN_OR_RETURN(command.outcome, ToOutcome(request.outcome()));
  ASSIGN_OR_RETURN(
      command.outcome.between,
      BusinessOrWall(request.has_business_time(), "business_time", request.business_time()));
  causes::CauseOptions& options = command.options;
  RETURN_IF_ERROR(ToColumns(request, &options.columns));
  ASSIGN_OR_RETURN(options.max_groups,
                   NumberOr("max_groups", request.max_groups(), 20, 1, kMostGroups));
  if (request.confidence() != 0) {
    if (!(request.confidence() >= 0.5 && request.confidence() <= 0.9999)) {
      return base::FieldError(
          "confidence", absl::StrCat("is ", request.confidence(), "; it must be 0.5 to 0.9999"));
    }
    options.confidence = request.confidence();
  }
  if (request.correction() < 0 ||
      request.correction() > v1::AnalyzeRootCausesRequest::CORRECTION_HOLM) {
    return base::FieldError("correction",
                            absl::StrCat("is ", request.correction(),
                                         "; it must be 1 (BENJAMINI_HOCHBERG) or 2 (HOLM), or be "
                                         "left out"));
  }
  options.holm = request.correction() == v1::AnalyzeRootCausesRequest::CORRECTION_HOLM;
  options.by_hours = request.rank_by_hours();
  if (options.by_hours && command.outcome.kind != OutcomeSpec::Kind::kSlow) {
    return base::FieldError("rank_by_hours", "is for an outcome of KIND_SLOW only; leave it out");
  }
  return command;
}

void ToProto(const RootCausesCommand& command, const causes::RootCauses& found,
             v1::AnalyzeRootCausesResponse* answer) {
  Set(found, command.options.confidence, answer->mutable_summary());
  for (const causes::Cause& cause : found.causes) {
    v1::CauseGroup* shown = answer->add_causes();
    Set(cause, shown);
    shown->set_rank(answer->causes_size());
  }
  for (const causes::Cause& cause : found.better) {
    v1::CauseGroup* shown = answer->add_better_groups();
    Set(cause, shown);
    shown->set_rank(answer->better_groups_size());
  }
  for (const causes::CauseColumn& column : found.columns) Set(column, answer->add_attributes());
  answer->set_omitted_cause_count(found.omitted_causes);
  for (const causes::SkippedColumn& skipped : found.skipped) {
    v1::SkippedCauseAttribute* shown = answer->add_skipped_attributes();
    shown->set_label(skipped.label);
    shown->set_reason(skipped.reason);
  }
  if (!found.problem.empty()) {
    v1::AbsentFigure* absent = answer->add_absent();
    absent->set_field("causes");
    absent->set_reason(found.problem);
  }
  for (const std::string& note : found.notes) answer->add_notes(note);
}

}  // namespace plumbline::analytics
