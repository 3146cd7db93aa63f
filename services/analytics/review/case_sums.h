// SPDX-License-Identifier: Apache-2.0
//
// What all cases together tell of each window.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CASE_SUMS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CASE_SUMS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/review/case_facts.h"
#include "services/analytics/review/judge.h"
#include "services/analytics/review/waits.h"
#include "services/analytics/review/windows.h"

namespace plumbline::analytics::review {

// Cases that begin or end, by whole days of 24 hours, counted back from the end of each window.
class DayCounts {
 public:
  explicit DayCounts(const Windows& windows);

  // `window` is not -1.
  void Add(const Windows& windows, int window, int64_t time);
  void Add(const DayCounts& other);
  // Of each day that is whole; what is left of a window whose clocks were changed is left out.
  std::vector<Sample> Samples() const;
  // Of each day less those of `other`; here what is left belongs to the first day.
  std::vector<Sample> Less(const DayCounts& other) const;

 private:
  // By window and day; what is left has a place behind its days.
  std::vector<std::vector<int64_t>> counts_;
};

struct CaseSums {
  explicit CaseSums(const Windows& windows);

  // By window. Of the cases that ended in it: lead times in seconds; whether they had no defect,
  // and how many.
  Samples lead = {}, right = {}, defects = {};
  // Whether cases had their target in time, when that was known.
  Samples in_time = {};
  DayCounts begun, ended;
  std::vector<int64_t> there;  // at the end of each window
  bool any_due = false, tells_defects = false, has_starts = false;
  // Of cases that ended, microseconds from begin to end by the wall clock: 95 % are no longer.
  // nullopt where none ended.
  std::optional<double> most_last;
  std::vector<uint32_t> of_period;  // numbers of cases that ended in it, ascending
};

// Errors of `keep_on`. O(cases), on two threads.
absl::StatusOr<CaseSums> SumUp(absl::Span<const CaseFact> cases, const Windows& windows,
                               KeepOn keep_on);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CASE_SUMS_H_
