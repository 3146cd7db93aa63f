// SPDX-License-Identifier: Apache-2.0
//
// What is to be explained: which cases are slow, or failed, and of which that is not known yet.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CAUSES_OUTCOME_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CAUSES_OUTCOME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/defects/defects.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics::causes {

struct OutcomeSpec {
  enum class Kind { kSlow, kDefect, kCondition };
  Kind kind = Kind::kSlow;
  std::optional<int64_t> target;  // kSlow: microseconds; absent: the quantile
  double quantile = 0.75;
  DefectSources sources = DefectSources::All();  // kDefect
  Selection condition;                           // kCondition
  std::string condition_text;
  bool include_open = false;  // kDefect, kCondition
  TimeBetween between;        // of durations; empty = wall clock
};

// By case, numbered as in the log.
struct Outcomes {
  enum State : uint8_t { kUnknown, kNo, kYes };
  static constexpr double kNoDuration = -1;

  std::vector<State> state;
  // kSlow: how long cases took whose state is known and that ended, in seconds; else kNoDuration.
  // Empty of other kinds.
  std::vector<double> seconds;
  std::optional<double> threshold_seconds;
  int64_t known = 0, happened = 0, unknown = 0;
  int64_t unknown_ended = 0;  // of unknown, have ended
  int64_t open = 0;           // all open cases
  int64_t open_slow = 0;      // of these, known to be slow already
  std::string words;          // "takes longer than 30 d"
  std::string span;           // kSlow: "30 d"
  std::string problem;        // why nothing is known; empty where something is
  std::vector<std::string> notes;
};

// Where the log marks ends, and slow is what takes longer than T, a case counts if it began more
// than T before the last time of the log: then it is known whether it is slow, be it open or not.
// Of younger ones only the fast would be known. Errors of `keep_on`. O(rows + cases log cases).
absl::StatusOr<Outcomes> Decide(const LogParts& parts,
                                const std::vector<std::string>& map_transitions,
                                const OutcomeSpec& spec, KeepOn keep_on);

// "3.5 d", "40 min".
std::string SpanWords(double seconds);

}  // namespace plumbline::analytics::causes

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CAUSES_OUTCOME_H_
