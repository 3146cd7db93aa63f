// SPDX-License-Identifier: Apache-2.0
//
// Kinds of cases that wait longer at a step than the rest.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_LEVELS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_LEVELS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "services/analytics/review/facts.h"
#include "services/analytics/review/step_index.h"

namespace plumbline::analytics::review {

// Fewer cases on a side are not compared.
inline constexpr int64_t kLeastOfLevel = 20;

// The cases with a value of an attribute at a step, against all others at it; or all others,
// against those with the best value. Seconds a case.
struct SlowLevel {
  uint32_t activity = 0;
  std::string attribute, value;
  bool others = false;  // those with another value than `value`, which is the best
  std::string filter;   // finds them, as Selection.filter
  int64_t count = 0, other_count = 0;
  double mean = 0, other_mean = 0;
  double adjusted = 1;      // p with all comparisons in mind (Benjamini and Hochberg 1995)
  std::vector<bool> cases;  // by place in CaseGraphs::cases
};

// Those that wait longer at one of `activities` by more than chance (Welch 1947, one-sided, a share
// of false ones of 5 %), at most `most`, single values first, then most excess. All others against
// the best are told where all other values wait longer than it, two of them surely (p below 0.01):
// else the slow one is all that there is to it. Attributes are those that tell kinds of
// cases apart (improvement::KindAttributes). `index` is of the graphs. O(attributes of their
// cases + cases activities attributes).
std::vector<SlowLevel> FindSlowLevels(const Facts& facts, const StepIndex& index,
                                      absl::Span<const uint32_t> activities, size_t most);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_LEVELS_H_
