// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/outlook.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/migrate.h"
#include "services/onboarding/engine/plan_edit.h"
#include "services/onboarding/testing/calendar.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::HasSubstr;

// First, second: a working day each, to be done in two.
PlanPointer TightPlan() {
  catalog::v1::Process process = Pair();
  process.mutable_target()->set_days(2);
  for (auto& node : *process.mutable_root()->mutable_sequence()->mutable_nodes())
    node.mutable_step()->mutable_target()->set_days(1);
  return *Freeze({process});
}

std::string Text(absl::Time time) {
  return absl::FormatTime("%m-%d %H:%M", time, absl::UTCTimeZone());
}

LivePlan LiveAt(const onboarding::Run& run, absl::string_view now) {
  return LivePlanOf(run, *CalendarOf(run.spec), At(now));
}

std::string SpanOf(const onboarding::Run& run, const LivePlan& live, absl::string_view step) {
  const auto& span = live.spans[run.plan->plan.Find(step)];
  if (!span.has_value()) return "none";
  return Text(span->start) + " to " + Text(span->end) + (span->critical ? " critical" : "");
}

const HistoryEntry* Replanned(const Entries& entries) {
  for (const HistoryEntry& entry : entries)
    if (entry.kind == EntryKind::kReplanned) return &entry;
  return nullptr;
}

Completion All() { return {.tick_all = true}; }

TEST(Outlook, BeginsWithTheDueDatesAndTheTargets) {
  const onboarding::Run run = AdaRun();
  ASSERT_TRUE(run.outlook.has_value());
  // paperwork 1 day, laptop 3, territory 2, exam 1, review 1.
  EXPECT_EQ(Text(run.outlook->finish), "03-12 09:00");
  EXPECT_EQ(run.outlook->told, run.outlook->finish);
  const LivePlan live = LiveAt(run, "2026-03-02T09:00:00Z");
  EXPECT_EQ(SpanOf(run, live, "paperwork"), "03-02 09:00 to 03-03 09:00 critical");
  EXPECT_EQ(SpanOf(run, live, "laptop"), "03-03 09:00 to 03-06 09:00 critical");
  EXPECT_EQ(SpanOf(run, live, "accounts"), "03-03 09:00 to 03-03 11:00");
  EXPECT_EQ(SpanOf(run, live, "field"), "03-06 09:00 to 03-10 09:00 critical");
  EXPECT_EQ(SpanOf(run, live, "inside"), "03-06 09:00 to 03-09 09:00");
  EXPECT_EQ(SpanOf(run, live, "exam"), "03-10 09:00 to 03-11 09:00 critical");
  EXPECT_EQ(SpanOf(run, live, "study"), "none");
  EXPECT_EQ(SpanOf(run, live, "deal-desk.review"), "03-11 09:00 to 03-12 09:00 critical");
}

TEST(Outlook, WhatIsLateEndsNow) {
  const onboarding::Run run = AdaRun();
  const LivePlan live = LiveAt(run, "2026-03-05T11:00:00Z");
  EXPECT_EQ(SpanOf(run, live, "paperwork"), "03-02 09:00 to 03-05 11:00 critical");
  EXPECT_EQ(SpanOf(run, live, "laptop"), "03-05 11:00 to 03-10 11:00 critical");
}

TEST(Outlook, ALateCompletionIsTold) {
  onboarding::Run run = AdaRun();
  const Entries entries =
      MustChange(CompleteTask(run, "paperwork", All(), When(At("2026-03-05T09:00:00Z"))));
  const HistoryEntry* told = Replanned(entries);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told, &entries.back());
  EXPECT_EQ(Text(*told->due_time), "03-16 09:00");
  EXPECT_EQ(Text(*told->previous_due_time), "03-12 09:00");
  EXPECT_EQ(told->reason,
            "the finish moves from Thu 2026-03-12 09:00 UTC to Mon 2026-03-16 09:00 UTC, because "
            "'paperwork' ended 2 working days after it was due; 5 steps begin later than planned");
  EXPECT_EQ(run.outlook->told, *told->due_time);
}

TEST(Outlook, LessThanADayIsNotTold) {
  onboarding::Run run = AdaRun();
  // An hour after its due date, then an hour before: neither is a day.
  EXPECT_EQ(Replanned(MustChange(
                CompleteTask(run, "paperwork", All(), When(At("2026-03-03T10:00:00Z"))))),
            nullptr);
  EXPECT_EQ(Text(run.outlook->finish), "03-12 10:00");
  EXPECT_EQ(Text(run.outlook->told), "03-12 09:00");
  EXPECT_EQ(Replanned(MustChange(ClaimTask(run, "laptop", true, When(At("2026-03-20T10:00:00Z"))))),
            nullptr);
}

