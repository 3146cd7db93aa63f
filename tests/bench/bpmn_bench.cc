// SPDX-License-Identifier: Apache-2.0
//
// A process of 200 steps as BPMN and back, one thread, without the wire and the database.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/flow/bpmn/bpmn.h"
#include "tests/bench/bench.h"

namespace plumbline::bench {
namespace {

constexpr int kRounds = 101;

flow::Node Step(int number) {
  flow::Node step{.kind = flow::NodeKind::kStep,
                  .id = absl::StrCat("step-", number),
                  .title = absl::StrCat("Do thing number ", number)};
  step.step = {.role = absl::StrCat("role-", number % 8),
               .target = flow::BusinessDuration{.days = 2},
               .utilities = {"crm", "e-mail"},
               .checklist = {{.id = "done", .title = "It is done"}},
               .defect_kinds = {"late"},
               .instructions = std::string(200, 'i')};
  return step;
}

// Twenty blocks of ten steps: a choice, a loop, parallel branches, an optional step.
flow::Node Tree() {
  using flow::Node, flow::NodeKind;
  Node root{.kind = NodeKind::kSequence, .id = "root"};
  for (int i = 0; i < 200; i += 10) {
    const auto block = [&](NodeKind kind, int first, int count) {
      Node node{.kind = kind, .id = absl::StrCat("block-", first), .title = "Which?"};
      for (int k = first; k < first + count; ++k) node.children.push_back(Step(k));
      return node;
    };
    root.children.push_back(block(NodeKind::kChoice, i, 3));
    root.children.push_back(block(NodeKind::kLoop, i + 3, 2));
    root.children.push_back(block(NodeKind::kParallel, i + 5, 4));
    root.children.push_back(Step(i + 9));
    root.children.back().optional = true;
  }
  return root;
}

}  // namespace

absl::StatusOr<std::vector<Figure>> CatalogBpmn() {
  const flow::bpmn::Process process{.id = "large",
                                    .content = {.title = "Large", .owner = "me", .root = Tree()}};
  std::vector<double> exports, imports;
  std::string xml;
  for (int round = 0; round < kRounds; ++round) {
    const Stopwatch exporting;
    xml = flow::bpmn::Export(process);
    exports.push_back(exporting.Seconds() * 1000);
    const Stopwatch importing;
    ASSIGN_OR_RETURN(const flow::bpmn::Imported back, flow::bpmn::Import(xml, {}));
    imports.push_back(importing.Seconds() * 1000);
    if (!(back.process == process)) return absl::InternalError("what came back is another process");
  }
  return std::vector<Figure>{{"catalog.bpmn_export_200", Median(exports), "ms"},
                             {"catalog.bpmn_import_200", Median(imports), "ms"},
                             {"catalog.bpmn_bytes_200", static_cast<double>(xml.size()), "bytes"}};
}

}  // namespace plumbline::bench
