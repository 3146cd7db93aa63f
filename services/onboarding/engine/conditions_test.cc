// SPDX-License-Identifier: Apache-2.0
//
// Decisions that conditions make by the attributes of a run.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const absl::Time kDay = At("2026-03-02T09:00:00Z");

absl::StatusOr<Started> StartDeal(flow::AttributeValues values) {
  Spec spec = AdaSpec();
  spec.assignees.clear();
  spec.attributes = std::move(values);
  return Start(std::move(spec), DealPlan(), When(kDay));
}

onboarding::Run DealRun(flow::AttributeValues values) {
  absl::StatusOr<Started> started = StartDeal(std::move(values));
  EXPECT_TRUE(started.ok()) << started.status();
  return std::move(started->run);
}

// "level=cfo", for what conditions decided; "READY cfo" for tasks; "SET" for attributes.
std::vector<std::string> Told(const absl::StatusOr<Entries>& entries) {
  EXPECT_TRUE(entries.ok()) << entries.status();
  std::vector<std::string> told;
  if (!entries.ok()) return told;
  for (const HistoryEntry& entry : *entries) {
    if (entry.by_condition) told.push_back(absl::StrCat(entry.decision, "=", entry.option));
    if (entry.kind == EntryKind::kTaskReady) told.push_back("READY " + entry.task);
    if (entry.kind == EntryKind::kAttributesSet) told.push_back("SET");
    if (entry.kind == EntryKind::kFinished) told.push_back("FINISHED");
  }
  return told;
}

std::vector<std::string> Open(const onboarding::Run& run) {
  std::vector<std::string> open;
  for (const DecisionRecord& record : run.decisions)
    open.push_back(run.plan->plan.node(record.node).path);
  return open;
}

absl::StatusOr<Entries> Complete(onboarding::Run& run, absl::string_view task) {
  return CompleteTask(run, task, {}, When(kDay));
}

TEST(EngineConditions, DecideFromTheStartToTheEnd) {
  absl::StatusOr<Started> started = StartDeal({{"amount", "600"}, {"gift", "true"}});
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_THAT(Told(started->entries), ElementsAre("level=cfo", "READY cfo"));
  EXPECT_EQ(started->entries[1].reason, "amount > 500 holds");
  EXPECT_EQ(started->entries[1].resource, "") << "nobody decided";
  EXPECT_EQ(started->entries[1].actor, "tester");
  EXPECT_THAT(started->entries[0].attributes,
              UnorderedElementsAre(Pair("amount", "600"), Pair("gift", "true")));
  onboarding::Run& run = started->run;
  EXPECT_THAT(Told(Complete(run, "cfo")), ElementsAre("send-gift=do", "READY send-gift"));
  EXPECT_THAT(Told(Complete(run, "send-gift")), ElementsAre("READY talk"));
  EXPECT_THAT(Told(Complete(run, "talk")),
              ElementsAre("settle=leave", "extra=leave-out", "idle=leave", "check=deep",
                          "READY check.deep"));
  EXPECT_THAT(Told(Complete(run, "check.deep")), ElementsAre("FINISHED"));
}

TEST(EngineConditions, AskAPersonWhereAValueIsMissing) {
  onboarding::Run run = DealRun({});
  EXPECT_THAT(Open(run), ElementsAre("level"));
  const v1::Onboarding shown = ToProto(run);
  EXPECT_EQ(shown.attributes().at("gift"), "false") << "the default";
  EXPECT_FALSE(shown.attributes().contains("amount"));
  ASSERT_EQ(shown.decisions_size(), 1);
  EXPECT_THAT(shown.decisions(0).missing_attributes(), ElementsAre("amount"));
  EXPECT_EQ(shown.decisions(0).conditions().at("cfo"), "amount > 500");
  EXPECT_FALSE(shown.decisions(0).conditions().contains("desk"));
  EXPECT_THAT(Told(Decide(run, "level", "desk", "small", When(kDay))), ElementsAre("READY desk"));
}

TEST(EngineConditions, ValuesThatBecomeKnownDecideWhatIsOpen) {
  onboarding::Run run = DealRun({});
  EXPECT_THAT(Told(SetAttributes(run, {{"amount", "950"}}, "quoted", When(kDay))),
              ElementsAre("SET", "level=cfo", "READY cfo"));
  EXPECT_THAT(Told(Complete(run, "cfo")), ElementsAre("send-gift=leave-out", "READY talk"));
  EXPECT_THAT(Told(Complete(run, "talk")), ElementsAre("settle=again", "READY talk~2"));
  EXPECT_THAT(Told(SetAttributes(run, {{"amount", "900"}}, "", When(kDay))), ElementsAre("SET"))
      << "what was decided stays";
  EXPECT_THAT(Told(Complete(run, "talk~2")),
              ElementsAre("settle=leave", "extra=leave-out", "idle=again", "extra=leave-out"));
}

