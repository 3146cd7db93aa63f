// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/charting/log_chart.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/charting/chart_warnings.h"
#include "services/analytics/quality/chart_constants.h"

namespace plumbline::analytics {
namespace {

// Of the points `point` .. `end`.
void AddStages(const Series& series, const std::vector<int64_t>& times, size_t point, size_t end,
               const std::optional<std::string>& title, std::vector<ChartStage>* stages) {
  size_t next = 0;
  while (point < end) {
    // Stages without a point are none.
    while (next < times.size() && times[next] <= series.groups[point].begin) ++next;
    ChartStage stage{.first = point, .title = title};
    while (point < end && (next == times.size() || series.groups[point].begin < times[next]))
      ++point;
    stage.count = point - stage.first;
    stages->push_back(stage);
  }
}

template <class T>
void Append(std::vector<T> more, std::vector<T>* all) {
  all->insert(all->end(), std::make_move_iterator(more.begin()),
              std::make_move_iterator(more.end()));
}

void Append(Groups more, size_t first_value, Groups* all) {
  for (Group& group : more.groups) group.first += first_value;
  Append(std::move(more.groups), &all->groups);
  all->ungrouped += more.ungrouped;
}

void Append(Series more, size_t first_value, Series* all) {
  for (Group& group : more.groups) group.first += first_value;
  Append(std::move(more.groups), &all->groups);
  Append(std::move(more.singles), &all->singles);
  Append(std::move(more.subgroups), &all->subgroups);
  Append(std::move(more.counts), &all->counts);
  all->ungrouped += more.ungrouped;
}

// The points of a stage from which its baseline is estimated, [first, last).
std::pair<size_t, size_t> BaselineOf(const Series& series, const ChartStage& stage,
                                     const ChartSpec& spec) {
  const size_t end = stage.first + stage.count;
  if (spec.baseline_points > 0)
    return {stage.first, std::min(end, stage.first + static_cast<size_t>(spec.baseline_points))};
  if (!spec.baseline_window.has_value()) return {stage.first, end};
  const auto at = [&](int64_t time) {
    size_t i = stage.first;
    while (i < end && series.groups[i].begin < time) ++i;
    return i;
  };
  return {at(spec.baseline_window->first), at(spec.baseline_window->second)};
}

absl::Status TooFew(const ChartSpec& spec, size_t points) {
  if (spec.baseline_points > 0) {
    return base::FieldError(
        "baseline_points",
        absl::StrCat("of a stage with ", points, " points; limits need ", spec.least_points,
                     " at least: take fewer stages, smaller groups or more "
                     "time"));
  }
  return base::FieldError("baseline_window",
                          absl::StrCat("holds ", points, " points; limits need ", spec.least_points,
                                       " at least, and are rough below ", quality::kGoodBaseline));
}

// What is asked for and has no meaning for this chart.
absl::Status CheckOptions(const Measured& measured, const Series& series, const ChartSpec& spec) {
  if (spec.logarithms && (measured.kind != ValueKind::kTime || series.type == ChartType::kCusum)) {
    return base::FieldError("logarithms",
                            "is for charts of times: individuals, averages of subgroups and EWMA; "
                            "leave it out, or take one of these");
  }
  if (!spec.limits.sigma_by.has_value() || series.groups.empty()) return absl::OkStatus();
  if (series.subgroups.empty()) {
    return base::FieldError("sigma",
                            "is for charts of times in subgroups, of which these points are none; "
                            "leave it out, or group them (grouping.kind)");
  }
  size_t largest = 0;
  for (const std::vector<double>& group : series.subgroups)
    largest = std::max(largest, group.size());
  if (*spec.limits.sigma_by != quality::SigmaBy::kRanges || largest <= quality::kMaxSubgroup)
    return absl::OkStatus();
  return base::FieldError("sigma",
                          absl::StrCat("is ranges, which tell little of subgroups of ", largest,
                                       " values; they may have ", quality::kMaxSubgroup,
                                       ": take pooled or deviations, or smaller groups"));
}

// Of charts of logarithms and roots a known baseline is of those: what was meant as a time would be
// beyond all times, and beyond numbers.
absl::Status CheckKnown(const Series& series, const ChartSpec& spec) {
  const bool roots = series.type == ChartType::kT;
  if (!spec.known.has_value() || (!series.logarithms && !roots)) return absl::OkStatus();
  constexpr double kLongest = 10'000 * 366 * 86'400.0;
  const double most = std::ceil(roots ? quality::RootOf(kLongest) : LogarithmOf(kLongest));
  const double given[] = {spec.known->center, spec.known->sigma};
  for (const bool sigma : {false, true}) {
    const double value = given[sigma];
    if (value >= 0 && value <= most) continue;
    return base::FieldError(
        sigma ? "known_baseline.sigma" : "known_baseline.center",
        absl::StrCat("is ", value, ", and must be 0 to ", most, ": it is that of the ",
                     roots ? "3.6th roots of the seconds, as an earlier t chart"
                           : "logarithms of the seconds, as an earlier chart of logarithms",
                     " tells it, and no time"));
  }
  return absl::OkStatus();
}

// Fills the chart stage by stage.
class Charting {
 public:
  Charting(const Series& series, const ChartSpec& spec, LogChart* chart,
           absl::FunctionRef<absl::Status()> keep_on)
      : series_(series), spec_(spec), chart_(*chart), keep_on_(keep_on) {}

