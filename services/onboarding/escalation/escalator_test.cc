// SPDX-License-Identifier: Apache-2.0
//
// Levels are told when they are reached, each once, on both engines.
#include "services/onboarding/escalation/escalator.h"

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/escalation/store_sql.h"
#include "services/onboarding/escalation/testing.h"
#include "services/onboarding/people/store_sql.h"

namespace plumbline::onboarding::escalation::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

INSTANTIATE_TEST_SUITE_P(Engines, EscalationTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(EscalationTest, LevelsAreToldWhenTheyAreReached) {
  Start();
  EXPECT_EQ(Round(), "0 told, 0 handed over");
  service_->clock().Advance(absl::Hours(4) - absl::Seconds(1));
  EXPECT_EQ(Round(), "0 told, 0 handed over");
  service_->clock().Advance(absl::Seconds(1));
  EXPECT_EQ(Round(), "1 told, 0 handed over");
  EXPECT_EQ(Round(), "0 told, 0 handed over");
  EXPECT_THAT(Told(), ElementsAre("idle 1 paperwork: hr@example.com"));
  service_->clock().Advance(absl::Hours(24));
  EXPECT_EQ(Round(), "2 told, 0 handed over") << "of three levels of late two are reached";
  EXPECT_THAT(Told("rule = late"), ElementsAre("late 1 paperwork: hr@example.com",
                                               "late 2 paperwork: hera@example.com"));
  service_->clock().Advance(absl::Hours(24));
  EXPECT_EQ(Round(), "1 told, 0 handed over");
  const auto list =
      Call<v1::ListEscalationsResponse>("Escalation", "ListEscalations", ListRequest("level = 3"));
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->escalations_size(), 1);
  const v1::Escalation& last = list->escalations(0);
  EXPECT_THAT(last.recipients(), IsEmpty());
  EXPECT_EQ(last.note(),
            "@manager.manager: there is no record of ada@example.com; nobody could be told");
  EXPECT_EQ(last.task(), absl::StrCat(kAda, "/tasks/paperwork"));
  EXPECT_EQ(last.title(), "Sign the contract");
  EXPECT_EQ(last.trigger(), v1::ESCALATION_TRIGGER_OVERDUE);
  EXPECT_EQ(last.state(), v1::Escalation::STATE_OPEN);
  EXPECT_EQ(last.since_time().seconds(), absl::ToUnixSeconds(At("2031-03-04T09:00:00Z")));
  EXPECT_EQ(last.reach_time().seconds(), absl::ToUnixSeconds(At("2031-03-05T09:00:00Z")));
  EXPECT_EQ(last.tell_time().seconds(), absl::ToUnixSeconds(At("2031-03-05T13:00:00Z")));
  ASSERT_EQ(Task("paperwork").ladders_size(), 2);
  EXPECT_EQ(Task("paperwork").ladders(1).level(), 3);
}

TEST_P(EscalationTest, TheHistoryTellsIt) {
  Start();
  service_->clock().Advance(absl::Hours(4));
  Round();
  v1::ListHistoryRequest request;
  request.set_parent(kAda);
  const auto history = service_->Call<v1::ListHistoryResponse>("ListHistory", request);
  ASSERT_TRUE(history.ok()) << history.status();
  const v1::HistoryEntry& entry = *history->entries().rbegin();
  EXPECT_EQ(entry.kind(), v1::HistoryEntry::KIND_ESCALATED);
  EXPECT_EQ(entry.actor(), "plumbline");
  EXPECT_EQ(entry.task(), "paperwork");
  EXPECT_EQ(entry.resource(), "hr@example.com");
  EXPECT_EQ(entry.escalation().rule(), "idle");
  EXPECT_THAT(entry.escalation().recipients(), ElementsAre("hr@example.com"));
}

TEST_P(EscalationTest, OnlyRunsWithRulesHaveTimes) {
  Start("ada");
  Start("ben", "sales-rep@3");
  ASSERT_TRUE(database_
                  ->Read({},
                         [&](sql::Transaction& tx) -> absl::Status {
                           const auto rows = tx.Query("SELECT onboarding FROM escalation_times");
                           EXPECT_EQ(rows->size(), 1u);
                           EXPECT_EQ(rows->Text(0, 0), "ada");
                           return absl::OkStatus();
                         })
                  .ok());
}

