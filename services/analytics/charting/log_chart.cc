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

namespace plumbline::analytics {
namespace {

// Of the points `point` .. `end`.
void AddStages(const Series& series, const std::vector<int64_t>& times, size_t point, size_t end,
               const std::optional<std::string>& title, std::vector<ChartStage>* stages) {
  size_t next = 0;
  while (point < end) {
    // Stages without a point are none.
    while (next < times.size() && times[next] <= series.groups[point].begin) ++next;
    ChartStage stage{point, 0, std::nullopt, title};
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
    Warn();
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
    const bool laney = series_.type == ChartType::kLaneyP || series_.type == ChartType::kLaneyU;
    if (!series_.counts.empty() && !laney) known.sigma = 1;
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
        ASSIGN_OR_RETURN(stage.baseline, EstimateBaseline(series_, first, last));
      } else if (spec_.baseline_points > 0 && !stage.title.has_value()) {
        return TooFew(spec_, stage.count);
      }
    }
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

  // " of the stage ...", "" of the only one.
  std::string NameOf(const ChartStage& stage) const {
    if (chart_.stages.size() == 1) return "";
    const std::string from = absl::FormatTime(
        "%Y-%m-%d %H:%M UTC", absl::FromUnixMicros(series_.groups[stage.first].begin),
        absl::UTCTimeZone());
    if (!stage.title.has_value()) return absl::StrCat(" of the stage from ", from);
    return absl::StrCat(" of the stage '", *stage.title, "' from ", from);
  }
  void Warn();
  void WarnOfLowCounts();

  const Series& series_;
  const ChartSpec& spec_;
  LogChart& chart_;
  const absl::FunctionRef<absl::Status()> keep_on_;
};

void Charting::WarnOfLowCounts() {
  if (series_.counts.empty() || spec_.limits.at_low_counts) return;
  for (size_t s = 0; s < chart_.stages.size(); ++s) {
    const ChartStage& stage = chart_.stages[s];
    if (!stage.baseline.has_value()) continue;
    int64_t without = 0;
    for (size_t i = stage.first; i < stage.first + stage.count; ++i)
      without += !chart_.points[i].plotted.limits.has_value();
    if (without == 0) continue;
    const std::optional<int64_t> needed = NeededCases(series_.type, *stage.baseline);
    const bool moments =
        series_.counts[stage.first].size == 1 && series_.groups[stage.first].period;
    std::string remedy =
        !needed.has_value() ? "larger groups would not help, since in the baseline none, or "
                              "every one, was so"
        : moments           ? absl::StrCat("take longer periods, ", base::CountText(*needed),
                                           " times as long at least")
                            : absl::StrCat("a point needs ", base::CountText(*needed),
                                           " cases: take larger groups or longer periods, or, of "
                                                     "what is rare, a g or t chart");
    chart_.warnings.push_back(absl::StrCat(
        base::CountText(without), " of ", base::CountText(static_cast<int64_t>(stage.count)),
        " points", NameOf(stage), " have no limits, since fewer than ", kLeastExpected,
        " are expected in them; ", remedy));
  }
}

void Charting::Warn() {
  for (const ChartStage& stage : chart_.stages) {
    const std::string of = NameOf(stage);
    if (!stage.baseline.has_value()) {
      chart_.warnings.push_back(absl::StrCat(
          "the ", stage.count, stage.count == 1 ? " point" : " points", of,
          " cannot tell limits: ", spec_.least_points, " are needed at least, ",
          std::max<size_t>(spec_.least_points, quality::kGoodBaseline), " for good ones"));
      continue;
    }
    if (stage.baseline->points > 0 && stage.baseline->points < quality::kGoodBaseline) {
      chart_.warnings.push_back(absl::StrCat("limits", of, " are rough: their baseline has ",
                                             stage.baseline->points, " points, and ",
                                             quality::kGoodBaseline, " make good ones"));
    }
    if (series_.counts.empty() && stage.baseline->sigma == 0) {
      chart_.warnings.push_back(
          absl::StrCat("all values of the baseline", of,
                       " are equal: its spread is 0, and any other value is beyond the limits"));
    }
  }
  WarnOfLowCounts();
}

}  // namespace

absl::StatusOr<LogChart> MakeChart(const Measured& measured, const ChartSpec& spec,
                                   const TimeBetween& between) {
  return MakeChart(measured, spec, between, [] { return absl::OkStatus(); });
}

absl::StatusOr<LogChart> MakeChart(const Measured& measured, const ChartSpec& spec,
                                   const TimeBetween& between,
                                   absl::FunctionRef<absl::Status()> keep_on) {
  LogChart chart;
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
  ASSIGN_OR_RETURN(chart.chosen, ChooseChart(measured, all, spec.grouping, spec.type));
  Series series{.type = chart.chosen.type};
  for (size_t i = 0; i < segments.size(); ++i) {
    RETURN_IF_ERROR(keep_on());
    const size_t first = series.groups.size();
    Append(MakeSeries(part(i), grouped[i], series.type, between), segments[i].first, &series);
    const auto title =
        spec.segments.empty() ? std::nullopt : std::optional<std::string>(segments[i].title);
    AddStages(series, spec.stage_times, first, series.groups.size(), title, &chart.stages);
  }
  chart.ungrouped = series.ungrouped;
  RETURN_IF_ERROR(Charting(series, spec, &chart, keep_on).Run());
  return chart;
}

DrillDown CasesOf(absl::FunctionRef<absl::string_view(uint32_t)> case_name,
                  const std::vector<std::string>& transitions, const MeasureSpec& measure,
                  const Measured& measured, ChartType type, const Group& group) {
  const bool rare = type == ChartType::kG || type == ChartType::kT;
  if (rare || (!group.period && group.count == 1)) {
    const MeasuredValue& last = measured.values[group.first + group.count - 1];
    return {absl::StrCat("case_id = ", Quoted(case_name(last.case_number))), ""};
  }
  const bool closed = !group.period;
  const bool of_step =
      measure.kind == MeasureKind::kStepWaiting || measure.kind == MeasureKind::kStepWorking;
  if (of_step) {
    const bool says =
        std::find(transitions.begin(), transitions.end(), "complete") != transitions.end();
    return {"", absl::StrCat("activity = ", Quoted(measure.activity),
                             says ? " AND transition = complete AND " : " AND ",
                             Within("time", group.begin, group.end, closed))};
  }
  if (measure.kind == MeasureKind::kArrivals)
    return {Within("start_time", group.begin, group.end, closed), ""};
  const std::string ended = Within("end_time", group.begin, group.end, closed);
  return {measured.open_cases > 0 ? absl::StrCat(ended, " AND NOT open") : ended, ""};
}

}  // namespace plumbline::analytics
