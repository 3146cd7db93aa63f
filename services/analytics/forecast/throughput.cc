// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/throughput.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/statistics/generator.h"
#include "common/statistics/series.h"
#include "common/statistics/sums.h"

namespace plumbline::analytics::forecast {
namespace {

constexpr double kMostItems = 1e12;
// Below, a history is taken to depend on itself.
constexpr double kDependent = 0.05;

absl::Status Check(absl::Span<const int64_t> history, absl::Span<const double> confidences,
                   const HistoryOptions& options) {
  if (history.size() < kLeastHistory || history.size() > kMostHistory) {
    return base::FieldError(
        "history", absl::StrCat(history.size(), " periods; a forecast needs ", kLeastHistory,
                                " to ", kMostHistory, "; choose a longer time or shorter periods"));
  }
  for (size_t i = 0; i < history.size(); ++i) {
    RETURN_IF_ERROR(CheckRange(absl::StrCat("history[", i, "]"), static_cast<double>(history[i]), 0,
                               kMostOfAPeriod));
  }
  RETURN_IF_ERROR(CheckRuns(options, confidences));
  return CheckRange("block", static_cast<double>(options.block), 0,
                    static_cast<double>(history.size()));
}

HistoryFacts FactsOf(absl::Span<const int64_t> history, const HistoryOptions& options) {
  const std::vector<double> values(history.begin(), history.end());
  const absl::Span<const double> all(values);
  const size_t half = values.size() / 2;
  HistoryFacts facts;
  facts.mean = statistics::Mean(all);
  facts.first_half_mean = statistics::Mean(all.first(half));
  facts.second_half_mean = statistics::Mean(all.last(half));
  const size_t lags = std::max<size_t>(1, std::min<size_t>(10, values.size() / 5));
  if (const auto test = statistics::TestDependence(all, lags)) {
    facts.first_autocorrelation = statistics::Autocorrelation(all, 1);
    facts.dependence_p_value = test->p_value;
  }
  if (const auto trend = statistics::TestTrend(all)) {
    facts.trend_per_period = trend->slope;
    facts.trend_p_value = trend->p_value;
  }
  facts.drawn_in_blocks =
      options.draw == Draw::kBlocks ||
      (options.draw == Draw::kAuto && facts.dependence_p_value.value_or(1) < kDependent);
  if (facts.drawn_in_blocks) {
    facts.block =
        options.block > 0
            ? options.block
            : static_cast<size_t>(std::ceil(std::cbrt(static_cast<double>(values.size()))));
  }
  return facts;
}

// The periods of one run after the other.
class Periods {
 public:
  Periods(absl::Span<const int64_t> history, size_t block, uint64_t seed)
      : history_(history), block_(block), random_(seed) {}

  void Begin() { left_ = 0; }
  int64_t Next() {
    if (left_ == 0) {
      place_ = random_.Below(history_.size());
      left_ = block_;
    }
    --left_;
    const int64_t value = history_[place_];
    if (++place_ == history_.size()) place_ = 0;
    return value;
  }

 private:
  const absl::Span<const int64_t> history_;
  const size_t block_;
  statistics::Generator random_;
  size_t place_ = 0, left_ = 0;
};

}  // namespace

absl::StatusOr<HowMany> ForecastHowMany(absl::Span<const int64_t> history, int64_t periods,
                                        absl::Span<const double> confidences,
                                        const HistoryOptions& options,
                                        absl::FunctionRef<absl::Status()> keep_on) {
  RETURN_IF_ERROR(Check(history, confidences, options));
  RETURN_IF_ERROR(CheckRange("periods", static_cast<double>(periods), 1, kMostPeriods));
  HowMany forecast{.history = FactsOf(history, options)};
  Periods draws(history, forecast.history.block, options.seed);
  std::vector<int64_t> sums(static_cast<size_t>(options.runs));
  Patience patience;
  for (int64_t& sum : sums) {
    draws.Begin();
    for (int64_t k = 0; k < periods; ++k) sum += draws.Next();
    if (patience.Spent(periods)) RETURN_IF_ERROR(keep_on());
  }
  std::sort(sums.begin(), sums.end());
  const std::vector<double> values(sums.begin(), sums.end());
  forecast.mean = statistics::Mean(values);
  forecast.mean_error =
      statistics::StandardDeviation(values) / std::sqrt(static_cast<double>(options.runs));
  for (const double confidence : confidences) {
    forecast.at_least.push_back(
        QuantileAt<int64_t>(confidence, 1 - confidence, options.runs,
                            [&](int64_t place) { return sums[static_cast<size_t>(place)]; }));
  }
  return forecast;
}

absl::StatusOr<When> ForecastWhen(absl::Span<const int64_t> history, int64_t items,
                                  absl::Span<const double> confidences,
                                  const HistoryOptions& options,
                                  absl::FunctionRef<absl::Status()> keep_on) {
  RETURN_IF_ERROR(Check(history, confidences, options));
  RETURN_IF_ERROR(CheckRange("items", static_cast<double>(items), 1, kMostItems));
  if (std::all_of(history.begin(), history.end(), [](int64_t n) { return n == 0; })) {
    return base::FieldError("history",
                            "nothing was finished in any period, so that nothing says "
                            "when anything will be; choose a longer time");
  }
  When forecast{.history = FactsOf(history, options), .runs = options.runs};
  Periods draws(history, forecast.history.block, options.seed);
  std::vector<int64_t> done(kMostPeriods + 1, 0);  // runs that were done after so many periods
  Patience patience;
  for (int64_t run = 0; run < options.runs; ++run) {
    draws.Begin();
    int64_t sum = 0, period = 0;
    while (sum < items && period < kMostPeriods) {
      sum += draws.Next();
      ++period;
    }
    if (sum >= items) ++done[static_cast<size_t>(period)];
    if (patience.Spent(period)) RETURN_IF_ERROR(keep_on());
  }
  std::partial_sum(done.begin(), done.end(), done.begin());
  for (size_t period = 1; period <= kMostPeriods; ++period) {
    forecast.done_by_period.push_back(static_cast<double>(done[period]) /
                                      static_cast<double>(options.runs));
    if (done[period] == options.runs) break;
  }
  // The period after which a run at this place among all was done; kMostPeriods + 1 for none.
  const auto period_at = [&](int64_t place) {
    return static_cast<int64_t>(std::upper_bound(done.begin(), done.end(), place) - done.begin());
  };
  for (const double confidence : confidences) {
    const auto estimate = QuantileAt<int64_t>(confidence, confidence, options.runs, period_at);
    if (estimate.value <= kMostPeriods) forecast.within.push_back(estimate);
  }
  return forecast;
}

}  // namespace plumbline::analytics::forecast
