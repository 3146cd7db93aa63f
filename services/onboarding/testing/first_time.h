// SPDX-License-Identifier: Apache-2.0
//
// From when on a step counts, by the words of first_times.h alone: each question is asked from the
// step outwards, and nothing is kept. Slow, for tests.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_TESTING_FIRST_TIME_H_
#define PLUMBLINE_SERVICES_ONBOARDING_TESTING_FIRST_TIME_H_

#include <algorithm>
#include <optional>
#include <vector>

#include "common/calendar/calendar.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding::testing {

class SlowFirstTime {
 public:
  SlowFirstTime(const onboarding::Run& run, const calendar::Calendar& calendar)
      : run_(run), plan_(run.plan->plan), calendar_(calendar) {}

  // InfinitePast: its turn.
  absl::Time Of(flow::NodeIndex step) const {
    const auto& day = plan_.node(step).step.earliest_day;
    if (day == -250) return absl::InfinitePast();
    if (day.has_value()) return calendar_.OpeningOfDay(run_.spec.day_one, *day);
    flow::NodeIndex loop = flow::kNoNode;
    for (flow::NodeIndex node = step; plan_.node(node).parent != flow::kNoNode;
         node = plan_.node(node).parent) {
      const flow::PlanNode& parent = plan_.node(plan_.node(node).parent);
      if (parent.kind == flow::NodeKind::kLoop && (parent.children[0] != node || Again(parent)))
        loop = plan_.node(node).parent;
    }
    if (loop == flow::kNoNode) return Start(step);
    return End(plan_.node(loop).children[0]).value_or(Hull(plan_.node(loop).children[0]));
  }

 private:
  using Instant = std::optional<absl::Time>;

  // Whether a loop is repeated: its redo part, or where it has none its body, came once more.
  bool Again(const flow::PlanNode& loop) const {
    if (loop.children.size() > 1 && run_.progress.round(loop.children[1]) > 0) return true;
    return run_.progress.round(loop.children[0]) > 1;
  }

  bool Counts(flow::NodeIndex node) const {
    if (CourseOf(run_).IsForeseenOut(node)) return false;
    if (run_.progress.state(node) == flow::NodeState::kNotNeeded) return false;
    if (plan_.node(node).kind != flow::NodeKind::kStep) return true;
    if (run_.progress.state(node) != flow::NodeState::kDone)
      return !run_.planned_skips.contains(node);
    const auto last = std::find_if(run_.tasks.rbegin(), run_.tasks.rend(),
                                   [&](const TaskRecord& task) { return task.step == node; });
    return last == run_.tasks.rend() || last->state != TaskState::kSkipped;
  }

  // The siblings of a node, and its place among them.
  const std::vector<flow::NodeIndex>& Siblings(flow::NodeIndex node) const {
    return plan_.node(plan_.node(node).parent).children;
  }
  size_t PlaceOf(flow::NodeIndex node) const {
    const auto& all = Siblings(node);
    return static_cast<size_t>(std::find(all.begin(), all.end(), node) - all.begin());
  }
  bool InOrder(flow::NodeIndex node) const {
    return plan_.node(plan_.node(node).parent).kind == flow::NodeKind::kSequence;
  }

  // When its turn comes; nullopt if nothing counts before it.
  Instant Turn(flow::NodeIndex node) const {
    if (plan_.node(node).parent == flow::kNoNode) return std::nullopt;
    if (InOrder(node)) {
      for (size_t i = PlaceOf(node); i-- > 0;)
        if (const Instant end = End(Siblings(node)[i]); end.has_value()) return end;
    }
    return Turn(plan_.node(node).parent);
  }

  // nullopt if nothing below it counts.
  Instant End(flow::NodeIndex node) const {
    if (!Counts(node)) return std::nullopt;
    const flow::PlanNode& of = plan_.node(node);
    if (of.kind == flow::NodeKind::kStep) return StepEnd(node);
    if (of.kind == flow::NodeKind::kLoop) return End(of.children[0]);
    Instant end;
    for (const flow::NodeIndex child : of.children) end = std::max(end, End(child));
    return end;
  }

  absl::Time StepEnd(flow::NodeIndex step) const {
    const auto& target = plan_.node(step).step.target;
    const absl::Time start = Start(step);
    return target.has_value() ? calendar_.Add(start, target->days, target->minutes) : start;
  }

