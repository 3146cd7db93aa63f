// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/engine.h"

#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using base::Reason;
using base::ReasonOf;
using ::testing::ElementsAre;

const absl::Time kDay = At("2026-03-02T09:00:00Z");

// "READY laptop": shorter names, for comparing.
std::vector<std::string> Short(const Entries& entries) {
  static const char* const kNames[] = {"",        "STARTED", "READY",     "BEGUN",   "DONE",
                                       "SKIPPED", "BLOCKED", "UNBLOCKED", "DECIDED", "FINISHED"};
  std::vector<std::string> told;
  for (const HistoryEntry& entry : entries) {
    if (entry.kind == EntryKind::kReplanned) continue;  // outlook_test.cc
    std::string what = kNames[static_cast<int>(entry.kind)];
    told.push_back(entry.task.empty() ? what : what + " " + entry.task);
  }
  return told;
}

Entries Must(absl::StatusOr<Entries> entries) {
  EXPECT_TRUE(entries.ok()) << entries.status();
  return entries.ok() ? *std::move(entries) : Entries();
}

Entries Complete(onboarding::Run& run, absl::string_view task, absl::Time time = kDay) {
  Completion all;
  all.tick_all = true;
  return Must(CompleteTask(run, task, all, When(time)));
}

const TaskRecord& RecordOf(const onboarding::Run& run, absl::string_view task) {
  return *FindTask(run, task)->record;
}

TEST(Engine, ATaskThatIsCompletedWithoutAStartGetsNone) {
  onboarding::Run run = AdaRun();
  Entries entries = Complete(run, "paperwork");
  EXPECT_THAT(Short(entries), ElementsAre("DONE paperwork", "READY laptop", "READY accounts"));
  EXPECT_FALSE(entries[0].start_time.has_value());
  EXPECT_FALSE(RecordOf(run, "paperwork").start_time.has_value());
}

TEST(Engine, WhoStartsWhatIsTheirRolesHasIt) {
  onboarding::Run run = AdaRun();
  ASSERT_EQ(AssigneeOf(run, RecordOf(run, "paperwork")), "");
  onboarding::Run nobody = run;
  Must(StartTask(nobody, "paperwork", When(kDay, "ann")));
  EXPECT_EQ(AssigneeOf(nobody, RecordOf(nobody, "paperwork")), "");
  const Entries entries = Must(StartTask(run, "paperwork", When(kDay, "ann"), /*claims=*/true));
  EXPECT_THAT(Told(entries), ElementsAre("TASK_CLAIMED paperwork", "TASK_STARTED paperwork"));
  EXPECT_EQ(entries[0].resource, "ann");
  EXPECT_EQ(AssigneeOf(run, RecordOf(run, "paperwork")), "ann");
  Complete(run, "paperwork");
  ASSERT_EQ(AssigneeOf(run, RecordOf(run, "laptop")), "it@example.com");
  EXPECT_THAT(Told(Must(StartTask(run, "laptop", When(kDay, "ann"), /*claims=*/true))),
              ElementsAre("TASK_STARTED laptop"));
  EXPECT_EQ(AssigneeOf(run, RecordOf(run, "laptop")), "it@example.com") << "it stays theirs";
}

TEST(Engine, AStartedTaskKeepsItsStart) {
  onboarding::Run run = AdaRun();
  EXPECT_THAT(Short(Must(StartTask(run, "paperwork", When(kDay)))), ElementsAre("BEGUN paperwork"));
  EXPECT_EQ(ReasonOf(StartTask(run, "paperwork", When(kDay)).status()),
            Reason::ERROR_REASON_TASK_STATE);
  Entries done = Complete(run, "paperwork", kDay + absl::Hours(1));
  EXPECT_EQ(done[0].start_time, kDay);
  EXPECT_EQ(RecordOf(run, "paperwork").start_time, kDay);
  EXPECT_EQ(RecordOf(run, "paperwork").end_time, kDay + absl::Hours(1));
}

TEST(Engine, TheStateErrorNamesTheStateAndWhatIsAllowed) {
  onboarding::Run run = AdaRun();
  absl::Status status = StartTask(run, "exam", When(kDay)).status();
  EXPECT_EQ(base::MetadataOf(status, "state"), "PENDING");
  EXPECT_EQ(base::MetadataOf(status, "allowed"), "READY");
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("; it waits for 'paperwork'"));
}

