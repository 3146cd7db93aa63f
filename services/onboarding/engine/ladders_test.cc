// SPDX-License-Identifier: Apache-2.0
//
// Which levels come when, and that each is told once.
#include "services/onboarding/engine/ladders.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/escalation.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/plan_rules.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/replay.h"
#include "services/onboarding/testing/watched.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kHr[] = "hr@example.com";
// A Monday.
const absl::Time kDay = At("2026-03-02T09:00:00Z");

// "2026-03-02 13:00 idle 1 paperwork", in order.
std::vector<std::string> Next(const onboarding::Run& run) {
  std::vector<std::string> texts;
  for (const NextLevel& level : NextLevels(run, *CalendarOf(run.spec))) {
    texts.push_back(
        absl::StrCat(absl::FormatTime("%Y-%m-%d %H:%M", level.reach_time, absl::UTCTimeZone()), " ",
                     level.rule->id, " ", level.level, " ",
                     TaskId(*run.plan, level.task->step, level.task->round)));
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

// Tells the next level of a rule.
absl::StatusOr<Entries> Tell(onboarding::Run& run, const std::string& rule, absl::Time time) {
  for (const NextLevel& level : NextLevels(run, *CalendarOf(run.spec))) {
    if (level.rule->id != rule) continue;
    const Telling telling{
        TaskId(*run.plan, level.task->step, level.task->round),
        {rule, level.rule->trigger, level.level, {"ann"}, level.since, level.reach_time},
        ""};
    return Escalate(run, telling, When(time, "plumbline"));
  }
  return Entries();
}

void Complete(onboarding::Run& run, absl::string_view task, absl::Time time) {
  MustChange(CompleteTask(run, task, {}, When(time)));
}

TEST(Ladders, TheNextLevelOfEveryRuleHasATime) {
  const onboarding::Run run = WatchedRun();
  EXPECT_THAT(Next(run),
              ElementsAre("2026-03-02 13:00 idle 1 paperwork", "2026-03-02 16:00 soon 1 paperwork",
                          "2026-03-03 09:00 late 1 paperwork"));
  EXPECT_EQ(run.next_escalation, At("2026-03-02T13:00:00Z"));
}

TEST(Ladders, APlanWithoutRulesHasNone) {
  const onboarding::Run run = AdaRun();
  EXPECT_TRUE(run.plan->escalations.all.empty());
  EXPECT_THAT(Next(run), IsEmpty());
  EXPECT_FALSE(run.next_escalation.has_value());
}

TEST(Ladders, CalledProcessesFollowTheirOwnRulesOrThoseOfTheCaller) {
  const PlanPointer plan = WatchedPlan();
  const auto rules = [&](absl::string_view path) {
    std::vector<std::string> ids;
    for (const int rule : plan->escalations.of[static_cast<size_t>(plan->plan.Find(path))])
      ids.push_back(plan->escalations.all[static_cast<size_t>(rule)].id);
    return ids;
  };
  EXPECT_THAT(rules("paperwork"), ElementsAre("idle", "soon", "late", "stuck"));
  EXPECT_THAT(rules("welcome.walk"), ElementsAre("idle", "soon", "stuck"));
  EXPECT_THAT(rules("equip"), ElementsAre("equip.slow"));
  EXPECT_THAT(rules("done"), ElementsAre("idle", "soon", "stuck"));
  EXPECT_EQ(FindRule(plan->escalations, "slow"), nullptr);
}

TEST(Ladders, EveryLevelIsToldOnceAndInOrder) {
  onboarding::Run run = WatchedRun();
  const std::optional<absl::Time> due = run.tasks[0].due_time;
  const absl::Time late = At("2026-03-04T12:00:00Z");
  const Telling second{
      "paperwork", {"late", flow::EscalationTrigger::kOverdue, 2, {"x"}, *due, late}, ""};
  EXPECT_THAT(MustChange(Escalate(run, second, When(late))), IsEmpty()) << "the first was not told";
  const Entries told = MustChange(Tell(run, "late", late));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].kind, EntryKind::kEscalated);
  EXPECT_EQ(told[0].task, "paperwork");
  EXPECT_EQ(told[0].due_time, due);
  EXPECT_EQ(told[0].escalation->level, 1);
  EXPECT_EQ(told[0].escalation->since, *due);
  EXPECT_THAT(told[0].escalation->recipients, ElementsAre("ann"));
  const Telling first{
      "paperwork", {"late", flow::EscalationTrigger::kOverdue, 1, {"x"}, *due, late}, ""};
  EXPECT_THAT(MustChange(Escalate(run, first, When(late))), IsEmpty());
  EXPECT_EQ(MustChange(Escalate(run, second, When(late))).size(), 1u);
  EXPECT_THAT(MustChange(Escalate(run, second, When(late))), IsEmpty());
  EXPECT_EQ(MustChange(Tell(run, "late", late)).size(), 1u);
  EXPECT_THAT(MustChange(Tell(run, "late", late)), IsEmpty()) << "there are three";
}

