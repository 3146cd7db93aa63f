// SPDX-License-Identifier: Apache-2.0
//
// From when on the targets of the tasks of a run count, however early their turn comes. The target
// of a task counts from its turn, or from its first time if that is later:
//
//  1. the opening of the earliest_day of its step, where that has one;
//  2. its turn, where the step is to be done at once (IsAtOnce);
//  3. else when the plan foresees its start (PlanSchedule), by what is known of the run: branches
//     that were taken or will be by condition, parts that were left out. What is done again counts
//     from the end of the loop by plan.
//
// So what is done in its turn, however early, makes nothing due before the plan foresees it.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_FIRST_TIMES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_FIRST_TIMES_H_

#include <memory>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/engine/schedule.h"

namespace plumbline::onboarding {

// What is known of a run. O(tasks). The run must outlive it.
Course CourseOf(const Run& run);
// The same of a run that has its tasks elsewhere; by step whether its last task was skipped.
Course CourseOf(const Run& run, const std::vector<bool>& last_skipped);

// Of one run as it is now, which must not change while it is used. Used by one thread. The schedule
// is made when it is asked for the first time, O(nodes); all else is O(1) on the calendar.
class FirstTimes {
 public:
  FirstTimes(const Run& run, const calendar::Calendar& calendar)
      : FirstTimes(run, run.spec.day_one, CourseOf(run), calendar) {}
  // With another day one, and with steps that take another time than their targets.
  FirstTimes(const Run& run, absl::CivilDay day_one, Course course,
             const calendar::Calendar& calendar, StepLength length = nullptr);
  // By the calendar of the run itself, CalendarOf(run.spec): its schedule is one that was made
  // before, where there is one.
  static FirstTimes ByItsCalendar(const Run& run, Course course,
                                  const calendar::Calendar& calendar);

  // InfinitePast for what is to be done at once.
  absl::Time Of(flow::NodeIndex step) const;
  // From when on the target of a task counts whose turn came at `ready`.
  absl::Time CountFrom(flow::NodeIndex step, absl::Time ready) const;
  // When such a task is due; nullopt if its step has no target.
  std::optional<absl::Time> DueTime(flow::NodeIndex step, absl::Time ready) const;
  // PlanSchedule by what is known of the run.
  const std::vector<std::optional<PlannedSpan>>& planned() const;
  const Course& course() const { return course_; }

 private:
  ScheduleMemo::Pointer Schedule() const;
  // The outermost loop around a step that is repeated; kNoNode if none is.
  flow::NodeIndex RepeatedAround(flow::NodeIndex step) const;

  const flow::Plan& plan_;
  const absl::CivilDay day_one_;
  Course course_;
  const calendar::Calendar& calendar_;
  const StepLength length_;
  // nullptr: nobody keeps the schedule.
  std::shared_ptr<ScheduleMemo> memo_;
  std::weak_ptr<const FrozenCalendar> memo_calendar_;
  mutable ScheduleMemo::Pointer planned_;  // nullptr until it is asked for
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_FIRST_TIMES_H_
