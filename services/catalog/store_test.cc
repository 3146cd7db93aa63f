// SPDX-License-Identifier: Apache-2.0
//
// The contract of Store, kept on both engines.
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/command.h"
#include "services/catalog/store_sql.h"
#include "services/catalog/store_sql_steps.h"
#include "services/catalog/testing.h"
#include "tests/support/postgres_server.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr char kSqlite[] = "SQLite";
const ProcessKey kKey{"acme", "deal-desk"};
const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

// One server for all tests of this program; every test has a schema of its own.
class Postgres : public ::testing::Environment {
 public:
  static std::string Url() {
    if (server_ == nullptr) {
      auto server = plumbline::testing::PostgresServer::Start();
      if (!server.ok()) {
        ADD_FAILURE() << server.status();
        return "";
      }
      server_ = *std::move(server);
    }
    return server_->url();
  }
  void TearDown() override { server_.reset(); }

 private:
  static std::unique_ptr<plumbline::testing::PostgresServer> server_;
};
std::unique_ptr<plumbline::testing::PostgresServer> Postgres::server_;
const auto* const kPostgres = ::testing::AddGlobalTestEnvironment(new Postgres);

class StoreTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    static int schemas = 0;
    auto database = sql::Open(GetParam() == kSqlite ? "sqlite::memory:" : Postgres::Url(),
                              {.connections = 4, .schema = absl::StrCat("catalog_", ++schemas)});
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    auto store = OpenStore(*database_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  static Head HeadOf(const ProcessKey& key, int64_t version, absl::string_view title) {
    v1::Process process = ProcessOf(title, StepNode("work"));
    process.set_name(NameOf(key));
    return {process, version};
  }
  static v1::Process RevisionOf(const ProcessKey& key, int64_t revision) {
    v1::Process process = ProcessOf(absl::StrCat("Revision ", revision), StepNode("work"));
    process.set_name(NameOf(key, revision));
    process.set_revision(revision);
    return process;
  }
  absl::StatusOr<std::string> Write(absl::FunctionRef<absl::Status(Changes&)> body,
                                    const WriteRequest& request = {}) {
    WriteRequest in_workspace = request;
    if (in_workspace.workspace.empty()) in_workspace.workspace = "acme";
    ASSIGN_OR_RETURN(Answer answer,
                     store_->Write(context_, in_workspace, kNow,
                                   [&](Changes& changes) -> absl::StatusOr<std::string> {
                                     RETURN_IF_ERROR(body(changes));
                                     ASSIGN_OR_RETURN(int64_t position, changes.Position());
                                     return absl::StrCat(position);
                                   }));
    return answer.bytes;
  }
  std::optional<Head> Find(const ProcessKey& key) {
    std::optional<Head> found;
    absl::Status status = store_->Read(context_, [&](Snapshot& snapshot) -> absl::Status {
      ASSIGN_OR_RETURN(found, snapshot.FindHead(key));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return found;
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<Store> store_;
  base::CallContext context_;
};

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
                           ASSIGN_OR_RETURN(auto listed, snapshot.ListRevisions(kKey, 5, 3));
                           EXPECT_EQ(listed.size(), 3);
                           for (size_t i = 0; i < listed.size(); ++i) {
                             EXPECT_EQ(listed[i].revision(), static_cast<int64_t>(4 - i));
                             EXPECT_FALSE(listed[i].has_root());
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
                           ASSIGN_OR_RETURN(auto listed, snapshot.ListHeads("acme", "a", 3));
                           std::string titles;
                           for (const v1::Process& process : listed) {
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
          ASSIGN_OR_RETURN(auto heads, changes.ListHeads("acme", "", 1000));
          const ProcessKey key{"acme", absl::StrCat("p", t, "-", i)};
          return changes.PutHead(key, HeadOf(key, 1, absl::StrCat(heads.size())));
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
                           ASSIGN_OR_RETURN(auto heads, snapshot.ListHeads("acme", "", 1000));
                           for (const v1::Process& process : heads) counts.insert(process.title());
                           return absl::OkStatus();
                         })
                  .ok());
  EXPECT_EQ(counts.size(), kThreads * kWrites) << "every write saw all those before it";
}

TEST_P(StoreTest, StepsAreKeptByRevision) {
  const std::unique_ptr<StepStore> steps = NewStepStore(*database_);
  const StepKey key{"acme", "order-laptop"};
  const auto change = [&](absl::FunctionRef<absl::Status(StepChanges&)> body) {
    return steps
        ->Write(context_, {.workspace = "acme"}, kNow,
                [&](StepChanges& changes) -> absl::StatusOr<std::string> {
                  RETURN_IF_ERROR(body(changes));
                  return std::string();
                })
        .status();
  };
  const auto put = [&](const StepKey& of, int64_t revision) {
    v1::StepTemplate step;
    step.set_revision(revision);
    return change([&](StepChanges& changes) { return changes.PutStep(of, step); });
  };
  ASSERT_TRUE(put(key, 1).ok());
  ASSERT_TRUE(put(key, 2).ok());
  ASSERT_TRUE(put({"acme", "another"}, 1).ok());
  ASSERT_TRUE(put({"beta", "order-laptop"}, 7).ok());
  EXPECT_FALSE(put(key, 2).ok()) << "a revision never changes";
  const absl::Status read = store_->Read(context_, [&](Snapshot& snapshot) {
    StepReads& reads = snapshot.steps();
    EXPECT_EQ((*reads.FindStep(key))->revision(), 2);
    EXPECT_EQ((*reads.FindStepRevision(key, 1))->revision(), 1);
    EXPECT_FALSE(reads.FindStepRevision(key, 3)->has_value());
    EXPECT_EQ(reads.ListSteps("acme", "", 10)->size(), 2u);
    EXPECT_EQ(reads.ListSteps("acme", "another", 10)->size(), 1u);
    EXPECT_EQ(reads.ListStepRevisions(key, 9, 1)->at(0).revision(), 2);
    EXPECT_EQ(reads.ListStepRevisions(key, 2, 9)->at(0).revision(), 1);
    return absl::OkStatus();
  });
  ASSERT_TRUE(read.ok()) << read;
  ASSERT_TRUE(change([&](StepChanges& changes) { return changes.RemoveStep(key); }).ok());
  EXPECT_TRUE(steps
                  ->Read(context_,
                         [&](StepReads& reads) {
                           EXPECT_FALSE(reads.FindStep(key)->has_value());
                           EXPECT_TRUE(reads.FindStepRevision(key, 2)->has_value());
                           return absl::OkStatus();
                         })
                  .ok());
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace plumbline::catalog
