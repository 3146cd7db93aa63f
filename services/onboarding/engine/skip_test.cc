// SPDX-License-Identifier: Apache-2.0
//
// Leaving a task out before its turn comes.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/replay.h"

namespace plumbline::onboarding::testing {
namespace {

using base::Reason;
using base::ReasonOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kDay = At("2026-03-02T09:00:00Z");

// A run of which the whole history is kept.
struct Story {
  explicit Story(PlanPointer p) : plan(std::move(p)) {
    Started started = *Start(AdaSpec(), plan, When(kDay));
    run = std::move(started.run);
    history = std::move(started.entries);
  }
  Entries Did(absl::StatusOr<Entries> entries) {
    Entries done = MustChange(std::move(entries));
    history.insert(history.end(), done.begin(), done.end());
    return done;
  }
  Entries Skip(const std::string& task, const std::string& reason = "has it already") {
    return Did(SkipTask(*run, task, reason, When(kDay, "ann")));
  }
  Entries Complete(const std::string& task) {
    return Did(CompleteTask(*run, task, {.tick_all = true}, When(kDay + absl::Hours(1), "bob")));
  }
  v1::Task task(const std::string& id) const {
    return TaskMessages(*run, kDay).Make(*FindTask(*run, id));
  }
  void ExpectReplays() const {
    const auto again = Replay(AdaSpec(), plan, history);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(Serialize(*again), Serialize(*run));
    const auto parsed = Parse("acme", "ada", plan, Serialize(*run));
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(Serialize(*parsed), Serialize(*run));
    EXPECT_EQ(parsed->planned_skips, run->planned_skips);
  }

  PlanPointer plan;
  std::optional<onboarding::Run> run;
  Entries history;
};

TEST(SkipAhead, ItIsLeftOutWhenItsTurnComesAndWhatFollowsGoesOn) {
  Story told(PairPlan());
  const Entries planned = told.Skip("b", "knows it");
  EXPECT_THAT(Told(planned), ElementsAre("TASK_SKIP_PLANNED b"));
  EXPECT_EQ(planned[0].option, "leave-out");
  EXPECT_EQ(told.task("b").state(), v1::Task::STATE_PENDING);
  EXPECT_EQ(told.task("b").waiver().requester(), "ann");
  EXPECT_EQ(told.task("b").waiver().reason(), "knows it");
  told.ExpectReplays();
  const Entries done = told.Complete("a");
  EXPECT_THAT(Told(done),
              ElementsAre("TASK_COMPLETED a", "TASK_READY b", "TASK_SKIPPED b", "FINISHED"));
  EXPECT_EQ(done[2].actor, "ann") << "who said so, not who brought it to its turn";
  EXPECT_EQ(done[2].reason, "knows it");
  EXPECT_EQ(told.task("b").state(), v1::Task::STATE_SKIPPED);
  EXPECT_FALSE(told.task("b").has_waiver());
  EXPECT_TRUE(told.run->finish_time.has_value());
  told.ExpectReplays();
}

TEST(SkipAhead, TwoThatComeAtOnceAreBothLeftOut) {
  Story told(SalesRepPlan());
  told.Skip("laptop");
  told.Skip("accounts");
  EXPECT_THAT(Told(told.Complete("paperwork")),
              ElementsAre("TASK_COMPLETED paperwork", "TASK_READY laptop", "TASK_READY accounts",
                          "TASK_SKIPPED laptop", "TASK_SKIPPED accounts"));
  ASSERT_EQ(told.run->decisions.size(), 1u);
  EXPECT_EQ(told.plan->plan.node(told.run->decisions[0].node).path, "route");
  told.ExpectReplays();
}

TEST(SkipAhead, ReopeningTakesItBack) {
  Story told(PairPlan());
  told.Skip("b");
  const Entries back =
      told.Did(ReopenTask(*told.run, told.history, "b", "does not", When(kDay, "cem")));
  EXPECT_THAT(Told(back), ElementsAre("TASK_SKIP_PLANNED b"));
  EXPECT_EQ(back[0].option, "do");
  EXPECT_FALSE(told.task("b").has_waiver());
  EXPECT_EQ(ReasonOf(ReopenTask(*told.run, told.history, "b", "again", When(kDay)).status()),
            Reason::ERROR_REASON_TASK_STATE);
  EXPECT_THAT(Told(told.Complete("a")), ElementsAre("TASK_COMPLETED a", "TASK_READY b"));
  EXPECT_EQ(told.task("b").state(), v1::Task::STATE_READY);
  told.ExpectReplays();
}

TEST(SkipAhead, WhatWasLeftOutIsReopenedAfterItsTurn) {
  Story told(PairPlan());
  told.Skip("b");
  told.Complete("a");
  told.Did(
      ReopenTask(*told.run, told.history, "b", "is needed", When(kDay + absl::Hours(2), "cem")));
  EXPECT_EQ(told.task("b").state(), v1::Task::STATE_READY);
  EXPECT_FALSE(told.run->finish_time.has_value());
  told.ExpectReplays();
}

TEST(SkipAhead, WhatSomebodyIsToApproveIsRefused) {
  onboarding::Run run = AdaRun(OfferPlan());
  const std::string before = Serialize(run);
  const absl::Status refused = SkipTask(run, "insure", "small", When(kDay)).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_TASK_STATE);
  EXPECT_EQ(base::MetadataOf(refused, "state"), "PENDING");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("cfo"));
  EXPECT_EQ(Serialize(run), before);
}

