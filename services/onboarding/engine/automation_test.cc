// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/automation.h"

#include <string>

#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using State = AutomationReply::State;
using Kind = AutomationStep::Kind;

const absl::Time kMorning = At("2026-03-02T09:30:00Z");

std::string ReasonOf(const absl::StatusOr<Entries>& result) {
  const std::string name = common::v1::ErrorReason_Name(base::ReasonOf(result.status()));
  return std::string(absl::StripPrefix(name, "ERROR_REASON_"));
}

// Ada's machines are ordered: the turn of crm and mail has come.
class AutomationTest : public ::testing::Test {
 protected:
  AutomationTest() { MustChange(CompleteTask(run_, "order", {}, At_(0))); }

  static Occurrence At_(int minutes) {
    return When(kMorning + absl::Minutes(minutes), "webhook:provision-crm");
  }
  const TaskRecord& Of(const std::string& task) { return *FindTask(run_, task)->record; }
  v1::TaskAutomation Shown(const std::string& task) {
    return *AutomationOf(run_, *FindTask(run_, task));
  }
  Entries Call(const std::string& id = "c1", int minutes = 1) {
    return MustChange(CallAutomation(run_, "crm", id, At_(minutes)));
  }
  static AutomationReply Done() {
    return {.completion = {.ticked = {"mfa"}, .outputs = {{"login", "ada"}}}};
  }

  onboarding::Run run_ = AdaRun(SetupPlan());
};

TEST_F(AutomationTest, ATaskIsCalledWhenItsTurnHasCome) {
  const auto next = NextAutomationStep(run_, Of("crm"));
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->kind, Kind::kCall);
  EXPECT_EQ(next->due, kMorning);
  EXPECT_EQ(Shown("crm").state(), v1::TaskAutomation::STATE_WAITING);
  const Entries entries = Call();
  EXPECT_THAT(Told(entries), ElementsAre("AUTOMATION_CALLED crm"));
  EXPECT_EQ(entries[0].webhook, "provision-crm");
  EXPECT_EQ(entries[0].call, 1);
  EXPECT_EQ(entries[0].answer_by, kMorning + absl::Minutes(31));
  EXPECT_EQ(Shown("crm").state(), v1::TaskAutomation::STATE_CALLED);
  EXPECT_EQ(AwaitingTask(run_, "c1"), &Of("crm"));
  EXPECT_EQ(AwaitingTask(run_, entries[0]), &Of("crm"));
  EXPECT_EQ(AwaitingTask(run_, "c2"), nullptr);
  EXPECT_THAT(Call("c2"), IsEmpty()) << "one call at a time";
  EXPECT_FALSE(NextAutomationStep(run_, Of("order")).has_value()) << "a person did that";
}

// Whose turn comes on Monday, a week before day one.
TEST_F(AutomationTest, NotBeforeItsEarliestDayWhichMovesWithDayOne) {
  onboarding::Run early = AdaRun(SetupPlan());
  early.spec.day_one = absl::CivilDay(2026, 3, 9);
  MustChange(CompleteTask(early, "order", {}, At_(0)));
  const auto due = [&] { return NextAutomationStep(early, *FindTask(early, "mail")->record)->due; };
  const auto shown = [&] { return *AutomationOf(early, *FindTask(early, "mail")); };
  EXPECT_EQ(due(), At("2026-03-09T09:00:00Z"));
  EXPECT_THAT(MustChange(CallAutomation(early, "mail", "c", At_(1))), IsEmpty());
  EXPECT_EQ(shown().state(), v1::TaskAutomation::STATE_WAITING);
  EXPECT_EQ(FromTimestamp(shown().wait_until_time()), due());
  EXPECT_FALSE(AutomationOf(early, *FindTask(early, "crm"))->has_wait_until_time())
      << "it names no day";
  MustChange(Reschedule(early, absl::CivilDay(2026, 3, 12), "the visa", At_(2)));
  EXPECT_EQ(FromTimestamp(shown().wait_until_time()), At("2026-03-12T09:00:00Z"));
  EXPECT_EQ(due(), At("2026-03-12T09:00:00Z"));
  MustChange(Reschedule(early, absl::CivilDay(2026, 3, 2), "sooner", At_(3)));
  EXPECT_EQ(due(), At_(0).occur_time) << "its turn, since that day is over";
  EXPECT_FALSE(shown().has_wait_until_time());
  EXPECT_EQ(MustChange(CallAutomation(early, "mail", "c", At_(4))).size(), 1u);
}

