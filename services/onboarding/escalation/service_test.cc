// SPDX-License-Identifier: Apache-2.0
//
// EscalationService.
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/escalation/resting.h"
#include "services/onboarding/escalation/store_sql.h"
#include "services/onboarding/escalation/testing.h"
#include "services/onboarding/escalation/worker.h"
#include "services/onboarding/people/store_sql.h"

namespace plumbline::onboarding::escalation::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class EscalationServiceTest : public EscalationTest {
 protected:
  // Two levels of late are told.
  void BeLate() {
    Start();
    service_->clock().Advance(absl::Hours(28));
    Round();
  }
  v1::Escalation First(const std::string& filter) {
    v1::ListEscalationsRequest request = ListRequest(filter);
    request.set_order_by("level");
    const auto list = Call<v1::ListEscalationsResponse>("Escalation", "ListEscalations", request);
    EXPECT_TRUE(list.ok()) << list.status();
    return list.ok() && list->escalations_size() > 0 ? list->escalations(0) : v1::Escalation();
  }
  absl::StatusOr<v1::AcknowledgeEscalationResponse> Acknowledge(
      const v1::AcknowledgeEscalationRequest& request) {
    return Call<v1::AcknowledgeEscalationResponse>("Escalation", "AcknowledgeEscalation", request);
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, EscalationServiceTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(EscalationServiceTest, WhoTakesItOnStopsTheLadder) {
  BeLate();
  v1::AcknowledgeEscalationRequest request;
  request.set_name(First("rule = late").name());
  request.set_note("I call them");
  request.set_validate_only(true);
  auto answer = Acknowledge(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->escalation().state(), v1::Escalation::STATE_ACKNOWLEDGED);
  EXPECT_EQ(First("rule = late").state(), v1::Escalation::STATE_OPEN);
  request.set_validate_only(false);
  request.set_request_id("r1");
  answer = Acknowledge(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->escalation().acknowledger(), "anonymous");
  EXPECT_EQ(answer->escalation().acknowledge_note(), "I call them");
  EXPECT_NE(answer->freshness_token(), "");
  const auto again = Acknowledge(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), answer->SerializeAsString());
  EXPECT_EQ(Told("rule = late AND state = ACKNOWLEDGED").size(), 2u) << "all levels of it";
  service_->clock().Advance(absl::Hours(100));
  EXPECT_EQ(Round(), "0 told, 0 handed over");
  ASSERT_EQ(Task("paperwork").ladders_size(), 2);
  EXPECT_TRUE(Task("paperwork").ladders(1).acknowledged());
}

TEST_P(EscalationServiceTest, WhatIsOverIsNotTakenOn) {
  BeLate();
  const std::string name = First("rule = late").name();
  ASSERT_TRUE(service_->Complete("ada", "paperwork").ok());
  v1::AcknowledgeEscalationRequest request;
  request.set_name(name);
  const auto refused = Acknowledge(request);
  EXPECT_EQ(ReasonText(refused), "ESCALATION_STATE");
  EXPECT_EQ(base::MetadataOf(refused.status(), "state"), "OVER");
}

TEST_P(EscalationServiceTest, GetsOne) {
  BeLate();
  const v1::Escalation first = First("rule = late");
  v1::GetEscalationRequest request;
  request.set_name(first.name());
  const auto got = Call<v1::GetEscalationResponse>("Escalation", "GetEscalation", request);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->escalation().SerializeAsString(), first.SerializeAsString());
  request.set_name(absl::StrCat(kAda, "/escalations/999"));
  EXPECT_EQ(ReasonText(Call<v1::GetEscalationResponse>("Escalation", "GetEscalation", request)),
            "RESOURCE_NOT_FOUND");
}

