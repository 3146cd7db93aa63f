// SPDX-License-Identifier: Apache-2.0
//
// What is to be explained: which cases are slow, or failed, and of which that is not known yet.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CAUSES_OUTCOME_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CAUSES_OUTCOME_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/statistics/ascending.h"
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

// The cases whose outcome is known, by their numbers, and what became of them.
struct Outcomes {
  // First those that have a duration, ascending by it, then by number; then the others.
  std::vector<uint32_t> cases;
  std::vector<uint8_t> has_it;  // of these: 1 or 0
  // kSlow: durations, microseconds, of the first of these: those that ended. Empty of other kinds.
  std::vector<int64_t> micros;
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

// What outcomes are decided from: of cases that have the numbers below `case_count`. Of kSlow
// `begin` and `ended` are needed, of other kinds `has_it`. What they show must outlive it.
struct OutcomeFacts {
  size_t case_count = 0;
  bool marks_ends = false;
  int64_t last_time = 0;                        // of all events
  std::span<const uint32_t> open;               // cases, ascending
  std::span<const int64_t> begin;               // by case
  std::span<const statistics::Numbered> ended;  // durations in microseconds, in their order
  std::span<const uint8_t> has_it;              // by case: 1 or 0
  DefectSources told;                           // kDefect: of which the log tells
  std::vector<std::string> notes;
};

// Where the log marks ends, and slow is what takes longer than T, a case counts if it began more
// than T before the last time of the log: then it is known whether it is slow, be it open or not.
// Of younger ones only the fast would be known. Errors of `keep_on`. O(cases + open log open).
absl::StatusOr<Outcomes> DecideFrom(const OutcomeFacts& facts, const OutcomeSpec& spec,
                                    KeepOn keep_on);

// The same of a log. Errors of `keep_on`. O(rows + cases).
absl::StatusOr<Outcomes> Decide(const LogParts& parts,
                                const std::vector<std::string>& map_transitions,
                                const OutcomeSpec& spec, KeepOn keep_on);

// What a log tells of defects, by case.
struct Failures {
  std::vector<uint8_t> failed;      // 1 or 0
  std::vector<DefectSources> told;  // sources that would have told of one
};
// Errors of `keep_on`. O(rows) expected.
absl::StatusOr<Failures> ReadFailures(const LogSnapshot& log,
                                      const std::vector<std::string>& map_transitions,
                                      DefectSources sources, KeepOn keep_on);

// "3.5 d", "40 min".
std::string SpanWords(double seconds);

}  // namespace plumbline::analytics::causes

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CAUSES_OUTCOME_H_
