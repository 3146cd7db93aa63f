// SPDX-License-Identifier: Apache-2.0
//
// Progress against a slow direct reference: random trees are run with random actions to the end;
// after every action the reference interprets the whole list of actions from the beginning, by
// plain recursion over the tree.
#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/flow/progress.h"
#include "common/flow/test_trees.h"
#include "common/flow/validate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

struct Action {
  NodeIndex node;
  std::string option;  // "" = the step ended
};

// Interprets a list of actions. What a node is told is a queue of its own, because a node is never
// under way twice at once.
class Reference {
 public:
  Reference(const Plan& plan, const std::vector<Action>& actions) : plan_(plan) {
    for (const Action& action : actions) told_[action.node].push_back(action.option);
    finished = Run(0);
  }

  std::vector<NodeIndex> enabled;
  std::map<NodeIndex, std::vector<std::string>> open;
  std::map<NodeIndex, int> rounds;
  std::map<NodeIndex, NodeState> states;  // absent = waiting
  bool finished = false;

 private:
  // The next thing that `node` was told, or "" after noting that it asks.
  std::string Ask(NodeIndex node, std::vector<std::string> options) {
    std::deque<std::string>& queue = told_[node];
    if (queue.empty()) {
      open[node] = std::move(options);
      return "";
    }
    std::string answer = queue.front();
    queue.pop_front();
    return answer;
  }

  void Mark(NodeIndex node, NodeState state) {
    for (NodeIndex i = node; i < plan_.node(node).end; ++i) states[i] = state;
  }

  // Whether `node` ended.
  bool Run(NodeIndex node) {
    states[node] = NodeState::kActive;
    ++rounds[node];
    if (plan_.node(node).optional) {
      const std::string answer = Ask(node, {"do", "leave-out"});
      if (answer == "leave-out") Mark(node, NodeState::kNotNeeded);
      if (answer != "do") return answer == "leave-out";
    }
    if (!RunInside(node)) return false;
    states[node] = NodeState::kDone;
    return true;
  }

  bool RunInside(NodeIndex node) {
    const std::vector<NodeIndex>& children = plan_.node(node).children;
    switch (plan_.node(node).kind) {
      case NodeKind::kStep: {
        std::deque<std::string>& queue = told_[node];
        if (queue.empty()) {
          enabled.push_back(node);
          return false;
        }
        queue.pop_front();
        return true;
      }
      case NodeKind::kSequence:
        return std::all_of(children.begin(), children.end(),
                           [this](NodeIndex child) { return Run(child); });
      case NodeKind::kParallel:
        return std::count_if(children.begin(), children.end(),
                             [this](NodeIndex child) { return !Run(child); }) == 0;
      case NodeKind::kChoice:
        return RunChoice(node);
      case NodeKind::kLoop:
        return RunLoop(node);
      case NodeKind::kCall:
        break;
    }
    ADD_FAILURE() << "a call in a plan";
    return false;
  }

  bool RunChoice(NodeIndex node) {
    std::vector<std::string> options;
    for (NodeIndex child : plan_.node(node).children) options.push_back(plan_.node(child).path);
    const std::string answer = Ask(node, options);
    if (answer.empty()) return false;
    for (NodeIndex child : plan_.node(node).children) {
      if (plan_.node(child).path != answer) Mark(child, NodeState::kNotNeeded);
    }
    return Run(plan_.Find(answer));
  }

  bool RunLoop(NodeIndex node) {
    const std::vector<NodeIndex>& parts = plan_.node(node).children;
    for (bool first = true;; first = false) {
      if (!Run(parts[0])) return false;
      const std::string answer = Ask(node, {"leave", "again"});
      if (answer.empty()) return false;
      if (answer == "leave") {
        if (first && parts.size() == 2) Mark(parts[1], NodeState::kNotNeeded);
        return true;
      }
      for (NodeIndex part : parts) Mark(part, NodeState::kWaiting);
      if (parts.size() == 2 && !Run(parts[1])) return false;
    }
  }

  const Plan& plan_;
  std::map<NodeIndex, std::deque<std::string>> told_;
};

using Indices = std::vector<NodeIndex>;

