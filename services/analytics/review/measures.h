// SPDX-License-Identifier: Apache-2.0
//
// What is compared from period to period: values by window.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_MEASURES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_MEASURES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/analytics/review/case_sums.h"
#include "services/analytics/review/facts.h"

namespace plumbline::analytics::review {

enum class MeasureKind {
  kLeadTime,        // of cases, when they ended; seconds
  kInTime,          // share of cases that had their target in time; late ones count from the target
  kThroughput,      // cases that ended, a day
  kArrivals,        // cases that began, a day
  kWorkInProgress,  // cases that are there at the end of the window
  kRightFirstTime,  // share of cases that ended without a defect
  kDefects,         // per case that ended
  kStepWaiting,     // of occurrences of a step, when they ended; seconds
};

enum class Better { kLower, kHigher, kNeither };

struct TrackedMeasure {
  MeasureKind kind = MeasureKind::kLeadTime;
  uint32_t activity = kNoText;  // kStepWaiting
  ValueType type = ValueType::kMean;
  Better better = Better::kLower;
  int64_t least = kLeastValues;
  std::vector<Sample> windows;
  // Of kWorkInProgress: how many were there at the end of each window.
  std::vector<double> levels;
  // By how much the period differs from the one before by the inflow of cases alone; nullopt where
  // that does not bear on it, or cannot be told.
  std::optional<double> by_inflow;
  // Why nothing can be told, whatever the values are; else empty.
  std::string why_not;
};

// Those that the log knows of, in the order of the kinds. Windows from before the log was as old as
// 95 % of its cases became have no values of what cases that ended tell: only short ones can have
// ended in them. The same holds of waits that are longer than usual (mean and two standard
// deviations). `sums`: of all cases.
std::vector<TrackedMeasure> MeasuresOf(const CaseSums& sums, const Facts& facts,
                                       const Windows& windows);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_MEASURES_H_
