// SPDX-License-Identifier: Apache-2.0
//
// Tasks of people who are away go to who stands in, and back, on both engines.
#include "services/onboarding/escalation/stand_in.h"

#include <string>
#include <thread>

#include "common/base/status_macros.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/escalation/stand_in_testing.h"
#include "services/onboarding/escalation/store_sql.h"
#include "services/onboarding/people/store_sql.h"

namespace plumbline::onboarding::escalation::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(Engines, StandInTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(StandInTest, OpenTasksGoWhenTheAbsenceBeginsAndComeBackWhenItEnds) {
  Start();
  EXPECT_EQ(Handed(), "0 handed over");
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Handed(), "0 handed over");
  v1::Task task = Task("paperwork");
  EXPECT_EQ(task.assignee(), kBob);
  EXPECT_EQ(task.owner(), kHr);
  EXPECT_TRUE(task.stands_in());
  v1::HistoryEntry entry = Last();
  EXPECT_EQ(entry.kind(), v1::HistoryEntry::KIND_TASK_DELEGATED);
  EXPECT_EQ(entry.actor(), "plumbline");
  EXPECT_EQ(entry.reason(), "hr@example.com is away until 2031-03-05: holiday");
  EXPECT_EQ(entry.owner(), kHr);
  EXPECT_EQ(entry.resource(), kBob);
  Return();
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Handed(), "0 handed over");
  task = Task("paperwork");
  EXPECT_EQ(task.assignee(), kHr);
  EXPECT_EQ(task.owner(), "");
  EXPECT_FALSE(task.stands_in());
  entry = Last();
  EXPECT_EQ(entry.kind(), v1::HistoryEntry::KIND_TASK_RELEASED);
  EXPECT_EQ(entry.reason(), "hr@example.com is back");
}

TEST_P(StandInTest, NewTasksGoWhenTheirTurnComes) {
  Start();
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  ASSERT_TRUE(service_->Complete("ada", "paperwork").ok());
  EXPECT_EQ(Task("welcome.walk").assignee(), kHr);
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Task("welcome.walk").assignee(), kBob);
  Start("ben");
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Handed(), "0 handed over");
}

TEST_P(StandInTest, WhatWhoStandsInHasBegunStaysWithThem) {
  Start();
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  Begin("paperwork");
  Return();
  EXPECT_EQ(Handed(), "0 handed over");
  EXPECT_EQ(Task("paperwork").assignee(), kBob);
}

TEST_P(StandInTest, WhatWasBegunBeforeComesBack) {
  Start();
  Begin("paperwork");
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Task("paperwork").state(), v1::Task::STATE_IN_PROGRESS);
  Return();
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Task("paperwork").assignee(), kHr);
}

TEST_P(StandInTest, NobodyIsOverruled) {
  Start();
  v1::DelegateTaskRequest delegate;
  delegate.set_name(absl::StrCat(kAda, "/tasks/paperwork"));
  delegate.set_delegate("cyn@example.com");
  ASSERT_TRUE(service_->Call<v1::DelegateTaskResponse>("DelegateTask", delegate).ok());
  Leave();
  EXPECT_EQ(Handed(), "0 handed over");
  EXPECT_EQ(Task("paperwork").assignee(), "cyn@example.com");
  // Whoever gives it to somebody who is away knows why.
  Assign("paperwork", kHr);
  EXPECT_EQ(Handed(), "0 handed over");
  EXPECT_EQ(Task("paperwork").assignee(), kHr);
}

TEST_P(StandInTest, WhereNobodyStandsInItStays) {
  Put(kHr, AwayHr(""));
  Start();
  Leave();
  EXPECT_EQ(Handed(), "0 handed over");
  EXPECT_EQ(Task("paperwork").assignee(), kHr);
  Put(kHr, AwayHr());
  EXPECT_EQ(Handed(), "1 handed over") << "somebody was found";
}