TEST_P(EscalationTest, WhatEndedIsOver) {
  Start();
  service_->clock().Advance(absl::Hours(4));
  Round();
  EXPECT_EQ(Told("state = OPEN").size(), 1u);
  ASSERT_TRUE(service_->Complete("ada", "paperwork").ok());
  EXPECT_THAT(Told("state = OPEN"), IsEmpty());
  EXPECT_EQ(Told("state = OVER").size(), 1u);
  EXPECT_EQ(Task("paperwork").ladders_size(), 0);
}

TEST_P(EscalationTest, NothingIsToldWhileItIsPausedOrAfterItsEnd) {
  Start();
  v1::PauseOnboardingRequest pause;
  pause.set_name(kAda);
  pause.set_reason("leave");
  ASSERT_TRUE(service_->Call<v1::PauseOnboardingResponse>("PauseOnboarding", pause).ok());
  service_->clock().Advance(absl::Hours(72));
  EXPECT_EQ(Round(), "0 told, 0 handed over");
  v1::ResumeOnboardingRequest resume;
  resume.set_name(kAda);
  resume.set_reason("back");
  ASSERT_TRUE(service_->Call<v1::ResumeOnboardingResponse>("ResumeOnboarding", resume).ok());
  EXPECT_EQ(Round(), "0 told, 0 handed over") << "its clocks stood";
  service_->clock().Advance(absl::Hours(4));
  EXPECT_EQ(Round(), "1 told, 0 handed over");
  v1::CancelOnboardingRequest cancel;
  cancel.set_name(kAda);
  cancel.set_reason("left");
  ASSERT_TRUE(service_->Call<v1::CancelOnboardingResponse>("CancelOnboarding", cancel).ok());
  service_->clock().Advance(absl::Hours(24 * 30));
  EXPECT_EQ(Round(), "0 told, 0 handed over");
  EXPECT_EQ(Told("state = OVER").size(), 1u);
}

TEST_P(EscalationTest, ARevisionWithoutRulesEndsThem) {
  Start();
  service_->clock().Advance(absl::Hours(4));
  Round();
  catalog::v1::Process next = onboarding::testing::Watched();
  next.set_name("workspaces/acme/processes/watched@2");
  next.set_revision(2);
  next.clear_escalations();
  service_->catalog().Publish(next);
  v1::MigrateOnboardingRequest request;
  request.set_name(kAda);
  request.set_process(next.name());
  request.set_reason("the rules are gone");
  const auto migrated = service_->Call<v1::MigrateOnboardingResponse>("MigrateOnboarding", request);
  ASSERT_TRUE(migrated.ok()) << migrated.status();
  EXPECT_FALSE(migrated->onboarding().has_next_escalation_time());
  EXPECT_EQ(Told("state = OVER").size(), 1u);
  service_->clock().Advance(absl::Hours(240));
  EXPECT_EQ(Round(), "0 told, 0 handed over");
}

TEST_P(EscalationTest, QuietHoursAreWaitedFor) {
  v1::Person person;
  person.mutable_quiet_hours()->set_start("12:00");
  person.mutable_quiet_hours()->set_end("08:00");
  Put("hr@example.com", person);
  Start();
  service_->clock().Advance(absl::Hours(4));  // 13:00
  EXPECT_EQ(Round(), "0 told, 0 handed over");
  service_->clock().Advance(absl::Hours(18));  // 07:00
  EXPECT_EQ(Round(), "0 told, 0 handed over");
  service_->clock().Advance(absl::Hours(1));
  EXPECT_EQ(Round(), "2 told, 0 handed over") << "nobody began, and it is due at nine";
  EXPECT_THAT(Told(),
              ElementsAre("idle 1 paperwork: hr@example.com", "soon 1 paperwork: hr@example.com"));
}

