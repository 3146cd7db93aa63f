// SPDX-License-Identifier: Apache-2.0
//
// Whether a period differs from the one before it by more than chance. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_JUDGE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_JUDGE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"

namespace plumbline::analytics::review {

// Of fewer values nothing is told.
inline constexpr int64_t kLeastValues = 20;
// So many differences between earlier periods say how much a measure moves by itself.
inline constexpr int kLeastPast = 4;

// Values of one window. Whole counts and sums of squares of them stay exact up to 2^53.
struct Sample {
  double count = 0, sum = 0, squares = 0;
  void Add(double value) {
    ++count;
    sum += value;
    squares += value * value;
  }
  double mean() const { return sum / count; }
  // By n - 1; 0 of fewer than two.
  double variance() const;
};

enum class ValueType {
  kMean,   // times, amounts: means, Welch (1947)
  kShare,  // 0 or 1: the score of Miettinen and Nurminen (1985), corrected for skewness (Laud 2017)
  kRate,   // counts per case or day: that of Poisson, or by the variances where they vary more
  kDrift,  // what is added each day: the sum over the window is the difference (WIP)
};

struct Judged {
  double difference = 0;  // this minus before
  double lower = 0, upper = 0;
  double p_value = 1;
  double factor = 1;  // by which the past widens it: 1 = no more than chance between values
  int past = 0;       // differences between earlier periods that this was taken from
};

// `windows`: the period, the one before, and earlier ones. nullopt where one of the first two has
// fewer than `least` values.
//
// The test takes what varies within both periods. What varies between periods beyond that (seasons,
// campaigns, one bad week) it does not see, so it is widened, as Laney (2002) widens the limits of
// p' charts: by the root of the mean square of z = difference / error of earlier neighbours, to
// which five of 1 are added since few say little (Smyth 2004), never below 1, with Student's
// distribution of as many degrees of freedom. p is below 1 - confidence just where the interval
// leaves out 0: of shares and rates both are made of one score, of means and of what drifts p is
// that at which the interval ends at 0. O(windows).
std::optional<Judged> Judge(absl::Span<const Sample> windows, ValueType type, double confidence,
                            int64_t least = kLeastValues);

// p of a difference of which `explained` is to be expected anyway: by its distance from that, on
// either side, in as many errors as it has from 0. p itself where that goes the other way.
double PBeyond(const Judged& judged, double explained);

// What a control chart shows of a window: its value, and the limits that earlier windows put there.
struct Limits {
  double center = 0, lower = 0, upper = 0;
};
// Limits of all windows, three standard errors of each wide and widened by the factor, about the
// mean of the windows from number 1 on that have `least` values; nullopt for fewer than kLeastPast
// + 1 of them. A window with too few values has no limits.
struct Charted {
  double center = 0;
  double factor = 1;
  std::vector<std::optional<Limits>> limits;  // by window
};
std::optional<Charted> Chart(absl::Span<const Sample> windows, ValueType type,
                             int64_t least = kLeastValues);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_JUDGE_H_