TEST_P(StandInTest, ARecordThatIsChangedCounts) {
  Start();
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  Put(kHr, AwayHr("cyn@example.com"));
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Task("paperwork").assignee(), "cyn@example.com");
  EXPECT_EQ(Task("paperwork").owner(), kHr);
  Put(kHr, {});
  EXPECT_EQ(Handed(), "1 handed over") << "there is no absence any more";
  EXPECT_EQ(Task("paperwork").assignee(), kHr);
}

TEST_P(StandInTest, WhenWhoStandsInGoesTheNextDoes) {
  v1::Person bob;
  v1::Absence& absence = *bob.add_absences();
  absence.set_from_date("2031-03-05");
  absence.set_until_date("2031-03-05");
  absence.set_substitute("cyn@example.com");
  Put(kBob, bob);
  Start();
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  service_->clock().Advance(absl::Hours(24));
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Task("paperwork").assignee(), "cyn@example.com");
  EXPECT_EQ(Task("paperwork").owner(), kHr);
}

TEST_P(StandInTest, OfTwoReplicasOneHandsOver) {
  const auto other = Replica();
  for (int i = 0; i < 10; ++i) Start(absl::StrCat("rep-", i));
  Leave();
  other->clock().Advance(absl::Hours(15));
  std::thread thread([&] { RoundOf(*other); });
  Round();
  thread.join();
  Round();
  for (int i = 0; i < 10; ++i) {
    v1::ListHistoryRequest request;
    request.set_parent(absl::StrCat("workspaces/acme/onboardings/rep-", i));
    const auto history = service_->Call<v1::ListHistoryResponse>("ListHistory", request);
    ASSERT_TRUE(history.ok()) << history.status();
    int handed = 0;
    for (const v1::HistoryEntry& entry : history->entries())
      handed += entry.kind() == v1::HistoryEntry::KIND_TASK_DELEGATED;
    EXPECT_EQ(handed, 1);
  }
}

TEST_P(StandInTest, RecordsThatAnEarlierReleaseWroteCount) {
  // As it is after the upgrade: the record is there, and nobody looked at it.
  ASSERT_TRUE(database_
                  ->Write({},
                          [](sql::Transaction& tx) -> absl::Status {
                            RETURN_IF_ERROR(tx.Execute("DELETE FROM stand_ins").status());
                            const std::string step = kStandInsSchema;
                            return tx.Execute(step.substr(step.find("INSERT INTO"))).status();
                          })
                  .ok());
  Start();
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
}

TEST_P(StandInTest, WhoStandsInIsToldAndTheirManagerAfterThem) {
  v1::Person bob;
  bob.set_manager("boss@example.com");
  Put(kBob, bob);
  Start();
  Leave();
  service_->clock().Advance(absl::Hours(12));  // 12:00, three hours late
  EXPECT_EQ(Round(), "3 told, 1 handed over");
  EXPECT_THAT(Told("rule = late"), ::testing::ElementsAre("late 1 paperwork: bob@example.com",
                                                          "late 2 paperwork: boss@example.com"));
}

TEST_P(StandInTest, WhenWhoStandsInFallsIllTheNextDoes) {
  Start();
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  v1::Person bob;
  v1::Absence& absence = *bob.add_absences();
  absence.set_from_date("2031-03-04");
  absence.set_until_date("2031-03-04");
  absence.set_substitute("cyn@example.com");
  Put(kBob, bob);
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Task("paperwork").assignee(), "cyn@example.com");
  EXPECT_EQ(Task("paperwork").owner(), kHr);
  service_->clock().Advance(absl::Hours(24));
  EXPECT_EQ(Handed(), "1 handed over") << "bob is back";
  EXPECT_EQ(Task("paperwork").assignee(), kBob);
}

