// SPDX-License-Identifier: Apache-2.0
//
// Changes are worked out with the row that was written last as far as is known, and are right
// whoever wrote another one since.
#include "services/onboarding/runs/recent_rows.h"

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/base/status_macros.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/runs/store_testing.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;

TEST(RecentRows, TheRowThatWasPutLastIsTheOne) {
  RecentRows rows;
  EXPECT_EQ(rows.Get("acme", "ada"), nullptr);
  rows.Put("acme", "ada", {"p1", "one"});
  rows.Put("other", "ada", {"p1", "of others"});
  rows.Put("acme", "ada", {"p2", "two"});
  ASSERT_NE(rows.Get("acme", "ada"), nullptr);
  EXPECT_EQ(*rows.Get("acme", "ada"), (RecentRow{"p2", "two"}));
  EXPECT_EQ(*rows.Get("other", "ada"), (RecentRow{"p1", "of others"}));
}

TEST(RecentRows, ThoseThatWereNotUsedForLongestLeaveFirst) {
  constexpr size_t kRoom = 10'000;
  RecentRows rows(kRoom);
  const std::string body(2000, 'x');
  for (const char* id : {"a", "b", "c"}) rows.Put("acme", id, {"p", body});
  EXPECT_NE(rows.Get("acme", "a"), nullptr);
  for (const char* id : {"d", "e"}) rows.Put("acme", id, {"p", body});
  EXPECT_NE(rows.Get("acme", "a"), nullptr) << "it was used";
  EXPECT_EQ(rows.Get("acme", "b"), nullptr);
  EXPECT_NE(rows.Get("acme", "e"), nullptr);
  EXPECT_LE(rows.bytes(), kRoom);
}

