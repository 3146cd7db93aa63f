// SPDX-License-Identifier: Apache-2.0
//
// Impediments of a run: the clock that stops, and records that block many tasks.
#include <algorithm>
#include <functional>
#include <utility>

#include "common/calendar/calendar.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/replay.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A Monday; the office is open from 09:00 to 17:00.
const absl::Time kDay = At("2026-03-02T09:00:00Z");

const TaskRecord& RecordOf(const onboarding::Run& run, absl::string_view task) {
  return *FindTask(run, task)->record;
}

// accounts is due at 11:00, laptop three days later.
onboarding::Run WithGear() {
  onboarding::Run run = AdaRun();
  MustChange(CompleteTask(run, "paperwork", {.tick_all = true}, When(kDay)));
  return run;
}

NewImpediment Because(Category category) { return {"", category, "", "it is so"}; }

absl::Time Hour(double hour) { return kDay + absl::Minutes(60 * (hour - 9)); }

void Block(onboarding::Run& run, double hour) {
  MustChange(BlockTask(run, "accounts", Because(Category::kAccess), When(Hour(hour))));
}
Entries Unblock(onboarding::Run& run, double hour, const std::string& impediment = "") {
  return MustChange(UnblockTask(run, "accounts", impediment, "done", When(Hour(hour))));
}

TEST(Clock, StopsWhileATaskIsBlocked) {
  onboarding::Run run = WithGear();
  const auto laptop = RecordOf(run, "laptop").due_time;
  Block(run, 10);
  const Entries entries = Unblock(run, 12.5);
  EXPECT_THAT(Told(entries), ElementsAre("UNBLOCKED accounts", "TASK_RESCHEDULED accounts"));
  EXPECT_EQ(RecordOf(run, "accounts").due_time, Hour(13.5));
  EXPECT_EQ(entries[1].due_time, Hour(13.5));
  EXPECT_EQ(RecordOf(run, "laptop").due_time, laptop) << "another task is not blocked";
}

TEST(Clock, CountsOverlapsOnce) {
  onboarding::Run run = WithGear();
  Block(run, 10);
  Block(run, 11);
  EXPECT_THAT(Told(Unblock(run, 12, "i1")), ElementsAre("UNBLOCKED accounts"));
  EXPECT_EQ(RecordOf(run, "accounts").due_time, Hour(11)) << "it is blocked still";
  Unblock(run, 13, "i2");
  EXPECT_EQ(RecordOf(run, "accounts").due_time, Hour(14));
}

TEST(Clock, StopsExactlyHoweverShortTheBlocksAre) {
  onboarding::Run run = WithGear();
  for (int i = 0; i < 5; ++i) {
    const absl::Time at = Hour(10) + absl::Seconds(i);
    MustChange(BlockTask(run, "accounts", Because(Category::kAccess), When(at)));
    MustChange(UnblockTask(run, "accounts", "", "done", When(at + absl::Milliseconds(100))));
  }
  EXPECT_EQ(RecordOf(run, "accounts").due_time, Hour(11) + absl::Milliseconds(500));
  const absl::Time target = *run.target_time;
  for (int i = 0; i < 5; ++i) {
    const absl::Time at = Hour(10.5) + absl::Seconds(i);
    MustChange(Pause(run, "rest", When(at)));
    MustChange(Resume(run, "on", When(at + absl::Milliseconds(100))));
  }
  EXPECT_EQ(RecordOf(run, "accounts").due_time, Hour(11) + absl::Seconds(1));
  EXPECT_EQ(*run.target_time, target + absl::Milliseconds(500));
}

TEST(Clock, MovesAcrossClosedHours) {
  const auto calendar = calendar::Calendar::Create("UTC");
  EXPECT_EQ(MovedBy(Hour(17), absl::Seconds(30), *calendar), Hour(33) + absl::Seconds(30));
  EXPECT_EQ(MovedBy(Hour(17) - absl::Seconds(10), absl::Seconds(90), *calendar),
            Hour(33) + absl::Seconds(80));
  EXPECT_EQ(MovedBy(Hour(16), absl::Hours(1), *calendar), Hour(17)) << "a closing stays";
  EXPECT_EQ(MovedBy(Hour(9), absl::Hours(8), *calendar), Hour(33)) << "an opening stays one";
  EXPECT_EQ(MovedBy(Hour(9), absl::Hours(1), *calendar), Hour(10));
  EXPECT_EQ(MovedBy(Hour(20), absl::ZeroDuration(), *calendar), Hour(20));
}

TEST(Clock, LosesNothingInClosedHours) {
  onboarding::Run run = WithGear();
  Block(run, 17);
  EXPECT_THAT(Told(Unblock(run, 33)), ElementsAre("UNBLOCKED accounts"));  // Tuesday, 09:00
  EXPECT_EQ(RecordOf(run, "accounts").due_time, Hour(11));
}

