// SPDX-License-Identifier: Apache-2.0
//
// The whole way from a task whose turn comes, to a program in this process, and back.
#include <string>

#include "absl/strings/str_cat.h"
#include "common/webhook/signature.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/automation/answer.h"
#include "services/onboarding/automation/testing.h"

namespace plumbline::onboarding::automation::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using webhooks::testing::kSecret;
using Proto = v1::TaskAutomation;

constexpr char kHook[] = "workspaces/acme/webhooks/provision-crm";

TEST_F(AutomationTest, AProgramIsCalledAndDoesTheTask) {
  CreateProgram();
  receiver_.Answer({.status = 200, .body = kDone});
  Order();
  Work();
  ASSERT_EQ(receiver_.received().size(), 1u) << "and nothing of the history";
  const Received came = receiver_.received()[0];
  const v1::AutomationEvent event = CallIn(came);
  EXPECT_EQ(event.type(), "plumbline.onboarding.v1.automation.call");
  EXPECT_EQ(event.subject(), "onboardings/ada/tasks/crm");
  EXPECT_EQ(event.person(), "ada@example.com");
  EXPECT_EQ(event.data().task().name(), kCrm);
  EXPECT_EQ(event.data().instructions(), "One seat each.");
  EXPECT_EQ(event.data().answer_method(), "plumbline.onboarding.v1.AutomationService/AnswerTask");
  EXPECT_EQ(event.data().call_id().size(), 40u);
  EXPECT_EQ(came.headers.at("webhook-id"), event.id());
  EXPECT_EQ(came.headers.at("webhook-signature"),
            webhook::Sign({kSecret}, event.id(), service_.clock().Now(), came.body));
  const v1::Task task = Task();
  EXPECT_EQ(task.state(), v1::Task::STATE_AWAITING_VERIFICATION) << "a person looks at it";
  EXPECT_EQ(task.completer(), "webhook:provision-crm");
  EXPECT_EQ(task.output_values().at("login"), "ada");
  EXPECT_EQ(task.automation().state(), Proto::STATE_ANSWERED);
  EXPECT_THAT(History(),
              ElementsAre("TASK_READY anonymous", "AUTOMATION_CALLED webhook:provision-crm",
                          "AUTOMATION_ANSWERED webhook:provision-crm",
                          "TASK_SUBMITTED webhook:provision-crm"));
  const auto deliveries = Deliveries("", kHook);
  ASSERT_EQ(deliveries.size(), 1u);
  EXPECT_EQ(deliveries[0].event_type(), webhooks::kCallType);
  EXPECT_EQ(deliveries[0].state(), v1::WebhookDelivery::STATE_SUCCEEDED);
}

TEST_F(AutomationTest, AWebhookOfTheFeedGetsBoth) {
  CreateProgram("provision-crm", /*calls_only=*/false);
  receiver_.Answer({.status = 204});
  Order();
  Work();
  int calls = 0, others = 0;
  for (const Received& one : receiver_.received())
    (absl::StrContains(one.body, webhooks::kCallType) ? calls : others) += 1;
  EXPECT_EQ(calls, 1);
  EXPECT_GE(others, 4);
  EXPECT_EQ(Task().automation().state(), Proto::STATE_ACCEPTED) << "without a body it has accepted";
}