TEST(Outlook, SmallDelaysAreToldOnceTheyAreADay) {
  onboarding::Run run = AdaRun();
  MustChange(CompleteTask(run, "paperwork", All(), When(At("2026-03-03T15:00:00Z"))));
  EXPECT_EQ(Text(run.outlook->finish), "03-12 15:00");
  MustChange(CompleteTask(run, "accounts", All(), When(At("2026-03-03T16:00:00Z"))));
  const Entries entries =
      MustChange(CompleteTask(run, "laptop", All(), When(At("2026-03-09T11:00:00Z"))));
  const HistoryEntry* told = Replanned(entries);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(Text(*told->previous_due_time), "03-12 09:00");
  EXPECT_EQ(Text(*told->due_time), "03-13 11:00");
}

TEST(Outlook, WhatEndsEarlyIsNoNews) {
  onboarding::Run run = AdaRun();
  for (const char* task : {"paperwork", "accounts", "laptop"}) {
    EXPECT_EQ(
        Replanned(MustChange(CompleteTask(run, task, All(), When(At("2026-03-02T10:00:00Z"))))),
        nullptr);
  }
  // What comes next is due as planned: from Monday 11:00 on.
  EXPECT_EQ(Text(run.outlook->finish), "03-06 11:00");
  EXPECT_EQ(Text(run.outlook->told), "03-12 09:00");
  // Nor is a delay that leaves it before what was told.
  EXPECT_EQ(
      Replanned(MustChange(Decide(run, "route", "field", "", When(At("2026-03-05T10:00:00Z"))))),
      nullptr);
  EXPECT_EQ(Text(run.outlook->finish), "03-11 10:00");
}

TEST(Outlook, ThatItIsWithinItsTargetAgainIsTold) {
  auto started = Start(AdaSpec(), TightPlan(), When(At("2026-03-02T09:00:00Z")));
  onboarding::Run& run = started->run;
  MustChange(CompleteTask(run, "a", {}, When(At("2026-03-09T09:00:00Z"))));
  EXPECT_TRUE(ToProto(run).at_risk());
  const Entries entries = MustChange(
      Reschedule(run, absl::CivilDay(2026, 3, 16), "later", When(At("2026-03-09T10:00:00Z"))));
  EXPECT_EQ(Told(entries), std::vector<std::string>({"REPLANNED", "TASK_RESCHEDULED b"}));
  EXPECT_FALSE(ToProto(run).at_risk());
}

TEST(Outlook, BeyondTheTargetIsToldHoweverLittleItIs) {
  auto started = Start(AdaSpec(), TightPlan(), When(At("2026-03-02T09:00:00Z")));
  ASSERT_TRUE(started.ok());
  onboarding::Run& run = started->run;
  EXPECT_EQ(Text(*run.target_time), "03-04 09:00");
  EXPECT_EQ(Text(run.outlook->finish), "03-04 09:00");
  EXPECT_EQ(Text(*run.outlook->risk_time), "03-03 09:00");
  EXPECT_FALSE(ToProto(run).at_risk());
  const Entries entries = MustChange(CompleteTask(run, "a", {}, When(At("2026-03-03T10:00:00Z"))));
  ASSERT_NE(Replanned(entries), nullptr);
  EXPECT_EQ(Text(run.outlook->finish), "03-04 10:00");
  EXPECT_TRUE(ToProto(run).at_risk());
  EXPECT_EQ(Text(*run.outlook->risk_time), "03-03 09:00") << "since then it is at risk";
  const Entries done = MustChange(CompleteTask(run, "b", {}, When(At("2026-03-06T10:00:00Z"))));
  EXPECT_EQ(Replanned(done), nullptr);  // that it is finished says it all
  EXPECT_EQ(run.outlook->finish, At("2026-03-06T10:00:00Z"));
  EXPECT_FALSE(run.outlook->risk_time.has_value());
}

