// SPDX-License-Identifier: Apache-2.0
//
// WriteAfter on every engine: writes that begin with locks and questions, and may be committed
// together.
#include <atomic>
#include <map>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/sql/conformance_test.h"
#include "common/sql/database.h"

namespace plumbline::sql {
namespace {

using base::Reason;
using base::ReasonOf;

class OpeningTest : public ConformanceTest {
 protected:
  // Questions of openings name what they are about.
  static Opening About(const std::string& lock, const int64_t& id) {
    return {{lock}, {{"SELECT name FROM items WHERE id = :id", {{"id", id}}}}};
  }

  static absl::Status SetName(Transaction& t, int64_t id, const std::string& name) {
    return t.Post("UPDATE items SET name = :name WHERE id = :id", {{"name", name}, {"id", id}});
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, OpeningTest,
                         ::testing::Values(Engine::kSqliteFile, Engine::kSqliteMemory,
                                           Engine::kPostgres),
                         EngineName);

TEST_P(OpeningTest, TheAnswersComeInTheOrderOfTheQuestions) {
  Must(InsertCommitted(1));
  const Opening opening{{"a", "b"},
                        {{"SELECT id, name FROM items", {}},
                         {"SELECT id FROM items WHERE id = :id", {{"id", int64_t{7}}}},
                         {"SELECT COUNT(*) FROM items", {}}}};
  Must(database_->WriteAfter({}, opening, [&](Transaction& t, const Answers& found) {
    EXPECT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].Text(0, 1), "x");
    EXPECT_TRUE(found[1].empty());
    EXPECT_EQ(found[2].Int(0, 0), 1);
    return Insert(t, 2);
  }));
  EXPECT_EQ(Count(), 2);
}

TEST_P(OpeningTest, WritersOfOneLockFollowEachOther) {
  constexpr int kItems = 4, kThreads = 24, kEach = 10;
  for (int64_t id = 0; id < kItems; ++id)
    Must(database_->Write({}, [&](Transaction& t) { return Insert(t, id, "0"); }));
  AtOnce(kThreads, [&](int thread) {
    for (int i = 0; i < kEach; ++i) {
      const int64_t id = (thread + i) % kItems;
      Must(database_->WriteAfter({}, About(absl::StrCat("item ", id), id),
                                 [&](Transaction& t, const Answers& found) {
                                   const int count = std::stoi(found[0].Text(0, 0));
                                   return SetName(t, id, absl::StrCat(count + 1));
                                 }));
    }
  });
  EXPECT_EQ(Number("SELECT COUNT(*) FROM items WHERE name = '60'"), kItems);
}

// Some find nothing to do, some fail after they wrote, some break a rule of the database.
TEST_P(OpeningTest, OneFailingWriteTakesNoOtherWithIt) {
  Must(InsertCommitted(-1));
  constexpr int kThreads = 32, kEach = 12;
  AtOnce(kThreads, [&](int thread) {
    for (int i = 0; i < kEach; ++i) {
      const int64_t id = thread * 100 + i;
      const int kind = static_cast<int>(id % 7);
      const absl::Status status =
          database_->WriteAfter({}, About(absl::StrCat("item ", id), id),
                                [&](Transaction& t, const Answers& found) -> absl::Status {
                                  EXPECT_TRUE(found[0].empty());
                                  if (kind == 1) return base::NotFound("Item", "i");
                                  RETURN_IF_ERROR(Insert(t, id));
                                  if (kind == 2) return absl::AbortedError("on purpose");
                                  if (kind == 3)
                                    return t.Post("INSERT INTO items (id, name) VALUES (-1, 'x')",
                                                  std::initializer_list<Param>{});
                                  return absl::OkStatus();
                                });
      if (kind == 1) {
        EXPECT_EQ(status, base::NotFound("Item", "i"));
      } else if (kind == 2) {
        EXPECT_EQ(status, absl::AbortedError("on purpose"));
      } else if (kind == 3) {
        EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << status;
      } else {
        Must(status);
      }
    }
  });
  int expected = 1;
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kEach; ++i) {
      const int kind = (thread * 100 + i) % 7;
      expected += kind == 0 || kind > 3;
    }
  }
  EXPECT_EQ(Count(), expected);
}

