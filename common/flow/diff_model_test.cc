// SPDX-License-Identifier: Apache-2.0
//
// Diff on random trees: it reports exactly the edits that were made, and where it calls an edit
// compatible, the state of a running instance carries over as diff.h says, in any state.
#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/flow/diff.h"
#include "common/flow/plan.h"
#include "common/flow/progress.h"
#include "common/flow/test_edits.h"
#include "common/flow/test_trees.h"
#include "common/flow/validate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

ProcessContent Around(const Node& root) {
  ProcessContent process;
  process.title = "Title";
  process.owner = "owner";
  process.root = root;
  return process;
}

Plan PlanOf(const Node& root) {
  return Plan::Build(root, "owner", [](absl::string_view) { return base::Internal("no calls"); })
      .value();
}

std::vector<Edit> Sorted(std::vector<Edit> edits) {
  std::sort(edits.begin(), edits.end());
  return edits;
}

std::vector<Edit> EditsOf(const ProcessDiff& diff) {
  std::vector<Edit> edits;
  for (const Difference& difference : diff.differences)
    edits.push_back({difference.kind, difference.node});
  return Sorted(edits);
}

TEST(DiffModelTest, AnEqualTreeIsIdentical) {
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    const ProcessContent process = Around(RandomTree(&random, 6));
    const ProcessDiff diff = Diff(process, process);
    ASSERT_EQ(diff.verdict, Verdict::kIdentical);
    ASSERT_TRUE(diff.differences.empty());
  }
}

TEST(DiffModelTest, ReportsExactlyTheEditsThatWereMade) {
  std::mt19937 random(2);
  std::map<DifferenceKind, int> seen;
  for (int i = 0; i < 3000; ++i) {
    SCOPED_TRACE(i);
    const ProcessContent before = Around(RandomTree(&random, 5));
    ProcessContent after = before;
    Editor editor(&random, &after.root);
    for (int tries = 1 + static_cast<int>(random() % 6); tries > 0; --tries) editor.TryEdit(false);
    ASSERT_THAT(Validate(after.root, "root"), testing::IsEmpty());
    const ProcessDiff diff = Diff(before, after);
    ASSERT_EQ(EditsOf(diff), Sorted(editor.edits()));
    ASSERT_EQ(diff.verdict == Verdict::kIdentical, before == after);
    for (const Edit& edit : editor.edits()) ++seen[edit.kind];
  }
  EXPECT_EQ(seen.size(), 18u) << "some kinds of edit were never made";
}

TEST(DiffModelTest, OneMoreEditNeverLowersTheVerdict) {
  std::mt19937 random(3);
  for (int i = 0; i < 1000; ++i) {
    const ProcessContent before = Around(RandomTree(&random, 5));
    ProcessContent after = before;
    Editor editor(&random, &after.root);
    Verdict verdict = Verdict::kIdentical;
    for (int tries = 0; tries < 6; ++tries) {
      editor.TryEdit(false);
      const Verdict now = Diff(before, after).verdict;
      ASSERT_GE(now, verdict);
      verdict = now;
    }
  }
}

// The state of one node, from the text form of Progress.
struct State {
  NodeState state = NodeState::kWaiting;
  bool asking = false;
  bool accepted = false;
  int round = 0;
};

std::vector<State> Decode(absl::string_view text) {
  std::vector<State> states;
  for (const char c : text.substr(2)) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      states.back().round = states.back().round * 10 + (c - '0');
      continue;
    }
    const int code = c - 'a';
    states.push_back({static_cast<NodeState>(code & 3), (code & 4) != 0, (code & 8) != 0, 0});
  }
  return states;
}

std::string Encode(const std::vector<State>& states) {
  std::string text = "1:";
  for (const State& state : states) {
    const int code =
        static_cast<int>(state.state) | (state.asking ? 4 : 0) | (state.accepted ? 8 : 0);
    text.push_back(static_cast<char>('a' + code));
    if (state.round != 0) absl::StrAppend(&text, state.round);
  }
  return text;
}

// Rules a and b of diff.h, read literally.
class CarryOver {
 public:
  CarryOver(const Plan& from, const std::vector<State>& states, const Plan& to)
      : from_(from), states_(states), to_(to), carried_(to.size()), settled_(to.size()) {
    Carry(0);
  }

