// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/runs.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/statistics/normal.h"

namespace plumbline::analytics::forecast {
namespace {

constexpr double kErrorConfidence = 0.95;
// Products of shares and runs miss whole numbers by less.
constexpr double kWhole = 1e-9;

}  // namespace

absl::Status CheckRange(absl::string_view field, double value, double least, double most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return base::FieldError(std::string(field), absl::StrCat(value, " is not ", least, " to ", most));
}

absl::Status CheckRuns(const RunOptions& options, absl::Span<const double> confidences) {
  for (size_t i = 0; i < confidences.size(); ++i) {
    if (!(confidences[i] > 0 && confidences[i] < 1)) {
      return base::FieldError(absl::StrCat("confidences[", i, "]"),
                              absl::StrCat(confidences[i], " is not between 0 and 1"));
    }
  }
  return CheckRange("runs", static_cast<double>(options.runs), kLeastRuns, kMostRuns);
}

double ShareError(double q, int64_t runs) {
  static const double z = statistics::NormalUpperQuantile((1 - kErrorConfidence) / 2);
  return z * std::sqrt(q * (1 - q) / static_cast<double>(runs));
}

int64_t PlaceOf(double q, int64_t runs) {
  const double place = std::ceil(q * static_cast<double>(runs) - kWhole) - 1;
  return std::clamp<int64_t>(static_cast<int64_t>(place), 0, runs - 1);
}

}  // namespace plumbline::analytics::forecast