TEST(SkipAhead, TakesNoTimeInTheLivePlan) {
  Story told(SalesRepPlan());
  const auto live = [&] { return LivePlanOf(*told.run, *CalendarOf(told.run->spec), kDay); };
  const flow::NodeIndex laptop = told.plan->plan.Find("laptop");
  const absl::Time before = live().finish;
  told.Skip("laptop");
  const LivePlan after = live();
  ASSERT_TRUE(after.spans[laptop].has_value());
  EXPECT_EQ(after.spans[laptop]->start, after.spans[laptop]->end);
  EXPECT_FALSE(after.spans[laptop]->critical);
  EXPECT_LT(after.finish, before);
  EXPECT_EQ(told.history.back().kind, EntryKind::kReplanned);
  EXPECT_THAT(told.history.back().reason, HasSubstr("'laptop' is to be left out"));
  told.ExpectReplays();
}

TEST(SkipAhead, OfALoopTheNextRoundAlone) {
  Story told(SalesRepPlan());
  const auto decide = [&](const std::string& decision, const std::string& option) {
    return told.Did(Decide(*told.run, decision, option, "", When(kDay + absl::Hours(1))));
  };
  told.Complete("paperwork");
  told.Complete("laptop");
  told.Complete("accounts");
  decide("route", "inside");
  told.Complete("inside");
  decide("dinner", "leave-out");
  told.Complete("exam");
  decide("certification", "again");
  told.Skip("exam~2");
  EXPECT_THAT(Told(told.Complete("study")),
              ElementsAre("TASK_COMPLETED study", "TASK_READY exam~2", "TASK_SKIPPED exam~2"));
  EXPECT_THAT(told.run->planned_skips, IsEmpty());
  decide("certification", "again");
  EXPECT_THAT(Told(told.Complete("study~2")),
              ElementsAre("TASK_COMPLETED study~2", "TASK_READY exam~3"));
  EXPECT_EQ(told.task("exam~3").state(), v1::Task::STATE_READY);
  told.ExpectReplays();
}

