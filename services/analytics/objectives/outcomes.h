// SPDX-License-Identifier: Apache-2.0
//
// What was good and what was bad in a log, and since when each counts.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_OUTCOMES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_OUTCOMES_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/analytics/defects/defects.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/objectives/series.h"

namespace plumbline::analytics::objectives {

// See ObjectiveMeasure in objective.proto.
enum class MeasureKind { kCaseTime, kStepTime, kDefect, kCondition };

// When the time of what began then is over, microseconds; INT64_MAX = never.
using DeadlineOf = std::function<int64_t(int64_t begin)>;

struct Measure {
  MeasureKind kind = MeasureKind::kCaseTime;
  std::string activity, from_activity;  // "" = none is named
  DeadlineOf deadline;                  // empty: what each case or step says itself
  bool leave_out_ended_without = false;
  Selection condition;
  DefectSources sources = DefectSources::All();
};

struct Outcomes {
  Series series;
  int64_t left_out = 0;
  std::vector<std::string> notes;  // sentences without a full stop
};

// A time that ends at its deadline is good, and counts when it ends. One that does not is bad, and
// counts from the microsecond after the deadline, whatever comes later (so that late outcomes do
// not hide until they are over). What has not come to either does not count. Of a log that marks no
// ends (CaseEnds) every case ended with its last event; but while its time is not over, one that is
// to come to an activity is waited for. What ended without the activity is bad, and over: nobody
// can do anything about it any more. Errors of `keep_on`, and of a condition. O(rows + n log n)
// expected.
absl::StatusOr<Outcomes> ReadOutcomes(const LogParts& parts,
                                      const std::vector<std::string>& map_transitions,
                                      const Measure& measure,
                                      absl::FunctionRef<absl::Status()> keep_on);

// In how many cases an activity that a measure names is found: with an event that counts, a
// milestone or a doing, and with others alone. That of parts of a log adds up.
struct Found {
  int64_t counted = 0, uncounted = 0;
};

// The same taken apart. What it is made of, but for `since`: that of parts of a log adds up. Only
// here names of activities may be in any order.
struct RawOutcomes {
  Raw raw;
  int64_t left_out = 0;
  Found activity = {}, from_activity = {};
  std::vector<std::string> notes = {};     // of a condition: see Selected
  std::optional<int64_t> told_count = {};  // of defects: see Measured
};
absl::StatusOr<RawOutcomes> ReadRawOutcomes(const LogParts& parts,
                                            const std::vector<std::string>& map_transitions,
                                            const Measure& measure,
                                            absl::FunctionRef<absl::Status()> keep_on);
// A promise of defects of which nothing tells is neither kept nor broken: drops what `read` has,
// and says so. `told_count`: of all of the log.
void DropUntold(const Measure& measure, std::optional<int64_t> told_count, Raw* raw,
                std::vector<std::string>* notes);
// The notes of a log that is not empty, with these activities; `activity` and `from_activity` as of
// RawOutcomes.
std::vector<std::string> NotesOf(const std::vector<std::string>& activities, bool marks_ends,
                                 const Measure& measure, const Found& activity,
                                 const Found& from_activity);

}  // namespace plumbline::analytics::objectives

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_OUTCOMES_H_