TEST_F(AutomationTest, WhatIsAcceptedIsAnsweredLater) {
  CreateProgram();
  receiver_.Answer({.status = 202, .body = R"({"state": "accepted"})"});
  Order();
  Work();
  EXPECT_EQ(Task().state(), v1::Task::STATE_IN_PROGRESS);
  EXPECT_EQ(ReasonText(Answer(AnswerOf("another"))), "AUTOMATION_STATE");
  v1::AnswerTaskRequest request = AnswerOf(LastCall());
  request.set_validate_only(true);
  EXPECT_EQ(Answer(request)->task().state(), v1::Task::STATE_AWAITING_VERIFICATION);
  EXPECT_EQ(Task().state(), v1::Task::STATE_IN_PROGRESS);
  request.set_validate_only(false);
  request.set_request_id("once");
  const auto answered = Answer(request);
  ASSERT_TRUE(answered.ok()) << answered.status();
  EXPECT_EQ(answered->task().state(), v1::Task::STATE_AWAITING_VERIFICATION);
  EXPECT_EQ(answered->task().completer(), "anonymous") << "who called, not the webhook";
  EXPECT_EQ(Answer(request)->SerializeAsString(), answered->SerializeAsString());
  request.set_request_id("again");
  EXPECT_EQ(ReasonText(Answer(request)), "OK") << "the same answer to the same call";
  EXPECT_THAT(History(4), ElementsAre("AUTOMATION_ANSWERED anonymous", "TASK_SUBMITTED anonymous"));
}

TEST_F(AutomationTest, AFailureBlocksAndIsCalledAnewWhenItIsResolved) {
  CreateProgram();
  receiver_.Answer({.status = 200, .body = R"({"state": "failed", "reason": "no seat is left"})"});
  Order();
  Work();
  ASSERT_EQ(Impediments().size(), 1u);
  EXPECT_EQ(Impediments()[0].description(), "no seat is left");
  EXPECT_EQ(Impediments()[0].category(), v1::Impediment::CATEGORY_OTHER);
  EXPECT_EQ(Task().automation().state(), Proto::STATE_FAILED);
  const std::string first = LastCall();
  service_.clock().Advance(absl::Hours(3));
  Work();
  EXPECT_EQ(receiver_.received().size(), 1u) << "people see to it first";
  receiver_.Answer({.status = 200, .body = kDone});
  v1::UnblockTaskRequest unblock;
  unblock.set_name(kCrm);
  ASSERT_TRUE(service_.Call<v1::UnblockTaskResponse>("UnblockTask", unblock).ok());
  Work();
  EXPECT_EQ(receiver_.received().size(), 2u);
  EXPECT_NE(LastCall(), first);
  EXPECT_EQ(CallIn(receiver_.received()[1]).data().call(), 2);
  EXPECT_EQ(Task().state(), v1::Task::STATE_AWAITING_VERIFICATION);
}

TEST_F(AutomationTest, PeopleDoWhatItFailedAt) {
  CreateProgram();
  receiver_.Answer({.status = 200, .body = R"({"state": "failed", "reason": "no seat is left"})"});
  Order();
  Work();
  v1::CompleteTaskRequest done;
  done.set_name(kCrm);
  done.set_tick_all(true);
  (*done.mutable_outputs())["login"] = "ada";
  const auto completed = service_.Call<v1::CompleteTaskResponse>("CompleteTask", done);
  ASSERT_TRUE(completed.ok()) << completed.status();
  EXPECT_EQ(completed->task().state(), v1::Task::STATE_AWAITING_VERIFICATION);
  EXPECT_EQ(completed->task().automation().state(), Proto::STATE_NOT_NEEDED);
  EXPECT_THAT(Impediments(), IsEmpty()) << "what its failure opened is resolved";
  Work();
  EXPECT_EQ(receiver_.received().size(), 1u) << "it is not called anew";
}

TEST_F(AutomationTest, ARefusalBlocks) {
  CreateProgram();
  receiver_.Answer({.status = 403, .body = "who are you?"});
  Order();
  Work();
  ASSERT_EQ(Impediments().size(), 1u);
  EXPECT_THAT(Impediments()[0].description(), HasSubstr("refused the call: it answered 403"));
  EXPECT_EQ(Deliveries("state = FAILED", kHook).size(), 1u);
  EXPECT_FALSE(Get(kHook).has_failing_since_time());
}