  const std::vector<State>& carried() const { return carried_; }

 private:
  void Carry(NodeIndex node) {
    if (!settled_[node]) {
      const NodeIndex was = from_.Find(to_.node(node).path);
      if (was != kNoNode) {
        Keep(was, node);
      } else {
        PlaceNew(node);
      }
    }
    for (NodeIndex child : to_.node(node).children) Carry(child);
  }

  void Keep(NodeIndex was, NodeIndex node) {
    State state = states_[was];
    const bool asks_whether = from_.node(was).optional && state.asking && !state.accepted;
    if (asks_whether && !to_.node(node).optional) return Begin(node, state.round);
    const bool begun = state.state == NodeState::kActive && !asks_whether;
    state.accepted = to_.node(node).optional && (begun || state.accepted);
    carried_[node] = state;
    settled_[node] = true;
  }

  void PlaceNew(NodeIndex node) {
    const NodeIndex parent = to_.node(node).parent;
    const State& above = carried_[parent];
    const bool still_asked = to_.node(parent).optional && !above.accepted;
    if (above.state == NodeState::kWaiting) return Settle(node, NodeState::kWaiting);
    if (above.state != NodeState::kActive) return Settle(node, NodeState::kNotNeeded);
    if (still_asked) return Settle(node, NodeState::kWaiting);
    switch (to_.node(parent).kind) {
      case NodeKind::kParallel:
        return Activate(node, 1);
      case NodeKind::kChoice:
        return Settle(node, above.asking ? NodeState::kWaiting : NodeState::kNotNeeded);
      case NodeKind::kSequence:
        return Settle(node, IsPast(node) ? NodeState::kNotNeeded : NodeState::kWaiting);
      default:
        return Settle(node, NodeState::kWaiting);
    }
  }

  // Whether something after `node` in its sequence has had its turn.
  bool IsPast(NodeIndex node) const {
    const std::vector<NodeIndex>& siblings = to_.node(to_.node(node).parent).children;
    return std::any_of(siblings.begin(), siblings.end(), [&](NodeIndex sibling) {
      const NodeIndex was = from_.Find(to_.node(sibling).path);
      return sibling > node && was != kNoNode && states_[was].state != NodeState::kWaiting;
    });
  }

  void Settle(NodeIndex node, NodeState state) {
    for (NodeIndex i = node; i < to_.node(node).end; ++i) {
      carried_[i] = {state, false, false, 0};
      settled_[i] = true;
    }
  }

  void Activate(NodeIndex node, int round) {
    Settle(node, NodeState::kWaiting);
    if (!to_.node(node).optional) return Begin(node, round);
    carried_[node] = {NodeState::kActive, true, false, round};
  }

  void Begin(NodeIndex node, int round) {
    const PlanNode& planned = to_.node(node);
    Settle(node, NodeState::kWaiting);
    carried_[node] = {NodeState::kActive, planned.kind == NodeKind::kChoice, planned.optional,
                      round};
    if (planned.kind == NodeKind::kSequence || planned.kind == NodeKind::kLoop)
      Activate(planned.children[0], 1);
    if (planned.kind == NodeKind::kParallel)
      for (NodeIndex child : planned.children) Activate(child, 1);
  }

  const Plan& from_;
  const std::vector<State>& states_;
  const Plan& to_;
  std::vector<State> carried_;
  std::vector<bool> settled_;
};

// Does something that is possible now.
void RandomAction(std::mt19937* random, Progress* progress, int actions_before) {
  const std::vector<NodeIndex> steps = progress->EnabledSteps();
  const std::vector<OpenDecision> open = progress->OpenDecisions();
  const size_t which = (*random)() % (steps.size() + open.size());
  if (which < steps.size()) {
    ASSERT_TRUE(progress->EndStep(steps[which]).ok());
    return;
  }
  const OpenDecision& decision = open[which - steps.size()];
  const bool leave =
      decision.options[0] == kLeave && (*random)() % static_cast<unsigned>(10 + actions_before) > 5;
  const std::string option =
      leave ? kLeave : decision.options[(*random)() % decision.options.size()];
  ASSERT_TRUE(progress->Decide(decision.node, option).ok());
}

