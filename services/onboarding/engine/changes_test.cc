// SPDX-License-Identifier: Apache-2.0
//
// What entries say of values: what they were, and what they became. That nothing is left out, the
// model test says (model_test.cc).
#include "services/onboarding/engine/changes.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/escalation.h"
#include "services/onboarding/engine/migrate_testing.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/engine/proxies.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = At("2026-03-02T09:00:00Z");

// "state: READY -> DONE", as the API shows them.
std::vector<std::string> Changes(const HistoryEntry& entry) {
  std::vector<std::string> texts;
  const v1::HistoryEntry shown = ToProto(entry, "acme", "ada");
  for (const v1::FieldChange& change : shown.changes())
    texts.push_back(
        absl::StrCat(change.field(), ": ", change.old_value(), " -> ", change.new_value()));
  return texts;
}

// Of the first entry of a kind.
std::vector<std::string> Changes(const Entries& entries, EntryKind kind) {
  for (const HistoryEntry& entry : entries)
    if (entry.kind == kind) return Changes(entry);
  return {"there is no such entry"};
}

TEST(Changes, AStartNamesWhoDoesWhatAndTheData) {
  Spec spec = AdaSpec();
  spec.attributes = {{"amount", "950"}};
  spec.assignees = {{"desk", "dan"}, {"cfo", "cem"}};
  const Started started = *Start(spec, DealPlan(), When(kStart));
  EXPECT_THAT(Changes(started.entries[0]),
              ElementsAre("day_one:  -> 2026-03-02", "assignees.cfo:  -> cem",
                          "assignees.desk:  -> dan", "attributes.amount:  -> 950"));
}

TEST(Changes, DataAreToldWithDefaults) {
  onboarding::Run run = AdaRun(DealPlan());
  EXPECT_THAT(Changes(MustChange(SetAttributes(run, {{"amount", "700"}}, "", When(kStart)))[0]),
              ElementsAre("attributes.amount:  -> 700"));
  EXPECT_THAT(Changes(MustChange(
                  SetAttributes(run, {{"amount", "701"}, {"gift", "true"}}, "", When(kStart)))[0]),
              ElementsAre("attributes.amount: 700 -> 701", "attributes.gift: false -> true"));
  EXPECT_THAT(Changes(MustChange(SetAttributes(run, {{"gift", ""}}, "", When(kStart)))[0]),
              ElementsAre("attributes.gift: true -> false"));
  EXPECT_THAT(Changes(MustChange(SetAttributes(run, {{"gift", "false"}}, "", When(kStart)))[0]),
              IsEmpty())
      << "it is what it was";
}

TEST(Changes, WhatATaskYieldsIsToldOnceItIsDone) {
  onboarding::Run run = AdaRun(OfferPlan());
  MustChange(StartTask(run, "propose", When(kStart, "ann")));
  EXPECT_THAT(
      Changes(MustChange(CompleteTask(run, "propose", {.outputs = {{"discount", "30"}}},
                                      When(kStart, "ann"))),
              EntryKind::kTaskSubmitted),
      ElementsAre("state: IN_PROGRESS -> AWAITING_VERIFICATION", "outputs.discount:  -> 30"));
  EXPECT_THAT(Changes(MustChange(VerifyTask(run, "propose", {.accepted = false, .reason = "no"},
                                            When(kStart, "bob")))[0]),
              ElementsAre("state: AWAITING_VERIFICATION -> READY", "outputs.discount: 30 -> "));
  MustChange(CompleteTask(run, "propose", {.outputs = {{"discount", "10"}}}, When(kStart, "ann")));
  EXPECT_THAT(
      Changes(MustChange(VerifyTask(run, "propose", {.accepted = true}, When(kStart, "bob"))),
              EntryKind::kTaskCompleted),
      ElementsAre("state: AWAITING_VERIFICATION -> DONE", "attributes.discount:  -> 10"));
}