  // The stages are those of the chart.
  absl::Status Run() {
    if (spec_.baseline_window.has_value()) RETURN_IF_ERROR(CheckWindow());
    for (size_t s = 0; s < chart_.stages.size(); ++s) RETURN_IF_ERROR(AddStage(s));
    return absl::OkStatus();
  }

 private:
  // Of several stages the window is that of those that have points in it; others have their own.
  absl::Status CheckWindow() {
    size_t most = 0;
    for (const ChartStage& stage : chart_.stages) {
      const auto [first, last] = BaselineOf(series_, stage, spec_);
      most = std::max(most, last - first);
    }
    return most < spec_.least_points && !series_.groups.empty() ? TooFew(spec_, most)
                                                                : absl::OkStatus();
  }

  // What was given, with the spread that follows from the centre where one does.
  quality::Baseline Known() const {
    quality::Baseline known = *spec_.known;
    known.points = 0;
    const double c = known.center;
    if (series_.type == ChartType::kG) known.sigma = std::sqrt(std::max(0.0, c * (c + 1)));
    const bool wider = series_.type == ChartType::kLaneyP || series_.type == ChartType::kLaneyU ||
                       series_.type == ChartType::kEwma || series_.type == ChartType::kCusum;
    if (!series_.counts.empty() && !wider) known.sigma = 1;
    return known;
  }

  absl::Status AddStage(size_t s) {
    RETURN_IF_ERROR(keep_on_());
    ChartStage& stage = chart_.stages[s];
    const size_t end = stage.first + stage.count;
    auto [first, last] = BaselineOf(series_, stage, spec_);
    if (spec_.known.has_value()) {
      stage.baseline = Known();
      first = last = stage.first;
    } else {
      if (spec_.baseline_window.has_value() && last - first < spec_.least_points)
        std::tie(first, last) = std::pair(stage.first, end);
      if (last - first >= spec_.least_points) {
        ASSIGN_OR_RETURN(stage.baseline, EstimateBaseline(series_, first, last, spec_.limits));
      } else if (spec_.baseline_points > 0 && !stage.title.has_value()) {
        return TooFew(spec_, stage.count);
      }
    }
    if (stage.baseline.has_value())
      std::tie(stage.baseline_first, stage.baseline_last) = std::pair(first, last);
    ASSIGN_OR_RETURN(const std::vector<PlottedPoint> points,
                     PlotPoints(series_, stage.first, end, stage.baseline, spec_.limits));
    for (size_t i = 0; i < points.size(); ++i) {
      const size_t point = stage.first + i;
      chart_.any_limits |= points[i].limits.has_value();
      chart_.points.push_back({series_.groups[point], points[i], s,
                               stage.baseline.has_value() && point >= first && point < last});
    }
    return AddSignals(stage, points);
  }

