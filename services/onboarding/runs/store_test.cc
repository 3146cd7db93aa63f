// SPDX-License-Identifier: Apache-2.0
//
// Every sentence of store.h, on both engines.
#include "services/onboarding/runs/store.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/synchronization/notification.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/runs/store_sql.h"
#include "services/onboarding/runs/store_testing.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(StoreTest, ACreatedRunComesBackAlsoWithoutItsPlanInMemory) {
  ASSERT_TRUE(Create("ada").ok());
  EXPECT_EQ(commits_, 1);
  PlanCache cold;
  SqlStore replica(*database_, cold, [] {});
  auto run = replica.Load({}, "acme", "ada");
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->spec.person, "ada@example.com");
  EXPECT_EQ(run->plan->id, plan_->id);
  EXPECT_EQ(Tasks(*run).size(), 9u);
}

TEST_P(StoreTest, ARunIsCreatedOnce) {
  ASSERT_TRUE(Create("ada").ok());
  EXPECT_EQ(ReasonText(Create("ada")), "RESOURCE_ALREADY_EXISTS");
  EXPECT_THAT(Feed(), ElementsAre("ada/1", "ada/2"));
  ASSERT_TRUE(Create("ada", "", "other").ok());
}

TEST_P(StoreTest, AnErrorOfTheStartIsReturnedAndForgotten) {
  absl::StatusOr<Started> failed = base::FieldError("occur_time", "wrong");
  RequestKey key{"acme", "Start", "r", "b"};
  EXPECT_EQ(ReasonText(store_->Create({}, key, kDay, failed)), "FIELD_INVALID");
  auto receipt = store_->Create({}, key, kDay, Start(AdaSpec(), plan_, When(kDay)));
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_FALSE(receipt->replayed);
  auto again = store_->Create({}, key, kDay, failed);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->position, receipt->position);
  EXPECT_EQ(commits_, 1);
}

