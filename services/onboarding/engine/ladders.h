// SPDX-License-Identifier: Apache-2.0
//
// Ladders of escalation: which level of which comes next. Pure functions of a run.
//
// What a ladder is about is told by an instant, its `since`: the due date of the task (DUE_SOON,
// OVERDUE), when it could first have been begun (NOT_STARTED), since when it is blocked (BLOCKED).
// Of one task, rule and `since` every level is told once, in order. A due date that moves is
// another matter; where it moves back, the ladder goes on where it stood.
//
// While a task is blocked its clock stands, and only BLOCKED is watched. While a run is paused
// nothing is; what NOT_STARTED and BLOCKED count, they count anew from the day it goes on.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_LADDERS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_LADDERS_H_

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// The level of a ladder that comes next. Lives as long as the run is not changed.
struct NextLevel {
  const TaskRecord* task = nullptr;
  const PlanRule* rule = nullptr;
  int level = 0;  // from 1
  absl::Time since;
  absl::Time reach_time;
  absl::Time until = absl::InfiniteFuture();  // from when on it is not told any more
};

// What `rule` is about now; nullopt = nothing: the task ended, was begun, or is not blocked. A due
// date that has moved by less than a minute since somebody was told is the one of which that was.
std::optional<absl::Time> SinceOf(const TaskRecord& task, const PlanRule& rule,
                                  const FirstTimes& first);

// Of every ladder that is climbed the next level: none of a run that is paused or ended, none that
// was acknowledged, none whose last level was told. Levels of DUE_SOON that lie before the task
// could be begun are left out: they would say what everybody knows. O(open tasks * rules).
std::vector<NextLevel> NextLevels(const Run& run, const calendar::Calendar& calendar);

// nullptr = no level of it was told.
const Ladder* FindLadder(const TaskRecord& task, absl::string_view rule, absl::Time since);

// Whoever tells a history after the fact goes on telling it: an entry of now would stand in their
// way. So a run is left alone for this long after what was told late.
inline constexpr absl::Duration kRestAfterLateNews = absl::Minutes(10);

// To be called after every change of a run: marks ladders that are over, and sets next_escalation.
// Cheap for plans without rules, where `first` is not asked: it makes the first times of the run as
// it is. O(tasks * rules).
void FollowLadders(Run& run, const calendar::Calendar& calendar,
                   absl::FunctionRef<const FirstTimes&()> first);

// A ladder that is over now, or, where a due date moved back, not any more.
struct LadderTurn {
  std::string task;
  std::string rule;
  absl::Time since;
  bool over = false;
  bool acknowledged = false;
};

// The ladders of a run before a change, and what the change meant for them.
class LadderChange {
 public:
  // Of a run that was not there.
  LadderChange() = default;
  // O(ladders).
  explicit LadderChange(const Run& before);

  // Those that turned, in the order of tasks; then those that are over because their task was taken
  // back.
  std::vector<LadderTurn> TurnsTo(const Run& after) const;
  // Whether next_escalation is another one, or has passed and is to be looked at again.
  bool MovesNext(const Run& after) const;

 private:
  std::optional<absl::Time> next_;
  // Of each ladder, by task, rule and since, whether it was over.
  std::map<std::tuple<std::string, std::string, absl::Time>, bool> over_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_LADDERS_H_