TEST_P(StandInTest, WhatIsToldAfterTheFactIsNotCutOff) {
  Start();
  Leave();
  service_->clock().Advance(absl::Hours(10));
  const auto comment = [&](absl::Duration ago) {
    v1::CommentTaskRequest request;
    request.set_name(absl::StrCat(kAda, "/tasks/paperwork"));
    request.set_text("as it was");
    *request.mutable_occur_time() = ToTimestamp(service_->clock().Now() - ago);
    return service_->Call<v1::CommentTaskResponse>("CommentTask", request).status();
  };
  ASSERT_TRUE(comment(absl::Hours(2)).ok());
  EXPECT_EQ(Handed(), "0 handed over");
  EXPECT_TRUE(comment(absl::Hours(1)).ok()) << "it goes on being told";
  service_->clock().Advance(absl::Minutes(9));
  EXPECT_EQ(Handed(), "0 handed over");
  service_->clock().Advance(absl::Minutes(2));
  EXPECT_EQ(Handed(), "1 handed over");
}

TEST_P(StandInTest, WhoIsAwayLongerThanWasSaidIsStoodInForOnceMore) {
  Start();
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  Return();
  EXPECT_EQ(Handed(), "1 handed over");
  v1::Person longer = AwayHr();
  longer.mutable_absences(0)->set_until_date("2031-03-10");
  Put(kHr, longer);
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Task("paperwork").assignee(), kBob);
}

TEST_P(StandInTest, WhoLeftGetsNothingBack) {
  Start();
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  v1::Person left;
  left.set_state(v1::Person::STATE_LEFT);
  Put(kHr, left);
  EXPECT_EQ(Handed(), "0 handed over");
  v1::DeletePersonRequest remove;
  remove.set_name(absl::StrCat("workspaces/acme/people/", kHr));
  remove.set_reason("long ago");
  const auto removed = Call<v1::DeletePersonResponse>("People", "DeletePerson", remove);
  ASSERT_TRUE(removed.ok()) << removed.status();
  EXPECT_EQ(Handed(), "0 handed over");
  EXPECT_EQ(Task("paperwork").assignee(), kBob);
  EXPECT_TRUE(Task("paperwork").stands_in());
  Put(kHr, {});
  EXPECT_EQ(Handed(), "1 handed over") << "they work here again";
  EXPECT_EQ(Task("paperwork").assignee(), kHr);
}

// What comes in between, and what goes wrong.
class StandInFaults : public StandInTest {
 protected:
  void SetUp() override {
    StandInTest::SetUp();
    store_ = NewStandInStore(*database_);
    people_store_ = NewPeopleStore(*database_);
    people_ = std::make_unique<People>(*people_store_, service_->clock());
    runs_ = std::make_unique<RefusingStore>(service_->app().store());
  }
  // Rounds of workers that do `batch` at once.
  int64_t Changed(int rounds, int batch = 200) {
    StandIns workers(*runs_, *people_, *store_, logger_,
                     {.batch = batch, .lease_term = absl::ZeroDuration()});
    int64_t changed = 0;
    for (int i = 0; i < rounds; ++i) {
      const auto round = workers.RunOnce({}, service_->clock().Now());
      EXPECT_TRUE(round.ok()) << round.status();
      if (round.ok()) changed += round->changed;
    }
    return changed;
  }

  std::unique_ptr<StandInStore> store_;
  std::unique_ptr<PeopleStore> people_store_;
  std::unique_ptr<People> people_;
  std::unique_ptr<RefusingStore> runs_;
};

INSTANTIATE_TEST_SUITE_P(Engines, StandInFaults, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(StandInFaults, WhatIsGivenToAnotherMeanwhileStaysThere) {
  Start();
  Leave();
  runs_->before = [&] { Assign("paperwork", "zoe@example.com"); };
  EXPECT_EQ(Changed(1), 0);
  EXPECT_EQ(Task("paperwork").assignee(), "zoe@example.com");
  EXPECT_EQ(Task("paperwork").owner(), "");
}

TEST_P(StandInFaults, ARecordThatChangesMeanwhileIsLookedAtAgain) {
  Start();
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  Put(kHr, AwayHr("cyn@example.com"));
  runs_->before = [&] { Put(kHr, AwayHr("dan@example.com")); };
  EXPECT_EQ(Changed(1), 1);
  EXPECT_EQ(Task("paperwork").assignee(), "cyn@example.com");
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Task("paperwork").assignee(), "dan@example.com");
}

