// SPDX-License-Identifier: Apache-2.0
//
// A process that dies at any transaction of retention, erasure or compaction loses nothing and
// leaves nothing half done: who comes after finds the log as it was or as it was to be, finishes
// the work, and removes what is left over.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/batch_rows.h"
#include "services/analytics/log/block.h"
#include "services/analytics/memory/log_memory.h"
#include "services/analytics/serving/testing.h"
#include "services/analytics/storage/compaction.h"
#include "services/analytics/storage/erasure.h"
#include "services/analytics/storage/retention.h"
#include "services/analytics/storage/rewrite.h"
#include "services/analytics/storage/store_sql.h"
#include "services/analytics/storage/writer.h"

namespace plumbline::analytics {
namespace {

const LogKey kKey{"acme", "sales"};
constexpr int kCases = 12;
constexpr int64_t kDay = 86'400;

// A database that dies with its write transaction number `last`: before that does anything, or once
// it is committed and before anybody is told. From then on nothing works.
class DyingDatabase final : public sql::Database {
 public:
  DyingDatabase(sql::Database& inner, int last, bool committed)
      : inner_(inner), last_(last), committed_(committed) {}

  absl::Status Write(const base::CallContext& context, Body body) override {
    if (dead_) return Dead();
    if (++writes_ == last_) {
      dead_ = true;
      if (committed_) inner_.Write(context, body).IgnoreError();
      return Dead();
    }
    return inner_.Write(context, body);
  }
  absl::Status Read(const base::CallContext& context, Body body) override {
    return dead_ ? Dead() : inner_.Read(context, body);
  }
  bool exclusive() const override { return inner_.exclusive(); }
  bool dead() const { return dead_; }

 private:
  static absl::Status Dead() {
    return base::Error(base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE, "killed");
  }

  sql::Database& inner_;
  const int last_;
  const bool committed_;
  int writes_ = 0;
  bool dead_ = false;
};

// What is done to the log, by a process of its own.
using Work = std::function<absl::Status(Store&, LogMemory&, const base::Clock&)>;

base::CallContext SomeCall() {
  base::CallContext context;
  context.identity = base::Identity::Everything("test");
  return context;
}

class Crash : public testing::Test {
 protected:
  // A log of small blocks; half of its cases are 40 days older than the others.
  void SetUp() override { Fill(); }
  void Fill() {
    analytics_ = nullptr;
    database_ = *sql::Open("sqlite::memory:", {.schema = "analytics"});
    analytics_ = std::make_unique<TestAnalytics>(*database_);
    ASSERT_TRUE(analytics_->Create("sales").ok());
    if (now_ == 0) now_ = absl::ToUnixSeconds(clock().Now());
    for (int i = 0; i < kCases; ++i) {
      std::vector<v1::Event> events;
      for (const char* activity : {"a", "b", "c"}) {
        const int64_t age = i % 2 == 0 ? 50 * kDay : 10 * kDay;
        events.push_back(EventOf(absl::StrCat("case ", i), activity, now_ - age + i));
        events.back().set_resource(i % 3 == 0 ? "Ada" : "Bob");
      }
      ASSERT_TRUE(analytics_->Write("sales", "crm", 1 + 3 * i, events).ok());
    }
  }
  const base::Clock& clock() { return analytics_->clock(); }