  absl::Status AddSignals(const ChartStage& stage, const std::vector<PlottedPoint>& points) {
    const std::vector<quality::Rule> rules =
        spec_.rules.empty() ? DefaultRules(series_.type) : spec_.rules;
    for (const quality::Rule rule : rules) {
      RETURN_IF_ERROR(keep_on_());
      Add(rule, false, stage, points);
    }
    const bool spreads = std::any_of(points.begin(), points.end(), [](const PlottedPoint& point) {
      return point.spread.has_value();
    });
    if (spreads) Add(quality::Rule::kBeyond3Sigma, true, stage, points);
    return absl::OkStatus();
  }

  void Add(quality::Rule rule, bool of_spread, const ChartStage& stage,
           const std::vector<PlottedPoint>& points) {
    auto found =
        std::find_if(chart_.signals.begin(), chart_.signals.end(), [&](const RuleSignals& signals) {
          return signals.rule == rule && signals.of_spread == of_spread;
        });
    if (found == chart_.signals.end()) found = chart_.signals.insert(found, {rule, of_spread, {}});
    for (const size_t i : SignalsOf(rule, series_.type, points, of_spread))
      found->points.push_back(stage.first + i);
  }

  const Series& series_;
  const ChartSpec& spec_;
  LogChart& chart_;
  const absl::FunctionRef<absl::Status()> keep_on_;
};

// The points, of the chart that is chosen, and their stages.
absl::StatusOr<Series> SeriesOf(const Measured& measured, const ChartSpec& spec,
                                const TimeBetween& between,
                                absl::FunctionRef<absl::Status()> keep_on, LogChart* chart) {
  std::vector<Segment> segments = spec.segments;
  if (segments.empty()) segments.push_back({"", 0, measured.values.size()});
  std::vector<Measured> parts;  // of segments
  const auto part = [&](size_t i) -> const Measured& {
    return parts.empty() ? measured : parts[i];
  };
  std::vector<Groups> grouped;
  Groups all;
  for (size_t i = 0; i < segments.size(); ++i) {
    if (!spec.segments.empty()) parts.push_back(PartOf(measured, segments[i]));
    ASSIGN_OR_RETURN(grouped.emplace_back(), MakeGroups(part(i), spec.grouping));
    Append(grouped.back(), segments[i].first, &all);
  }
  ASSIGN_OR_RETURN(chart->chosen, ChooseChart(measured, all, spec.grouping, spec.type));
  Series series{.type = chart->chosen.type,
                .logarithms = spec.logarithms,
                .of_cases = measured.kind == ValueKind::kIsBad};
  for (size_t i = 0; i < segments.size(); ++i) {
    RETURN_IF_ERROR(keep_on());
    const size_t first = series.groups.size();
    Append(MakeSeries(part(i), grouped[i], series.type, between), segments[i].first, &series);
    const auto title =
        spec.segments.empty() ? std::nullopt : std::optional<std::string>(segments[i].title);
    AddStages(series, spec.stage_times, first, series.groups.size(), title, &chart->stages);
  }
  return series;
}

}  // namespace

absl::StatusOr<LogChart> MakeChart(const Measured& measured, const ChartSpec& spec,
                                   const TimeBetween& between) {
  return MakeChart(measured, spec, between, [] { return absl::OkStatus(); });
}

absl::StatusOr<LogChart> MakeChart(const Measured& measured, const ChartSpec& spec,
                                   const TimeBetween& between,
                                   absl::FunctionRef<absl::Status()> keep_on) {
  if (!measured.told()) {
    ChartSpec of_nothing = spec;
    of_nothing.segments.clear();
    Measured nothing = measured;
    nothing.values.clear();
    return MakeChart(nothing, of_nothing, between, keep_on);
  }
  LogChart chart;
  ASSIGN_OR_RETURN(const Series series, SeriesOf(measured, spec, between, keep_on, &chart));
  chart.ungrouped = series.ungrouped;
  RETURN_IF_ERROR(CheckOptions(measured, series, spec));
  RETURN_IF_ERROR(CheckKnown(series, spec));
  RETURN_IF_ERROR(Charting(series, spec, &chart, keep_on).Run());
  chart.warnings = WarningsOf(measured.kind, series, spec, chart);
  return chart;
}

}  // namespace plumbline::analytics
