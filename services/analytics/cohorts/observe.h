// SPDX-License-Identifier: Apache-2.0
//
// How long it takes, case by case, from one moment of a case to another, and of whom it is not
// known yet. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_COHORTS_OBSERVE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_COHORTS_OBSERVE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/statistics/event_table.h"
#include "services/analytics/cohorts/group_cases.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics::cohorts {

struct Question {
  // From the first event of this activity; absent: from the begin of the case.
  std::optional<uint32_t> from;
  // Until the first event of this activity that is not before; absent: until the end of the case.
  std::optional<uint32_t> until;
  Grouping grouping;
  TimeBetween between;  // empty = wall clock
};

// For how long a case was observed, in whole microseconds, and whether it happened then (else it
// had not happened until then): numbers in the order of the times, at one time of those to whom it
// happened first.
using Observed = int64_t;
inline Observed MakeObserved(int64_t micros, bool happened) { return 2 * micros + !happened; }

// The cases of one group.
struct Group {
  std::string title;  // empty: nothing is known, such as cases without the attribute
  int64_t order = 0;  // kStartPeriod and kSplits: ascending in time
  std::vector<Observed> observed;
  // Of those to whom it did not happen: cases that have ended, and so will not come to it. They are
  // observed until their end, as are open ones until the last time of the log.
  int64_t ended_without = 0;
  int64_t without_from = 0;  // cases without an event of `from`; they are not observed
};

// Their times in seconds. Sorts them, unless they are sorted; an error of `keep_on` ends that.
// O(n).
absl::StatusOr<statistics::EventTable> TableOf(std::vector<Observed>* observed,
                                               absl::FunctionRef<absl::Status()> keep_on);

// Groups in the order of time or of their titles. FIELD_INVALID (field "period") for more periods
// than Periods has, (field "grouping.attribute") for a key that no event has; an error of
// `keep_on`, asked now and then, ends it. O(rows + attributes).
absl::StatusOr<std::vector<Group>> Observe(const Traces& traces, const Question& question,
                                           absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics::cohorts

#endif  // PLUMBLINE_SERVICES_ANALYTICS_COHORTS_OBSERVE_H_