bool Ended(NodeState state) { return state == NodeState::kDone || state == NodeState::kNotNeeded; }

// The invariants of progress.h, from the states.
void ExpectInvariants(const Plan& plan, const std::vector<State>& states) {
  for (NodeIndex i = 0; i < plan.size(); ++i) {
    const PlanNode& node = plan.node(i);
    const auto count = [&](NodeState state) {
      return std::count_if(node.children.begin(), node.children.end(),
                           [&](NodeIndex child) { return states[child].state == state; });
    };
    if (states[i].state != NodeState::kActive) {
      ASSERT_EQ(count(NodeState::kActive), 0) << node.path;
      continue;
    }
    if (states[i].asking || node.kind == NodeKind::kStep) continue;
    if (node.kind == NodeKind::kParallel) {
      ASSERT_EQ(count(NodeState::kWaiting), 0) << node.path;
      continue;
    }
    ASSERT_EQ(count(NodeState::kActive), 1) << node.path;
    if (node.kind == NodeKind::kChoice) {
      ASSERT_EQ(count(NodeState::kWaiting), 0) << node.path;
    }
    if (node.kind != NodeKind::kSequence) continue;
    bool begun_later = false;
    for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
      ASSERT_TRUE(!begun_later || Ended(states[*child].state)) << node.path;
      begun_later |= states[*child].state != NodeState::kWaiting;
    }
  }
}

// No answer, no finished and no begun work is lost or invented.
void ExpectNothingLost(const Plan& from, const std::vector<State>& states, const Plan& to,
                       const std::vector<State>& carried) {
  for (NodeIndex i = 0; i < from.size(); ++i) {
    const NodeIndex is = to.Find(from.node(i).path);
    ASSERT_NE(is, kNoNode);
    if (states[i].state == NodeState::kWaiting) continue;
    ASSERT_EQ(carried[is].state, states[i].state) << from.node(i).path;
    ASSERT_EQ(carried[is].round, states[i].round) << from.node(i).path;
  }
}

// Runs `from` to a random point, carries over, checks, and runs on to the end. `actions` counts.
void CarryAndFinish(std::mt19937* random, const Plan& from, const Plan& to) {
  Progress progress(from);
  const int before = static_cast<int>((*random)() % 12);
  for (int i = 0; i < before && !progress.finished(); ++i) RandomAction(random, &progress, i);
  const std::vector<State> states = Decode(progress.Serialize());
  const CarryOver carry(from, states, to);
  ExpectInvariants(to, carry.carried());
  ExpectNothingLost(from, states, to, carry.carried());
  absl::StatusOr<Progress> carried = Progress::Parse(to, Encode(carry.carried()));
  ASSERT_TRUE(carried.ok()) << carried.status();
  ASSERT_EQ(carried->finished(), progress.finished());
  for (int i = before; !carried->finished(); ++i) {
    RandomAction(random, &*carried, i);
    if (testing::Test::HasFatalFailure()) return;
    ExpectInvariants(to, Decode(carried->Serialize()));
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(DiffModelTest, WhatIsCalledCompatibleCarriesOver) {
  std::mt19937 random(4);
  int carried = 0, needing_migration = 0;
  for (int i = 0; i < 3000; ++i) {
    SCOPED_TRACE(i);
    const Node before = RandomTree(&random, 5);
    Node after = before;
    Editor editor(&random, &after);
    const bool compatible_only = i % 3 != 0;
    for (int edits = 0; edits < 4; ++edits) editor.TryEdit(compatible_only);
    const Verdict verdict = Diff(Around(before), Around(after)).verdict;
    ASSERT_TRUE(!compatible_only || verdict <= Verdict::kCompatible);
    if (verdict == Verdict::kNeedsMigration) {
      ++needing_migration;
      continue;
    }
    const Plan from = PlanOf(before);
    const Plan to = PlanOf(after);
    for (int run = 0; run < 3; ++run) {
      CarryAndFinish(&random, from, to);
      if (HasFailure()) return;
      ++carried;
    }
  }
  EXPECT_GT(carried, 6000);
  EXPECT_GT(needing_migration, 300);
}

}  // namespace
}  // namespace plumbline::flow