TEST_P(EscalationTest, AnotherWhoGetsTheTaskIsToldAtOnce) {
  v1::Person person;
  person.mutable_quiet_hours()->set_start("12:00");
  person.mutable_quiet_hours()->set_end("08:00");
  Put("hr@example.com", person);
  Start();
  service_->clock().Advance(absl::Hours(4));
  EXPECT_EQ(Round(), "0 told, 0 handed over");
  v1::AssignTaskRequest request;
  request.set_name(absl::StrCat(kAda, "/tasks/paperwork"));
  request.set_assignee("bob@example.com");
  request.set_reason("hr sleeps");
  ASSERT_TRUE(service_->Call<v1::AssignTaskResponse>("AssignTask", request).ok());
  EXPECT_EQ(Round(), "1 told, 0 handed over");
  EXPECT_THAT(Told(), ElementsAre("idle 1 paperwork: bob@example.com"));
}

TEST_P(EscalationTest, OfTwoReplicasOneTellsEachLevel) {
  const auto other = Replica();
  constexpr int kRuns = 10;
  for (int i = 0; i < kRuns; ++i) Start(absl::StrCat("rep-", i));
  service_->clock().Advance(absl::Hours(60));
  other->clock().Advance(absl::Hours(60));
  std::thread thread([&] { RoundOf(*other); });
  Round();
  thread.join();
  Round();
  std::map<std::string, int> counts;
  for (const std::string& told : Told()) ++counts[told];
  EXPECT_EQ(counts["idle 1 paperwork: hr@example.com"], kRuns);
  EXPECT_EQ(counts["late 1 paperwork: hr@example.com"], kRuns);
  EXPECT_EQ(counts["late 2 paperwork: hera@example.com"], kRuns);
  EXPECT_EQ(counts["late 3 paperwork: "], kRuns);
  EXPECT_EQ(counts.size(), 4u);
}

TEST_P(EscalationTest, OneHoldsTheLeaseUntilItDies) {
  Start();
  service_->clock().Advance(absl::Hours(4));
  const auto store = NewEscalationStore(*database_);
  const absl::Time now = service_->clock().Now();
  ASSERT_TRUE(*store->TakeLease({}, "another", now, absl::Seconds(15)));
  const auto people_store = NewPeopleStore(*database_);
  People people(*people_store, service_->clock());
  Escalator escalator(service_->app().store(), people, *store, logger_, {});
  absl::StatusOr<onboarding::escalation::Round> round = escalator.RunOnce({}, now);
  ASSERT_TRUE(round.ok()) << round.status();
  EXPECT_TRUE(round->busy);
  EXPECT_EQ(round->changed, 0);
  round = escalator.RunOnce({}, now + absl::Seconds(16));
  ASSERT_TRUE(round.ok()) << round.status();
  EXPECT_FALSE(round->busy);
  EXPECT_EQ(round->changed, 1);
}

// Does what it is asked, and says that it failed.
class ForgetfulStore final : public PassingStore {
 public:
  using PassingStore::PassingStore;
  absl::StatusOr<std::string> Update(const base::CallContext& context, const RequestKey& request,
                                     absl::Time now, absl::string_view onboarding,
                                     Change change) override {
    const bool dies_before = updates_ == 0;
    const bool dies_after = updates_++ == 1;
    const absl::Status died =
        base::Error(base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE, "died");
    if (dies_before) return died;
    auto done = PassingStore::Update(context, request, now, onboarding, change);
    if (dies_after) return died;
    return done;
  }

 private:
  int updates_ = 0;
};

TEST_P(EscalationTest, WhoDiesInBetweenTellsNothingTwice) {
  Start();
  service_->clock().Advance(absl::Hours(4));
  ForgetfulStore runs(service_->app().store());
  const auto store = NewEscalationStore(*database_);
  const auto people_store = NewPeopleStore(*database_);
  People people(*people_store, service_->clock());
  Escalator escalator(runs, people, *store, logger_, {.lease_term = absl::ZeroDuration()});
  const absl::Time now = service_->clock().Now();
  EXPECT_FALSE(escalator.RunOnce({}, now).ok());
  EXPECT_THAT(Told(), IsEmpty());
  EXPECT_FALSE(escalator.RunOnce({}, now).ok());
  EXPECT_THAT(Told(), ElementsAre("idle 1 paperwork: hr@example.com"));
  EXPECT_EQ(escalator.RunOnce({}, now)->changed, 0);
  EXPECT_THAT(Told(), ElementsAre("idle 1 paperwork: hr@example.com"));
}

