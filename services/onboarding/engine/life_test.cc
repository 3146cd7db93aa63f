// SPDX-License-Identifier: Apache-2.0
//
// Pausing, resuming and cancelling a run.
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using base::Reason;
using base::ReasonOf;
using ::testing::ElementsAre;

// A Monday.
const absl::Time kDay = At("2026-03-02T09:00:00Z");

const TaskRecord& RecordOf(const onboarding::Run& run, absl::string_view task) {
  return *FindTask(run, task)->record;
}

void Complete(onboarding::Run& run, absl::string_view task, absl::Time time) {
  MustChange(CompleteTask(run, task, {.tick_all = true}, When(time)));
}

TEST(Life, WhileItIsPausedNoWorkGoesOn) {
  onboarding::Run run = AdaRun();
  EXPECT_THAT(Told(MustChange(Pause(run, "leave", When(kDay)))), ElementsAre("PAUSED"));
  EXPECT_EQ(ToProto(run).state(), v1::Onboarding::STATE_PAUSED);
  EXPECT_EQ(ToProto(run).pause_reason(), "leave");
  const std::string before = Serialize(run);
  for (const absl::Status& refused :
       {StartTask(run, "paperwork", When(kDay)).status(),
        CompleteTask(run, "paperwork", {.tick_all = true}, When(kDay)).status(),
        SkipTask(run, "paperwork", "why", When(kDay)).status(),
        Decide(run, "route", "field", "", When(kDay)).status(),
        ReopenTask(run, {}, "paperwork", "why", When(kDay)).status(),
        VerifyTask(run, "paperwork", {.accepted = true}, When(kDay)).status(),
        ApproveWaiver(run, "paperwork", "", When(kDay)).status(),
        Pause(run, "again", When(kDay)).status()}) {
    EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_ONBOARDING_STATE) << refused;
    EXPECT_EQ(base::MetadataOf(refused, "state"), "PAUSED");
    EXPECT_EQ(base::MetadataOf(refused, "reason"), "leave");
  }
  EXPECT_EQ(Serialize(run), before);
  MustChange(ClaimTask(run, "paperwork", false, When(kDay, "hans")));
  MustChange(BlockTask(run, "paperwork", {"", Category::kAccess, "", "x"}, When(kDay)));
  MustChange(UnblockTask(run, "paperwork", "", "", When(kDay)));
  MustChange(CommentTask(run, "paperwork", "soon", {}, When(kDay)));
}

TEST(Life, OnlyWhatIsPausedIsResumed) {
  onboarding::Run run = AdaRun();
  const absl::Status refused = Resume(run, "why", When(kDay)).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_ONBOARDING_STATE);
  EXPECT_EQ(base::MetadataOf(refused, "allowed"), "PAUSED");
}

TEST(Life, TheClockOfOpenTasksStopsWhileItIsPaused) {
  onboarding::Run run = AdaRun();
  Complete(run, "paperwork", kDay);  // laptop: 3 days, accounts: 120 minutes
  ASSERT_EQ(RecordOf(run, "laptop").due_time, At("2026-03-05T09:00:00Z"));
  ASSERT_EQ(RecordOf(run, "accounts").due_time, At("2026-03-02T11:00:00Z"));
  const absl::Time target = *run.target_time;
  MustChange(Pause(run, "leave", When(At("2026-03-02T10:00:00Z"))));
  // From Monday 10:00 to Wednesday 12:00 the office is open for 7 + 8 + 3 hours.
  const Entries entries = MustChange(Resume(run, "back", When(At("2026-03-04T12:00:00Z"))));
  EXPECT_THAT(Told(entries),
              ElementsAre("RESUMED", "TASK_RESCHEDULED laptop", "TASK_RESCHEDULED accounts"));
  EXPECT_EQ(RecordOf(run, "accounts").due_time, At("2026-03-04T13:00:00Z"));
  EXPECT_EQ(RecordOf(run, "laptop").due_time, At("2026-03-09T11:00:00Z"));
  EXPECT_EQ(entries[1].due_time, RecordOf(run, "laptop").due_time);
  EXPECT_EQ(entries[0].due_time, run.target_time);
  EXPECT_GT(*run.target_time, target);
  EXPECT_EQ(RecordOf(run, "paperwork").end_time, kDay) << "what ended stays as it was";
  EXPECT_EQ(ToProto(run).state(), v1::Onboarding::STATE_ACTIVE);
  Complete(run, "accounts", At("2026-03-04T12:00:00Z"));
}

TEST(Life, ADueDateSoFarIsTheOneThatResumingNowWouldMake) {
  const absl::Time pause = kDay + absl::Hours(2);
  const absl::Time now = kDay + absl::Hours(24 * 7);
  for (const int blocked_after : {0, 1, 3, 30}) {  // hours; 0: it is not
    onboarding::Run run = AdaRun();
    Complete(run, "paperwork", kDay);
    const auto block = [&] {
      MustChange(BlockTask(run, "laptop", {"", Category::kAccess, "", "x"},
                           When(kDay + absl::Hours(blocked_after))));
    };
    if (blocked_after == 1) block();
    MustChange(Pause(run, "leave", When(pause)));
    if (blocked_after > 1) block();
    const TaskRecord& task = RecordOf(run, "laptop");
    const absl::Time so_far = DueSoFar(run, task, task.ready_time, now, *CalendarOf(run.spec));
    MustChange(Resume(run, "back", When(now)));
    EXPECT_EQ(*RecordOf(run, "laptop").due_time, so_far) << blocked_after;
  }
}

