// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/chart_input.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/statistics/sums.h"

namespace plumbline::analytics::quality {

absl::StatusOr<size_t> BaselineSize(size_t points, const ChartOptions& options) {
  if (points == 0)
    return base::FieldError("points", "there is none; a chart needs at least one point");
  if (options.known.has_value()) return size_t{0};
  if (options.baseline_points > points) {
    return base::FieldError("baseline_points",
                            absl::StrCat(options.baseline_points, " of ", points,
                                         " points; name no more than there are"));
  }
  const size_t baseline = options.baseline_points == 0 ? points : options.baseline_points;
  if (baseline >= kLeastBaseline) return baseline;
  return base::FieldError(options.baseline_points == 0 ? "points" : "baseline_points",
                          absl::StrCat("a baseline of ", baseline, " point; limits need at least ",
                                       kLeastBaseline, " and are rough below ", kGoodBaseline,
                                       ": take more, or give a known baseline"));
}

absl::Status CheckValues(absl::string_view field, absl::Span<const double> values, double least) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i]) && values[i] >= least) continue;
    return base::FieldError(
        absl::StrCat(field, "[", i, "]"),
        std::isfinite(values[i])
            ? absl::StrCat(values[i], " is less than ", least, ", the least")
            : absl::StrCat("'", values[i], "' is no number; leave out what is not known"));
  }
  return absl::OkStatus();
}

double AverageMovingRange(absl::Span<const double> values) {
  statistics::CompensatedSum sum;
  for (size_t i = 1; i < values.size(); ++i) sum.Add(std::abs(values[i] - values[i - 1]));
  return sum.value() / static_cast<double>(values.size() - 1);
}

ChartPoint PointOf(double value, double center, double sigma, double floor, double ceiling) {
  return {.value = value,
          .center = center,
          .sigma = sigma,
          .lower = std::max(floor, center - kSigmas * sigma),
          .upper = std::min(ceiling, center + kSigmas * sigma)};
}

}  // namespace plumbline::analytics::quality
