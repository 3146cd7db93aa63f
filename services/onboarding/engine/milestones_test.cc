// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/milestones.h"

#include <algorithm>

#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/milestones_follow.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using base::Reason;
using base::ReasonOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kDay = At("2026-03-02T09:00:00Z");  // the opening of day one

calendar::Calendar Office() { return *calendar::Calendar::Create("UTC"); }

Entries Complete(onboarding::Run& run, absl::string_view task, absl::Time at = kDay) {
  return MustChange(CompleteTask(run, task, {.tick_all = true}, When(at)));
}

// Does everything up to the decision of the certification.
void DoUntilExam(onboarding::Run& run) {
  for (const char* task : {"paperwork", "laptop", "accounts"}) Complete(run, task);
  MustChange(Decide(run, "route", "field", "", When(kDay)));
  Complete(run, "field");
  MustChange(Decide(run, "dinner", flow::kLeaveOut, "", When(kDay)));
  Complete(run, "exam");
}

onboarding::Run Finished() {
  onboarding::Run run = AdaRun(RampUpPlan());
  DoUntilExam(run);
  MustChange(Decide(run, "certification", flow::kLeave, "", When(kDay)));
  Complete(run, "deal-desk.review");
  EXPECT_TRUE(run.finish_time.has_value());
  return run;
}

// Without what the outlook says of it.
std::vector<std::string> Said(const Entries& entries) {
  std::vector<std::string> said = Told(entries);
  std::erase(said, "REPLANNED");
  return said;
}

std::vector<std::string> Reached(const onboarding::Run& run) {
  std::vector<std::string> ids;
  for (const ReachedMilestone& reached : run.milestones) ids.push_back(reached.id);
  return ids;
}

MilestoneState StateOf(const onboarding::Run& run, absl::string_view id, absl::Time now = kDay) {
  for (const MilestoneView& view : Milestones(run, now, Office()))
    if (view.planned != nullptr && view.planned->id == id) return view.state;
  ADD_FAILURE() << id;
  return MilestoneState::kDue;
}

TEST(Milestones, OfAPlanComeFromTheProcessAndWhatItCalls) {
  const PlanPointer plan = RampUpPlan();
  std::vector<std::string> ids;
  for (const PlanMilestone& milestone : plan->milestones) ids.push_back(milestone.id);
  EXPECT_THAT(ids,
              ElementsAre("signed", "equipped", "social", "passed", "certified", "all-done",
                          "first-meeting", "quota", "deal-desk.approved", "deal-desk.first-deal"));
  EXPECT_EQ(FindMilestone(*plan, "certified")->node, plan->plan.Find("certification"));
  EXPECT_EQ(FindMilestone(*plan, "all-done")->node, 0);
  EXPECT_EQ(FindMilestone(*plan, "quota")->node, flow::kNoNode);
  EXPECT_EQ(FindMilestone(*plan, "deal-desk.approved")->node, plan->plan.Find("deal-desk.review"));
  EXPECT_EQ(FindMilestone(*plan, "deal-desk.first-deal")->part, plan->plan.Find("deal-desk"));
  EXPECT_THAT(SalesRepPlan()->milestones, IsEmpty());
}

TEST(Milestones, AreReachedWhenTheirNodesEnd) {
  onboarding::Run run = AdaRun(RampUpPlan());
  const Entries entries = Complete(run, "paperwork");
  EXPECT_THAT(Said(entries), ElementsAre("TASK_COMPLETED paperwork", "MILESTONE_REACHED signed",
                                         "TASK_READY laptop", "TASK_READY accounts"));
  const HistoryEntry& entry = entries[1];
  EXPECT_EQ(entry.title, "Signed");
  EXPECT_EQ(entry.resource, "") << "the work itself says so";
  EXPECT_EQ(entry.reach_time, kDay);
  EXPECT_EQ(entry.due_time, At("2026-03-04T09:00:00Z"));
  EXPECT_EQ(entry.earliest_time, kDay);
  EXPECT_EQ(entry.start_time, run.start_time);
  Complete(run, "laptop");
  EXPECT_THAT(Reached(run), ElementsAre("signed")) << "half of the gear";
  Complete(run, "accounts", kDay + absl::Hours(3));
  EXPECT_THAT(Reached(run), ElementsAre("signed", "equipped"));
  EXPECT_EQ(FindReached(run, "equipped")->reach_time, kDay + absl::Hours(3));
}

