// SPDX-License-Identifier: Apache-2.0
//
// Charts of counts: p, np, c, u (Montgomery 2013, chapter 7), and Laney's p' and u'.
#include <cmath>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/statistics/sums.h"
#include "services/analytics/quality/chart_constants.h"
#include "services/analytics/quality/chart_input.h"
#include "services/analytics/quality/control_chart.h"
#include "services/analytics/quality/exact_limits.h"

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

// How much more points vary than their counts would alone; 1 where nothing varies.
double LaneyFactor(absl::Span<const CountPoint> baseline, double rate, const Kind& kind) {
  std::vector<double> z;
  for (const CountPoint& point : baseline) {
    const double sigma = SigmaOfCounts(point, rate, kind.of_cases);
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

// Points by the distribution of their counts. Neighbours of one size share it.
class ExactPoints {
 public:
  ExactPoints(double rate, const Kind& kind) : rate_(rate), kind_(kind) {}

  void SetLimits(const CountPoint& point, double scale, ChartPoint* shown) {
    const CountLaw& law = LawOf(point.size);
    shown->lower = law.lower() / point.size * scale;
    shown->upper = law.upper() / point.size * scale;
  }
  ChartPoint Judged(const CountPoint& point) {
    return PointOf(LawOf(point.size).DeviateOf(point.count), 0, 1, -kNone, kNone);
  }

 private:
  const CountLaw& LawOf(double size) {
    if (!law_.has_value() || size != size_) {
      law_ = kind_.of_cases ? CountLaw::Binomial(size, rate_) : CountLaw::Poisson(rate_ * size);
      size_ = size;
    }
    return *law_;
  }

  const double rate_;
  const Kind kind_;
  double size_ = 0;
  std::optional<CountLaw> law_;
};

absl::StatusOr<Chart> ChartCounts(absl::Span<const CountPoint> points, const ChartOptions& options,
                                  const Kind& kind) {
  for (size_t i = 0; i < points.size(); ++i)
    RETURN_IF_ERROR(CheckPoint(points[i], i, points[0], kind));
  ASSIGN_OR_RETURN(const size_t baseline, BaselineSize(points.size(), options));
  Chart chart;
  chart.baseline =
      options.known.has_value() ? *options.known : Estimate(points.first(baseline), kind);
  const double rate = chart.baseline.center;
  const bool exact = options.exact && !kind.by_laney && rate > 0 && (!kind.of_cases || rate < 1);
  ExactPoints law(rate, kind);
  for (const CountPoint& point : points) {
    const double scale = kind.one_size ? point.size : 1;
    chart.points.push_back(
        PointOf(point.count / point.size * scale, rate * scale,
                SigmaOfCounts(point, rate, kind.of_cases) * chart.baseline.sigma * scale, 0,
                kind.of_cases ? scale : kNone));
    if (!exact) continue;
    const bool few = !ExpectsEnough(point, rate, kind.of_cases);
    if (few) law.SetLimits(point, scale, &chart.points.back());
    chart.judged.push_back(few ? law.Judged(point) : chart.points.back());
  }
  return chart;
}

}  // namespace

bool ExpectsEnough(const CountPoint& point, double rate, bool of_cases) {
  const double expected = rate * point.size;
  // Sums of shares may miss a whole number by a rounding.
  const double least = kLeastExpected * (1 - 1e-12);
  return expected >= least && (!of_cases || point.size - expected >= least);
}

double SigmaOfCounts(const CountPoint& point, double rate, bool of_cases) {
  return std::sqrt((of_cases ? rate * (1 - rate) : rate) / point.size);
}

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
