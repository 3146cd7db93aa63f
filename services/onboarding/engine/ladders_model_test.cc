// SPDX-License-Identifier: Apache-2.0
//
// Random commands against a plain model of ladders: what was told stands in the history alone.
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/escalation.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/ladders.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/replay.h"
#include "services/onboarding/testing/watched.h"

namespace plumbline::onboarding::testing {
namespace {

constexpr int kRuns = 100;
constexpr int kCommands = 150;

// A ladder, by what the history says of it.
using Key = std::tuple<std::string, std::string, absl::Time>;  // task, rule, since

Key KeyOf(const HistoryEntry& entry) {
  return {entry.task, entry.escalation->rule, entry.escalation->since};
}

// The reference: levels that were told, and ladders that were taken on.
struct Model {
  std::map<Key, int> told;
  std::set<Key> taken;
  bool paused = false;

  void Take(const HistoryEntry& entry) {
    if (entry.kind == EntryKind::kPaused) paused = true;
    if (entry.kind == EntryKind::kResumed) paused = false;
    if (entry.kind == EntryKind::kEscalationAcknowledged) {
      EXPECT_TRUE(told.contains(KeyOf(entry)));
      EXPECT_TRUE(taken.insert(KeyOf(entry)).second) << "twice";
    }
    if (entry.kind != EntryKind::kEscalated) return;
    EXPECT_FALSE(paused);
    EXPECT_FALSE(taken.contains(KeyOf(entry)));
    int& level = told[KeyOf(entry)];
    // Levels of due soon that lie before the task could be begun are left out, others are not.
    if (entry.escalation->trigger == flow::EscalationTrigger::kDueSoon) {
      EXPECT_GT(entry.escalation->level, level);
    } else {
      EXPECT_EQ(entry.escalation->level, level + 1);
    }
    level = entry.escalation->level;
  }
};

absl::StatusOr<Entries> TryToEscalate(onboarding::Run& run, std::mt19937_64& random,
                                      const Occurrence& when) {
  const std::vector<NextLevel> levels = NextLevels(run, *CalendarOf(run.spec));
  if (levels.empty()) return Entries();
  const NextLevel& next = levels[random() % levels.size()];
  Telling telling{
      TaskId(*run.plan, next.task->step, next.task->round),
      {next.rule->id, next.rule->trigger, next.level, {"ann"}, next.since, next.reach_time},
      ""};
  // Now and then what was told, or is not its turn.
  if (random() % 5 == 0) telling.step.level += static_cast<int>(random() % 3) - 1;
  if (random() % 9 == 0) telling.step.since += absl::Minutes(1);
  return Escalate(run, telling, when);
}

absl::StatusOr<Entries> TryToAcknowledge(onboarding::Run& run, std::mt19937_64& random,
                                         const Occurrence& when) {
  std::vector<LadderKey> keys;
  for (const TaskRecord& task : run.tasks) {
    for (const Ladder& ladder : task.ladders)
      keys.push_back({TaskId(*run.plan, task.step, task.round), ladder.rule, ladder.since});
  }
  if (keys.empty()) return Entries();
  return AcknowledgeEscalation(run, keys[random() % keys.size()], "on it", when);
}

// Whose task it is; now and then, who was looked up before it was given to another.
std::string AwayOf(const onboarding::Run& run, const std::string& task, std::mt19937_64& random) {
  for (const TaskRecord& record : run.tasks) {
    if (TaskId(*run.plan, record.step, record.round) != task || random() % 6 == 0) continue;
    return record.owner.empty() ? AssigneeOf(run, record) : record.owner;
  }
  return "fay";
}

// To `away` goes nothing, and nothing of theirs to another, that was not theirs.
absl::StatusOr<Entries> TryToStandIn(onboarding::Run& run, const std::string& task,
                                     std::mt19937_64& random, const Occurrence& when) {
  const std::string away = AwayOf(run, task, random);
  absl::StatusOr<Entries> entries =
      random() % 2 == 0 ? StandIn(run, task, away, random() % 2 == 0 ? "bob" : "cyn", "away", when)
                        : EndStandIn(run, task, away, "back", when);
  if (entries.ok() && away == "fay") {
    EXPECT_TRUE(entries->empty()) << "she has no task";
  }
  return entries;
}

absl::StatusOr<Entries> TryAnything(onboarding::Run& run, const Entries& history,
                                    std::mt19937_64& random, const Occurrence& when) {
  const std::string task = TaskId(*run.plan, run.tasks[random() % run.tasks.size()].step, 1);
  switch (random() % 16) {
    case 0:
      return StartTask(run, task, when);
    case 1:
      return random() % 3 == 0 ? CompleteTask(run, task, {}, when) : Entries();
    case 2:
      return BlockTask(run, task, {"", Category::kAccess, "", "x"}, when);
    case 3:
      return UnblockTask(run, task, "", "", when);
    case 4:
      return random() % 3 == 0 ? Pause(run, "rest", when) : Entries();
    case 5:
      return Resume(run, "on", when);
    case 6:
      return random() % 2 == 0 ? DelegateTask(run, task, "eve", "", when)
                               : ClaimTask(run, task, true, when);
    case 7:
      return random() % 2 == 0 ? ReleaseTask(run, task, "", when)
                               : ReopenTask(run, history, task, "a mistake", when);
    case 8:
    case 9:
      return TryToStandIn(run, task, random, when);
    case 10:
      return TryToAcknowledge(run, random, when);
    case 11:
      return random() % 60 == 0 ? Cancel(run, "no", when) : Entries();
    default:
      return TryToEscalate(run, random, when);
  }
}

// Ladders, and whether they are over.
std::map<Key, bool> LaddersOf(const onboarding::Run& run) {
  std::map<Key, bool> ladders;
  for (const TaskRecord& task : run.tasks) {
    for (const Ladder& ladder : task.ladders)
      ladders[{TaskId(*run.plan, task.step, task.round), ladder.rule, ladder.since}] = ladder.over;
  }
  return ladders;
}

// What rows of ladders become that follow their turns.
void Follow(const LadderChange& change, const onboarding::Run& after, std::map<Key, bool>* rows) {
  for (const LadderTurn& turn : change.TurnsTo(after))
    (*rows)[{turn.task, turn.rule, turn.since}] = turn.over;
}

// Rows say what the run says; those of tasks that were taken back are over.
void ExpectRows(const std::map<Key, bool>& rows, const onboarding::Run& run) {
  const std::map<Key, bool> ladders = LaddersOf(run);
  for (const auto& [key, over] : rows) {
    const auto ladder = ladders.find(key);
    EXPECT_EQ(over, ladder == ladders.end() || ladder->second) << std::get<0>(key);
  }
}

void ExpectInvariants(const onboarding::Run& run) {
  const bool rests = run.pause_time || run.finish_time || run.cancel_time;
  if (rests) {
    EXPECT_FALSE(run.next_escalation.has_value());
  }
  for (const TaskRecord& task : run.tasks) {
    std::set<std::pair<std::string, absl::Time>> ladders;
    for (const Ladder& ladder : task.ladders) {
      EXPECT_TRUE(ladders.insert({ladder.rule, ladder.since}).second);
      EXPECT_GT(ladder.level, 0);
      if (task.end_time.has_value() || run.cancel_time.has_value()) {
        EXPECT_TRUE(ladder.over);
      }
    }
    if (task.gift.has_value() && task.gift->stands_in) {
      EXPECT_NE(task.owner, "");
    }
  }
}

TEST(LaddersModel, EveryLevelIsToldOnceWhateverPeopleDo) {
  std::map<EntryKind, int> kinds;
  for (int seed = 0; seed < kRuns; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    absl::Time now = At("2026-03-02T09:00:00Z");
    absl::StatusOr<Started> started = Start(WatchedSpec(), WatchedPlan(), When(now));
    ASSERT_TRUE(started.ok()) << started.status();
    onboarding::Run& run = started->run;
    Entries history = started->entries;
    Model model;
    std::map<Key, bool> rows;
    for (int i = 0; i < kCommands; ++i) {
      now += absl::Minutes(random() % 300);
      const std::string before = Serialize(run);
      const LadderChange change(run);
      const absl::StatusOr<Entries> entries =
          TryAnything(run, history, random, When(now, random() % 2 == 0 ? "ann" : "bob"));
      if (!entries.ok()) {
        EXPECT_EQ(Serialize(run), before) << "a refused command changed something";
        EXPECT_FALSE(absl::IsInternal(entries.status())) << entries.status();
        continue;
      }
      for (const HistoryEntry& entry : *entries) {
        ++kinds[entry.kind];
        model.Take(entry);
        if (entry.kind == EntryKind::kEscalated) rows[KeyOf(entry)] = false;
        history.push_back(entry);
      }
      Follow(change, run, &rows);
      ExpectRows(rows, run);
      ExpectInvariants(run);
    }
    const absl::StatusOr<onboarding::Run> replayed = Replay(WatchedSpec(), WatchedPlan(), history);
    ASSERT_TRUE(replayed.ok()) << replayed.status();
    EXPECT_EQ(Serialize(*replayed), Serialize(run));
    const absl::StatusOr<onboarding::Run> parsed =
        Parse("acme", "ada", WatchedPlan(), Serialize(run));
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->tasks, run.tasks);
  }
  EXPECT_GT(kinds[EntryKind::kEscalated], kRuns);
  EXPECT_GT(kinds[EntryKind::kEscalationAcknowledged], kRuns / 4);
  EXPECT_GT(kinds[EntryKind::kTaskDelegated], kRuns / 4);
  EXPECT_GT(kinds[EntryKind::kTaskReleased], kRuns / 4);
  EXPECT_GT(kinds[EntryKind::kFinished], 0);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