TEST(Changes, OfWhoHasATask) {
  onboarding::Run run = AdaRun(PairPlan());
  EXPECT_THAT(Changes(MustChange(ClaimTask(run, "a", false, When(kStart, "ann")))[0]),
              ElementsAre("assignee:  -> ann"));
  EXPECT_THAT(Changes(MustChange(AssignTask(run, "a", "bob", "is there", When(kStart)))[0]),
              ElementsAre("assignee: ann -> bob"));
  EXPECT_THAT(Changes(MustChange(DelegateTask(run, "a", "cem", "", When(kStart)))[0]),
              ElementsAre("assignee: bob -> cem", "owner:  -> bob"));
  EXPECT_THAT(Changes(MustChange(ReleaseTask(run, "a", "", When(kStart)))[0]),
              ElementsAre("assignee: cem -> bob", "owner: bob -> "));
  EXPECT_THAT(Changes(MustChange(ReleaseTask(run, "a", "", When(kStart)))[0]),
              ElementsAre("assignee: bob -> "));
  const Entries begun = MustChange(StartTask(run, "a", When(kStart, "ann"), /*claims=*/true));
  EXPECT_THAT(Changes(begun[0]), ElementsAre("assignee:  -> ann"));
  EXPECT_THAT(Changes(begun[1]), ElementsAre("state: READY -> IN_PROGRESS"));
}

TEST(Changes, OfWhoStandsInAndBack) {
  onboarding::Run run = AdaRun();
  MustChange(CompleteTask(run, "paperwork", {.tick_all = true}, When(kStart)));
  EXPECT_THAT(
      Changes(MustChange(StandIn(run, "laptop", "it@example.com", "bob", "away", When(kStart)))[0]),
      ElementsAre("assignee: it@example.com -> bob", "owner:  -> it@example.com"));
  EXPECT_THAT(
      Changes(MustChange(EndStandIn(run, "laptop", "it@example.com", "back", When(kStart)))[0]),
      ElementsAre("assignee: bob -> it@example.com", "owner: it@example.com -> "))
      << "for whom they stood in";
}

TEST(Changes, OfWhoVerifiesAndWhoApproves) {
  Spec spec = AdaSpec();
  spec.assignees = {{"legal", "lea"}, {"cfo", "cem"}};
  onboarding::Run run = Start(spec, OfferPlan(), When(kStart))->run;
  MustChange(CompleteTask(run, "propose", {.outputs = {{"discount", "10"}}}, When(kStart, "ann")));
  EXPECT_THAT(Changes(MustChange(StandIn(run, "propose", "lea", "bob", "away", When(kStart)))[0]),
              ElementsAre("verifier: lea -> bob"));
  EXPECT_THAT(Changes(MustChange(EndStandIn(run, "propose", "lea", "back", When(kStart)))[0]),
              ElementsAre("verifier: bob -> lea"));
  MustChange(VerifyTask(run, "propose", {.accepted = true}, When(kStart, "lea")));
  MustChange(CompleteTask(run, "desk", {}, When(kStart)));
  EXPECT_THAT(Changes(MustChange(SkipTask(run, "insure", "dear", When(kStart, "ann")))[0]),
              ElementsAre("waiver: NONE -> REQUESTED"));
  EXPECT_THAT(
      Changes(MustChange(StandInToApprove(run, "insure", "cem", "bob", "away", When(kStart)))[0]),
      ElementsAre("waiver_approver: cem -> bob"));
  EXPECT_THAT(Changes(MustChange(RejectWaiver(run, "insure", "no", When(kStart, "cem")))[0]),
              ElementsAre("waiver: REQUESTED -> REJECTED"));
}

TEST(Changes, OfWhatIsLeftOut) {
  onboarding::Run run = AdaRun(PairPlan());
  EXPECT_THAT(Changes(MustChange(SkipTask(run, "b", "no need", When(kStart)))[0]),
              ElementsAre("option: do -> leave-out"));
  EXPECT_THAT(Changes(MustChange(ReopenTask(run, {}, "b", "a need", When(kStart)))[0]),
              ElementsAre("option: leave-out -> do"));
  MustChange(StartTask(run, "a", When(kStart)));
  EXPECT_THAT(
      Changes(MustChange(SkipTask(run, "a", "no need", When(kStart))), EntryKind::kTaskSkipped),
      ElementsAre("state: IN_PROGRESS -> SKIPPED"));
}