TEST(Ladders, WhoeverTakesItOnStopsTheLadderUntilTheDueDateMoves) {
  onboarding::Run run = WatchedRun();
  const absl::Time late = At("2026-03-03T10:00:00Z");
  const absl::Time due = *run.tasks[0].due_time;
  EXPECT_EQ(base::ReasonOf(
                AcknowledgeEscalation(run, {"paperwork", "late", due}, "", When(late)).status()),
            base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND)
      << "nothing was told";
  MustChange(Tell(run, "late", late));
  const Entries taken = MustChange(
      AcknowledgeEscalation(run, {"paperwork", "late", due}, "on it", When(late, "eve")));
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].actor, "eve");
  EXPECT_EQ(taken[0].reason, "on it");
  EXPECT_EQ(taken[0].escalation->level, 1);
  EXPECT_THAT(
      MustChange(AcknowledgeEscalation(run, {"paperwork", "late", due}, "me too", When(late))),
      IsEmpty());
  EXPECT_THAT(MustChange(Tell(run, "late", late)), IsEmpty());
  // A pause of a day moves the due date.
  MustChange(Pause(run, "leave", When(late)));
  EXPECT_THAT(Next(run), IsEmpty());
  EXPECT_FALSE(run.next_escalation.has_value());
  MustChange(Resume(run, "back", When(At("2026-03-04T10:00:00Z"))));
  ASSERT_NE(run.tasks[0].due_time, due);
  EXPECT_TRUE(run.tasks[0].ladders[0].over);
  EXPECT_EQ(base::ReasonOf(AcknowledgeEscalation(run, {"paperwork", "late", due}, "",
                                                 When(At("2026-03-04T10:00:00Z")))
                               .status()),
            base::Reason::ERROR_REASON_ESCALATION_STATE);
  EXPECT_EQ(MustChange(Tell(run, "late", At("2026-03-06T10:00:00Z"))).size(), 1u)
      << "another due date is another matter";
}

TEST(Ladders, ADueDateThatMovesByLessThanAMinuteIsTheSameMatter) {
  onboarding::Run run = WatchedRun();
  const absl::Time late = At("2026-03-03T10:00:00Z");
  const absl::Time due = *run.tasks[0].due_time;
  MustChange(Tell(run, "late", late));
  MustChange(AcknowledgeEscalation(run, {"paperwork", "late", due}, "on it", When(late)));
  const auto pause = [&](absl::Time from, absl::Duration length) {
    MustChange(Pause(run, "rest", When(from)));
    MustChange(Resume(run, "on", When(from + length)));
  };
  pause(late, absl::Seconds(40));
  EXPECT_EQ(*run.tasks[0].due_time, due + absl::Seconds(40));
  EXPECT_FALSE(run.tasks[0].ladders[0].over);
  EXPECT_THAT(MustChange(Tell(run, "late", late + absl::Hours(1))), IsEmpty());
  pause(late + absl::Hours(2), absl::Seconds(20));
  EXPECT_TRUE(run.tasks[0].ladders[0].over) << "a minute in all";
  EXPECT_EQ(MustChange(Tell(run, "late", late + absl::Hours(3))).size(), 1u);
}

TEST(Ladders, WhatIsBlockedIsWatchedAsBlockedOnly) {
  onboarding::Run run = WatchedRun();
  MustChange(BlockTask(run, "paperwork", {"", Category::kAccess, "", "x"},
                       When(At("2026-03-02T11:00:00Z"))));
  EXPECT_THAT(Next(run), ElementsAre("2026-03-03 11:00 stuck 1 paperwork"));
  MustChange(Tell(run, "stuck", At("2026-03-03T11:00:00Z")));
  EXPECT_THAT(Next(run), IsEmpty());
  MustChange(UnblockTask(run, "paperwork", "", "", When(At("2026-03-03T12:00:00Z"))));
  EXPECT_TRUE(run.tasks[0].ladders[0].over);
  EXPECT_THAT(Next(run), ::testing::Not(IsEmpty()));
  MustChange(BlockTask(run, "paperwork", {"", Category::kAccess, "", "x"},
                       When(At("2026-03-03T13:00:00Z"))));
  EXPECT_THAT(Next(run), ElementsAre("2026-03-04 13:00 stuck 1 paperwork"))
      << "another impediment is another matter";
}

