// SPDX-License-Identifier: Apache-2.0
//
// Dying in between, two replicas, and what is due.
#include "services/onboarding/automation/caller.h"

#include <memory>
#include <string>

#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/automation/program_calls.h"
#include "services/onboarding/automation/testing.h"

namespace plumbline::onboarding::automation::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using webhooks::Outcome;

constexpr char kHook[] = "workspaces/acme/webhooks/provision-crm";

// Calls whose answers are taken, but not noted: who took them dies.
class DyingCalls final : public webhooks::Calls {
 public:
  explicit DyingCalls(webhooks::Calls& real) : real_(real) {}
  absl::StatusOr<std::optional<std::string>> BodyOf(const base::CallContext& context,
                                                    const FeedEntry& entry) override {
    if (!unreadable.ok()) return unreadable;
    return real_.BodyOf(context, entry);
  }
  absl::StatusOr<webhooks::Need> NeedOf(const base::CallContext& context,
                                        const std::string& workspace,
                                        const webhooks::StoredDelivery& delivery) override {
    return real_.NeedOf(context, workspace, delivery);
  }
  absl::StatusOr<Outcome> Take(const base::CallContext& context, const std::string& workspace,
                               const webhooks::StoredDelivery& delivery, const http::Answer& answer,
                               absl::Time now) override {
    if (dies == kBefore) return absl::UnavailableError("died before");
    const auto outcome = real_.Take(context, workspace, delivery, answer, now);
    if (dies == kAfter) return absl::UnavailableError("died after");
    return outcome;
  }

  enum { kNever, kBefore, kAfter } dies = kNever;
  absl::Status unreadable;  // what comes of making a call

 private:
  webhooks::Calls& real_;
};

class CallerTest : public AutomationTest {
 protected:
  CallerTest() : logger_(service_.clock(), base::LogLevel::kError, [](absl::string_view) {}) {}
  std::unique_ptr<webhooks::Dispatcher> FreshDispatcher() {
    service_.clock().Advance(absl::Minutes(1));
    return std::make_unique<webhooks::Dispatcher>(
        service_.app().store(), service_.app().webhook_store(), calls_,
        http::NewCurlClient(options_.webhooks.client), service_.clock(), options_.webhooks.chance,
        logger_, options_.webhooks.dispatcher);
  }
  std::unique_ptr<Caller> FreshCaller() {
    return std::make_unique<Caller>(service_.app().due_store(), service_.app().store(),
                                    service_.app().webhook_store(), service_.clock(),
                                    options_.webhooks.chance, logger_, options_.automation);
  }
  absl::Time Now() { return service_.clock().Now(); }

  base::Logger logger_;
  DyingCalls calls_{service_.app().calls()};
};

TEST_F(CallerTest, WhoDiesBeforeTheAnswerIsTakenAsksAgain) {
  CreateProgram();
  receiver_.Answer({.status = 200, .body = kDone});
  Order();
  ASSERT_TRUE(service_.app().caller().RunOnce({}, Now()).ok());
  calls_.dies = DyingCalls::kBefore;
  Drain(*FreshDispatcher());
  EXPECT_EQ(Task().state(), v1::Task::STATE_READY);
  calls_.dies = DyingCalls::kNever;
  Drain(*FreshDispatcher());
  EXPECT_EQ(receiver_.received().size(), 2u);
  EXPECT_EQ(Task().state(), v1::Task::STATE_AWAITING_VERIFICATION);
}

TEST_F(CallerTest, WhoDiesAfterItTookTheAnswerTakesItOnce) {
  CreateProgram();
  receiver_.Answer({.status = 200, .body = kDone});
  Order();
  ASSERT_TRUE(service_.app().caller().RunOnce({}, Now()).ok());
  calls_.dies = DyingCalls::kAfter;
  Drain(*FreshDispatcher());
  EXPECT_EQ(Task().state(), v1::Task::STATE_AWAITING_VERIFICATION);
  const auto told = History();
  calls_.dies = DyingCalls::kNever;
  Drain(*FreshDispatcher());
  EXPECT_EQ(History(), told) << "the effect came once";
  EXPECT_EQ(Deliveries("state = PENDING", kHook).size(), 0u);
}

TEST_F(CallerTest, ACallThatCannotBeMadeDoesNotHoldUpTheFeed) {
  CreateProgram("provision-crm", /*calls_only=*/false);
  Order();
  ASSERT_TRUE(service_.app().caller().RunOnce({}, Now()).ok());
  const auto dispatcher = FreshDispatcher();
  calls_.unreadable = absl::UnavailableError("the database is away");
  EXPECT_FALSE(dispatcher->RunOnce({}, Now()).ok());
  EXPECT_THAT(receiver_.received(), IsEmpty());
  calls_.unreadable = base::FieldError("time_zone", "is unknown to this machine");
  Drain(*dispatcher);
  EXPECT_GE(receiver_.received().size(), 4u);
}

