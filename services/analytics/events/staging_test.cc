// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/events/staging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/status_macros.h"
#include "services/analytics/memory/part_room.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;

EventBatch Batch(int64_t time) {
  EventBatch batch;
  batch.case_id = {batch.cases.Intern("c")};
  batch.activity = {batch.activities.Intern("a")};
  batch.resource = batch.transition = {kNoText};
  batch.time = {time};
  return batch;
}

// Writes to memory, on whatever thread, and does as it is told.
class StagingTest : public testing::Test {
 protected:
  // The batches of Add that returned, 0 and on.
  absl::Status Add(Staging& staging, int64_t time) {
    absl::Status status = staging.Add(Batch(time));
    ++added_;
    return status;
  }
  std::unique_ptr<Staging> New(int64_t room_bytes = 1 << 20) {
    room_ = std::make_unique<PartRoom>(room_bytes);
    return std::make_unique<Staging>(
        [this](const EventBatch& batch) -> absl::Status {
          const int64_t time = batch.time[0];
          RETURN_IF_ERROR(context_.Check(absl::UnixEpoch()));  // as an import does
          if (time == hold_at_) {
            held_.Notify();
            hold_.WaitForNotification();
          }
          if (slow_) absl::SleepFor(absl::Milliseconds(2));
          most_ahead_ = std::max(most_ahead_, added_ - time - 1);
          written_.push_back(time);
          beside_ += std::this_thread::get_id() != caller_;
          return time == fail_at_ ? absl::UnavailableError("no disk") : absl::OkStatus();
        },
        [this](int64_t bytes) { return room_->TakeOfRest(bytes); });
  }
  bool AllRoomIsBack() const { return room_->TakeOfRest(room_->bytes()) != nullptr; }

  const std::thread::id caller_ = std::this_thread::get_id();
  std::unique_ptr<PartRoom> room_;
  base::CallContext context_;
  absl::Notification held_, hold_;
  int64_t hold_at_ = -1, fail_at_ = -1;
  std::vector<int64_t> written_;  // by one thread at a time
  int beside_ = 0;
  bool slow_ = false;
  std::atomic<int64_t> added_ = 0;
  int64_t most_ahead_ = 0;  // batches that were taken while an earlier one was written
};

TEST_F(StagingTest, WritesInOrderBesideTheCaller) {
  auto staging = New();
  std::vector<int64_t> times;
  for (int64_t i = 0; i < 500; ++i) {
    ASSERT_TRUE(staging->Add(Batch(i)).ok());
    times.push_back(i);
  }
  ASSERT_TRUE(staging->Finish().ok());
  EXPECT_EQ(written_, times);
  EXPECT_EQ(beside_, 499);  // all but the first
  EXPECT_TRUE(AllRoomIsBack());
  ASSERT_TRUE(staging->Add(Batch(500)).ok());
  ASSERT_TRUE(staging->Finish().ok());
  EXPECT_EQ(written_.back(), 500);
}

TEST_F(StagingTest, OneWaitsWhileOneIsWritten) {
  slow_ = true;  // so that who adds could be far ahead
  auto staging = New();
  for (int64_t i = 0; i < 40; ++i) ASSERT_TRUE(Add(*staging, i).ok());
  ASSERT_TRUE(staging->Finish().ok());
  EXPECT_EQ(written_.size(), 40u);
  EXPECT_EQ(most_ahead_, 1);
}

TEST_F(StagingTest, WithoutRoomTheCallerWrites) {
  auto staging = New(10);
  for (int64_t i = 0; i < 5; ++i) ASSERT_TRUE(staging->Add(Batch(i)).ok());
  EXPECT_THAT(written_, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(beside_, 0);
}

TEST_F(StagingTest, WhatHasNoRoomWaitsForThoseBeforeIt) {
  auto staging = New();
  ASSERT_TRUE(staging->Add(Batch(0)).ok());
  hold_at_ = 1;
  ASSERT_TRUE(staging->Add(Batch(1)).ok());
  const auto rest = room_->TakeOfRest(room_->bytes() - BytesOf(Batch(1)));
  ASSERT_NE(rest, nullptr);
  std::thread release([this] { hold_.Notify(); });
  ASSERT_TRUE(staging->Add(Batch(2)).ok());
  release.join();
  EXPECT_THAT(written_, ElementsAre(0, 1, 2));
  EXPECT_EQ(beside_, 1);
}

TEST_F(StagingTest, NothingIsWrittenAfterAnError) {
  for (const int64_t at : {0, 1, 3}) {
    written_.clear();
    fail_at_ = at;
    auto staging = New();
    absl::Status status;
    for (int64_t i = 0; i < 10 && status.ok(); ++i) status = staging->Add(Batch(i));
    EXPECT_EQ(status, absl::UnavailableError("no disk"));
    EXPECT_EQ(staging->Add(Batch(10)), status);
    EXPECT_EQ(staging->Finish(), status);
    EXPECT_EQ(written_.back(), at);
    EXPECT_EQ(written_.size(), static_cast<size_t>(at) + 1);
    EXPECT_TRUE(AllRoomIsBack());
  }
}

TEST_F(StagingTest, GivenUpItDropsWhatWaits) {
  hold_at_ = 1;
  auto staging = New();
  for (int64_t i = 0; i < 3; ++i) ASSERT_TRUE(staging->Add(Batch(i)).ok());
  std::thread release([this] { hold_.Notify(); });
  staging = nullptr;
  release.join();
  // 2 is dropped, unless its turn came before.
  EXPECT_GE(written_.size(), 2u);
  EXPECT_TRUE(AllRoomIsBack());
}

// What is being written ends; what was taken and waits for its turn is not begun.
TEST_F(StagingTest, CancelledBetweenAddAndItsTurnNothingIsWritten) {
  hold_at_ = 1;
  auto staging = New();
  for (int64_t i = 0; i < 3; ++i) ASSERT_TRUE(staging->Add(Batch(i)).ok());
  held_.WaitForNotification();
  context_.cancelled->store(true);
  hold_.Notify();
  EXPECT_EQ(staging->Finish().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(written_, ElementsAre(0, 1));
  EXPECT_EQ(staging->Add(Batch(3)).code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(written_.size(), 2u);
  EXPECT_TRUE(AllRoomIsBack());
}

}  // namespace
}  // namespace plumbline::analytics
