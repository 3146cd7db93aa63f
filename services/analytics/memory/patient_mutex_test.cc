// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/memory/patient_mutex.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "common/base/error.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

TEST(PatientLock, WaitsUntilTheDeadlineOrTheCallerIsGone) {
  base::FakeClock clock;
  base::CallContext context;
  context.deadline = clock.Now() + absl::Seconds(1);
  PatientMutex mutex;
  std::optional<PatientLock> first(mutex);
  ASSERT_TRUE(first->Take(context, clock).ok());

  PatientLock second(mutex);
  EXPECT_FALSE(second.TryTake());
  context.cancelled->store(true);
  EXPECT_EQ(ReasonText(second.Take(context, clock)), "CANCELLED");
  context.cancelled->store(false);
  absl::Status late;
  std::thread waiting([&] { late = PatientLock(mutex).Take(context, clock); });
  clock.Advance(absl::Seconds(2));
  waiting.join();
  EXPECT_EQ(ReasonText(late), "DEADLINE_EXCEEDED");
  // Who did not get it does not give it back.
  EXPECT_FALSE(second.TryTake());

  context.deadline = absl::InfiniteFuture();
  absl::Status taken = absl::UnknownError("not yet");
  std::thread next([&] { taken = second.Take(context, clock); });
  first.reset();
  next.join();
  EXPECT_TRUE(taken.ok()) << taken;
  EXPECT_FALSE(PatientLock(mutex).TryTake());
}

}  // namespace
}  // namespace plumbline::analytics