// Whatever the order in which a pause and a block begin and end, what they cover together counts
// once.
struct Order {
  double pause, resume, block, unblock;
  double lost;  // hours
};
class ClockOfBoth : public ::testing::TestWithParam<Order> {};

TEST_P(ClockOfBoth, CountsWhatPauseAndBlockCoverTogetherOnce) {
  const Order& order = GetParam();
  onboarding::Run run = WithGear();
  std::vector<std::pair<double, std::function<void()>>> steps = {
      {order.pause, [&] { MustChange(Pause(run, "leave", When(Hour(order.pause)))); }},
      {order.resume, [&] { MustChange(Resume(run, "back", When(Hour(order.resume)))); }},
      {order.block, [&] { Block(run, order.block); }},
      {order.unblock, [&] { Unblock(run, order.unblock); }}};
  std::sort(steps.begin(), steps.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [hour, act] : steps) act();
  EXPECT_EQ(RecordOf(run, "accounts").due_time, Hour(11 + order.lost));
}

INSTANTIATE_TEST_SUITE_P(Orders, ClockOfBoth,
                         ::testing::Values(Order{9.5, 10, 10.5, 11, 1},    // apart
                                           Order{10.5, 11, 9.5, 10, 1},    // the other way round
                                           Order{9.5, 12, 10, 11, 2.5},    // block inside
                                           Order{10, 11, 9.5, 12, 2.5},    // pause inside
                                           Order{9.5, 11, 10, 12, 2.5},    // pause first
                                           Order{10, 12, 9.5, 11, 2.5}));  // block first

TEST(Clock, CountsTwoBlocksAroundTheEndsOfAPauseOnce) {
  onboarding::Run run = WithGear();
  Block(run, 9.5);
  MustChange(Pause(run, "leave", When(Hour(10))));
  Unblock(run, 10.5);
  Block(run, 11);
  MustChange(Resume(run, "back", When(Hour(11.5))));
  Unblock(run, 12);
  EXPECT_EQ(RecordOf(run, "accounts").due_time, Hour(11 + 2.5));
}

RecordNews CrmDown() {
  return {.id = "crm-down",
          .category = Category::kUtilityDown,
          .utility = "crm",
          .description = "no logins"};
}

TEST(FollowRecord, BlocksTheTasksThatItNamesOnce) {
  onboarding::Run run = WithGear();
  RecordNews news = CrmDown();
  news.tasks = {"laptop", "accounts", "exam", "nothing"};
  const Entries entries = MustChange(FollowRecord(run, news, When(Hour(10))));
  EXPECT_THAT(Told(entries), ElementsAre("BLOCKED laptop", "BLOCKED accounts"));
  EXPECT_EQ(entries[0].impediment, "crm-down");
  EXPECT_EQ(entries[1].impediment, "i2") << "an id is of one impediment of a run";
  EXPECT_EQ(entries[1].impediment_record, "crm-down");
  EXPECT_THAT(MustChange(FollowRecord(run, news, When(Hour(10)))), IsEmpty());
  EXPECT_FALSE(CompleteTask(run, "accounts", {.tick_all = true}, When(Hour(10))).ok());
}

TEST(FollowRecord, TellsWhatIsNewInIt) {
  onboarding::Run run = WithGear();
  RecordNews news = CrmDown();
  news.tasks = {"laptop"};
  MustChange(FollowRecord(run, news, When(Hour(10))));
  news.category = Category::kAccess;
  news.acknowledged = true;
  EXPECT_THAT(Told(MustChange(FollowRecord(run, news, When(Hour(11))))),
              ElementsAre("IMPEDIMENT_CHANGED laptop", "IMPEDIMENT_ACKNOWLEDGED laptop"));
  EXPECT_EQ(run.impediments[0].category, Category::kAccess);
  EXPECT_EQ(run.impediments[0].acknowledge_time, Hour(11));
  EXPECT_THAT(MustChange(FollowRecord(run, news, When(Hour(12)))), IsEmpty());
}

TEST(FollowRecord, WakesAllItsTasksButThoseThatAnotherBlocks) {
  onboarding::Run run = WithGear();
  Block(run, 9.5);
  RecordNews news = CrmDown();
  news.tasks = {"laptop", "accounts"};
  MustChange(FollowRecord(run, news, When(Hour(10))));
  news.resolved = true;
  news.resolution = "restarted";
  EXPECT_THAT(Told(MustChange(FollowRecord(run, news, When(Hour(12))))),
              ElementsAre("UNBLOCKED laptop", "TASK_RESCHEDULED laptop", "UNBLOCKED accounts"));
  EXPECT_TRUE(RecordOf(run, "accounts").blocked_since.has_value());
  EXPECT_THAT(MustChange(FollowRecord(run, news, When(Hour(13)))), IsEmpty());
}

