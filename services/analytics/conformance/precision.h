// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_PRECISION_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_PRECISION_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "services/analytics/conformance/labelled_log.h"
#include "services/analytics/conformance/machine.h"
#include "services/analytics/conformance/search_memory.h"

namespace plumbline::analytics::conformance {

// States that are kept at most, some 200 bytes each, the sets of states still to be looked at
// included.
inline constexpr size_t kMostPrecisionStates = 1'000'000;

// How much a model allows beyond what happened.
struct Precision {
  int64_t available = 0;  // activities that the model allowed, over all positions of all cases
  int64_t escaping = 0;   // of these, not done there by any case with the same beginning
  // false: `expired`, too many states, or StateSet::cut: both numbers are of a part.
  bool complete = true;
  // 1 - escaping / available (Munoz-Gama and Carmona 2010, section 4); nullopt where nothing was
  // counted.
  std::optional<double> Value() const;
};

// Counts over runs: what the cases of a log did in the model, from their alignments (Adriansyah et
// al. 2015), or traces as they are, each then as far as the model allows it. A position is that
// before an activity of a run; what the model would allow after the last one does not count. All
// states that the model may be in count together. Runs of no cases do not count. O(activities that
// are not in a common beginning).
Precision EscapingEdges(const Machine& machine, std::vector<LogVariant> runs,
                        const std::function<bool()>& expired,
                        size_t most_states = kMostPrecisionStates,
                        std::shared_ptr<SearchMemory> memory = std::make_shared<SearchMemory>());

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_PRECISION_H_
