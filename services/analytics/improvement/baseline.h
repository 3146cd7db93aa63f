// SPDX-License-Identifier: Apache-2.0
//
// What a process did before it is changed, and whether that is a fair thing to compare with.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_BASELINE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_BASELINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/improvement/compare.h"
#include "services/analytics/improvement/mix.h"
#include "services/analytics/improvement/observe.h"
#include "services/analytics/improvement/words.h"

namespace plumbline::analytics::improvement {

// Cases of a baseline that are kept; of more, so many evenly over its time.
inline constexpr size_t kMostKept = 10'000;

// See ImprovementBaseline in improvement.proto.
struct Baseline {
  Side side;               // at most kMostKept cases
  int64_t case_count = 0;  // that belong in the window
  std::vector<Mix> mixes;
  std::vector<std::vector<uint32_t>> values;  // of each mix, of the cases of `side`; CaseValuesOf
  Figures figures;
  std::optional<Figures> earlier;
  std::optional<double> earlier_p_value;
  std::optional<bool> stable;
  int64_t outcome_time = 0;  // seconds
  std::optional<int64_t> wanted;
  std::vector<std::string> warnings;
};

// Where cases of the baseline belong, [begin, end), microseconds.
struct BaselineWindow {
  int64_t begin = INT64_MIN;
  int64_t end = INT64_MAX;
};

// Warnings: it runs until after the last event; a control chart of groups of cases, or a test of
// trend (Mann 1945), says that the process was changing by itself; it was worse than before (what
// is picked at its worst gets better by itself); there are too few cases ever to show
// smallest_effect. FIELD_INVALID: field
// "baseline_window" for fewer than kLeastCases that can be counted, "measure.sources" where nothing
// tells of the defects that are asked for. `keys`: attributes to watch.
// O(n log n + attributes).
absl::StatusOr<Baseline> MakeBaseline(const LogSnapshot& log, const ObservedLog& observed,
                                      const BaselineWindow& window, CountedBy counted_by,
                                      const Options& options, const Unit& unit,
                                      const std::vector<std::string>& keys);

}  // namespace plumbline::analytics::improvement

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_BASELINE_H_
