// SPDX-License-Identifier: Apache-2.0
//
// What comes next, period by period: the counts in which drift is looked for.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_NEXT_STEPS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_NEXT_STEPS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/analytics/mining/periods.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// Beside the numbers of activities: the begin of a case, and its end.
inline constexpr uint32_t kCaseBegin = 0xFFFFFFFE, kCaseEnd = 0xFFFFFFFD;

// What followed one activity, of each case the first time that it was followed: so every case
// counts once, and the counts of one activity are independent of each other, as tests take them to
// be. A step counts in the period in which what followed began; then what is still to come in open
// cases does not make the last periods look different.
struct NextStep {
  uint32_t from = 0, to = 0;    // activities, kCaseBegin, kCaseEnd
  std::vector<uint32_t> until;  // by period: how often up to its end
  uint32_t Count(size_t first, size_t end) const {
    return (end == 0 ? 0 : until[end - 1]) - (first == 0 ? 0 : until[first - 1]);
  }
};

struct NextSteps {
  PeriodLength length = PeriodLength::kMonth;
  int64_t first_time = kNoTime, last_time = kNoTime;  // of what counts
  Periods periods;
  std::vector<NextStep> steps;     // by from, then to
  std::vector<size_t> from_begin;  // steps of one `from` are [from_begin[i], from_begin[i + 1])
  size_t period_count() const { return periods.size(); }
};

struct NextStepOptions {
  // Absent: months where the log has half a year of them, else weeks where it has six, else days.
  std::optional<PeriodLength> length;
  absl::TimeZone zone = absl::UTCTimeZone();
  bool include_edges = false;  // steps at the edges count too
  size_t most_periods = 1'000;
  size_t most_cells = 20'000'000;  // steps times periods, 4 bytes each
};

// O(rows + cases + steps log periods + pairs of activities * periods). kCaseEnd is counted where
// the log marks ends of cases, at that mark. FIELD_INVALID (fields "period", "selection") where the
// limits do not do; errors of `keep_on`.
absl::StatusOr<NextSteps> CountNextSteps(const Traces& traces, const NextStepOptions& options,
                                         absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_NEXT_STEPS_H_