TEST_P(EscalationTest, AnErrorOfOneRunHoldsUpNoOther) {
  Start("ada");
  Start("ben");
  RefusingStore runs(service_->app().store());
  runs.refused = "ada";
  const auto store = NewEscalationStore(*database_);
  const auto people_store = NewPeopleStore(*database_);
  People people(*people_store, service_->clock());
  Escalator escalator(runs, people, *store, logger_,
                      {.batch = 1, .lease_term = absl::ZeroDuration()});
  const absl::Time now = service_->clock().Now() + absl::Hours(4);
  int64_t told = 0;
  for (int i = 0; i < 4; ++i) {
    const auto round = escalator.RunOnce({}, now);
    ASSERT_TRUE(round.ok()) << round.status();
    told += round->changed;
  }
  EXPECT_EQ(told, 1) << "ben's";
  EXPECT_EQ(runs.tries, 1) << "it rests";
  ASSERT_TRUE(escalator.RunOnce({}, now + absl::Minutes(1)).ok());
  EXPECT_EQ(runs.tries, 2);
}

TEST_P(EscalationTest, ARowThatIsThereHoldsUpNobody) {
  Start("ada");
  Start("ben");
  Execute(
      "INSERT INTO escalations (workspace, onboarding, sequence, task, step, title, rule, watched, "
      "level, since_micros, reach_micros, tell_micros, state, body) SELECT 'acme', 'ada', 999, "
      "'paperwork', 'paperwork', 't', 'idle', 'w', 1, start_time, 0, 0, 'STATE_OVER', body FROM "
      "onboardings WHERE onboarding = 'ada'");
  service_->clock().Advance(absl::Hours(4));
  EXPECT_EQ(Round(), "2 told, 0 handed over");
}

TEST_P(EscalationTest, WhatIsTakenBackIsOverAndIsToldAnewWhenItComesAgain) {
  Start();
  service_->clock().Advance(absl::Hours(24));  // by then the plan foresees what comes next
  ASSERT_TRUE(service_->Complete("ada", "paperwork").ok());
  service_->clock().Advance(absl::Hours(4));
  EXPECT_EQ(Round(), "1 told, 0 handed over");
  v1::ReopenTaskRequest request;
  request.set_name(absl::StrCat(kAda, "/tasks/paperwork"));
  request.set_reason("the wrong form");
  ASSERT_TRUE(service_->Call<v1::ReopenTaskResponse>("ReopenTask", request).ok());
  EXPECT_THAT(Told("state = OPEN"), IsEmpty());
  EXPECT_EQ(Told("state = OVER").size(), 1u);
  ASSERT_TRUE(service_->Complete("ada", "paperwork").ok());
  service_->clock().Advance(absl::Hours(4));
  EXPECT_EQ(Round(), "1 told, 0 handed over");
  EXPECT_EQ(Told("state = OPEN").size(), 1u);
}

TEST_P(EscalationTest, AChangeWhileARunIsLookedAtIsNotLost) {
  Start();
  const auto store = NewEscalationStore(*database_);
  const absl::Time due = service_->clock().Now() + absl::Hours(4);
  const auto found = store->FindDue({}, due, 10);
  ASSERT_TRUE(found.ok() && found->size() == 1);
  // To the same next time, at the same instant.
  v1::PauseOnboardingRequest pause;
  pause.set_name(kAda);
  pause.set_reason("leave");
  ASSERT_TRUE(service_->Call<v1::PauseOnboardingResponse>("PauseOnboarding", pause).ok());
  v1::ResumeOnboardingRequest resume;
  resume.set_name(kAda);
  resume.set_reason("back");
  ASSERT_TRUE(service_->Call<v1::ResumeOnboardingResponse>("ResumeOnboarding", resume).ok());
  ASSERT_TRUE(store->Defer({}, found->front(), std::nullopt).ok());
  const auto again = store->FindDue({}, due, 10);
  ASSERT_TRUE(again.ok() && again->size() == 1);
  EXPECT_EQ(again->front().next, found->front().next);
  ASSERT_TRUE(store->Defer({}, again->front(), std::nullopt).ok());
  EXPECT_THAT(*store->FindDue({}, due, 10), IsEmpty());
}

}  // namespace
}  // namespace plumbline::onboarding::escalation::testing
