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
bool IsShare(ChartType type) {
  return type == ChartType::kP || type == ChartType::kNp || type == ChartType::kLaneyP;
}
bool IsRate(ChartType type) {
  return type == ChartType::kC || type == ChartType::kU || type == ChartType::kLaneyU;
}
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
  if (IsXbar(series->type) || (HasMemory(series->type) && group.count > 1)) {
    series->subgroups.push_back(values());
  } else if (IsShare(series->type) || IsRate(series->type)) {
    const bool moments = measured.kind == ValueKind::kMoment;
    series->counts.push_back(
        {SumOf(measured, group), moments ? 1 : static_cast<double>(group.count)});
  } else {
    series->singles.push_back(measured.values[group.first].value);
  }
}

template <class T>
absl::Span<const T> Slice(const std::vector<T>& list, size_t first, size_t last) {
  return absl::MakeConstSpan(list).subspan(first, last - first);
}

quality::Subgroups SubgroupsOf(const Series& series, size_t first, size_t last) {
  return {series.subgroups.begin() + static_cast<ptrdiff_t>(first),
          series.subgroups.begin() + static_cast<ptrdiff_t>(last)};
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

// What is plotted, without memory.
double ValueOf(const Series& series, size_t i) {
  if (!series.subgroups.empty()) return statistics::Mean(series.subgroups[i]);
  if (series.counts.empty()) return series.singles[i];
  const quality::CountPoint& point = series.counts[i];
  const bool whole = series.type == ChartType::kNp || series.type == ChartType::kC;
  return whole ? point.count : point.count / point.size;
}

bool Expects(const Series& series, size_t i, const Baseline& baseline) {
  const double size = series.counts[i].size, expected = baseline.center * size;
  // Sums of shares may miss a whole number by a rounding.
  const double least = kLeastExpected * (1 - 1e-12);
  return expected >= least && (!IsShare(series.type) || size - expected >= least);
}

absl::Status PlotMemory(const Series& series, size_t first, const Baseline& single,
                        const LimitOptions& options, std::vector<PlottedPoint>* points) {
  std::vector<double> values;
  for (const PlottedPoint& point : *points) values.push_back(point.value);
  Baseline baseline = single;
  if (!series.subgroups.empty())
    baseline.sigma /= std::sqrt(static_cast<double>(series.subgroups[first].size()));
  if (series.type == ChartType::kEwma) {
    ASSIGN_OR_RETURN(const Chart chart, quality::ChartEwma(values, baseline, options.ewma));
    for (size_t i = 0; i < values.size(); ++i) {
      (*points)[i].value = chart.points[i].value;
      (*points)[i].limits = chart.points[i];
    }
    return absl::OkStatus();
  }
  if (baseline.sigma <= 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<quality::CusumPoint> sums,
                   quality::ChartCusum(values, baseline, options.cusum));
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

}  // namespace

Series MakeSeries(const Measured& measured, const Groups& groups, ChartType type,
                  const TimeBetween& between) {
  Series series{.type = type};
  if (IsRare(type)) {
    AddRare(measured, between, &series);
    return series;
  }
  series.ungrouped = groups.ungrouped;
  for (const Group& group : groups.groups) AddGroup(measured, group, &series);
  return series;
}

absl::StatusOr<Baseline> EstimateBaseline(const Series& series, size_t first, size_t last) {
  if (!series.subgroups.empty()) {
    ASSIGN_OR_RETURN(const quality::SubgroupCharts charts, MeansChart(series, first, last, {}));
    return charts.means.baseline;
  }
  if (series.type == ChartType::kIndividuals || HasMemory(series.type)) {
    return quality::BaselineOfIndividuals(Slice(series.singles, first, last));
  }
  ASSIGN_OR_RETURN(const Chart chart, SimpleChart(series, first, last, {}));
  return chart.baseline;
}

absl::StatusOr<std::vector<PlottedPoint>> PlotPoints(const Series& series, size_t first,
                                                     size_t last,
                                                     const std::optional<Baseline>& baseline,
                                                     const LimitOptions& options) {
  std::vector<PlottedPoint> points;
  for (size_t i = first; i < last; ++i) points.push_back({.value = ValueOf(series, i)});
  if (!baseline.has_value() || points.empty()) return points;
  const ChartOptions known{.known = *baseline};
  if (HasMemory(series.type)) {
    RETURN_IF_ERROR(PlotMemory(series, first, *baseline, options, &points));
    return points;
  }
  if (IsXbar(series.type)) {
    ASSIGN_OR_RETURN(const quality::SubgroupCharts charts, MeansChart(series, first, last, known));
    for (size_t i = 0; i < points.size(); ++i) {
      points[i].limits = charts.means.points[i];
      points[i].spread = charts.spreads.points[i];
    }
    return points;
  }
  if (series.type == ChartType::kIndividuals) {
    ASSIGN_OR_RETURN(const quality::IndividualsCharts charts,
                     quality::ChartIndividuals(Slice(series.singles, first, last), known));
    for (size_t i = 0; i < points.size(); ++i) {
      points[i].limits = charts.individuals.points[i];
      if (i > 0) points[i].spread = charts.moving_ranges.points[i - 1];
    }
    return points;
  }
  ASSIGN_OR_RETURN(const Chart chart, SimpleChart(series, first, last, known));
  for (size_t i = 0; i < points.size(); ++i) {
    const bool enough =
        series.counts.empty() || options.at_low_counts || Expects(series, first + i, *baseline);
    if (enough) points[i].limits = chart.points[i];
  }
  return points;
}

std::optional<int64_t> NeededCases(ChartType type, const Baseline& baseline) {
  if (!IsShare(type) && !IsRate(type)) return std::nullopt;
  const double rate =
      IsShare(type) ? std::min(baseline.center, 1 - baseline.center) : baseline.center;
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
    const std::optional<ChartPoint>& point = of_spread ? points[i].spread : points[i].limits;
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
