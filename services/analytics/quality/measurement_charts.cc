// SPDX-License-Identifier: Apache-2.0
//
// Charts of measurements: I-MR, Xbar-R, Xbar-S (Montgomery 2013, chapter 6).
#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/statistics/sums.h"
#include "services/analytics/quality/chart_constants.h"
#include "services/analytics/quality/chart_input.h"
#include "services/analytics/quality/control_chart.h"

namespace plumbline::analytics::quality {
namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();

double RangeOf(const std::vector<double>& values) {
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  return *greatest - *least;
}

absl::Status CheckSubgroups(const Subgroups& subgroups, size_t most) {
  for (size_t i = 0; i < subgroups.size(); ++i) {
    const size_t size = subgroups[i].size();
    if (size < 2 || size > most) {
      return base::FieldError(absl::StrCat("subgroups[", i, "]"),
                              absl::StrCat("has ", size, " values; 2 to ", most,
                                           " are possible. Chart single values as individuals, and "
                                           "large subgroups by their standard deviations"));
    }
    RETURN_IF_ERROR(CheckValues(absl::StrCat("subgroups[", i, "]"), subgroups[i], -kNone));
  }
  return absl::OkStatus();
}

// How the spread of a subgroup is measured.
struct Spread {
  size_t most;  // values of a subgroup
  double (*of)(const std::vector<double>&);
  // Mean and standard deviation of it in samples of n of a population with standard deviation 1.
  double (*mean)(int64_t n);
  double (*sigma)(int64_t n);
};

Baseline Estimate(const Subgroups& subgroups, size_t baseline, const Spread& spread) {
  statistics::CompensatedSum sum, sigma;
  double values = 0;
  for (size_t i = 0; i < baseline; ++i) {
    for (const double value : subgroups[i]) sum.Add(value);
    values += static_cast<double>(subgroups[i].size());
    sigma.Add(spread.of(subgroups[i]) / spread.mean(static_cast<int64_t>(subgroups[i].size())));
  }
  return {.center = sum.value() / values,
          .sigma = sigma.value() / static_cast<double>(baseline),
          .points = baseline};
}

absl::StatusOr<SubgroupCharts> ChartSubgroups(const Subgroups& subgroups,
                                              const ChartOptions& options, const Spread& spread) {
  RETURN_IF_ERROR(CheckSubgroups(subgroups, spread.most));
  ASSIGN_OR_RETURN(const size_t baseline, BaselineSize(subgroups.size(), options));
  const Baseline known =
      options.known.has_value() ? *options.known : Estimate(subgroups, baseline, spread);
  SubgroupCharts charts;
  charts.means.baseline = known;
  charts.spreads.baseline = known;
  for (const std::vector<double>& subgroup : subgroups) {
    const auto n = static_cast<int64_t>(subgroup.size());
    charts.means.points.push_back(PointOf(statistics::Mean(subgroup), known.center,
                                          known.sigma / std::sqrt(static_cast<double>(n)), -kNone,
                                          kNone));
    charts.spreads.points.push_back(PointOf(spread.of(subgroup), spread.mean(n) * known.sigma,
                                            spread.sigma(n) * known.sigma, 0, kNone));
  }
  return charts;
}

Baseline BaselineOf(absl::Span<const double> values) {
  return {.center = statistics::Mean(values),
          .sigma = AverageMovingRange(values) / ConstantsOf(2).d2,
          .points = values.size()};
}

}  // namespace

absl::StatusOr<Baseline> BaselineOfIndividuals(absl::Span<const double> values) {
  RETURN_IF_ERROR(CheckValues("values", values, -kNone));
  RETURN_IF_ERROR(BaselineSize(values.size(), {}).status());
  return BaselineOf(values);
}

absl::StatusOr<IndividualsCharts> ChartIndividuals(absl::Span<const double> values,
                                                   const ChartOptions& options) {
  RETURN_IF_ERROR(CheckValues("values", values, -kNone));
  ASSIGN_OR_RETURN(const size_t size, BaselineSize(values.size(), options));
  const ChartConstants& constants = ConstantsOf(2);
  IndividualsCharts charts;
  Baseline& known = charts.individuals.baseline;
  if (options.known.has_value()) {
    known = *options.known;
  } else {
    known = BaselineOf(values.first(size));
  }
  charts.moving_ranges.baseline = known;
  for (size_t i = 0; i < values.size(); ++i) {
    charts.individuals.points.push_back(
        PointOf(values[i], known.center, known.sigma, -kNone, kNone));
    if (i == 0) continue;
    charts.moving_ranges.points.push_back(PointOf(std::abs(values[i] - values[i - 1]),
                                                  constants.d2 * known.sigma,
                                                  constants.d3 * known.sigma, 0, kNone));
  }
  return charts;
}

absl::StatusOr<SubgroupCharts> ChartMeansAndRanges(const Subgroups& subgroups,
                                                   const ChartOptions& options) {
  return ChartSubgroups(subgroups, options,
                        {.most = kMaxSubgroup,
                         .of = RangeOf,
                         .mean = [](int64_t n) { return ConstantsOf(static_cast<int>(n)).d2; },
                         .sigma = [](int64_t n) { return ConstantsOf(static_cast<int>(n)).d3; }});
}

absl::StatusOr<SubgroupCharts> ChartMeansAndDeviations(const Subgroups& subgroups,
                                                       const ChartOptions& options) {
  return ChartSubgroups(
      subgroups, options,
      {.most = std::numeric_limits<size_t>::max(),
       .of =
           [](const std::vector<double>& values) { return statistics::StandardDeviation(values); },
       .mean = MeanOfDeviation,
       .sigma = DeviationOfDeviation});
}

}  // namespace plumbline::analytics::quality