TEST_F(CallerTest, TwoReplicasCallOnce) {
  CreateProgram();
  Order();
  const auto one = FreshCaller();
  const auto two = FreshCaller();
  ASSERT_TRUE(one->RunOnce({}, Now()).ok());
  EXPECT_EQ(*two->RunOnce({}, Now()), 0) << "the other has the lease";
  service_.clock().Advance(absl::Seconds(11));
  ASSERT_TRUE(two->RunOnce({}, Now()).ok());
  EXPECT_THAT(History(1), ElementsAre("AUTOMATION_CALLED webhook:provision-crm"));
}

// The lease is over while the first is still at it.
TEST_F(CallerTest, ASecondThatIsAtItTooChangesNothing) {
  CreateProgram();
  Order();
  const std::vector<DueTask> due = *service_.app().due_store().FindDue({}, Now(), 10);
  const auto one = FreshCaller();
  ASSERT_TRUE(one->RunOnce({}, Now()).ok());
  // What the second does with rows that it read before: they are not those that there are now.
  for (const DueTask& task : due)
    ASSERT_TRUE(service_.app().due_store().Postpone({}, task, std::nullopt).ok());
  service_.clock().Advance(absl::Minutes(31));
  ASSERT_TRUE(FreshCaller()->RunOnce({}, Now()).ok());
  EXPECT_EQ(Impediments().size(), 1u) << "the call is still seen to";
}

TEST_F(CallerTest, NothingIsDueOfPlansWithoutPrograms) {
  ASSERT_TRUE(service_.Start("bob").ok());
  EXPECT_THAT(*service_.app().due_store().FindDue({}, absl::InfiniteFuture(), 10), IsEmpty());
  EXPECT_EQ(*service_.app().caller().RunOnce({}, Now()), 0);
}

TEST_F(CallerTest, DueIsWhatIsToBeDoneNext) {
  CreateProgram();
  CreateProgram("provision-mail");
  receiver_.Answer({.status = 202});
  Order();
  const auto names = [&](absl::Time until) {
    std::vector<std::string> found;
    const std::vector<DueTask> due = *service_.app().due_store().FindDue({}, until, 10);
    for (const DueTask& one : due) found.push_back(one.task);
    return found;
  };
  EXPECT_THAT(names(Now()), ::testing::UnorderedElementsAre("crm", "mail"));
  Work();
  EXPECT_THAT(names(Now()), IsEmpty());
  EXPECT_THAT(names(Now() + absl::Minutes(30)), ElementsAre("crm"));
  EXPECT_THAT(names(Now() + absl::Minutes(60)), ElementsAre("crm", "mail"));
  v1::PauseOnboardingRequest pause;
  pause.set_name("workspaces/acme/onboardings/ada");
  pause.set_reason("rest");
  ASSERT_TRUE(service_.Call<v1::PauseOnboardingResponse>("PauseOnboarding", pause).ok());
  EXPECT_THAT(names(Now() + absl::Hours(9)), IsEmpty());
}

// A program with a day of its own, on an on-boarding that is started a week before day one.
class WaitingCallerTest : public CallerTest {
 protected:
  WaitingCallerTest() {
    CreateProgram("provision-mail");
    v1::StartOnboardingRequest request = onboarding::testing::TestOnboarding::StartRequest("ada");
    request.mutable_onboarding()->set_process("workspaces/acme/processes/setup@1");
    request.mutable_onboarding()->clear_assignees();
    request.mutable_onboarding()->set_day_one("2031-03-10");
    EXPECT_TRUE(service_.Call<v1::StartOnboardingResponse>("StartOnboarding", request).ok());
    EXPECT_TRUE(service_.Complete("ada", "order").ok());
  }
  static constexpr char kMail[] = "workspaces/acme/onboardings/ada/tasks/mail";

  // Which calls of it were made in a round at a time of March 2031.
  int CallsAt(Caller& caller, const std::string& time) {
    const absl::Time now = onboarding::testing::At("2031-03-" + time + ":00Z");
    if (now > Now()) service_.clock().Advance(now - Now());
    EXPECT_TRUE(caller.RunOnce({}, now).ok());
    return Task(kMail).automation().call();
  }
  std::string WaitsUntil() {
    const v1::TaskAutomation shown = Task(kMail).automation();
    if (!shown.has_wait_until_time()) return "";
    return absl::FormatTime("%d %H:%M", FromTimestamp(shown.wait_until_time()),
                            absl::UTCTimeZone());
  }
  void MoveTo(const std::string& day_one) {
    v1::RescheduleOnboardingRequest request;
    request.set_name("workspaces/acme/onboardings/ada");
    request.set_day_one(day_one);
    request.set_reason("the visa");
    ASSERT_TRUE(
        service_.Call<v1::RescheduleOnboardingResponse>("RescheduleOnboarding", request).ok());
  }
};