TEST_P(EscalationServiceTest, ListsByWhoWasToldAndByOnboarding) {
  BeLate();
  Start("ben");
  v1::ListEscalationsRequest request = ListRequest();
  request.set_recipient("hera@example.com");
  EXPECT_THAT(Told(request), ElementsAre("late 2 paperwork: hera@example.com"));
  request.set_recipient("");
  request.set_parent("workspaces/acme/onboardings/ben");
  EXPECT_THAT(Told(request), IsEmpty());
  request.set_parent(kAda);
  EXPECT_EQ(Told(request).size(), 3u);
  request.set_recipient("hr@example.com");
  EXPECT_EQ(Told(request).size(), 2u);
  request.set_filter("trigger = OVERDUE AND onboarding = ada");
  EXPECT_THAT(Told(request), ElementsAre("late 1 paperwork: hr@example.com"));
  request = ListRequest();
  request.set_parent("workspaces/other/onboardings/-");
  EXPECT_THAT(Told(request), IsEmpty());
}

TEST_P(EscalationServiceTest, ListsThoseOfAnOnboardingThatThereIs) {
  Start("ben");
  v1::ListEscalationsRequest request = ListRequest();
  request.set_parent("workspaces/acme/onboardings/ben");
  EXPECT_EQ(Told(request).size(), 0u);
  request.set_parent("workspaces/acme/onboardings/bne");
  EXPECT_EQ(ReasonText(Call<v1::ListEscalationsResponse>("Escalation", "ListEscalations", request)),
            "RESOURCE_NOT_FOUND");
}

// Nobody was told while it was of use, for the service did not run: that level will not be told.
TEST_P(EscalationServiceTest, TheNextLevelIsOneThatWillBeTold) {
  Start();
  v1::GetOnboardingRequest request;
  request.set_name(kAda);
  const auto next = [&] {
    const auto got = service_->Call<v1::GetOnboardingResponse>("GetOnboarding", request);
    EXPECT_TRUE(got.ok()) << got.status();
    return FromTimestamp(got->onboarding().next_escalation_time());
  };
  EXPECT_EQ(next(), At("2031-03-03T13:00:00Z")) << "not started for four hours";
  service_->clock().Advance(absl::Hours(5));
  EXPECT_EQ(next(), At("2031-03-03T13:00:00Z")) << "it is reached, and not told yet";
  Round();
  EXPECT_EQ(next(), At("2031-03-03T16:00:00Z")) << "an hour of work before it is due";
  service_->clock().Advance(absl::Hours(20));
  EXPECT_EQ(next(), At("2031-03-04T09:00:00Z")) << "it is due: nobody is told that it is so soon";
}

TEST_P(EscalationServiceTest, PagesAreCut) {
  BeLate();
  v1::ListEscalationsRequest request = ListRequest();
  request.set_page_size(2);
  auto page = Call<v1::ListEscalationsResponse>("Escalation", "ListEscalations", request);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->escalations_size(), 2);
  request.set_page_token(page->next_page_token());
  page = Call<v1::ListEscalationsResponse>("Escalation", "ListEscalations", request);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->escalations_size(), 1);
  EXPECT_EQ(page->next_page_token(), "");
}

TEST_P(EscalationServiceTest, BadInputNamesItsField) {
  for (const char* row :
       {"workspaces/acme/onboardings/ada/escalations/x",
        "workspaces/acme/onboardings/ada/escalations/0", "workspaces/acme/onboardings/ada"}) {
    v1::AcknowledgeEscalationRequest request;
    request.set_name(row);
    request.set_note(std::string(1001, 'x'));
    const absl::Status refused = Acknowledge(request).status();
    EXPECT_EQ(ReasonText(refused), "FIELD_INVALID") << row;
    std::vector<std::string> fields;
    for (const base::FieldViolation& one : base::FieldViolationsOf(refused))
      fields.push_back(one.field);
    EXPECT_THAT(fields, ElementsAre("name", "note")) << row;
  }
  v1::ListEscalationsRequest list = ListRequest("colour = red");
  EXPECT_EQ(ReasonText(Call<v1::ListEscalationsResponse>("Escalation", "ListEscalations", list)),
            "FIELD_INVALID");
}

TEST_P(EscalationServiceTest, ARoundCanBeAskedFor) {
  Start();
  service_->clock().Advance(absl::Hours(4));
  auto ran =
      Call<v1::RunEscalationsResponse>("Escalation", "RunEscalations", v1::RunEscalationsRequest());
  ASSERT_TRUE(ran.ok()) << ran.status();
  EXPECT_EQ(ran->told_count(), 1);
  EXPECT_FALSE(ran->busy());
  ran =
      Call<v1::RunEscalationsResponse>("Escalation", "RunEscalations", v1::RunEscalationsRequest());
  EXPECT_EQ(ran->told_count(), 0);
}

