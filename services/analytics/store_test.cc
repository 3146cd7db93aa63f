// SPDX-License-Identifier: Apache-2.0
//
// The contract of Store, and whole replicas over it, on both engines.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/analytics/compaction.h"
#include "services/analytics/log/block.h"
#include "services/analytics/store_sql.h"
#include "services/analytics/testing.h"
#include "tests/support/postgres_server.h"

namespace plumbline::analytics {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr char kSqlite[] = "SQLite";
const LogKey kKey{"acme", "sales"};
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
    schema_ = absl::StrCat("analytics_", ++schemas);
    database_ = Open();
    ASSERT_NE(database_, nullptr);
    auto store = OpenStore(*database_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }
  // Another connection to the same schema (PostgreSQL).
  std::unique_ptr<sql::Database> Open() {
    auto database = sql::Open(GetParam() == kSqlite ? "sqlite::memory:" : Postgres::Url(),
                              {.connections = 4, .schema = schema_});
    if (!database.ok()) ADD_FAILURE() << database.status();
    return database.ok() ? *std::move(database) : nullptr;
  }

  static LogRecord RecordOf(const LogKey& key, absl::string_view uid) {
    LogRecord record{.uid = std::string(uid),
                     .last_block = 3,
                     .event_count = 5,
                     .first_time = -7,
                     .last_time = 9};
    record.description.set_name(NameOf(key));
    return record;
  }
  absl::StatusOr<std::string> Write(absl::FunctionRef<absl::Status(LogChanges&)> body,
                                    const WriteRequest& request = {"acme", "Method", "", ""}) {
    return store_->Write(context_, "sales", request, kNow,
                         [&](LogChanges& changes) -> absl::StatusOr<std::string> {
                           RETURN_IF_ERROR(body(changes));
                           return std::string("answer");
                         });
  }
  template <typename T>
  T Read(absl::FunctionRef<absl::StatusOr<T>(LogReads&)> body) {
    T result{};
    const absl::Status status = store_->Read(context_, [&](LogReads& reads) -> absl::Status {
      ASSIGN_OR_RETURN(result, body(reads));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return result;
  }
  std::optional<LogRecord> Find(const LogKey& key) {
    return Read<std::optional<LogRecord>>([&](LogReads& reads) { return reads.FindLog(key); });
  }
  std::vector<StoredBlock> Blocks(absl::string_view uid, int64_t after = 0, int limit = 1000) {
    return Read<std::vector<StoredBlock>>(
        [&](LogReads& reads) { return reads.ReadBlocks("acme", uid, after, limit); });
  }

  std::string schema_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<Store> store_;
  base::CallContext context_;
};

TEST_P(StoreTest, KeepsLogs) {
  EXPECT_FALSE(Find(kKey).has_value());
  LogRecord record = RecordOf(kKey, "u1");
  ASSERT_TRUE(Write([&](LogChanges& changes) { return changes.PutLog(kKey, record); }).ok());
  record.last_block = 4;
  ASSERT_TRUE(Write([&](LogChanges& changes) { return changes.PutLog(kKey, record); }).ok());
  const auto found = Find(kKey);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->uid, "u1");
  EXPECT_TRUE(MessageDifferencer::Equals(found->description, record.description));
  EXPECT_EQ(found->last_block, 4);
  EXPECT_EQ(found->event_count, 5);
  EXPECT_EQ(found->first_time, -7);
  EXPECT_EQ(found->last_time, 9);
  EXPECT_FALSE(Find({"beta", "sales"}).has_value());
}

TEST_P(StoreTest, ListsLogsOfOneWorkspaceInTheOrderOfIds) {
  ASSERT_TRUE(Write([&](LogChanges& changes) -> absl::Status {
                for (const std::string id : {"c", "a", "e", "b", "d"}) {
                  RETURN_IF_ERROR(changes.PutLog({"acme", id}, RecordOf({"acme", id}, id)));
                }
                return changes.PutLog({"beta", "bb"}, RecordOf({"beta", "bb"}, "bb"));
              }).ok());
  std::string uids;
  for (const LogRecord& record : Read<std::vector<LogRecord>>(
           [](LogReads& reads) { return reads.ListLogs("acme", "a", 3); })) {
    uids += record.uid;
  }
  EXPECT_EQ(uids, "bcd");
}

TEST_P(StoreTest, KeepsBlocksInOrder) {
  const std::string data("\0\xff block", 8);
  ASSERT_TRUE(Write([&](LogChanges& changes) -> absl::Status {
                for (int64_t i : {2, 1, 3, 10})
                  RETURN_IF_ERROR(changes.AddBlock("acme", "u1", {i, i, i, data}));
                return changes.AddBlock("beta", "u1", {4, 4, 4, data});
              }).ok());
  const std::vector<StoredBlock> blocks = Blocks("u1", 1, 2);
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0].number, 2);
  EXPECT_EQ(blocks[1].number, 3);
  EXPECT_EQ(blocks[0].first, 2);
  EXPECT_EQ(blocks[0].events, 2);
  EXPECT_EQ(blocks[0].data, data);
  EXPECT_TRUE(Blocks("u2").empty());
}

