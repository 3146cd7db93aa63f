// SPDX-License-Identifier: Apache-2.0
//
// What all charts ask of their input. Not for use outside of the charts.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CHART_INPUT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CHART_INPUT_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/analytics/quality/control_chart.h"

namespace plumbline::analytics::quality {

// How many of `points` are the baseline. FIELD_INVALID: too few, or more than there are.
absl::StatusOr<size_t> BaselineSize(size_t points, const ChartOptions& options);

// FIELD_INVALID ("field[3]") for the first value that is not finite or less than `least`.
absl::Status CheckValues(absl::string_view field, absl::Span<const double> values, double least);

// The average of |x_i - x_(i-1)|, of at least two values.
double AverageMovingRange(absl::Span<const double> values);

// Limits kSigmas away, no lower than `floor` and no higher than `ceiling`.
ChartPoint PointOf(double value, double center, double sigma, double floor, double ceiling);

}  // namespace plumbline::analytics::quality

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CHART_INPUT_H_
