// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/forecast/durations.h"

#include "common/base/status_macros.h"
#include "common/sql/database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/forecast/store_sql.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;

absl::Duration TimeOf(const onboarding::Run& run, const Entries& entries) {
  const std::vector<EndedTask> ended = EndedTasks(run, entries, *CalendarOf(run.spec));
  EXPECT_EQ(ended.size(), 1u);
  return ended.empty() ? absl::InfiniteDuration() : ended[0].open;
}

TEST(Durations, AreOpenTimeFromTheTurnToTheEnd) {
  onboarding::Run run = AdaRun();  // Monday 09:00
  const Entries entries = MustChange(
      CompleteTask(run, "paperwork", {.tick_all = true}, When(At("2026-03-04T10:00:00Z"))));
  const std::vector<EndedTask> ended = EndedTasks(run, entries, *CalendarOf(run.spec));
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].step, "paperwork");
  EXPECT_EQ(ended[0].owner, "hr");
  EXPECT_EQ(ended[0].open, absl::Hours(17));
}

TEST(Durations, AreWithoutWhatWasBlockedOrPaused) {
  onboarding::Run run = AdaRun();
  MustChange(BlockTask(run, "paperwork", {"", Category::kAccess, "", "x"},
                       When(At("2026-03-02T11:00:00Z"))));
  MustChange(Pause(run, "rest", When(At("2026-03-02T13:00:00Z"))));
  MustChange(UnblockTask(run, "paperwork", "", "", When(At("2026-03-02T15:00:00Z"))));
  MustChange(Resume(run, "on", When(At("2026-03-02T16:00:00Z"))));
  // Nine to eleven, and the last hour: blocked and paused at once counts once.
  EXPECT_EQ(TimeOf(run, MustChange(CompleteTask(run, "paperwork", {.tick_all = true},
                                                When(At("2026-03-02T17:00:00Z"))))),
            absl::Hours(3));
}

TEST(Durations, WhatWaitsForItsEarliestDayDoesNotCount) {
  auto started = Start(AdaSpec(), SalesRepPlan(), When(At("2026-02-26T09:00:00Z")));
  onboarding::Run& run = started->run;
  MustChange(CompleteTask(run, "paperwork", {.tick_all = true}, When(At("2026-02-26T09:00:00Z"))));
  EXPECT_EQ(
      TimeOf(run, MustChange(CompleteTask(run, "accounts", {}, When(At("2026-03-02T10:00:00Z"))))),
      absl::Hours(1));
}

TEST(Durations, WhatEndsBeforeItsDayCountsFromItsTurnOrItsBegin) {
  auto started = Start(AdaSpec(), SalesRepPlan(), When(At("2026-02-16T09:00:00Z")));
  onboarding::Run& run = started->run;
  EXPECT_EQ(TimeOf(run, MustChange(CompleteTask(run, "paperwork", {.tick_all = true},
                                                When(At("2026-02-17T10:00:00Z"))))),
            absl::Hours(9));
  MustChange(StartTask(run, "accounts", When(At("2026-02-18T09:00:00Z"))));
  EXPECT_EQ(
      TimeOf(run, MustChange(CompleteTask(run, "accounts", {}, When(At("2026-02-18T12:00:00Z"))))),
      absl::Hours(3));
  // Its work was to begin five days before day one, as paperwork was; it ended after that.
  EXPECT_EQ(
      TimeOf(run, MustChange(CompleteTask(run, "laptop", {}, When(At("2026-02-23T14:00:00Z"))))),
      absl::Hours(5));
}

TEST(Durations, WhatWasReopenedSinceDoesNotCount) {
  onboarding::Run run = AdaRun();
  auto started = Start(AdaSpec(), PairPlan(), When(At("2026-03-02T09:00:00Z")));
  Entries history = started->entries;
  const Entries done =
      MustChange(CompleteTask(started->run, "a", {}, When(At("2026-03-02T10:00:00Z"))));
  history.insert(history.end(), done.begin(), done.end());
  MustChange(ReopenTask(started->run, history, "a", "no", When(At("2026-03-02T11:00:00Z"))));
  EXPECT_TRUE(EndedTasks(started->run, done, *CalendarOf(started->run.spec)).empty());
}

TEST(Durations, TheLastOnesAreKept) {
  Durations durations;
  for (int i = 0; i < 60; ++i) AddDuration(i, &durations);
  EXPECT_EQ(durations.size(), kDurationsKept);
  EXPECT_EQ(durations.front(), 10);
  EXPECT_EQ(durations.back(), 59);
}

