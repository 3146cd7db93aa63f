// SPDX-License-Identifier: Apache-2.0
//
// What takes two persons, and what tasks yield.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/escalation.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/replay.h"

namespace plumbline::onboarding::testing {
namespace {

using base::Reason;
using base::ReasonOf;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const absl::Time kDay = At("2026-03-02T09:00:00Z");
const flow::AttributeValues kSmall = {{"discount", "5"}};

v1::Task TaskOf(const onboarding::Run& run, absl::string_view task) {
  return TaskMessages(run, kDay).Make(*FindTask(run, task));
}

// "waiver: NONE -> REQUESTED", as the message of an entry tells them.
std::vector<std::string> Changes(const HistoryEntry& entry) {
  std::vector<std::string> texts;
  const v1::HistoryEntry proto = ToProto(entry, "acme", "ada");
  for (const v1::FieldChange& change : proto.changes())
    texts.push_back(
        absl::StrCat(change.field(), ": ", change.old_value(), " -> ", change.new_value()));
  return texts;
}

Entries Propose(onboarding::Run& run) {
  return MustChange(CompleteTask(run, "propose", {.outputs = kSmall}, When(kDay, "ann")));
}

onboarding::Run Approved() {
  onboarding::Run run = AdaRun(OfferPlan());
  Propose(run);
  MustChange(VerifyTask(run, "propose", {.accepted = true}, When(kDay, "bob")));
  MustChange(CompleteTask(run, "desk", {}, When(kDay)));
  return run;
}

TEST(Verification, WhatIsCompletedAwaitsIt) {
  onboarding::Run run = AdaRun(OfferPlan());
  EXPECT_EQ(TaskOf(run, "propose").verifier(), "legal");
  const Entries entries = Propose(run);
  EXPECT_THAT(Told(entries), ElementsAre("TASK_SUBMITTED propose"));
  EXPECT_EQ(entries[0].resource, "legal") << "who is to act now";
  EXPECT_EQ(TaskOf(run, "propose").state(), v1::Task::STATE_AWAITING_VERIFICATION);
  EXPECT_EQ(TaskOf(run, "propose").completer(), "ann");
  EXPECT_TRUE(run.attributes.empty()) << "nobody has verified the value";
  EXPECT_EQ(ReasonOf(CompleteTask(run, "propose", {.outputs = kSmall}, When(kDay)).status()),
            Reason::ERROR_REASON_TASK_STATE);
}

// Of a run in which lea@example.com verifies and cleo@example.com approves.
Spec AskedSpec() {
  Spec spec = AdaSpec();
  spec.assignees = {{"legal", "lea@example.com"}, {"cfo", "cleo@example.com"}};
  return spec;
}

void Add(Entries entries, Entries* history) {
  history->insert(history->end(), entries.begin(), entries.end());
}

// As an older replica leaves it, which does not know of who stands in and keeps what it does not
// know.
TEST(Verification, IsAskedAnewOfWhoIsToVerify) {
  const absl::StatusOr<Started> started = Start(AskedSpec(), OfferPlan(), When(kDay));
  ASSERT_TRUE(started.ok()) << started.status();
  onboarding::Run run = started->run;
  for (TaskRecord& task : run.tasks) task.verifier = Proxy{"bob", "lea@example.com"};
  EXPECT_EQ(Propose(run)[0].resource, "lea@example.com");
}

TEST(Verification, IsAskedOfWhoStandsIn) {
  const absl::StatusOr<Started> started = Start(AskedSpec(), OfferPlan(), When(kDay));
  ASSERT_TRUE(started.ok()) << started.status();
  onboarding::Run run = started->run;
  Entries history = started->entries;
  const auto stand_in = [&](const std::string& person) {
    return MustChange(StandIn(run, "propose", "lea@example.com", person, "away", When(kDay)));
  };
  EXPECT_TRUE(stand_in("bob").empty()) << "it is not theirs yet";
  Add(Propose(run), &history);
  EXPECT_TRUE(stand_in("ann").empty()) << "who did the work does not verify it";
  const Entries asked = stand_in("bob");
  ASSERT_THAT(Told(asked), ElementsAre("TASK_DELEGATED propose"));
  EXPECT_EQ(asked[0].resource, "bob");
  EXPECT_EQ(asked[0].owner, "lea@example.com");
  EXPECT_TRUE(asked[0].stands_in);
  Add(asked, &history);
  EXPECT_TRUE(stand_in("bob").empty()) << "it is so already";
  EXPECT_EQ(ActorOf(run, *FindTask(run, "propose")).assignee, "bob");
  EXPECT_EQ(TaskOf(run, "propose").assignee(), "") << "the work is whose it was";
  const Entries back = MustChange(EndStandIn(run, "propose", "lea@example.com", "", When(kDay)));
  ASSERT_THAT(Told(back), ElementsAre("TASK_RELEASED propose"));
  EXPECT_EQ(back[0].resource, "lea@example.com");
  Add(back, &history);
  Add(stand_in("bob"), &history);
  Add(MustChange(VerifyTask(run, "propose", {false, "no", {}}, When(kDay, "bob"))), &history);
  EXPECT_EQ(ActorOf(run, *FindTask(run, "propose")).resource(), "ae");
  const auto again = Replay(AskedSpec(), OfferPlan(), history);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(Serialize(*again), Serialize(run));
}

TEST(Waivers, AreAskedOfWhoStandsIn) {
  const absl::StatusOr<Started> started = Start(AskedSpec(), OfferPlan(), When(kDay));
  ASSERT_TRUE(started.ok()) << started.status();
  onboarding::Run run = started->run;
  Entries history = started->entries;
  const auto stand_in = [&](const std::string& person) {
    return MustChange(
        StandInToApprove(run, "insure", "cleo@example.com", person, "away", When(kDay)));
  };
  Add(Propose(run), &history);
  Add(MustChange(VerifyTask(run, "propose", {.accepted = true}, When(kDay, "bob"))), &history);
  Add(MustChange(CompleteTask(run, "desk", {}, When(kDay))), &history);
  EXPECT_TRUE(stand_in("bob").empty()) << "nobody asks";
  Add(MustChange(SkipTask(run, "insure", "small", When(kDay, "ann"))), &history);
  EXPECT_EQ(TaskOf(run, "insure").waiver().approver(), "cleo@example.com");
  EXPECT_TRUE(stand_in("ann").empty()) << "who asks does not approve";
  const Entries asked = stand_in("bob");
  ASSERT_THAT(Told(asked), ElementsAre("WAIVER_DELEGATED insure"));
  EXPECT_EQ(asked[0].resource, "bob");
  EXPECT_EQ(asked[0].owner, "cleo@example.com");
  Add(asked, &history);
  EXPECT_EQ(TaskOf(run, "insure").waiver().approver(), "bob");
  EXPECT_EQ(TaskOf(run, "insure").waiver().owner(), "cleo@example.com");
  EXPECT_EQ(TaskOf(run, "insure").assignee(), "") << "the task is whose it was";
  const absl::StatusOr<onboarding::Run> stored = Parse("acme", "ada", OfferPlan(), Serialize(run));
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(TaskOf(*stored, "insure").waiver().approver(), "bob");
  const Entries back = stand_in("");
  ASSERT_THAT(Told(back), ElementsAre("WAIVER_DELEGATED insure"));
  EXPECT_EQ(back[0].resource, "cleo@example.com");
  EXPECT_EQ(back[0].owner, "");
  Add(back, &history);
  const auto again = Replay(AskedSpec(), OfferPlan(), history);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(Serialize(*again), Serialize(run));
}

TEST(Verification, NeverByWhoCompletedIt) {
  onboarding::Run run = AdaRun(OfferPlan());
  Propose(run);
  const absl::Status refused =
      VerifyTask(run, "propose", {.accepted = true}, When(kDay, "ann")).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_SELF_VERIFICATION_REFUSED);
  EXPECT_EQ(base::MetadataOf(refused, "completer"), "ann");
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr("has the permission onboarding.write"),
                    HasSubstr("it is for whoever has the role 'legal'")))
      << "the role is not enforced";
  run.spec.assignees["legal"] = "lea@example.com";
  EXPECT_THAT(
      std::string(
          VerifyTask(run, "propose", {.accepted = true}, When(kDay, "ann")).status().message()),
      HasSubstr("it is for 'lea@example.com', who has the role 'legal'"));
  EXPECT_TRUE(VerifyTask(run, "propose", {.accepted = true}, When(kDay, "tom")).ok())
      << "anybody else may";
}