TEST_P(EscalationServiceTest, ARoundSaysWhatRestsAndWhy) {
  const auto run = [&] {
    const auto ran = Call<v1::RunEscalationsResponse>("Escalation", "RunEscalations",
                                                      v1::RunEscalationsRequest());
    EXPECT_TRUE(ran.ok()) << ran.status();
    return ran.ok() ? *ran : v1::RunEscalationsResponse();
  };
  v1::Person sleeper;
  sleeper.mutable_quiet_hours()->set_start("12:00");
  sleeper.mutable_quiet_hours()->set_end("08:00");
  Put("hr@example.com", sleeper);
  Start();
  EXPECT_EQ(run().resting_count(), 0) << "what is to come does not rest";
  service_->clock().Advance(absl::Hours(4));  // 13:00
  const v1::RunEscalationsResponse quiet = run();
  EXPECT_EQ(quiet.told_count(), 0);
  ASSERT_EQ(quiet.resting_count(), 1);
  const v1::RestingEscalation& level = quiet.resting(0);
  EXPECT_EQ(level.task(), absl::StrCat(kAda, "/tasks/paperwork"));
  EXPECT_EQ(level.rule(), "idle");
  EXPECT_EQ(level.level(), 1);
  EXPECT_EQ(FromTimestamp(level.reach_time()), At("2031-03-03T13:00:00Z"));
  EXPECT_EQ(FromTimestamp(level.until_time()), At("2031-03-04T08:00:00Z"));
  EXPECT_EQ(level.cause(), v1::RestingEscalation::CAUSE_QUIET_HOURS);
  EXPECT_EQ(level.reason(), "hr@example.com has quiet hours");

  Start("ben");
  v1::CommentTaskRequest comment;  // told five minutes after it was written
  comment.set_name("workspaces/acme/onboardings/ben/tasks/paperwork");
  comment.set_text("hm");
  service_->clock().Advance(absl::Hours(4));
  *comment.mutable_occur_time() = ToTimestamp(service_->clock().Now() - absl::Minutes(5));
  const auto commented = service_->Call<v1::CommentTaskResponse>("CommentTask", comment);
  ASSERT_TRUE(commented.ok()) << commented.status();
  const v1::RunEscalationsResponse late = run();
  ASSERT_GE(late.resting_count(), 2);
  EXPECT_EQ(late.resting(0).task(), comment.name());
  EXPECT_EQ(late.resting(0).cause(), v1::RestingEscalation::CAUSE_LATE_HISTORY);
  EXPECT_EQ(FromTimestamp(late.resting(0).until_time()),
            service_->clock().Now() + absl::Minutes(10));
  EXPECT_THAT(late.resting(0).reason(), ::testing::HasSubstr("is told after the fact"));
  service_->clock().Advance(absl::Hours(16));  // 09:00
  EXPECT_GT(run().told_count(), 0);
}

v1::RunEscalationsResponse RunOf(const absl::StatusOr<v1::RunEscalationsResponse>& ran) {
  EXPECT_TRUE(ran.ok()) << ran.status();
  return ran.ok() ? *ran : v1::RunEscalationsResponse();
}

