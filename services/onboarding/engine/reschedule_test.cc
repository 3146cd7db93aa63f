// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <map>
#include <string>

#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/calendar.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/replay.h"

namespace plumbline::onboarding::testing {
namespace {

std::string Text(absl::Time time) {
  return absl::FormatTime("%m-%d %H:%M", time, absl::UTCTimeZone());
}

Completion All() { return {.tick_all = true}; }

// Begun a week before day one: accounts count from that, laptop from when paperwork ends by plan.
onboarding::Run Early(Entries* history) {
  auto started = Start(AdaSpec(), SalesRepPlan(), When(At("2026-02-23T09:00:00Z")));
  onboarding::Run run = started->run;
  *history = started->entries;
  for (const HistoryEntry& entry :
       MustChange(CompleteTask(run, "paperwork", All(), When(At("2026-02-23T10:00:00Z")))))
    history->push_back(entry);
  return run;
}

std::string DueOf(const onboarding::Run& run, const std::string& task) {
  const auto view = FindTask(run, task);
  return Text(*view->record->due_time);
}

TEST(Reschedule, ToYearsBeforeItBeganIsAWrongYear) {
  onboarding::Run run = AdaRun();  // started on its day one, 2026-03-02
  const auto to = [&](absl::CivilDay day) {
    onboarding::Run other = run;
    return Reschedule(other, day, "typed", When(At("2026-03-02T10:00:00Z"))).status();
  };
  EXPECT_TRUE(to(absl::CivilDay(2025, 3, 1)).ok());
  const absl::Status refused = to(absl::CivilDay(2025, 2, 28));
  EXPECT_EQ(base::ReasonOf(refused), base::Reason::ERROR_REASON_FIELD_INVALID);
  ASSERT_EQ(base::FieldViolationsOf(refused).size(), 1u);
  EXPECT_EQ(base::FieldViolationsOf(refused)[0].field, "day_one");
  EXPECT_EQ(base::FieldViolationsOf(refused)[0].description,
            "'2025-02-28' is more than 366 days before the on-boarding was started (2026-03-02); "
            "give 2025-03-01 or later. If it did begin then, cancel it and start another one: a "
            "start takes days of the past");
  // What began long ago is told afterwards: it is measured by its own day one.
  Spec old = AdaSpec();
  old.day_one = absl::CivilDay(2020, 1, 6);
  run = Start(old, SalesRepPlan(), When(At("2026-03-02T09:00:00Z")))->run;
  EXPECT_TRUE(to(absl::CivilDay(2019, 12, 2)).ok());
  EXPECT_FALSE(to(absl::CivilDay(2018, 12, 2)).ok());
}

TEST(Reschedule, LittleByLittleItIsMovedNoFurtherBack) {
  const Started started = *Start(AdaSpec(), SalesRepPlan(), When(At("2026-03-02T09:00:00Z")));
  onboarding::Run run = started.run;
  const auto calendar = CalendarOf(run.spec);
  const auto first = FirstDayOne(started.entries, *calendar);
  EXPECT_EQ(first, absl::CivilDay(2026, 3, 2));
  const auto to = [&](absl::CivilDay day) {
    return Reschedule(run, day, "typed", When(At("2026-03-02T10:00:00Z")), first).status();
  };
  EXPECT_TRUE(to(absl::CivilDay(2025, 3, 3)).ok());
  EXPECT_THAT(std::string(to(absl::CivilDay(2024, 3, 4)).message()),
              ::testing::HasSubstr("'2024-03-04' is more than 366 days before the on-boarding was "
                                   "started (2026-03-02); give 2025-03-01 or later"));
  EXPECT_TRUE(to(absl::CivilDay(2025, 3, 1)).ok());
  // An older release took it further back: from there it is moved towards where it may be.
  run.spec.day_one = absl::CivilDay(2023, 3, 1);
  EXPECT_FALSE(to(absl::CivilDay(2023, 2, 28)).ok());
  EXPECT_TRUE(to(absl::CivilDay(2024, 3, 4)).ok());
}

TEST(Reschedule, TheFirstDayOneIsReadFromEntriesOfOlderReleasesToo) {
  Started started = *Start(AdaSpec(), SalesRepPlan(), When(At("2026-03-02T09:00:00Z")));
  const auto calendar = CalendarOf(started.run.spec);
  started.entries[0].changes.clear();
  EXPECT_EQ(FirstDayOne(started.entries, *calendar), absl::CivilDay(2026, 3, 2))
      << "by when it opens";
  started.entries[0].earliest_time.reset();
  EXPECT_EQ(FirstDayOne(started.entries, *calendar), std::nullopt);
  EXPECT_EQ(FirstDayOne({}, *calendar), std::nullopt);
}

TEST(Reschedule, MovesWhatCountsFromDayOne) {
  Entries history;
  onboarding::Run run = Early(&history);
  EXPECT_EQ(DueOf(run, "accounts"), "03-02 11:00");
  EXPECT_EQ(DueOf(run, "laptop"), "02-27 09:00") << "as planned, though paperwork was early";
  const std::string target = Text(*run.target_time);
  const Entries entries = MustChange(
      Reschedule(run, absl::CivilDay(2026, 3, 9), "later", When(At("2026-02-24T10:00:00Z"))));
  EXPECT_EQ(Told(entries), std::vector<std::string>({"REPLANNED", "TASK_RESCHEDULED laptop",
                                                     "TASK_RESCHEDULED accounts"}));
  EXPECT_EQ(run.spec.day_one, absl::CivilDay(2026, 3, 9));
  EXPECT_EQ(DueOf(run, "accounts"), "03-09 11:00");
  EXPECT_EQ(DueOf(run, "laptop"), "03-06 09:00") << "three days from the new fourth day before";
  EXPECT_EQ(*run.target_time, At("2026-06-01T09:00:00Z"));
  EXPECT_EQ(target, "05-25 09:00");
  const HistoryEntry& told = entries[0];
  EXPECT_EQ(told.day_one, absl::CivilDay(2026, 3, 9));
  EXPECT_EQ(told.previous_day_one, absl::CivilDay(2026, 3, 2));
  EXPECT_EQ(told.reason, "later");
  EXPECT_EQ(told.due_time, run.outlook->finish);
  EXPECT_EQ(told.earliest_time, At("2026-03-09T09:00:00Z"));
  EXPECT_EQ(Text(*entries[2].previous_due_time), "03-02 11:00");
  EXPECT_EQ(Text(*entries[2].due_time), "03-09 11:00");
}

TEST(Reschedule, CountsPausesSinceItCounts) {
  Entries history;
  onboarding::Run run = Early(&history);
  MustChange(Pause(run, "rest", When(At("2026-03-02T09:00:00Z"))));
  MustChange(Resume(run, "on", When(At("2026-03-03T09:00:00Z"))));
  EXPECT_EQ(DueOf(run, "accounts"), "03-03 11:00");
  MustChange(
      Reschedule(run, absl::CivilDay(2026, 3, 9), "later", When(At("2026-03-03T10:00:00Z"))));
  EXPECT_EQ(DueOf(run, "accounts"), "03-09 11:00") << "the pause was before it counts";
  EXPECT_EQ(*run.target_time, At("2026-06-01T09:00:00Z"));
  MustChange(Reschedule(run, absl::CivilDay(2026, 3, 2), "back", When(At("2026-03-03T11:00:00Z"))));
  EXPECT_EQ(DueOf(run, "accounts"), "03-03 11:00");
  EXPECT_EQ(*run.target_time, At("2026-05-26T09:00:00Z"));
}

// Whether day one was away while the clock stood or not, the same facts make the same due date.
struct Away {
  const char* name;
  bool pauses;
  const char* away;
  const char* back;
};
class RescheduleWhile : public ::testing::TestWithParam<Away> {};

TEST_P(RescheduleWhile, TheClockStandsLosesNothing) {
  const Away& away = GetParam();
  Entries history;
  onboarding::Run run = Early(&history);
  std::map<std::string, std::function<void(Occurrence)>> acts;
  acts["2026-03-02T10:30:00Z"] = [&](const Occurrence& when) {
    MustChange(away.pauses ? Pause(run, "rest", when)
                           : BlockTask(run, "accounts", {"", Category::kAccess, "", "x"}, when));
  };
  acts["2026-03-04T10:30:00Z"] = [&](const Occurrence& when) {
    MustChange(away.pauses ? Resume(run, "on", when) : UnblockTask(run, "accounts", "", "x", when));
  };
  acts[away.away] = [&](const Occurrence& when) {
    MustChange(Reschedule(run, absl::CivilDay(2026, 4, 6), "later", when));
  };
  acts[away.back] = [&](const Occurrence& when) {
    MustChange(Reschedule(run, absl::CivilDay(2026, 3, 2), "back", when));
  };
  for (const auto& [time, act] : acts) act(When(At(time)));
  EXPECT_EQ(DueOf(run, "accounts"), "03-04 11:00");
}

INSTANTIATE_TEST_SUITE_P(
    Orders, RescheduleWhile,
    ::testing::Values(
        Away{"BlockedAwayInside", false, "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z"},
        Away{"BlockedBackAfter", false, "2026-03-03T09:00:00Z", "2026-03-05T09:00:00Z"},
        Away{"BlockedAfter", false, "2026-03-04T11:30:00Z", "2026-03-05T09:00:00Z"},
        Away{"PausedBackAfter", true, "2026-03-03T09:00:00Z", "2026-03-05T09:00:00Z"},
        Away{"PausedAfter", true, "2026-03-04T11:30:00Z", "2026-03-05T09:00:00Z"}),
    [](const auto& test) { return test.param.name; });

TEST(Reschedule, TheSameDayChangesNothing) {
  onboarding::Run run = AdaRun();
  const std::string before = Serialize(run);
  EXPECT_TRUE(MustChange(Reschedule(run, run.spec.day_one, "hm", When(At("2026-03-02T10:00:00Z"))))
                  .empty());
  EXPECT_EQ(Serialize(run), before);
}

TEST(Reschedule, ThereAndBackIsWhereItWas) {
  Entries history;
  onboarding::Run run = Early(&history);
  const std::string accounts = DueOf(run, "accounts");
  const absl::Time target = *run.target_time;
  MustChange(
      Reschedule(run, absl::CivilDay(2026, 3, 9), "later", When(At("2026-02-24T10:00:00Z"))));
  MustChange(Reschedule(run, absl::CivilDay(2026, 3, 2), "no", When(At("2026-02-24T11:00:00Z"))));
  EXPECT_EQ(DueOf(run, "accounts"), accounts);
  EXPECT_EQ(*run.target_time, target);
}

TEST(Reschedule, IsRefusedWhenItIsOver) {
  onboarding::Run run = AdaRun();
  MustChange(Cancel(run, "left", When(At("2026-03-02T10:00:00Z"))));
  const auto status =
      Reschedule(run, absl::CivilDay(2026, 3, 9), "x", When(At("2026-03-02T11:00:00Z"))).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  onboarding::Run done = AdaRun(PairPlan());
  MustChange(CompleteTask(done, "a", {}, When(At("2026-03-02T10:00:00Z"))));
  MustChange(CompleteTask(done, "b", {}, When(At("2026-03-02T10:00:00Z"))));
  EXPECT_FALSE(
      Reschedule(done, absl::CivilDay(2026, 3, 9), "x", When(At("2026-03-02T11:00:00Z"))).ok());
}

TEST(Reschedule, ADayWithoutAnOpeningAfterItIsRefused) {
  auto started = Start(BerlinSpec(), SalesRepPlan(), When(At("2026-03-02T08:00:00Z")));
  const std::string before = Serialize(started->run);
  const auto status =
      Reschedule(started->run, absl::CivilDay(2190, 1, 1), "x", When(At("2026-03-02T11:00:00Z")))
          .status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_EQ(Serialize(started->run), before);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
