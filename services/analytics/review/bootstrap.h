// SPDX-License-Identifier: Apache-2.0
//
// How far sums over cases may be off: cases drawn again and again. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_BOOTSTRAP_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_BOOTSTRAP_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace plumbline::analytics::review {

// A sum over cases, and where it lies.
struct Gain {
  double value = 0, lower = 0, upper = 0;
};

inline constexpr int kDraws = 1'000;
// Of more cases, so many groups of them are drawn.
inline constexpr size_t kMostDrawn = 2'000;

// Each list has one value for each case, all as many. As many cases are drawn from them with
// replacement, kDraws times, the same for all lists, and the interval is that of the sums'
// quantiles (Efron 1979, the percentile method). Sums are multiplied by `weight`. The same seed
// gives the same intervals, whatever other lists there are; so all are best drawn together.
// O(kDraws min(cases, kMostDrawn) lists), on two threads.
std::vector<Gain> Bootstrap(absl::Span<const absl::Span<const double>> lists, double weight,
                            double confidence, uint64_t seed);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_BOOTSTRAP_H_