TEST(Changes, OfWhatIsReopenedTheOnboardingToo) {
  Started started = *Start(AdaSpec(), PairPlan(), When(kStart));
  onboarding::Run run = std::move(started.run);
  Entries history = std::move(started.entries);
  for (const char* task : {"a", "b"}) {
    const Entries done = MustChange(CompleteTask(run, task, {}, When(kStart)));
    history.insert(history.end(), done.begin(), done.end());
  }
  EXPECT_THAT(Changes(history, EntryKind::kFinished), ElementsAre("state: ACTIVE -> COMPLETED"));
  EXPECT_THAT(Changes(MustChange(ReopenTask(run, history, "b", "oh", When(kStart)))[0]),
              ElementsAre("state: DONE -> READY", "onboarding.state: COMPLETED -> ACTIVE"));
}

TEST(Changes, OfTheOnboardingAndWhatItsTargetsBecome) {
  onboarding::Run run = AdaRun(RampUpPlan());
  EXPECT_THAT(Changes(MustChange(Pause(run, "ill", When(kStart)))[0]),
              ElementsAre("state: ACTIVE -> PAUSED"));
  const std::vector<std::string> resumed =
      Changes(MustChange(Resume(run, "well", When(kStart + absl::Hours(24))))[0]);
  EXPECT_THAT(resumed, Contains("state: PAUSED -> ACTIVE"));
  EXPECT_THAT(resumed, Contains("milestones.signed.target_time: 2026-03-04T09:00:00Z -> "
                                "2026-03-05T09:00:00Z"));
  EXPECT_THAT(resumed, Contains("target_time: 2026-05-25T09:00:00Z -> 2026-05-26T09:00:00Z"));
  const std::vector<std::string> moved = Changes(MustChange(
      Reschedule(run, absl::CivilDay(2026, 3, 9), "visa", When(kStart + absl::Hours(25))))[0]);
  EXPECT_THAT(moved, Contains("day_one: 2026-03-02 -> 2026-03-09"));
  EXPECT_THAT(moved, Contains(::testing::StartsWith("target_time: 2026-05-26T09:00:00Z -> ")));
  EXPECT_THAT(moved, Contains(::testing::StartsWith("milestones.signed.target_time: ")));
  EXPECT_THAT(moved, Contains(::testing::StartsWith("expected_finish_time: ")));
  EXPECT_THAT(Changes(MustChange(Cancel(run, "left", When(kStart + absl::Hours(26))))[0]),
              ElementsAre("state: ACTIVE -> CANCELLED"));
}

TEST(Changes, OfMilestones) {
  onboarding::Run run = AdaRun(RampUpPlan());
  EXPECT_THAT(Changes(MustChange(ReportMilestone(
                  run, {"quota", At("2026-03-01T08:00:00Z"), "crm", ""}, When(kStart)))[0]),
              ElementsAre("reach_time:  -> 2026-03-01T08:00:00Z"));
  EXPECT_THAT(Changes(MustChange(WithdrawMilestone(run, "quota", "no", When(kStart)))[0]),
              ElementsAre("reach_time: 2026-03-01T08:00:00Z -> "));
}

TEST(Changes, OfAnImpediment) {
  onboarding::Run run = AdaRun();
  MustChange(BlockTask(run, "paperwork", {"", Category::kAccess, "", "no key"}, When(kStart)));
  RecordNews news{.id = "ada.i1", .category = Category::kPeople, .description = "nobody is there"};
  EXPECT_THAT(Changes(MustChange(FollowRecord(run, news, When(kStart)))[0]),
              ElementsAre("category: ACCESS -> PEOPLE", "description: no key -> nobody is there"));
}

