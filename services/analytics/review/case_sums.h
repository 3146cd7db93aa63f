// SPDX-License-Identifier: Apache-2.0
//
// What all cases together tell of each window.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CASE_SUMS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CASE_SUMS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/review/case_facts.h"
#include "services/analytics/review/inflow.h"
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
  // Those of which before(time) says how many come before a time.
  void Add(const Windows& windows, absl::FunctionRef<int64_t(int64_t time)> before);
  void Add(const DayCounts& other);
  // Of each day that is whole; what is left of a window whose clocks were changed is left out.
  std::vector<Sample> Samples() const;
  // Of each day less those of `other`; here what is left belongs to the first day.
  std::vector<Sample> Less(const DayCounts& other) const;

 private:
  // By window and day; what is left has a place behind its days.
  std::vector<std::vector<int64_t>> counts_;
};

// What a case that ended tells of the window in which it did.
struct EndedFact {
  int64_t lead = 0;
  uint32_t lag = 0;  // from its begin to its end by the wall clock, see LagOf
  uint32_t defects : 31 = 0;
  uint32_t has_steps : 1 = 0;
};
inline EndedFact EndedFactOf(const CaseFact& one) {
  constexpr uint32_t kMostDefects = (1U << 31) - 1;
  EndedFact fact{one.lead, LagOf(one.begin, one.end)};
  fact.defects = static_cast<uint32_t>(one.defects) & kMostDefects;
  fact.has_steps = one.has_steps;
  return fact;
}
struct EndedSums {
  // Lead times in seconds; whether cases had no defect, and how many.
  Sample lead, right, defects;

  void Add(const EndedFact& one) {
    lead.Add(static_cast<double>(one.lead) / 1e6);
    if (!one.has_steps) return;
    right.Add(one.defects == 0);
    defects.Add(one.defects);
  }
  void Add(const EndedSums& more) {
    AddTo(more.lead, &lead);
    AddTo(more.right, &right);
    AddTo(more.defects, &defects);
  }
};

// Whether a case that is due had its target in time, and when that was known: of a late one from
// when its time was over, be it open.
inline bool InTime(const CaseFact& one) { return one.done != kNoTime && one.done <= one.due; }
inline int64_t KnownAt(const CaseFact& one) { return InTime(one) ? one.done : one.due + 1; }
inline uint32_t KnownLag(const CaseFact& one) { return LagOf(one.begin, KnownAt(one)); }

// What the cases of both windows would have shown in each by their inflow.
struct ExpectedSums {
  Expected lead, right, defects, in_time;

  void Add(const EndedFact& one, double share_of_this) {
    lead.Add(share_of_this, static_cast<double>(one.lead) / 1e6);
    if (!one.has_steps) return;
    right.Add(share_of_this, one.defects == 0);
    defects.Add(share_of_this, one.defects);
  }
  void Add(const ExpectedSums& more) {
    lead.Add(more.lead);
    right.Add(more.right);
    defects.Add(more.defects);
    in_time.Add(more.in_time);
  }
};

struct PeriodCase {
  uint32_t number = 0, rows = 0;
};

struct CaseSums {
  explicit CaseSums(const Windows& windows);

  // By window.
  std::array<EndedSums, kMostWindows> of_ended = {};
  Samples in_time = {};  // when it was known
  ExpectedSums expected;
  DayCounts begun, ended;
  std::vector<int64_t> there;  // at the end of each window
  bool any_due = false, tells_defects = false, has_starts = false;
  // Of cases that ended, microseconds from begin to end by the wall clock: 95 % are no longer.
  // nullopt where none ended.
  std::optional<double> most_last;
  std::vector<PeriodCase> of_period;  // that ended in it, ascending
};

// As CaseSums::most_last of `count` cases, of which at(k) is how long the k-th lasted, ascending
// from 0; asked for two neighbours.
std::optional<double> MostLast(int64_t count, absl::FunctionRef<int64_t(int64_t k)> at);

// `inflow`: of all cases. Errors of `keep_on`. O(cases), on two threads.
absl::StatusOr<CaseSums> SumUp(absl::Span<const CaseFact> cases, const Windows& windows,
                               const Inflow& inflow, KeepOn keep_on);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CASE_SUMS_H_