TEST_F(AutomationTest, WhatIsDownIsTriedAgainWithTheSameId) {
  CreateProgram();
  receiver_.Answer({.status = 503});
  Order();
  Work();
  service_.clock().Advance(absl::Seconds(6));
  receiver_.Answer({.status = 200, .body = kDone});
  Work();
  const auto came = receiver_.received();
  ASSERT_EQ(came.size(), 2u);
  EXPECT_EQ(came[0].body, came[1].body);
  EXPECT_EQ(came[0].headers.at("webhook-id"), came[1].headers.at("webhook-id"));
  EXPECT_EQ(Task().state(), v1::Task::STATE_AWAITING_VERIFICATION);
}

TEST_F(AutomationTest, NoAnswerInTimeBlocksAndTheCallIsDropped) {
  CreateProgram();
  receiver_.Answer({.status = 503});
  Order();
  Work();
  service_.clock().Advance(absl::Minutes(31));
  Work();
  ASSERT_EQ(Impediments().size(), 1u);
  EXPECT_EQ(Impediments()[0].category(), v1::Impediment::CATEGORY_UTILITY_DOWN);
  const size_t came = receiver_.received().size();
  service_.clock().Advance(absl::Hours(24));
  Work();
  EXPECT_EQ(receiver_.received().size(), came) << "nobody waits for it any more";
  EXPECT_EQ(Deliveries("state = DROPPED", kHook).size(), 1u);
}

TEST_F(AutomationTest, WithoutTheWebhookItIsBlockedUntilThereIsOne) {
  Order();
  Work();
  ASSERT_EQ(Impediments().size(), 1u);
  EXPECT_THAT(Impediments()[0].description(), HasSubstr("there is no webhook 'provision-crm'"));
  receiver_.Answer({.status = 200, .body = kDone});
  CreateProgram();
  Work();
  EXPECT_EQ(receiver_.received().size(), 0u) << "it is looked for every minute";
  service_.clock().Advance(absl::Minutes(2));
  Work();
  EXPECT_THAT(Impediments(), IsEmpty());
  EXPECT_EQ(Task().state(), v1::Task::STATE_AWAITING_VERIFICATION);
}

TEST_F(AutomationTest, WhatThePausedOnBoardingCannotTakeIsAskedForAgain) {
  CreateProgram();
  Order();
  receiver_.Answer([&](const Received&) {
    // Paused while the program is at it.
    v1::PauseOnboardingRequest pause;
    pause.set_name("workspaces/acme/onboardings/ada");
    pause.set_reason("rest");
    static_cast<void>(service_.Call<v1::PauseOnboardingResponse>("PauseOnboarding", pause));
    return Reply{.status = 200, .body = kDone};
  });
  Work();
  EXPECT_EQ(Task().state(), v1::Task::STATE_READY);
  EXPECT_EQ(Deliveries("state = PENDING", kHook).size(), 1u);
  receiver_.Answer({.status = 200, .body = kDone});
  v1::ResumeOnboardingRequest resume;
  resume.set_name("workspaces/acme/onboardings/ada");
  resume.set_reason("on");
  ASSERT_TRUE(service_.Call<v1::ResumeOnboardingResponse>("ResumeOnboarding", resume).ok());
  service_.clock().Advance(absl::Seconds(6));
  Work();
  EXPECT_EQ(Task().state(), v1::Task::STATE_AWAITING_VERIFICATION);
}

TEST_F(AutomationTest, ALongPauseHoldsTheCallBackAndItIsSentOnceItIsOver) {
  CreateProgram();
  receiver_.Answer({.status = 503});
  Order();
  Work();
  ASSERT_EQ(receiver_.received().size(), 1u);
  v1::PauseOnboardingRequest pause;
  pause.set_name("workspaces/acme/onboardings/ada");
  pause.set_reason("rest");
  ASSERT_TRUE(service_.Call<v1::PauseOnboardingResponse>("PauseOnboarding", pause).ok());
  for (int hours = 0; hours < 100; hours += 10) {
    service_.clock().Advance(absl::Hours(10));
    Work();
  }
  EXPECT_EQ(receiver_.received().size(), 1u);
  receiver_.Answer({.status = 200, .body = kDone});
  v1::ResumeOnboardingRequest resume;
  resume.set_name("workspaces/acme/onboardings/ada");
  resume.set_reason("on");
  ASSERT_TRUE(service_.Call<v1::ResumeOnboardingResponse>("ResumeOnboarding", resume).ok());
  service_.clock().Advance(webhooks::kRest);
  Work();
  EXPECT_EQ(receiver_.received().size(), 2u);
  EXPECT_EQ(Task().state(), v1::Task::STATE_AWAITING_VERIFICATION);
}