TEST(FollowRecord, TellsOnceWhatItMakesOfTheEnd) {
  onboarding::Run run = WithGear();
  RecordNews news = CrmDown();
  news.tasks = {"laptop", "accounts"};
  MustChange(FollowRecord(run, news, When(Hour(10))));
  news.resolved = true;
  const Entries entries =
      MustChange(FollowRecord(run, news, When(Hour(10) + absl::Hours(24 * 100))));
  std::vector<EntryKind> kinds;
  for (const HistoryEntry& entry : entries) kinds.push_back(entry.kind);
  EXPECT_THAT(kinds,
              ElementsAre(EntryKind::kUnblocked, EntryKind::kTaskRescheduled, EntryKind::kUnblocked,
                          EntryKind::kTaskRescheduled, EntryKind::kReplanned));
}

RecordNews SignatureDown() {
  return {.id = "signature-down",
          .category = Category::kUtilityDown,
          .utility = "e-signature",
          .description = "no signatures",
          .all_users = true};
}

TEST(FollowRecord, BlocksAllUsersOfAUtilityOnceForEachTurnOfTheirs) {
  onboarding::Run run = AdaRun();
  const RecordNews news = SignatureDown();
  EXPECT_THAT(Told(MustChange(FollowRecord(run, news, When(Hour(10))))),
              ElementsAre("BLOCKED paperwork"));
  MustChange(UnblockTask(run, "paperwork", "", "signed on paper", When(Hour(11))));
  EXPECT_THAT(MustChange(FollowRecord(run, news, When(Hour(12)))), IsEmpty())
      << "somebody knows better";
  Entries history = MustChange(SkipTask(run, "paperwork", "paper", When(Hour(12))));
  EXPECT_THAT(MustChange(FollowRecord(run, news, When(Hour(12)))), IsEmpty());
}

TEST(FollowRecord, BlocksATaskThatIsReopened) {
  auto started = Start(AdaSpec(), SalesRepPlan(), When(kDay));
  ASSERT_TRUE(started.ok());
  onboarding::Run run = started->run;
  Entries history = started->entries;
  const auto keep = [&](absl::StatusOr<Entries> entries) {
    for (const HistoryEntry& entry : MustChange(std::move(entries))) history.push_back(entry);
  };
  keep(FollowRecord(run, SignatureDown(), When(Hour(10))));
  keep(UnblockTask(run, "paperwork", "", "on paper", When(Hour(11))));
  keep(CompleteTask(run, "paperwork", {.tick_all = true}, When(Hour(11))));
  keep(ReopenTask(run, history, "paperwork", "the wrong name", When(Hour(12))));
  EXPECT_THAT(Told(MustChange(FollowRecord(run, SignatureDown(), When(Hour(13))))),
              ElementsAre("BLOCKED paperwork"));
}

TEST(FollowRecord, LeavesARunThatWasCancelledAsItIs) {
  onboarding::Run run = AdaRun();
  MustChange(Cancel(run, "resigned", When(Hour(10))));
  EXPECT_THAT(MustChange(FollowRecord(run, SignatureDown(), When(Hour(11)))), IsEmpty());
}

TEST(FollowRecord, AlsoFollowsTheRecordOfWhatWasOpenedOnATask) {
  onboarding::Run run = WithGear();
  Block(run, 10);
  RecordNews news{.id = "ada.i1",
                  .category = Category::kAccess,
                  .description = "it is so",
                  .acknowledged = true};
  EXPECT_THAT(Told(MustChange(FollowRecord(run, news, When(Hour(11))))),
              ElementsAre("IMPEDIMENT_ACKNOWLEDGED accounts"));
  news.released = {{"accounts", "not true"}};
  EXPECT_THAT(Told(MustChange(FollowRecord(run, news, When(Hour(11))))),
              ElementsAre("UNBLOCKED accounts", "TASK_RESCHEDULED accounts"));
  EXPECT_EQ(run.impediments[0].resolution, "not true");
}

TEST(FollowRecord, IsInAHistoryThatReplaysAlone) {
  auto started = Start(AdaSpec(), SalesRepPlan(), When(kDay));
  ASSERT_TRUE(started.ok());
  onboarding::Run run = started->run;
  Entries history = started->entries;
  const auto keep = [&](absl::StatusOr<Entries> entries) {
    for (const HistoryEntry& entry : MustChange(std::move(entries))) history.push_back(entry);
  };
  keep(CompleteTask(run, "paperwork", {.tick_all = true}, When(kDay)));
  RecordNews news = CrmDown();
  news.tasks = {"laptop", "accounts"};
  keep(FollowRecord(run, news, When(Hour(10))));
  news.category = Category::kOther;
  news.acknowledged = true;
  keep(FollowRecord(run, news, When(Hour(11))));
  news.resolved = true;
  keep(FollowRecord(run, news, When(Hour(30))));
  const auto replayed = Replay(AdaSpec(), SalesRepPlan(), history);
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_EQ(Serialize(*replayed), Serialize(run));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