// Steps of the plan for which `holds`.
template <typename Predicate>
Indices StepsWhere(const Plan& plan, Predicate holds) {
  Indices steps;
  for (NodeIndex i = 0; i < plan.size(); ++i) {
    if (plan.node(i).kind == NodeKind::kStep && holds(i)) steps.push_back(i);
  }
  return steps;
}

bool Ended(NodeState state) { return state == NodeState::kDone || state == NodeState::kNotNeeded; }

class RandomRun {
 public:
  explicit RandomRun(unsigned seed) : random_(seed) {
    const Node tree = RandomTree(&random_, 5);
    EXPECT_THAT(Validate(tree, "root"), testing::IsEmpty());
    plan_.emplace(Plan::Build(tree, "owner", [](absl::string_view) {
                    return base::Internal("no calls");
                  }).value());
    Change beginning;
    progress_.emplace(*plan_, &beginning);
    EXPECT_EQ(beginning.enabled_steps, progress_->EnabledSteps());
  }

  // Runs to the end. Loops are left in the end because "again" becomes rarer with every action.
  void ToTheEnd() {
    CheckState();
    while (!progress_->finished() && !testing::Test::HasFatalFailure()) {
      TryWhatIsRefused();
      const Progress before = *progress_;
      const Action action = RandomAction();
      const absl::StatusOr<Change> change = Do(&*progress_, action);
      ASSERT_TRUE(change.ok()) << change.status();
      actions_.push_back(action);
      CheckState();
      CheckChange(before, action, *change);
    }
    TryWhatIsRefused();
    Progress replayed(*plan_);
    for (const Action& action : actions_) ASSERT_TRUE(Do(&replayed, action).ok());
    EXPECT_EQ(replayed.Serialize(), progress_->Serialize());
  }

  size_t actions() const { return actions_.size(); }

 private:
  int Pick(size_t below) { return static_cast<int>(random_() % below); }

  static absl::StatusOr<Change> Do(Progress* progress, const Action& action) {
    return action.option.empty() ? progress->EndStep(action.node)
                                 : progress->Decide(action.node, action.option);
  }

  Action RandomAction() {
    const Indices steps = progress_->EnabledSteps();
    const std::vector<OpenDecision> open = progress_->OpenDecisions();
    const size_t which = Pick(steps.size() + open.size());
    if (which < steps.size()) return {steps[which], ""};
    const OpenDecision& decision = open[which - steps.size()];
    if (decision.options[0] == kLeave && Pick(10 + actions_.size()) > 5)
      return {decision.node, kLeave};
    return {decision.node, decision.options[Pick(decision.options.size())]};
  }

  void TryWhatIsRefused() {
    const std::string before = progress_->Serialize();
    const Indices enabled = progress_->EnabledSteps();
    const NodeIndex node = Pick(plan_->size() + 2) - 1;  // one beyond both ends, too
    if (!std::count(enabled.begin(), enabled.end(), node)) {
      EXPECT_EQ(base::ReasonOf(progress_->EndStep(node).status()),
                base::Reason::ERROR_REASON_TASK_STATE);
    }
    const std::vector<OpenDecision> open = progress_->OpenDecisions();
    const bool asks = std::any_of(open.begin(), open.end(),
                                  [&](const OpenDecision& d) { return d.node == node; });
    EXPECT_EQ(base::ReasonOf(progress_->Decide(node, "no-such-option").status()),
              asks ? base::Reason::ERROR_REASON_FIELD_INVALID
                   : base::Reason::ERROR_REASON_DECISION_NOT_OPEN);
    ASSERT_EQ(progress_->Serialize(), before);
  }

  void CheckState() {
    const Reference reference(*plan_, actions_);
    ASSERT_EQ(progress_->EnabledSteps(), reference.enabled);
    std::map<NodeIndex, std::vector<std::string>> open;
    for (const OpenDecision& decision : progress_->OpenDecisions())
      open[decision.node] = decision.options;
    ASSERT_EQ(open, reference.open);
    ASSERT_EQ(progress_->finished(), reference.finished);
    for (NodeIndex i = 0; i < plan_->size(); ++i) {
      const auto state = reference.states.find(i);
      ASSERT_EQ(progress_->state(i),
                state == reference.states.end() ? NodeState::kWaiting : state->second)
          << i;
      const auto round = reference.rounds.find(i);
      ASSERT_EQ(progress_->round(i), round == reference.rounds.end() ? 0 : round->second) << i;
    }
    CheckInvariants();
    const absl::StatusOr<Progress> parsed = Progress::Parse(*plan_, progress_->Serialize());
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    ASSERT_EQ(parsed->Serialize(), progress_->Serialize());
    ASSERT_EQ(parsed->EnabledSteps(), progress_->EnabledSteps());
  }

