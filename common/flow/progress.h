// SPDX-License-Identifier: Apache-2.0
//
// Which steps are enabled: a pure function of the plan and of what was done.
//
// What is done is a list of actions (a step ended, somebody decided). Progress is that list folded
// into a state per node; folding the same list again gives the same state, which is what replaying
// a history does.
//
// Invariants, after any sequence of accepted actions:
//  1. A node is enabled only if its parent is active; the children of a sequence are active one
//  after the other.
//  2. Exactly one branch of a decided choice is ever active; the others are not needed.
//  3. The plan is finished iff its root is done; then nothing is enabled. Until then at least one
//  step or decision is.
//  4. A step that was done becomes enabled again only by "again" of a loop around it; its round
//  then grows by one.
#ifndef PLUMBLINE_COMMON_FLOW_PROGRESS_H_
#define PLUMBLINE_COMMON_FLOW_PROGRESS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/flow/plan.h"

namespace plumbline::flow {

// Answers to decisions other than the id of a branch.
inline constexpr char kDo[] = "do";
inline constexpr char kLeaveOut[] = "leave-out";
inline constexpr char kLeave[] = "leave";
inline constexpr char kAgain[] = "again";

enum class NodeState : uint8_t { kWaiting, kActive, kDone, kNotNeeded };

// A decision that waits for a person. An optional choice or loop asks "do"/"leave-out" first, then
// its own question.
struct OpenDecision {
  NodeIndex node;
  std::vector<std::string> options;
  bool whether = false;  // "do" or "leave-out": not the node's own question
};

// What changed by one action, each list in plan order. A loop's "again" can reset a step and enable
// it: resets come first.
struct Change {
  std::vector<NodeIndex> enabled_steps;
  std::vector<NodeIndex>
      not_needed_steps;  // steps that will not come (branches not taken, optional parts left out)
  std::vector<NodeIndex> reset_steps;  // steps that a loop set back to waiting
  bool finished = false;
};

// A run of one plan. Copyable. The plan must outlive it.
class Progress {
 public:
  // `change` tells what the beginning enabled; may be nullptr.
  explicit Progress(const Plan& plan, Change* change = nullptr);

  // Steps that can be worked on, in plan order. O(nodes).
  std::vector<NodeIndex> EnabledSteps() const;
  // Decisions that wait, in plan order. O(nodes).
  std::vector<OpenDecision> OpenDecisions() const;
  bool finished() const;
  NodeState state(NodeIndex node) const { return nodes_[node].state; }
  // Which round of the node is under way or was the last, from 1; 0 if its turn never came. An
  // optional node's turn comes when it is asked for.
  int round(NodeIndex node) const { return nodes_[node].round; }

  // The step ended (done or skipped). TASK_STATE if it is not enabled. O(nodes) at worst. A refused
  // action changes nothing.
  absl::StatusOr<Change> EndStep(NodeIndex step);
  // DECISION_NOT_OPEN if the node asks nothing now; FIELD_INVALID for an option that it does not
  // offer.
  absl::StatusOr<Change> Decide(NodeIndex node, absl::string_view option);

  // Compact text of the state, and back (INTERNAL if it does not fit the plan).
  std::string Serialize() const;
  static absl::StatusOr<Progress> Parse(const Plan& plan, absl::string_view text);

 private:
  struct State {
    NodeState state = NodeState::kWaiting;
    bool asking = false;    // an OpenDecision
    bool accepted = false;  // optional: "do" was answered
    int32_t round = 0;
    bool operator==(const State&) const = default;
  };
  bool Asks(NodeIndex node) const;
  std::vector<std::string> OptionsOf(NodeIndex node) const;
  void Apply(NodeIndex node, absl::string_view option, Change* change);
  void Choose(NodeIndex choice, absl::string_view option, Change* change);
  void Repeat(NodeIndex loop, Change* change);
  void Activate(NodeIndex node, Change* change);
  void Begin(NodeIndex node, Change* change);
  void Finish(NodeIndex node, Change* change);
  void Advance(NodeIndex child, Change* change);
  void MarkNotNeeded(NodeIndex node, Change* change);
  void Reset(NodeIndex node, Change* change);
  bool FitsPlan() const;

  const Plan* plan_;
  std::vector<State> nodes_;
};

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_PROGRESS_H_
