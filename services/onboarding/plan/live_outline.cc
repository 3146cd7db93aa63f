// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/live_outline.h"

#include <algorithm>
#include <utility>

namespace plumbline::onboarding {
namespace {

using flow::NodeIndex;
using flow::NodeKind;

bool IsBelow(const flow::Plan& plan, NodeIndex node, NodeIndex around) {
  return node >= around && node < plan.node(around).end;
}

class Outliner {
 public:
  Outliner(const Run& run, const std::vector<TaskView>& views, const FirstTimes& first,
           const LivePlan& live, absl::Time now)
      : run_(run), plan_(run.plan->plan), views_(views), first_(first), live_(live), now_(now) {}

  LiveOutline Make() {
    outline_.waits = WaitsOf(plan_, first_.course());
    outline_.steps.resize(static_cast<size_t>(plan_.size()));
    outline_.chains.resize(static_cast<size_t>(plan_.size()), flow::kNoNode);
    for (const TaskView& view : views_) {
      const std::optional<Wait>& wait = outline_.waits[view.step];
      const bool over = view.record != nullptr && !IsOpen(*view.record);
      if (over || !wait.has_value() || !live_.spans[view.step].has_value()) continue;
      TimedStep step{.step = view.step, .start = {}, .end = {}};
      step.waits_for = wait->steps;
      step.last_of_these = LastOf(wait->steps, live_.spans);
      view.record != nullptr ? SetOpen(*view.record, &step) : SetToCome(&step);
      outline_.steps[view.step] = std::move(step);
    }
    for (const TaskView& view : views_) Chain(view);
    return std::move(outline_);
  }

 private:
  void SetOpen(const TaskRecord& task, TimedStep* step) const {
    const bool stands = run_.pause_time.has_value() || task.blocked_since.has_value();
    step->start = first_.CountFrom(task.step, task.ready_time);
    step->end =
        stands ? live_.spans[task.step]->end : task.due_time.value_or(live_.spans[task.step]->end);
    if (step->last_of_these != flow::kNoNode) step->bound = Bound::kPredecessor;
    if (step->start <= task.ready_time) return;
    const Bound own = OwnBound(step->step);
    const bool first = own == Bound::kPlannedStart && step->last_of_these == flow::kNoNode;
    step->bound = first ? Bound::kDayOne : own;
  }

  void SetToCome(TimedStep* step) const {
    const LiveSpan& span = *live_.spans[step->step];
    step->start = span.start;
    step->end = span.end;
    const absl::Time before = step->last_of_these == flow::kNoNode
                                  ? absl::InfinitePast()
                                  : live_.spans[step->last_of_these]->end;
    if (span.start > std::max(before, now_)) {
      step->bound = OwnBound(step->step);
      return;
    }
    const bool over = std::all_of(step->waits_for.begin(), step->waits_for.end(),
                                  [this](NodeIndex one) { return IsOver(one); });
    const bool decides = over && DecisionBefore(run_, step->step) != nullptr;
    if (step->last_of_these != flow::kNoNode) step->bound = Bound::kPredecessor;
    if (decides) step->bound = Bound::kDecision;
  }

  // Of a step that begins later than its turn comes.
  Bound OwnBound(NodeIndex step) const {
    const flow::StepDetails& details = plan_.node(step).step;
    return details.earliest_day.has_value() ? Bound::kEarliestDay : Bound::kPlannedStart;
  }

  bool IsOver(NodeIndex step) const { return run_.progress.state(step) == flow::NodeState::kDone; }

  // Sets the beginning of the chain of a step, and of those on the way there.
  void Chain(const TaskView& view) {
    std::vector<NodeIndex> way;
    NodeIndex index = view.step;
    while (outline_.steps[index].has_value() && outline_.chains[index] == flow::kNoNode) {
      way.push_back(index);
      const TimedStep& step = *outline_.steps[index];
      const bool open = run_.progress.state(index) == flow::NodeState::kActive;
      const bool follows = !open && step.bound == Bound::kPredecessor &&
                           outline_.steps[step.last_of_these].has_value();
      if (!follows) break;
      index = step.last_of_these;
    }
    const NodeIndex known = outline_.chains[index];
    for (const NodeIndex one : way) outline_.chains[one] = known == flow::kNoNode ? index : known;
  }

  const Run& run_;
  const flow::Plan& plan_;
  const std::vector<TaskView>& views_;
  const FirstTimes& first_;
  const LivePlan& live_;
  const absl::Time now_;
  LiveOutline outline_;
};

// Whether the turn of a step that is to come hangs on a decision about `node`.
bool StandsBefore(const flow::Plan& plan, NodeIndex node, NodeIndex step) {
  if (IsBelow(plan, step, node)) return true;
  NodeIndex both = plan.node(node).parent;
  while (both != flow::kNoNode && !IsBelow(plan, step, both)) both = plan.node(both).parent;
  if (both == flow::kNoNode) return false;
  const NodeKind kind = plan.node(both).kind;
  // The body of a loop waits for what is done before it again.
  return (kind == NodeKind::kSequence && node < step) || (kind == NodeKind::kLoop && node > step);
}

}  // namespace

LiveOutline LiveOutlineOf(const Run& run, const std::vector<TaskView>& views,
                          const FirstTimes& first, const LivePlan& live, absl::Time now) {
  return Outliner(run, views, first, live, now).Make();
}

const DecisionRecord* DecisionBefore(const Run& run, NodeIndex step) {
  for (const DecisionRecord& one : run.decisions)
    if (StandsBefore(run.plan->plan, one.node, step)) return &one;
  return nullptr;
}

}  // namespace plumbline::onboarding
