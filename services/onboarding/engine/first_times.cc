// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/first_times.h"

#include <algorithm>
#include <utility>

namespace plumbline::onboarding {

using flow::NodeIndex;
using flow::NodeState;

Course CourseOf(const Run& run) {
  std::vector<bool> last_skipped;
  for (const TaskRecord& task : run.tasks) {
    const bool skipped = task.state == TaskState::kSkipped;
    if (!skipped && last_skipped.empty()) continue;
    last_skipped.resize(static_cast<size_t>(run.plan->plan.size()));
    last_skipped[static_cast<size_t>(task.step)] = skipped;
  }
  return CourseOf(run, last_skipped);
}

Course CourseOf(const Run& run, const std::vector<bool>& last_skipped) {
  Course course{.progress = &run.progress};
  if (!run.cancel_time.has_value() && !run.finish_time.has_value()) {
    const flow::Plan& plan = run.plan->plan;
    course.foreseen = flow::Foresee(plan, run.plan->conditions, run.attributes, run.progress);
    course.foreseen_out = flow::LeftOutBy(course.foreseen, plan);
  }
  if (last_skipped.empty() && run.planned_skips.empty()) return course;
  course.skipped.resize(static_cast<size_t>(run.plan->plan.size()));
  for (NodeIndex i = 0; i < run.plan->plan.size(); ++i) {
    const auto place = static_cast<size_t>(i);
    // What a loop set back is to come again, whatever became of it before.
    course.skipped[place] = run.progress.state(i) == NodeState::kDone
                                ? !last_skipped.empty() && last_skipped[place]
                                : run.planned_skips.contains(i);
  }
  return course;
}

FirstTimes::FirstTimes(const Run& run, absl::CivilDay day_one, Course course,
                       const calendar::Calendar& calendar, StepLength length)
    : plan_(run.plan->plan),
      day_one_(day_one),
      course_(std::move(course)),
      calendar_(calendar),
      length_(std::move(length)) {}

absl::Time FirstTimes::Of(NodeIndex step) const {
  const flow::StepDetails& details = plan_.node(step).step;
  if (IsAtOnce(details)) return absl::InfinitePast();
  if (const auto own = EarliestTime(details, day_one_, calendar_); own.has_value()) return *own;
  const NodeIndex repeated = RepeatedAround(step);
  if (repeated != flow::kNoNode && planned()[repeated].has_value()) return planned()[repeated]->end;
  if (planned()[step].has_value()) return planned()[step]->start;
  NodeIndex loop = plan_.node(step).parent;
  while (!planned()[loop].has_value()) loop = plan_.node(loop).parent;
  return planned()[loop]->end;
}

NodeIndex FirstTimes::RepeatedAround(NodeIndex step) const {
  NodeIndex repeated = flow::kNoNode;
  if (course_.progress == nullptr) return repeated;
  for (NodeIndex node = plan_.node(step).parent; node != flow::kNoNode;
       node = plan_.node(node).parent) {
    const flow::PlanNode& loop = plan_.node(node);
    if (loop.kind != flow::NodeKind::kLoop) continue;
    // Its body comes again after its redo part, or where it has none at once.
    const bool again = course_.progress->round(loop.children[0]) > 1 ||
                       (loop.children.size() > 1 && course_.progress->round(loop.children[1]) > 0);
    if (again) repeated = node;
  }
  return repeated;
}

absl::Time FirstTimes::CountFrom(NodeIndex step, absl::Time ready) const {
  return std::max(ready, Of(step));
}

std::optional<absl::Time> FirstTimes::DueTime(NodeIndex step, absl::Time ready) const {
  if (!plan_.node(step).step.target.has_value()) return std::nullopt;
  return onboarding::DueTime(plan_.node(step).step, CountFrom(step, ready), calendar_);
}

const std::vector<std::optional<PlannedSpan>>& FirstTimes::planned() const {
  if (planned_ == nullptr) planned_ = Schedule();
  return *planned_;
}

ScheduleMemo::Pointer FirstTimes::Schedule() const {
  const auto make = [this] { return PlanSchedule(plan_, day_one_, calendar_, course_, length_); };
  if (memo_ == nullptr) return std::make_shared<const ScheduleMemo::Schedule>(make());
  ScheduleMemo::Key key{.day_one = day_one_, .calendar = memo_calendar_};
  key.counts.reserve(static_cast<size_t>(plan_.size()));
  for (NodeIndex i = 0; i < plan_.size(); ++i) key.counts.push_back(course_.Counts(i));
  return memo_->Get(std::move(key), make);
}

FirstTimes FirstTimes::ByItsCalendar(const Run& run, Course course,
                                     const calendar::Calendar& calendar) {
  FirstTimes first(run, run.spec.day_one, std::move(course), calendar);
  // Runs without one count by hours that are not compiled: those of their zone, which is no key.
  if (run.spec.calendar == nullptr) return first;
  first.memo_ = run.plan->schedules;
  first.memo_calendar_ = run.spec.calendar;
  return first;
}

}  // namespace plumbline::onboarding
