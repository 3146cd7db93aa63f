// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/check.h"

#include <algorithm>

#include "services/analytics/conformance/shortest_run.h"

namespace plumbline::analytics::conformance {
namespace {

// Near enough. Of an edge of the automaton, with its place, while the lists grow; of a state, with
// its place in the maps, its costs and what follows it.
constexpr int64_t kOfAnEdge = 72, kOfAState = 250;

// For each event of the variants.
constexpr absl::Duration kSummingUp = absl::Nanoseconds(20);

}  // namespace

int64_t FitInto(int64_t bytes, size_t model_nodes, CheckOptions& options) {
  const auto states = static_cast<size_t>(bytes / kOfAState);
  options.precision_states = std::min(options.precision_states, states);
  const int64_t precision = static_cast<int64_t>(options.precision_states) * kOfAState;
  if (options.method == Method::kReplay) {
    options.replay.most_states = std::min(options.replay.most_states, states);
    return std::max(precision, static_cast<int64_t>(options.replay.most_states) * kOfAState);
  }
  AlignOptions& align = options.align;
  AutomatonLimits& automaton = align.automaton;
  automaton.states = std::min(automaton.states, states / 4);
  // About an edge for each activity that may come next.
  automaton.edges = std::min({automaton.edges, automaton.states * model_nodes,
                              static_cast<size_t>(bytes / 4 / kOfAnEdge)});
  const int64_t listed = static_cast<int64_t>(automaton.states) * kOfAState +
                         static_cast<int64_t>(automaton.edges) * kOfAnEdge;
  const auto each = static_cast<size_t>(bytes - listed) / static_cast<size_t>(align.threads);
  align.thread_bytes = std::min(align.thread_bytes, each);
  return std::max(precision, listed + static_cast<int64_t>(align.thread_bytes) * align.threads);
}

absl::Duration SearchTime(absl::Duration budget, int64_t variant_events) {
  return budget - std::min(variant_events * kSummingUp, budget / 2);
}

absl::StatusOr<CheckResult> Check(const ModelNode& model, const VariantLog& log,
                                  const CheckOptions& options) {
  if (absl::Status status = CheckModel(model); !status.ok()) return status;
  const Tree tree(model);
  const Net net(tree);
  const Machine machine(tree, net);
  CheckResult result;
  result.log = Label(log, tree);
  result.method = options.method;
  if (options.method == Method::kReplay) {
    result.replay = Replay(net, machine, result.log, options.replay);
    result.precision = EscapingEdges(machine, result.log.variants, options.replay.expired,
                                     options.precision_states);
    return result;
  }
  result.alignments = Align(tree, net, machine, result.log, options.align);
  const uint32_t shortest = DeviationsOf(FindShortestRun(tree, net).cost);
  result.aligned = SumUp(result.log, result.alignments, shortest);
  result.steps = DeviationsByStep(result.log, result.alignments);
  result.precision = EscapingEdges(machine, ModelRuns(result.log, result.alignments),
                                   options.align.expired, options.precision_states);
  return result;
}

}  // namespace plumbline::analytics::conformance
