// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/synchronization/notification.h"
#include "common/base/error.h"

namespace plumbline::rpc {
namespace {

using base::Reason;
using base::ReasonOf;

class ExecutorTest : public ::testing::Test {
 protected:
  void Make(const ExecutorOptions& options) {
    executor_ = std::make_unique<Executor>(options, clock_);
  }

  // A task that blocks until Open(), and writes its name when it is run.
  Executor::Task Blocking(WorkClass work, const std::string& share, const std::string& name) {
    return {work, share, absl::InfiniteFuture(), [this, name](const absl::Status& status) {
              Note(status.ok()
                       ? name
                       : name + "!" + common::v1::ErrorReason_Name(ReasonOf(status)).substr(13));
              if (status.ok()) gate_.WaitForNotification();
            }};
  }
  void Note(const std::string& name) {
    absl::MutexLock lock(&mutex_);
    order_.push_back(name);
  }
  void AwaitNotes(size_t count) {
    const auto there = [&] { return order_.size() >= count; };
    absl::MutexLock lock(&mutex_, absl::Condition(&there));
  }
  std::vector<std::string> notes() {
    absl::MutexLock lock(&mutex_);
    return order_;
  }
  absl::Status Submit(WorkClass work, const std::string& share, const std::string& name) {
    return executor_->Submit(Blocking(work, share, name));
  }
  void Open() {
    if (!gate_.HasBeenNotified()) gate_.Notify();
  }
  void TearDown() override { Open(); }

