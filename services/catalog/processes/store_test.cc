// SPDX-License-Identifier: Apache-2.0
//
// The contract of Store, kept on both engines.
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;

TEST_P(StoreTest, KeepsHeads) {
  EXPECT_FALSE(Find(kKey).has_value());
  const Head first = HeadOf(kKey, 1, "First");
  ASSERT_TRUE(Write([&](Changes& changes) { return changes.PutHead(kKey, first); }).ok());
  ASSERT_TRUE(Find(kKey).has_value());
  EXPECT_TRUE(MessageDifferencer::Equals(Find(kKey)->process, first.process));
  EXPECT_EQ(Find(kKey)->version, 1);
  const Head second = HeadOf(kKey, 2, "Second");
  ASSERT_TRUE(Write([&](Changes& changes) { return changes.PutHead(kKey, second); }).ok());
  EXPECT_TRUE(MessageDifferencer::Equals(Find(kKey)->process, second.process));
  EXPECT_EQ(Find(kKey)->version, 2);
  EXPECT_FALSE(Find({"beta", "deal-desk"}).has_value());
}

TEST_P(StoreTest, KeepsRevisionsLatestFirst) {
  ASSERT_TRUE(
      Write([&](Changes& changes) -> absl::Status {
        for (int i = 1; i <= 5; ++i)
          RETURN_IF_ERROR(changes.AddRevision(kKey, RevisionOf(kKey, i)));
        return changes.AddRevision({"beta", "deal-desk"}, RevisionOf({"beta", "deal-desk"}, 9));
      }).ok());
  ASSERT_TRUE(store_
                  ->Read(context_,
                         [&](Snapshot& snapshot) -> absl::Status {
                           ASSIGN_OR_RETURN(auto third, snapshot.FindRevision(kKey, 3));
                           EXPECT_TRUE(third.has_value() &&
                                       MessageDifferencer::Equals(*third, RevisionOf(kKey, 3)));
                           ASSIGN_OR_RETURN(auto none, snapshot.FindRevision(kKey, 9));
                           EXPECT_FALSE(none.has_value());
                           ASSIGN_OR_RETURN(auto first, snapshot.ListRevisions(kKey, {.limit = 1}));
                           ASSIGN_OR_RETURN(
                               auto listed,
                               snapshot.ListRevisions(kKey, {.after = first.next, .limit = 3}));
                           EXPECT_EQ(listed.rows.size(), 3);
                           for (size_t i = 0; i < listed.rows.size(); ++i) {
                             EXPECT_EQ(listed.rows[i].revision(), static_cast<int64_t>(4 - i));
                             EXPECT_FALSE(listed.rows[i].has_root());
                           }
                           return absl::OkStatus();
                         })
                  .ok());
  EXPECT_FALSE(
      Write([&](Changes& changes) { return changes.AddRevision(kKey, RevisionOf(kKey, 5)); }).ok())
      << "a revision never changes";
}

TEST_P(StoreTest, ListsHeadsOfOneWorkspaceInTheOrderOfIds) {
  ASSERT_TRUE(Write([&](Changes& changes) -> absl::Status {
                for (const std::string id : {"c", "a", "e", "b", "d"}) {
                  RETURN_IF_ERROR(changes.PutHead({"acme", id}, HeadOf({"acme", id}, 1, id)));
                }
                return changes.PutHead({"beta", "bb"}, HeadOf({"beta", "bb"}, 1, "bb"));
              }).ok());
  ASSERT_TRUE(store_
                  ->Read(context_,
                         [&](Snapshot& snapshot) -> absl::Status {
                           ASSIGN_OR_RETURN(auto first, snapshot.ListHeads("acme", {.limit = 1}));
                           ASSIGN_OR_RETURN(
                               auto listed,
                               snapshot.ListHeads("acme", {.after = first.next, .limit = 3}));
                           std::string titles;
                           for (const v1::Process& process : listed.rows) {
                             titles += process.title();
                             EXPECT_FALSE(process.has_root());
                           }
                           EXPECT_EQ(titles, "bcd");
                           return absl::OkStatus();
                         })
                  .ok());
}