// How long it is at risk already is what `risk_time < X` asks for.
TEST(Outlook, WhatStaysAtRiskIsSoSinceItWasFirst) {
  auto started = Start(AdaSpec(), TightPlan(), When(At("2026-03-02T09:00:00Z")));
  onboarding::Run& run = started->run;
  MustChange(BlockTask(run, "a", {"", Category::kAccess, "", "no licence"},
                       When(At("2026-03-02T12:00:00Z"))));
  MustChange(UnblockTask(run, "a", "", "there it is", When(At("2026-03-04T12:00:00Z"))));
  EXPECT_EQ(Text(*run.outlook->risk_time), "03-02 12:00");
  MustChange(CompleteTask(run, "a", {}, When(At("2026-03-05T10:00:00Z"))));
  EXPECT_TRUE(ToProto(run).at_risk());
  EXPECT_EQ(Text(*run.outlook->risk_time), "03-02 12:00");
  // A day one that comes later ends it; what is late then is so anew.
  MustChange(
      Reschedule(run, absl::CivilDay(2026, 3, 16), "later", When(At("2026-03-05T11:00:00Z"))));
  EXPECT_FALSE(ToProto(run).at_risk());
  EXPECT_GT(*run.outlook->risk_time, At("2026-03-05T11:00:00Z"));
}

TEST(Outlook, SlackIsWhatTheTargetLeaves) {
  onboarding::Run run = AdaRun();
  const LivePlan live = LiveAt(run, "2026-03-02T09:00:00Z");
  const auto& review = live.spans[run.plan->plan.Find("deal-desk.review")];
  EXPECT_EQ(review->latest_end, *run.target_time);
  const auto& accounts = live.spans[run.plan->plan.Find("accounts")];
  const auto& laptop = live.spans[run.plan->plan.Find("laptop")];
  EXPECT_EQ(accounts->latest_end, laptop->latest_end);
  // By then paperwork must have ended, three days of the laptop before that.
  EXPECT_EQ(live.risk_time, live.spans[run.plan->plan.Find("paperwork")]->latest_end);
  EXPECT_EQ(CalendarOf(run.spec)->Add(*live.risk_time, 3, 0), laptop->latest_end);
}

TEST(Outlook, TheClockOfWhatIsBlockedStands) {
  auto started = Start(AdaSpec(), TightPlan(), When(At("2026-03-02T09:00:00Z")));
  onboarding::Run& run = started->run;
  MustChange(BlockTask(run, "a", {"", Category::kAccess, "", "no licence"},
                       When(At("2026-03-02T12:00:00Z"))));
  EXPECT_EQ(run.outlook->risk_time, At("2026-03-02T12:00:00Z"));  // there is no slack
  const LivePlan live = LiveAt(run, "2026-03-02T15:00:00Z");
  EXPECT_EQ(SpanOf(run, live, "a"), "03-02 09:00 to 03-03 12:00 critical");
  const Entries entries =
      MustChange(UnblockTask(run, "a", "", "there it is", When(At("2026-03-04T12:00:00Z"))));
  const HistoryEntry* told = Replanned(entries);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(Text(*told->due_time), "03-06 09:00");
  EXPECT_NE(told->reason.find("'a' was blocked until now"), std::string::npos) << told->reason;
}

TEST(Outlook, AnImpedimentIsToldWhenItIsResolved) {
  onboarding::Run run = AdaRun();
  EXPECT_EQ(Replanned(MustChange(BlockTask(run, "paperwork", {"", Category::kAccess, "", "x"},
                                           When(At("2026-03-10T09:00:00Z"))))),
            nullptr);
  EXPECT_NE(Replanned(MustChange(
                UnblockTask(run, "paperwork", "", "", When(At("2026-03-10T10:00:00Z"))))),
            nullptr);
}

TEST(Outlook, APauseIsToldWhenItIsOver) {
  auto started = Start(AdaSpec(), TightPlan(), When(At("2026-03-02T09:00:00Z")));
  onboarding::Run& run = started->run;
  EXPECT_EQ(Replanned(MustChange(Pause(run, "rest", When(At("2026-03-02T12:00:00Z"))))), nullptr);
  EXPECT_FALSE(run.outlook->risk_time.has_value());  // its target will move
  EXPECT_EQ(Text(LiveAt(run, "2026-03-04T12:00:00Z").finish), "03-06 09:00");
  const Entries entries = MustChange(Resume(run, "on", When(At("2026-03-04T12:00:00Z"))));
  ASSERT_NE(Replanned(entries), nullptr);
  EXPECT_EQ(Text(run.outlook->finish), "03-06 09:00");
  EXPECT_EQ(Text(*run.target_time), "03-06 09:00") << "as the finish: an opening stays one";
  EXPECT_FALSE(ToProto(run).at_risk());
}