TEST_F(AutomationTest, DoneCompletesTheTask) {
  Call();
  const Entries entries = MustChange(AnswerAutomation(run_, "crm", "c1", Done(), At_(2)));
  EXPECT_THAT(Told(entries), ElementsAre("AUTOMATION_ANSWERED crm", "TASK_SUBMITTED crm"));
  EXPECT_EQ(Of("crm").completer, "webhook:provision-crm") << "and somebody else verifies it";
  EXPECT_EQ(Shown("crm").state(), v1::TaskAutomation::STATE_ANSWERED);
  EXPECT_THAT(MustChange(AnswerAutomation(run_, "crm", "c1", Done(), At_(3))), IsEmpty())
      << "the same again changes nothing";
  MustChange(VerifyTask(run_, "crm", {.accepted = true}, When(kMorning + absl::Minutes(9), "lea")));
  EXPECT_EQ(run_.attributes.at("login"), "ada");
  EXPECT_THAT(MustChange(AnswerAutomation(run_, "crm", "c1", Done(), At_(10))), IsEmpty());
}

TEST_F(AutomationTest, WhatFailsItsVerificationIsCalledAnew) {
  Call();
  MustChange(AnswerAutomation(run_, "crm", "c1", Done(), At_(2)));
  MustChange(
      VerifyTask(run_, "crm", {.accepted = false}, When(kMorning + absl::Minutes(9), "lea")));
  EXPECT_EQ(ReasonOf(AnswerAutomation(run_, "crm", "c1", Done(), At_(10))), "AUTOMATION_STATE");
  EXPECT_EQ(Call("c2", 10).at(0).call, 2);
}

TEST_F(AutomationTest, WhatTheTaskDoesNotTakeIsRefusedAndChangesNothing) {
  Call();
  const std::string before = Serialize(run_);
  EXPECT_EQ(ReasonOf(AnswerAutomation(run_, "crm", "c1", {}, At_(2))), "CHECKLIST_INCOMPLETE");
  EXPECT_EQ(AnswerAutomation(run_, "crm", "c1", {}, At_(2)).status().message(),
            "required checklist items are not ticked: mfa; name each of them in `answer.ticked`");
  AutomationReply less = Done();
  less.completion.outputs.clear();
  EXPECT_EQ(ReasonOf(AnswerAutomation(run_, "crm", "c1", less, At_(2))), "OUTPUTS_MISSING");
  EXPECT_EQ(Serialize(run_), before);
}

TEST_F(AutomationTest, OnlyTheLastCallIsAnswered) {
  EXPECT_EQ(ReasonOf(AnswerAutomation(run_, "crm", "c1", Done(), At_(1))), "AUTOMATION_STATE");
  Call();
  EXPECT_EQ(ReasonOf(AnswerAutomation(run_, "crm", "c0", Done(), At_(2))), "AUTOMATION_STATE");
  EXPECT_EQ(ReasonOf(AnswerAutomation(run_, "none", "c9", Done(), At_(2))), "RESOURCE_NOT_FOUND");
}

TEST_F(AutomationTest, AcceptedBeginsTheTaskAndWaits) {
  Call();
  const AutomationReply accepted{.state = State::kAccepted};
  EXPECT_THAT(Told(MustChange(AnswerAutomation(run_, "crm", "c1", accepted, At_(2)))),
              ElementsAre("TASK_STARTED crm", "AUTOMATION_ACCEPTED crm"));
  EXPECT_THAT(MustChange(AnswerAutomation(run_, "crm", "c1", accepted, At_(3))), IsEmpty());
  EXPECT_EQ(Shown("crm").state(), v1::TaskAutomation::STATE_ACCEPTED);
  MustChange(AnswerAutomation(run_, "crm", "c1", Done(), At_(9)));
  EXPECT_EQ(Of("crm").state, TaskState::kAwaitingVerification);
}