TEST(Verification, WhatIsAcceptedIsDoneAndItsValuesCount) {
  onboarding::Run run = AdaRun(OfferPlan());
  Propose(run);
  const Entries entries = MustChange(VerifyTask(
      run, "propose", {.accepted = true, .reason = "fine"}, When(kDay + absl::Hours(1), "bob")));
  EXPECT_THAT(Told(entries), ElementsAre("TASK_VERIFIED propose", "TASK_COMPLETED propose",
                                         "DECIDED level", "TASK_READY desk"));
  EXPECT_EQ(entries[0].actor, "bob");
  EXPECT_EQ(entries[0].reason, "fine");
  EXPECT_EQ(entries[1].attributes, kSmall);
  EXPECT_EQ(run.attributes, kSmall);
  EXPECT_EQ(TaskOf(run, "propose").completer(), "ann");
  EXPECT_EQ(TaskOf(run, "propose").output_values().at("discount"), "5");
}

TEST(Verification, WhatIsRejectedIsReadyAgainWithADefect) {
  onboarding::Run run = AdaRun(OfferPlan());
  MustChange(StartTask(run, "propose", When(kDay, "ann")));
  EXPECT_THAT(Changes(Propose(run)[0]), Contains("outputs.discount:  -> 5"));
  const Entries entries = MustChange(VerifyTask(run, "propose", {false, "too much", {"typo"}},
                                                When(kDay + absl::Hours(1), "bob")));
  EXPECT_THAT(Changes(entries[0]), Contains("outputs.discount: 5 -> ")) << "what was rejected";
  EXPECT_THAT(Told(entries), ElementsAre("TASK_REJECTED propose"));
  EXPECT_THAT(entries[0].defects, ElementsAre("rejected", "typo"));
  EXPECT_EQ(entries[0].start_time, kDay);
  const v1::Task task = TaskOf(run, "propose");
  EXPECT_EQ(task.state(), v1::Task::STATE_READY);
  EXPECT_EQ(task.rejection_count(), 1);
  EXPECT_FALSE(task.has_start_time());
  EXPECT_TRUE(task.output_values().empty());
  EXPECT_EQ(ReasonOf(VerifyTask(run, "propose", {.accepted = true}, When(kDay, "bob")).status()),
            Reason::ERROR_REASON_TASK_STATE);
  Propose(run);
  EXPECT_EQ(
      ReasonOf(VerifyTask(run, "propose", {false, "x", {"late"}}, When(kDay, "bob")).status()),
      Reason::ERROR_REASON_FIELD_INVALID);
}

