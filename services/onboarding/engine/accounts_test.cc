// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/accounts.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

// A Monday; the office is open from 09:00 to 17:00.
const absl::Time kDay = At("2026-03-02T09:00:00Z");

absl::Time Hour(double hour) { return kDay + absl::Minutes(60 * (hour - 9)); }

TimeAccount Of(const onboarding::Run& run, absl::string_view task, double hour) {
  return AccountOf(run, *FindTask(run, task)->record, *CalendarOf(run.spec), Hour(hour));
}

TimeAccount OfTheWhole(const onboarding::Run& run, double hour) {
  return AccountOf(run, *CalendarOf(run.spec), Hour(hour));
}

TimeSpent Hours(double elapsed, double business) {
  return {absl::Minutes(60 * elapsed), absl::Minutes(60 * business)};
}
TimeSpent Hours(double both) { return Hours(both, both); }

TimeSpent SumOf(const TimeAccount& account) {
  TimeSpent sum = account.BlockedInAll();
  for (const TimeSpent& part :
       {account.waiting, account.working, account.verifying, account.paused, account.idle})
    sum += part;
  return sum;
}

void Block(onboarding::Run& run, absl::string_view task, Category category, double hour) {
  MustChange(BlockTask(run, task, {"", category, "", "it is so"}, When(Hour(hour))));
}

TEST(Account, TellsWaitingFromWorking) {
  onboarding::Run run = AdaRun(PairPlan());
  MustChange(StartTask(run, "a", When(Hour(10))));
  MustChange(CompleteTask(run, "a", {}, When(Hour(26))));  // Tuesday, 02:00
  const TimeAccount account = Of(run, "a", 40);
  EXPECT_EQ(account.waiting, Hours(1));
  EXPECT_EQ(account.working, Hours(16, 7));
  EXPECT_EQ(account.total, Hours(17, 8));
  EXPECT_EQ(SumOf(account), account.total);
}

TEST(Account, KnowsNothingOfWorkThatNobodyBegan) {
  onboarding::Run run = AdaRun(PairPlan());
  MustChange(CompleteTask(run, "a", {}, When(Hour(12))));
  EXPECT_EQ(Of(run, "a", 14).waiting, Hours(3));
  EXPECT_EQ(Of(run, "a", 14).working, Hours(0));
}

TEST(Account, GivesAnOverlapToWhatWasOpenedFirst) {
  onboarding::Run run = AdaRun(PairPlan());
  MustChange(StartTask(run, "a", When(kDay)));
  Block(run, "a", Category::kAccess, 10);
  Block(run, "a", Category::kPeople, 11);
  MustChange(UnblockTask(run, "a", "i1", "", When(Hour(13))));
  MustChange(UnblockTask(run, "a", "i2", "", When(Hour(14))));
  const TimeAccount account = Of(run, "a", 15);
  EXPECT_EQ(account.blocked.at(Category::kAccess), Hours(3));
  EXPECT_EQ(account.blocked.at(Category::kPeople), Hours(1));
  EXPECT_EQ(account.working, Hours(2));
  EXPECT_EQ(SumOf(account), account.total);
}

TEST(Account, CountsWhatIsPausedAndBlockedAsPaused) {
  onboarding::Run run = AdaRun(PairPlan());
  Block(run, "a", Category::kAccess, 10);
  MustChange(Pause(run, "leave", When(Hour(11))));
  EXPECT_EQ(Of(run, "a", 12).paused, Hours(1)) << "while it is paused";
  MustChange(Resume(run, "back", When(Hour(13))));
  const TimeAccount account = Of(run, "a", 14);
  EXPECT_EQ(account.waiting, Hours(1));
  EXPECT_EQ(account.blocked.at(Category::kAccess), Hours(2));
  EXPECT_EQ(account.paused, Hours(2));
  EXPECT_EQ(SumOf(account), account.total);
}

TEST(Account, TellsVerifyingFromWorkingAlsoWhenItFails) {
  onboarding::Run run = AdaRun(OfferPlan());
  MustChange(StartTask(run, "propose", When(Hour(10))));
  const Completion done{.tick_all = true, .outputs = {{"discount", "5"}}};
  MustChange(CompleteTask(run, "propose", done, When(Hour(11), "ann")));
  MustChange(
      VerifyTask(run, "propose", {.accepted = false, .reason = "no"}, When(Hour(13), "bob")));
  MustChange(StartTask(run, "propose", When(Hour(14))));
  const TimeAccount account = Of(run, "propose", 14.5);
  EXPECT_EQ(account.waiting, Hours(2));
  EXPECT_EQ(account.working, Hours(1.5));
  EXPECT_EQ(account.verifying, Hours(2));
  EXPECT_EQ(SumOf(account), account.total);
}