// Times are told to the minute: what moves none is told when it has added up.
TEST(Life, AMomentIsNotToldAndIsNotLost) {
  onboarding::Run run = AdaRun();
  Complete(run, "paperwork", kDay);
  const absl::Time due = *RecordOf(run, "laptop").due_time;
  absl::Time now = kDay;
  const auto rest = [&](absl::Duration length) {
    MustChange(Pause(run, "oops", When(now)));
    now += length;
    return MustChange(Resume(run, "on", When(now)));
  };
  EXPECT_THAT(Told(rest(absl::Milliseconds(300))), ElementsAre("RESUMED"));
  EXPECT_EQ(*RecordOf(run, "laptop").due_time, due + absl::Milliseconds(300));
  EXPECT_THAT(Told(rest(absl::Seconds(40))), ElementsAre("RESUMED"));
  const Entries entries = rest(absl::Seconds(40));
  EXPECT_THAT(Told(entries),
              ElementsAre("RESUMED", "TASK_RESCHEDULED laptop", "TASK_RESCHEDULED accounts"));
  EXPECT_EQ(entries[1].due_time, due + absl::Milliseconds(80300));
  EXPECT_EQ(entries[1].previous_due_time, due + absl::Milliseconds(40300));
}

TEST(Life, APauseInClosedHoursMovesNothing) {
  onboarding::Run run = AdaRun();
  Complete(run, "paperwork", kDay);
  const auto due = RecordOf(run, "laptop").due_time;
  MustChange(Pause(run, "night", When(At("2026-03-02T17:00:00Z"))));
  EXPECT_THAT(Told(MustChange(Resume(run, "morning", When(At("2026-03-03T09:00:00Z"))))),
              ElementsAre("RESUMED"));
  EXPECT_EQ(RecordOf(run, "laptop").due_time, due);
}

TEST(Life, WhatIsNotToBeginYetLosesNoTime) {
  onboarding::Run run = AdaRun();  // accounts: not before day one, 2026-03-02
  auto started = Start(AdaSpec(), SalesRepPlan(), When(At("2026-02-23T09:00:00Z")));
  ASSERT_TRUE(started.ok());
  run = started->run;
  Complete(run, "paperwork", At("2026-02-23T09:00:00Z"));
  const auto due = RecordOf(run, "accounts").due_time;
  const auto target = run.target_time;
  MustChange(Pause(run, "leave", When(At("2026-02-24T09:00:00Z"))));
  EXPECT_THAT(Told(MustChange(Resume(run, "back", When(At("2026-02-26T09:00:00Z"))))),
              ElementsAre("RESUMED", "TASK_RESCHEDULED laptop"));
  EXPECT_EQ(RecordOf(run, "accounts").due_time, due);
  EXPECT_EQ(run.target_time, target) << "the target counts from day one";
}

TEST(Life, CancellingEndsWhatIsOpen) {
  onboarding::Run run = AdaRun();
  Complete(run, "paperwork", kDay);
  MustChange(StartTask(run, "laptop", When(kDay)));
  MustChange(BlockTask(run, "accounts", {"", Category::kAccess, "", "x"}, When(kDay)));
  MustChange(Pause(run, "wait", When(kDay)));
  EXPECT_THAT(Told(MustChange(Cancel(run, "resigned", When(kDay + absl::Hours(1))))),
              ElementsAre("CANCELLED", "TASK_WITHDRAWN laptop", "UNBLOCKED accounts",
                          "TASK_WITHDRAWN accounts"));
  const v1::Onboarding proto = ToProto(run);
  EXPECT_EQ(proto.state(), v1::Onboarding::STATE_CANCELLED);
  EXPECT_EQ(proto.cancel_reason(), "resigned");
  EXPECT_EQ(proto.open_impediments(), 0);
  EXPECT_EQ(proto.decisions_size(), 0);
  EXPECT_FALSE(proto.has_pause_time());
  int done = 0;
  for (const TaskView& view : Tasks(run)) {
    done += view.state == TaskState::kDone;
    EXPECT_TRUE(view.state == TaskState::kDone || view.state == TaskState::kNotNeeded);
  }
  EXPECT_EQ(done, 1);
  EXPECT_EQ(FindTask(run, "exam")->state, TaskState::kNotNeeded);
  for (const absl::Status& refused : {Cancel(run, "why", When(kDay + absl::Hours(2))).status(),
                                      Pause(run, "why", When(kDay + absl::Hours(2))).status(),
                                      Resume(run, "why", When(kDay + absl::Hours(2))).status(),
                                      StartTask(run, "exam", When(kDay + absl::Hours(2))).status(),
                                      SetAttributes(run, {}, "", When(kDay)).status()}) {
    EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_ONBOARDING_CLOSED) << refused;
    EXPECT_EQ(base::MetadataOf(refused, "state"), "CANCELLED");
  }
  MustChange(CommentTask(run, "exam", "good bye", {}, When(kDay + absl::Hours(2))));
}

TEST(Life, WhatIsCompleteIsNeitherPausedNorCancelled) {
  onboarding::Run run = AdaRun(PairPlan());
  Complete(run, "a", kDay);
  Complete(run, "b", kDay);
  for (const absl::Status& refused :
       {Pause(run, "why", When(kDay)).status(), Cancel(run, "why", When(kDay)).status()}) {
    EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_ONBOARDING_CLOSED);
    EXPECT_EQ(base::MetadataOf(refused, "state"), "COMPLETED");
  }
}

}  // namespace
}  // namespace plumbline::onboarding::testing