TEST(Ladders, AtOnceIsAlsoOutsideOfOpeningHours) {
  onboarding::Run run = WatchedRun();
  run.tasks[0].due_time = At("2026-03-03T22:00:00Z");
  EXPECT_THAT(Next(run), ::testing::Contains("2026-03-03 22:00 late 1 paperwork"));
}

TEST(Ladders, WhoBeginsEndsNotStarted) {
  onboarding::Run run = WatchedRun();
  MustChange(Tell(run, "idle", At("2026-03-02T13:00:00Z")));
  MustChange(StartTask(run, "paperwork", When(At("2026-03-02T14:00:00Z"))));
  EXPECT_TRUE(run.tasks[0].ladders[0].over);
  EXPECT_THAT(Next(run), ElementsAre("2026-03-02 16:00 soon 1 paperwork",
                                     "2026-03-03 09:00 late 1 paperwork"));
}

TEST(Ladders, NotStartedCountsAnewAfterAPause) {
  onboarding::Run run = WatchedRun();
  MustChange(Pause(run, "leave", When(At("2026-03-02T10:00:00Z"))));
  MustChange(Resume(run, "back", When(At("2026-03-04T10:00:00Z"))));
  EXPECT_THAT(Next(run), ::testing::Contains("2026-03-04 14:00 idle 1 paperwork"));
}

TEST(Ladders, DueSoonIsNotToldWhereTheTaskBeganAfterIt) {
  onboarding::Run run = WatchedRun();
  // walk has a day and is ready on Tuesday at 10:00: an hour before is 09:00 on Wednesday.
  Complete(run, "paperwork", At("2026-03-03T10:00:00Z"));
  EXPECT_THAT(Next(run), ElementsAre("2026-03-03 14:00 idle 1 welcome.walk",
                                     "2026-03-04 09:00 soon 1 welcome.walk"));
  for (const NextLevel& level : NextLevels(run, *CalendarOf(run.spec))) {
    const bool soon = level.rule->id == "soon";
    EXPECT_EQ(level.until, soon ? *level.task->due_time : absl::InfiniteFuture());
  }
}

TEST(Ladders, WhatEndedIsOver) {
  onboarding::Run run = WatchedRun();
  MustChange(Tell(run, "late", At("2026-03-03T10:00:00Z")));
  const LadderChange before(run);
  Complete(run, "paperwork", At("2026-03-03T10:00:00Z"));
  const std::vector<LadderTurn> turns = before.TurnsTo(run);
  ASSERT_EQ(turns.size(), 1u);
  EXPECT_EQ(turns[0].task, "paperwork");
  EXPECT_EQ(turns[0].rule, "late");
  EXPECT_TRUE(turns[0].over);
  EXPECT_TRUE(before.MovesNext(run));
  MustChange(Cancel(run, "left", When(At("2026-03-03T10:00:00Z"))));
  EXPECT_THAT(Next(run), IsEmpty());
  EXPECT_FALSE(run.next_escalation.has_value());
}

TEST(Ladders, WhoeverTellsAHistoryAfterTheFactIsNotInterrupted) {
  Occurrence when = When(kDay);
  when.record_time = kDay + absl::Hours(24 * 30);
  const absl::StatusOr<Started> started = Start(WatchedSpec(), WatchedPlan(), when);
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->run.next_escalation, when.record_time + kRestAfterLateNews);
}

// Who tells of now, too, may not have told all that is late.
TEST(Ladders, WhatIsToldInTimeBetweenLateNewsDoesNotEndTheRest) {
  Occurrence when = When(kDay);
  when.record_time = kDay + absl::Hours(24 * 30);
  const absl::StatusOr<Started> started = Start(WatchedSpec(), WatchedPlan(), when);
  ASSERT_TRUE(started.ok()) << started.status();
  onboarding::Run run = started->run;
  const auto comment = [&](absl::Duration after) {
    MustChange(CommentTask(run, "paperwork", "at it", {}, When(when.record_time + after)));
  };
  comment(absl::Minutes(2));
  EXPECT_EQ(run.next_escalation, when.record_time + kRestAfterLateNews);
  EXPECT_EQ(run.late_time, when.record_time);
  comment(kRestAfterLateNews);
  EXPECT_EQ(run.late_time, std::nullopt);
  EXPECT_LT(*run.next_escalation, when.record_time) << "it was overdue long ago";
}