TEST_F(AutomationTest, FailedBlocksItAndResolvingThatCallsItAnew) {
  Call();
  const AutomationReply failed{.state = State::kFailed, .reason = "no seat is left"};
  const Entries entries = MustChange(AnswerAutomation(run_, "crm", "c1", failed, At_(2)));
  EXPECT_THAT(Told(entries), ElementsAre("AUTOMATION_FAILED crm", "BLOCKED crm"));
  EXPECT_EQ(run_.impediments.back().description, "no seat is left");
  EXPECT_EQ(run_.impediments.back().category, Category::kOther);
  EXPECT_EQ(Shown("crm").state(), v1::TaskAutomation::STATE_FAILED);
  EXPECT_FALSE(NextAutomationStep(run_, Of("crm")).has_value());
  EXPECT_EQ(ReasonOf(AnswerAutomation(run_, "crm", "c1", Done(), At_(3))), "AUTOMATION_STATE");
  MustChange(UnblockTask(run_, "crm", "", "bought one", At_(5)));
  EXPECT_EQ(Call("c2", 5).at(0).call, 2);
}

TEST_F(AutomationTest, NoAnswerInTimeBlocksIt) {
  Call();
  EXPECT_THAT(MustChange(ExpireAutomation(run_, "crm", At_(30))), IsEmpty());
  EXPECT_THAT(Told(MustChange(ExpireAutomation(run_, "crm", At_(31)))),
              ElementsAre("AUTOMATION_FAILED crm", "BLOCKED crm"));
  EXPECT_EQ(run_.impediments.back().category, Category::kUtilityDown);
  EXPECT_THAT(run_.impediments.back().description, HasSubstr("did not answer in time"));
}

TEST_F(AutomationTest, WhatBlocksItMeanwhileHoldsItsAnswerUp) {
  Call();
  MustChange(BlockTask(run_, "crm", {.description = "audit"}, At_(2)));
  EXPECT_EQ(ReasonOf(AnswerAutomation(run_, "crm", "c1", Done(), At_(3))), "TASK_BLOCKED");
  EXPECT_NE(AwaitingTask(run_, "c1"), nullptr);
  EXPECT_THAT(Told(MustChange(ExpireAutomation(run_, "crm", At_(31)))),
              ElementsAre("AUTOMATION_FAILED crm"))
      << "it is blocked already";
  MustChange(UnblockTask(run_, "crm", "", "", At_(40)));
  EXPECT_EQ(NextAutomationStep(run_, Of("crm"))->kind, Kind::kCall);
}

TEST_F(AutomationTest, APauseIsNoneOfItsTime) {
  Call();
  MustChange(Pause(run_, "rest", At_(2)));
  EXPECT_FALSE(NextAutomationStep(run_, Of("crm")).has_value());
  EXPECT_EQ(ReasonOf(AnswerAutomation(run_, "crm", "c1", Done(), At_(3))), "ONBOARDING_STATE");
  MustChange(Resume(run_, "on", At_(102)));
  EXPECT_EQ(NextAutomationStep(run_, Of("crm"))->due, kMorning + absl::Minutes(131));
  MustChange(AnswerAutomation(run_, "crm", "c1", Done(), At_(103)));
}

TEST_F(AutomationTest, ACallIsFoundByItsIdWhateverItsTaskIsCalled) {
  HistoryEntry called = Call().at(0);
  MustChange(AnswerAutomation(run_, "once-called-so", "c1",
                              {.state = AutomationReply::State::kAccepted}, At_(2)));
  EXPECT_EQ(CalledTask(run_, "once-called-so", "c1"), "crm");
  called.task = "once-called-so";
  EXPECT_EQ(AwaitingTask(run_, called), nullptr) << "its plan is that of the start";
  run_.plan_sequence = run_.last_sequence + 1;
  EXPECT_EQ(AwaitingTask(run_, called), &Of("crm"));
  MustChange(AnswerAutomation(run_, "once-called-so", "c1", Done(), At_(3)));
  EXPECT_EQ(Of("crm").state, TaskState::kAwaitingVerification);
}