TEST(Milestones, WillNotBeMissedByAPauseThatMovesTheirTargets) {
  onboarding::Run run = AdaRun(RampUpPlan());
  MustChange(Pause(run, "leave", When(kDay + absl::Hours(1))));
  const absl::Time now = kDay + absl::Hours(24 * 20);
  const LivePlan live = LivePlanOf(run, Office(), now);
  int expected = 0;
  for (const MilestoneView& view : Milestones(run, now, Office())) {
    const auto time = ExpectedTime(run, view, live);
    if (!time.has_value() || !view.target_time.has_value()) continue;
    ++expected;
    EXPECT_FALSE(WillBeMissed(view, *time, Office())) << view.planned->id;
    EXPECT_GT(*view.target_so_far, *view.target_time) << "which moves when it is resumed";
  }
  EXPECT_GT(expected, 2);
}

TEST(Milestones, OfTheWholeComeBeforeTheEnd) {
  onboarding::Run run = AdaRun(RampUpPlan());
  DoUntilExam(run);
  MustChange(Decide(run, "certification", flow::kLeave, "", When(kDay)));
  EXPECT_THAT(Said(Complete(run, "deal-desk.review")),
              ElementsAre("TASK_COMPLETED deal-desk.review", "MILESTONE_REACHED all-done",
                          "MILESTONE_REACHED deal-desk.approved", "FINISHED"));
}

TEST(Milestones, AreTakenBackByAnotherRound) {
  onboarding::Run run = AdaRun(RampUpPlan());
  DoUntilExam(run);
  EXPECT_THAT(Reached(run), Contains("passed"));
  EXPECT_THAT(Reached(run), ::testing::Not(Contains("certified"))) << "nobody said that it passed";
  const Entries again = MustChange(Decide(run, "certification", flow::kAgain, "", When(kDay)));
  EXPECT_THAT(Said(again), ElementsAre("DECIDED certification", "MILESTONE_WITHDRAWN passed",
                                       "TASK_READY study"));
  Complete(run, "study");
  const Entries second = Complete(run, "exam~2", kDay + absl::Hours(5));
  EXPECT_THAT(Said(second), Contains("MILESTONE_REACHED passed"));
  EXPECT_EQ(FindReached(run, "passed")->reach_time, kDay + absl::Hours(5));
}

TEST(Milestones, AreTakenBackByReopening) {
  auto started = Start(AdaSpec(), RampUpPlan(), When(kDay));
  ASSERT_TRUE(started.ok());
  onboarding::Run& run = started->run;
  Entries history = started->entries;
  for (const HistoryEntry& entry : Complete(run, "paperwork")) history.push_back(entry);
  const Entries entries =
      MustChange(ReopenTask(run, history, "paperwork", "The wrong form", When(kDay)));
  EXPECT_THAT(Said(entries), Contains("MILESTONE_WITHDRAWN signed"));
  EXPECT_THAT(Reached(run), IsEmpty());
  EXPECT_EQ(StateOf(run, "signed"), MilestoneState::kDue);
}

TEST(Milestones, AreNotReachedByWhatIsLeftOut) {
  onboarding::Run run = AdaRun(RampUpPlan());
  MustChange(SkipTask(run, "paperwork", "Signed before", When(kDay)));
  EXPECT_EQ(StateOf(run, "signed"), MilestoneState::kNotNeeded);
  MustChange(SkipTask(run, "laptop", "Has one", When(kDay)));
  Complete(run, "accounts");
  EXPECT_THAT(Reached(run), ElementsAre("equipped")) << "something of it was done";
  MustChange(Decide(run, "route", "field", "", When(kDay)));
  Complete(run, "field");
  MustChange(Decide(run, "dinner", flow::kLeaveOut, "", When(kDay)));
  EXPECT_EQ(StateOf(run, "social"), MilestoneState::kNotNeeded);
  EXPECT_EQ(StateOf(run, "quota"), MilestoneState::kDue);
}

TEST(Milestones, AreReportedAlsoAfterTheEnd) {
  onboarding::Run run = Finished();
  const absl::Time deal = kDay + absl::Hours(30);
  const Entries entries =
      MustChange(ReportMilestone(run, {"deal-desk.first-deal", deal, "crm", "Opportunity 4711"},
                                 When(kDay + absl::Hours(48))));
  EXPECT_THAT(Said(entries), ElementsAre("MILESTONE_REACHED deal-desk.first-deal"));
  EXPECT_EQ(entries[0].reach_time, deal);
  EXPECT_EQ(entries[0].resource, "crm");
  EXPECT_EQ(entries[0].reason, "Opportunity 4711");
  EXPECT_TRUE(run.finish_time.has_value()) << "it stays completed";
  EXPECT_EQ(FindReached(run, "deal-desk.first-deal")->reporter, "tester");
  MustChange(ReportMilestone(run, {"quota", std::nullopt, "", ""}, When(kDay + absl::Hours(50))));
  EXPECT_EQ(FindReached(run, "quota")->source, "tester") << "the caller knows";
  EXPECT_EQ(FindReached(run, "quota")->reach_time, kDay + absl::Hours(50));
}