  // Where a part begins of which nothing counts.
  absl::Time Hull(flow::NodeIndex node) const {
    const flow::PlanNode& of = plan_.node(node);
    if (of.kind == flow::NodeKind::kStep) return Start(node);
    if (of.kind == flow::NodeKind::kLoop) return Hull(of.children[0]);
    absl::Time first = absl::InfiniteFuture();
    for (const flow::NodeIndex child : of.children)
      if (Counts(child)) first = std::min(first, Hull(child));
    return first == absl::InfiniteFuture() ? Hull(of.children[0]) : first;
  }

  absl::Time Start(flow::NodeIndex step) const {
    const auto day = plan_.node(step).step.earliest_day;
    const Instant turn = Turn(step);
    Instant own;
    if (day.has_value() && *day != -250) own = calendar_.OpeningOfDay(run_.spec.day_one, *day);
    if (turn.has_value() || own.has_value()) return *std::max(turn, own);
    const absl::Time day_one = calendar_.OpeningOfDay(run_.spec.day_one, 0);
    return std::min(day_one, Before(step, After(step)).value_or(day_one));
  }

  // When what surely follows a node is to begin; nullopt if no day says it.
  Instant After(flow::NodeIndex node) const {
    const flow::NodeIndex parent = plan_.node(node).parent;
    if (parent == flow::kNoNode) return std::nullopt;
    const Instant after = After(parent);
    return InOrder(node) ? Rest(parent, PlaceOf(node) + 1, after) : after;
  }

  // The same of the children of a sequence from a place on.
  Instant Rest(flow::NodeIndex sequence, size_t place, Instant after) const {
    const auto& children = plan_.node(sequence).children;
    if (place == children.size()) return after;
    const Instant rest = Rest(sequence, place + 1, after);
    return plan_.node(children[place]).optional ? rest : Before(children[place], rest);
  }

  // When the turn of a node has to come, if it is done, so that `after` can be kept.
  Instant Before(flow::NodeIndex node, Instant after) const {
    const flow::PlanNode& of = plan_.node(node);
    const auto& day = of.step.earliest_day;
    switch (of.kind) {
      case flow::NodeKind::kStep:
        if (day.has_value() && *day != -250) return calendar_.OpeningOfDay(run_.spec.day_one, *day);
        if (!after.has_value() || !of.step.target.has_value()) return after;
        return calendar_.Add(*after, -of.step.target->days, -of.step.target->minutes);
      case flow::NodeKind::kSequence:
        return Rest(node, 0, after);
      case flow::NodeKind::kLoop:
        return Needed(of.children[0], after);
      default:
        return OfBranches(of, after);
    }
  }

  Instant Needed(flow::NodeIndex node, Instant after) const {
    return plan_.node(node).optional ? after : Before(node, after);
  }

  // Of a choice the branch that asks for least, else the one that asks for most.
  Instant OfBranches(const flow::PlanNode& of, Instant after) const {
    constexpr absl::Time kNever = absl::InfiniteFuture();
    absl::Time least = absl::InfinitePast(), most = kNever;
    for (const flow::NodeIndex child : of.children) {
      const absl::Time one = Needed(child, after).value_or(kNever);
      least = std::max(least, one);
      most = std::min(most, one);
    }
    const absl::Time found = of.kind == flow::NodeKind::kChoice ? least : most;
    return found == kNever ? std::nullopt : Instant(found);
  }

  const onboarding::Run& run_;
  const flow::Plan& plan_;
  const calendar::Calendar& calendar_;
};

// All steps of a run count from when the words say, and tasks that have just become ready are due
// by that. `entries`: what the last change told.
inline void ExpectFirstTimes(const onboarding::Run& run, const Entries& entries) {
  const auto calendar = CalendarOf(run.spec);
  const FirstTimes fast(run, *calendar);
  const SlowFirstTime slow(run, *calendar);
  const flow::Plan& plan = run.plan->plan;
  for (flow::NodeIndex i = 0; i < plan.size(); ++i) {
    if (plan.node(i).kind != flow::NodeKind::kStep) continue;
    EXPECT_EQ(fast.Of(i), slow.Of(i)) << plan.node(i).path;
  }
  for (const HistoryEntry& entry : entries) {
    if (entry.kind != EntryKind::kTaskReady) continue;
    for (const TaskRecord& task : run.tasks) {
      if (!IsOpen(task) || TaskId(*run.plan, task.step, task.round) != entry.task) continue;
      const auto& target = plan.node(task.step).step.target;
      EXPECT_EQ(entry.due_time.has_value(), target.has_value()) << entry.task;
      if (!target.has_value()) continue;
      EXPECT_EQ(*entry.due_time, calendar->Add(std::max(entry.occur_time, slow.Of(task.step)),
                                               target->days, target->minutes))
          << entry.task;
    }
  }
}

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_TESTING_FIRST_TIME_H_