  // The events of the log in their order, and what its record says of them.
  std::string State() {
    const auto store = *OpenStore(*database_);
    std::optional<LogRecord> record;
    EventDigest digest;
    int64_t events = 0;
    absl::Status status = store->Read(SomeCall(), [&](LogReads& reads) -> absl::Status {
      ASSIGN_OR_RETURN(record, reads.FindLog(kKey));
      return absl::OkStatus();
    });
    if (status.ok()) {
      status = ReadLog(SomeCall(), *store, clock(), kKey, *record, [&](const EventBatch& batch) {
        digest.Add(batch);
        events += static_cast<int64_t>(batch.size());
        return absl::OkStatus();
      });
    }
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(record->event_count, events);
    return digest.Finish();
  }
  int64_t CountOf(absl::string_view sql) {
    int64_t count = -1;
    EXPECT_TRUE(database_
                    ->Read(SomeCall(),
                           [&](sql::Transaction& transaction) -> absl::Status {
                             ASSIGN_OR_RETURN(const sql::Rows rows, transaction.Query(sql));
                             count = rows.Int(0, 0);
                             return absl::OkStatus();
                           })
                    .ok());
    return count;
  }
  static absl::Status Run(const Work& work, sql::Database& database, const base::Clock& clock) {
    ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenStore(database));
    LogMemory memory(*store, clock, int64_t{1} << 30);
    return work(*store, memory, clock);
  }
  void ExpectNothingIsLeftOver() {
    const auto store = *OpenStore(*database_);
    // Imports that show no life for an hour are given up.
    for (;;) {
      const auto swept = store->Sweep(SomeCall(), clock().Now() + absl::Hours(2), 1'000);
      ASSERT_TRUE(swept.ok()) << swept.status();
      if (*swept == 0) break;
    }
    EXPECT_EQ(CountOf("SELECT COUNT(*) FROM event_garbage"), 0);
    EXPECT_EQ(CountOf("SELECT COUNT(*) FROM event_blocks WHERE uid NOT IN "
                      "(SELECT uid FROM event_logs)"),
              0);
    EXPECT_EQ(CountOf("SELECT COUNT(*) FROM event_producers WHERE uid NOT IN "
                      "(SELECT uid FROM event_logs)"),
              0);
  }
  // At every transaction, before and after it.
  void DieEverywhere(const Work& work) {
    const std::string before = State();
    ASSERT_TRUE(Run(work, *database_, clock()).ok());
    const std::string after = State();
    int died = 0;
    for (int last = 1;; ++last) {
      bool dead = false;
      for (const bool committed : {false, true}) {
        SCOPED_TRACE(absl::StrCat("write ", last, committed ? ", committed" : ", not committed"));
        ASSERT_NO_FATAL_FAILURE(Fill());
        DyingDatabase dying(*database_, last, committed);
        // What a process that is killed answers, nobody hears.
        Run(work, dying, clock()).IgnoreError();
        dead |= dying.dead();
        if (!dying.dead()) break;
        ++died;
        const std::string found = State();
        EXPECT_TRUE(found == before || found == after);
        ASSERT_TRUE(Run(work, *database_, clock()).ok());
        EXPECT_EQ(State(), after);
        ExpectNothingIsLeftOver();
        EXPECT_EQ(State(), after);
      }
      if (!dead) break;
    }
    EXPECT_GE(died, 2);
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<TestAnalytics> analytics_;
  int64_t now_ = 0;  // the same of all logs of a test
};

TEST_F(Crash, Retention) {
  DieEverywhere([](Store& store, LogMemory& memory, const base::Clock& clock) -> absl::Status {
    EventIdIndex ids;
    Writer writer(store, ids, clock, int64_t{1} << 30);
    v1::Retention retention;
    retention.mutable_max_age()->set_seconds(30 * kDay);
    RETURN_IF_ERROR(writer.SetRetention(SomeCall(), kKey, retention).status());
    Retention keeping(store, memory, clock);
    return keeping.RunOnce(SomeCall(), clock.Now()).status();
  });
}

TEST_F(Crash, Erasure) {
  DieEverywhere([](Store& store, LogMemory& memory, const base::Clock& clock) {
    const EraseCommand command{kKey, {"Ada"}, "erased"};
    return ErasePerson(SomeCall(), store, memory, clock, command,
                       {"acme", "ErasePerson", "request-1", "body"})
        .status();
  });
}

TEST_F(Crash, Compaction) {
  DieEverywhere([](Store& store, LogMemory&, const base::Clock&) -> absl::Status {
    for (;;) {
      ASSIGN_OR_RETURN(
          const int64_t merged,
          store.MergeSmallBlocks(SomeCall(), 1,
                                 [](const LogKey&, const std::vector<StoredBlock>& blocks)
                                     -> absl::StatusOr<std::string> {
                                   // A few at a time, so that there are several.
                                   return MergeBlocks(blocks);
                                 }));
      if (merged == 0) return absl::OkStatus();
    }
  });
}

}  // namespace
}  // namespace plumbline::analytics
