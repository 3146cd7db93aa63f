// SPDX-License-Identifier: Apache-2.0
//
// The contracts of GraphStore, UtilityStore and GraphMemory, kept on both engines.
#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/composition/graph_memory.h"
#include "services/catalog/impact/impact.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/processes/store_sql.h"
#include "services/catalog/testing/catalog.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;

// Writes heads and revisions as the domain would.
class Writes {
 public:
  explicit Writes(Store& store) : store_(store) {}

  // A head that uses `utility`; if `publish`, its next revision too. Returns the head's version.
  absl::StatusOr<int64_t> Write(const ProcessKey& key, const v1::Node& root, bool publish) {
    int64_t version = 0;
    auto answer = store_.Write(
        base::CallContext(), {.workspace = key.workspace}, kNow,
        [&](Changes& changes) -> absl::StatusOr<std::string> {
          ASSIGN_OR_RETURN(std::optional<Head> head, changes.FindHead(key));
          if (!head.has_value()) head.emplace();
          v1::Process process = ProcessOf(key.process, root);
          process.set_name(NameOf(key));
          process.set_latest_revision(head->process.latest_revision() + (publish ? 1 : 0));
          version = head->version + 1;
          RETURN_IF_ERROR(changes.PutHead(key, {process, version}));
          if (publish) {
            process.set_revision(process.latest_revision());
            RETURN_IF_ERROR(changes.AddRevision(key, process));
          }
          return std::string();
        });
    if (!answer.ok()) return answer.status();
    return version;
  }

 private:
  Store& store_;
};

v1::Node Using(const std::string& utility) {
  v1::Node node = StepNode("work");
  node.mutable_step()->add_utilities(utility);
  return node;
}

class GraphStoreTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    ASSERT_NE(database_, nullptr);
    auto store = OpenStore(*database_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    graph_store_ = NewGraphStore(*database_);
  }

  int64_t Write(const std::string& process, const v1::Node& root, bool publish = false,
                const std::string& workspace = "acme") {
    auto version = Writes(*store_).Write({workspace, process}, root, publish);
    EXPECT_TRUE(version.ok()) << version.status();
    return version.ok() ? *version : 0;
  }

  // "a:2 b:1", of heads written at `position` or later, and the position of the snapshot.
  std::string ChangedSince(int64_t position, int64_t* now, const std::string& after = "",
                           int limit = 100) {
    std::string text;
    absl::Status status = graph_store_->Read(context_, [&](GraphReads& reads) -> absl::Status {
      ASSIGN_OR_RETURN(*now, reads.Position());
      ASSIGN_OR_RETURN(auto heads, reads.ChangedSince("acme", position, after, limit));
      for (const HeadStamp& head : heads)
        absl::StrAppend(&text, text.empty() ? "" : " ", head.process, ":", head.stamp.version);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return text;
  }

  std::unique_ptr<Store> store_;
  std::unique_ptr<GraphStore> graph_store_;
  base::CallContext context_;
};

TEST_P(GraphStoreTest, ListsWhatWasWrittenSinceASnapshot) {
  int64_t first = 0, second = 0, third = 0;
  EXPECT_EQ(ChangedSince(0, &first), "");
  Write("b", StepNode("x"));
  Write("a", StepNode("x"));
  Write("b", StepNode("y"));
  Write("c", StepNode("x"), false, "beta");
  EXPECT_EQ(ChangedSince(first, &second), "a:1 b:2");
  EXPECT_EQ(ChangedSince(second, &third), "");
  Write("c", StepNode("x"), true);
  EXPECT_EQ(ChangedSince(second, &third), "c:1");
  EXPECT_EQ(ChangedSince(0, &third), "a:1 b:2 c:1");
  EXPECT_EQ(ChangedSince(0, &third, "a", 1), "b:2");
}

TEST_P(GraphStoreTest, ListsWhatWasDeletedSinceASnapshot) {
  int64_t first = 0, second = 0, third = 0;
  Write("a", StepNode("x"));
  EXPECT_EQ(ChangedSince(0, &first), "a:1");
  auto deleted = store_->Write(context_, {.workspace = "acme"}, kNow,
                               [](Changes& changes) -> absl::StatusOr<std::string> {
                                 RETURN_IF_ERROR(changes.life_changes().DeleteHead({"acme", "a"}));
                                 return std::string();
                               });
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_EQ(ChangedSince(first, &second), "a:0");
  EXPECT_EQ(ChangedSince(second, &third), "");
  Write("a", StepNode("x"));
  EXPECT_EQ(ChangedSince(0, &third), "a:1") << "it is there again";
}

TEST_P(GraphStoreTest, ReadsHeadsWithTheirLatestRevision) {
  Write("a", StepNode("one"), true);
  Write("a", StepNode("two"), true);
  Write("a", StepNode("three"));
  Write("b", StepNode("one"));
  Write("c", StepNode("one"), true);
  Write("d", StepNode("one"), true);
  absl::Status status = graph_store_->Read(context_, [&](GraphReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(auto heads, reads.ReadHeads("acme", "a", "c"));
    EXPECT_EQ(heads.size(), 3u);
    EXPECT_EQ(heads[0].process, "a");
    EXPECT_EQ(heads[0].stamp.version, 3);
    EXPECT_EQ(heads[0].head.root().id(), "three");
    EXPECT_TRUE(heads[0].latest.has_value() && heads[0].latest->root().id() == "two");
    EXPECT_FALSE(heads[1].latest.has_value());
    EXPECT_TRUE(heads[2].latest.has_value());
    ASSIGN_OR_RETURN(auto revision, reads.ReadRevision({"acme", "a"}, 1));
    EXPECT_TRUE(revision.has_value() && revision->root().id() == "one");
    ASSIGN_OR_RETURN(auto none, reads.ReadRevision({"acme", "a"}, 3));
    EXPECT_FALSE(none.has_value());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(GraphStoreTest, AGraphThatIsTooLargeIsRefusedAndOthersGoOn) {
  for (int i = 0; i < 50; ++i) Write(absl::StrCat("p", i), Using("crm"), true);
  Write("small", Using("crm"), true, "beta");
  GraphMemory graphs(*graph_store_, 10'000);
  const auto show = [](const GraphView&) { return absl::OkStatus(); };
  const absl::Status refused = graphs.Use(context_, "acme", kNow, show);
  EXPECT_EQ(ReasonText(refused), "WORKSPACE_TOO_LARGE");
  EXPECT_EQ(base::MetadataOf(refused, "limit_bytes"), "10000");
  EXPECT_EQ(ReasonText(graphs.Use(context_, "acme", kNow, show)), "WORKSPACE_TOO_LARGE");
  EXPECT_EQ(ReasonText(graphs.Use(context_, "beta", kNow, show)), "OK");
  EXPECT_LE(graphs.memory_bytes(), 10'000);
  EXPECT_GT(graphs.memory_bytes(), 0);
}

TEST_P(GraphStoreTest, GraphsThatWereNotUsedForLongestLeave) {
  const auto show = [](const GraphView& view) {
    return view.graph.StampOf("p").version == 1 ? absl::OkStatus() : base::Internal("not there");
  };
  GraphMemory graphs(*graph_store_, 4'000);
  int64_t most = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string workspace = absl::StrCat("w", i);
    Write("p", Using("crm"), true, workspace);
    EXPECT_EQ(ReasonText(graphs.Use(context_, workspace, kNow, show)), "OK");
    most = std::max(most, graphs.memory_bytes());
  }
  EXPECT_LE(most, 4'000);
  EXPECT_EQ(ReasonText(graphs.Use(context_, "w0", kNow, show)), "OK") << "it is read again";
}

TEST_P(GraphStoreTest, WhatAReadLeftUnfinishedIsReadAgain) {
  Write("old", Using("crm"), true);
  Write("old", Using("mail"), true);
  v1::Node call = CallNode("c", "processes/old@1");
  GraphMemory graphs(*graph_store_, 1 << 20);
  const auto show = [](const GraphView&) { return absl::OkStatus(); };
  ASSERT_EQ(ReasonText(graphs.Use(context_, "acme", kNow, show)), "OK");
  Write("new", call, true);
  base::CallContext late;
  late.deadline = base::SystemClock().Now() - absl::Seconds(1);
  EXPECT_FALSE(graphs.Use(late, "acme", kNow, show).ok());
  absl::Status status = graphs.Use(context_, "acme", kNow, [](const GraphView& view) {
    const auto& utilities = view.graph.vocabulary().utilities;
    EXPECT_NE(utilities.Find("crm"), impact::kNoId) << "old@1 lives through new@1";
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

// During an upgrade a replica of an earlier release writes heads without a position.
TEST_P(GraphStoreTest, SeesWhatAnEarlierReleaseWrote) {
  Write("a", Using("crm"), true);
  Write("b", Using("crm"), true);
  GraphMemory graphs(*graph_store_, 1 << 20);
  const auto version = [&] {
    int64_t seen = 0;
    absl::Status status = graphs.Use(context_, "acme", kNow, [&](const GraphView& view) {
      seen = view.graph.StampOf("a").version;
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return seen;
  };
  EXPECT_EQ(version(), 1);
  absl::Status status = database_->Write(context_, [](sql::Transaction& transaction) {
    return transaction
        .Execute("UPDATE processes SET version = 2 WHERE workspace = 'acme' AND process = 'a'")
        .status();
  });
  ASSERT_TRUE(status.ok()) << status;
  int64_t now = 0;
  EXPECT_EQ(ChangedSince(1'000'000'000, &now), "a:2");
  EXPECT_EQ(version(), 2);
  Write("a", Using("mail"));
  EXPECT_EQ(ChangedSince(1'000'000'000, &now), "");
  EXPECT_EQ(version(), 3);
}

// Many write, many look, each through a memory and a connection of its own: who looks sees every
// write that was answered before, and at the end all see the same.
TEST_P(GraphStoreTest, EveryLookSeesEveryWriteThatWasAnswered) {
  constexpr int kProcesses = 5, kThreads = 2, kRounds = 40;
  std::vector<std::unique_ptr<sql::Database>> databases;
  std::vector<std::unique_ptr<Store>> stores;
  std::vector<std::unique_ptr<GraphStore>> graph_stores;
  std::vector<std::unique_ptr<GraphMemory>> memories;
  for (int t = 0; t < kThreads; ++t) {
    if (GetParam() != kSqlite) databases.push_back(Open());
    sql::Database& database = GetParam() != kSqlite ? *databases.back() : *database_;
    auto store = OpenStore(database);
    ASSERT_TRUE(store.ok()) << store.status();
    stores.push_back(*std::move(store));
    graph_stores.push_back(NewGraphStore(database));
    memories.push_back(std::make_unique<GraphMemory>(*graph_stores.back(), 1 << 20));
  }
  std::vector<std::atomic<int64_t>> answered(kProcesses);
  const auto work = [&](int thread) {
    std::mt19937 random(thread);
    for (int round = 0; round < kRounds; ++round) {
      const int process = static_cast<int>(random() % kProcesses);
      auto version = Writes(*stores[thread])
                         .Write({"acme", absl::StrCat("p", process)},
                                Using(absl::StrCat("u", random() % 3)), random() % 2 == 0);
      ASSERT_TRUE(version.ok()) << version.status();
      int64_t known = answered[process].load();
      while (known < *version && !answered[process].compare_exchange_weak(known, *version)) {
      }
    }
  };
  const auto look = [&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      std::vector<int64_t> before;
      for (const auto& version : answered) before.push_back(version.load());
      absl::Status status =
          memories[thread]->Use(context_, "acme", kNow, [&](const GraphView& view) -> absl::Status {
            for (int p = 0; p < kProcesses; ++p)
              EXPECT_GE(view.graph.StampOf(absl::StrCat("p", p)).version, before[p]);
            return absl::OkStatus();
          });
      EXPECT_TRUE(status.ok()) << status;
    }
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back(work, t);
    threads.emplace_back(look, t);
    threads.emplace_back(look, t);
  }
  for (std::thread& thread : threads) thread.join();

  memories.push_back(std::make_unique<GraphMemory>(*graph_store_, 1 << 20));
  std::vector<std::string> answers;
  for (const auto& memory : memories) {
    std::string answer;
    absl::Status status =
        memory->Use(context_, "acme", kNow, [&](const GraphView& view) -> absl::Status {
          for (int p = 0; p < kProcesses; ++p)
            EXPECT_EQ(view.graph.StampOf(absl::StrCat("p", p)).version, answered[p].load());
          for (const char* utility : {"u0", "u1", "u2"}) {
            v1::AnalyzeImpactResponse response;
            impact::Analyze(view.graph, {impact::Subject::Kind::kUtility, utility}, "acme", "x",
                            {{}, 99, 1 << 20}, &response);
            answer += response.DebugString();
          }
          return absl::OkStatus();
        });
    EXPECT_TRUE(status.ok()) << status;
    answers.push_back(answer);
  }
  for (const std::string& answer : answers) EXPECT_EQ(answer, answers.back());
}

INSTANTIATE_TEST_SUITE_P(Engines, GraphStoreTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

}  // namespace
}  // namespace plumbline::catalog
