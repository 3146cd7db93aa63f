// SPDX-License-Identifier: Apache-2.0
//
// Which cases belong together. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_COHORTS_GROUP_CASES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_COHORTS_GROUP_CASES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/periods.h"

namespace plumbline::analytics::cohorts {

// By what cases are put together.
struct Grouping {
  enum class By {
    kNothing,      // all of them are one group
    kAttribute,    // the first value that an event of the case has under a key
    kResource,     // the first resource of an event of the case
    kStartPeriod,  // the day, week or month in which the case began
    kSplits,       // between which moments it began
  };
  By by = By::kNothing;
  std::string key;  // kAttribute
  PeriodLength period = PeriodLength::kMonth;
  absl::TimeZone zone = absl::UTCTimeZone();
  std::vector<int64_t> splits;  // kSplits: ascending, microseconds since 1970 UTC
};

// Groups that have a case, in the order of time or of their titles. Empty title: nothing is known,
// such as of cases without the attribute.
struct CaseGroups {
  std::vector<uint32_t> of_case;  // by case, the number of its group
  std::vector<std::string> titles;
  std::vector<int64_t> order;  // kStartPeriod: the begin of the period; kSplits: ascending in time
};

// FIELD_INVALID (field "period") for more periods than Periods has, (field "grouping.attribute")
// for a key that no event has; an error of `keep_on`, asked now and then, ends it. O(cases +
// attributes).
absl::StatusOr<CaseGroups> GroupCases(const LogSnapshot& log, const Grouping& grouping,
                                      absl::FunctionRef<absl::Status()> keep_on);

// Of kStartPeriod with a first and a last group (by CaseGroups::order) the same error; OK of
// others.
absl::Status CheckPeriods(const Grouping& grouping, int64_t first, int64_t last);

}  // namespace plumbline::analytics::cohorts

#endif  // PLUMBLINE_SERVICES_ANALYTICS_COHORTS_GROUP_CASES_H_
