// SPDX-License-Identifier: Apache-2.0
//
// Forecasts of when and how many, from how many were finished in each period so far (a week, a
// month): no estimate of anybody's, and no assumption of a distribution (Magennis 2011; Vacanti
// 2015). Periods are drawn from the history with replacement (Efron 1979) and added up, many times.
// Pure functions; the same seed gives the same answer.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_THROUGHPUT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_THROUGHPUT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/analytics/forecast/runs.h"

namespace plumbline::analytics::forecast {

// A history of fewer periods does not show what can happen.
inline constexpr size_t kLeastHistory = 8;
inline constexpr size_t kMostHistory = 10'000;
inline constexpr int64_t kMostPeriods = 1'000;
// What one period can have at most.
inline constexpr int64_t kMostOfAPeriod = 1'000'000'000;

// How the periods of one run are drawn.
enum class Draw {
  kAuto,         // kBlocks where the history depends on itself, else kIndependent
  kIndependent,  // each by itself
  kBlocks,       // in stretches as they were, around the end (Politis and Romano 1992)
};

struct HistoryOptions : RunOptions {
  Draw draw = Draw::kAuto;
  size_t block = 0;  // periods of a stretch; 0 = the cube root of the history's length, rounded up
};

// What there is to know of a history before it is believed.
struct HistoryFacts {
  double mean = 0;  // per period
  // Whether periods depend on those before (Ljung and Box, min(10, n / 5) lags); absent where all
  // are equal.
  std::optional<double> first_autocorrelation;
  std::optional<double> dependence_p_value;
  // Whether it rises or falls: then the past overstates or understates what is to come.
  std::optional<double> trend_per_period;
  std::optional<double> trend_p_value;
  double first_half_mean = 0;
  double second_half_mean = 0;
  bool drawn_in_blocks = false;
  size_t block = 1;
};

struct HowMany {
  HistoryFacts history;
  double mean = 0;
  double mean_error = 0;  // standard error of `mean`, of the Monte Carlo
  // "at least `value` with `confidence`": the (1 - confidence) quantile, from below.
  std::vector<CountEstimate> at_least;
};
// How many are finished in the next `periods` (1 to kMostPeriods). `confidences` are 0 to 1,
// without them. FIELD_INVALID; an error of `keep_on`, asked now and then, ends it. O(runs periods).
absl::StatusOr<HowMany> ForecastHowMany(absl::Span<const int64_t> history, int64_t periods,
                                        absl::Span<const double> confidences,
                                        const HistoryOptions& options,
                                        absl::FunctionRef<absl::Status()> keep_on);

struct When {
  HistoryFacts history;
  // "within `value` periods with `confidence`"; those that no run of kMostPeriods reached are left
  // out.
  std::vector<CountEstimate> within;
  // Share of the runs that were done after 1, 2, ... periods, up to the first in which all were (or
  // kMostPeriods); its standard error is sqrt(p (1 - p) / runs).
  std::vector<double> done_by_period;
  int64_t runs = 0;
};
// After how many periods `items` (1 to 1e12) are finished. Errors and cost as above.
absl::StatusOr<When> ForecastWhen(absl::Span<const int64_t> history, int64_t items,
                                  absl::Span<const double> confidences,
                                  const HistoryOptions& options,
                                  absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics::forecast

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_THROUGHPUT_H_
