// SPDX-License-Identifier: Apache-2.0
//
// QualityService: requests for charts and capability.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/quality/service/convert.h"
#include "services/analytics/quality/service/fields.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using Kind = v1::QualityMeasure;

constexpr int kMostStages = 100;
constexpr size_t kMostKeyBytes = 1'024;
constexpr int64_t kLeastOfASegment = 8, kMostLeastPoints = 1'000;
constexpr int64_t kMostOfAGroup = 100'000, kMostPoints = 5'000;
constexpr int64_t kMostTargetSeconds = 100LL * 366 * 86'400;

absl::StatusOr<int64_t> ToMicros(const std::string& field,
                                 const google::protobuf::Duration& duration, int64_t least) {
  const int64_t micros = duration.seconds() * 1'000'000 + duration.nanos() / 1'000;
  if (duration.seconds() >= 0 && duration.seconds() <= kMostTargetSeconds && micros >= least)
    return micros;
  return base::FieldError(
      field, least > 0 ? "must be above 0, and at most 100 years" : "must be 0 to 100 years");
}

absl::Status CheckParts(const v1::QualityMeasure& measure) {
  const auto kind = measure.kind();
  const bool needs_activity = kind == Kind::KIND_STEP_WAITING || kind == Kind::KIND_STEP_WORKING ||
                              kind == Kind::KIND_CASES_WITH_ACTIVITY ||
                              kind == Kind::KIND_ACTIVITY_COUNT;
  const bool of_defects = kind == Kind::KIND_CASES_WITH_DEFECT || kind == Kind::KIND_DEFECT_COUNT;
  if (needs_activity && measure.activity().empty())
    return base::FieldError("measure.activity",
                            "is missing; this is measured of one step or activity: name one of the "
                            "log");
  if (!needs_activity && !of_defects && !measure.activity().empty())
    return base::FieldError("measure.activity", "has no meaning for this kind; leave it out");
  const bool conditional = kind == Kind::KIND_CASES_WITH_CONDITION;
  if (conditional == measure.condition().empty()) {
    return base::FieldError("measure.condition",
                            conditional ? "is missing; say what such a case is like, as in "
                                          "`selection.filter`: 'duration > 30d'"
                                        : "has no meaning for this kind; leave it out");
  }
  if (kind != Kind::KIND_CASES_LATE && measure.has_target())
    return base::FieldError("measure.target", "is for KIND_CASES_LATE only; leave it out");
  if (!of_defects && !measure.sources().empty())
    return base::FieldError("measure.sources", "has no meaning for this kind; leave it out");
  if (kind == Kind::KIND_CASES_LATE && !measure.has_target() && measure.has_business_time()) {
    return base::FieldError("measure.business_time",
                            "has no meaning for the cases' own targets, which are points in time; "
                            "give a target, or leave it out");
  }
  return absl::OkStatus();
}

// A condition is a text by itself: "measure.condition", not "measure.condition.filter".
absl::Status WithoutFilter(const absl::Status& status) {
  std::vector<base::FieldViolation> violations = base::FieldViolationsOf(status);
  for (base::FieldViolation& violation : violations)
    violation.field = std::string(absl::StripSuffix(violation.field, ".filter"));
  return violations.empty() ? status : base::FieldErrors(violations);
}

}  // namespace

absl::StatusOr<MeasureSpec> ToMeasure(const v1::QualityMeasure& measure) {
  if (measure.kind() <= Kind::KIND_UNSPECIFIED || measure.kind() > Kind::KIND_DEPARTURES) {
    return base::FieldError(
        "measure.kind",
        absl::StrCat("is ", measure.kind(), "; it must be 1 to 11, see QualityMeasure"));
  }
  RETURN_IF_ERROR(CheckParts(measure));
  MeasureSpec spec;
  spec.kind = static_cast<MeasureKind>(measure.kind() - 1);
  spec.activity = measure.activity();
  if (!measure.condition().empty()) {
    v1::Selection selection;
    selection.set_filter(measure.condition());
    absl::StatusOr<Selection> condition = ToSelection("measure.condition", selection);
    if (!condition.ok()) return WithoutFilter(condition.status());
    spec.condition = *std::move(condition);
  }
  if (measure.has_target()) {
    ASSIGN_OR_RETURN(spec.target, ToMicros("measure.target", measure.target(), 1));
  }
  ASSIGN_OR_RETURN(spec.sources, ToSources("measure.sources", measure.sources()));
  ASSIGN_OR_RETURN(spec.between, BusinessOrWall(measure.has_business_time(),
                                                "measure.business_time", measure.business_time()));
  return spec;
}