TEST_F(WaitingCallerTest, ItIsCalledOnItsDayAndNotBefore) {
  Caller& caller = service_.app().caller();
  EXPECT_EQ(CallsAt(caller, "03T09:00"), 0) << "its turn has come";
  EXPECT_EQ(WaitsUntil(), "10 09:00");
  EXPECT_EQ(Task(kMail).automation().state(), v1::TaskAutomation::STATE_WAITING);
  EXPECT_EQ(CallsAt(caller, "10T08:59"), 0);
  EXPECT_EQ(CallsAt(caller, "10T09:00"), 1);
  EXPECT_EQ(WaitsUntil(), "");
  EXPECT_EQ(CallsAt(caller, "10T09:01"), 1);
}

TEST_F(WaitingCallerTest, ItsDayMovesWithDayOne) {
  Caller& caller = service_.app().caller();
  MoveTo("2031-03-17");
  EXPECT_EQ(WaitsUntil(), "17 09:00");
  EXPECT_EQ(CallsAt(caller, "10T09:00"), 0) << "the day that it had before";
  EXPECT_EQ(CallsAt(caller, "17T08:59"), 0);
  MoveTo("2031-03-18");
  EXPECT_EQ(CallsAt(caller, "17T09:00"), 0);
  MoveTo("2031-03-12");
  EXPECT_EQ(CallsAt(caller, "17T09:01"), 1) << "a day that is over holds nothing up";
}

TEST_F(WaitingCallerTest, APauseThatEndsAfterItsDayHoldsItUp) {
  Caller& caller = service_.app().caller();
  v1::PauseOnboardingRequest pause;
  pause.set_name("workspaces/acme/onboardings/ada");
  pause.set_reason("rest");
  ASSERT_TRUE(service_.Call<v1::PauseOnboardingResponse>("PauseOnboarding", pause).ok());
  EXPECT_EQ(WaitsUntil(), "") << "it waits for the end of the pause";
  EXPECT_EQ(CallsAt(caller, "10T09:00"), 0);
  EXPECT_EQ(CallsAt(caller, "11T12:00"), 0);
  v1::ResumeOnboardingRequest resume;
  resume.set_name("workspaces/acme/onboardings/ada");
  resume.set_reason("on");
  ASSERT_TRUE(service_.Call<v1::ResumeOnboardingResponse>("ResumeOnboarding", resume).ok());
  EXPECT_EQ(CallsAt(caller, "11T12:00"), 1);
}

TEST_F(WaitingCallerTest, ItOutlivesAPauseBeforeItsDayAndARestart) {
  v1::PauseOnboardingRequest pause;
  pause.set_name("workspaces/acme/onboardings/ada");
  pause.set_reason("rest");
  ASSERT_TRUE(service_.Call<v1::PauseOnboardingResponse>("PauseOnboarding", pause).ok());
  service_.clock().Advance(absl::Hours(1));
  v1::ResumeOnboardingRequest resume;
  resume.set_name("workspaces/acme/onboardings/ada");
  resume.set_reason("on");
  ASSERT_TRUE(service_.Call<v1::ResumeOnboardingResponse>("ResumeOnboarding", resume).ok());
  // Another process over the same database, which knows only what is stored.
  EXPECT_EQ(CallsAt(*FreshCaller(), "10T08:59"), 0);
  EXPECT_EQ(WaitsUntil(), "10 09:00");
  EXPECT_EQ(CallsAt(*FreshCaller(), "10T09:00"), 1);
}

TEST_F(CallerTest, AReplayOfACallThatIsOverIsDropped) {
  CreateProgram();
  receiver_.Answer({.status = 200, .body = kDone});
  Order();
  Work();
  const auto told = History();
  v1::ReplayWebhookDeliveriesRequest replay;
  replay.set_name(kHook);
  replay.set_delivery(Deliveries("", kHook)[0].name());
  const auto replayed =
      Call<v1::ReplayWebhookDeliveriesResponse>("ReplayWebhookDeliveries", replay);
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  Work();
  EXPECT_EQ(receiver_.received().size(), 1u);
  EXPECT_EQ(Deliveries("", kHook)[0].state(), v1::WebhookDelivery::STATE_DROPPED);
  EXPECT_EQ(History(), told);
}

}  // namespace
}  // namespace plumbline::onboarding::automation::testing
