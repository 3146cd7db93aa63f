// SPDX-License-Identifier: Apache-2.0
//
// Charts of counts: p, np, c, u (Montgomery 2013, chapter 7), and Laney's p' and u'.
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

// What is counted: cases of some number, which each are or are not, or defects without such a
// bound.
struct Kind {
  bool of_cases = false;
  bool one_size = false;  // np, c: counts themselves are plotted
  bool by_laney = false;
};

absl::Status CheckPoint(const CountPoint& point, size_t i, const CountPoint& first,
                        const Kind& kind) {
  const auto field = [&](absl::string_view name) { return absl::StrCat("points[", i, "].", name); };
  if (!std::isfinite(point.count) || point.count < 0)
    return base::FieldError(field("count"),
                            absl::StrCat(point.count, " is no count; 0 is the least"));
  if (!std::isfinite(point.size) || point.size <= 0) {
    return base::FieldError(field("size"), absl::StrCat(point.size,
                                                        " is no size of a sample; leave out points "
                                                        "for which there was nothing to count"));
  }
  if (kind.of_cases && point.count > point.size) {
    return base::FieldError(field("count"), absl::StrCat(point.count, " of ", point.size,
                                                         " cases; no more than all are possible"));
  }
  if (kind.one_size && point.size != first.size) {
    return base::FieldError(field("size"),
                            absl::StrCat(point.size, " and ", first.size,
                                         " differ; chart samples of different sizes as shares (p) "
                                         "or rates (u)"));
  }
  return absl::OkStatus();
}

// Standard deviation of the share or rate of a point, by its counts alone.
double SigmaOf(const CountPoint& point, double rate, const Kind& kind) {
  return std::sqrt((kind.of_cases ? rate * (1 - rate) : rate) / point.size);
}

// How much more points vary than their counts would alone; 1 where nothing varies.
double LaneyFactor(absl::Span<const CountPoint> baseline, double rate, const Kind& kind) {
  std::vector<double> z;
  for (const CountPoint& point : baseline) {
    const double sigma = SigmaOf(point, rate, kind);
    if (sigma <= 0) return 1;
    z.push_back((point.count / point.size - rate) / sigma);
  }
  return AverageMovingRange(z) / ConstantsOf(2).d2;
}

Baseline Estimate(absl::Span<const CountPoint> baseline, const Kind& kind) {
  statistics::CompensatedSum counts, sizes;
  for (const CountPoint& point : baseline) {
    counts.Add(point.count);
    sizes.Add(point.size);
  }
  const double rate = counts.value() / sizes.value();
  return {.center = rate,
          .sigma = kind.by_laney ? LaneyFactor(baseline, rate, kind) : 1,
          .points = baseline.size()};
}

absl::StatusOr<Chart> ChartCounts(absl::Span<const CountPoint> points, const ChartOptions& options,
                                  const Kind& kind) {
  for (size_t i = 0; i < points.size(); ++i)
    RETURN_IF_ERROR(CheckPoint(points[i], i, points[0], kind));
  ASSIGN_OR_RETURN(const size_t baseline, BaselineSize(points.size(), options));
  Chart chart;
  chart.baseline =
      options.known.has_value() ? *options.known : Estimate(points.first(baseline), kind);
  const double rate = chart.baseline.center;
  for (const CountPoint& point : points) {
    const double scale = kind.one_size ? point.size : 1;
    chart.points.push_back(PointOf(point.count / point.size * scale, rate * scale,
                                   SigmaOf(point, rate, kind) * chart.baseline.sigma * scale, 0,
                                   kind.of_cases ? scale : kNone));
  }
  return chart;
}

}  // namespace

absl::StatusOr<Chart> ChartShares(absl::Span<const CountPoint> points,
                                  const ChartOptions& options) {
  return ChartCounts(points, options, {.of_cases = true});
}

absl::StatusOr<Chart> ChartNumbers(absl::Span<const CountPoint> points,
                                   const ChartOptions& options) {
  return ChartCounts(points, options, {.of_cases = true, .one_size = true});
}

absl::StatusOr<Chart> ChartDefects(absl::Span<const CountPoint> points,
                                   const ChartOptions& options) {
  return ChartCounts(points, options, {.one_size = true});
}

absl::StatusOr<Chart> ChartRates(absl::Span<const CountPoint> points, const ChartOptions& options) {
  return ChartCounts(points, options, {});
}

absl::StatusOr<Chart> ChartSharesByLaney(absl::Span<const CountPoint> points,
                                         const ChartOptions& options) {
  return ChartCounts(points, options, {.of_cases = true, .by_laney = true});
}

absl::StatusOr<Chart> ChartRatesByLaney(absl::Span<const CountPoint> points,
                                        const ChartOptions& options) {
  return ChartCounts(points, options, {.by_laney = true});
}

}  // namespace plumbline::analytics::quality