TEST(Ladders, ReplayingAHistoryGivesTheSameRun) {
  absl::StatusOr<Started> started = Start(WatchedSpec(), WatchedPlan(), When(kDay));
  ASSERT_TRUE(started.ok()) << started.status();
  onboarding::Run& run = started->run;
  Entries history = started->entries;
  const auto add = [&](const Entries& more) {
    history.insert(history.end(), more.begin(), more.end());
  };
  const absl::Time due = *run.tasks[0].due_time;
  add(MustChange(Tell(run, "idle", At("2026-03-02T13:00:00Z"))));
  add(MustChange(StandIn(run, "paperwork", kHr, "bob", "hr is away", When(kDay + absl::Hours(5)))));
  add(MustChange(Tell(run, "late", At("2026-03-03T09:00:00Z"))));
  add(MustChange(Tell(run, "late", At("2026-03-03T11:00:00Z"))));
  add(MustChange(AcknowledgeEscalation(run, {"paperwork", "late", due}, "on it",
                                       When(At("2026-03-03T12:00:00Z"), "eve"))));
  add(MustChange(
      EndStandIn(run, "paperwork", kHr, "hr is back", When(At("2026-03-03T13:00:00Z")))));
  add(MustChange(CompleteTask(run, "paperwork", {}, When(At("2026-03-03T14:00:00Z")))));
  ASSERT_GE(history.size(), 8u);
  const absl::StatusOr<onboarding::Run> again = Replay(WatchedSpec(), WatchedPlan(), history);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(Serialize(*again), Serialize(run));
  const absl::StatusOr<onboarding::Run> parsed =
      Parse("acme", "ada", WatchedPlan(), Serialize(run));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->tasks, run.tasks);
  EXPECT_EQ(parsed->next_escalation, run.next_escalation);
  for (const HistoryEntry& entry : history)
    EXPECT_EQ(FromProto(ToProto(entry)).escalation, entry.escalation);
}

TEST(StandIn, GoesBackUnlessWhoStandsInHasBegun) {
  onboarding::Run run = WatchedRun();
  const Entries away = MustChange(StandIn(run, "paperwork", kHr, "bob", "away", When(kDay)));
  ASSERT_EQ(away.size(), 1u);
  EXPECT_EQ(away[0].kind, EntryKind::kTaskDelegated);
  EXPECT_EQ(away[0].owner, "hr@example.com");
  EXPECT_EQ(away[0].resource, "bob");
  EXPECT_TRUE(away[0].stands_in);
  EXPECT_THAT(MustChange(StandIn(run, "paperwork", kHr, "bob", "away", When(kDay))), IsEmpty());
  onboarding::Run begun = run;
  MustChange(StartTask(begun, "paperwork", When(kDay + absl::Hours(1))));
  EXPECT_THAT(MustChange(EndStandIn(begun, "paperwork", kHr, "back", When(kDay + absl::Hours(2)))),
              IsEmpty());
  EXPECT_EQ(AssigneeOf(begun, begun.tasks[0]), "bob");
  const Entries back = MustChange(EndStandIn(run, "paperwork", kHr, "back", When(kDay)));
  ASSERT_EQ(back.size(), 1u);
  EXPECT_EQ(back[0].kind, EntryKind::kTaskReleased);
  EXPECT_EQ(back[0].resource, "hr@example.com");
  EXPECT_EQ(run.tasks[0].owner, "");
  EXPECT_THAT(MustChange(EndStandIn(run, "paperwork", kHr, "back", When(kDay))), IsEmpty());
}

TEST(StandIn, TakesFromNobodyElse) {
  onboarding::Run run = WatchedRun();
  MustChange(AssignTask(run, "paperwork", "zoe", "hr is away", When(kDay)));
  EXPECT_THAT(MustChange(StandIn(run, "paperwork", kHr, "bob", "away", When(kDay))), IsEmpty());
  EXPECT_EQ(AssigneeOf(run, run.tasks[0]), "zoe") << "who was looked up before it was given";
  MustChange(StandIn(run, "paperwork", "zoe", "bob", "away", When(kDay)));
  EXPECT_THAT(MustChange(StandIn(run, "paperwork", kHr, "cyn", "away", When(kDay))), IsEmpty());
  EXPECT_THAT(MustChange(EndStandIn(run, "paperwork", kHr, "back", When(kDay))), IsEmpty());
  EXPECT_EQ(AssigneeOf(run, run.tasks[0]), "bob");
}

TEST(StandIn, OverrulesNobody) {
  onboarding::Run run = WatchedRun();
  MustChange(DelegateTask(run, "paperwork", "cyn", "", When(kDay)));
  EXPECT_THAT(MustChange(StandIn(run, "paperwork", kHr, "bob", "away", When(kDay))), IsEmpty());
  EXPECT_THAT(MustChange(EndStandIn(run, "paperwork", kHr, "back", When(kDay))), IsEmpty());
  EXPECT_EQ(AssigneeOf(run, run.tasks[0]), "cyn");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
