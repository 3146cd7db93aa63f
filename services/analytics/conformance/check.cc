// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/check.h"

#include "services/analytics/conformance/shortest_run.h"

namespace plumbline::analytics::conformance {

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
    result.precision = EscapingEdges(machine, result.log.variants, options.replay.expired);
    return result;
  }
  result.alignments = Align(tree, net, machine, result.log, options.align);
  const uint32_t shortest = DeviationsOf(FindShortestRun(tree, net).cost);
  result.aligned = SumUp(result.log, result.alignments, shortest);
  result.steps = DeviationsByStep(result.log, result.alignments);
  result.precision =
      EscapingEdges(machine, ModelRuns(result.log, result.alignments), options.align.expired);
  return result;
}

}  // namespace plumbline::analytics::conformance