TEST(Milestones, ReportedAgainStayAsTheyAre) {
  onboarding::Run run = AdaRun(RampUpPlan());
  const MilestoneReport report{"quota", kDay, "crm", ""};
  MustChange(ReportMilestone(run, report, When(kDay)));
  EXPECT_THAT(MustChange(ReportMilestone(run, report, When(kDay))), IsEmpty());
  const auto other = ReportMilestone(run, {"quota", kDay - absl::Hours(1), "crm", ""}, When(kDay));
  EXPECT_EQ(ReasonOf(other.status()), Reason::ERROR_REASON_MILESTONE_STATE);
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("2026-03-02T09:00:00"));
}

TEST(Milestones, AreRefusedWhereTheyDoNotFit) {
  struct Row {
    const char* name;
    MilestoneReport report;
    Reason reason;
    const char* says;
  };
  onboarding::Run run = AdaRun(RampUpPlan());
  for (const Row& row : std::vector<Row>{
           {"unknown", {"bonus", {}, "", ""}, Reason::ERROR_REASON_RESOURCE_NOT_FOUND, "bonus"},
           {"of a node",
            {"certified", {}, "", ""},
            Reason::ERROR_REASON_MILESTONE_STATE,
            "when 'certification' ends"},
           {"to come",
            {"quota", kDay + absl::Hours(1), "", ""},
            Reason::ERROR_REASON_FIELD_INVALID,
            "in the future"},
           {"long before",
            {"quota", kDay - absl::Hours(24 * 367), "", ""},
            Reason::ERROR_REASON_FIELD_INVALID,
            "must be 2025-03-01 or later"}}) {
    const absl::Status status = ReportMilestone(run, row.report, When(kDay)).status();
    EXPECT_EQ(ReasonOf(status), row.reason) << row.name;
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.says)) << row.name;
  }
  EXPECT_THAT(run.milestones, IsEmpty());
  MustChange(Pause(run, "rest", When(kDay)));
  EXPECT_TRUE(ReportMilestone(run, {"quota", {}, "", ""}, When(kDay)).ok()) << "while paused";
  MustChange(Cancel(run, "no", When(kDay)));
  EXPECT_EQ(ReasonOf(ReportMilestone(run, {"first-meeting", {}, "", ""}, When(kDay)).status()),
            Reason::ERROR_REASON_ONBOARDING_CLOSED);
  EXPECT_EQ(StateOf(run, "first-meeting"), MilestoneState::kNotNeeded);
  EXPECT_EQ(StateOf(run, "quota"), MilestoneState::kReached);
}

TEST(Milestones, ThatWereReportedByMistakeAreWithdrawn) {
  onboarding::Run run = AdaRun(RampUpPlan());
  Complete(run, "paperwork");
  EXPECT_EQ(ReasonOf(WithdrawMilestone(run, "quota", "x", When(kDay)).status()),
            Reason::ERROR_REASON_MILESTONE_STATE);
  EXPECT_EQ(ReasonOf(WithdrawMilestone(run, "bonus", "x", When(kDay)).status()),
            Reason::ERROR_REASON_RESOURCE_NOT_FOUND);
  EXPECT_THAT(std::string(WithdrawMilestone(run, "signed", "x", When(kDay)).status().message()),
              HasSubstr("reopen"));
  MustChange(ReportMilestone(run, {"quota", kDay, "crm", ""}, When(kDay)));
  const Entries entries =
      MustChange(WithdrawMilestone(run, "quota", "Another Ada", When(kDay + absl::Hours(1))));
  EXPECT_THAT(Said(entries), ElementsAre("MILESTONE_WITHDRAWN quota"));
  EXPECT_EQ(entries[0].reason, "Another Ada");
  EXPECT_EQ(entries[0].reach_time, kDay);
  EXPECT_THAT(Reached(run), ElementsAre("signed"));
}

TEST(Milestones, AreOverdueAfterTheirTargets) {
  onboarding::Run run = AdaRun(RampUpPlan());
  EXPECT_EQ(StateOf(run, "signed", At("2026-03-04T09:00:00Z")), MilestoneState::kDue);
  EXPECT_EQ(StateOf(run, "signed", At("2026-03-04T09:00:01Z")), MilestoneState::kOverdue);
  EXPECT_EQ(StateOf(run, "quota", At("2036-03-04T09:00:01Z")), MilestoneState::kDue);
}