TEST(Changes, OfAPlanFromWhereAStepWasMoved) {
  using flow::Sequence;
  using flow::Step;
  Story told(Abc());
  Migration move{.plan = PlanOf(Sequence("all", {Step("a"), Step("c"), Step("b")}), 2),
                 .reason = "first things first",
                 .kind = EntryKind::kTaskMoved,
                 .task = "b",
                 .place = TaskPlace{}};
  EXPECT_THAT(Changes(told.Did(told.Try(move))[0]), Contains("place: after a -> at the end"));
}

TEST(Changes, OfARevision) {
  using flow::Sequence;
  using flow::Step;
  Story told(Abc());
  told.Complete({"a"});
  const Entries entries =
      told.Did(told.Try({.plan = PlanOf(Sequence("all", {Step("a"), Step("new"), Step("bee")}), 2),
                         .mappings = {{"b", "bee"}}}));
  EXPECT_THAT(Changes(entries[0]), ElementsAre("process: workspaces/acme/processes/tree@1 -> "
                                               "workspaces/acme/processes/tree@2",
                                               "step: b -> bee"));
  EXPECT_THAT(Changes(entries, EntryKind::kTaskWithdrawn), ElementsAre("state: READY -> PENDING"));
}

TEST(Changes, AStepStandsByWhatIsNextToIt) {
  using flow::Parallel;
  using flow::Sequence;
  using flow::Step;
  const PlanPointer plan = PlanOf(Sequence(
      "all", {Step("a"), Step("b"), Parallel("both", {Step("c"), Sequence("s", {Step("d")})})}));
  const auto place = [&](const char* step) { return PlaceText(plan->plan, plan->plan.Find(step)); };
  EXPECT_EQ(place("a"), "before b");
  EXPECT_EQ(place("b"), "after a");
  EXPECT_EQ(place("c"), "beside s");
  EXPECT_EQ(place("d"), "beside c") << "it is all of its sequence";
}

// What older releases stored: no changes.
TEST(Changes, EntriesOfOlderReleasesAreReadAndSayWhatTheirFieldsDo) {
  Started started = *Start(AdaSpec(), RampUpPlan(), When(kStart));
  onboarding::Run run = std::move(started.run);
  Entries history = std::move(started.entries);
  const auto did = [&](absl::StatusOr<Entries> entries) {
    for (HistoryEntry& entry : MustChange(std::move(entries))) history.push_back(entry);
  };
  did(CompleteTask(run, "paperwork", {.tick_all = true}, When(kStart)));
  did(Reschedule(run, absl::CivilDay(2026, 3, 9), "visa", When(kStart)));
  Entries old;
  for (const HistoryEntry& entry : history) {
    v1::HistoryEntry stored = ToProto(entry);
    stored.clear_changes();
    v1::HistoryEntry read;
    ASSERT_TRUE(read.ParseFromString(stored.SerializeAsString()));
    old.push_back(FromProto(read));
  }
  EXPECT_THAT(Changes(old, EntryKind::kTaskCompleted), IsEmpty()) << "nothing is made up";
  EXPECT_THAT(Changes(old, EntryKind::kTaskReady), ElementsAre("state: PENDING -> READY"));
  EXPECT_THAT(Changes(old, EntryKind::kReplanned), Contains("day_one: 2026-03-02 -> 2026-03-09"));
  EXPECT_THAT(Changes(old, EntryKind::kMilestoneReached),
              ElementsAre("reach_time:  -> 2026-03-02T09:00:00Z"));
  EXPECT_EQ(Told(MustChange(ReopenTask(run, old, "paperwork", "oh", When(kStart))))[0],
            "TASK_REOPENED paperwork")
      << "and it is folded as before";
}

// Whoever reads what the API shows and gives it back gets the same.
TEST(Changes, ImpliedOnesAreAddedOnce) {
  const Started started = *Start(AdaSpec(), RampUpPlan(), When(kStart));
  for (const HistoryEntry& entry : started.entries) {
    const v1::HistoryEntry shown = ToProto(entry, "acme", "ada");
    EXPECT_EQ(ToProto(FromProto(shown), "acme", "ada").ShortDebugString(),
              shown.ShortDebugString());
  }
}

}  // namespace
}  // namespace plumbline::onboarding::testing