TEST_P(StoreTest, AChangeIsStoredWithItsHistoryOrNotAtAll) {
  ASSERT_TRUE(Create("ada").ok());
  ASSERT_TRUE(Complete("ada", "paperwork").ok());
  EXPECT_THAT(Feed(), ElementsAre("ada/1", "ada/2", "ada/3", "ada/4", "ada/5"));
  auto failed = Update("ada", [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
    RETURN_IF_ERROR(StartTask(run, "laptop", When(kDay)).status());
    return base::Internal("after the change");
  });
  EXPECT_TRUE(absl::IsInternal(failed.status()));
  EXPECT_EQ(FindTask(*store_->Load({}, "acme", "ada"), "laptop")->state, TaskState::kReady);
  EXPECT_EQ(ReasonText(Complete("none", "paperwork")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(Feed().size(), 5u);
}

TEST_P(StoreTest, TheAnswerOfARequestIsKept) {
  ASSERT_TRUE(Create("ada").ok());
  std::string answer = "the first";
  auto change = [&](onboarding::Run&) -> absl::StatusOr<Changed> { return Changed{{}, answer}; };
  EXPECT_EQ(*Update("ada", change, "r"), "the first");
  answer = "another";
  EXPECT_EQ(*Update("ada", change, "r"), "the first");
  EXPECT_EQ(*Update("ada", change), "another");
}

TEST_P(StoreTest, WhatWasChangedWithOthersIsKnownToTheNextChange) {
  ASSERT_TRUE(Create("ada").ok());
  const auto comment = [](sql::Transaction&, onboarding::Run& run) {
    return CommentTask(run, "paperwork", "hm", {}, When(kDay));
  };
  const std::vector<std::string> all = {"ada"};
  ASSERT_TRUE(store_->UpdateWithin({}, "acme", all, comment).ok());
  std::vector<int64_t> seen;
  const auto change = [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
    seen.push_back(run.last_sequence);
    return Changed{{}, "done"};
  };
  ASSERT_TRUE(Update("ada", change).ok());
  EXPECT_THAT(seen, ElementsAre(3)) << "once, with the run as it is";
}

// What two people do at the same moment happens one after the other.
TEST_P(StoreTest, ChangesOfOneRunDoNotOverlap) {
  ASSERT_TRUE(Create("ada").ok());
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 5; ++j) {
        auto done = Update("ada", [](onboarding::Run& run) -> absl::StatusOr<Changed> {
          NewImpediment impediment{"", Category::kAccess, "", "x"};
          ASSIGN_OR_RETURN(Entries entries, BlockTask(run, "paperwork", impediment, When(kDay)));
          return Changed{std::move(entries), ""};
        });
        EXPECT_TRUE(done.ok()) << done.status();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  auto run = store_->Load({}, "acme", "ada");
  EXPECT_EQ(run->impediments.size(), 40u);
  auto history = store_->ReadHistory({}, "acme", "ada", 0, 100);
  ASSERT_EQ(history->size(), 42u);
  for (size_t i = 0; i < history->size(); ++i) {
    EXPECT_EQ((*history)[i].sequence, static_cast<int64_t>(i) + 1);
  }
  std::vector<std::string> feed = Feed();
  for (size_t i = 0; i < feed.size(); ++i) EXPECT_EQ(feed[i], absl::StrCat("ada/", i + 1));
}

TEST_P(StoreTest, TheFeedCanBeReadInParts) {
  for (const char* id : {"a", "b"}) ASSERT_TRUE(Create(id).ok());
  ASSERT_TRUE(Create("a", "", "other").ok());
  EXPECT_THAT(Feed({.workspace = "acme"}), ElementsAre("a/1", "a/2", "b/1", "b/2"));
  EXPECT_THAT(Feed({.workspace = "acme", .onboarding = "b"}), ElementsAre("b/1", "b/2"));
  EXPECT_THAT(Feed({.workspace = "other"}), ElementsAre("a/1", "a/2"));
  EXPECT_EQ(Feed({.process = "sales-rep"}).size(), 6u);
  EXPECT_EQ(Feed({.process = "pair"}).size(), 0u);
  auto first = store_->ReadFeed({}, {.limit = 3});
  ASSERT_EQ(first->size(), 3u);
  EXPECT_THAT(Feed({.after = first->back().cursor}), ElementsAre("b/2", "a/1", "a/2"));
  EXPECT_EQ(Feed({.after = *store_->Newest({})}).size(), 0u);
}

TEST_P(StoreTest, TheRelayKeepsItsPlace) {
  auto empty = store_->LoadRelay({});
  ASSERT_TRUE(empty.ok()) << empty.status();
  EXPECT_EQ(empty->cursor, FeedCursor());
  EXPECT_EQ(empty->version, 0);
  EXPECT_EQ(empty->producer, "");
  const FeedCursor refused{3, 4};
  ASSERT_TRUE(
      store_->SaveRelay({}, {0, "me", {5, 6}, {{"a", {7, refused}}, {"b", {8, refused}}}}).ok());
  ASSERT_TRUE(store_->SaveRelay({}, {1, "me", {9, 10}, {{"b", {11, std::nullopt}}}}).ok());
  auto state = store_->LoadRelay({});
  EXPECT_EQ(state->version, 2);
  EXPECT_EQ(state->producer, "me");
  EXPECT_EQ(state->cursor, (FeedCursor{9, 10}));
  ASSERT_EQ(state->logs.size(), 2u);
  EXPECT_EQ(state->logs["a"].next_sequence, 7);
  EXPECT_EQ(state->logs["a"].refused_after, refused);
  EXPECT_EQ(state->logs["b"].next_sequence, 11);
  EXPECT_EQ(state->logs["b"].refused_after, std::nullopt);
}

TEST_P(StoreTest, ARelayThatWasOvertakenStoresNothing) {
  ASSERT_TRUE(store_->SaveRelay({}, {0, "me", {5, 6}, {{"a", {7}}}}).ok());
  for (int64_t version : {0, 2}) {
    SCOPED_TRACE(version);
    absl::Status status = store_->SaveRelay({}, {version, "you", {1, 1}, {{"a", {2}}, {"b", {3}}}});
    EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << status;
    auto state = store_->LoadRelay({});
    EXPECT_EQ(state->version, 1);
    EXPECT_EQ(state->producer, "me");
    EXPECT_EQ(state->cursor, (FeedCursor{5, 6}));
    ASSERT_EQ(state->logs.size(), 1u);
    EXPECT_EQ(state->logs["a"].next_sequence, 7);
  }
}

// PostgreSQL: a transaction that got its position first commits last. What committed meanwhile must
// wait for it, or a reader that has gone past it would never see it.
TEST_P(StoreTest, CountsWhatIsRunByRevision) {
  for (const std::string id : {"c", "a", "b"}) ASSERT_TRUE(Create(id).ok());
  ASSERT_TRUE(Create("a", "", "beta").ok());
  plan_ = PairPlan();
  for (const std::string id : {"x", "y"}) ASSERT_TRUE(Create(id).ok());
  const auto counted = [&] {
    std::vector<std::string> texts;
    auto uses = store_->CountRuns({}, 2);
    EXPECT_TRUE(uses.ok()) << uses.status();
    for (const PlanUse& use : *uses) {
      std::string& text =
          texts.emplace_back(absl::StrCat(use.workspace, " ", use.revisions[0], " ", use.count));
      for (const std::string& example : use.examples) absl::StrAppend(&text, " ", example);
    }
    std::sort(texts.begin(), texts.end());
    return texts;
  };
  const std::string rep = SalesRepPlan()->process;
  const std::string pair = plan_->process;
  EXPECT_THAT(counted(), ::testing::UnorderedElementsAre(absl::StrCat("acme ", rep, " 3 a b"),
                                                         absl::StrCat("acme ", pair, " 2 x y"),
                                                         absl::StrCat("beta ", rep, " 1 a")));
  for (const std::string task : {"a", "b"}) ASSERT_TRUE(Complete("x", task).ok());
  EXPECT_THAT(counted(), ::testing::UnorderedElementsAre(absl::StrCat("acme ", rep, " 3 a b"),
                                                         absl::StrCat("acme ", pair, " 1 y"),
                                                         absl::StrCat("beta ", rep, " 1 a")))
      << "what is complete is run no more";
}

TEST_P(StoreTest, KeepsWhatWasReportedOfEachWorkspace) {
  EXPECT_TRUE(store_->LoadUseReports({})->empty());
  ASSERT_TRUE(store_->SaveUseReport({}, "acme", UseReport{"one", kDay}).ok());
  ASSERT_TRUE(store_->SaveUseReport({}, "acme", UseReport{"two", kDay + absl::Hours(1)}).ok());
  ASSERT_TRUE(store_->SaveUseReport({}, "beta", UseReport{"three", kDay}).ok());
  auto reports = store_->LoadUseReports({});
  ASSERT_TRUE(reports.ok()) << reports.status();
  ASSERT_EQ(reports->size(), 2u);
  EXPECT_EQ((*reports)["acme"].digest, "two");
  EXPECT_EQ((*reports)["acme"].time, kDay + absl::Hours(1));
  ASSERT_TRUE(store_->SaveUseReport({}, "acme", std::nullopt).ok());
  EXPECT_EQ(store_->LoadUseReports({})->count("acme"), 0u);
  EXPECT_TRUE(*store_->TakeUseLease({}, "one", kDay, absl::Minutes(1)));
  EXPECT_FALSE(*store_->TakeUseLease({}, "two", kDay, absl::Minutes(1)));
  EXPECT_TRUE(*store_->TakeRelayLease({}, "two", kDay, absl::Minutes(1))) << "a lease of its own";
}

TEST_P(StoreTest, NothingIsReadBeforeWhatCommitsLate) {
  if (!GetParam()) GTEST_SKIP() << "SQLite has one writer: transactions do not overlap";
  ASSERT_TRUE(Create("late").ok());
  absl::Notification began;
  absl::Notification go_on;
  std::thread late([&] {
    auto done = Update("late", [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
      ASSIGN_OR_RETURN(Entries entries, StartTask(run, "paperwork", When(kDay)));
      if (!began.HasBeenNotified()) began.Notify();
      go_on.WaitForNotification();
      return Changed{std::move(entries), ""};
    });
    EXPECT_TRUE(done.ok()) << done.status();
  });
  began.WaitForNotification();
  FeedCursor seen = *store_->Newest({});
  ASSERT_TRUE(Create("early").ok());
  EXPECT_THAT(Feed({.after = seen}), ElementsAre()) << "early is committed, but not settled";
  EXPECT_EQ(*store_->Newest({}), seen);
  go_on.Notify();
  late.join();
  EXPECT_THAT(Feed({.after = seen}), ElementsAre("late/3", "early/1", "early/2"));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