TEST(RecentRows, ARowThatIsTooLargeLeavesNoOlderOneBehind) {
  RecentRows rows(10'000);
  rows.Put("acme", "ada", {"p", "small"});
  rows.Put("acme", "ada", {"p", std::string(20'000, 'x')});
  EXPECT_EQ(rows.Get("acme", "ada"), nullptr);
  EXPECT_EQ(rows.bytes(), 0u);
}

// Knows whether a write transaction is under way.
class WatchedDatabase final : public sql::Database {
 public:
  explicit WatchedDatabase(sql::Database& database) : database_(database) {}
  absl::Status Write(const base::CallContext& context, Body body) override {
    return database_.Write(context, [&](sql::Transaction& tx) {
      within = true;
      absl::Status status = body(tx);
      within = false;
      return status;
    });
  }
  absl::Status Read(const base::CallContext& context, Body body) override {
    return database_.Read(context, body);
  }
  bool exclusive() const override { return database_.exclusive(); }

  bool within = false;

 private:
  sql::Database& database_;
};

class RecentRowsTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    watched_ = std::make_unique<WatchedDatabase>(*database_);
    store_ = std::make_unique<SqlStore>(*watched_, plans_, [] {});
    replica_ = std::make_unique<SqlStore>(*database_, replica_plans_, [] {});
    ASSERT_TRUE(Create("ada").ok());
    // Makes the office hours of its zone, which nothing early does.
    ASSERT_TRUE(CompleteBy(*store_, "paperwork").ok());
    EXPECT_THAT(where_, ElementsAre("within"));
  }

  // Changes the run by one of the two, and notes whether that was worked out within a transaction.
  using Rule = absl::FunctionRef<absl::StatusOr<Entries>(onboarding::Run&)>;
  absl::Status ChangeBy(SqlStore& store, Rule rule, const std::string& request_id = "") {
    where_.clear();
    return store
        .Update({}, {"acme", "Change", request_id, ""}, kDay, "ada",
                [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
                  where_.push_back(watched_->within ? "within" : "before");
                  ASSIGN_OR_RETURN(Entries entries, rule(run));
                  return Changed{std::move(entries), ""};
                })
        .status();
  }

  absl::Status CompleteBy(SqlStore& store, const std::string& task,
                          const std::string& request_id = "") {
    const auto complete = [&](onboarding::Run& run) {
      return CompleteTask(run, task, {.tick_all = true}, When(kDay));
    };
    return ChangeBy(store, complete, request_id);
  }

  TaskState StateOf(const std::string& task) {
    return FindTask(*store_->Load({}, "acme", "ada"), task)->state;
  }

  std::unique_ptr<WatchedDatabase> watched_;
  PlanCache replica_plans_;
  std::unique_ptr<SqlStore> replica_;
  std::vector<std::string> where_;
};

INSTANTIATE_TEST_SUITE_P(Engines, RecentRowsTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(RecentRowsTest, AChangeIsWorkedOutBeforeItsTransaction) {
  ASSERT_TRUE(CompleteBy(*store_, "laptop").ok());
  EXPECT_THAT(where_, ElementsAre("before"));
  ASSERT_TRUE(CompleteBy(*store_, "accounts").ok());
  EXPECT_THAT(where_, ElementsAre("before"));
  EXPECT_EQ(StateOf("laptop"), TaskState::kDone);
  EXPECT_EQ(StateOf("accounts"), TaskState::kDone);
}

TEST_P(RecentRowsTest, WhatAReplicaChangedMeanwhileIsNotLost) {
  ASSERT_TRUE(CompleteBy(*replica_, "laptop").ok());
  ASSERT_TRUE(CompleteBy(*store_, "accounts").ok());
  EXPECT_THAT(where_, ElementsAre("before", "within"));
  EXPECT_EQ(StateOf("laptop"), TaskState::kDone);
  EXPECT_EQ(StateOf("accounts"), TaskState::kDone);
  const auto history = store_->ReadHistory({}, "acme", "ada", 0, 100);
  ASSERT_TRUE(history.ok());
  for (size_t i = 0; i < history->size(); ++i)
    EXPECT_EQ((*history)[i].sequence, static_cast<int64_t>(i) + 1);
}

TEST_P(RecentRowsTest, WhatAReplicaEndedIsNotEndedAgain) {
  ASSERT_TRUE(CompleteBy(*replica_, "laptop").ok());
  const size_t entries = Feed().size();
  EXPECT_EQ(ReasonText(CompleteBy(*store_, "laptop")), "TASK_STATE");
  EXPECT_THAT(where_, ElementsAre("before", "within"));
  EXPECT_EQ(Feed().size(), entries);
}

TEST_P(RecentRowsTest, AnErrorOfTheRunAsItWasIsNoAnswer) {
  const auto block = [](onboarding::Run& run) {
    return BlockTask(run, "laptop", {"", Category::kAccess, "", "x"}, When(kDay));
  };
  const auto unblock = [](onboarding::Run& run) {
    return UnblockTask(run, "laptop", "", "", When(kDay));
  };
  ASSERT_TRUE(ChangeBy(*store_, block).ok());
  ASSERT_TRUE(ChangeBy(*replica_, unblock).ok());
  EXPECT_TRUE(CompleteBy(*store_, "laptop").ok());
  EXPECT_THAT(where_, ElementsAre("before", "within"));
}

TEST_P(RecentRowsTest, ARequestThatIsRepeatedTakesEffectOnce) {
  ASSERT_TRUE(CompleteBy(*store_, "laptop", "r").ok());
  const size_t entries = Feed().size();
  EXPECT_TRUE(CompleteBy(*store_, "laptop", "r").ok());
  EXPECT_TRUE(CompleteBy(*replica_, "laptop", "r").ok());
  EXPECT_EQ(Feed().size(), entries);
}

TEST_P(RecentRowsTest, WithoutItsPlanInMemoryNothingIsWorkedOutEarly) {
  PlanCache none(0);
  SqlStore store(*watched_, none, [] {});
  ASSERT_TRUE(CompleteBy(store, "laptop").ok());
  ASSERT_TRUE(CompleteBy(store, "accounts").ok());
  EXPECT_THAT(where_, ElementsAre("within"));
  EXPECT_EQ(StateOf("accounts"), TaskState::kDone);
}

// Whether this thread runs the body of a write.
thread_local bool within_a_write = false;

// Lets writes be committed together, and knows how many have come.
class GroupingDatabase final : public sql::Database {
 public:
  explicit GroupingDatabase(sql::Database& database) : database_(database) {}
  absl::Status Write(const base::CallContext& context, Body body) override {
    return database_.Write(context, body);
  }
  absl::Status WriteAfter(const base::CallContext& context, const sql::Opening& opening,
                          OpenedBody body) override {
    ++come;
    return database_.WriteAfter(context, opening,
                                [&](sql::Transaction& tx, const sql::Answers& answers) {
                                  within_a_write = true;
                                  absl::Status status = body(tx, answers);
                                  within_a_write = false;
                                  return status;
                                });
  }
  absl::Status Read(const base::CallContext& context, Body body) override {
    return database_.Read(context, body);
  }
  bool exclusive() const override { return database_.exclusive(); }

  std::atomic<int> come{0};

 private:
  sql::Database& database_;
};

// Changes of several runs, of which others have changed some since their rows were put, in one
// transaction: a group of PostgreSQL.
TEST(RecentRowsOfAGroup, WhatAReplicaChangedMeanwhileIsNotLost) {
  constexpr int kRuns = 6;  // a replica changed the first, and ended what the second is to end
  // One group at a time.
  auto database = *sql::Open(SharedPostgres().url(), {.connections = 2, .schema = "recent_group"});
  ASSERT_TRUE(sql::Migrate(*database, Migrations()).ok());
  GroupingDatabase grouping(*database);
  PlanCache plans, replica_plans;
  SqlStore store(grouping, plans, [] {});
  SqlStore replica(*database, replica_plans, [] {});
  const PlanPointer plan = SalesRepPlan();
  const auto id = [](int run) { return absl::StrCat("r", run); };
  std::vector<std::atomic<int>> within(kRuns), before(kRuns);
  const auto complete = [&](SqlStore& by, int i, const std::string& task) {
    return by.Update({}, {"acme", "Change", "", ""}, kDay, id(i),
                     [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
                       ++(within_a_write ? within : before)[static_cast<size_t>(i)];
                       ASSIGN_OR_RETURN(Entries entries,
                                        CompleteTask(run, task, {.tick_all = true}, When(kDay)));
                       return Changed{.entries = std::move(entries),
                                      .answer = "",
                                      .token = [](int64_t at) { return absl::StrCat(at); }};
                     });
  };
  for (int i = 0; i < kRuns; ++i) {
    Spec spec = AdaSpec();
    spec.id = id(i);
    ASSERT_TRUE(
        store.Create({}, {"acme", "Start", "", id(i)}, kDay, Start(spec, plan, When(kDay))).ok());
    ASSERT_TRUE(complete(store, i, "paperwork").ok());
  }
  ASSERT_TRUE(complete(replica, 0, "laptop").ok());
  ASSERT_TRUE(complete(replica, 1, "accounts").ok());
  for (int i = 0; i < kRuns; ++i)
    within[static_cast<size_t>(i)] = before[static_cast<size_t>(i)] = 0;

  absl::Notification closed, open;
  std::thread gate([&] {
    EXPECT_TRUE(database
                    ->WriteAfter({}, {{"gate"}, {}},
                                 [&](sql::Transaction&, const sql::Answers&) {
                                   if (!closed.HasBeenNotified()) closed.Notify();
                                   open.WaitForNotification();
                                   return absl::OkStatus();
                                 })
                    .ok());
  });
  closed.WaitForNotification();
  grouping.come = 0;
  std::vector<absl::StatusOr<std::string>> answers(kRuns);
  std::vector<std::thread> threads;
  for (int i = 0; i < kRuns; ++i)
    threads.emplace_back(
        [&, i] { answers[static_cast<size_t>(i)] = complete(store, i, "accounts"); });
  while (grouping.come < kRuns) std::this_thread::yield();
  open.Notify();
  gate.join();
  for (std::thread& thread : threads) thread.join();

  std::set<std::string> positions;
  for (int i = 0; i < kRuns; ++i) {
    const auto at = static_cast<size_t>(i);
    EXPECT_EQ(before[at], 1) << i;
    EXPECT_EQ(within[at] > 0, i < 2) << "only what had changed was worked out anew: " << i;
    EXPECT_EQ(ReasonText(answers[at]), i == 1 ? "TASK_STATE" : "OK") << i;
    if (answers[at].ok()) positions.insert(*answers[at]);
    const auto run = replica.Load({}, "acme", id(i));
    ASSERT_TRUE(run.ok()) << run.status();
    EXPECT_EQ(FindTask(*run, "accounts")->state, TaskState::kDone) << i;
    EXPECT_EQ(FindTask(*run, "laptop")->state, i == 0 ? TaskState::kDone : TaskState::kReady) << i;
    const auto history = replica.ReadHistory({}, "acme", id(i), 0, 100);
    ASSERT_TRUE(history.ok()) << history.status();
    EXPECT_EQ(static_cast<int64_t>(history->size()), run->last_sequence);
    for (size_t n = 0; n < history->size(); ++n)
      EXPECT_EQ((*history)[n].sequence, static_cast<int64_t>(n) + 1) << i;
  }
  EXPECT_LT(positions.size(), static_cast<size_t>(kRuns - 1)) << "some were committed together";
}

}  // namespace
}  // namespace plumbline::onboarding::testing
