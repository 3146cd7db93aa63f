// SPDX-License-Identifier: Apache-2.0
//
// The few causes that make up most of the loss (Juran 1951): impediments and defects, by cause,
// utility, step or an attribute of the case, by count or by time lost.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DEFECTS_QUALITY_PARETO_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DEFECTS_QUALITY_PARETO_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "services/analytics/defects/defects.h"
#include "services/analytics/defects/drill_down.h"

namespace plumbline::analytics {

struct QualityParetoOptions {
  enum class Subject { kImpediments, kDefects };
  enum class Grouping { kCause, kUtility, kStep, kAttribute };
  Subject subject = Subject::kImpediments;
  Grouping grouping = Grouping::kCause;
  std::string attribute;  // key, for kAttribute
  bool by_count = false;  // else by time lost
  DefectOptions defects;  // `between` also for impediments
};

struct QualityBar {
  std::string label;  // empty: what has no value there
  int64_t count = 0;
  double lost_seconds = 0;
  double share = 0;  // of the weight of all bars
  double cumulative_share = 0;
  int64_t case_count = 0;
  DrillDown cases;  // empty for rework with one kind alone of what was found defective
};

struct QualityPareto {
  std::vector<QualityBar> bars;  // highest first, then by label
  int64_t total_count = 0;
  double total_lost_seconds = 0;
  std::optional<double> top_three_share;  // absent where nothing has weight
  int64_t open_count = 0;                 // impediments that are still open
  DefectSources sources;                  // of defects: those that the log told of
};

// What a Pareto chart is made of: sums over cases, so that parts of a log add up to it.
struct ParetoSums {
  // What bars are told apart by: their text, and of a value of an attribute how a filter says it.
  using Key = std::pair<std::string, std::string>;
  struct Bar {
    int64_t count = 0, case_count = 0;
    absl::int128 lost_micros = 0;  // of times far in the future some thirty pass 64 bits
  };
  // `sign` 1 puts the sums of other cases in, -1 takes them out again. O(bars log bars).
  void Add(const ParetoSums& more, int sign);

  std::map<Key, Bar> bars;
  int64_t open_count = 0;                          // impediments that are still open
  std::array<int64_t, kDefectSourceCount> told{};  // visits that each source would tell of
};
// Errors of `keep_on`. O(rows) expected.
absl::StatusOr<ParetoSums> ReadPareto(const LogSnapshot& log,
                                      const std::vector<std::string>& map_transitions,
                                      const QualityParetoOptions& options,
                                      absl::FunctionRef<absl::Status()> keep_on);
// The chart of these sums; of `log` only its keys are looked at. FIELD_INVALID as of
// MakeQualityPareto, with `empty` (the log has no event) never. O(bars log bars).
absl::StatusOr<QualityPareto> ParetoOf(const ParetoSums& sums, const LogSnapshot& log, bool empty,
                                       const QualityParetoOptions& options);

// The time lost by an impediment is its length. By a defect: of a missed target the time past it;
// of FAILED_VERIFICATION, REPORTED or REWORK that of the repeats of its step in its case, counted
// for the first of these three that the step has, so that it counts once. Errors: of `keep_on`;
// FIELD_INVALID (field "attribute") for a key that the log does not have. O(rows) expected.
absl::StatusOr<QualityPareto> MakeQualityPareto(const LogSnapshot& log,
                                                const std::vector<std::string>& map_transitions,
                                                const QualityParetoOptions& options,
                                                absl::FunctionRef<absl::Status()> keep_on);

// "REWORK".
const char* NameOf(DefectSource source);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DEFECTS_QUALITY_PARETO_H_
