// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "services/analytics/discovery/cut_finder.h"

namespace plumbline::analytics {
namespace {

// Marks the components of what `related` has for the activities of `first` that are not in
// `second`.
void MarkReached(const BitMatrix& related, const Bits& first, const Bits& second,
                 const Components& components, std::vector<bool>* of_body) {
  ForEachBit(first, [&](size_t i) {
    if (second[i]) return;
    ForEachBit(related[i], [&](size_t j) {
      if (components.of[j] != kNoGroup) (*of_body)[components.of[j]] = true;
    });
  });
}

// Whether an activity that goes on with (`related`) one of `set` does not with all of them.
bool Incomplete(std::span<const uint64_t> related, const Bits& set) {
  return Meet(related, set) && !Within(set, related);
}

}  // namespace

std::optional<Cut> FindLoopCut(const FollowGraph& graph) {
  Bits body = graph.starts;
  body |= graph.ends;
  const auto neighbours = [&graph](size_t i, const Bits& unseen) {
    Bits found(graph.n);
    found |= graph.successors[i];
    found |= graph.predecessors[i];
    return found &= unseen;
  };
  const Components components = FindComponents(graph.n, body, neighbours);
  std::vector<bool> of_body(components.count);
  MarkReached(graph.successors, graph.starts, graph.ends, components, &of_body);
  MarkReached(graph.predecessors, graph.ends, graph.starts, components, &of_body);
  for (size_t i = 0; i < graph.n; ++i) {
    if (components.of[i] == kNoGroup) continue;
    if (Incomplete(graph.successors[i], graph.starts) ||
        Incomplete(graph.predecessors[i], graph.ends)) {
      of_body[components.of[i]] = true;
    }
  }
  Cut cut{ModelKind::kLoop, std::vector<uint16_t>(graph.n), 1};
  std::vector<uint16_t> group(components.count);
  for (size_t c = 0; c < components.count; ++c) {
    if (!of_body[c]) group[c] = static_cast<uint16_t>(cut.groups++);
  }
  if (cut.groups < 2) return std::nullopt;
  for (size_t i = 0; i < graph.n; ++i) {
    if (components.of[i] != kNoGroup) cut.group_of[i] = group[components.of[i]];
  }
  return cut;
}

}  // namespace plumbline::analytics