TEST_F(AutomationTest, NobodyWaitsForWhatACancelledRunCalled) {
  Call();
  MustChange(Cancel(run_, "left", At_(2)));
  EXPECT_EQ(AwaitingTask(run_, "c1"), nullptr);
  EXPECT_EQ(ReasonOf(AnswerAutomation(run_, "crm", "c1", Done(), At_(3))), "ONBOARDING_CLOSED");
}

TEST_F(AutomationTest, WithoutAWebhookItIsBlockedUntilThereIsOne) {
  EXPECT_THAT(Told(MustChange(AwaitWebhook(run_, "crm", "there is no webhook", At_(1)))),
              ElementsAre("BLOCKED crm"));
  EXPECT_EQ(NextAutomationStep(run_, Of("crm"))->kind, Kind::kLook);
  EXPECT_EQ(Shown("crm").state(), v1::TaskAutomation::STATE_FAILED);
  EXPECT_THAT(Call("c1", 2), IsEmpty());
  EXPECT_THAT(Told(MustChange(FindWebhook(run_, "crm", At_(3)))), ElementsAre("UNBLOCKED crm"));
  EXPECT_THAT(MustChange(FindWebhook(run_, "crm", At_(3))), IsEmpty());
  EXPECT_EQ(Call("c1", 3).size(), 1u);
}

TEST_F(AutomationTest, PeopleMayDoItThemselves) {
  Call();
  MustChange(CompleteTask(run_, "crm", Done().completion, When(kMorning + absl::Minutes(5))));
  EXPECT_EQ(AwaitingTask(run_, "c1"), nullptr);
  EXPECT_EQ(Shown("crm").state(), v1::TaskAutomation::STATE_NOT_NEEDED);
  EXPECT_EQ(ReasonOf(AnswerAutomation(run_, "crm", "c1", Done(), At_(6))), "TASK_STATE");
}

TEST_F(AutomationTest, PeopleMayDoWhatItsProgramFailedAt) {
  Entries history = Call();
  const auto told = [&](Entries entries) {
    for (HistoryEntry& entry : entries) history.push_back(std::move(entry));
  };
  told(MustChange(
      AnswerAutomation(run_, "crm", "c1", {.state = State::kFailed, .reason = "no seat"}, At_(2))));
  const Occurrence five = When(kMorning + absl::Minutes(5));
  EXPECT_EQ(ReasonOf(CompleteTask(run_, "crm", Done().completion, five)), "TASK_BLOCKED");
  const auto begun = StartTask(run_, "crm", five);
  EXPECT_EQ(ReasonOf(begun), "TASK_BLOCKED");
  EXPECT_THAT(std::string(begun.status().message()),
              HasSubstr("'i1'; it is done by webhook 'provision-crm', whose last call failed: do "
                        "its work and complete it with CompleteTask"));
  const std::string before = Serialize(run_);
  EXPECT_EQ(ReasonOf(CompleteInstead(run_, history, "crm", {}, five)), "CHECKLIST_INCOMPLETE");
  EXPECT_EQ(Serialize(run_), before);
  EXPECT_THAT(Told(MustChange(CompleteInstead(run_, history, "crm", Done().completion, five))),
              ElementsAre("UNBLOCKED crm", "TASK_SUBMITTED crm"));
  EXPECT_EQ(Shown("crm").state(), v1::TaskAutomation::STATE_NOT_NEEDED);
}

TEST_F(AutomationTest, WhatPeopleHaveOpenedHoldsThemUpToo) {
  Entries history = Call();
  const auto told = [&](Entries entries) {
    for (HistoryEntry& entry : entries) history.push_back(std::move(entry));
  };
  // While the program is called: its failure opens none then.
  told(MustChange(BlockTask(run_, "crm", {.description = "audit"}, At_(2))));
  told(MustChange(ExpireAutomation(run_, "crm", At_(31))));
  const Occurrence later = When(kMorning + absl::Minutes(40));
  EXPECT_EQ(ReasonOf(CompleteInstead(run_, history, "crm", Done().completion, later)),
            "TASK_BLOCKED");
}

TEST_F(AutomationTest, ARunIsStoredWithItsCall) {
  Call();
  MustChange(AnswerAutomation(run_, "crm", "c1", {.state = State::kAccepted}, At_(2)));
  const auto parsed = Parse("acme", "ada", run_.plan, Serialize(run_));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->tasks, run_.tasks);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
