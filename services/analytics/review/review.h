// SPDX-License-Identifier: Apache-2.0
//
// One page for the person in charge: what changed in a period and whether it is more than chance,
// and what to fix. Pure functions; docs/report.md says what stands behind every figure.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_REVIEW_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_REVIEW_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/review/changes.h"
#include "services/analytics/review/fixes.h"

namespace plumbline::analytics::review {

struct ReviewOptions {
  PeriodLength period = PeriodLength::kMonth;
  int count = 1;  // so many make the period
  absl::TimeZone zone = absl::UTCTimeZone();
  // Of the period, microseconds; not later than the next whole second after the last event. Absent:
  // then, and `idle` before: until then it is known which cases have ended.
  std::optional<int64_t> end;
  int64_t idle = 0;
  std::optional<int64_t> target;  // of a case, microseconds; absent: its own due time
  bool told = false;              // which cases have ended was told, be it that all have
  FixOptions fixes;               // with the confidence of all intervals, and the clock
};

// What of these says how cases are read.
FactOptions FactsOf(const ReviewOptions& options);

struct Review {
  Windows windows;
  Facts facts;
  int64_t open = 0;  // at the end of the period
  std::vector<Change> changes;
  Fixes fixes;
  std::vector<std::string> notes;  // sentences
};

// FIELD_INVALID: field review.end_time for one that is not after the first event of the log. A log
// without events gives a review without changes and fixes, and says so. Errors of `keep_on`. O(rows
// log rows of a case) expected, on two threads, and as FindFixes.
absl::StatusOr<Review> MakeReview(const LogSnapshot& log,
                                  const std::vector<std::string>& map_transitions,
                                  const ReviewOptions& options, KeepOn keep_on);

// What is known of all cases of a log that has events, however it came to be known.
struct ReviewParts {
  int64_t first_time = 0, last_time = 0;  // see LogSnapshot
  bool marked = false;                    // which cases ended is known
  absl::FunctionRef<absl::string_view(uint32_t number)> case_name;
  absl::FunctionRef<absl::StatusOr<CaseSums>(const Windows&)> sums;
  // Of the steps that WindowWaits::Most tells.
  absl::FunctionRef<StepWaits(const Windows&)> waits;
  // Some cases as a log of their own that knows which of all cases have ended, in the order of
  // their ids. `numbers` ascend.
  absl::FunctionRef<std::shared_ptr<const LogSnapshot>(std::vector<uint32_t> numbers)> part;
};
// The same from these. O(cases of the period), and as FindFixes.
absl::StatusOr<Review> MakeReview(const ReviewParts& parts,
                                  const std::vector<std::string>& map_transitions,
                                  const ReviewOptions& options, KeepOn keep_on);

// The same in two: what needs the parts, and what can be done without them, which takes most of the
// time.
struct BegunReview {
  Review review;
  std::shared_ptr<const LogSnapshot> cases;  // those whose graphs are read
};
// Errors of `keep_on`. O(cases of the period).
absl::StatusOr<BegunReview> BeginReview(const ReviewParts& parts, const ReviewOptions& options,
                                        KeepOn keep_on);
// Errors of `keep_on`. As FindFixes.
absl::StatusOr<Review> FinishReview(BegunReview begun,
                                    const std::vector<std::string>& map_transitions,
                                    const ReviewOptions& options, KeepOn keep_on);

// Bytes that MakeReview takes of a log at most, beside it; and of so many rows of cases that ended
// in the period, for the graphs of these.
int64_t BytesOfReview(const LogSnapshot& log);
int64_t BytesOfGraphs(int64_t rows);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_REVIEW_H_
