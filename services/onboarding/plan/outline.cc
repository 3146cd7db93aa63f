// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/outline.h"

#include <algorithm>
#include <utility>

namespace plumbline::onboarding {
namespace {

using flow::NodeIndex;
using flow::NodeKind;

class Outliner {
 public:
  Outliner(const flow::Plan& plan, absl::CivilDay day_one, const calendar::Calendar& calendar,
           const Course& course)
      : plan_(plan),
        calendar_(calendar),
        course_(course),
        spans_(PlanSchedule(plan, day_one, calendar, course)),
        day_one_(day_one),
        place_(static_cast<size_t>(plan.size()), kNone) {}

  Outline Make() {
    const std::vector<std::optional<Wait>> waits = WaitsOf(plan_, course_);
    for (NodeIndex i = 0; i < plan_.size(); ++i) {
      if (plan_.node(i).kind != NodeKind::kStep) continue;
      if (waits[i].has_value()) {
        AddStep(i, *waits[i]);
      } else {
        (course_.Counts(i) ? outline_.repeats_only : outline_.left_out).push_back(i);
      }
    }
    if (outline_.steps.empty()) return std::move(outline_);
    MarkCriticalPath();
    Backward(0, *outline_.end);
    return std::move(outline_);
  }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  OutlinedStep& StepAt(NodeIndex index) { return outline_.steps[place_[index]]; }

  void AddStep(NodeIndex index, const Wait& wait) {
    OutlinedStep step;
    step.step = index;
    step.start = spans_[index]->start;
    step.end = spans_[index]->end;
    step.waits_for = wait.steps;
    step.last_of_these = LastOf(wait.steps, spans_);
    step.may_be_left_out = wait.may_be_left_out;
    if (step.last_of_these != flow::kNoNode) step.bound = Bound::kPredecessor;
    const auto earliest = EarliestTime(plan_.node(index).step, day_one_, calendar_);
    const bool bounds = earliest.has_value() && (step.last_of_these == flow::kNoNode ||
                                                 *earliest > spans_[step.last_of_these]->end);
    if (bounds) step.bound = Bound::kEarliestDay;
    place_[index] = outline_.steps.size();
    outline_.end = std::max(outline_.end.value_or(step.end), step.end);
    outline_.steps.push_back(std::move(step));
  }

  // From the step that ends last, of several the one that stands first, backwards along what sets
  // its start.
  void MarkCriticalPath() {
    NodeIndex index = outline_.steps[0].step;
    for (const OutlinedStep& step : outline_.steps) {
      if (step.end > StepAt(index).end) index = step.step;
    }
    while (index != flow::kNoNode) {
      OutlinedStep& step = StepAt(index);
      step.critical = true;
      outline_.critical_path.push_back(index);
      index = step.bound == Bound::kPredecessor ? step.last_of_these : flow::kNoNode;
    }
    std::reverse(outline_.critical_path.begin(), outline_.critical_path.end());
  }

  // `latest`: by when the node has to end. Sets the slack of the steps below; returns by when what
  // stands before has to end.
  absl::Time Backward(NodeIndex index, absl::Time latest) {
    if (!course_.Counts(index)) return latest;
    const flow::PlanNode& node = plan_.node(index);
    if (node.kind == NodeKind::kStep) return SetSlack(index, latest);
    if (node.kind == NodeKind::kLoop) return Backward(node.children[0], latest);
    if (node.kind == NodeKind::kSequence) {
      for (auto child = node.children.rbegin(); child != node.children.rend(); ++child)
        latest = Backward(*child, latest);
      return latest;
    }
    absl::Time before = latest;
    for (const NodeIndex child : node.children) before = std::min(before, Backward(child, latest));
    return before;
  }

  absl::Time SetSlack(NodeIndex index, absl::Time latest) {
    OutlinedStep& step = StepAt(index);
    step.slack = step.critical
                     ? absl::ZeroDuration()
                     : std::max(absl::ZeroDuration(), calendar_.Between(step.end, latest));
    return LatestTurn(step, latest);
  }

  // By when the turn of a step has to come so that it ends by `latest`. Days of a calendar have no
  // exact way back: what was found is tried forwards, and where it fails the plan itself holds.
  absl::Time LatestTurn(const OutlinedStep& step, absl::Time latest) const {
    const flow::StepDetails& details = plan_.node(step.step).step;
    if (step.critical && step.bound != Bound::kEarliestDay) return step.start;
    const absl::Time turn = StartOfStep(details, std::nullopt, latest, calendar_);
    const bool holds =
        turn >= step.start && EndOfStep(details, std::nullopt, turn, calendar_) <= latest;
    // A step that waits for its earliest day does not care when what stands before it ends, as
    // long as that is before the day.
    return holds ? turn : step.start;
  }

  const flow::Plan& plan_;
  const calendar::Calendar& calendar_;
  const Course& course_;
  const std::vector<std::optional<PlannedSpan>> spans_;
  const absl::CivilDay day_one_;
  std::vector<size_t> place_;  // of a step among outline_.steps, by node
  Outline outline_;
};

}  // namespace

Outline OutlineOf(const flow::Plan& plan, absl::CivilDay day_one,
                  const calendar::Calendar& calendar, const Course& course) {
  return Outliner(plan, day_one, calendar, course).Make();
}

std::vector<absl::CivilDay> ClosedDays(const calendar::Calendar& calendar, absl::Time from,
                                       absl::Time to, size_t limit) {
  std::vector<absl::CivilDay> days;
  const absl::CivilDay last = absl::ToCivilDay(to, calendar.zone());
  for (absl::CivilDay day = absl::ToCivilDay(from, calendar.zone());
       day <= last && days.size() < limit; ++day) {
    if (calendar.WorkingDays(day, day + 1) == 0) days.push_back(day);
  }
  return days;
}

}  // namespace plumbline::onboarding