// A condition left it out: what was said of that round says nothing of the next.
TEST(SkipAhead, HoldsForTheRoundAloneForWhichItWasSaid) {
  Story told(DealPlan());
  const auto set = [&](const std::string& amount) {
    return told.Did(SetAttributes(*told.run, {{"amount", amount}}, "", When(kDay)));
  };
  set("50");
  told.Skip("extra", "no time");
  told.Complete("desk");
  const Entries done = told.Complete("talk");
  EXPECT_EQ(std::count_if(done.begin(), done.end(),
                          [](const HistoryEntry& entry) {
                            return entry.kind == EntryKind::kTaskSkipPlanned;
                          }),
            1);
  for (const HistoryEntry& entry : done) {
    if (entry.kind != EntryKind::kTaskSkipPlanned) continue;
    EXPECT_EQ(entry.task, "extra");
    EXPECT_EQ(entry.option, "do");
    EXPECT_EQ(entry.reason, "it is not needed in this round, for which ann had it left out");
    EXPECT_EQ(entry.changes, std::vector<FieldChange>({{"option", "leave-out", "do"}}));
  }
  EXPECT_THAT(told.run->planned_skips, IsEmpty());
  told.ExpectReplays();
  EXPECT_THAT(Told(set("1000")), ::testing::Contains("TASK_READY extra"));
  EXPECT_EQ(told.task("extra").state(), v1::Task::STATE_READY);
  told.ExpectReplays();
}

TEST(SkipAhead, OfWhatIsNotNeededIsForgotten) {
  Story told(SalesRepPlan());
  const auto decide = [&](const std::string& decision, const std::string& option) {
    return Told(
        told.Did(Decide(*told.run, decision, option, "", When(kDay + absl::Hours(1), "bob"))));
  };
  told.Skip("field");
  told.Skip("study");
  told.Complete("paperwork");
  told.Complete("laptop");
  told.Complete("accounts");
  EXPECT_THAT(decide("route", "inside"),
              ElementsAre("DECIDED route", "TASK_SKIP_PLANNED field", "TASK_READY inside"));
  told.Complete("inside");
  decide("dinner", "leave-out");
  told.Complete("exam");
  EXPECT_THAT(decide("certification", "leave"),
              ElementsAre("DECIDED certification", "TASK_SKIP_PLANNED study",
                          "TASK_READY deal-desk.review"));
  EXPECT_THAT(told.run->planned_skips, IsEmpty());
  told.ExpectReplays();
}

// Rows of older releases kept it until the next round, and left that out.
TEST(SkipAhead, WhatAnOlderReleaseKeptIsForgottenWhenALoopGoesOn) {
  Story told(DealPlan());
  told.Did(SetAttributes(*told.run, {{"amount", "50"}}, "", When(kDay)));
  told.Complete("desk");
  told.Complete("talk");
  told.run->planned_skips[told.plan->plan.Find("extra")] = Waiver{"ann", "no time", kDay};
  const Entries done = MustChange(SetAttributes(*told.run, {{"amount", "1000"}}, "", When(kDay)));
  EXPECT_THAT(Told(done), ::testing::Contains("TASK_SKIP_PLANNED extra"));
  EXPECT_EQ(told.task("extra").state(), v1::Task::STATE_READY);
}

TEST(SkipAhead, SaidAgainItChangesNothing) {
  Story told(PairPlan());
  told.Skip("b", "knows it");
  EXPECT_THAT(told.Skip("b", "another reason"), IsEmpty());
  EXPECT_EQ(told.task("b").waiver().reason(), "knows it");
  told.ExpectReplays();
}

// Whose turn begins with the question whether it is to be done.
TEST(SkipAhead, OfAnOptionalStepAnswersItsDecision) {
  Story told(SalesRepPlan());
  told.Skip("dinner", "it was last week");
  told.Complete("paperwork");
  told.Complete("laptop");
  told.Complete("accounts");
  told.Did(Decide(*told.run, "route", "inside", "", When(kDay + absl::Hours(1))));
  const Entries done = told.Complete("inside");
  EXPECT_THAT(Told(done),
              ElementsAre("TASK_COMPLETED inside", "DECIDED dinner", "TASK_READY exam"));
  EXPECT_EQ(done[1].option, "leave-out");
  EXPECT_EQ(done[1].actor, "ann");
  EXPECT_EQ(done[1].reason, "it was last week");
  EXPECT_THAT(told.run->decisions, IsEmpty());
  EXPECT_THAT(told.run->planned_skips, IsEmpty());
  EXPECT_EQ(told.task("dinner").state(), v1::Task::STATE_NOT_NEEDED);
  told.ExpectReplays();
}

