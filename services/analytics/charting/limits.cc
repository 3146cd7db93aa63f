// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/charting/limits.h"

#include <algorithm>
#include <cmath>

#include "common/base/status_macros.h"
#include "common/statistics/sums.h"

namespace plumbline::analytics {
namespace {

using quality::Baseline;
using quality::Chart;
using quality::ChartOptions;
using quality::ChartPoint;
using quality::Rule;

bool IsXbar(ChartType type) { return type == ChartType::kXbarR || type == ChartType::kXbarS; }
bool HasMemory(ChartType type) { return type == ChartType::kEwma || type == ChartType::kCusum; }
bool IsLaney(ChartType type) { return type == ChartType::kLaneyP || type == ChartType::kLaneyU; }
bool IsRare(ChartType type) { return type == ChartType::kG || type == ChartType::kT; }

// Stretches between one case that is bad and the next.
void AddRare(const Measured& measured, const TimeBetween& between, Series* series) {
  std::optional<size_t> before;
  for (size_t i = 0; i < measured.values.size(); ++i) {
    if (measured.values[i].value == 0) continue;
    if (!before.has_value()) {
      series->ungrouped += static_cast<int64_t>(i + 1);
      before = i;
      continue;
    }
    const int64_t from = measured.values[*before].time, to = measured.values[i].time;
    const int64_t passed = Measure(between, from, to);
    if (series->type == ChartType::kT && passed <= 0) {
      ++series->ungrouped;
      continue;
    }
    series->groups.push_back({from, to, false, *before + 1, i - *before});
    series->singles.push_back(series->type == ChartType::kG ? static_cast<double>(i - *before - 1)
                                                            : static_cast<double>(passed) / 1e6);
    before = i;
  }
  if (before.has_value())
    series->ungrouped += static_cast<int64_t>(measured.values.size() - *before - 1);
}

void AddGroup(const Measured& measured, const Group& group, Series* series) {
  const auto values = [&] {
    std::vector<double> list;
    for (size_t i = group.first; i < group.first + group.count; ++i)
      list.push_back(measured.values[i].value);
    return list;
  };
  if (IsXbar(series->type) && group.count < 2) {
    series->ungrouped += static_cast<int64_t>(group.count);
    return;
  }
  series->groups.push_back(group);
  if (measured.kind == ValueKind::kTime) {
    if (group.period || group.count > 1) {
      series->subgroups.push_back(values());
    } else {
      series->singles.push_back(measured.values[group.first].value);
    }
    return;
  }
  const bool moments = measured.kind == ValueKind::kMoment;
  const quality::CountPoint point{SumOf(measured, group),
                                  moments ? 1 : static_cast<double>(group.count)};
  if (series->type == ChartType::kIndividuals) {
    series->singles.push_back(point.count / point.size);
  } else {
    series->counts.push_back(point);
  }
}

template <class T>
absl::Span<const T> Slice(const std::vector<T>& list, size_t first, size_t last) {
  return absl::MakeConstSpan(list).subspan(first, last - first);
}

void TakeLogarithms(std::vector<double>* values) {
  for (double& value : *values) value = LogarithmOf(value);
}

quality::Subgroups SubgroupsOf(const Series& series, size_t first, size_t last) {
  quality::Subgroups subgroups{series.subgroups.begin() + static_cast<ptrdiff_t>(first),
                               series.subgroups.begin() + static_cast<ptrdiff_t>(last)};
  if (series.logarithms)
    std::for_each(subgroups.begin(), subgroups.end(),
                  [](auto& values) { TakeLogarithms(&values); });
  return subgroups;
}

// A chart of counts, or of what is rare.
absl::StatusOr<Chart> SimpleChart(const Series& series, size_t first, size_t last,
                                  const ChartOptions& options) {
  switch (series.type) {
    case ChartType::kP:
      return quality::ChartShares(Slice(series.counts, first, last), options);
    case ChartType::kNp:
      return quality::ChartNumbers(Slice(series.counts, first, last), options);
    case ChartType::kC:
      return quality::ChartDefects(Slice(series.counts, first, last), options);
    case ChartType::kU:
      return quality::ChartRates(Slice(series.counts, first, last), options);
    case ChartType::kLaneyP:
      return quality::ChartSharesByLaney(Slice(series.counts, first, last), options);
    case ChartType::kLaneyU:
      return quality::ChartRatesByLaney(Slice(series.counts, first, last), options);
    case ChartType::kG:
      return quality::ChartCasesBetween(Slice(series.singles, first, last), options);
    default:
      return quality::ChartTimesBetween(Slice(series.singles, first, last), options);
  }
}

absl::StatusOr<quality::SubgroupCharts> MeansChart(const Series& series, size_t first, size_t last,
                                                   const ChartOptions& options) {
  const quality::Subgroups subgroups = SubgroupsOf(series, first, last);
  return series.type == ChartType::kXbarR ? quality::ChartMeansAndRanges(subgroups, options)
                                          : quality::ChartMeansAndDeviations(subgroups, options);
}

// How many times as wide limits of counts of a chart with memory are.
absl::StatusOr<Baseline> BaselineOfCounts(const Series& series, size_t first, size_t last) {
  const auto counts = Slice(series.counts, first, last);
  ASSIGN_OR_RETURN(const Chart chart, series.of_cases ? quality::ChartSharesByLaney(counts)
                                                      : quality::ChartRatesByLaney(counts));
  Baseline baseline = chart.baseline;
  if (counts.size() < kPointsForLaney || !(baseline.sigma > kOverdispersed)) baseline.sigma = 1;
  return baseline;
}

// Whether a share or rate tells how much counts vary.
bool Varies(const Series& series, double rate) {
  return rate > 0 && (!series.of_cases || rate < 1);
}

// Standard deviations of what is plotted; empty where there are none.
std::vector<double> SigmasOf(const Series& series, size_t first, size_t last,
                             const Baseline& baseline) {
  std::vector<double> sigmas;
  if (!series.counts.empty() && !Varies(series, baseline.center)) return sigmas;
  for (size_t i = first; i < last; ++i) {
    double one = 1;
    if (!series.subgroups.empty())
      one = 1 / std::sqrt(static_cast<double>(series.subgroups[i].size()));
    if (!series.counts.empty())
      one = quality::SigmaOfCounts(series.counts[i], baseline.center, series.of_cases);
    sigmas.push_back(baseline.sigma * one);
  }
  return sigmas;
}

absl::Status PlotMemory(const Series& series, size_t first, const Baseline& baseline,
                        const LimitOptions& options, std::vector<PlottedPoint>* points) {
  const size_t last = first + points->size();
  const std::vector<double> values = ValuesOf(series, first, last);
  const std::vector<double> sigmas = SigmasOf(series, first, last, baseline);
  if (sigmas.empty()) return absl::OkStatus();
  if (series.type == ChartType::kEwma) {
    ASSIGN_OR_RETURN(const Chart chart, quality::ChartEwma(values, baseline, sigmas, options.ewma));
    for (size_t i = 0; i < values.size(); ++i) {
      (*points)[i].value = chart.points[i].value;
      (*points)[i].limits = chart.points[i];
    }
    return absl::OkStatus();
  }
  if (baseline.sigma <= 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<quality::CusumPoint> sums,
                   quality::ChartCusum(values, baseline, sigmas, options.cusum));
  const double decision = options.cusum.decision;
  for (size_t i = 0; i < values.size(); ++i) {
    PlottedPoint& point = (*points)[i];
    point.value = sums[i].upper;
    point.lower_sum = sums[i].lower;
    point.signal = sums[i].upper_signal || sums[i].lower_signal;
    point.limits = ChartPoint{.value = sums[i].upper,
                              .center = 0,
                              .sigma = decision / quality::kSigmas,
                              .lower = -decision,
                              .upper = decision};
  }
  return absl::OkStatus();
}

// What is shown of a chart of logarithms; rules go by these. Single values are as measured.
void ShowSeconds(const Series& series, size_t first, std::vector<PlottedPoint>* points) {
  const bool measured = !HasMemory(series.type) && !series.singles.empty();
  for (size_t i = 0; i < points->size(); ++i) {
    PlottedPoint& point = (*points)[i];
    point.value = measured ? series.singles[first + i] : SecondsOf(point.value);
    if (!point.limits.has_value()) continue;
    point.judged = point.limits;
    ChartPoint& shown = *point.limits;
    shown.value = point.value;
    // There and back leaves a rounding: what lies on a level is shown on it.
    for (double* level : {&shown.center, &shown.lower, &shown.upper})
      *level = *level == point.judged->value ? point.value : SecondsOf(*level);
    shown.sigma = (shown.upper - shown.center) / quality::kSigmas;
  }
}

}  // namespace

double LogarithmOf(double seconds) { return std::log1p(std::max(0.0, seconds)); }
double SecondsOf(double logarithm) { return std::max(0.0, std::expm1(logarithm)); }

std::vector<double> ValuesOf(const Series& series, size_t first, size_t last) {
  std::vector<double> values;
  if (!series.subgroups.empty()) {
    for (const std::vector<double>& group : SubgroupsOf(series, first, last))
      values.push_back(statistics::Mean(group));
    return values;
  }
  if (series.counts.empty()) {
    const auto singles = Slice(series.singles, first, last);
    values.assign(singles.begin(), singles.end());
    if (series.logarithms) TakeLogarithms(&values);
    return values;
  }
  const bool whole = series.type == ChartType::kNp || series.type == ChartType::kC;
  for (const quality::CountPoint& point : Slice(series.counts, first, last))
    values.push_back(whole ? point.count : point.count / point.size);
  return values;
}

bool ExpectsEnough(const Series& series, size_t i, const Baseline& baseline) {
  return quality::ExpectsEnough(series.counts[i], baseline.center, series.of_cases);
}

Series MakeSeries(const Measured& measured, const Groups& groups, ChartType type,
                  const TimeBetween& between) {
  Series series{.type = type, .of_cases = measured.kind == ValueKind::kIsBad};
  if (IsRare(type)) {
    AddRare(measured, between, &series);
    return series;
  }
  series.ungrouped = groups.ungrouped;
  for (const Group& group : groups.groups) AddGroup(measured, group, &series);
  return series;
}

absl::StatusOr<Baseline> EstimateBaseline(const Series& series, size_t first, size_t last,
                                          const LimitOptions& options) {
  if (!series.subgroups.empty()) {
    const quality::SigmaBy usual = series.type == ChartType::kXbarR ? quality::SigmaBy::kRanges
                                                                    : quality::SigmaBy::kDeviations;
    return quality::BaselineOfSubgroups(SubgroupsOf(series, first, last),
                                        options.sigma_by.value_or(usual));
  }
  if (series.type == ChartType::kIndividuals || HasMemory(series.type)) {
    return series.counts.empty() ? quality::BaselineOfIndividuals(ValuesOf(series, first, last))
                                 : BaselineOfCounts(series, first, last);
  }
  ASSIGN_OR_RETURN(const Chart chart, SimpleChart(series, first, last, {}));
  return chart.baseline;
}

namespace {

// Charts without memory.
absl::Status PlotShewhart(const Series& series, size_t first, size_t last, const Baseline& baseline,
                          const LimitOptions& options, std::vector<PlottedPoint>* points) {
  const ChartOptions known{.known = baseline, .exact = !options.at_low_counts};
  if (IsXbar(series.type)) {
    ASSIGN_OR_RETURN(const quality::SubgroupCharts charts, MeansChart(series, first, last, known));
    for (size_t i = 0; i < points->size(); ++i) {
      (*points)[i].limits = charts.means.points[i];
      (*points)[i].spread = charts.spreads.points[i];
    }
    return absl::OkStatus();
  }
  if (series.type == ChartType::kIndividuals) {
    ASSIGN_OR_RETURN(const quality::IndividualsCharts charts,
                     quality::ChartIndividuals(ValuesOf(series, first, last), known));
    for (size_t i = 0; i < points->size(); ++i) {
      (*points)[i].limits = charts.individuals.points[i];
      if (i > 0) (*points)[i].spread = charts.moving_ranges.points[i - 1];
    }
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const Chart chart, SimpleChart(series, first, last, known));
  const bool exact = !IsLaney(series.type) && Varies(series, baseline.center);
  for (size_t i = 0; i < points->size(); ++i) {
    const bool enough = series.counts.empty() || options.at_low_counts || exact ||
                        ExpectsEnough(series, first + i, baseline);
    if (!enough) continue;
    (*points)[i].limits = chart.points[i];
    if (!chart.judged.empty()) (*points)[i].judged = chart.judged[i];
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<PlottedPoint>> PlotPoints(const Series& series, size_t first,
                                                     size_t last,
                                                     const std::optional<Baseline>& baseline,
                                                     const LimitOptions& options) {
  std::vector<PlottedPoint> points;
  for (const double value : ValuesOf(series, first, last))
    points.push_back({.value = series.type == ChartType::kCusum ? 0 : value});
  if (baseline.has_value() && !points.empty()) {
    RETURN_IF_ERROR(HasMemory(series.type)
                        ? PlotMemory(series, first, *baseline, options, &points)
                        : PlotShewhart(series, first, last, *baseline, options, &points));
  }
  if (series.logarithms) ShowSeconds(series, first, &points);
  return points;
}

std::optional<int64_t> NeededCases(const Series& series, const Baseline& baseline) {
  if (series.counts.empty()) return std::nullopt;
  const double rate =
      series.of_cases ? std::min(baseline.center, 1 - baseline.center) : baseline.center;
  if (rate <= 0 || kLeastExpected / rate > 1e15) return std::nullopt;
  return static_cast<int64_t>(std::ceil(kLeastExpected / rate * (1 - 1e-12)));
}

std::vector<Rule> DefaultRules(ChartType type) {
  if (HasMemory(type)) return {Rule::kBeyond3Sigma};
  if (type == ChartType::kIndividuals || IsXbar(type)) {
    return {Rule::kBeyond3Sigma, Rule::kTwoOfThreeBeyond2, Rule::kFourOfFiveBeyond1,
            Rule::kEightOneSide};
  }
  return {Rule::kBeyond3Sigma, Rule::kEightOneSide, Rule::kSixTrend};
}

std::vector<size_t> SignalsOf(Rule rule, ChartType type, absl::Span<const PlottedPoint> points,
                              bool of_spread) {
  std::vector<size_t> signals;
  if ((of_spread || HasMemory(type)) && rule != Rule::kBeyond3Sigma) return signals;
  if (type == ChartType::kCusum) {
    for (size_t i = 0; i < points.size(); ++i) {
      if (!of_spread && points[i].signal) signals.push_back(i);
    }
    return signals;
  }
  std::vector<ChartPoint> run;
  const auto flush = [&](size_t end) {
    for (const size_t i : quality::PointsOf(rule, run)) signals.push_back(end - run.size() + i);
    run.clear();
  };
  for (size_t i = 0; i < points.size(); ++i) {
    const bool judged = points[i].judged.has_value() && !quality::IsOfMoves(rule);
    const std::optional<ChartPoint>& point = of_spread ? points[i].spread
                                             : judged  ? points[i].judged
                                                       : points[i].limits;
    if (point.has_value()) {
      run.push_back(*point);
    } else {
      flush(i);
    }
  }
  flush(points.size());
  return signals;
}

}  // namespace plumbline::analytics