TEST_P(StoreTest, HasAnIdentityOfItsOwnThatStays) {
  auto again = OpenStore(*database_);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_FALSE(store_->identity().empty());
  EXPECT_EQ((*again)->identity(), store_->identity());
  auto other_database = sql::Open("sqlite::memory:", {});
  ASSERT_TRUE(other_database.ok()) << other_database.status();
  auto other = OpenStore(**other_database);
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_NE((*other)->identity(), store_->identity());
}

TEST_P(StoreTest, NothingRemainsOfAWriteThatFails) {
  auto failed = Write([&](Changes& changes) -> absl::Status {
    RETURN_IF_ERROR(changes.PutHead(kKey, HeadOf(kKey, 1, "First")));
    return base::FieldError("x", "is wrong");
  });
  EXPECT_EQ(ReasonText(failed), "FIELD_INVALID");
  EXPECT_FALSE(Find(kKey).has_value());
}

TEST_P(StoreTest, RepeatedRequestsRunOnce) {
  const WriteRequest request{"acme", "Create", "r1", "body"};
  const auto body = [&](Changes& changes) {
    return changes.PutHead(kKey, HeadOf(kKey, 1, "First"));
  };
  auto first = Write(body, request);
  ASSERT_TRUE(first.ok()) << first.status();
  auto repeated = Write([](Changes&) { return base::Internal("ran twice"); }, request);
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_EQ(*repeated, *first);
  EXPECT_EQ(ReasonText(Write(body, {"acme", "Create", "r1", "other body"})), "REQUEST_ID_REUSED");
  EXPECT_TRUE(Write(body, {"beta", "Create", "r1", "other body"}).ok())
      << "ids belong to a workspace";
  EXPECT_EQ(*store_->ForgetOldRequests(context_, kNow + absl::Hours(24 * 8), 1), 1);
  EXPECT_EQ(*store_->ForgetOldRequests(context_, kNow + absl::Hours(24 * 8), 10), 1);
}

TEST_P(StoreTest, PositionsGrowAndReadsSayWhatTheyHold) {
  int64_t last = -1;
  for (int i = 1; i <= 5; ++i) {
    auto answer =
        Write([&](Changes& changes) { return changes.PutHead(kKey, HeadOf(kKey, i, "Title")); });
    ASSERT_TRUE(answer.ok()) << answer.status();
    const int64_t position = std::stoll(*answer);
    EXPECT_GT(position, last);
    last = position;
    ASSERT_TRUE(store_
                    ->Read(context_,
                           [&](Snapshot& snapshot) -> absl::Status {
                             ASSIGN_OR_RETURN(int64_t seen, snapshot.Position());
                             EXPECT_GT(seen, position);
                             return absl::OkStatus();
                           })
                    .ok());
  }
}

// Counters that many threads read and write back: a write that did not see the one before would
// lose it.
TEST_P(StoreTest, WritesOfAWorkspaceRunOneAfterTheOther) {
  constexpr int kThreads = 4;
  constexpr int kWrites = 10;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kWrites; ++i) {
        // Reads every head of the workspace and writes one of its own: a conflict that no single
        // row shows.
        auto written = Write([&](Changes& changes) -> absl::Status {
          ASSIGN_OR_RETURN(auto heads, changes.ListHeads("acme", {.limit = 1000}));
          const ProcessKey key{"acme", absl::StrCat("p", t, "-", i)};
          return changes.PutHead(key, HeadOf(key, 1, absl::StrCat(heads.rows.size())));
        });
        EXPECT_TRUE(written.ok()) << written.status();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> counts;
  ASSERT_TRUE(store_
                  ->Read(context_,
                         [&](Snapshot& snapshot) -> absl::Status {
                           ASSIGN_OR_RETURN(auto heads,
                                            snapshot.ListHeads("acme", {.limit = 1000}));
                           for (const v1::Process& process : heads.rows)
                             counts.insert(process.title());
                           return absl::OkStatus();
                         })
                  .ok());
  EXPECT_EQ(counts.size(), kThreads * kWrites) << "every write saw all those before it";
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, ::testing::Values(kSqlite, "PostgreSQL"), EngineName);

}  // namespace
}  // namespace plumbline::catalog
