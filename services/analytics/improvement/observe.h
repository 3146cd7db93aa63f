// SPDX-License-Identifier: Apache-2.0
//
// The cases of a log as a comparison takes them: one value a case, in the order of their begins, or
// of their ends.
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
  int64_t at = 0;     // where it belongs: its begin, or its end
  uint32_t number = 0;
  CaseValue value;
};

struct ObservedLog {
  ValueType type = ValueType::kTime;
  std::string unit;                       // "seconds", "share of cases", "defects per case", ...
  std::vector<ObservedCase> cases;        // by `at`, then number
  bool marked = false;                    // see Side
  int64_t first_time = 0, last_time = 0;  // microseconds; 0 of a log without events
  std::string why_untold;  // of defects of which nothing in the log tells: why; else ""
};

// Which instant of a case says where it belongs.
enum class CountedBy {
  kBegin,
  kEnd,  // its last event; open cases belong nowhere
};

// The measure is none of kArrivals and kDepartures. A step's time in a case is the sum of its
// occurrences. An open case that is past its target is late already. FIELD_INVALID: field
// "measure.activity" for one that the log does not have; errors of `keep_on`. O(rows + values log
// values) expected.
absl::StatusOr<ObservedLog> ObserveLog(const LogParts& parts,
                                       const std::vector<std::string>& map_transitions,
                                       const MeasureSpec& spec, CountedBy counted_by,
                                       absl::FunctionRef<absl::Status()> keep_on);

// The cases that belong in [begin, end). O(log cases).
absl::Span<const ObservedCase> CasesBetween(const ObservedLog& log, int64_t begin, int64_t end);
// As many as `most` of these, evenly; all where there are no more.
template <class T>
std::vector<T> Thinned(const std::vector<T>& all, size_t most) {
  if (all.size() <= most) return all;
  std::vector<T> some;
  for (size_t i = 0; i < most; ++i) some.push_back(all[i * all.size() / most]);
  return some;
}
// As a side; evenly thinned to `most` where there are more.
Side SideOf(absl::Span<const ObservedCase> cases, bool marked, size_t most = SIZE_MAX);

// Begin of the first case with this value of the attribute "process"; nullopt if none has it.
// O(attributes).
std::optional<int64_t> FirstOfRevision(const LogSnapshot& log, const std::string& revision);

// How the values of the attributes `keys`, each the first in its case, are mixed among cases.
// Values beyond the 1,000 most frequent ones count as one, named "(other)". O(attributes).
std::vector<Mix> MixesOf(const LogSnapshot& log, absl::Span<const ObservedCase> cases,
                         absl::Span<const std::string> keys);
// Of each mix, by place among `cases`: which of its values the case has, as a place in
// Mix::values; Mix::values.size() for one that is not there. O(attributes).
std::vector<std::vector<uint32_t>> CaseValuesOf(const LogSnapshot& log,
                                                absl::Span<const ObservedCase> cases,
                                                absl::Span<const Mix> mixes);
// Attributes of these cases that say which kind of case it is: text or truth values, 2 to 20 of
// them, of at least half of the cases; not what the events of every case tell (its end, its tasks,
// the revision that it runs). By name, at most `most`. O(attributes).
std::vector<std::string> KindAttributes(const LogSnapshot& log,
                                        absl::Span<const ObservedCase> cases, size_t most);

}  // namespace plumbline::analytics::improvement

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_OBSERVE_H_