  base::FakeClock clock_;
  absl::Notification gate_;
  absl::Mutex mutex_;
  std::vector<std::string> order_;
  std::unique_ptr<Executor> executor_;  // first to go: its tasks use the others
};

TEST_F(ExecutorTest, FullQueueRefusesAtOnceWithDetails) {
  Make({.threads = 2, .queue = 1});
  ASSERT_TRUE(Submit(WorkClass::kRead, "a", "1").ok());
  ASSERT_TRUE(Submit(WorkClass::kRead, "a", "2").ok());
  const absl::Status status = Submit(WorkClass::kRead, "a", "3");
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_OVERLOADED);
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.QuotaFailure").has_value());
}

TEST_F(ExecutorTest, ClassesDoNotKeepEachOtherOut) {
  Make({.threads = 4, .queue = 64, .bulk_concurrency = 1});
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(Submit(WorkClass::kRead, "a", "read").ok());
  AwaitNotes(2);
  EXPECT_EQ(executor_->running(WorkClass::kRead), 2);
  ASSERT_TRUE(Submit(WorkClass::kWrite, "a", "write").ok());
  AwaitNotes(3);
  EXPECT_EQ(notes().back(), "write");
  EXPECT_EQ(executor_->waiting(WorkClass::kRead), 6);
}

struct FullRow {
  int threads;
  int bulk;
};

TEST_F(ExecutorTest, ReadsFindAThreadBesidesAllWritesAndBulk) {
  for (const FullRow row :
       {FullRow{4, 1}, {4, 9}, {5, 2}, {8, 1}, {8, 2}, {8, 8}, {64, 2}, {64, 64}}) {
    absl::Notification gate, reached;
    executor_ = std::make_unique<Executor>(
        ExecutorOptions{.threads = row.threads, .queue = 4096, .bulk_concurrency = row.bulk},
        clock_);
    const auto block = [&](const absl::Status&) { gate.WaitForNotification(); };
    for (int i = 0; i < row.threads; ++i) {
      const std::string share = std::to_string(i);
      ASSERT_TRUE(
          executor_->Submit({WorkClass::kWrite, share, absl::InfiniteFuture(), block}).ok());
      ASSERT_TRUE(executor_->Submit({WorkClass::kBulk, share, absl::InfiniteFuture(), block}).ok());
    }
    ASSERT_TRUE(executor_
                    ->Submit({WorkClass::kRead, "a", absl::InfiniteFuture(),
                              [&](const absl::Status&) { reached.Notify(); }})
                    .ok());
    EXPECT_TRUE(reached.WaitForNotificationWithTimeout(absl::Seconds(10)))
        << row.threads << " threads, " << row.bulk << " bulk";
    gate.Notify();
    executor_ = nullptr;
  }
}

TEST_F(ExecutorTest, BulkRunsOnItsOwnFewThreads) {
  Make({.threads = 8, .queue = 64, .bulk_concurrency = 2});
  for (const char* share : {"a", "b", "c", "d", "e"})
    ASSERT_TRUE(Submit(WorkClass::kBulk, share, "bulk").ok());
  AwaitNotes(2);
  EXPECT_EQ(executor_->running(WorkClass::kBulk), 2);
  EXPECT_EQ(executor_->waiting(WorkClass::kBulk), 3);
}

TEST_F(ExecutorTest, NoShareHasAllOfBulk) {
  Make({.threads = 8, .queue = 64, .bulk_concurrency = 2});
  for (const char* name : {"a1", "a2", "a3"}) ASSERT_TRUE(Submit(WorkClass::kBulk, "a", name).ok());
  ASSERT_TRUE(Submit(WorkClass::kBulk, "b", "b1").ok());
  AwaitNotes(2);
  EXPECT_THAT(notes(), ::testing::UnorderedElementsAre("a1", "b1"));
  EXPECT_EQ(executor_->waiting(WorkClass::kBulk), 2);
  Open();
  AwaitNotes(4);
}

TEST_F(ExecutorTest, SharesTakeTurns) {
  Make({.threads = 2, .queue = 64});
  ASSERT_TRUE(Submit(WorkClass::kRead, "first", "first").ok());
  AwaitNotes(1);
  for (const char* name : {"a1", "a2", "a3"}) ASSERT_TRUE(Submit(WorkClass::kRead, "a", name).ok());
  for (const char* name : {"b1", "b2"}) ASSERT_TRUE(Submit(WorkClass::kRead, "b", name).ok());
  Open();
  AwaitNotes(6);
  EXPECT_EQ(notes(), (std::vector<std::string>{"first", "a1", "b1", "a2", "b2", "a3"}));
}

TEST_F(ExecutorTest, NewcomerTakesThePlaceOfTheGreediestsNewest) {
  Make({.threads = 2, .queue = 8});  // three reads may wait
  ASSERT_TRUE(Submit(WorkClass::kRead, "greedy", "0").ok());
  AwaitNotes(1);
  for (const char* name : {"g1", "g2", "g3"})
    ASSERT_TRUE(Submit(WorkClass::kRead, "greedy", name).ok());
  EXPECT_FALSE(Submit(WorkClass::kRead, "greedy", "g4").ok());
  ASSERT_TRUE(Submit(WorkClass::kRead, "modest", "m1").ok());
  EXPECT_EQ(notes().back(), "g3!OVERLOADED");
  // Now the shares are 2 and 1: another one would only turn the wheel.
  EXPECT_FALSE(Submit(WorkClass::kRead, "modest", "m2").ok());
}

TEST_F(ExecutorTest, DeadlineThatPassedInTheQueueIsNotRun) {
  Make({.threads = 2, .queue = 64});
  ASSERT_TRUE(Submit(WorkClass::kRead, "a", "first").ok());
  AwaitNotes(1);
  Executor::Task late = Blocking(WorkClass::kRead, "a", "late");
  late.deadline = clock_.Now() + absl::Seconds(1);
  ASSERT_TRUE(executor_->Submit(std::move(late)).ok());
  clock_.Advance(absl::Seconds(1));
  Open();
  AwaitNotes(2);
  EXPECT_EQ(notes().back(), "late!DEADLINE_EXCEEDED");
}

TEST_F(ExecutorTest, LongWaitsShrinkWhatIsAdmittedAndShortOnesGrowIt) {
  Make({.threads = 2, .queue = 64, .target_wait = absl::Milliseconds(500)});  // 28 reads may wait
  ASSERT_TRUE(Submit(WorkClass::kRead, "a", "first").ok());
  AwaitNotes(1);
  for (int i = 0; i < 28; ++i) ASSERT_TRUE(Submit(WorkClass::kRead, "a", "waits").ok());
  EXPECT_FALSE(Submit(WorkClass::kRead, "a", "too many").ok());
  clock_.Advance(absl::Seconds(1));
  Open();
  AwaitNotes(29);
  // All of them waited too long within one target_wait: one step down, from 28 to 25.
  absl::Notification again;
  const auto block = [&](const absl::Status&) { again.WaitForNotification(); };
  int admitted = 0;
  while (executor_->Submit({WorkClass::kRead, "a", absl::InfiniteFuture(), block}).ok()) ++admitted;
  again.Notify();
  executor_->Stop();
  EXPECT_GE(admitted, 25);
  EXPECT_LE(admitted, 27);  // 25 waiting, one running, and one that was quick may have let it grow
}

TEST_F(ExecutorTest, StopReportsWhatWaitsAndRefusesWhatComes) {
  Make({.threads = 2, .queue = 64});
  ASSERT_TRUE(Submit(WorkClass::kRead, "a", "first").ok());
  AwaitNotes(1);
  ASSERT_TRUE(executor_
                  ->Submit({WorkClass::kRead, "a", absl::InfiniteFuture(),
                            [this](const absl::Status& status) {
                              Note(common::v1::ErrorReason_Name(ReasonOf(status)));
                              Open();
                            }})
                  .ok());
  executor_->Stop();
  EXPECT_EQ(notes().back(), "ERROR_REASON_SHUTTING_DOWN");
  EXPECT_EQ(ReasonOf(Submit(WorkClass::kRead, "a", "later")), Reason::ERROR_REASON_SHUTTING_DOWN);
}

}  // namespace
}  // namespace plumbline::rpc