  // Invariants 1 to 3 of progress.h, straight from the states.
  void CheckInvariants() {
    const size_t enabled = progress_->EnabledSteps().size() + progress_->OpenDecisions().size();
    ASSERT_EQ(progress_->finished(), Ended(progress_->state(0)));
    ASSERT_EQ(progress_->finished(), enabled == 0);
    std::set<NodeIndex> asking;
    for (const OpenDecision& decision : progress_->OpenDecisions()) asking.insert(decision.node);
    for (NodeIndex i = 0; i < plan_->size(); ++i) {
      const PlanNode& node = plan_->node(i);
      if (progress_->state(i) != NodeState::kActive) continue;
      ASSERT_TRUE(node.parent == kNoNode || progress_->state(node.parent) == NodeState::kActive)
          << i;
      if (asking.contains(i) || node.kind == NodeKind::kStep || node.kind == NodeKind::kParallel)
        continue;
      const auto is = [&](NodeState state) {
        return std::count_if(node.children.begin(), node.children.end(),
                             [&](NodeIndex child) { return progress_->state(child) == state; });
      };
      ASSERT_EQ(is(NodeState::kActive), 1) << i;
      if (node.kind == NodeKind::kChoice) {
        ASSERT_EQ(is(NodeState::kNotNeeded) + 1, static_cast<long>(node.children.size())) << i;
      }
    }
  }

  // The change says what differs between the states, and invariant 4.
  void CheckChange(const Progress& before, const Action& action, const Change& change) {
    const auto enabled_before = before.EnabledSteps();
    const auto enabled_after = progress_->EnabledSteps();
    const auto enabled = [](const Indices& steps, NodeIndex i) {
      return std::count(steps.begin(), steps.end(), i) > 0;
    };
    EXPECT_EQ(change.enabled_steps, StepsWhere(*plan_, [&](NodeIndex i) {
                return enabled(enabled_after, i) && !enabled(enabled_before, i);
              }));
    EXPECT_EQ(change.not_needed_steps, StepsWhere(*plan_, [&](NodeIndex i) {
                return progress_->state(i) == NodeState::kNotNeeded &&
                       before.state(i) != NodeState::kNotNeeded;
              }));
    EXPECT_EQ(change.reset_steps, StepsWhere(*plan_, [&](NodeIndex i) {
                return Ended(before.state(i)) && !Ended(progress_->state(i));
              }));
    EXPECT_EQ(change.finished, progress_->finished());
    for (NodeIndex step : change.enabled_steps) {
      const bool asked_first = plan_->node(step).optional;
      ASSERT_EQ(progress_->round(step), before.round(step) + (asked_first ? 0 : 1));
    }
    if (!change.reset_steps.empty()) {
      ASSERT_EQ(action.option, kAgain);
    }
    for (NodeIndex step : change.reset_steps) ASSERT_TRUE(IsBelow(step, action.node));
  }

  bool IsBelow(NodeIndex node, NodeIndex above) const {
    return node > above && node < plan_->node(above).end;
  }

  std::mt19937 random_;
  std::optional<Plan> plan_;
  std::optional<Progress> progress_;
  std::vector<Action> actions_;
};

TEST(ProgressModelTest, RandomRunsEqualTheReference) {
  size_t actions = 0;
  for (unsigned seed = 1; seed <= 600; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    RandomRun run(seed);
    run.ToTheEnd();
    if (HasFailure()) return;
    actions += run.actions();
  }
  RecordProperty("actions", static_cast<int>(actions));
  EXPECT_GT(actions, 4000u) << "the random trees are too small to show anything";
}

}  // namespace
}  // namespace plumbline::flow
