// SPDX-License-Identifier: Apache-2.0
//
// Reopening tasks, and comments.
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using base::Reason;
using base::ReasonOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const absl::Time kDay = At("2026-03-02T09:00:00Z");

// A run with its history.
struct Story {
  explicit Story(PlanPointer plan, const flow::AttributeValues& attributes = {}) {
    Spec spec = AdaSpec();
    spec.attributes = attributes;
    auto started = Start(std::move(spec), std::move(plan), When(kDay));
    EXPECT_TRUE(started.ok()) << started.status();
    run = started->run;
    history = started->entries;
  }
  Entries Did(absl::StatusOr<Entries> entries) {
    Entries done = MustChange(std::move(entries));
    history.insert(history.end(), done.begin(), done.end());
    return done;
  }
  Entries Complete(absl::string_view task) {
    return Did(CompleteTask(*run, task, {.tick_all = true}, When(kDay)));
  }
  absl::StatusOr<Entries> Reopen(absl::string_view task) {
    return ReopenTask(*run, history, task, "a mistake", When(kDay + absl::Hours(2)));
  }
  TaskState state(absl::string_view task) { return FindTask(*run, task)->state; }

  std::optional<onboarding::Run> run;
  Entries history;
};

std::string Begun(const absl::Status& status) { return base::MetadataOf(status, "begun"); }

TEST(Reopen, FollowersThatHaveNotBegunArePendingAgain) {
  Story told(SalesRepPlan());
  told.Complete("paperwork");
  told.Did(ClaimTask(*told.run, "laptop", true, When(kDay, "ann")));
  const Entries entries = told.Did(told.Reopen("paperwork"));
  EXPECT_THAT(Told(entries), ElementsAre("TASK_REOPENED paperwork", "TASK_WITHDRAWN laptop",
                                         "TASK_WITHDRAWN accounts"));
  EXPECT_EQ(entries[0].reason, "a mistake");
  EXPECT_EQ(told.state("paperwork"), TaskState::kReady);
  EXPECT_EQ(told.state("laptop"), TaskState::kPending);
  const TaskRecord& record = *FindTask(*told.run, "paperwork")->record;
  EXPECT_EQ(record.ready_time, kDay + absl::Hours(2));
  EXPECT_THAT(record.ticked, ElementsAre());
  EXPECT_THAT(Told(told.Complete("paperwork")),
              ElementsAre("TASK_COMPLETED paperwork", "TASK_READY laptop", "TASK_READY accounts"));
}

TEST(Reopen, IsRefusedWithWhatHasBegun) {
  Story told(SalesRepPlan());
  told.Complete("paperwork");
  told.Did(StartTask(*told.run, "laptop", When(kDay)));
  told.Did(BlockTask(*told.run, "accounts", {"", Category::kAccess, "", "x"}, When(kDay)));
  const std::string before = Serialize(*told.run);
  const absl::Status refused = told.Reopen("paperwork").status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_FOLLOWERS_BEGUN);
  EXPECT_EQ(Begun(refused), "laptop,accounts");
  EXPECT_EQ(Serialize(*told.run), before);
}

TEST(Reopen, WhatDidNotWaitForItStaysAsItIs) {
  Story told(SalesRepPlan());
  for (const char* task : {"paperwork", "laptop"}) told.Complete(task);
  told.Did(StartTask(*told.run, "accounts", When(kDay)));
  EXPECT_THAT(Told(told.Did(told.Reopen("laptop"))), ElementsAre("TASK_REOPENED laptop"));
  EXPECT_EQ(told.state("accounts"), TaskState::kInProgress);
}

TEST(Reopen, ADecisionThatWaitsIsWithdrawnAndOneThatWasMadeHasBegun) {
  Story told(SalesRepPlan());
  for (const char* task : {"paperwork", "laptop", "accounts"}) told.Complete(task);
  ASSERT_EQ(told.run->decisions.size(), 1u);
  Story asked = told;
  asked.Did(asked.Reopen("accounts"));
  EXPECT_TRUE(asked.run->decisions.empty());
  told.Did(Decide(*told.run, "route", "field", "", When(kDay)));
  const absl::Status refused = told.Reopen("accounts").status();
  EXPECT_EQ(Begun(refused), "route");
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("has begun: decision 'route'; a decision that was made stays, so add the "
                        "work that is left as a task"));
}