TEST(Engine, TheChecklistIsKeptInItsOrder) {
  onboarding::Run run = AdaRun();
  Completion completion{{"contract"}, false, {"wrong-address"}};
  Entries entries = Must(CompleteTask(run, "paperwork", completion, When(kDay)));
  EXPECT_THAT(entries[0].ticked, ElementsAre("contract"));
  EXPECT_THAT(entries[0].defects, ElementsAre("wrong-address"));
}

struct ChecklistCase {
  const char* name;
  Completion completion;
  Reason reason;
};

class ChecklistTest : public ::testing::TestWithParam<ChecklistCase> {};

TEST_P(ChecklistTest, IsRefusedAndChangesNothing) {
  onboarding::Run run = AdaRun();
  int64_t before = run.last_sequence;
  auto result = CompleteTask(run, "paperwork", GetParam().completion, When(kDay));
  EXPECT_EQ(ReasonOf(result.status()), GetParam().reason);
  EXPECT_EQ(run.last_sequence, before);
  EXPECT_EQ(RecordOf(run, "paperwork").state, TaskState::kReady);
}

INSTANTIATE_TEST_SUITE_P(
    Checklists, ChecklistTest,
    ::testing::Values(
        ChecklistCase{
            "RequiredMissing", {{"nda"}, false, {}}, Reason::ERROR_REASON_CHECKLIST_INCOMPLETE},
        ChecklistCase{
            "UnknownItem", {{"contract", "x"}, false, {}}, Reason::ERROR_REASON_FIELD_INVALID},
        ChecklistCase{"UnknownDefect", {{}, true, {"x"}}, Reason::ERROR_REASON_FIELD_INVALID},
        ChecklistCase{"DefectTwice",
                      {{}, true, {"wrong-address", "wrong-address"}},
                      Reason::ERROR_REASON_FIELD_INVALID}),
    [](const auto& test) { return test.param.name; });

TEST(Engine, BlockedTimeCountsOverlapsOnce) {
  onboarding::Run run = AdaRun();
  auto at = [](int hours) { return When(kDay + absl::Hours(hours)); };
  Must(BlockTask(run, "paperwork", {"", Category::kAccess, "", "a"}, at(1)));
  Must(BlockTask(run, "paperwork", {"", Category::kPeople, "", "b"}, at(2)));
  Must(UnblockTask(run, "paperwork", "i1", "", at(4)));
  EXPECT_EQ(RecordOf(run, "paperwork").blocked, absl::ZeroDuration());
  Must(UnblockTask(run, "paperwork", "", "", at(6)));
  EXPECT_EQ(RecordOf(run, "paperwork").blocked, absl::Hours(5));
  Must(BlockTask(run, "paperwork", {"", Category::kPeople, "", "c"}, at(8)));
  Must(UnblockTask(run, "paperwork", "", "", at(9)));
  EXPECT_EQ(RecordOf(run, "paperwork").blocked, absl::Hours(6));
  EXPECT_FALSE(RecordOf(run, "paperwork").blocked_since.has_value());
}

TEST(Engine, SkippingResolvesWhatIsOpenOnTheTaskAlone) {
  onboarding::Run run = AdaRun();
  Complete(run, "paperwork");
  Must(BlockTask(run, "laptop", {"late", Category::kEquipment, "", "a"}, When(kDay)));
  Must(BlockTask(run, "accounts", {"", Category::kAccess, "", "b"}, When(kDay)));
  EXPECT_THAT(Short(Must(SkipTask(run, "laptop", "has one", When(kDay + absl::Hours(2))))),
              ElementsAre("UNBLOCKED laptop", "SKIPPED laptop"));
  EXPECT_EQ(run.impediments[0].resolution, "has one");
  EXPECT_EQ(RecordOf(run, "laptop").blocked, absl::Hours(2));
  EXPECT_FALSE(run.impediments[1].resolve_time.has_value());
}

TEST(Engine, AnImpedimentGetsTheNextFreeId) {
  onboarding::Run run = AdaRun();
  Must(BlockTask(run, "paperwork", {"i2", Category::kAccess, "", "a"}, When(kDay)));
  Must(BlockTask(run, "paperwork", {"", Category::kAccess, "", "b"}, When(kDay)));
  EXPECT_EQ(run.impediments[1].id, "i3");
}

TEST(Engine, ARunHoldsOnlySoManyImpediments) {
  onboarding::Run run = AdaRun();
  for (int i = 0; i < kMaxImpediments; ++i) {
    Must(BlockTask(run, "paperwork", {"", Category::kAccess, "", "a"}, When(kDay)));
  }
  EXPECT_EQ(
      ReasonOf(BlockTask(run, "paperwork", {"", Category::kAccess, "", "a"}, When(kDay)).status()),
      Reason::ERROR_REASON_FIELD_INVALID);
}