// A run of the tight plan that is late by two days, of which the last was looked at on Monday.
struct Late {
  Late() : started(*Start(AdaSpec(), TightPlan(), When(At("2026-03-02T09:00:00Z")))) {
    Add(CommentTask(run, "a", "soon", {}, When(At("2026-03-04T09:00:00Z"))));
  }
  void Add(absl::StatusOr<Entries> entries) {
    for (HistoryEntry& entry : MustChange(std::move(entries)))
      started.entries.push_back(std::move(entry));
  }
  // Why the end moves by a task that is added on Thursday, of so many days.
  std::string WhyByAdded(int days) {
    flow::Node step;
    step.id = step.title = "x";
    step.kind = flow::NodeKind::kStep;
    step.step.role = "it";
    step.step.target = flow::BusinessDuration{days, 0};
    const auto edited = AddStep(*run.plan, step, {});
    EXPECT_TRUE(edited.ok()) << edited.status();
    MigrationReport report;
    const Entries entries = MustChange(ChangePlan(run, started.entries,
                                                  {.plan = edited->plan,
                                                   .reason = "more to do",
                                                   .kind = EntryKind::kTaskAdded,
                                                   .task = "x",
                                                   .place = TaskPlace(),
                                                   .node = step},
                                                  When(At("2026-03-05T09:00:00Z")), &report));
    const HistoryEntry* told = Replanned(entries);
    return told == nullptr ? "" : told->reason;
  }

  Started started;
  onboarding::Run& run = started.run;
};

TEST(Outlook, WhatIsAddedIsNotBlamedOnWhatIsLate) {
  EXPECT_THAT(Late().WhyByAdded(3), HasSubstr("because 'x' was added to its plan"));
  EXPECT_THAT(Late().WhyByAdded(1), HasSubstr("because 'a' was due on Tue 2026-03-03 09:00 UTC and "
                                              "is not done"));
  Late stored;
  stored.run = *Parse("acme", "ada", stored.run.plan, Serialize(stored.run));
  EXPECT_EQ(stored.run.outlook, Late().run.outlook);
  EXPECT_EQ(stored.run.outlook->as_of, At("2026-03-02T09:00:00Z")) << "a comment moves nothing";
}

TEST(Outlook, WhatRestedIsNotBlamedOnWhatWasLateBefore) {
  Late late;  // by a day when it is paused, for two
  MustChange(Pause(late.run, "rest", When(At("2026-03-04T09:00:00Z"))));
  const Entries entries = MustChange(Resume(late.run, "on", When(At("2026-03-06T09:00:00Z"))));
  ASSERT_NE(Replanned(entries), nullptr);
  EXPECT_THAT(Replanned(entries)->reason, HasSubstr("because it was paused until now"));
}

TEST(Outlook, APauseMovesWhatItIsMeasuredBy) {
  auto started = Start(AdaSpec(), TightPlan(), When(At("2026-03-02T09:00:00Z")));
  onboarding::Run& run = started->run;
  MustChange(Pause(run, "rest", When(At("2026-03-02T12:00:00Z"))));
  const LivePlan live = LiveAt(run, "2026-03-04T12:00:00Z");
  const auto& last = live.spans[run.plan->plan.Find("b")];
  EXPECT_EQ(Text(last->latest_end), "03-06 09:00");
  EXPECT_FALSE(IsBeyond(last->end, last->latest_end, *CalendarOf(run.spec)));
}

TEST(Outlook, ABranchThatIsNotTakenDoesNotCount) {
  onboarding::Run run = AdaRun();
  MustChange(CompleteTask(run, "paperwork", All(), When(At("2026-03-03T09:00:00Z"))));
  MustChange(CompleteTask(run, "accounts", All(), When(At("2026-03-03T11:00:00Z"))));
  MustChange(CompleteTask(run, "laptop", All(), When(At("2026-03-06T09:00:00Z"))));
  const Entries entries =
      MustChange(Decide(run, "route", "inside", "", When(At("2026-03-06T09:00:00Z"))));
  ASSERT_NE(Replanned(entries), nullptr);
  EXPECT_EQ(Text(run.outlook->finish), "03-11 09:00");
  EXPECT_NE(Replanned(entries)->reason.find("'route' was decided: inside"), std::string::npos);
}