TEST(Account, OfARunIsWhatItsTasksAreAtTogether) {
  onboarding::Run run = AdaRun();
  Block(run, "paperwork", Category::kUtilityDown, 10);
  MustChange(UnblockTask(run, "paperwork", "", "", When(Hour(11))));
  MustChange(CompleteTask(run, "paperwork", {.tick_all = true}, When(Hour(12))));
  Block(run, "laptop", Category::kEquipment, 12);
  MustChange(StartTask(run, "accounts", When(Hour(13))));
  MustChange(CompleteTask(run, "accounts", {.tick_all = true}, When(Hour(15))));
  const TimeAccount account = OfTheWhole(run, 16);
  EXPECT_EQ(account.waiting, Hours(2)) << "9 to 10 and 11 to 12";
  EXPECT_EQ(account.blocked.at(Category::kUtilityDown), Hours(1));
  EXPECT_EQ(account.blocked.at(Category::kEquipment), Hours(2)) << "12 to 13 and 15 to 16";
  EXPECT_EQ(account.working, Hours(2)) << "work on one task outweighs the block of another";
  EXPECT_EQ(account.total, Hours(7));
  EXPECT_EQ(SumOf(account), account.total);
}

TEST(Account, OfARunThatWaitsForADecisionIsIdle) {
  onboarding::Run run = AdaRun();
  for (const char* task : {"paperwork", "laptop", "accounts"})
    MustChange(CompleteTask(run, task, {.tick_all = true}, When(kDay)));
  const TimeAccount account = OfTheWhole(run, 11);
  EXPECT_EQ(account.total, Hours(2));
  EXPECT_EQ(account.idle, Hours(2));
}

TEST(Account, OfARunCountsWhatATaskDidBeforeItWasReopened) {
  Started told = *Start(AdaSpec(), PairPlan(), When(kDay));
  onboarding::Run& run = told.run;
  const auto add = [&](absl::StatusOr<Entries> entries) {
    for (HistoryEntry& entry : MustChange(std::move(entries))) told.entries.push_back(entry);
  };
  add(StartTask(run, "a", When(Hour(10))));
  add(CompleteTask(run, "a", {}, When(Hour(12))));
  add(ReopenTask(run, told.entries, "a", "wrong", When(Hour(15))));
  EXPECT_EQ(Of(run, "a", 16).total, Hours(1)) << "a task tells of its latest turn alone";
  TimeAccount account = OfTheWhole(run, 16);
  EXPECT_EQ(account.working, Hours(2)) << "10 to 12";
  EXPECT_EQ(account.waiting, Hours(5)) << "9 to 10, 'b' from 12 to 15, and since";
  EXPECT_EQ(account.idle, Hours(0));
  EXPECT_EQ(account.total, Hours(7));
  add(StartTask(run, "a", When(Hour(16))));
  add(CompleteTask(run, "a", {}, When(Hour(16.5))));
  add(CompleteTask(run, "b", {}, When(Hour(16.5))));
  add(ReopenTask(run, told.entries, "b", "too", When(Hour(17))));
  account = OfTheWhole(run, 17);
  EXPECT_EQ(account.working, Hours(2.5));
  EXPECT_EQ(account.idle, Hours(0.5)) << "while all was done";
  EXPECT_EQ(SumOf(account), account.total);
}

TEST(Account, IsOfTheEndOnceThereIsOne) {
  onboarding::Run run = AdaRun(PairPlan());
  MustChange(CompleteTask(run, "a", {}, When(Hour(10))));
  MustChange(CompleteTask(run, "b", {}, When(Hour(12))));
  EXPECT_EQ(OfTheWhole(run, 100), OfTheWhole(run, 12));
  EXPECT_EQ(OfTheWhole(run, 100).total, Hours(3));
}

TEST(Account, HasTheSameSumInItsMessage) {
  onboarding::Run run = AdaRun(PairPlan());
  Block(run, "a", Category::kAccess, 10);
  const v1::TimeAccount proto = ToProto(Of(run, "a", 11.25));
  EXPECT_EQ(proto.total().elapsed().seconds(), 8100);
  EXPECT_EQ(proto.blocked().elapsed().seconds(), 4500);
  ASSERT_EQ(proto.blocked_by_size(), 1);
  EXPECT_EQ(proto.blocked_by(0).category(), v1::Impediment::CATEGORY_ACCESS);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