TEST_P(EscalationServiceTest, WhatCannotBeReadRestsAndHoldsUpNobody) {
  Start("ada");
  Start("ben");
  service_->clock().Advance(absl::Hours(4));
  Execute("UPDATE onboardings SET body = 'damaged' WHERE onboarding = 'ada'");
  const auto run = [&] {
    return RunOf(Call<v1::RunEscalationsResponse>("Escalation", "RunEscalations",
                                                  v1::RunEscalationsRequest()));
  };
  const v1::RunEscalationsResponse ran = run();
  EXPECT_EQ(ran.told_count(), 1) << "ben's";
  ASSERT_EQ(ran.resting_count(), 1);
  EXPECT_EQ(ran.resting(0).task(), kAda);
  EXPECT_EQ(ran.resting(0).cause(), v1::RestingEscalation::CAUSE_ERROR);
  EXPECT_EQ(FromTimestamp(ran.resting(0).until_time()), service_->clock().Now() + absl::Minutes(1));
  EXPECT_EQ(ran.resting(0).reason(), "cannot be looked at; the log of the service says why");
  EXPECT_EQ(ran.resting(0).level(), 0);
  EXPECT_FALSE(ran.resting(0).has_reach_time());
  // A record of a person that cannot be read is another such error.
  Start("cem");
  service_->clock().Advance(absl::Hours(4));
  Execute("UPDATE people SET body = 'damaged' WHERE person = 'hr@example.com'");
  const v1::RunEscalationsResponse of_person = run();
  std::vector<std::string> names;
  for (const v1::RestingEscalation& one : of_person.resting()) {
    EXPECT_EQ(one.cause(), v1::RestingEscalation::CAUSE_ERROR);
    names.push_back(one.task());
  }
  EXPECT_THAT(names, ::testing::Contains("workspaces/acme/onboardings/cem"));
}

TEST_P(EscalationServiceTest, WhatNothingKeepsIsNoError) {
  v1::Person sleeper;
  sleeper.mutable_quiet_hours()->set_start("12:00");
  sleeper.mutable_quiet_hours()->set_end("08:00");
  Put("hr@example.com", sleeper);
  Start();
  service_->clock().Advance(absl::Hours(4));  // 13:00
  const auto run = [&] {
    return RunOf(Call<v1::RunEscalationsResponse>("Escalation", "RunEscalations",
                                                  v1::RunEscalationsRequest()));
  };
  EXPECT_EQ(run().resting(0).cause(), v1::RestingEscalation::CAUSE_QUIET_HOURS);
  Put("hr@example.com", v1::Person());
  const v1::RunEscalationsResponse ran = run();
  ASSERT_EQ(ran.resting_count(), 1);
  EXPECT_EQ(ran.resting(0).cause(), v1::RestingEscalation::CAUSE_UNSPECIFIED);
  // Another level is reached then.
  EXPECT_EQ(FromTimestamp(ran.resting(0).until_time()), At("2031-03-03T16:00:00Z"));
  EXPECT_THAT(ran.resting(0).reason(),
              ::testing::StartsWith("is looked at again at 2031-03-03 16:00 UTC"));
}

// Cannot read runs, for a reason that is not theirs.
class AwayStore final : public PassingStore {
 public:
  using PassingStore::PassingStore;
  absl::StatusOr<onboarding::Run> Load(const base::CallContext&, absl::string_view,
                                       absl::string_view) override {
    return base::Error(base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE, "away");
  }
};

TEST_P(EscalationServiceTest, AnErrorOfTheMomentIsNotOfWhatRests) {
  Start();
  AwayStore runs(service_->app().store());
  const auto people_store = NewPeopleStore(*database_);
  People people(*people_store, service_->clock());
  const auto escalations = NewEscalationStore(*database_);
  EXPECT_EQ(ReasonText(FindResting({}, runs, people, *escalations, {}, service_->clock().Now())),
            "DEPENDENCY_UNAVAILABLE");
}

// Refuses to write, as of a run that was changed into what it cannot be.
class RefusingStore final : public PassingStore {
 public:
  using PassingStore::PassingStore;
  absl::StatusOr<std::string> Update(const base::CallContext& context, const RequestKey& request,
                                     absl::Time now, absl::string_view onboarding,
                                     Change change) override {
    if (error.ok()) return PassingStore::Update(context, request, now, onboarding, change);
    return error;
  }
  absl::Status error;
};

