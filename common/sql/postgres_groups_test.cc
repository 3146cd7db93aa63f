// SPDX-License-Identifier: Apache-2.0
//
// Writes that are committed together on PostgreSQL: that groups form, and what they do not let one
// caller do to another.
#include "common/sql/postgres_groups.h"

#include <atomic>
#include <functional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/sql/conformance_test.h"
#include "common/sql/errors.h"

namespace plumbline::sql {
namespace {

using Result = std::optional<absl::Status>;

// One group at a time, so that what comes while one is under way is the next.
class GroupsTest : public ConformanceTest {
 protected:
  using Body = std::function<absl::Status(Transaction&)>;

  void SetUp() override {
    ConformanceTest::SetUp();
    pool_ = std::make_unique<PostgresPool>(Url(), options_.schema, 4);
    groups_ = std::make_unique<PostgresGroups>(*pool_, options_.schema, /*most_at_once=*/1);
  }

  Result Write(const std::string& lock, const Body& body, const base::CallContext& context = {}) {
    const Opening opening{{lock}, {}};
    return groups_->Write({context, opening, [&](Transaction& t, const Answers&) -> absl::Status {
                             return body(t);
                           }});
  }
  static Body Inserts(int64_t id) {
    return [id](Transaction& t) { return Insert(t, id); };
  }
  // A group that goes on until Open, so that others gather behind it.
  void Close() {
    gate_ = std::thread([this] {
      const Result result = Write("gate", [this](Transaction& t) {
        closed_.Notify();
        open_.WaitForNotification();
        return Insert(t, -1);
      });
      EXPECT_EQ(result, absl::OkStatus());
    });
    closed_.WaitForNotification();
  }
  void Open() {
    open_.Notify();
    gate_.join();
  }
  // Calls `body(i)` on as many threads, opens the gate when all of them wait, and waits for them.
  void Together(int threads, const std::function<void(int)>& body) {
    Close();
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) running.emplace_back(body, i);
    while (groups_->counts().waiting < threads) std::this_thread::yield();
    Open();
    for (std::thread& thread : running) thread.join();
  }

  // What is to happen when a transaction that inserted the item 0 is committed.
  void AtCommit(const std::string& then) {
    Must(database_->Write({}, [&](Transaction& t) -> absl::Status {
      RETURN_IF_ERROR(
          t.Execute(absl::StrCat("CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS "
                                 "$f$ BEGIN IF NEW.id = 0 THEN ",
                                 then, " END IF; RETURN NULL; END $f$"))
              .status());
      return t
          .Execute(
              "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON items "
              "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_commit()")
          .status();
    }));
  }