TEST(Outputs, MustBeThereAndFit) {
  onboarding::Run run = AdaRun(OfferPlan());
  const auto complete = [&](const flow::AttributeValues& outputs) {
    return CompleteTask(run, "propose", {.outputs = outputs}, When(kDay)).status();
  };
  EXPECT_EQ(ReasonOf(complete({})), Reason::ERROR_REASON_OUTPUTS_MISSING);
  EXPECT_EQ(base::MetadataOf(complete({}), "missing"), "discount");
  EXPECT_EQ(base::FieldViolationsOf(complete({{"discount", "101"}}))[0].field, "outputs[discount]");
  EXPECT_EQ(base::FieldViolationsOf(complete({{"discount", "5"}, {"price.total", "1"}}))[0].field,
            "outputs[price.total]");
  MustChange(SetAttributes(run, kSmall, "", When(kDay)));
  EXPECT_EQ(complete({}), absl::OkStatus()) << "it has a value already";
}

TEST(Outputs, OfACallAreItsOwn) {
  onboarding::Run run = Approved();
  EXPECT_THAT(TaskOf(run, "price.calculate").outputs(), ElementsAre("price.total"));
  EXPECT_EQ(ReasonOf(CompleteTask(run, "price.calculate", {}, When(kDay)).status()),
            Reason::ERROR_REASON_OUTPUTS_MISSING);
  EXPECT_THAT(Told(MustChange(CompleteTask(run, "price.calculate",
                                           {.outputs = {{"price.total", "2000"}}}, When(kDay)))),
              ElementsAre("TASK_COMPLETED price.calculate", "DECIDED price.size",
                          "TASK_READY price.large"));
  MustChange(SetAttributes(run, {{"discount", "6"}}, "", When(kDay)));
  EXPECT_EQ(run.attributes.at("price.total"), "2000") << "setting others leaves it";
  EXPECT_EQ(ToProto(run).attributes().count("price.total"), 0u);
}

