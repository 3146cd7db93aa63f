// SPDX-License-Identifier: Apache-2.0
//
// The contract of Store, on both engines.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/analytics/log/block.h"
#include "services/analytics/serving/testing.h"
#include "services/analytics/storage/compaction.h"
#include "services/analytics/storage/store_testing.h"

namespace plumbline::analytics {
namespace {

using google::protobuf::util::MessageDifferencer;

TEST_P(StoreTest, KeepsLogs) {
  EXPECT_FALSE(Find(kKey).has_value());
  LogRecord record = RecordOf(kKey, "u1");
  ASSERT_TRUE(Write([&](LogChanges& changes) { return changes.PutLog(kKey, record); }).ok());
  record.last_block = 4;
  record.case_count = 3;
  record.cases_block = 2;
  ASSERT_TRUE(Write([&](LogChanges& changes) { return changes.PutLog(kKey, record); }).ok());
  const auto found = Find(kKey);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->uid, "u1");
  EXPECT_TRUE(MessageDifferencer::Equals(found->description, record.description));
  EXPECT_EQ(found->last_block, 4);
  EXPECT_EQ(found->event_count, 5);
  EXPECT_EQ(found->case_count, 3);
  EXPECT_EQ(found->cases_block, 2);
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
                  return changes.PutNextSequence("acme", "u1", "crm", value, false);
                }).ok());
    EXPECT_EQ(next("u1", "crm"), value);
  }
  EXPECT_EQ(next("u1", "erp"), 1);
  EXPECT_EQ(next("u2", "crm"), 1);
}

TEST_P(StoreTest, KnowsWhoKeepsALog) {
  auto keeper = [&](const char* uid) {
    return Read<std::string>([&](LogReads& reads) { return reads.KeeperOf("acme", uid); });
  };
  auto put = [&](const char* producer, bool keeps) {
    ASSERT_TRUE(Write([&](LogChanges& changes) {
                  return changes.PutNextSequence("acme", "u1", producer, 2, keeps);
                }).ok());
  };
  put("crm", false);
  EXPECT_EQ(keeper("u1"), "");
  put("relay", true);
  EXPECT_EQ(keeper("u1"), "relay");
  EXPECT_EQ(keeper("u2"), "");
  put("crm", true);
  EXPECT_EQ(keeper("u1"), "crm");
  put("crm", false);
  put("relay", false);
  EXPECT_EQ(keeper("u1"), "") << "what was said last holds";
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
                RETURN_IF_ERROR(changes.PutNextSequence("acme", "u1", "crm", 5, false));
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

TEST_P(StoreTest, AMovedLogTakesItsProducersAlong) {
  const LogRecord moved = RecordOf(kKey, "u2");
  ASSERT_TRUE(Write([&](LogChanges& changes) -> absl::Status {
                RETURN_IF_ERROR(changes.PutLog(kKey, RecordOf(kKey, "u1")));
                RETURN_IF_ERROR(changes.AddBlock("acme", "u1", {1, 1, 1, "old"}));
                return changes.PutNextSequence("acme", "u1", "crm", 7, true);
              }).ok());
  ASSERT_TRUE(Write([&](LogChanges& changes) -> absl::Status {
                RETURN_IF_ERROR(changes.AddBlock("acme", "u2", {1, 1, 1, "new"}));
                RETURN_IF_ERROR(changes.MoveLog("acme", "u1", "u2"));
                return changes.PutLog(kKey, moved);
              }).ok());
  EXPECT_EQ(Find(kKey)->uid, "u2");
  EXPECT_EQ(Read<int64_t>([&](LogReads& reads) { return reads.NextSequence("acme", "u2", "crm"); }),
            7);
  EXPECT_EQ(Read<std::string>([&](LogReads& reads) { return reads.KeeperOf("acme", "u2"); }),
            "crm");
  EXPECT_GT(*store_->Sweep(context_, absl::FromUnixMicros(1), 10), 0);
  EXPECT_TRUE(Blocks("u1").empty());
  EXPECT_EQ(Blocks("u2")[0].data, "new");
}

TEST_P(StoreTest, ListsLogsWithARetention) {
  const auto keys = [&] {
    std::string text;
    for (const LogKey& key :
         Read<std::vector<LogKey>>([](LogReads& reads) { return reads.LogsWithRetention(); }))
      absl::StrAppend(&text, key.workspace, "/", key.log, " ");
    return text;
  };
  LogRecord record = RecordOf(kKey, "u1");
  const auto put = [&] {
    ASSERT_TRUE(Write([&](LogChanges& changes) { return changes.PutLog(kKey, record); }).ok());
  };
  put();
  EXPECT_EQ(keys(), "");
  record.description.mutable_retention()->mutable_max_age()->set_seconds(3'600);
  put();
  EXPECT_EQ(keys(), "acme/sales ");
  EXPECT_EQ(Find(kKey)->description.retention().max_age().seconds(), 3'600);
  record.description.clear_retention();
  put();
  EXPECT_EQ(keys(), "");
}

TEST_P(StoreTest, RemembersWhichLogsWereAskedAbout) {
  const LogKey other = {"beta", "sales"};
  const absl::Time now = absl::FromUnixSeconds(1'700'000'000);
  ASSERT_TRUE(Write([&](LogChanges& changes) -> absl::Status {
                RETURN_IF_ERROR(changes.PutLog(kKey, RecordOf(kKey, "u1")));
                RETURN_IF_ERROR(changes.PutLog(other, RecordOf(other, "u2")));
                RETURN_IF_ERROR(changes.NoteAsked(kKey, now));
                RETURN_IF_ERROR(changes.NoteAsked(other, now));
                return changes.NoteAsked(other, now + absl::Minutes(1));
              }).ok());
  const auto asked = [&](absl::Time since) {
    std::string logs;
    for (const LogKey& key :
         Read<std::vector<LogKey>>([&](LogReads& reads) { return reads.LogsAskedSince(since); }))
      absl::StrAppend(&logs, key.workspace, "/", key.log, " ");
    return logs;
  };
  EXPECT_EQ(asked(now), "beta/sales acme/sales ");
  EXPECT_EQ(asked(now + absl::Seconds(1)), "beta/sales ");
  EXPECT_EQ(asked(now + absl::Minutes(2)), "");
  ASSERT_TRUE(Write([&](LogChanges& changes) { return changes.RemoveLog(other, "u2"); }).ok());
  EXPECT_EQ(asked(now), "acme/sales ");
  ASSERT_TRUE(Write([&](LogChanges& changes) {
                return changes.PutLog(other, RecordOf(other, "u3"));
              }).ok());
  EXPECT_EQ(asked(now), "acme/sales ");
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

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         [](const auto& row) { return row.param; });

}  // namespace
}  // namespace plumbline::analytics
