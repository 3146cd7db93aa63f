// SPDX-License-Identifier: Apache-2.0
//
// Charts and capability as messages of QualityService.
#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "services/analytics/quality/service/answers.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/completion.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kMostOfASignal = 10'000;

template <class Answer>
void AddAbsent(const char* field, const std::string& reason, Answer* answer) {
  v1::AbsentFigure* absent = answer->add_absent();
  absent->set_field(field);
  absent->set_reason(reason);
}

v1::ChartRule ToProto(quality::Rule rule) {
  return static_cast<v1::ChartRule>(static_cast<int>(rule) + 1);
}

// The unit of a point's value.
std::string UnitOf(const Measured& measured, ChartType type) {
  switch (type) {
    case ChartType::kNp:
      return "cases";
    case ChartType::kC:
    case ChartType::kU:
    case ChartType::kLaneyU:
      if (measured.kind == ValueKind::kMoment) return "cases";
      return type == ChartType::kC ? "count" : measured.unit;
    case ChartType::kG:
      return "cases between two";
    case ChartType::kT:
      return "seconds between two";
    case ChartType::kCusum:
      return "standard deviations, summed up";
    default:
      return measured.unit;
  }
}

// Nothing that is charted can be negative: a lower limit of 0 or less bounds nothing.
void AddPoint(const ChartedPoint& point, v1::ControlChartPoint* shown) {
  *shown->mutable_start_time() = ToTimestamp(point.group.begin);
  *shown->mutable_end_time() = ToTimestamp(point.group.end);
  shown->set_size(static_cast<int64_t>(point.group.count));
  const PlottedPoint& plotted = point.plotted;
  shown->set_value(plotted.value);
  if (plotted.limits.has_value()) {
    shown->set_center(plotted.limits->center);
    if (plotted.limits->lower > 0) shown->set_lower_limit(plotted.limits->lower);
    if (std::isfinite(plotted.limits->upper)) shown->set_upper_limit(plotted.limits->upper);
  }
  if (plotted.lower_sum.has_value()) shown->set_lower_sum(*plotted.lower_sum);
  if (plotted.spread.has_value()) {
    shown->set_spread(plotted.spread->value);
    shown->set_spread_center(plotted.spread->center);
    shown->set_spread_upper_limit(plotted.spread->upper);
    if (plotted.spread->lower > 0) shown->set_spread_lower_limit(plotted.spread->lower);
  }
  shown->set_stage(static_cast<int>(point.stage));
  shown->set_in_baseline(point.in_baseline);
}

// Why points lack what others have.
void TellWithout(const LogChart& chart, v1::GetControlChartResponse* answer) {
  const auto count = [&](const auto& holds) {
    return static_cast<int64_t>(
        std::count_if(chart.points.begin(), chart.points.end(),
                      [&](const ChartedPoint& point) { return holds(point.plotted.limits); }));
  };
  using Limits = std::optional<quality::ChartPoint>;
  if (chart.chosen.type == ChartType::kCusum) {
    const int64_t none = count([](const Limits& limits) { return !limits.has_value(); });
    if (none > 0) {
      AddAbsent("points.value",
                absl::StrCat(base::Counted(none, "point has", "points have"),
                             " no sum, since nothing tells what its centre and deviation are"),
                answer);
    }
    return;
  }
  const int64_t without =
      count([](const Limits& limits) { return limits.has_value() && limits->lower <= 0; });
  if (without == 0) return;
  AddAbsent("points.lower_limit",
            absl::StrCat("of ", base::Counted(without, "point", "points"),
                         " it would be 0 or less, and nothing that is charted can be below 0"),
            answer);
}

void AddStages(const LogChart& chart, v1::GetControlChartResponse* answer) {
  for (const ChartStage& stage : chart.stages) {
    v1::ControlChartStage* shown = answer->add_stages();
    *shown->mutable_start_time() = ToTimestamp(chart.points[stage.first].group.begin);
    shown->set_first_point(static_cast<int64_t>(stage.first));
    shown->set_point_count(static_cast<int64_t>(stage.count));
    if (stage.title.has_value()) shown->set_title(*stage.title);
    if (!stage.baseline.has_value()) continue;
    shown->mutable_baseline()->set_center(stage.baseline->center);
    shown->mutable_baseline()->set_sigma(stage.baseline->sigma);
    shown->set_baseline_point_count(static_cast<int64_t>(stage.baseline->points));
  }
}