TEST(SkipAhead, OfAnOptionalStepThatIsAskedAboutAnswers) {
  Story told(SalesRepPlan());
  told.Complete("paperwork");
  told.Complete("laptop");
  told.Complete("accounts");
  told.Did(Decide(*told.run, "route", "inside", "", When(kDay + absl::Hours(1))));
  told.Complete("inside");
  ASSERT_EQ(told.run->decisions.size(), 1u);
  const Entries done = told.Did(
      SkipTask(*told.run, "dinner", "it was last week", When(kDay + absl::Hours(2), "ann")));
  EXPECT_THAT(Told(done), ElementsAre("DECIDED dinner", "TASK_READY exam"));
  EXPECT_EQ(done[0].option, "leave-out");
  EXPECT_EQ(done[0].reason, "it was last week");
  told.ExpectReplays();
}

TEST(WhatItAwaits, NamesTheRoundThatIsOpen) {
  Story told(SalesRepPlan());
  told.Complete("paperwork");
  told.Complete("laptop");
  told.Complete("accounts");
  const auto decide = [&](const std::string& decision, const std::string& option) {
    told.Did(Decide(*told.run, decision, option, "", When(kDay + absl::Hours(1))));
  };
  decide("route", "inside");
  told.Complete("inside");
  decide("dinner", "leave-out");
  told.Complete("exam");
  decide("certification", "again");
  told.Complete("study");
  const absl::Status refused =
      StartTask(*told.run, "deal-desk.review", When(kDay + absl::Hours(2))).status();
  EXPECT_THAT(std::string(refused.message()), HasSubstr("; it waits for 'exam~2'"));
  // Of the round that is over the other one is named.
  const Occurrence later = When(kDay + absl::Hours(2));
  EXPECT_EQ(CompleteTask(*told.run, "exam", {}, later).status().message(),
            "task 'exam' is DONE; it must be READY or IN_PROGRESS for this; 'exam~2' is READY");
  EXPECT_EQ(SkipTask(*told.run, "exam", "x", later).status().message(),
            "task 'exam' is DONE; it must be PENDING, READY or IN_PROGRESS for this; 'exam~2' is "
            "READY");
  EXPECT_EQ(CompleteTask(*told.run, "laptop", {}, later).status().message(),
            "task 'laptop' is DONE; it must be READY or IN_PROGRESS for this");
  // It is planned as the step is, which GetPlan says too.
  EXPECT_TRUE(told.task("exam~2").has_planned_end_time());
  EXPECT_EQ(told.task("exam~2").planned_end_time().seconds(),
            told.task("exam").planned_end_time().seconds());
}

TEST(WholeTask, HasInstructionsAndTheWordsOfItsChecklist) {
  catalog::v1::Process process = SalesRep();
  process.mutable_root()->mutable_sequence()->mutable_nodes(0)->mutable_step()->set_instructions(
      "Ask her to sign both copies.");
  const onboarding::Run run = AdaRun(*Freeze({process, DealDesk()}));
  const v1::Task task = TaskMessages(run, kDay).MakeWhole(*FindTask(run, "paperwork"));
  EXPECT_EQ(task.instructions(), "Ask her to sign both copies.");
  ASSERT_EQ(task.checklist_items_size(), 2);
  EXPECT_EQ(task.checklist_items(0).id(), "contract");
  EXPECT_EQ(task.checklist_items(0).title(), "The contract is signed");
  EXPECT_TRUE(task.checklist_items(1).optional());
  EXPECT_FALSE(task.checklist_items(1).ticked());
  EXPECT_EQ(TaskMessages(run, kDay).Make(*FindTask(run, "paperwork")).instructions(), "");
}

TEST(WholeTask, OfWhoIsOnBoardedIsTheirs) {
  catalog::v1::Process process = Pair();
  process.mutable_root()->mutable_sequence()->mutable_nodes(0)->mutable_step()->set_role("@person");
  const onboarding::Run run = AdaRun(*Freeze({process}));
  EXPECT_EQ(TaskMessages(run, kDay).Make(*FindTask(run, "a")).assignee(), AdaSpec().person);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