TEST_P(StoreTest, KeepsSequencesOfProducers) {
  auto next = [&](const char* uid, const char* producer) {
    return Read<int64_t>(
        [&](LogReads& reads) { return reads.NextSequence("acme", uid, producer); });
  };
  EXPECT_EQ(next("u1", "crm"), 1);
  for (int64_t value : {5, 9}) {
    ASSERT_TRUE(Write([&](LogChanges& changes) {
                  return changes.PutNextSequence("acme", "u1", "crm", value);
                }).ok());
    EXPECT_EQ(next("u1", "crm"), value);
  }
  EXPECT_EQ(next("u1", "erp"), 1);
  EXPECT_EQ(next("u2", "crm"), 1);
}

TEST_P(StoreTest, NothingRemainsOfAWriteThatFails) {
  const auto failed = Write([&](LogChanges& changes) -> absl::Status {
    RETURN_IF_ERROR(changes.PutLog(kKey, RecordOf(kKey, "u1")));
    RETURN_IF_ERROR(changes.AddBlock("acme", "u1", {1, 1, 1, "x"}));
    return base::FieldError("x", "is wrong");
  });
  EXPECT_EQ(ReasonText(failed), "FIELD_INVALID");
  EXPECT_FALSE(Find(kKey).has_value());
  EXPECT_TRUE(Blocks("u1").empty());
}

TEST_P(StoreTest, RepeatedRequestsRunOnce) {
  const WriteRequest request{"acme", "Create", "r1", "body"};
  auto body = [&](LogChanges& changes) { return changes.PutLog(kKey, RecordOf(kKey, "u1")); };
  ASSERT_TRUE(Write(body, request).ok());
  const auto repeated = Write([](LogChanges&) { return base::Internal("ran twice"); }, request);
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_EQ(*repeated, "answer");
  EXPECT_EQ(ReasonText(Write(body, {"acme", "Create", "r1", "other"})), "REQUEST_ID_REUSED");
  EXPECT_EQ(*store_->ForgetOldRequests(context_, kNow + absl::Hours(24 * 8), 10), 1);
}

TEST_P(StoreTest, StagedBlocksBecomeTheLogs) {
  for (int64_t i = 1; i <= 3; ++i) {
    ASSERT_TRUE(
        store_->Stage(context_, "acme", "import", {i, i, 1, absl::StrCat("staged ", i)}, kNow)
            .ok());
  }
  ASSERT_TRUE(Write([](LogChanges& changes) -> absl::Status {
                RETURN_IF_ERROR(changes.AddBlock("acme", "u1", {1, 1, 1, "old"}));
                return changes.TakeStaged("acme", "import", "u1", 1);
              }).ok());
  const std::vector<StoredBlock> blocks = Blocks("u1");
  ASSERT_EQ(blocks.size(), 4u);
  EXPECT_EQ(blocks[3].number, 4);
  EXPECT_EQ(blocks[3].first, 4);
  EXPECT_EQ(blocks[3].data, "staged 3");
  // It is the import's no more: it cannot be taken again, given up or swept.
  EXPECT_EQ(Write([](LogChanges& changes) { return changes.TakeStaged("acme", "import", "u2", 0); })
                .status()
                .code(),
            absl::StatusCode::kNotFound);
  ASSERT_TRUE(store_->Discard(context_, "acme", "import").ok());
  EXPECT_EQ(*store_->Sweep(context_, absl::InfiniteFuture(), 10), 0);
}

