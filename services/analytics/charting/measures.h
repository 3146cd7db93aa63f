// SPDX-License-Identifier: Apache-2.0
//
// What is measured in a log, one value after another in the order of time.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CHARTING_MEASURES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CHARTING_MEASURES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/analytics/defects/defects.h"
#include "services/analytics/filter/selection.h"

namespace plumbline::analytics {

// See QualityMeasure in control_chart.proto.
enum class MeasureKind {
  kCaseDuration,
  kStepWaiting,
  kStepWorking,
  kCasesWithCondition,
  kCasesWithActivity,
  kCasesWithDefect,
  kCasesLate,
  kDefectCount,
  kActivityCount,
  kArrivals,
  kDepartures,
};

struct MeasureSpec {
  MeasureKind kind = MeasureKind::kCaseDuration;
  std::string activity;           // "" = none is named
  Selection condition;            // of kCasesWithCondition
  std::optional<int64_t> target;  // of kCasesLate, microseconds by `between`
  DefectSources sources = DefectSources::All();
  TimeBetween between;
};

// What values are.
enum class ValueKind {
  kTime,    // seconds
  kIsBad,   // 0 or 1, of a case
  kCount,   // a whole number, of a case
  kMoment,  // 1: something happened
};

struct MeasuredValue {
  int64_t time = 0;  // when it was known, microseconds
  uint32_t case_number = 0;
  double value = 0;
};

struct Measured {
  ValueKind kind = ValueKind::kTime;
  std::vector<MeasuredValue> values;  // by time, then case, then as they were read
  int64_t open_cases = 0;             // that are left out since they have not ended
  std::vector<double> open_ages;      // of kCaseDuration: of these so far, seconds; any order
  int64_t without_target = 0;         // of kCasesLate: ended cases that have none
  int64_t open_late = 0;              // of kCasesLate: open cases that are late already
  // Of the log: first begin of a case, and last time; the first and the last period may be cut by
  // them.
  int64_t first_time = 0;
  int64_t last_time = 0;
  // Of defects: the steps of ended cases of which a source would tell. Where it is 0 nobody knows
  // of any defect, which is not the same as that there is none.
  std::optional<int64_t> told_count;
  bool told() const { return values.empty() || told_count != 0; }
  std::string unit;  // of a point: "seconds", "share of cases", "defects per case", "cases"
  std::vector<std::string> notes;  // of a condition: see Selected
};

// FIELD_INVALID: field "measure.activity" for one that the log does not have. Errors of `parts` and
// `keep_on`. O(rows + values log values) expected.
absl::StatusOr<Measured> MeasureLog(const LogParts& parts,
                                    const std::vector<std::string>& map_transitions,
                                    const MeasureSpec& spec,
                                    absl::FunctionRef<absl::Status()> keep_on);

// The activity of `spec` among names in their order; kNoText where it names none. FIELD_INVALID as
// of MeasureLog.
absl::StatusOr<uint32_t> MeasuredActivity(const std::vector<std::string>& names,
                                          const MeasureSpec& spec);
// The values of some cases alone, in no order, and without the times of the log: those of parts of
// a log add up to what is measured in it. `activity`: the number of that of `spec`. Errors of
// `parts` and `keep_on`. O(rows) expected.
absl::StatusOr<Measured> MeasureCases(const LogParts& parts,
                                      const std::vector<std::string>& map_transitions,
                                      const MeasureSpec& spec, uint32_t activity,
                                      absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CHARTING_MEASURES_H_