TEST(Waiver, IsAskedForAndApprovedByAnother) {
  onboarding::Run run = Approved();
  EXPECT_EQ(TaskOf(run, "insure").waiver_approver(), "cfo");
  EXPECT_THAT(Told(MustChange(SkipTask(run, "insure", "small", When(kDay, "ann")))),
              ElementsAre("WAIVER_REQUESTED insure"));
  EXPECT_EQ(TaskOf(run, "insure").state(), v1::Task::STATE_READY);
  EXPECT_EQ(TaskOf(run, "insure").waiver().requester(), "ann");
  EXPECT_EQ(TaskOf(run, "insure").waiver().reason(), "small");
  const absl::Status twice = SkipTask(run, "insure", "small", When(kDay, "bob")).status();
  EXPECT_EQ(ReasonOf(twice), Reason::ERROR_REASON_WAIVER_STATE);
  EXPECT_EQ(base::MetadataOf(twice, "state"), "REQUESTED");
  EXPECT_EQ(ReasonOf(ApproveWaiver(run, "insure", "", When(kDay, "ann")).status()),
            Reason::ERROR_REASON_SELF_WAIVER_REFUSED);
  MustChange(BlockTask(run, "insure", {"", Category::kOther, "", "x"}, When(kDay)));
  const Entries entries = MustChange(ApproveWaiver(run, "insure", "fine", When(kDay, "cfo")));
  EXPECT_THAT(Told(entries),
              ElementsAre("WAIVER_APPROVED insure", "UNBLOCKED insure", "TASK_SKIPPED insure"));
  EXPECT_EQ(entries[0].reason, "fine");
  EXPECT_EQ(entries[2].reason, "small");
  EXPECT_THAT(Changes(entries[0]), ElementsAre("waiver: REQUESTED -> APPROVED"));
  EXPECT_EQ(TaskOf(run, "insure").state(), v1::Task::STATE_SKIPPED);
  EXPECT_FALSE(TaskOf(run, "insure").has_waiver());
}

TEST(Waiver, IsTheCauseWhereTheFinishMoves) {
  catalog::v1::Process process = Pair();
  process.mutable_target()->set_days(9);
  for (auto& node : *process.mutable_root()->mutable_sequence()->mutable_nodes()) {
    node.mutable_step()->mutable_target()->set_days(3);
    node.mutable_step()->set_waiver_approver("cfo");
  }
  onboarding::Run run = AdaRun(*Freeze({process}));
  MustChange(SkipTask(run, "a", "small", When(kDay, "ann")));
  const Entries entries = MustChange(ApproveWaiver(run, "a", "fine", When(kDay, "cfo")));
  ASSERT_EQ(entries.back().kind, EntryKind::kReplanned);
  EXPECT_THAT(entries.back().reason, HasSubstr("because 'a' was left out"));
}

TEST(Waiver, ThatIsRejectedIsAskedForAnew) {
  onboarding::Run run = Approved();
  EXPECT_EQ(ReasonOf(RejectWaiver(run, "insure", "no", When(kDay)).status()),
            Reason::ERROR_REASON_WAIVER_STATE);
  MustChange(SkipTask(run, "insure", "small", When(kDay, "ann")));
  const Entries entries = MustChange(RejectWaiver(run, "insure", "no", When(kDay, "ann")));
  EXPECT_THAT(Told(entries), ElementsAre("WAIVER_REJECTED insure"));
  EXPECT_THAT(Changes(entries[0]), ElementsAre("waiver: REQUESTED -> REJECTED"));
  EXPECT_FALSE(TaskOf(run, "insure").has_waiver());
  MustChange(SkipTask(run, "insure", "please", When(kDay, "ann")));
}

TEST(Waiver, EndsWithTheTask) {
  onboarding::Run run = Approved();
  MustChange(SkipTask(run, "insure", "small", When(kDay, "ann")));
  MustChange(CompleteTask(run, "insure", {}, When(kDay)));
  EXPECT_FALSE(TaskOf(run, "insure").has_waiver());
}

TEST(Waiver, StepsWithoutAnApproverAreLeftOutAtOnce) {
  onboarding::Run run = AdaRun(PairPlan());
  EXPECT_THAT(Told(MustChange(SkipTask(run, "a", "why", When(kDay)))),
              ElementsAre("TASK_SKIPPED a", "TASK_READY b"));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
