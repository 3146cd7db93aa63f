// SPDX-License-Identifier: Apache-2.0
//
// What of a difference comes from how many cases began. Pure functions.
//
// A case that takes a time l ends in a window where it began within the window moved back by l. So
// if the process is as it was, then of the cases that ended in the period or the one before after
// l, a share of N0(l) / (N0(l) + N1(l)) is expected in the period, where N0(l) and N1(l) are the
// cases that began in the two windows moved back by l. Where all along as many began, that is a
// half; where nobody began lately, only those that take long can have ended, and the share is small
// for a small l. Values of all cases of both windows, weighed by these shares, are what each window
// would have shown: length-biased sampling (Cox 1969), with weights that are known.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_INFLOW_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_INFLOW_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/analytics/review/windows.h"

namespace plumbline::analytics::review {

// How long after the begin of its case something was known, whole seconds; 0 of what was before.
inline uint32_t LagOf(int64_t begin, int64_t time) {
  constexpr int64_t kSecond = 1'000'000;
  if (time <= begin) return 0;
  const int64_t seconds = (time - begin) / kSecond;
  return seconds < UINT32_MAX ? static_cast<uint32_t>(seconds) : UINT32_MAX;
}

class Inflow {
 public:
  // `begun_before` says how many cases, open ones too, began before a time. O(kLags) calls.
  Inflow(const Windows& windows, int64_t first_time,
         absl::FunctionRef<int64_t(int64_t time)> begun_before);
  // Of `cases` cases, of which begin(c) is the first time. O(cases).
  Inflow(const Windows& windows, int64_t first_time, size_t cases,
         absl::FunctionRef<int64_t(size_t c)> begin);

  // Whether there are two windows.
  bool any() const { return !this_.empty(); }
  // Of what was known in `window`, which is kThis or kBefore, a lag after the begin of its case:
  // the share of such that is expected in the period. O(1).
  double ShareOfThis(uint32_t lag, int window) const;

 private:
  // Cases that began before the borders of both windows, moved back by so many cells.
  using Borders = std::array<std::vector<int64_t>, 3>;
  void SetCell(const Windows& windows, int64_t first_time);
  void Fill(const Borders& before);

  int64_t cell_ = 1;                    // microseconds
  std::vector<double> this_, earlier_;  // cases that began in a window moved back by so many cells
};

// Values known in both windows, as they are expected in each.
struct Expected {
  std::array<double, 2> count = {}, sum = {};  // of kThis and kBefore

  void Add(double share_of_this, double value) {
    count[kThis] += share_of_this;
    count[kBefore] += 1 - share_of_this;
    sum[kThis] += share_of_this * value;
    sum[kBefore] += (1 - share_of_this) * value;
  }
  void Add(const Expected& more) {
    for (const size_t w : {kThis, kBefore}) {
      count[w] += more.count[w];
      sum[w] += more.sum[w];
    }
  }
  // By how much the means differ though nothing but the inflow does; nullopt where a window is
  // expected to have no value.
  std::optional<double> DifferenceOfMeans() const {
    if (count[kThis] < 1 || count[kBefore] < 1) return std::nullopt;
    return sum[kThis] / count[kThis] - sum[kBefore] / count[kBefore];
  }
};

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_INFLOW_H_