TEST_P(EscalationServiceTest, ARefusedUpdateIsToldWithItsCause) {
  Start();
  service_->clock().Advance(absl::Hours(4));
  RefusingStore runs(service_->app().store());
  const auto people_store = NewPeopleStore(*database_);
  People people(*people_store, service_->clock());
  const auto escalations = NewEscalationStore(*database_);
  const auto stand_ins = NewStandInStore(*database_);
  Worker worker(runs, people, *escalations, *stand_ins, service_->clock(), logger_,
                {.rounds = {.lease_term = absl::ZeroDuration()}});
  const auto rest = [&](const Failures& failures) {
    const auto resting =
        FindResting({}, runs, people, *escalations, failures, service_->clock().Now());
    EXPECT_TRUE(resting.ok() && resting->size() == 1) << resting.status();
    return resting.ok() && resting->size() == 1 ? (*resting)[0] : v1::RestingEscalation();
  };
  runs.error = base::Error(base::Reason::ERROR_REASON_TIME_OUT_OF_ORDER, "it is 13:00 there");
  ASSERT_TRUE(worker.RunOnce({}, service_->clock().Now()).ok());
  const v1::RestingEscalation refused = rest(worker.failures());
  EXPECT_EQ(refused.cause(), v1::RestingEscalation::CAUSE_ERROR);
  EXPECT_EQ(refused.task(), absl::StrCat(kAda, "/tasks/paperwork"));
  EXPECT_EQ(refused.level(), 1);
  EXPECT_EQ(refused.reason(), "could not be told: it is 13:00 there");
  EXPECT_EQ(refused.error_reason(), "TIME_OUT_OF_ORDER");
  EXPECT_EQ(FromTimestamp(refused.until_time()), service_->clock().Now() + absl::Minutes(1));
  // Another replica knows nothing of it.
  EXPECT_EQ(rest({}).cause(), v1::RestingEscalation::CAUSE_UNSPECIFIED);
  EXPECT_EQ(rest({}).error_reason(), "");
  // What other programs say is for the log.
  service_->clock().Advance(absl::Minutes(1));
  runs.error = absl::InternalError("UPDATE runs: disk I/O error");
  ASSERT_TRUE(worker.RunOnce({}, service_->clock().Now()).ok());
  EXPECT_EQ(rest(worker.failures()).reason(), "could not be told; the log of the service says why");
  EXPECT_EQ(rest(worker.failures()).error_reason(), "");
  service_->clock().Advance(absl::Minutes(1));
  runs.error = absl::OkStatus();
  const auto told = worker.RunOnce({}, service_->clock().Now());
  ASSERT_TRUE(told.ok()) << told.status();
  EXPECT_EQ(told->escalations.changed, 1);
  const auto nothing =
      FindResting({}, runs, people, *escalations, worker.failures(), service_->clock().Now());
  EXPECT_TRUE(nothing.ok() && nothing->empty());
}

// Runs that are looked at for as long as the test likes.
class SlowStore final : public PassingStore {
 public:
  using PassingStore::PassingStore;
  absl::StatusOr<onboarding::Run> Load(const base::CallContext& context,
                                       absl::string_view workspace,
                                       absl::string_view onboarding) override {
    if (!begun.HasBeenNotified()) begun.Notify();
    end.WaitForNotification();
    return PassingStore::Load(context, workspace, onboarding);
  }
  absl::Notification begun;
  absl::Notification end;
};

TEST_P(EscalationServiceTest, WhoAsksForARoundWaitsNoLongerThanTheirDeadline) {
  Start();
  service_->clock().Advance(absl::Hours(4));
  SlowStore runs(service_->app().store());
  const auto people_store = NewPeopleStore(*database_);
  People people(*people_store, service_->clock());
  const auto escalations = NewEscalationStore(*database_);
  const auto stand_ins = NewStandInStore(*database_);
  Worker worker(runs, people, *escalations, *stand_ins, service_->clock(), logger_,
                {.rounds = {.lease_term = absl::ZeroDuration()}});
  const absl::Time now = service_->clock().Now();
  std::thread other([&] { EXPECT_TRUE(worker.RunOnce({}, now).ok()); });
  runs.begun.WaitForNotification();
  base::CallContext context;
  context.deadline = now + absl::Milliseconds(20);
  EXPECT_EQ(ReasonText(worker.RunOnce(context, now).status()), "DEADLINE_EXCEEDED");
  runs.end.Notify();
  other.join();
  EXPECT_TRUE(worker.RunOnce({}, now).ok());
}

}  // namespace
}  // namespace plumbline::onboarding::escalation::testing
