// SPDX-License-Identifier: Apache-2.0
//
// Who does a task.
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

const absl::Time kDay = At("2026-03-02T09:00:00Z");

v1::Task TaskOf(const onboarding::Run& run, absl::string_view task) {
  return TaskMessages(run, kDay).Make(*FindTask(run, task));
}

// paperwork belongs to the role hr, laptop to it@example.com, who fills the role it.
class AssignmentTest : public ::testing::Test {
 protected:
  AssignmentTest() {
    MustChange(CompleteTask(run_, "paperwork", {.tick_all = true}, When(kDay)));
    MustChange(CompleteTask(pair_, "a", {}, When(kDay)));
  }
  onboarding::Run run_ = AdaRun();
  onboarding::Run pair_ = AdaRun(PairPlan());  // b belongs to the role ops
};

TEST_F(AssignmentTest, WhoClaimsATaskOfARoleHasIt) {
  const Entries entries = MustChange(ClaimTask(pair_, "b", false, When(kDay, "ann")));
  EXPECT_THAT(Told(entries), ElementsAre("TASK_CLAIMED b"));
  EXPECT_EQ(entries[0].resource, "ann");
  EXPECT_EQ(TaskOf(pair_, "b").assignee(), "ann");
  EXPECT_THAT(MustChange(ClaimTask(pair_, "b", false, When(kDay, "ann"))), ElementsAre())
      << "they have it already";
}

TEST_F(AssignmentTest, WhatSomebodyElseHasIsTakenOverOnlyOnPurpose) {
  const absl::Status refused = ClaimTask(run_, "laptop", false, When(kDay, "ann")).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_TASK_CLAIMED);
  EXPECT_EQ(base::MetadataOf(refused, "assignee"), "it@example.com");
  MustChange(ClaimTask(run_, "laptop", true, When(kDay, "ann")));
  EXPECT_EQ(TaskOf(run_, "laptop").assignee(), "ann");
  EXPECT_EQ(TaskOf(run_, "accounts").assignee(), "it@example.com") << "that is another task";
}

TEST_F(AssignmentTest, TakingATaskFromSomebodyNeedsAReason) {
  EXPECT_EQ(ReasonOf(AssignTask(run_, "laptop", "bob", "", When(kDay)).status()),
            Reason::ERROR_REASON_FIELD_INVALID);
  const Entries entries = MustChange(AssignTask(run_, "laptop", "bob", "is there", When(kDay)));
  EXPECT_EQ(entries[0].resource, "bob");
  EXPECT_EQ(entries[0].reason, "is there");
  EXPECT_THAT(MustChange(AssignTask(run_, "laptop", "bob", "", When(kDay))), ElementsAre());
  MustChange(AssignTask(pair_, "b", "bob", "", When(kDay)));  // nobody had it
}

TEST_F(AssignmentTest, WhatIsDelegatedComesBackToItsOwner) {
  const Entries entries = MustChange(DelegateTask(run_, "laptop", "bob", "holiday", When(kDay)));
  EXPECT_EQ(entries[0].resource, "bob");
  EXPECT_EQ(entries[0].owner, "it@example.com");
  EXPECT_EQ(TaskOf(run_, "laptop").assignee(), "bob");
  EXPECT_EQ(TaskOf(run_, "laptop").owner(), "it@example.com");
  MustChange(DelegateTask(run_, "laptop", "cem", "", When(kDay)));
  EXPECT_EQ(TaskOf(run_, "laptop").owner(), "it@example.com") << "delegated on, the owner stays";
  EXPECT_EQ(ReasonOf(DelegateTask(run_, "laptop", "it@example.com", "", When(kDay)).status()),
            Reason::ERROR_REASON_FIELD_INVALID);
  MustChange(StartTask(run_, "laptop", When(kDay, "cem")));
  MustChange(ReleaseTask(run_, "laptop", "", When(kDay, "cem")));
  EXPECT_EQ(TaskOf(run_, "laptop").assignee(), "it@example.com");
  EXPECT_EQ(TaskOf(run_, "laptop").owner(), "");
  EXPECT_EQ(TaskOf(run_, "laptop").state(), v1::Task::STATE_IN_PROGRESS) << "begun stays begun";
}

TEST_F(AssignmentTest, TheOwnerMayTakeItBackAtAnyTime) {
  MustChange(DelegateTask(run_, "laptop", "bob", "", When(kDay)));
  MustChange(ClaimTask(run_, "laptop", false, When(kDay, "it@example.com")));
  EXPECT_EQ(TaskOf(run_, "laptop").assignee(), "it@example.com");
  EXPECT_EQ(TaskOf(run_, "laptop").owner(), "");
}

TEST_F(AssignmentTest, ARoleDelegatesToo) {
  MustChange(DelegateTask(pair_, "b", "bob", "", When(kDay)));
  EXPECT_EQ(TaskOf(pair_, "b").owner(), "ops");
  MustChange(ReleaseTask(pair_, "b", "", When(kDay, "bob")));
  EXPECT_EQ(TaskOf(pair_, "b").assignee(), "");
}

TEST_F(AssignmentTest, WhatIsReleasedBelongsToTheRole) {
  MustChange(ReleaseTask(run_, "laptop", "too much", When(kDay)));
  EXPECT_EQ(TaskOf(run_, "laptop").assignee(), "") << "though the on-boarding names a person";
  const absl::Status refused = ReleaseTask(run_, "laptop", "", When(kDay)).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_TASK_STATE);
  EXPECT_EQ(base::MetadataOf(refused, "state"), "UNASSIGNED");
}

TEST_F(AssignmentTest, OnlyOpenWorkIsGiven) {
  for (const char* task : {"paperwork", "exam"}) {
    EXPECT_EQ(ReasonOf(ClaimTask(run_, task, true, When(kDay)).status()),
              Reason::ERROR_REASON_TASK_STATE);
    EXPECT_EQ(ReasonOf(AssignTask(run_, task, "x", "y", When(kDay)).status()),
              Reason::ERROR_REASON_TASK_STATE);
  }
}

}  // namespace
}  // namespace plumbline::onboarding::testing
