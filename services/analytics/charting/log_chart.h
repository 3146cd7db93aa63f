// SPDX-License-Identifier: Apache-2.0
//
// A control chart of what is measured in a log: from values to points, stages, limits and signals.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CHARTING_LOG_CHART_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CHARTING_LOG_CHART_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/analytics/charting/limits.h"
#include "services/analytics/charting/segments.h"
#include "services/analytics/defects/drill_down.h"

namespace plumbline::analytics {

struct ChartSpec {
  GroupSpec grouping;
  std::optional<ChartType> type;
  // Phase I: at most one of the three.
  std::optional<std::pair<int64_t, int64_t>> baseline_window;  // begins of its points, [begin, end)
  int64_t baseline_points = 0;                                 // the first of each stage
  std::optional<quality::Baseline> known;
  std::vector<int64_t> stage_times;  // ascending
  // Of the values, as SplitByAttribute gives them: each has stages of its own. Empty: all together.
  std::vector<Segment> segments;
  // A baseline of fewer points gives no limits.
  size_t least_points = quality::kLeastBaseline;
  std::vector<quality::Rule> rules;  // empty = DefaultRules
  bool logarithms = false;           // see Series
  LimitOptions limits;
};

struct ChartedPoint {
  Group group;
  PlottedPoint plotted;
  size_t stage = 0;
  bool in_baseline = false;
};

struct ChartStage {
  size_t first = 0;
  size_t count = 0;
  std::optional<quality::Baseline> baseline;  // absent: too few points
  std::optional<std::string> title;           // of its segment
  // The points of its baseline; of a known one none.
  size_t baseline_first = 0, baseline_last = 0;
};

struct RuleSignals {
  quality::Rule rule;
  bool of_spread = false;
  std::vector<size_t> points;
};

struct LogChart {
  ChosenChart chosen;
  std::vector<ChartedPoint> points;
  std::vector<ChartStage> stages;
  std::vector<RuleSignals> signals;
  bool any_limits = false;
  int64_t ungrouped = 0;
  std::vector<std::string> warnings;
};

// FIELD_INVALID: fields chart, sigma, logarithms, grouping.kind, period, baseline_window,
// baseline_points, known_baseline, ewma..., cusum.... Measurements without a value, and defects of
// which nothing told, give a chart without points; a stage with fewer than `least_points` points
// has no limits, unless a baseline was asked for that it does not have. Each segment is as a chart
// of it alone, of the type that was chosen for all. `between`: of times between events. O(n).
absl::StatusOr<LogChart> MakeChart(const Measured& measured, const ChartSpec& spec,
                                   const TimeBetween& between);
// The same; an error of `keep_on`, which is asked between stages and rules, ends it.
absl::StatusOr<LogChart> MakeChart(const Measured& measured, const ChartSpec& spec,
                                   const TimeBetween& between,
                                   absl::FunctionRef<absl::Status()> keep_on);

// The cases behind a point, by their names and the transitions of their log. Where values of one
// moment are in different groups of so many, by name as far as those go.
DrillDown CasesOf(absl::FunctionRef<absl::string_view(uint32_t)> case_name,
                  const std::vector<std::string>& transitions, const MeasureSpec& measure,
                  const Measured& measured, ChartType type, const Group& group);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CHARTING_LOG_CHART_H_
