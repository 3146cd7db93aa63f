// SPDX-License-Identifier: Apache-2.0
//
// The promise of WatchHistory that needs two transactions at once: an entry whose transaction
// commits late is never skipped, whatever a watcher watches and wherever it resumes.
#include <memory>
#include <string>
#include <thread>

#include "absl/synchronization/notification.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/runs/store_testing.h"
#include "services/onboarding/watch/testing.h"
#include "services/onboarding/watch/watch.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A stored entry: somebody began a task.
std::string Started() {
  v1::HistoryEntry entry;
  entry.set_sequence(3);
  entry.set_kind(v1::HistoryEntry::KIND_TASK_STARTED);
  entry.set_task("paperwork");
  entry.set_step("paperwork");
  return entry.SerializeAsString();
}

class LateCommitTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    hub_ = std::make_unique<WatchHub>(*store_, clock_, logger_, WatchOptions());
  }

  std::shared_ptr<TestStream> Watch(const std::string& cursor, const std::string& id = "",
                                    const std::string& filter = "") {
    auto stream = std::make_shared<TestStream>();
    absl::StatusOr<EntryFilter> compiled = EntryFilter::Create("filter", filter);
    EXPECT_TRUE(compiled.ok()) << compiled.status();
    EXPECT_TRUE(hub_->Add({}, {"acme", id}, cursor, *compiled, stream).ok());
    return stream;
  }
  void Round() {
    for (absl::StatusOr<bool> more = true; more.ok() && *more;) {
      more = hub_->RunOnce(clock_.Now());
      ASSERT_TRUE(more.ok()) << more.status();
    }
  }

  const base::SystemClock clock_;
  const base::Logger logger_{clock_, base::LogLevel::kError, base::Logger::StandardError()};
  std::unique_ptr<WatchHub> hub_;
};
INSTANTIATE_TEST_SUITE_P(Postgresql, LateCommitTest, ::testing::Values(true));

TEST_P(LateCommitTest, NoWatcherPassesOverIt) {
  ASSERT_TRUE(Create("late").ok());
  ASSERT_TRUE(Create("early").ok());
  auto workspace = Watch("now");
  auto late = Watch("now", "late");
  auto queue = Watch("now", "", "kind = TASK_STARTED");
  Round();
  for (const auto& stream : {workspace, late, queue}) EXPECT_THAT(stream->Take(), IsEmpty());

  // One transaction has its number and has written; another begins after it and is committed.
  absl::Notification wrote;
  absl::Notification go_on;
  std::thread slow([&] {
    const std::string body = Started();
    const absl::Status done = database_->Write({}, [&](sql::Transaction& tx) -> absl::Status {
      RETURN_IF_ERROR(tx.Execute("INSERT INTO history (position, workspace, onboarding, sequence, "
                                 "body) VALUES ({position}, 'acme', 'late', 3, :body)",
                                 {{"body", sql::Bytes{body}}})
                          .status());
      if (!wrote.HasBeenNotified()) wrote.Notify();
      go_on.WaitForNotification();
      return absl::OkStatus();
    });
    EXPECT_TRUE(done.ok()) << done;
  });
  wrote.WaitForNotification();
  const absl::Status started =
      Update("early", [](onboarding::Run& run) -> absl::StatusOr<Changed> {
        ASSIGN_OR_RETURN(Entries entries, StartTask(run, "paperwork", When(kDay)));
        return Changed{std::move(entries), ""};
      }).status();
  ASSERT_TRUE(started.ok()) << started;
  Round();
  for (const auto& stream : {workspace, late, queue}) EXPECT_THAT(stream->Take(), IsEmpty());
  // Who comes now, and who resumes from what it was told so far, waits as well.
  auto newcomer = Watch("now");
  auto resumed = Watch(workspace->cursor());
  Round();
  EXPECT_THAT(newcomer->Take(), IsEmpty());
  EXPECT_THAT(resumed->Take(), IsEmpty());

  go_on.Notify();
  slow.join();
  Round();
  for (const auto& stream : {workspace, queue, newcomer, resumed})
    EXPECT_THAT(stream->Take(), ElementsAre("late/3", "early/3"));
  EXPECT_THAT(late->Take(), ElementsAre("late/3"));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