TEST(EngineConditions, RepeatNothingForeverWithoutAnybodysWork) {
  onboarding::Run run = DealRun({{"amount", "1"}});
  ASSERT_TRUE(Complete(run, "desk").ok());
  EXPECT_THAT(Told(Complete(run, "talk")),
              ElementsAre("settle=leave", "extra=leave-out", "idle=again", "extra=leave-out"));
  EXPECT_THAT(Open(run), ElementsAre("idle"));
  EXPECT_THAT(Told(Decide(run, "idle", "leave", "", When(kDay))),
              ElementsAre("check=quick", "READY check.quick"));
}

TEST(EngineConditions, LeaveALoopToPeopleAtTheMostRounds) {
  onboarding::Run run = DealRun({{"amount", "1000"}});
  ASSERT_TRUE(Complete(run, "cfo").ok());
  ASSERT_TRUE(Complete(run, "talk").ok());
  for (int round = 2; round <= kMaxRounds; ++round)
    ASSERT_TRUE(Complete(run, absl::StrCat("talk~", round)).ok()) << round;
  EXPECT_THAT(Open(run), ElementsAre("settle"));
  EXPECT_TRUE(Decide(run, "settle", "leave", "", When(kDay)).ok());
}

TEST(EngineConditions, AValueCanBeTakenAway) {
  onboarding::Run run = DealRun({{"amount", "1"}});
  ASSERT_TRUE(SetAttributes(run, {{"amount", ""}}, "", When(kDay)).ok());
  EXPECT_THAT(run.attributes, IsEmpty());
  EXPECT_EQ(ToProto(run).attributes().count("amount"), 0u);
  ASSERT_TRUE(SetAttributes(run, {{"gift", ""}}, "", When(kDay)).ok()) << "it has a default";
}

struct BadCase {
  const char* name;
  flow::AttributeValues values;
  const char* field;
  const char* part;
};

class BadValueTest : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadValueTest, IsRefusedAtTheStartAndLater) {
  const absl::Status start = StartDeal(GetParam().values).status();
  EXPECT_EQ(base::ReasonOf(start), base::Reason::ERROR_REASON_FIELD_INVALID);
  ASSERT_EQ(base::FieldViolationsOf(start).size(), 1u);
  EXPECT_EQ(base::FieldViolationsOf(start)[0].field,
            absl::StrCat("onboarding.attributes[", GetParam().field, "]"));
  EXPECT_THAT(base::FieldViolationsOf(start)[0].description, HasSubstr(GetParam().part));
  onboarding::Run run = DealRun({});
  const std::string before = Serialize(run);
  const absl::Status later = SetAttributes(run, GetParam().values, "", When(kDay)).status();
  ASSERT_EQ(base::FieldViolationsOf(later).size(), 1u);
  EXPECT_EQ(base::FieldViolationsOf(later)[0].field,
            absl::StrCat("attributes[", GetParam().field, "]"));
  EXPECT_EQ(Serialize(run), before);
}

INSTANTIATE_TEST_SUITE_P(
    Values, BadValueTest,
    ::testing::Values(BadCase{"Unknown", {{"amuont", "1"}}, "amuont", "did you mean 'amount'"},
                      BadCase{"UnknownAndEmpty", {{"amuont", ""}}, "amuont", "it has amount, gift"},
                      BadCase{"TooMuch",
                              {{"amount", "1001"}},
                              "amount",
                              "more than the maximum, 1000; give that or less"},
                      BadCase{"OtherType", {{"gift", "maybe"}}, "gift", "'maybe'"}),
    [](const auto& row) { return row.param.name; });

TEST(EngineConditions, AConditionThatDoesNotFitIsNoPlan) {
  catalog::v1::Process deal = Deal();
  deal.mutable_attributes(0)->set_id("sum");
  const absl::Status status = Freeze({deal, Check()}).status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_PROCESS_INVALID);
  EXPECT_THAT(std::string(status.message()), HasSubstr("node 'cfo', condition"));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
