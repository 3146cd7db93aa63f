// SPDX-License-Identifier: Apache-2.0
//
// What could be mended, of a period.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CANDIDATES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CANDIDATES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "services/analytics/review/levels.h"

namespace plumbline::analytics::review {

enum class FixKind {
  kWait,        // no case waits longer at a step than the better half does now
  kLevel,       // a kind of cases waits no longer at a step than the rest
  kBest,        // all other cases wait no longer at a step than the kind that waits least
  kRework,      // a step is done once
  kImpediment,  // a cause blocks no work
};

struct Candidate {
  FixKind kind = FixKind::kWait;
  Remedy remedy;
  int64_t most = 0;     // microseconds that it takes away, on critical paths or not
  int64_t touched = 0;  // cases of the graphs that it takes something from
  std::optional<SlowLevel> level;
};

// Fewer cases are an accident and no process.
inline constexpr int64_t kLeastTouched = 5;
enum class Touching {
  kEnough,  // so many cases or more
  kFew,     // fewer; without those of kinds of cases, which have more
};
// So many are looked at.
inline constexpr size_t kMostCandidates = 40;

// Those that take most away first, at most kMostCandidates. `index` is of the graphs. O(steps +
// steps that candidates touch + levels).
std::vector<Candidate> FindCandidates(const Facts& facts, const StepIndex& index,
                                      Touching touching = Touching::kEnough);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CANDIDATES_H_
