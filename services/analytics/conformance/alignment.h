// SPDX-License-Identifier: Apache-2.0
//
// How a variant is explained by a run of a model; see align.h.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_ALIGNMENT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_ALIGNMENT_H_

#include <cstdint>
#include <vector>

#include "services/analytics/conformance/automaton.h"

namespace plumbline::analytics::conformance {

enum class MoveKind : uint8_t {
  kBoth,   // an event and the model agree
  kLog,    // an event that the model does not allow here
  kModel,  // an activity that the model demands and the log lacks
};

struct Move {
  MoveKind kind;
  uint32_t label;  // as in LabelledLog
  bool operator==(const Move&) const = default;
};

struct Alignment {
  // Of `moves`: the least there is where `optimal`, else an upper bound.
  Cost cost = kImpossible;
  bool optimal = false;
  // No alignment has fewer. Equal to those of `cost` where `optimal`.
  uint32_t least_deviations = 0;
  std::vector<Move> moves;  // silent ones are counted in `cost` only
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_ALIGNMENT_H_