TEST_F(AutomationTest, OfWhatWasCancelledNobodyIsCalled) {
  CreateProgram();
  Order();
  v1::CancelOnboardingRequest cancel;
  cancel.set_name("workspaces/acme/onboardings/ada");
  cancel.set_reason("left");
  ASSERT_TRUE(service_.Call<v1::CancelOnboardingResponse>("CancelOnboarding", cancel).ok());
  Work();
  EXPECT_THAT(receiver_.received(), IsEmpty());
}

struct Hostile {
  std::string name;
  std::string body;
  std::string part;  // of the impediment
};

class HostileTest : public AutomationTest, public ::testing::WithParamInterface<Hostile> {};

TEST_P(HostileTest, BlocksWithTheReason) {
  CreateProgram();
  receiver_.Answer({.status = 200, .body = GetParam().body});
  Order();
  Work();
  ASSERT_EQ(Impediments().size(), 1u);
  EXPECT_THAT(Impediments()[0].description(), HasSubstr(GetParam().part));
  EXPECT_EQ(receiver_.received().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HostileTest,
    ::testing::Values(
        Hostile{"NoJson", "ok", "is not understood: it is no AutomationAnswer in JSON"},
        Hostile{"UnknownField", R"({"state": "done", "output": {}})", "is not understood"},
        Hostile{"NoState", "{}", "'done', 'failed' or 'accepted'"},
        Hostile{"NoReason", R"({"state": "failed"})", "reason"},
        Hostile{"TooLong", std::string(kMostAnswerBytes + 1, ' ') + kDone, "more than 65536 bytes"},
        Hostile{"Deep", std::string(60'000, '['), "is not understood"},
        Hostile{"NoText", "\xff\xfe", "is not understood"},
        Hostile{"MissingItem", R"({"state": "done", "outputs": {"login": "a"}})",
                "answered what the task does not take"},
        Hostile{"MissingOutput", R"({"state": "done", "ticked": ["mfa"]})",
                "answered what the task does not take"},
        Hostile{
            "UnknownDefect",
            R"({"state": "done", "ticked": ["mfa"], "outputs": {"login": "a"}, "defects": ["x"]})",
            "none of the step's defect kinds"}),
    [](const auto& row) { return row.param.name; });

TEST_F(AutomationTest, BadAnswersNameTheField) {
  CreateProgram();
  receiver_.Answer({.status = 202});
  Order();
  Work();
  v1::AnswerTaskRequest request = AnswerOf(LastCall());
  request.mutable_answer()->set_state("ready");
  absl::Status refused = Answer(request).status();
  EXPECT_EQ(ReasonText(refused), "FIELD_INVALID");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("answer.state"));
  request.clear_answer();
  EXPECT_THAT(std::string(Answer(request).status().message()), HasSubstr("answer"));
  request = AnswerOf("");
  EXPECT_THAT(std::string(Answer(request).status().message()), HasSubstr("call_id"));
  request = AnswerOf(LastCall(), R"({"state": "done"})");
  EXPECT_EQ(ReasonText(Answer(request)), "CHECKLIST_INCOMPLETE");
  EXPECT_THAT(Impediments(), IsEmpty()) << "who answers can answer better";
}

}  // namespace
}  // namespace plumbline::onboarding::automation::testing