TEST(Durations, FewSayNothing) {
  EXPECT_FALSE(Summarize({1, 2, 3, 4}).has_value());
  const auto five = Summarize({5, 1, 4, 2, 3});
  ASSERT_TRUE(five.has_value());
  EXPECT_EQ(five->count, 5);
  EXPECT_EQ(five->median, absl::Seconds(3));
  EXPECT_EQ(five->p80, absl::Seconds(4));
  EXPECT_EQ(Summarize({1, 2, 3, 4, 5, 6})->median, absl::Seconds(3));
}

TEST(DurationCounter, CountsEachEndOnceAndGoesOnWhereItWas) {
  TestOnboarding service;
  const auto store = NewDurationStore(service.database());
  const auto count = [&] {
    const auto counted =
        service.app().durations().RunOnce(service.context(), service.clock().Now());
    EXPECT_TRUE(counted.ok()) << counted.status();
    return *counted;
  };
  const auto of_a = [&](const std::string& owner) {
    const auto durations = store->Load(service.context(), "acme", "pair", {owner});
    EXPECT_TRUE(durations.ok()) << durations.status();
    return durations->contains({"a", owner}) ? durations->at({"a", owner}) : Durations();
  };
  EXPECT_EQ(count(), 0);
  ASSERT_TRUE(service.Start("x", "pair").ok());
  service.clock().Advance(absl::Hours(2));
  ASSERT_TRUE(service.Complete("x", "a").ok());
  EXPECT_GT(count(), 0);
  EXPECT_EQ(count(), 0);
  EXPECT_THAT(of_a(""), ElementsAre(7200));
  EXPECT_THAT(of_a("ops"), ElementsAre(7200));
  ASSERT_TRUE(service.Start("y", "pair").ok());
  service.clock().Advance(absl::Hours(1));
  ASSERT_TRUE(service.Complete("y", "a").ok());
  EXPECT_GT(count(), 0);
  EXPECT_THAT(of_a(""), ElementsAre(7200, 3600));
  EXPECT_TRUE(store->Load(service.context(), "other", "pair", {})->empty());
}

TEST(DurationCounter, OneThatCannotBeReadDoesNotHoldUpTheOthers) {
  TestOnboarding service;
  const auto store = NewDurationStore(service.database());
  ASSERT_TRUE(service.Start("x", "pair").ok());
  ASSERT_TRUE(service.Start("y", "pair").ok());
  service.clock().Advance(absl::Hours(2));
  ASSERT_TRUE(service.Complete("x", "a").ok());
  ASSERT_TRUE(service.Complete("y", "a").ok());
  const auto execute = [&](const std::string& text) {
    return service.database().Write(
        {}, [&](sql::Transaction& tx) { return tx.Execute(text).status(); });
  };
  ASSERT_TRUE(execute("UPDATE onboardings SET body = 'damaged' WHERE onboarding = 'x'").ok());
  const auto counted = service.app().durations().RunOnce(service.context(), service.clock().Now());
  ASSERT_TRUE(counted.ok()) << counted.status();
  EXPECT_GT(*counted, 0);
  EXPECT_THAT(store->Load(service.context(), "acme", "pair", {})->at({"a", ""}), ElementsAre(7200));
  // Without another replica there is nobody to take a lease from.
  bool leased = true;
  ASSERT_TRUE(service.database()
                  .Read({},
                        [&](sql::Transaction& tx) -> absl::Status {
                          ASSIGN_OR_RETURN(
                              const sql::Rows rows,
                              tx.Query("SELECT holder FROM leases WHERE name = 'durations'"));
                          leased = !rows.empty();
                          return absl::OkStatus();
                        })
                  .ok());
  EXPECT_FALSE(leased);
}

TEST(DurationCounter, OnlyOneReplicaCounts) {
  TestOnboarding service;
  const auto store = NewDurationStore(service.database());
  const FeedCursor start = *store->Place(service.context());
  const std::map<DurationKey, Durations> one = {{{"acme", "pair", "a", ""}, {60}}};
  ASSERT_TRUE(store->Add(service.context(), start, {5, 1}, one).ok());
  // Who read the same place before counts nothing twice.
  EXPECT_EQ(ReasonText(store->Add(service.context(), start, {5, 1}, one)), "ETAG_MISMATCH");
  EXPECT_THAT(store->Load(service.context(), "acme", "pair", {})->at({"a", ""}), ElementsAre(60));
  EXPECT_EQ(*store->Place(service.context()), (FeedCursor{5, 1}));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