TEST(Engine, ARepeatedStepIsANewTask) {
  onboarding::Run run = AdaRun();
  for (const char* task : {"paperwork", "laptop", "accounts"}) Complete(run, task);
  Must(Decide(run, "route", "field", "", When(kDay)));
  Complete(run, "field");
  ASSERT_EQ(run.decisions.size(), 1u);
  EXPECT_THAT(Short(Must(Decide(run, "dinner", "do", "", When(kDay)))),
              ElementsAre("DECIDED", "READY dinner"));
  Complete(run, "dinner");
  EXPECT_EQ(FindTask(run, "study")->state, TaskState::kPending);
  Complete(run, "exam");
  Must(Decide(run, "certification", "again", "failed", When(kDay)));
  EXPECT_EQ(FindTask(run, "exam~2")->state, TaskState::kPending);
  EXPECT_THAT(Short(Complete(run, "study")), ElementsAre("DONE study", "READY exam~2"));
  EXPECT_EQ(FindTask(run, "exam")->state, TaskState::kDone);
  EXPECT_EQ(ReasonOf(FindTask(run, "exam~3").status()), Reason::ERROR_REASON_RESOURCE_NOT_FOUND);
  EXPECT_EQ(FindTask(run, "inside")->state, TaskState::kNotNeeded);
}

TEST(Engine, AnOptionalStepWaitsAsPendingAndLeavesAsNotNeeded) {
  onboarding::Run run = AdaRun();
  for (const char* task : {"paperwork", "laptop", "accounts"}) Complete(run, task);
  Must(Decide(run, "route", "field", "", When(kDay)));
  Complete(run, "field");
  EXPECT_EQ(FindTask(run, "dinner")->state, TaskState::kPending);
  int total = CountSteps(run).total;
  Must(Decide(run, "dinner", "leave-out", "", When(kDay)));
  EXPECT_EQ(FindTask(run, "dinner")->state, TaskState::kNotNeeded);
  EXPECT_EQ(CountSteps(run).total, total - 1);
}

TEST(Engine, TheDecisionErrorNamesWhatIsOpen) {
  onboarding::Run run = AdaRun();
  for (const char* task : {"paperwork", "laptop", "accounts"}) Complete(run, task);
  absl::Status status = Decide(run, "dinner", "do", "", When(kDay)).status();
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_DECISION_NOT_OPEN);
  EXPECT_EQ(base::MetadataOf(status, "open"), "route");
}

TEST(Engine, ResourcesAreTheAssigneeElseTheRole) {
  onboarding::Run run = AdaRun();
  Entries entries = Complete(run, "paperwork");
  EXPECT_EQ(entries[0].resource, "hr");
  EXPECT_EQ(entries[1].resource, "it@example.com");
}

TEST(Engine, AReadyTaskTellsItsEarliestTime) {
  auto started = Start(AdaSpec(), SalesRepPlan(), When(At("2026-02-02T09:00:00Z")));
  ASSERT_TRUE(started.ok());
  ASSERT_THAT(Short(started->entries), ElementsAre("STARTED", "READY paperwork"));
  EXPECT_EQ(started->entries[0].earliest_time, At("2026-03-02T09:00:00Z")) << "day one opens";
  EXPECT_EQ(started->entries[1].earliest_time, At("2026-02-23T09:00:00Z"));
  Entries entries = Complete(started->run, "paperwork", At("2026-02-03T09:00:00Z"));
  EXPECT_FALSE(entries[1].earliest_time.has_value()) << "the laptop has no earliest day";
  EXPECT_EQ(entries[2].earliest_time, At("2026-03-02T09:00:00Z"));
}

TEST(Engine, DueDatesAndTheTargetAreInBusinessTime) {
  onboarding::Run run = AdaRun();
  EXPECT_EQ(run.target_time, At("2026-05-25T09:00:00Z"));
  EXPECT_EQ(RecordOf(run, "paperwork").due_time, At("2026-03-03T09:00:00Z"));
  Complete(run, "paperwork", At("2026-03-06T16:00:00Z"));  // a Friday
  EXPECT_EQ(RecordOf(run, "laptop").due_time, At("2026-03-11T16:00:00Z"));
  EXPECT_EQ(RecordOf(run, "accounts").due_time, At("2026-03-09T10:00:00Z"));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
