// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/outlook.h"

#include <algorithm>
#include <utility>

#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/outlook_by_targets.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

using flow::NodeIndex;
using flow::NodeKind;
using flow::NodeState;

// When single steps begin and end.
class StepTimes {
 public:
  // `first`: by `length`. `by_target`: by the targets.
  StepTimes(const Run& run, const calendar::Calendar& calendar, absl::Time now,
            const StepLength& length, const FirstTimes& first, const FirstTimes& by_target)
      : run_(run),
        plan_(run.plan->plan),
        calendar_(calendar),
        now_(now),
        length_(length),
        first_(first),
        by_target_(by_target) {}

  LiveSpan SpanOfOpen(const TaskRecord& task) const {
    return {.start = task.start_time.value_or(task.ready_time), .end = EndOfOpen(task)};
  }

 protected:
  absl::Time EndOfOpen(const TaskRecord& task) const {
    const auto length = LengthOf(task.step);
    const auto stands = StandsSince(task);
    if (!length.has_value() && !stands.has_value() && task.due_time.has_value())
      return std::max(Finite(*task.due_time), now_);
    const absl::Time begin = Begin(task.step, task.ready_time);
    const auto due = by_target_.DueTime(task.step, task.ready_time);
    absl::Time end = task.due_time.value_or(begin);
    absl::Time first = due.value_or(end);
    if (length.has_value()) {
      first = end = AddOpen(begin, *length);
      // What has moved its due date moves its end: pauses and impediments that are over.
      if (due.has_value() && task.due_time.has_value())
        end = Finite(MovedBy(end, *due, *task.due_time, calendar_));
    }
    if (stands.has_value()) end = MovedOn(end, first, std::max(*stands, begin), now_, calendar_);
    return std::max(Finite(end), now_);
  }

  // Since when the clock of an open task does not run.
  std::optional<absl::Time> StandsSince(const TaskRecord& task) const {
    if (!run_.pause_time.has_value()) return task.blocked_since;
    return std::min(*run_.pause_time, task.blocked_since.value_or(absl::InfiniteFuture()));
  }

  absl::Time Begin(NodeIndex step, absl::Time turn) const {
    return Finite(first_.CountFrom(step, turn));
  }

  std::optional<absl::Duration> LengthOf(NodeIndex step) const {
    return length_ == nullptr ? std::nullopt : length_(step);
  }

  // The end of a step that begins at `start`.
  absl::Time Longer(NodeIndex step, absl::Time start) const {
    return EndOfStep(plan_.node(step).step, LengthOf(step), start, calendar_);
  }

  absl::Time AddOpen(absl::Time start, absl::Duration open) const {
    if (open <= absl::ZeroDuration()) return start;
    return Finite(
        calendar_.Add(start, 0, absl::ToInt64Minutes(absl::Ceil(open, absl::Minutes(1)))));
  }

  // A calendar that is never open again would lead out of time.
  static absl::Time Finite(absl::Time time) { return std::min(time, LastInstant()); }

  const Run& run_;
  const flow::Plan& plan_;
  const calendar::Calendar& calendar_;
  const absl::Time now_;
  const StepLength& length_;
  const FirstTimes& first_;
  const FirstTimes& by_target_;
};

class Walker : private StepTimes {
 public:
  Walker(const Run& run, const calendar::Calendar& calendar, absl::Time now,
         const StepLength& length, const FirstTimes& first, const FirstTimes& by_target)
      : StepTimes(run, calendar, now, length, first, by_target),
        latest_(static_cast<size_t>(plan_.size()), nullptr),
        waits_for_day_(static_cast<size_t>(plan_.size()), false) {
    live_.spans.resize(static_cast<size_t>(plan_.size()));
    for (const TaskRecord& task : run.tasks) latest_[task.step] = &task;
  }

  LivePlan Make() {
    live_.finish = Forward(0, absl::InfinitePast());
    if (run_.finish_time.has_value()) {
      live_.finish = *run_.finish_time;
      return std::move(live_);
    }
    if (run_.cancel_time.has_value()) return std::move(live_);
    Criticize(0);
    if (!run_.target_time.has_value()) return std::move(live_);
    Backward(0, TargetSoFar(run_, now_, calendar_));
    const bool beyond = IsBeyond(live_.finish, *run_.target_time, calendar_);
    if (beyond && !run_.pause_time.has_value()) live_.risk_time = now_;
    return std::move(live_);
  }