// In the feed, what was done under one lock stands in the order in which it was done, whether it
// was written alone or with others.
TEST_P(OpeningTest, PositionsAreInTheOrderOfWhatALockProtects) {
  Must(database_->Write({}, [](Transaction& t) -> absl::Status {
    return t
        .Execute(
            "CREATE TABLE feed (seq {serial}, position BIGINT NOT NULL, of BIGINT NOT NULL, "
            "number BIGINT NOT NULL)")
        .status();
  }));
  constexpr int64_t kThings = 5;
  constexpr char kNext[] = "SELECT COUNT(*) FROM feed WHERE of = :of";
  const auto add = [](Transaction& t, int64_t of, int64_t number) {
    return t.Post("INSERT INTO feed (position, of, number) VALUES ({position}, :of, :number)",
                  {{"of", of}, {"number", number}});
  };
  AtOnce(24, [&](int thread) {
    for (int i = 0; i < 12; ++i) {
      const int64_t of = (thread * 3 + i) % kThings;
      const std::string lock = absl::StrCat("thing ", of);
      if (thread % 4 == 0) {
        Must(database_->Write({}, [&](Transaction& t) -> absl::Status {
          RETURN_IF_ERROR(t.PostLock(lock));
          ASSIGN_OR_RETURN(const Rows rows, t.Query(kNext, {{"of", of}}));
          return add(t, of, rows.Int(0, 0));
        }));
      } else {
        Must(database_->WriteAfter(
            {}, {{lock}, {{kNext, {{"of", of}}}}},
            [&](Transaction& t, const Answers& found) { return add(t, of, found[0].Int(0, 0)); }));
      }
    }
  });
  std::map<int64_t, int64_t> next;
  Must(database_->Read({}, [&](Transaction& t) -> absl::Status {
    ASSIGN_OR_RETURN(const Rows rows,
                     t.Query("SELECT of, number FROM feed ORDER BY position, seq"));
    for (size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows.Int(i, 1), next[rows.Int(i, 0)]++);
    return absl::OkStatus();
  }));
  int64_t all = 0;
  for (const auto& [of, count] : next) all += count;
  EXPECT_EQ(all, 24 * 12);
}

TEST_P(OpeningTest, TwoWhoWantTheSameLocksDoNotWaitForEachOther) {
  constexpr char kDeadlocks[] =
      "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
  const bool counted = GetParam() == Engine::kPostgres;
  const int64_t before = counted ? Number(kDeadlocks) : 0;
  AtOnce(16, [&](int thread) {
    for (int i = 0; i < 10; ++i) {
      const int64_t id = thread * 100 + i;
      Must(database_->WriteAfter(
          {}, {{absl::StrCat("request ", id), absl::StrCat("thing ", (thread * 7 + i) % 6)}, {}},
          [&](Transaction& t, const Answers&) { return Insert(t, id); }));
    }
  });
  EXPECT_EQ(Count(), 160);
  if (counted) {
    EXPECT_EQ(Number(kDeadlocks), before);
  }
}

TEST_P(OpeningTest, AWriteThatWaitsTooLongIsDropped) {
  absl::Notification begun, end;
  std::thread holder([&] {
    Must(database_->Write({}, [&](Transaction& t) -> absl::Status {
      RETURN_IF_ERROR(t.Lock("held"));
      begun.Notify();
      end.WaitForNotification();
      return Insert(t, 1);
    }));
  });
  begun.WaitForNotification();
  for (const absl::Duration patience : {absl::Milliseconds(200), absl::Milliseconds(1200)}) {
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + patience;
    const absl::Status status = database_->WriteAfter(
        context, {{"held"}, {}}, [](Transaction& t, const Answers&) { return Insert(t, 2); });
    EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_DEADLINE_EXCEEDED) << status;
  }
  end.Notify();
  holder.join();
  EXPECT_EQ(Number("SELECT MAX(id) FROM items"), 1);
}

}  // namespace
}  // namespace plumbline::sql
