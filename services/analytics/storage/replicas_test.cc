// SPDX-License-Identifier: Apache-2.0
//
// Whole replicas over one database, on both engines: what they keep in memory and how they follow
// each other.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/analytics/serving/testing.h"
#include "services/analytics/storage/store_testing.h"

namespace plumbline::analytics {
namespace {

using google::protobuf::util::MessageDifferencer;

class Replicas : public StoreTest {};

TEST_P(Replicas, ALogThatCannotBeMergedHoldsUpNothing) {
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

TEST_P(Replicas, ConcurrentProducersLoseNothing) {
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
TEST_P(Replicas, ARestartRebuildsTheLog) {
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
TEST_P(Replicas, AReplicaBehindAMergeReadsAgain) {
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

TEST_P(Replicas, LogsLeaveMemoryAndComeBack) {
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

TEST_P(Replicas, AListLoadsNoLargeLogAndHidesNoOther) {
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
  // An import counts its cases, and whoever asks later need not.
  EXPECT_EQ(list(), "5/0 102000/34000 30/10 ");
  ASSERT_TRUE(importer.Write("large", "crm", 1, SimpleEvents(34'000, 1)).ok());
  EXPECT_EQ(list(), "5/0 102003/34000 30/10 ") << "as many as were counted last";
  EXPECT_EQ(ReasonText(analytics.Get("broken")), "INTERNAL");
  EXPECT_EQ(analytics.Get("large")->case_count(), 34'001);
  EXPECT_EQ(list(), "5/0 102003/34001 30/10 ") << "known by now";
}

// As when a replica is given less memory than the one that took the events.
TEST_P(Replicas, ALogLargerThanTheMemoryIsNotLoaded) {
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

INSTANTIATE_TEST_SUITE_P(Engines, Replicas, ::testing::Values(kSqlite, "PostgreSQL"),
                         [](const auto& row) { return row.param; });

}  // namespace
}  // namespace plumbline::analytics
