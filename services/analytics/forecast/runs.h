// SPDX-License-Identifier: Apache-2.0
//
// Many runs of chance, and what they say with which error. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_RUNS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_RUNS_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace plumbline::analytics::forecast {

inline constexpr int64_t kLeastRuns = 100;
inline constexpr int64_t kMostRuns = 1'000'000;

struct RunOptions {
  int64_t runs = 100'000;  // kLeastRuns to kMostRuns
  uint64_t seed = 1;
};

// A quantile of the runs, with the quantiles between which that of endlessly many runs lies with
// 95 % confidence (binomial order statistics, by the normal limit).
template <class Value>
struct Quantile {
  double confidence = 0;
  Value value = 0;
  Value low = 0;
  Value high = 0;
};
using CountEstimate = Quantile<int64_t>;
using TimeEstimate = Quantile<double>;

// FIELD_INVALID for a number that is not from `least` to `most`.
absl::Status CheckRange(absl::string_view field, double value, double least, double most);
// FIELD_INVALID for a number of runs that is out of range, and confidences that are not between 0
// and 1.
absl::Status CheckRuns(const RunOptions& options, absl::Span<const double> confidences);

// Half of the width of the 95 % interval of a share `q` of so many runs.
double ShareError(double q, int64_t runs);
// The place, among ascending runs, of the least value that a share `q` of them does not exceed.
int64_t PlaceOf(double q, int64_t runs);

// The `q` quantile of ascending runs, of which `at(place)` gives the value.
template <class Value, class At>
Quantile<Value> QuantileAt(double confidence, double q, int64_t runs, At at) {
  const double error = ShareError(q, runs);
  Quantile<Value> quantile{confidence, at(PlaceOf(q, runs)), 0, 0};
  quantile.low = at(PlaceOf(std::max(0.0, q - error), runs));
  quantile.high = at(PlaceOf(std::min(1.0, q + error), runs));
  return quantile;
}

// Asks now and then whether to go on.
class Patience {
 public:
  // Counts `draws`; true about every millionth.
  bool Spent(int64_t draws) {
    left_ -= draws;
    if (left_ > 0) return false;
    left_ = kDraws;
    return true;
  }

 private:
  static constexpr int64_t kDraws = 1 << 20;
  int64_t left_ = kDraws;
};

}  // namespace plumbline::analytics::forecast

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_RUNS_H_
