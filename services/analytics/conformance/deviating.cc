// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/deviating.h"

#include <algorithm>

namespace plumbline::analytics::conformance {

size_t CountDeviations(const Alignment& alignment, const WantedDeviations& wanted) {
  return static_cast<size_t>(std::count_if(alignment.moves.begin(), alignment.moves.end(),
                                           [&](const Move& move) { return wanted.Has(move); }));
}

std::vector<DeviationAt> FindDeviations(const Alignment& alignment, const WantedDeviations& wanted,
                                        size_t most) {
  std::vector<DeviationAt> found;
  size_t events = 0;
  for (const Move& move : alignment.moves) {
    if (found.size() == most) break;
    if (wanted.Has(move)) found.push_back({move, events});
    events += move.kind != MoveKind::kModel;
  }
  return found;
}

}  // namespace plumbline::analytics::conformance