// Signals, and each rule at its points, the first of which is number `first`.
void AddSignals(const LogChart& chart, size_t first, v1::GetControlChartResponse* answer) {
  bool any = false;
  for (const RuleSignals& signals : chart.signals) {
    v1::ControlChartSignal* shown = answer->add_signals();
    shown->set_rule(ToProto(signals.rule));
    shown->set_of_spread(signals.of_spread);
    any |= !signals.points.empty();
    for (const size_t i : signals.points) {
      if (static_cast<size_t>(shown->points_size()) < kMostOfASignal)
        shown->add_points(static_cast<int64_t>(i));
      if (i < first) continue;
      v1::ControlChartPoint* point = answer->mutable_points(static_cast<int>(i - first));
      if (signals.of_spread) {
        point->add_spread_rules(ToProto(signals.rule));
      } else {
        point->add_rules(ToProto(signals.rule));
      }
    }
  }
  answer->set_in_control(chart.any_limits && !any);
}

void AddInterval(const std::optional<quality::Interval>& interval,
                 v1::CapabilityInterval* (v1::CapabilityFigures::*mutable_interval)(),
                 v1::CapabilityFigures* answer) {
  if (!interval.has_value()) return;
  v1::CapabilityInterval* shown = (answer->*mutable_interval)();
  shown->set_low(interval->low);
  shown->set_high(interval->high);
}

void AddFigures(const quality::CapabilityIndices& indices, v1::CapabilityFigures* answer) {
  answer->set_sigma_seconds(indices.sigma);
  if (indices.both.has_value()) answer->set_both(*indices.both);
  if (indices.lower.has_value()) answer->set_lower(*indices.lower);
  if (indices.upper.has_value()) answer->set_upper(*indices.upper);
  if (indices.least.has_value()) answer->set_least(*indices.least);
  if (indices.target.has_value()) answer->set_target(*indices.target);
  if (indices.expected_below_ppm.has_value())
    answer->set_expected_below_ppm(*indices.expected_below_ppm);
  if (indices.expected_above_ppm.has_value())
    answer->set_expected_above_ppm(*indices.expected_above_ppm);
  if (indices.z_bench.has_value()) answer->set_z_bench(*indices.z_bench);
  using Figures = v1::CapabilityFigures;
  AddInterval(indices.both_interval, &Figures::mutable_both_interval, answer);
  AddInterval(indices.lower_interval, &Figures::mutable_lower_interval, answer);
  AddInterval(indices.upper_interval, &Figures::mutable_upper_interval, answer);
  AddInterval(indices.least_interval, &Figures::mutable_least_interval, answer);
  AddInterval(indices.target_interval, &Figures::mutable_target_interval, answer);
}

void AddIndices(const CapabilityCommand& command, const quality::Capability& capability,
                v1::GetCapabilityResponse* answer) {
  AddFigures(capability.overall, answer->mutable_overall());
  if (capability.within.has_value()) AddFigures(*capability.within, answer->mutable_within());
  if (capability.quantile_lower.has_value()) answer->set_quantile_lower(*capability.quantile_lower);
  if (capability.quantile_upper.has_value()) answer->set_quantile_upper(*capability.quantile_upper);
  if (capability.quantile_least.has_value()) answer->set_quantile_least(*capability.quantile_least);
  if (capability.overall.sigma == 0)
    AddAbsent("overall.least", "all values are equal: their spread is 0", answer);
  const bool one_sided =
      !command.specification.lower.has_value() || !command.specification.upper.has_value();
  if (one_sided)
    AddAbsent("overall.both", "there is one limit only, of which Ppk and Cpk tell", answer);
  if (one_sided || !command.specification.target.has_value())
    AddAbsent("overall.target",
              "it needs both limits (`lower_limit`, `upper_limit`) and what is best (`target`)",
              answer);
  if (capability.count < quality::kLeastForQuantiles) {
    AddAbsent(
        "quantile_least",
        absl::StrCat("the outer quantiles need ", base::CountText(quality::kLeastForQuantiles),
                     " values; there are ", base::CountText(capability.count)),
        answer);
  }
}

}  // namespace

