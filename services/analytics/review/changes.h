// SPDX-License-Identifier: Apache-2.0
//
// What changed from the period before to this one, and whether it is a signal or noise.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CHANGES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CHANGES_H_

#include <optional>
#include <string>
#include <vector>

#include "services/analytics/review/measures.h"

namespace plumbline::analytics::review {

enum class Verdict {
  kBetter,      // a signal, in the right direction
  kWorse,       // a signal, in the wrong one
  kDifferent,   // a signal of what is neither good nor bad
  kNoise,       // no more than chance
  kCannotTell,  // too little is known
};

struct ChartPoint {
  int64_t begin = 0, end = 0;
  double count = 0;
  std::optional<double> value;   // absent of a window without values
  std::optional<Limits> limits;  // absent of one with too few
  bool beyond() const {
    return value.has_value() && limits.has_value() &&
           (*value < limits->lower || *value > limits->upper);
  }
};

struct Change {
  MeasureKind kind = MeasureKind::kLeadTime;
  uint32_t activity = kNoText;
  ValueType type = ValueType::kMean;
  Better better = Better::kLower;
  Verdict verdict = Verdict::kCannotTell;
  std::optional<double> now, before;       // absent of windows without values
  double now_count = 0, before_count = 0;  // values: cases, occurrences, days
  std::optional<Judged> judged;            // absent: cannot be told
  double adjusted = 1;              // p of all measures together (Benjamini and Hochberg 1995)
  std::optional<double> by_inflow;  // the difference that the inflow of cases alone makes
  bool explained = false;           // it is more than chance, and not from `by_inflow`
  bool outdone = false;             // `by_inflow` is more, by more than chance
  std::string why_not;              // of kCannotTell
  // Of cases in progress that are kDifferent since fewer or more began (which makes `by_inflow`),
  // and not since more or fewer ended: what those make.
  std::optional<double> by_ended;
  std::vector<ChartPoint> chart;  // oldest first; this period is the last
};

// At what level of the share of signals that are false.
inline constexpr double kFalseDiscoveries = 0.05;

// One for each measure, in their order. What differs by more than chance, but not from what the
// inflow of cases alone makes, is neither better nor worse; so are cases in progress of which that
// would not be told if as many had begun as before. O(measures windows).
std::vector<Change> ChangesOf(const std::vector<TrackedMeasure>& measures, const Windows& windows,
                              double confidence);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CHANGES_H_
