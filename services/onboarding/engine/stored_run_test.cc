// SPDX-License-Identifier: Apache-2.0
//
// What goes wrong; that a task read alone is the same is in model_test.cc.
#include "services/onboarding/engine/stored_run.h"

#include <string>

#include "common/base/error.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

absl::StatusOr<StoredRun> Read(const std::string& bytes) {
  return StoredRun::Read("acme", "ada", SalesRepPlan(), bytes,
                         [](const std::string&) -> absl::StatusOr<CalendarPointer> {
                           return base::Internal("there is no calendar");
                         });
}

TEST(StoredRun, SaysThatATaskIsNotThere) {
  const auto stored = Read(Serialize(AdaRun()));
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_TRUE(stored->without_tasks().tasks.empty());
  const flow::NodeIndex paperwork = stored->without_tasks().plan->plan.Find("paperwork");
  EXPECT_TRUE(stored->ReadTask(paperwork, 1).ok());
  EXPECT_TRUE(absl::IsInternal(stored->ReadTask(paperwork, 2).status()));
  EXPECT_TRUE(absl::IsInternal(stored->ReadTask(paperwork + 1, 1).status()));
  EXPECT_TRUE(absl::IsInternal(stored->ReadTask(-1, 1).status()));
}

TEST(StoredRun, NoDamageGoesUnsaidOrCrashes) {
  const std::string bytes = Serialize(AdaRun());
  int refused = 0;
  for (size_t size = 0; size < bytes.size(); ++size) refused += !Read(bytes.substr(0, size)).ok();
  EXPECT_GT(refused, static_cast<int>(bytes.size() / 2));
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    const auto stored = Read(damaged);
    if (stored.ok()) stored->ReadTask(1, 1).IgnoreError();
  }
}

}  // namespace
}  // namespace plumbline::onboarding::testing
