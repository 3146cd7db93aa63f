// SPDX-License-Identifier: Apache-2.0
//
// For tests: a process to change, and differences as lines.
#ifndef PLUMBLINE_COMMON_FLOW_DIFF_TESTING_H_
#define PLUMBLINE_COMMON_FLOW_DIFF_TESTING_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/flow/diff.h"
#include "common/flow/test_trees.h"

namespace plumbline::flow {

// root[ a, review{x|y|z}, both(p, q, r), again(body, redo), desk, b ]
inline ProcessContent Base() {
  Node a = Step("a");
  a.step = {.role = "it",
            .target = BusinessDuration{.days = 2},
            .earliest_day = 1,
            .utilities = {"crm", "erp"},
            .checklist = {{.id = "one", .title = "One"}, {.id = "two", .title = "Two"}},
            .defect_kinds = {"late", "wrong"},
            .instructions = "Do it."};
  ProcessContent process;
  process.title = "Title";
  process.purpose = "Purpose";
  process.owner = "owner";
  process.target = BusinessDuration{.days = 10};
  process.labels = {{"area", "deals"}, {"cycle", "monthly"}};
  process.attributes = {
      {.id = "amount", .title = "Amount", .type = expr::Type::kNumber, .maximum = "100"},
      {.id = "wanted", .title = "Wanted", .type = expr::Type::kBool}};
  process.root = Sequence(
      "root", {a, Choice("review", {Step("x"), Step("y"), Step("z")}),
               Parallel("both", {Step("p"), Step("q"), Step("r")}),
               Loop("again", {Step("body"), Step("redo")}), Call("desk", "processes/desk@1"),
               Sequence("tail", {Step("b"), Step("c"), Step("d")})});
  return process;
}

// Short ways to a node of Base().
inline Node& At(ProcessContent& process, size_t child) { return process.root.children[child]; }
inline Node& At(ProcessContent& process, size_t child, size_t grandchild) {
  return process.root.children[child].children[grandchild];
}

inline Node Take(Node& parent, size_t child) {
  Node node = std::move(parent.children[child]);
  parent.children.erase(parent.children.begin() + static_cast<long>(child));
  return node;
}

inline void Put(Node& parent, size_t slot, Node node) {
  parent.children.insert(parent.children.begin() + static_cast<long>(slot), std::move(node));
}

inline std::string KindName(DifferenceKind kind) {
  static const char* const kNames[] = {
      "added",     "removed",  "moved",   "reordered", "re-identified", "kind",
      "title",     "purpose",  "owner",   "label",     "attribute",     "optional",
      "condition", "decider",  "leave",   "call",      "argument",      "role",
      "target",    "earliest", "utility", "checklist", "defect",        "instructions",
      "output",    "verifier", "waiver",  "template",  "automation",    "milestone",
      "escalation"};
  return kNames[static_cast<size_t>(kind)];
}

inline std::string VerdictName(Verdict verdict) {
  static const char* const kNames[] = {"identical", "cosmetic", "compatible", "migration"};
  return kNames[static_cast<size_t>(verdict)];
}

// "role a step.role: 'it' -> 'hr' (compatible)"; of paths the part after "root".
inline std::string Summary(const Difference& d) {
  return absl::StrCat(KindName(d.kind), " ", d.node.empty() ? "-" : d.node, " ", d.path,
                      d.item.empty() ? "" : "/", d.item, ": '", d.before, "' -> '", d.after, "' (",
                      VerdictName(d.verdict), d.nodes > 0 ? absl::StrCat(", ", d.nodes) : "", ")");
}

inline std::vector<std::string> Summaries(const ProcessDiff& diff) {
  std::vector<std::string> lines;
  for (const Difference& difference : diff.differences) lines.push_back(Summary(difference));
  return lines;
}

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_DIFF_TESTING_H_
