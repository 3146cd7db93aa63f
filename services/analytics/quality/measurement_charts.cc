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

double DeviationOf(const std::vector<double>& values) {
  return statistics::StandardDeviation(values);
}

absl::Status CheckSubgroups(const Subgroups& subgroups, size_t most, size_t least) {
  for (size_t i = 0; i < subgroups.size(); ++i) {
    const size_t size = subgroups[i].size();
    if (size < least || size > most) {
      return base::FieldError(absl::StrCat("subgroups[", i, "]"),
                              absl::StrCat("has ", size, " values; ", least, " to ", most,
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

constexpr Spread kRanges = {.most = kMaxSubgroup,
                            .of = RangeOf,
                            .mean = [](int64_t n) { return ConstantsOf(static_cast<int>(n)).d2; },
                            .sigma = [](int64_t n) { return ConstantsOf(static_cast<int>(n)).d3; }};
constexpr Spread kDeviations = {.most = std::numeric_limits<size_t>::max(),
                                .of = DeviationOf,
                                .mean = MeanOfDeviation,
                                .sigma = DeviationOfDeviation};

// Of at least one subgroup of two values or more.
double SigmaOf(absl::Span<const std::vector<double>> subgroups, SigmaBy by) {
  const Spread& spread = by == SigmaBy::kRanges ? kRanges : kDeviations;
  statistics::CompensatedSum sigma, squares;
  double groups = 0;
  int64_t freedom = 0;
  for (const std::vector<double>& subgroup : subgroups) {
    const auto n = static_cast<int64_t>(subgroup.size());
    if (n < 2) continue;
    ++groups;
    freedom += n - 1;
    if (by == SigmaBy::kPooled) {
      squares.Add(statistics::SquaredDeviations(subgroup));
    } else {
      sigma.Add(spread.of(subgroup) / spread.mean(n));
    }
  }
  if (by != SigmaBy::kPooled) return sigma.value() / groups;
  return std::sqrt(squares.value() / static_cast<double>(freedom)) / MeanOfDeviation(freedom + 1);
}

// The mean of all values; that of equal ones is that value.
double CenterOf(absl::Span<const std::vector<double>> subgroups) {
  statistics::CompensatedSum sum;
  double values = 0, least = kNone, greatest = -kNone;
  for (const std::vector<double>& subgroup : subgroups) {
    for (const double value : subgroup) {
      sum.Add(value);
      least = std::min(least, value);
      greatest = std::max(greatest, value);
    }
    values += static_cast<double>(subgroup.size());
  }
  return std::clamp(sum.value() / values, least, greatest);
}

// Of the differences of means from one subgroup to the next, each over what sqrt(1/n + 1/m) makes
// of that of single values: of these it is their average moving range over d2.
double SigmaOfMeans(absl::Span<const std::vector<double>> subgroups) {
  statistics::CompensatedSum sum;
  const auto share = [](const std::vector<double>& group) {
    return 1 / static_cast<double>(group.size());
  };
  for (size_t i = 1; i < subgroups.size(); ++i) {
    const std::vector<double>&before = subgroups[i - 1], &after = subgroups[i];
    sum.Add(std::abs(statistics::Mean(after) - statistics::Mean(before)) /
            std::sqrt((share(before) + share(after)) / 2));
  }
  return sum.value() / static_cast<double>(subgroups.size() - 1) / ConstantsOf(2).d2;
}

// Whether values within subgroups tell so little, beside those that are alone in theirs, that means
// tell more: all of sigma would hang on a pair or two.
bool TellLittle(const Subgroups& subgroups) {
  constexpr size_t kLeastFreedom = 10;
  size_t freedom = 0;
  bool alone = false;
  for (const std::vector<double>& subgroup : subgroups) {
    freedom += subgroup.size() - 1;
    alone |= subgroup.size() == 1;
  }
  return alone && freedom < kLeastFreedom;
}

Baseline Estimate(absl::Span<const std::vector<double>> subgroups, SigmaBy by) {
  return {
      .center = CenterOf(subgroups), .sigma = SigmaOf(subgroups, by), .points = subgroups.size()};
}

absl::StatusOr<SubgroupCharts> ChartSubgroups(const Subgroups& subgroups,
                                              const ChartOptions& options, SigmaBy shown) {
  const Spread& spread = shown == SigmaBy::kRanges ? kRanges : kDeviations;
  const SigmaBy by = options.sigma_by.value_or(shown);
  RETURN_IF_ERROR(
      CheckSubgroups(subgroups, by == SigmaBy::kRanges ? kRanges.most : spread.most, 2));
  ASSIGN_OR_RETURN(const size_t baseline, BaselineSize(subgroups.size(), options));
  const Baseline known = options.known.has_value()
                             ? *options.known
                             : Estimate(absl::MakeConstSpan(subgroups).first(baseline), by);
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
  return ChartSubgroups(subgroups, options, SigmaBy::kRanges);
}

absl::StatusOr<SubgroupCharts> ChartMeansAndDeviations(const Subgroups& subgroups,
                                                       const ChartOptions& options) {
  return ChartSubgroups(subgroups, options, SigmaBy::kDeviations);
}

absl::StatusOr<Baseline> BaselineOfSubgroups(const Subgroups& subgroups, SigmaBy by) {
  const Spread& spread = by == SigmaBy::kRanges ? kRanges : kDeviations;
  RETURN_IF_ERROR(CheckSubgroups(subgroups, spread.most, 1));
  RETURN_IF_ERROR(BaselineSize(subgroups.size(), {}).status());
  if (!TellLittle(subgroups)) return Estimate(subgroups, by);
  return Baseline{
      .center = CenterOf(subgroups), .sigma = SigmaOfMeans(subgroups), .points = subgroups.size()};
}

}  // namespace plumbline::analytics::quality