 private:
  // The record of what the step is about now; nullptr while its turn is to come (again).
  const TaskRecord* RecordOf(NodeIndex step) const {
    const NodeState state = run_.progress.state(step);
    return state == NodeState::kActive || state == NodeState::kDone ? latest_[step] : nullptr;
  }

  // It will be left out when its turn comes: that takes no time, and nothing hangs on it.
  bool LeftOut(NodeIndex step) const {
    return run_.planned_skips.contains(step) && RecordOf(step) == nullptr;
  }

  // Below a loop what is done again comes first.
  bool Repeating(const flow::PlanNode& loop) const {
    if (loop.children.size() < 2) return false;
    const NodeState redo = run_.progress.state(loop.children[1]);
    return redo == NodeState::kActive || redo == NodeState::kDone;
  }

  // `turn`: when the turn of the node comes, InfinitePast before the first step. Returns when it
  // ends. The depth is that of the plan, at most flow::kMaxDepth.
  absl::Time Forward(NodeIndex index, absl::Time turn) {
    if (by_target_.course().IsLeftOut(index)) return turn;
    const flow::PlanNode& node = plan_.node(index);
    if (node.kind == NodeKind::kStep) return Step(index, turn);
    if (node.kind == NodeKind::kLoop) {
      if (Repeating(node)) turn = Forward(node.children[1], turn);
      return Forward(node.children[0], turn);
    }
    absl::Time end = turn;
    for (const NodeIndex child : node.children) {
      const bool next = node.kind == NodeKind::kSequence;
      end = std::max(end, Forward(child, next ? end : turn));
    }
    return end;
  }

  absl::Time Step(NodeIndex index, absl::Time turn) {
    const TaskRecord* record = RecordOf(index);
    if (record == nullptr) {
      if (run_.cancel_time.has_value()) return turn;
      return ToCome(index, turn);
    }
    if (IsOpen(*record) && run_.cancel_time.has_value()) return turn;
    const LiveSpan span = IsOpen(*record)
                              ? SpanOfOpen(*record)
                              : LiveSpan{.start = record->start_time.value_or(record->ready_time),
                                         .end = *record->end_time};
    live_.spans[index] = span;
    return span.end;
  }

  absl::Time ToCome(NodeIndex index, absl::Time turn) {
    LiveSpan span;
    if (LeftOut(index)) {
      span.start = span.end = Finite(std::max(turn, now_));
    } else {
      span.start = Begin(index, std::max(turn, now_));
      waits_for_day_[static_cast<size_t>(index)] = span.start > std::max(turn, now_);
      span.end = Longer(index, span.start);
    }
    live_.spans[index] = span;
    return span.end;
  }

  // Marks the chain of what did not end that makes the node end when it does. Returns whether it
  // begins with the turn of the node.
  bool Criticize(NodeIndex index) {
    const flow::PlanNode& node = plan_.node(index);
    if (node.kind == NodeKind::kStep) return CriticizeStep(index);
    if (node.kind == NodeKind::kLoop)
      return Criticize(node.children[0]) && (!Repeating(node) || Criticize(node.children[1]));
    if (node.kind == NodeKind::kSequence) {
      for (auto child = node.children.rbegin(); child != node.children.rend(); ++child)
        if (!Criticize(*child)) return false;
      return true;
    }
    NodeIndex last = flow::kNoNode;
    for (const NodeIndex child : node.children) {
      if (EndOf(child).has_value() && (last == flow::kNoNode || *EndOf(child) > *EndOf(last)))
        last = child;
    }
    return last == flow::kNoNode || Criticize(last);
  }

  bool CriticizeStep(NodeIndex index) {
    std::optional<LiveSpan>& span = live_.spans[index];
    if (!span.has_value() || LeftOut(index)) return true;
    const TaskRecord* record = RecordOf(index);
    if (record != nullptr && !IsOpen(*record)) return false;
    span->critical = true;
    // Where it waits for its day, what comes before it may end later.
    return record == nullptr && !waits_for_day_[static_cast<size_t>(index)];
  }

  // When what is below a node ends; nullopt if there is nothing.
  std::optional<absl::Time> EndOf(NodeIndex index) const {
    const flow::PlanNode& node = plan_.node(index);
    if (node.kind == NodeKind::kStep) {
      if (!live_.spans[index].has_value()) return std::nullopt;
      return live_.spans[index]->end;
    }
    std::optional<absl::Time> end;
    for (const NodeIndex child : node.children) {
      const std::optional<absl::Time> of_child = EndOf(child);
      if (of_child.has_value()) end = std::max(end.value_or(absl::InfinitePast()), *of_child);
    }
    return end;
  }