  std::unique_ptr<PostgresPool> pool_;
  std::unique_ptr<PostgresGroups> groups_;
  absl::Notification closed_, open_;
  std::thread gate_;
};
INSTANTIATE_TEST_SUITE_P(Engines, GroupsTest, ::testing::Values(Engine::kPostgres), EngineName);

TEST_P(GroupsTest, WhatWaitsTogetherIsCommittedTogether) {
  Together(10, [&](int i) { EXPECT_EQ(Write(absl::StrCat(i), Inserts(i)), absl::OkStatus()); });
  EXPECT_EQ(Count(), 11);
  EXPECT_EQ(groups_->counts().groups, 2);
  EXPECT_EQ(groups_->counts().grouped, 11);
  EXPECT_EQ(groups_->counts().under_way, 0);
}

TEST_P(GroupsTest, OneLockIsInOneGroupAtATime) {
  Together(3, [&](int i) { EXPECT_EQ(Write("same", Inserts(i)), absl::OkStatus()); });
  EXPECT_EQ(Count(), 4);
  EXPECT_EQ(groups_->counts().groups, 4);
}

TEST_P(GroupsTest, WhoHangsUpTakesNobodyWithHim) {
  std::atomic<int> bodies{0};
  std::vector<base::CallContext> contexts(8);
  for (base::CallContext& context : contexts)
    context.cancelled = std::make_shared<std::atomic<bool>>(false);
  Together(8, [&](int i) {
    const Result result = Write(
        absl::StrCat(i),
        [&](Transaction& t) {
          ++bodies;
          // One before his turn, one after his body.
          if (i == 0) *contexts[0].cancelled = true;
          return Insert(t, i);
        },
        contexts[static_cast<size_t>(i)]);
    EXPECT_EQ(result, absl::OkStatus());
  });
  EXPECT_EQ(bodies, 8);
  *contexts[1].cancelled = true;
  EXPECT_TRUE(absl::IsCancelled(*Write("1", Inserts(100), contexts[1])));
  EXPECT_EQ(Count(), 9);
}

TEST_P(GroupsTest, WhoHasLittleTimeIsNotHeldUp) {
  Close();
  base::CallContext context;
  context.deadline =
      base::SystemClock().Now() + PostgresGroups::kLeastTime + absl::Milliseconds(50);
  EXPECT_EQ(Write("hasty", Inserts(1), context), std::nullopt);
  Open();
  EXPECT_EQ(Count(), 1);
  EXPECT_EQ(groups_->counts().alone, 1);
}

TEST_P(GroupsTest, ALockThatIsHeldHoldsUpNobodyElse) {
  absl::Notification held, end;
  std::thread holder([&] {
    Must(database_->Write({}, [&](Transaction& t) -> absl::Status {
      RETURN_IF_ERROR(t.Lock("held"));
      held.Notify();
      end.WaitForNotification();
      return absl::OkStatus();
    }));
  });
  held.WaitForNotification();
  Together(4, [&](int i) {
    if (i == 0) {
      EXPECT_EQ(Write("held", Inserts(i)), std::nullopt);
    } else {
      EXPECT_EQ(Write(absl::StrCat(i), Inserts(i)), absl::OkStatus());
    }
  });
  // The same for a lock that a body takes, after it wrote.
  EXPECT_EQ(Write("free",
                  [](Transaction& t) -> absl::Status {
                    RETURN_IF_ERROR(Insert(t, 50));
                    return t.PostLock("held");
                  }),
            std::nullopt);
  end.Notify();
  holder.join();
  EXPECT_EQ(Count(), 4);
}

TEST_P(GroupsTest, WhoWantsToBeAloneLeavesTheOthers) {
  Together(4, [&](int i) {
    const Result result = Write(absl::StrCat(i), [&](Transaction& t) -> absl::Status {
      if (i == 0) RETURN_IF_ERROR(t.Alone());
      return Insert(t, i);
    });
    EXPECT_EQ(result, i == 0 ? std::nullopt : Result(absl::OkStatus()));
  });
  EXPECT_EQ(Count(), 4);
}

TEST_P(GroupsTest, WhatFailsAfterItWroteLeavesNothingOfTheGroup) {
  Together(4, [&](int i) {
    EXPECT_EQ(Write(absl::StrCat(i),
                    [&](Transaction& t) -> absl::Status {
                      RETURN_IF_ERROR(Insert(t, i));
                      return i == 0 ? absl::AbortedError("on purpose") : absl::OkStatus();
                    }),
              std::nullopt);
  });
  EXPECT_EQ(Count(), 1);
  EXPECT_EQ(groups_->counts().alone, 4);
}

TEST_P(GroupsTest, AConnectionThatDiesLeavesNothing) {
  Together(4, [&](int i) {
    EXPECT_EQ(Write(absl::StrCat(i),
                    [&](Transaction& t) -> absl::Status {
                      RETURN_IF_ERROR(Insert(t, i));
                      if (i > 0) return absl::OkStatus();
                      return t.Query("SELECT pg_terminate_backend(pg_backend_pid())").status();
                    }),
              std::nullopt);
  });
  EXPECT_EQ(Count(), 1);
  EXPECT_EQ(Write("next", Inserts(7)), absl::OkStatus());
}

TEST_P(GroupsTest, ARowThatIsHeldHoldsUpNobodyForLong) {
  ASSERT_TRUE(InsertCommitted(100).ok());
  absl::Notification held, end;
  std::thread holder([&] {
    Must(database_->Write({}, [&](Transaction& t) -> absl::Status {
      RETURN_IF_ERROR(t.Execute("UPDATE items SET name = 'held' WHERE id = 100").status());
      held.Notify();
      end.WaitForNotification();
      return absl::OkStatus();
    }));
  });
  held.WaitForNotification();
  // All of it returns while the row is held, or this test never ends.
  Together(4, [&](int i) {
    EXPECT_EQ(Write(absl::StrCat(i),
                    [&](Transaction& t) -> absl::Status {
                      if (i > 0) return Insert(t, i);
                      return t.Execute("UPDATE items SET name = 'mine' WHERE id = 100").status();
                    }),
              std::nullopt);
  });
  end.Notify();
  holder.join();
  EXPECT_EQ(Count(), 2);
}

TEST_P(GroupsTest, WhatIsRefusedAtTheEndLeavesNothing) {
  AtCommit("RAISE EXCEPTION 'on purpose';");
  Together(4, [&](int i) { EXPECT_EQ(Write(absl::StrCat(i), Inserts(i)), std::nullopt); });
  EXPECT_EQ(Count(), 1);
  EXPECT_EQ(groups_->counts().alone, 4);
}

TEST_P(GroupsTest, WhenTheEndIsNotHeardOfNobodyIsToldThatItWentWell) {
  AtCommit("PERFORM pg_terminate_backend(pg_backend_pid());");
  Together(4, [&](int i) {
    const Result result = Write(absl::StrCat(i), [&](Transaction& t) -> absl::Status {
      return i == 3 ? absl::FailedPreconditionError("on purpose") : Insert(t, i);
    });
    EXPECT_EQ(result, i == 3 ? absl::FailedPreconditionError("on purpose") : CommitUnknown());
  });
  EXPECT_EQ(Count(), 1);
}

// Whoever waits is woken, and nobody leads who is not counted, however calls come and go.
TEST_P(GroupsTest, NothingIsUnderWayWhenNobodyCalls) {
  groups_ = std::make_unique<PostgresGroups>(*pool_, options_.schema, /*most_at_once=*/3);
  AtOnce(24, [&](int thread) {
    for (int i = 0; i < 60; ++i) {
      base::CallContext context;
      if (thread % 3 == 0)
        context.deadline =
            base::SystemClock().Now() + PostgresGroups::kLeastTime + absl::Milliseconds(i % 4);
      const Result result = Write(absl::StrCat("lock ", i % 7), Inserts(thread * 100 + i), context);
      if (result.has_value()) Must(*result);
    }
  });
  EXPECT_EQ(groups_->counts().under_way, 0);
  EXPECT_EQ(groups_->counts().waiting, 0);
  EXPECT_EQ(groups_->counts().grouped, Count());
}

}  // namespace
}  // namespace plumbline::sql
