// SPDX-License-Identifier: Apache-2.0
//
// The deviations of a case, one by one.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_DEVIATING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_DEVIATING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "services/analytics/conformance/align.h"

namespace plumbline::analytics::conformance {

// Which deviations are asked for.
struct WantedDeviations {
  std::optional<uint32_t> label;  // of this activity only, as in LabelledLog
  std::optional<MoveKind> kind;   // kLog or kModel only
  bool Has(const Move& move) const {
    if (move.kind == MoveKind::kBoth) return false;
    return move.label == label.value_or(move.label) && move.kind == kind.value_or(move.kind);
  }
};

// A deviation, and where in its trace it is.
struct DeviationAt {
  Move move;
  size_t events_before = 0;  // of a move of the log: its place in the trace
};

// O(moves).
size_t CountDeviations(const Alignment& alignment, const WantedDeviations& wanted);
// The first `most` of them, in their order. O(moves).
std::vector<DeviationAt> FindDeviations(const Alignment& alignment, const WantedDeviations& wanted,
                                        size_t most);

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_DEVIATING_H_
