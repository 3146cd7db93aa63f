// SPDX-License-Identifier: Apache-2.0
//
// The rows of due tasks, on both engines.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/automation/store_sql.h"
#include "services/onboarding/engine/automation.h"
#include "services/onboarding/runs/store_sql_index.h"
#include "services/onboarding/runs/store_testing.h"

namespace plumbline::onboarding::testing {
namespace {

using automation::DueTask;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class DueStoreTest : public StoreTest {
 protected:
  void SetUp() override {
    plan_ = SetupPlan();
    StoreTest::SetUp();
    due_ = automation::NewDueStore(*database_);
    ASSERT_TRUE(Create("ada").ok());
    ASSERT_TRUE(Complete("ada", "order").ok());
  }

  std::vector<DueTask> Due(absl::Time now, int limit = 10) {
    auto found = due_->FindDue({}, now, limit);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? *found : std::vector<DueTask>();
  }
  std::vector<std::string> Tasks(absl::Time now, int limit = 10) {
    std::vector<std::string> names;
    for (const DueTask& one : Due(now, limit)) names.push_back(one.onboarding + "/" + one.task);
    return names;
  }
  void Change(absl::FunctionRef<absl::StatusOr<Entries>(onboarding::Run&)> change) {
    const auto status = Update("ada", [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
                          ASSIGN_OR_RETURN(Entries entries, change(run));
                          return Changed{std::move(entries), ""};
                        }).status();
    ASSERT_TRUE(status.ok()) << status;
  }

  std::unique_ptr<automation::DueStore> due_;
};

TEST_P(DueStoreTest, RowsFollowTheRun) {
  EXPECT_THAT(Tasks(kDay - absl::Seconds(1)), IsEmpty());
  EXPECT_THAT(Tasks(kDay), UnorderedElementsAre("ada/crm", "ada/mail"));
  EXPECT_THAT(Tasks(kDay, 1).size(), 1u);
  Change([](onboarding::Run& run) { return CallAutomation(run, "crm", "c1", When(kDay)); });
  EXPECT_THAT(Tasks(kDay), ElementsAre("ada/mail"));
  const std::vector<DueTask> later = Due(kDay + absl::Minutes(30));
  ASSERT_EQ(later.size(), 2u);
  EXPECT_EQ(later[1].task, "crm");
  EXPECT_EQ(later[1].webhook, "provision-crm");
  EXPECT_EQ(later[1].due, kDay + absl::Minutes(30));
  Change([](onboarding::Run& run) { return Pause(run, "rest", When(kDay)); });
  EXPECT_THAT(Tasks(absl::InfiniteFuture()), IsEmpty());
  Change([](onboarding::Run& run) { return Resume(run, "on", When(kDay)); });
  EXPECT_THAT(Tasks(kDay), ElementsAre("ada/mail"));
  Change([](onboarding::Run& run) { return CompleteTask(run, "mail", {}, When(kDay)); });
  EXPECT_THAT(Tasks(kDay), IsEmpty());
}

// An entry of now would come before what is still to be told.
TEST_P(DueStoreTest, AHistoryThatIsToldLateIsLeftAlone) {
  const absl::Time now = kDay + absl::Hours(30);
  const auto told = [&](absl::Time occurred, absl::Time recorded) -> Occurrence {
    return {occurred, recorded, "ada@example.com"};
  };
  Change([&](onboarding::Run& run) {
    return CommentTask(run, "crm", "done by hand", {}, told(kDay + absl::Hours(1), now));
  });
  EXPECT_THAT(Tasks(now + absl::Minutes(10) - absl::Seconds(1)), IsEmpty());
  EXPECT_THAT(Tasks(now + absl::Minutes(10)), UnorderedElementsAre("ada/crm", "ada/mail"));
  // Who tells of now has told all.
  Change(
      [&](onboarding::Run& run) { return CommentTask(run, "crm", "and now", {}, told(now, now)); });
  EXPECT_THAT(Tasks(now), UnorderedElementsAre("ada/crm", "ada/mail"));
}

TEST_P(DueStoreTest, APlanWithoutProgramsHasNone) {
  plan_ = SalesRepPlan();
  ASSERT_TRUE(Create("bob").ok());
  EXPECT_THAT(Tasks(absl::InfiniteFuture()), UnorderedElementsAre("ada/crm", "ada/mail"));
}

TEST_P(DueStoreTest, WhatChangedMeanwhileIsNotPostponed) {
  const std::vector<DueTask> due = Due(kDay);
  ASSERT_TRUE(due_->Postpone({}, due[0], kDay + absl::Minutes(5)).ok());
  EXPECT_EQ(Tasks(kDay).size(), 1u);
  ASSERT_TRUE(due_->Postpone({}, due[0], std::nullopt).ok());
  EXPECT_EQ(Tasks(kDay + absl::Minutes(5)).size(), 2u) << "it is another time by now";
  ASSERT_TRUE(due_->Postpone({}, due[1], std::nullopt).ok());
  EXPECT_EQ(Tasks(kDay + absl::Minutes(5)).size(), 1u);
}

// As after a block that was opened and resolved while somebody looked at the task: what stands
// there is due at the same time, and is not what was found.
TEST_P(DueStoreTest, WhatWasWrittenAgainForTheSameTimeIsNotPostponed) {
  const std::vector<DueTask> due = Due(kDay);
  for (const DueTask& task : due) {
    Change([&](onboarding::Run& run) { return BlockTask(run, task.task, {}, When(kDay)); });
    Change([&](onboarding::Run& run) { return UnblockTask(run, task.task, "", "", When(kDay)); });
  }
  ASSERT_EQ(Due(kDay).size(), 2u);
  EXPECT_EQ(Due(kDay)[0].due, due[0].due);
  for (const DueTask& task : due) ASSERT_TRUE(due_->Postpone({}, task, std::nullopt).ok());
  EXPECT_EQ(Due(kDay).size(), 2u);
}

TEST_P(DueStoreTest, AnEarlierDayOneIsFollowed) {
  Spec spec = AdaSpec();
  spec.id = "bob";
  spec.day_one = absl::CivilDay(2026, 3, 9);
  ASSERT_TRUE(
      store_->Create({}, {"acme", "Start", "", "bob"}, kDay, Start(spec, plan_, When(kDay))).ok());
  ASSERT_TRUE(Complete("bob", "order").ok());
  EXPECT_THAT(Tasks(kDay), ::testing::Not(::testing::Contains("bob/mail")));
  ASSERT_TRUE(Update("bob", [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
                ASSIGN_OR_RETURN(Entries entries,
                                 Reschedule(run, absl::CivilDay(2026, 3, 2), "sooner", When(kDay)));
                return Changed{std::move(entries), ""};
              }).ok());
  EXPECT_THAT(Tasks(kDay), ::testing::Contains("bob/mail"));
}

TEST_P(DueStoreTest, OneHoldsTheLease) {
  EXPECT_TRUE(*due_->TakeLease({}, "a", kDay, absl::Seconds(10)));
  EXPECT_FALSE(*due_->TakeLease({}, "b", kDay, absl::Seconds(10)));
  EXPECT_TRUE(*due_->TakeLease({}, "b", kDay + absl::Seconds(11), absl::Seconds(10)));
}

INSTANTIATE_TEST_SUITE_P(Engines, DueStoreTest, ::testing::Bool(),
                         [](const auto& row) { return row.param ? "PostgreSQL" : "SQLite"; });

}  // namespace
}  // namespace plumbline::onboarding::testing