namespace {

absl::StatusOr<GroupSpec> ToGrouping(const v1::ChartGrouping& grouping,
                                     const v1::QualityMeasure& measure) {
  GroupSpec spec;
  const bool times =
      measure.kind() >= Kind::KIND_CASE_DURATION && measure.kind() <= Kind::KIND_STEP_WORKING;
  if (grouping.kind() < 0 || grouping.kind() > v1::ChartGrouping::KIND_MONTH) {
    return base::FieldError("grouping.kind",
                            absl::StrCat("is ", grouping.kind(),
                                         "; it must be 1 (EACH), 2 (CASES), 3 (DAY), 4 (WEEK) or 5 "
                                         "(MONTH), or be left out"));
  }
  spec.kind = grouping.kind() != 0 ? static_cast<GroupKind>(grouping.kind() - 1)
              : times              ? GroupKind::kEach
                                   : GroupKind::kWeek;
  if (spec.kind == GroupKind::kCases) {
    if (grouping.size() < 2 || grouping.size() > kMostOfAGroup) {
      return base::FieldError("grouping.size", absl::StrCat("is ", grouping.size(),
                                                            "; it must be 2 to ", kMostOfAGroup));
    }
    spec.size = grouping.size();
  } else if (grouping.size() != 0) {
    return base::FieldError("grouping.size", "is for KIND_CASES only; leave it out");
  }
  const bool events =
      measure.kind() == Kind::KIND_ARRIVALS || measure.kind() == Kind::KIND_DEPARTURES;
  if (events && (spec.kind == GroupKind::kEach || spec.kind == GroupKind::kCases)) {
    return base::FieldError(
        "grouping.kind", "must be DAY, WEEK or MONTH: what comes and goes is counted by periods");
  }
  ASSIGN_OR_RETURN(spec.zone,
                   ZoneOf("grouping.time_zone", grouping.time_zone(), measure.business_time()));
  return spec;
}

absl::Status ToWindow(const v1::ChartWindow& proto, ChartSpec* spec) {
  std::pair<int64_t, int64_t> window{INT64_MIN, INT64_MAX};
  if (proto.has_start_time()) {
    ASSIGN_OR_RETURN(window.first,
                     analytics::ToMicros("baseline_window.start_time", proto.start_time()));
  }
  if (proto.has_end_time()) {
    ASSIGN_OR_RETURN(window.second,
                     analytics::ToMicros("baseline_window.end_time", proto.end_time()));
  }
  if (window.first >= window.second) {
    return base::FieldError("baseline_window.start_time",
                            "is not before baseline_window.end_time; perhaps they are the wrong "
                            "way round");
  }
  spec->baseline_window = window;
  return absl::OkStatus();
}

// Whether the spread of a chart does not follow from its centre.
bool NeedsSigma(const v1::GetControlChartRequest& request) {
  return request.measure().kind() <= Kind::KIND_STEP_WORKING ||
         request.chart() == v1::CHART_KIND_T || request.chart() == v1::CHART_KIND_INDIVIDUALS;
}

// What an earlier chart can have told: limits of more, or sums in less, leave the range of numbers.
absl::Status CheckRange(double center, double sigma) {
  constexpr double kMost = 1e15, kLeastSigma = 1e-9;
  if (!std::isfinite(center))
    return base::FieldError("known_baseline.center", "is no finite number");
  if (!std::isfinite(sigma) || sigma < 0)
    return base::FieldError("known_baseline.sigma", "must be a finite number, 0 or more");
  if (std::abs(center) > kMost) {
    return base::FieldError("known_baseline.center",
                            absl::StrCat("is ", center, "; ", kMost, " is the most"));
  }
  if (sigma <= kMost && (sigma == 0 || sigma >= kLeastSigma)) return absl::OkStatus();
  return base::FieldError("known_baseline.sigma", absl::StrCat("is ", sigma, "; it must be 0, or ",
                                                               kLeastSigma, " to ", kMost));
}

absl::Status ToKnown(const v1::GetControlChartRequest& request, ChartSpec* spec) {
  const v1::ChartBaseline& proto = request.known_baseline();
  const bool of_times = NeedsSigma(request);
  const auto kind = request.measure().kind();
  const bool of_shares = kind >= Kind::KIND_CASES_WITH_CONDITION && kind <= Kind::KIND_CASES_LATE &&
                         request.chart() != v1::CHART_KIND_G && request.chart() != v1::CHART_KIND_T;
  if (of_times && !proto.has_sigma()) {
    return base::FieldError("known_baseline.sigma",
                            "the standard deviation is missing, and these limits do not follow "
                            "from the centre alone: give both");
  }
  const double sigma = proto.has_sigma() ? proto.sigma() : 1;
  RETURN_IF_ERROR(CheckRange(proto.center(), sigma));
  if (!of_times && proto.center() < 0)
    return base::FieldError("known_baseline.center", "is below 0, and counts never are");
  if (of_shares && proto.center() > 1) {
    return base::FieldError("known_baseline.center",
                            absl::StrCat("is ", proto.center(),
                                         "; a share of cases is 0 to 1, unless the chart is g or "
                                         "t, which says how many cases or how long"));
  }
  spec->known = quality::Baseline{.center = proto.center(), .sigma = sigma};
  return absl::OkStatus();
}

absl::Status ToBaseline(const v1::GetControlChartRequest& request, ChartSpec* spec) {
  const int given = request.has_baseline_window() + (request.baseline_points() != 0) +
                    request.has_known_baseline();
  if (given > 1) {
    return base::FieldError("baseline_window",
                            "stands beside baseline_points or known_baseline; give one of them");
  }
  ASSIGN_OR_RETURN(spec->baseline_points,
                   NumberOr("baseline_points", request.baseline_points(), 0, 2, 1'000'000));
  if (request.has_baseline_window()) return ToWindow(request.baseline_window(), spec);
  if (!request.has_known_baseline()) return absl::OkStatus();
  return ToKnown(request, spec);
}

absl::Status ToStages(const v1::GetControlChartRequest& request, ChartSpec* spec) {
  if (request.stage_times_size() > kMostStages) {
    return base::FieldError("stage_times", absl::StrCat("has ", request.stage_times_size(),
                                                        " entries; at most ", kMostStages));
  }
  for (int i = 0; i < request.stage_times_size(); ++i) {
    const std::string field = absl::StrCat("stage_times[", i, "]");
    ASSIGN_OR_RETURN(const int64_t time, analytics::ToMicros(field, request.stage_times(i)));
    if (!spec->stage_times.empty() && time <= spec->stage_times.back())
      return base::FieldError(field, "is not after the one before it");
    spec->stage_times.push_back(time);
  }
  return absl::OkStatus();
}

// Stages that nobody chose may be tiny: they need more points for limits of their own.
absl::Status ToSegments(const v1::GetControlChartRequest& request, ChartCommand* command) {
  if (request.stage_attribute().size() > kMostKeyBytes) {
    return base::FieldError("stage_attribute",
                            absl::StrCat("must have at most ", kMostKeyBytes, " bytes"));
  }
  command->stage_attribute = request.stage_attribute();
  const auto otherwise = request.stage_attribute().empty()
                             ? static_cast<int64_t>(quality::kLeastBaseline)
                             : kLeastOfASegment;
  ASSIGN_OR_RETURN(const int64_t least,
                   NumberOr("least_stage_points", request.least_stage_points(), otherwise,
                            quality::kLeastBaseline, kMostLeastPoints));
  command->chart.least_points = static_cast<size_t>(least);
  return absl::OkStatus();
}

absl::Status ToRules(const v1::GetControlChartRequest& request, ChartSpec* spec) {
  for (int i = 0; i < request.rules_size(); ++i) {
    const int rule = request.rules(i);
    if (rule < 1 || rule > v1::CHART_RULE_EIGHT_OUTSIDE_ONE) {
      return base::FieldError(absl::StrCat("rules[", i, "]"),
                              absl::StrCat("is ", rule, "; it must be 1 to 9, see ChartRule"));
    }
    const auto found = static_cast<quality::Rule>(rule - 1);
    if (std::find(spec->rules.begin(), spec->rules.end(), found) == spec->rules.end())
      spec->rules.push_back(found);
  }
  return absl::OkStatus();
}

// `otherwise` for 0.
absl::StatusOr<double> Positive(const char* field, double value, double otherwise, double most) {
  if (value == 0) return otherwise;
  if (std::isfinite(value) && value > 0 && value <= most) return value;
  return base::FieldError(field, absl::StrCat("is ", value, "; it must be above 0, up to ", most));
}

absl::Status ToLimits(const v1::GetControlChartRequest& request, LimitOptions* options) {
  ASSIGN_OR_RETURN(options->ewma.lambda, Positive("ewma_weight", request.ewma_weight(), 0.2, 1));
  ASSIGN_OR_RETURN(options->ewma.sigmas, Positive("ewma_sigmas", request.ewma_sigmas(), 3, 100));
  ASSIGN_OR_RETURN(const double shift, Positive("cusum_shift", request.cusum_shift(), 1, 100));
  options->cusum.slack = shift / 2;
  ASSIGN_OR_RETURN(options->cusum.decision,
                   Positive("cusum_decision", request.cusum_decision(), 5, 1'000));
  if (request.cusum_fast_initial_response())
    options->cusum.head_start = options->cusum.decision / 2;
  options->at_low_counts = request.limits_at_low_counts();
  if (request.sigma() < 0 || request.sigma() > v1::CHART_SIGMA_POOLED) {
    return base::FieldError("sigma",
                            absl::StrCat("is ", request.sigma(),
                                         "; it must be 1 (RANGES), 2 (DEVIATIONS) or 3 (POOLED), "
                                         "or be left out"));
  }
  if (request.sigma() != 0) options->sigma_by = static_cast<quality::SigmaBy>(request.sigma() - 1);
  return absl::OkStatus();
}

// What is best cannot be wrong.
absl::Status CheckTarget(const quality::Specification& asked) {
  const bool below = asked.lower.has_value() && *asked.target < *asked.lower;
  const bool above = asked.upper.has_value() && *asked.target > *asked.upper;
  if (!below && !above) return absl::OkStatus();
  return base::FieldError("target",
                          absl::StrCat("is ", *asked.target, " s, which is ",
                                       below ? absl::StrCat("below lower_limit, ", *asked.lower)
                                             : absl::StrCat("above upper_limit, ", *asked.upper),
                                       " s; what is best lies within the limits"));
}

}  // namespace

absl::StatusOr<ChartCommand> ToCommand(const v1::GetControlChartRequest& request) {
  ChartCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  ASSIGN_OR_RETURN(command.measure, ToMeasure(request.measure()));
  ASSIGN_OR_RETURN(command.chart.grouping, ToGrouping(request.grouping(), request.measure()));
  if (request.chart() < 0 || request.chart() > v1::CHART_KIND_CUSUM) {
    return base::FieldError("chart", absl::StrCat("is ", request.chart(),
                                                  "; it must be 1 to 13, see ChartKind, or be left "
                                                  "out"));
  }
  if (request.chart() != 0) command.chart.type = static_cast<ChartType>(request.chart() - 1);
  RETURN_IF_ERROR(ToBaseline(request, &command.chart));
  RETURN_IF_ERROR(ToStages(request, &command.chart));
  RETURN_IF_ERROR(ToSegments(request, &command));
  RETURN_IF_ERROR(ToRules(request, &command.chart));
  RETURN_IF_ERROR(ToLimits(request, &command.chart.limits));
  command.chart.logarithms = request.logarithms();
  ASSIGN_OR_RETURN(command.max_points,
                   NumberOr("max_points", request.max_points(), 1'000, 1, kMostPoints));
  return command;
}

absl::StatusOr<CapabilityCommand> ToCommand(const v1::GetCapabilityRequest& request) {
  CapabilityCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  ASSIGN_OR_RETURN(command.measure, ToMeasure(request.measure()));
  if (request.measure().kind() > Kind::KIND_STEP_WORKING) {
    return base::FieldError("measure.kind",
                            "must be a time: CASE_DURATION, STEP_WAITING or STEP_WORKING");
  }
  const auto set = [](const char* field, bool has, const google::protobuf::Duration& duration,
                      std::optional<double>* limit) -> absl::Status {
    if (!has) return absl::OkStatus();
    ASSIGN_OR_RETURN(const int64_t micros, ToMicros(field, duration, 0));
    *limit = static_cast<double>(micros) / 1e6;
    return absl::OkStatus();
  };
  quality::Specification& asked = command.specification;
  RETURN_IF_ERROR(
      set("lower_limit", request.has_lower_limit(), request.lower_limit(), &asked.lower));
  RETURN_IF_ERROR(
      set("upper_limit", request.has_upper_limit(), request.upper_limit(), &asked.upper));
  RETURN_IF_ERROR(set("target", request.has_target(), request.target(), &asked.target));
  if (!asked.lower.has_value() && !asked.upper.has_value()) {
    return base::FieldError("upper_limit",
                            "is missing, and lower_limit too; give one of them, or both");
  }
  if (asked.lower.has_value() && asked.upper.has_value() && *asked.lower >= *asked.upper) {
    return base::FieldError(
        "lower_limit", absl::StrCat("is ", *asked.lower, " s, which is not below upper_limit, ",
                                    *asked.upper, " s; perhaps they are the wrong way round"));
  }
  if (asked.target.has_value()) RETURN_IF_ERROR(CheckTarget(asked));
  return command;
}

}  // namespace plumbline::analytics
