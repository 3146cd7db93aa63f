// SPDX-License-Identifier: Apache-2.0
//
// The process model: a process tree (Leemans 2017, section 2.2.6, with steps for activities). Pure
// values, no gRPC, no SQL.
#ifndef PLUMBLINE_COMMON_FLOW_TREE_H_
#define PLUMBLINE_COMMON_FLOW_TREE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plumbline::flow {

enum class NodeKind { kSequence, kParallel, kChoice, kLoop, kCall, kStep };

// A span of business time: days of the calendar's open hours, and open minutes.
struct BusinessDuration {
  int32_t days = 0;
  int32_t minutes = 0;
  bool operator==(const BusinessDuration&) const = default;
};

struct ChecklistItem {
  std::string id;
  std::string title;
  bool optional = false;
  bool operator==(const ChecklistItem&) const = default;
};

// A program that does a step. See Automation in process_aims.proto.
struct Automation {
  std::string webhook;
  int32_t answer_minutes = 0;  // 0 = not said
  bool operator==(const Automation&) const = default;
};

// The least `earliest_day`: the step is to be done at once, whenever its turn comes.
inline constexpr int32_t kAtOnce = -250;

// What is particular to a step.
struct StepDetails {
  std::string role;
  std::optional<BusinessDuration> target;
  std::optional<int32_t> earliest_day;  // business days after day one, from kAtOnce on
  std::vector<std::string> utilities;
  std::vector<ChecklistItem> checklist;
  std::vector<std::string> defect_kinds;
  std::string instructions;
  // The template that it is made of: "steps/{s}" or "steps/{s}@{revision}"; "" = none. Until it is
  // published, the step may leave to it what it does not say itself.
  std::string uses;
  std::vector<std::string> outputs;  // ids of attributes of the process
  std::string verifier;              // a role; "" = nobody verifies
  std::string waiver_approver;       // a role; "" = nobody need approve
  std::optional<Automation> automation = std::nullopt;
  bool operator==(const StepDetails&) const = default;
};

// What an attribute of a called process gets when the call begins.
struct Argument {
  std::string attribute;  // of the called process
  std::string from;       // an attribute of the caller; "" = `value`
  std::string value;      // the text of a value
  bool operator==(const Argument&) const = default;
};

// A node and what is below it. Children: of sequence, parallel and choice the branches; of loop the
// body and, if there is one, the redo part; of call and step none.
struct Node {
  NodeKind kind = NodeKind::kStep;
  std::string id;
  std::string title;
  bool optional = false;  // a choice between it and nothing
  std::vector<Node> children;
  std::string decider;  // choice, loop: the role that decides; "" = the owner of the process
  std::string called;   // call: "processes/{p}", "...@latest", "...@{tag}" or "...@{revision}"
  StepDetails step;     // step
  // Expressions over the attributes of the process (common/expr); "" = a person decides.
  std::string condition;   // whether a branch of a choice is taken, or else an optional node done
  std::string leave_when;  // loop: whether it ends after its body
  std::vector<Argument> arguments;  // call
  bool operator==(const Node&) const = default;
};

// Limits of the model; validation refuses what is beyond.
inline constexpr int kMaxDepth = 32;
inline constexpr int kMaxNodes = 2000;

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_TREE_H_