  // `latest`: by when the node has to end. Returns by when its turn has to come.
  absl::Time Backward(NodeIndex index, absl::Time latest) {
    const flow::PlanNode& node = plan_.node(index);
    if (node.kind == NodeKind::kStep) return BackwardStep(index, latest);
    if (node.kind == NodeKind::kLoop) {
      latest = Backward(node.children[0], latest);
      return Repeating(node) ? Backward(node.children[1], latest) : latest;
    }
    if (node.kind == NodeKind::kSequence) {
      for (auto child = node.children.rbegin(); child != node.children.rend(); ++child)
        latest = Backward(*child, latest);
      return latest;
    }
    absl::Time turn = latest;
    for (const NodeIndex child : node.children) turn = std::min(turn, Backward(child, latest));
    return turn;
  }

  absl::Time BackwardStep(NodeIndex index, absl::Time latest) {
    std::optional<LiveSpan>& span = live_.spans[index];
    if (!span.has_value() || LeftOut(index)) return latest;
    const TaskRecord* record = RecordOf(index);
    if (record != nullptr && !IsOpen(*record)) return latest;
    span->latest_end = latest;
    const absl::Time turn = record == nullptr ? LatestTurn(index, *span, latest) : latest;
    Risk(record == nullptr ? turn : RiskOfOpen(*record, *span));
    return turn;
  }

  // Days of a calendar have no exact way back: what was found is tried forwards.
  absl::Time LatestTurn(NodeIndex index, const LiveSpan& span, absl::Time latest) const {
    const absl::Time turn = StartOfStep(plan_.node(index).step, LengthOf(index), latest, calendar_);
    if (turn < span.start && span.end <= latest) return span.start;
    return Longer(index, Begin(index, turn)) <= latest ? turn : std::min(turn, span.start);
  }

  // From when on an open task ends too late. While its clock stands its end moves with the time.
  absl::Time RiskOfOpen(const TaskRecord& task, const LiveSpan& span) const {
    if (!StandsSince(task).has_value()) return span.latest_end;
    return AddOpen(now_, calendar_.Between(span.end, span.latest_end));
  }

  void Risk(absl::Time time) {
    // A pause moves the target too.
    if (run_.pause_time.has_value()) return;
    live_.risk_time = std::min(live_.risk_time.value_or(absl::InfiniteFuture()), time);
  }

  std::vector<const TaskRecord*> latest_;  // by step
  std::vector<bool> waits_for_day_;        // by step: its turn comes before it counts
  LivePlan live_;
};

}  // namespace

LivePlan LivePlanOf(const Run& run, const calendar::Calendar& calendar, absl::Time now,
                    const StepLength& length) {
  const FirstTimes by_target(run, calendar);
  if (length == nullptr) return LivePlanByTargets(run, by_target, calendar, now);
  // What ended is in the plan as it was there: how long it usually takes moves nothing that is
  // left, which follows by when it did end.
  const StepLength of_left = [&](NodeIndex step) {
    return run.progress.state(step) == NodeState::kDone ? std::nullopt : length(step);
  };
  const FirstTimes first(run, run.spec.day_one, CourseOf(run), calendar, of_left);
  return Walker(run, calendar, now, length, first, by_target).Make();
}

LivePlan LivePlanByTargets(const Run& run, const FirstTimes& first,
                           const calendar::Calendar& calendar, absl::Time now) {
  const StepLength by_target = nullptr;
  return Walker(run, calendar, now, by_target, first, first).Make();
}

std::optional<absl::Time> EndOf(const LivePlan& live, const flow::Plan& plan, NodeIndex node) {
  std::optional<absl::Time> end;
  for (NodeIndex i = node; i < plan.node(node).end; ++i)
    if (live.spans[i].has_value()) end = std::max(end, std::optional(live.spans[i]->end));
  return end;
}

LiveSpan OpenSpanOf(const Run& run, const TaskRecord& task, const FirstTimes& first,
                    const calendar::Calendar& calendar, absl::Time now) {
  const StepLength by_target = nullptr;
  return StepTimes(run, calendar, now, by_target, first, first).SpanOfOpen(task);
}

bool IsBeyond(absl::Time end, absl::Time limit, const calendar::Calendar& calendar) {
  return end > limit && calendar.Between(limit, end) > absl::ZeroDuration();
}

bool MovedByADay(absl::Time from, absl::Time to, const calendar::Calendar& calendar) {
  if (from == to) return false;
  return calendar.Add(std::min(from, to), 1, 0) <= std::max(from, to);
}

}  // namespace plumbline::onboarding