// Whoever changes the record of who stands in does not know yet of the tasks that they get.
TEST_P(StandInFaults, WhoStandsInMayGoInThatVeryMoment) {
  Start();
  Leave();
  v1::Person bob;
  v1::Absence& absence = *bob.add_absences();
  absence.set_from_date("2031-03-04");
  absence.set_until_date("2031-03-05");
  absence.set_substitute("cyn@example.com");
  runs_->before = [&] { Put(kBob, bob); };
  EXPECT_EQ(Changed(1), 1);
  EXPECT_EQ(Task("paperwork").assignee(), kBob);
  runs_->before = nullptr;
  EXPECT_EQ(Changed(1), 1);
  EXPECT_EQ(Task("paperwork").assignee(), "cyn@example.com");
  EXPECT_EQ(Task("paperwork").owner(), kHr);
}

TEST_P(StandInFaults, WhoStandsInMayLeaveInThatVeryMoment) {
  Start();
  Leave();
  v1::Person bob;
  bob.set_state(v1::Person::STATE_LEFT);
  runs_->before = [&] { Put(kBob, bob); };
  EXPECT_EQ(Changed(1), 1);
  runs_->before = nullptr;
  Put("cyn@example.com", {});
  Put(kHr, AwayHr("cyn@example.com"));
  EXPECT_EQ(Changed(1), 1);
  EXPECT_EQ(Task("paperwork").assignee(), "cyn@example.com");
}

// Nobody had a task of theirs that would have told of it.
TEST_P(StandInFaults, WhoCanStandInAgainIsFound) {
  v1::Person bob;
  bob.set_state(v1::Person::STATE_LEFT);
  Put(kBob, bob);
  Start();
  Leave();
  EXPECT_EQ(Changed(1), 0);
  Put(kBob, {});
  service_->clock().Advance(absl::Minutes(11));
  EXPECT_EQ(Changed(1), 1);
  EXPECT_EQ(Task("paperwork").assignee(), kBob);
}

TEST_P(StandInFaults, ARunThatCannotBeChangedHoldsUpNoOther) {
  Start("ada");
  Start("ben");
  Leave();
  runs_->refused = "ada";
  EXPECT_EQ(Changed(5, /*batch=*/1), 1) << "ben's";
  EXPECT_EQ(runs_->tries, 1) << "it rests";
}

TEST_P(StandInFaults, WhatCannotComeBackAtOnceComesLater) {
  Start("ada");
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  Return();
  runs_->refused = "ada";
  EXPECT_EQ(Changed(5), 0);
  EXPECT_EQ(runs_->tries, 1);
  runs_->refused = "";
  service_->clock().Advance(absl::Minutes(1));
  EXPECT_EQ(Changed(1), 1);
  EXPECT_EQ(Task("paperwork").assignee(), kHr);
}

TEST_P(StandInFaults, ATaskThatIsFoundInVainHoldsUpNoOther) {
  Start("ada");
  v1::DelegateTaskRequest delegate;
  delegate.set_name(absl::StrCat(kAda, "/tasks/paperwork"));
  delegate.set_delegate("cyn@example.com");
  ASSERT_TRUE(service_->Call<v1::DelegateTaskResponse>("DelegateTask", delegate).ok());
  // As a release left it that knew nothing of substitutes.
  Execute("UPDATE open_tasks SET given = 0, resource = 'hr@example.com'");
  Start("ben");
  Leave();
  int updates = 0;
  runs_->before = [&] { ++updates; };
  EXPECT_EQ(Changed(5, /*batch=*/1), 1) << "ben's";
  EXPECT_EQ(updates, 2) << "one of each";
  EXPECT_EQ(Task("paperwork").assignee(), "cyn@example.com");
}

}  // namespace
}  // namespace plumbline::onboarding::escalation::testing
