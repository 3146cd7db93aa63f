// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/composition.h"

#include <algorithm>
#include <deque>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/plan.h"
#include "common/flow/proto/convert.h"
#include "common/flow/proto/nodes.h"
#include "common/flow/proto/process_rules.h"
#include "common/flow/proto/step_template.h"
#include "common/flow/validate.h"
#include "common/flow/validate_expressions.h"

namespace plumbline::cli {
namespace {

using catalog::v1::Node;
using catalog::v1::Process;

constexpr char kRoot[] = "process.root";

std::string WithoutRevision(const std::string& name) { return name.substr(0, name.find('@')); }

absl::Status CheckCycle(PlannedState& planned, const std::string& name, const Process& composed) {
  std::map<std::string, std::string> reached_from;  // revisions; "" = the process itself
  std::deque<std::string> waiting;
  const auto meet = [&](const Process& process, const std::string& from) {
    for (const std::string& called : CallsOf(process)) {
      if (reached_from.try_emplace(called, from).second) waiting.push_back(called);
    }
  };
  meet(composed, "");
  while (!waiting.empty()) {
    const std::string called = waiting.front();
    waiting.pop_front();
    if (WithoutRevision(called) == name) {
      std::vector<std::string> chain;
      for (std::string at = called; !at.empty(); at = reached_from[at]) chain.push_back(at);
      chain.push_back(name);
      std::reverse(chain.begin(), chain.end());
      const std::string text = absl::StrJoin(chain, " -> ");
      return base::Error(base::Reason::ERROR_REASON_PROCESS_CYCLE,
                         absl::StrCat("'", name, "' would call itself: ", text,
                                      "; remove one of these calls"))
          .With("chain", text);
    }
    ASSIGN_OR_RETURN(const Process* process, planned.Content(called));
    meet(*process, called);
  }
  return absl::OkStatus();
}

// Appends what is wrong with the arguments of the calls below `node`, whose field is at `path`.
absl::Status CheckCalls(PlannedState& planned, const flow::Node& node,
                        const std::vector<flow::Attribute>& attributes, const std::string& path,
                        std::vector<base::FieldViolation>* violations) {
  if (node.kind == flow::NodeKind::kCall) {
    ASSIGN_OR_RETURN(const Process* called, planned.Content(node.called));
    const std::vector<base::FieldViolation> faults = flow::CheckArguments(
        node, attributes, flow::AttributesFromProto(called->attributes()), path);
    violations->insert(violations->end(), faults.begin(), faults.end());
  }
  for (size_t i = 0; i < node.children.size(); ++i) {
    RETURN_IF_ERROR(CheckCalls(planned, node.children[i], attributes,
                               absl::StrCat(path, ".", flow::ChildField(node, i)), violations));
  }
  return absl::OkStatus();
}

// Writes out what a node whose field is at `field` calls or uses.
absl::Status ComposeNode(PlannedState& planned, const std::string& field, Node* node,
                         Composed* composed) {
  if (node->has_call()) {
    composed->takes = true;
    std::string& called = *node->mutable_call()->mutable_process();
    ASSIGN_OR_RETURN(const Meant<Process> meant,
                     planned.Called(called, absl::StrCat(field, ".call.process")));
    called = meant.name;
    composed->planned = composed->planned || meant.planned;
    if (meant.waits && composed->waits_for.empty())
      composed->waits_for = WithoutRevision(meant.name);
  } else if (node->has_step() && !node->step().uses().empty()) {
    composed->takes = true;
    ASSIGN_OR_RETURN(const Meant<catalog::v1::StepTemplate> meant,
                     planned.Used(node->step().uses(), absl::StrCat(field, ".step.uses")));
    flow::LayUnder(*meant.content, node);
    node->mutable_step()->set_uses(meant.name);
    composed->planned = composed->planned || meant.planned;
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> CallsOf(const Process& process) {
  std::vector<std::string> calls;
  flow::ForEachNode(process.root(), [&](const Node& node) {
    if (node.has_call()) calls.push_back(node.call().process());
  });
  return calls;
}

absl::StatusOr<Composed> Compose(PlannedState& planned, const Process& process) {
  bool takes = false;
  flow::ForEachNode(process.root(), [&](const Node& node) {
    takes = takes || node.has_call() || !node.step().uses().empty();
  });
  if (!takes) return Composed{process};
  std::vector<std::string> fields;  // of the nodes, in the order of the tree
  flow::ForEachNode(process.root(), kRoot,
                    [&](const Node&, const std::string& field) { fields.push_back(field); });
  Composed composed{process};
  size_t index = 0;
  RETURN_IF_ERROR(flow::ForEachNode(composed.process.mutable_root(), [&](Node& node) {
    return ComposeNode(planned, fields[index++], &node, &composed);
  }));
  return composed;
}

absl::Status CheckComposed(PlannedState& planned, const std::string& name,
                           const Process& composed) {
  RETURN_IF_ERROR(flow::ProcessInvalid(flow::ValidateProcess(composed, "process")));
  RETURN_IF_ERROR(CheckCycle(planned, name, composed));
  ASSIGN_OR_RETURN(const flow::PlanSource source, flow::SourceFromProto(composed));
  std::vector<base::FieldViolation> violations;
  RETURN_IF_ERROR(CheckCalls(planned, source.root, source.attributes, kRoot, &violations));
  if (violations.size() > flow::kMaxViolations) violations.resize(flow::kMaxViolations);
  RETURN_IF_ERROR(flow::ProcessInvalid(violations));
  return flow::Plan::Build(source, composed.owner(),
                           [&](absl::string_view called) -> absl::StatusOr<flow::PlanSource> {
                             ASSIGN_OR_RETURN(const Process* process,
                                              planned.Content(std::string(called)));
                             return flow::SourceFromProto(*process);
                           })
      .status();
}

}  // namespace plumbline::cli
