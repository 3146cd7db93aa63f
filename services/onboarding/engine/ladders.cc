// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/ladders.h"

#include <algorithm>

#include "services/onboarding/engine/late_news.h"
#include "services/onboarding/engine/plan_rules.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

using flow::EscalationTrigger;

// From when on the levels of a rule count.
absl::Time CountFrom(const Run& run, EscalationTrigger trigger, absl::Time since) {
  const bool by_due_date =
      trigger == EscalationTrigger::kDueSoon || trigger == EscalationTrigger::kOverdue;
  if (by_due_date || !run.resume_time.has_value()) return since;
  return std::max(since, *run.resume_time);
}

absl::Time ReachTime(const Run& run, const PlanRule& rule, int level, absl::Time since,
                     const calendar::Calendar& calendar) {
  const flow::BusinessDuration& after = rule.levels[static_cast<size_t>(level) - 1].after;
  const absl::Time from = CountFrom(run, rule.trigger, since);
  // At once is at once, also outside of opening hours.
  if (after == flow::BusinessDuration()) return from;
  return rule.trigger == EscalationTrigger::kDueSoon
             ? calendar.Add(from, -int64_t{after.days}, -int64_t{after.minutes})
             : calendar.Add(from, after.days, after.minutes);
}

std::optional<NextLevel> NextOf(const Run& run, const TaskRecord& task, const PlanRule& rule,
                                const FirstTimes& first, const calendar::Calendar& calendar) {
  if (task.blocked_since.has_value() && rule.trigger != EscalationTrigger::kBlocked)
    return std::nullopt;
  const std::optional<absl::Time> since = SinceOf(task, rule, first);
  if (!since.has_value()) return std::nullopt;
  NextLevel next{&task, &rule, 1, *since, *since};
  if (const Ladder* ladder = FindLadder(task, rule.id, *since)) {
    if (ladder->acknowledged || ladder->over) return std::nullopt;
    next.level = ladder->level + 1;
  }
  const absl::Time begin = first.CountFrom(task.step, task.ready_time);
  for (; next.level <= static_cast<int>(rule.levels.size()); ++next.level) {
    next.reach_time = ReachTime(run, rule, next.level, *since, calendar);
    if (rule.trigger != EscalationTrigger::kDueSoon) return next;
    next.until = *since;
    if (next.reach_time > begin) return next;
  }
  return std::nullopt;
}

// NextLevels by the first times of the run.
std::vector<NextLevel> LevelsBy(const Run& run, const FirstTimes& first,
                                const calendar::Calendar& calendar) {
  std::vector<NextLevel> levels;
  const PlanRules& rules = run.plan->escalations;
  if (rules.all.empty() || run.pause_time || run.finish_time || run.cancel_time) return levels;
  for (const TaskRecord& task : run.tasks) {
    if (!IsOpen(task)) continue;
    for (const int rule : rules.of[static_cast<size_t>(task.step)]) {
      if (auto next = NextOf(run, task, rules.all[static_cast<size_t>(rule)], first, calendar))
        levels.push_back(*next);
    }
  }
  return levels;
}

// The due date, or the one that was told by a rule where it has not moved by a minute since.
std::optional<absl::Time> DueAsTold(const TaskRecord& task, absl::string_view rule) {
  if (!task.due_time.has_value()) return std::nullopt;
  for (auto ladder = task.ladders.rbegin(); ladder != task.ladders.rend(); ++ladder) {
    const absl::Duration moved = *task.due_time - ladder->since;
    if (ladder->rule == rule && absl::AbsDuration(moved) < absl::Minutes(1)) return ladder->since;
  }
  return task.due_time;
}

bool IsOver(const Run& run, const TaskRecord& task, const Ladder& ladder, const FirstTimes& first) {
  const PlanRule* const rule = FindRule(run.plan->escalations, ladder.rule);
  if (rule == nullptr || run.cancel_time || run.finish_time) return true;
  return SinceOf(task, *rule, first) != ladder.since;
}

std::string IdOf(const Run& run, const TaskRecord& task) {
  return TaskId(*run.plan, task.step, task.round);
}

}  // namespace

const Ladder* FindLadder(const TaskRecord& task, absl::string_view rule, absl::Time since) {
  for (const Ladder& ladder : task.ladders)
    if (ladder.rule == rule && ladder.since == since) return &ladder;
  return nullptr;
}

std::optional<absl::Time> SinceOf(const TaskRecord& task, const PlanRule& rule,
                                  const FirstTimes& first) {
  if (!IsOpen(task)) return std::nullopt;
  switch (rule.trigger) {
    case EscalationTrigger::kDueSoon:
    case EscalationTrigger::kOverdue:
      return DueAsTold(task, rule.id);
    case EscalationTrigger::kNotStarted:
      // What failed its verification was begun once; that it is late is what is told of it then.
      if (task.state != TaskState::kReady || task.start_time || task.rejections > 0)
        return std::nullopt;
      return first.CountFrom(task.step, task.ready_time);
    case EscalationTrigger::kBlocked:
      return task.blocked_since;
    case EscalationTrigger::kUnset:
      break;
  }
  return std::nullopt;
}

std::vector<NextLevel> NextLevels(const Run& run, const calendar::Calendar& calendar) {
  if (run.plan->escalations.all.empty()) return {};
  return LevelsBy(run, FirstTimes(run, calendar), calendar);
}

void FollowLadders(Run& run, const calendar::Calendar& calendar,
                   absl::FunctionRef<const FirstTimes&()> first) {
  // A plan that a run was migrated to may have none, where the one before had.
  if (run.plan->escalations.all.empty() && !run.next_escalation.has_value()) return;
  run.next_escalation.reset();
  const FirstTimes& first_times = first();
  for (TaskRecord& task : run.tasks) {
    for (Ladder& ladder : task.ladders) ladder.over = IsOver(run, task, ladder, first_times);
  }
  for (const NextLevel& next : LevelsBy(run, first_times, calendar)) {
    if (next.until <= run.last_time || next.reach_time == absl::InfiniteFuture()) continue;
    if (!run.next_escalation || next.reach_time < *run.next_escalation)
      run.next_escalation = next.reach_time;
  }
  if (run.next_escalation.has_value())
    run.next_escalation = std::max(*run.next_escalation, RestsUntil(run));
}

LadderChange::LadderChange(const Run& before) : next_(before.next_escalation) {
  for (const TaskRecord& task : before.tasks) {
    for (const Ladder& ladder : task.ladders)
      over_[{IdOf(before, task), ladder.rule, ladder.since}] = ladder.over;
  }
}

std::vector<LadderTurn> LadderChange::TurnsTo(const Run& after) const {
  std::vector<LadderTurn> turns;
  auto gone = over_;
  for (const TaskRecord& task : after.tasks) {
    for (const Ladder& ladder : task.ladders) {
      const std::string id = IdOf(after, task);
      const auto before = gone.extract({id, ladder.rule, ladder.since});
      const bool was_over = !before.empty() && before.mapped();
      if (was_over == ladder.over) continue;
      turns.push_back({id, ladder.rule, ladder.since, ladder.over, ladder.acknowledged});
    }
  }
  for (const auto& [key, was_over] : gone) {
    if (!was_over) turns.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), true});
  }
  return turns;
}

bool LadderChange::MovesNext(const Run& after) const {
  const std::optional<absl::Time>& next = after.next_escalation;
  return next != next_ || (next.has_value() && *next <= after.last_time);
}

}  // namespace plumbline::onboarding