TEST(Outlook, ARepeatedLoopComesOnceMore) {
  onboarding::Run run = AdaRun();
  for (const char* task : {"paperwork", "accounts", "laptop"})
    MustChange(CompleteTask(run, task, All(), When(At("2026-03-06T09:00:00Z"))));
  MustChange(Decide(run, "route", "field", "", When(At("2026-03-06T09:00:00Z"))));
  MustChange(CompleteTask(run, "field", All(), When(At("2026-03-10T09:00:00Z"))));
  MustChange(Decide(run, "dinner", "leave-out", "", When(At("2026-03-10T09:00:00Z"))));
  MustChange(CompleteTask(run, "exam", All(), When(At("2026-03-11T09:00:00Z"))));
  EXPECT_EQ(Text(run.outlook->finish), "03-12 09:00");
  MustChange(Decide(run, "certification", "again", "", When(At("2026-03-11T09:00:00Z"))));
  // Two days of study, the exam, the review.
  EXPECT_EQ(Text(run.outlook->finish), "03-17 09:00");
  const LivePlan live = LiveAt(run, "2026-03-11T09:00:00Z");
  EXPECT_EQ(SpanOf(run, live, "study"), "03-11 09:00 to 03-13 09:00 critical");
  EXPECT_EQ(SpanOf(run, live, "exam"), "03-13 09:00 to 03-16 09:00 critical");
  EXPECT_EQ(SpanOf(run, live, "dinner"), "none");
}

TEST(Outlook, HolidaysOfTheCalendarAreSkipped) {
  auto started = Start(BerlinSpec(), TightPlan(), When(At("2026-03-02T08:00:00Z")));
  ASSERT_TRUE(started.ok());
  // Wednesday is Founders' Day: Monday, Tuesday; Thursday.
  EXPECT_EQ(Text(started->run.outlook->finish), "03-05 08:00");
  EXPECT_EQ(Text(*started->run.target_time), "03-05 08:00");
}

TEST(Outlook, LengthsTakeThePlaceOfTargets) {
  const onboarding::Run run = AdaRun();
  const flow::NodeIndex laptop = run.plan->plan.Find("laptop");
  const LivePlan live = LivePlanOf(run, *CalendarOf(run.spec), At("2026-03-02T09:00:00Z"),
                                   [&](flow::NodeIndex step) -> std::optional<absl::Duration> {
                                     if (step == laptop) return absl::Hours(40);
                                     return std::nullopt;
                                   });
  EXPECT_EQ(SpanOf(run, live, "laptop"), "03-03 09:00 to 03-09 17:00 critical");
  EXPECT_EQ(Text(live.finish), "03-16 09:00");
}

// People who work ahead of plan are not made late by how long that usually takes.
TEST(Outlook, LengthsOfWhatEndedMoveNothing) {
  onboarding::Run run = AdaRun();
  const absl::Time early = At("2026-03-02T10:00:00Z");
  MustChange(CompleteTask(run, "paperwork", All(), When(early)));
  const flow::NodeIndex paperwork = run.plan->plan.Find("paperwork");
  const auto calendar = CalendarOf(run.spec);
  const LivePlan forecast =
      LivePlanOf(run, *calendar, early, [&](flow::NodeIndex step) -> std::optional<absl::Duration> {
        if (step == paperwork) return absl::Hours(80);
        return std::nullopt;
      });
  const LivePlan live = LivePlanOf(run, *calendar, early);
  EXPECT_EQ(Text(forecast.finish), Text(live.finish));
  EXPECT_EQ(SpanOf(run, forecast, "exam"), SpanOf(run, live, "exam"));
  EXPECT_EQ(SpanOf(run, forecast, "paperwork"), "03-02 09:00 to 03-02 10:00");
}

TEST(Outlook, OfAnOldRowIsSilentAtFirst) {
  onboarding::Run run = AdaRun();
  run.outlook.reset();
  EXPECT_FALSE(ToProto(run).has_expected_finish_time());
  EXPECT_EQ(Replanned(MustChange(
                CompleteTask(run, "paperwork", All(), When(At("2026-03-05T09:00:00Z"))))),
            nullptr);
  EXPECT_EQ(Text(run.outlook->told), "03-16 09:00");
}

TEST(Outlook, WhoIsCancelledHasNone) {
  onboarding::Run run = AdaRun();
  MustChange(Cancel(run, "left", When(At("2026-03-05T09:00:00Z"))));
  EXPECT_FALSE(run.outlook.has_value());
  EXPECT_EQ(SpanOf(run, LiveAt(run, "2026-03-05T09:00:00Z"), "laptop"), "none");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