void ToProto(absl::FunctionRef<absl::string_view(uint32_t)> case_name,
             const std::vector<std::string>& transitions, const ChartCommand& command,
             const Measured& measured, const LogChart& chart, v1::GetControlChartResponse* answer) {
  const ChartType type = chart.chosen.type;
  answer->set_chart(static_cast<v1::ChartKind>(static_cast<int>(type) + 1));
  answer->set_chart_reason(chart.chosen.reason);
  answer->set_unit(UnitOf(measured, type));
  const auto most = static_cast<size_t>(command.max_points);
  const size_t first = chart.points.size() > most ? chart.points.size() - most : 0;
  for (size_t i = first; i < chart.points.size(); ++i) {
    v1::ControlChartPoint* shown = answer->add_points();
    shown->set_index(static_cast<int64_t>(i));
    AddPoint(chart.points[i], shown);
    DrillDown cases =
        CasesOf(case_name, transitions, command.measure, measured, type, chart.points[i].group);
    const std::optional<std::string>& title = chart.stages[chart.points[i].stage].title;
    if (title.has_value()) cases = WithSegment(std::move(cases), command.stage_attribute, *title);
    shown->mutable_cases()->set_filter(cases.filter);
    shown->mutable_cases()->set_event_filter(cases.event_filter);
    // The filter may ask which cases are open.
    if (const CompletionText& completion = command.selection.completion(); completion.asked())
      *shown->mutable_cases()->mutable_completion() = ToProto(completion);
  }
  answer->set_omitted_point_count(static_cast<int64_t>(first));
  AddStages(chart, answer);
  AddSignals(chart, first, answer);
  answer->set_value_count(measured.told() ? static_cast<int64_t>(measured.values.size()) : 0);
  answer->set_open_case_count(measured.open_cases);
  answer->set_ungrouped_value_count(chart.ungrouped);
  for (const std::string& warning : chart.warnings) answer->add_warnings(warning);
  if (measured.without_target > 0) {
    answer->add_warnings(
        absl::StrCat(base::Counted(measured.without_target, "case that ended has no target and is",
                                   "cases that ended have no target and are"),
                     " left out; `measure.target` says how long each may take"));
  }
  if (measured.open_late > 0) {
    answer->add_warnings(absl::StrCat(base::CountText(measured.open_late), " of the ",
                                      base::Counted(measured.open_cases, "open case", "open cases"),
                                      measured.open_late == 1
                                          ? " is late already, whenever it ends, and is"
                                          : " are late already, whenever they end, and are",
                                      " not in the chart yet: it shows too few that are late"));
  }
  TellWithout(chart, answer);
  if (chart.points.empty())
    AddAbsent("points",
              !measured.told()          ? WhyNoneTold(command.measure.sources)
              : measured.values.empty() ? "there is no value to chart"
                                        : "no value makes a point",
              answer);
}

void ToProto(const CapabilityCommand& command, const Measured& measured,
             const LogCapability& capability, v1::GetCapabilityResponse* answer) {
  answer->set_value_count(capability.count);
  answer->set_open_case_count(measured.open_cases);
  answer->set_open_above_count(capability.open_above);
  if (capability.mean.has_value()) answer->set_mean_seconds(*capability.mean);
  if (capability.median.has_value()) answer->set_median_seconds(*capability.median);
  if (capability.skewness.has_value()) answer->set_skewness(*capability.skewness);
  answer->set_below_count(capability.below);
  answer->set_above_count(capability.above);
  if (capability.observed.has_value()) {
    answer->set_observed_ppm(capability.observed->per_million_opportunities);
    answer->set_observed_sigma_level(capability.observed->sigma_level);
    answer->set_observed_bounded(capability.observed->bounded);
  } else {
    AddAbsent("mean_seconds", "there is no value", answer);
  }
  if (capability.capability.has_value()) {
    AddIndices(command, *capability.capability, answer);
  } else {
    AddAbsent("overall", "a spread needs two values at least", answer);
  }
  for (const std::string& warning : capability.warnings) answer->add_warnings(warning);
}

}  // namespace plumbline::analytics