// Four open hours on Tuesday and all of Wednesday.
TEST(Milestones, TargetsMoveByPauses) {
  onboarding::Run run = AdaRun(RampUpPlan());
  MustChange(Pause(run, "rest", When(At("2026-03-03T13:00:00Z"))));
  EXPECT_EQ(StateOf(run, "signed", At("2026-03-31T09:00:00Z")), MilestoneState::kDue)
      << "its clock stands";
  MustChange(Resume(run, "on", When(At("2026-03-05T09:00:00Z"))));
  EXPECT_EQ(*TargetOf(run, *FindMilestone(*run.plan, "signed"), Office()),
            At("2026-03-05T13:00:00Z"));
}

// Due at an opening, it stays so, by a pause of a day as by two of half a day.
TEST(Milestones, TargetsMoveAsByOnePauseByTwo) {
  onboarding::Run run = AdaRun(RampUpPlan());
  const auto milestone = [&] {
    const auto views = Milestones(run, At("2026-03-03T17:00:00Z"), Office());
    return *std::find_if(views.begin(), views.end(),
                         [](const auto& one) { return one.planned->id == "signed"; });
  };
  ASSERT_EQ(*milestone().target_time, At("2026-03-04T09:00:00Z"));
  MustChange(Pause(run, "rest", When(At("2026-03-03T09:00:00Z"))));
  MustChange(Resume(run, "on", When(At("2026-03-03T13:00:00Z"))));
  MustChange(Pause(run, "rest", When(At("2026-03-03T13:00:00Z"))));
  EXPECT_EQ(*milestone().target_time, At("2026-03-04T13:00:00Z"));
  EXPECT_EQ(milestone().target_so_far, At("2026-03-05T09:00:00Z"));
  MustChange(Resume(run, "on", When(At("2026-03-03T17:00:00Z"))));
  EXPECT_EQ(*milestone().target_time, At("2026-03-05T09:00:00Z"));
}

TEST(Milestones, TimesToThemCountFromDayOne) {
  struct Row {
    const char* reached;
    double business_days;
    double wall_days;
  };
  for (const Row& row :
       {Row{"2026-03-02T09:00:00Z", 0, 0}, Row{"2026-02-01T09:00:00Z", 0, 0},
        Row{"2026-03-02T13:00:00Z", 0.5, 4.0 / 24}, Row{"2026-03-02T22:00:00Z", 1, 13.0 / 24},
        Row{"2026-03-03T08:00:00Z", 1, 23.0 / 24}, Row{"2026-03-06T17:00:00Z", 5, 4 + 8.0 / 24},
        Row{"2026-03-08T12:00:00Z", 5, 6 + 3.0 / 24},
        Row{"2026-03-09T11:00:00Z", 5.25, 7 + 2.0 / 24}}) {
    const TimeToMilestone time = TimeTo(absl::CivilDay(2026, 3, 2), At(row.reached), Office());
    EXPECT_DOUBLE_EQ(time.business_days, row.business_days) << row.reached;
    EXPECT_DOUBLE_EQ(time.wall_days, row.wall_days) << row.reached;
  }
  EXPECT_DOUBLE_EQ(BusinessDays(At("2026-03-06T13:00:00Z"), At("2026-03-09T13:00:00Z"), Office()),
                   1);
  EXPECT_DOUBLE_EQ(BusinessDays(At("2026-03-09T13:00:00Z"), At("2026-03-06T13:00:00Z"), Office()),
                   -1);
}

// By a plan that does not have some of them, and in which the node of another is to be done.
TEST(Milestones, StayReachedByAnotherPlan) {
  onboarding::Run run = AdaRun(RampUpPlan());
  Complete(run, "paperwork");
  MustChange(ReportMilestone(run, {"quota", kDay, "crm", ""}, When(kDay)));
  onboarding::Run migrated = AdaRun(SalesRepPlan());
  migrated.milestones = run.milestones;
  KeepMilestones(migrated);
  Complete(migrated, "paperwork");
  EXPECT_THAT(Reached(migrated), ElementsAre("signed", "quota"));
  onboarding::Run again = AdaRun(RampUpPlan());
  again.milestones = run.milestones;
  KeepMilestones(again);
  EXPECT_THAT(Said(Complete(again, "paperwork")),
              ::testing::Not(Contains("MILESTONE_REACHED signed")));
  EXPECT_THAT(Reached(again), ElementsAre("signed", "quota"));
}

TEST(Milestones, AreStored) {
  onboarding::Run run = Finished();
  MustChange(ReportMilestone(run, {"quota", kDay, "crm", "said so"}, When(kDay)));
  const auto parsed = Parse("acme", "ada", run.plan, Serialize(run));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->milestones, run.milestones);
  const v1::Onboarding proto = ToProto(run);
  EXPECT_EQ(proto.reached_milestones().rbegin()->milestone(), "quota");
  EXPECT_EQ(proto.reached_milestones().rbegin()->source(), "crm");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