TEST_P(StoreTest, DiscardedImportsAreSweptAndRefused) {
  ASSERT_TRUE(store_->Stage(context_, "acme", "import", {1, 1, 1, "x"}, kNow).ok());
  EXPECT_EQ(*store_->Sweep(context_, kNow - absl::Hours(1), 10), 0);
  ASSERT_TRUE(store_->Discard(context_, "acme", "import").ok());
  EXPECT_EQ(store_->Stage(context_, "acme", "import", {2, 2, 1, "x"}, kNow).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(Write([](LogChanges& changes) { return changes.TakeStaged("acme", "import", "u", 0); })
                .status()
                .code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(*store_->Sweep(context_, kNow - absl::Hours(1), 10), 2);
  EXPECT_TRUE(Blocks("import").empty());
}

TEST_P(StoreTest, DeletedLogsAreSweptInSteps) {
  ASSERT_TRUE(Write([](LogChanges& changes) -> absl::Status {
                for (int64_t i = 1; i <= 25; ++i)
                  RETURN_IF_ERROR(changes.AddBlock("acme", "u1", {i, i, 1, "x"}));
                RETURN_IF_ERROR(changes.AddBlock("acme", "u2", {1, 1, 1, "other"}));
                RETURN_IF_ERROR(changes.PutNextSequence("acme", "u1", "crm", 5));
                RETURN_IF_ERROR(changes.PutLog(kKey, RecordOf(kKey, "u1")));
                return changes.RemoveLog(kKey, "u1");
              }).ok());
  EXPECT_FALSE(Find(kKey).has_value());
  EXPECT_EQ(*store_->Sweep(context_, kNow, 10), 10);
  EXPECT_EQ(Blocks("u1").size(), 15u);
  EXPECT_EQ(*store_->Sweep(context_, kNow, 10), 10);
  EXPECT_EQ(*store_->Sweep(context_, kNow, 10), 7);  // the rest, the producer, the note
  EXPECT_EQ(*store_->Sweep(context_, kNow, 10), 0);
  EXPECT_EQ(Blocks("u2").size(), 1u);
}

TEST_P(StoreTest, MergesNeighboursThatAreSmall) {
  // small 1-3, a large one, small 5-6, a gap, small 9.
  ASSERT_TRUE(Write([](LogChanges& changes) -> absl::Status {
                for (int64_t i : {1, 2, 3, 5, 6, 9}) {
                  RETURN_IF_ERROR(changes.AddBlock("acme", "u1", {i, i, 10, absl::StrCat(i)}));
                }
                RETURN_IF_ERROR(changes.AddBlock("acme", "u1", {4, 4, kSmallBlock, "large"}));
                return changes.PutLog(kKey, RecordOf(kKey, "u1"));
              }).ok());
  auto merge = [](const LogKey& key,
                  const std::vector<StoredBlock>& blocks) -> absl::StatusOr<std::string> {
    EXPECT_EQ(NameOf(key), NameOf(kKey));
    std::string data;
    for (const StoredBlock& block : blocks) data += block.data;
    return data;
  };
  EXPECT_EQ(*store_->MergeSmallBlocks(context_, 6, merge), 0) << "there are not more than six";
  EXPECT_EQ(*store_->MergeSmallBlocks(context_, 1, merge), 3);
  EXPECT_EQ(*store_->MergeSmallBlocks(context_, 1, merge), 2);
  EXPECT_EQ(*store_->MergeSmallBlocks(context_, 1, merge), 0);
  std::string text;
  for (const StoredBlock& block : Blocks("u1")) {
    absl::StrAppend(&text, block.first, "-", block.number, ":", block.events, ":", block.data, " ");
  }
  EXPECT_EQ(text, "1-3:30:123 4-4:8192:large 5-6:20:56 9-9:10:9 ");
}

// A block of two events that compress to nearly nothing.
StoredBlock RepetitiveBlock(int64_t number, size_t bytes) {
  EventBatch batch;
  for (int row = 0; row < 2; ++row) {
    batch.case_id.push_back(batch.cases.Intern("c"));
    batch.activity.push_back(batch.activities.Intern("a"));
    batch.resource.push_back(kNoText);
    batch.transition.push_back(kNoText);
    batch.time.push_back(row);
  }
  batch.attributes.push_back({0, batch.attribute_keys.Intern("key"), std::string(bytes, 'x')});
  return {number, number, 2, *EncodeBlock(batch)};
}

TEST_P(StoreTest, MergesAsMuchAsCanBeReadAgain) {
  ASSERT_TRUE(Write([](LogChanges& changes) -> absl::Status {
                LogRecord record = RecordOf(kKey, "u1");
                for (int64_t i = 1; i <= 8; ++i) {
                  const StoredBlock block = RepetitiveBlock(i, 9 << 20);
                  record.unpacked_bytes += UnpackedBytes(block.data);
                  RETURN_IF_ERROR(changes.AddBlock("acme", "u1", block));
                }
                return changes.PutLog(kKey, record);
              }).ok());
  auto merge = [](const LogKey&, const std::vector<StoredBlock>& blocks) {
    return MergeBlocks(blocks);
  };
  // Three of 9 MiB fit into a block, and what became of them is not small any more.
  EXPECT_EQ(*store_->MergeSmallBlocks(context_, 1, merge), 3);
  EXPECT_EQ(*store_->MergeSmallBlocks(context_, 1, merge), 3);
  EXPECT_EQ(*store_->MergeSmallBlocks(context_, 1, merge), 2);
  EXPECT_EQ(*store_->MergeSmallBlocks(context_, 0, merge), 0);
  int64_t events = 0, unpacked = 0;
  for (const StoredBlock& block : Blocks("u1")) {
    EXPECT_LE(UnpackedBytes(block.data), kMaxMergedBytes);
    const auto batch = DecodeBlock(block.data);
    ASSERT_TRUE(batch.ok()) << batch.status();
    events += static_cast<int64_t>(batch->size());
    unpacked += UnpackedBytes(block.data);
  }
  EXPECT_EQ(events, 16);
  EXPECT_EQ(Find(kKey)->unpacked_bytes, unpacked);
}

TEST_P(StoreTest, ALogThatCannotBeMergedHoldsUpNothing) {
  TestAnalytics analytics(*database_);
  ASSERT_TRUE(analytics.Create("aaa").ok());
  ASSERT_TRUE(analytics.Create("good").ok());
  for (int i = 0; i < 70; ++i) {
    ASSERT_TRUE(analytics.Write("good", "crm", 1 + 3 * i, SimpleEvents(i, 1)).ok());
  }
  ASSERT_TRUE(Write([](LogChanges& changes) -> absl::Status {
                LogRecord record = RecordOf({"acme", "aaa"}, "broken");
                for (int64_t i = 1; i <= 70; ++i)
                  RETURN_IF_ERROR(changes.AddBlock("acme", "broken", {i, i, 1, "junk"}));
                RETURN_IF_ERROR(changes.AddBlock("acme", "deleted", {1, 1, 1, "junk"}));
                RETURN_IF_ERROR(changes.PutLog({"acme", "zzz"}, record));
                RETURN_IF_ERROR(changes.RemoveLog({"acme", "zzz"}, "deleted"));
                return changes.PutLog({"acme", "aaa"}, record);
              }).ok());
  // The good log's blocks, the deleted one's, and the note about it.
  EXPECT_EQ(*analytics.app().RunOnce(), 72);
  EXPECT_EQ(Blocks("broken").size(), 70);
}

TEST_P(StoreTest, ConcurrentProducersLoseNothing) {
  TestAnalytics analytics(*database_);
  ASSERT_TRUE(analytics.Create("sales").ok());
  constexpr int kProducers = 4, kBatches = 20;
  std::vector<std::thread> threads;
  for (int producer = 0; producer < kProducers; ++producer) {
    threads.emplace_back([&, producer] {
      for (int batch = 0; batch < kBatches; ++batch) {
        // Every batch twice, as after a lost answer.
        for (int repeat = 0; repeat < 2; ++repeat) {
          const auto response = analytics.Write("sales", absl::StrCat("p", producer), 1 + 3 * batch,
                                                SimpleEvents(1000 * producer + batch, 1));
          EXPECT_TRUE(response.ok()) << response.status();
          if (!response.ok()) continue;
          EXPECT_EQ(response->accepted_count(), repeat == 0 ? 3 : 0);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(analytics.Get("sales")->event_count(), 3 * kProducers * kBatches);
  EXPECT_EQ(analytics.Map("sales")->case_count(), kProducers * kBatches);
  EXPECT_EQ(analytics.Map("sales")->edges(0).count(), kProducers * kBatches);
}

// The answers of a process that just started, which has only the blocks.
TEST_P(StoreTest, ARestartRebuildsTheLog) {
  TestAnalytics before(*database_);
  ASSERT_TRUE(before.Create("sales").ok());
  std::vector<v1::Event> events = SimpleEvents(0, 50);
  events[0].set_resource("Ada");
  events[0].mutable_start_time()->set_seconds(1'500'000'000);
  for (size_t i = 0; i < events.size(); ++i) {
    ASSERT_TRUE(before.Write("sales", "crm", static_cast<int64_t>(i) + 1, {events[i]}).ok());
  }
  ASSERT_TRUE(before.Import("sales", SimpleCsv(100, 30'000), "", true).ok());
  v1::GetReportRequest request;
  request.set_name(LogName("sales"));
  const auto expected = before.Call<v1::GetReportResponse>("GetReport", request);
  ASSERT_TRUE(expected.ok()) << expected.status();
  TestAnalytics after(*database_);
  const auto report = after.Call<v1::GetReportResponse>("GetReport", request);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*report, *expected));

  // Merged blocks give the same log, to one that has it in memory and to one that has not.
  EXPECT_EQ(*after.app().RunOnce(), 150);
  TestAnalytics merged(*database_);
  const auto rebuilt = merged.Call<v1::GetReportResponse>("GetReport", request);
  ASSERT_TRUE(rebuilt.ok()) << rebuilt.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*rebuilt, *expected));
}

// A replica that was behind when blocks were merged has read some of them, but not all.
TEST_P(StoreTest, AReplicaBehindAMergeReadsAgain) {
  TestAnalytics writer(*database_), reader(*database_);
  ASSERT_TRUE(writer.Create("sales").ok());
  auto write = [&](int from, int to) {
    for (int i = from; i < to; ++i)
      ASSERT_TRUE(writer.Write("sales", "crm", 1 + 3 * i, SimpleEvents(i, 1)).ok());
  };
  write(0, 40);
  EXPECT_EQ(reader.Map("sales")->case_count(), 40);
  write(40, 70);
  EXPECT_EQ(*writer.app().RunOnce(), 70);
  write(70, 75);
  const auto map = reader.Map("sales");
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(map->case_count(), 75);
  EXPECT_EQ(map->edges(0).count(), 75);
  EXPECT_EQ(writer.Map("sales")->edges(0).count(), 75);
}

TEST_P(StoreTest, LogsLeaveMemoryAndComeBack) {
  TestAnalytics analytics(*database_, {.log_memory_bytes = 4'000});
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_TRUE(analytics.Create(id).ok());
    ASSERT_TRUE(analytics.Write(id, "crm", 1, SimpleEvents(0, 5)).ok());
  }
  for (int round = 0; round < 3; ++round) {
    for (const char* id : {"a", "b", "c"}) {
      ASSERT_TRUE(analytics.Write(id, "crm", 16 + 3 * round, SimpleEvents(10 + round, 1)).ok());
      EXPECT_EQ(analytics.Map(id)->case_count(), 6 + round);
    }
  }
}

TEST_P(StoreTest, AListLoadsNoLargeLogAndHidesNoOther) {
  TestAnalytics importer(*database_), analytics(*database_);
  ASSERT_TRUE(importer.Import("large", SimpleCsv(0, 34'000)).ok());
  ASSERT_TRUE(importer.Import("small", SimpleCsv(0, 10)).ok());
  ASSERT_TRUE(Write([](LogChanges& changes) -> absl::Status {
                LogRecord record = RecordOf({"acme", "broken"}, "u1");
                record.last_block = 1;
                RETURN_IF_ERROR(changes.AddBlock("acme", "u1", {1, 1, 5, "junk"}));
                return changes.PutLog({"acme", "broken"}, record);
              }).ok());
  auto list = [&] {
    v1::ListEventLogsRequest request;
    request.set_parent("workspaces/acme");
    const auto response = analytics.Call<v1::ListEventLogsResponse>("ListEventLogs", request);
    std::string text;
    if (!response.ok()) return std::string(response.status().message());
    for (const v1::EventLog& log : response->event_logs())
      absl::StrAppend(&text, log.event_count(), "/", log.case_count(), " ");
    return text;
  };
  EXPECT_EQ(list(), "5/0 102000/0 30/10 ");
  EXPECT_EQ(ReasonText(analytics.Get("broken")), "INTERNAL");
  EXPECT_EQ(analytics.Get("large")->case_count(), 34'000);
  EXPECT_EQ(list(), "5/0 102000/34000 30/10 ") << "known by now";
}

// As when a replica is given less memory than the one that took the events.
TEST_P(StoreTest, ALogLargerThanTheMemoryIsNotLoaded) {
  TestAnalytics large(*database_), small(*database_, {.log_memory_bytes = 100'000});
  ASSERT_TRUE(large.Import("sales", SimpleCsv(0, 10'000)).ok());
  ASSERT_TRUE(large.Create("other").ok());
  ASSERT_TRUE(large.Write("other", "crm", 1, SimpleEvents(0, 1)).ok());
  for (int round = 0; round < 2; ++round) {
    const auto refused = small.Map("sales");
    EXPECT_EQ(ReasonText(refused), "FIELD_INVALID");
    EXPECT_NE(std::string(refused.status().message()).find("log_memory_bytes"), std::string::npos);
    EXPECT_EQ(small.Map("other")->case_count(), 1);
  }
  EXPECT_EQ(large.Map("sales")->case_count(), 10'000);
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         [](const auto& row) { return row.param; });

TEST(MergeBlocks, KeepsEverythingInOrder) {
  std::vector<StoredBlock> blocks;
  for (int i = 0; i < 3; ++i) {
    EventBatch batch;
    for (const char* activity : {"b", "a"}) {
      batch.case_id.push_back(batch.cases.Intern(absl::StrCat("case ", 2 - i)));
      batch.activity.push_back(batch.activities.Intern(activity));
      batch.resource.push_back(i == 0 ? kNoText : batch.resources.Intern("Ada"));
      batch.transition.push_back(i == 1 ? kNoText : batch.transitions.Intern("start"));
      batch.time.push_back(10 * i);
    }
    if (i == 1) batch.start = {5, kNoTime};
    batch.attributes.push_back(
        {1, batch.attribute_keys.Intern(absl::StrCat("key", i)), int64_t{i}});
    blocks.push_back({i, i, 2, *EncodeBlock(batch)});
  }
  const auto merged = MergeBlocks(blocks);
  ASSERT_TRUE(merged.ok()) << merged.status();
  const auto batch = DecodeBlock(*merged);
  ASSERT_TRUE(batch.ok()) << batch.status();
  std::string text;
  size_t attribute = 0;
  for (uint32_t i = 0; i < batch->size(); ++i) {
    absl::StrAppend(
        &text, batch->cases[batch->case_id[i]], " ", batch->activities[batch->activity[i]], " ",
        batch->resource[i] == kNoText ? "-" : batch->resources[batch->resource[i]], " ",
        batch->transition[i] == kNoText ? "-" : batch->transitions[batch->transition[i]], " ",
        batch->time[i], " ", batch->start[i] == kNoTime ? -1 : batch->start[i]);
    for (; attribute < batch->attributes.size() && batch->attributes[attribute].row == i;
         ++attribute) {
      absl::StrAppend(&text, " ", batch->attribute_keys[batch->attributes[attribute].key]);
    }
    text += "\n";
  }
  EXPECT_EQ(text,
            "case 2 b - start 0 -1\ncase 2 a - start 0 -1 key0\ncase 1 b Ada - 10 5\ncase 1 a Ada "
            "- 10 -1 key1\n"
            "case 0 b Ada start 20 -1\ncase 0 a Ada start 20 -1 key2\n");
  EXPECT_FALSE(MergeBlocks({{1, 1, 1, "junk"}}).ok());
}

}  // namespace
}  // namespace plumbline::analytics
