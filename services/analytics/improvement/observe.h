// SPDX-License-Identifier: Apache-2.0
//
// The cases of a log as a comparison takes them: one value a case, in the order of their begins.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_OBSERVE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_OBSERVE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/analytics/charting/measures.h"
#include "services/analytics/improvement/mix.h"
#include "services/analytics/improvement/sample.h"

namespace plumbline::analytics::improvement {

struct ObservedCase {
  int64_t begin = 0;  // microseconds
  uint32_t number = 0;
  CaseValue value;
};

struct ObservedLog {
  ValueType type = ValueType::kTime;
  std::string unit;                 // "seconds", "share of cases", "defects per case", ...
  std::vector<ObservedCase> cases;  // by begin, then number
  bool marked = false;              // see Side
  int64_t last_time = 0;            // microseconds; 0 of a log without events
};

// The measure is none of kArrivals and kDepartures. A step's time in a case is the sum of its
// occurrences. An open case that is past its target is late already. FIELD_INVALID: field
// "measure.activity" for one that the log does not have; errors of `keep_on`. O(rows + values log
// values) expected.
absl::StatusOr<ObservedLog> ObserveLog(const LogParts& parts,
                                       const std::vector<std::string>& map_transitions,
                                       const MeasureSpec& spec,
                                       absl::FunctionRef<absl::Status()> keep_on);

// The cases that began in [begin, end). O(log cases).
absl::Span<const ObservedCase> CasesBetween(const ObservedLog& log, int64_t begin, int64_t end);
// As a side; evenly thinned to `most` where there are more.
Side SideOf(absl::Span<const ObservedCase> cases, bool marked, size_t most = SIZE_MAX);

// Begin of the first case with this value of the attribute "process"; nullopt if none has it.
// O(attributes).
std::optional<int64_t> FirstOfRevision(const LogSnapshot& log, const std::string& revision);

// How the values of the attributes `keys`, each the first in its case, are mixed among cases.
// Values beyond the 1,000 most frequent ones count as one, named "(other)". O(attributes).
std::vector<Mix> MixesOf(const LogSnapshot& log, absl::Span<const ObservedCase> cases,
                         absl::Span<const std::string> keys);
// Attributes of these cases that say which kind of case it is: text or truth values, 2 to 20 of
// them, of at least half of the cases; not what the events of every case tell (its end, its tasks,
// the revision that it runs). By name, at most `most`. O(attributes).
std::vector<std::string> KindAttributes(const LogSnapshot& log,
                                        absl::Span<const ObservedCase> cases, size_t most);

}  // namespace plumbline::analytics::improvement

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_OBSERVE_H_