TEST(Reopen, WhatConditionsDecidedTheyDecideAnew) {
  Story told(OfferPlan());
  told.Did(
      CompleteTask(*told.run, "propose", {.outputs = {{"discount", "30"}}}, When(kDay, "ann")));
  told.Did(VerifyTask(*told.run, "propose", {.accepted = true}, When(kDay, "bob")));
  ASSERT_EQ(told.state("cfo"), TaskState::kReady);
  EXPECT_THAT(Told(told.Did(told.Reopen("propose"))),
              ElementsAre("TASK_REOPENED propose", "TASK_WITHDRAWN cfo"));
  EXPECT_EQ(told.run->attributes.at("discount"), "30") << "values stay until there are others";
  told.Did(CompleteTask(*told.run, "propose", {.outputs = {{"discount", "5"}}},
                        When(kDay + absl::Hours(3), "ann")));
  told.Did(
      VerifyTask(*told.run, "propose", {.accepted = true}, When(kDay + absl::Hours(3), "bob")));
  EXPECT_EQ(told.state("desk"), TaskState::kReady);
  EXPECT_EQ(told.state("cfo"), TaskState::kNotNeeded);
  // And once more, over a history in which something was taken back.
  EXPECT_THAT(Told(told.Did(ReopenTask(*told.run, told.history, "propose", "again",
                                       When(kDay + absl::Hours(4))))),
              ElementsAre("TASK_REOPENED propose", "TASK_WITHDRAWN desk"));
}

TEST(Reopen, ARoundThatALoopMadeHasNotBegunIfConditionsMadeIt) {
  Story told(DealPlan(), {{"amount", "1000"}});
  ASSERT_EQ(told.state("cfo"), TaskState::kReady);
  told.Complete("cfo");
  told.Complete("talk");  // 1000 is too much: the loop goes round
  ASSERT_EQ(told.state("talk~2"), TaskState::kReady);
  EXPECT_THAT(Told(told.Did(told.Reopen("talk"))),
              ElementsAre("TASK_REOPENED talk", "TASK_WITHDRAWN talk~2"));
  EXPECT_EQ(told.state("talk"), TaskState::kReady);
  told.Did(CompleteTask(*told.run, "talk", {}, When(kDay + absl::Hours(3))));
  told.Did(CompleteTask(*told.run, "talk~2", {}, When(kDay + absl::Hours(3))));
  EXPECT_EQ(
      Begun(
          ReopenTask(*told.run, told.history, "talk", "why", When(kDay + absl::Hours(4))).status()),
      "talk~2");
}

TEST(Reopen, WhatWasSkippedIsReopenedToo) {
  Story told(PairPlan());
  told.Did(SkipTask(*told.run, "a", "why", When(kDay)));
  told.Did(told.Reopen("a"));
  EXPECT_EQ(told.state("a"), TaskState::kReady);
  EXPECT_EQ(told.state("b"), TaskState::kPending);
}

TEST(Reopen, TheLastTaskMakesTheRunGoOn) {
  Story told(PairPlan());
  told.Complete("a");
  told.Complete("b");
  ASSERT_TRUE(told.run->finish_time.has_value());
  told.Did(told.Reopen("b"));
  EXPECT_EQ(ToProto(*told.run).state(), v1::Onboarding::STATE_ACTIVE);
  Story before = told;
  EXPECT_THAT(Told(before.Did(before.Reopen("a"))),
              ElementsAre("TASK_REOPENED a", "TASK_WITHDRAWN b"));
  EXPECT_THAT(Told(told.Did(CompleteTask(*told.run, "b", {}, When(kDay + absl::Hours(3))))),
              ElementsAre("TASK_COMPLETED b", "FINISHED"));
}

TEST(Reopen, OnlyWhatEndedIsReopened) {
  Story told(PairPlan());
  EXPECT_EQ(ReasonOf(told.Reopen("a").status()), Reason::ERROR_REASON_TASK_STATE);
  EXPECT_EQ(ReasonOf(told.Reopen("b").status()), Reason::ERROR_REASON_TASK_STATE);
  EXPECT_EQ(ReasonOf(told.Reopen("c").status()), Reason::ERROR_REASON_RESOURCE_NOT_FOUND);
}

TEST(Comment, IsAnEntryAndChangesNoTask) {
  onboarding::Run run = AdaRun();
  const std::vector<TaskRecord> before = run.tasks;
  const Entries entries = MustChange(
      CommentTask(run, "exam", "see there", {{"https://example.com/", "Notes"}}, When(kDay)));
  EXPECT_THAT(Told(entries), ElementsAre("TASK_COMMENTED exam"));
  EXPECT_EQ(run.tasks, before);
  const v1::Comment comment = ToComment(entries[0]);
  EXPECT_EQ(comment.text(), "see there");
  EXPECT_EQ(comment.author(), "tester");
  EXPECT_EQ(comment.links(0).title(), "Notes");
  EXPECT_EQ(ReasonOf(CommentTask(run, "exam~2", "x", {}, When(kDay)).status()),
            Reason::ERROR_REASON_RESOURCE_NOT_FOUND);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
