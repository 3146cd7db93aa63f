// SPDX-License-Identifier: Apache-2.0
//
// What only PostgreSQL does: transactions that overlap, conflicts, and a server that goes away.
#include "common/sql/postgres.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/sql/conformance_test.h"
#include "common/sql/postgres_text.h"

namespace plumbline::sql {
namespace {

using base::Reason;
using base::ReasonOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using PostgresTest = ConformanceTest;
INSTANTIATE_TEST_SUITE_P(Engines, PostgresTest, ::testing::Values(Engine::kPostgres), EngineName);

TEST(PostgresText, NumbersParametersOutsideOfLiteralsAndComments) {
  const struct {
    const char* name;
    const char* text;
    const char* sql;
    std::vector<std::string> names;
  } rows[] = {
      {"none", "SELECT 1", "SELECT 1", {}},
      {"repeated", ":a + :b + :a", "$1 + $2 + $1", {"a", "b"}},
      {"at the end", "x = :a_1", "x = $1", {"a_1"}},
      {"literal", "':a' || :a || 'it''s :b'", "':a' || $1 || 'it''s :b'", {"a"}},
      {"quoted name", "\":a\" = :a", "\":a\" = $1", {"a"}},
      {"comment", "1 -- :a\n+ :b", "1 -- :a\n+ $1", {"b"}},
      {"cast", ":a::bigint", "$1::bigint", {"a"}},
      {"unfinished literal", "'abc :a", "'abc :a", {}},
      {"colon at the end", "a :", "a :", {}},
      {"schema", "{schema}", "'s'", {}},
  };
  for (const auto& row : rows) {
    const PostgresText text = ToPostgres(row.text, "s");
    EXPECT_EQ(text.sql, row.sql) << row.name;
    EXPECT_EQ(text.names, row.names) << row.name;
  }
}

// The transaction with the smaller position commits after the other: the feed waits for it.
TEST_P(PostgresTest, TheFeedWaitsForATransactionThatCommitsLate) {
  Must(database_->Write({}, [](Transaction& t) {
    return t
        .Execute("CREATE TABLE feed (seq {serial}, position BIGINT NOT NULL, name TEXT NOT NULL)")
        .status();
  }));
  const auto append = [](Transaction& t, absl::string_view name) {
    return t
        .Execute("INSERT INTO feed (position, name) VALUES ({position}, :name)", {{"name", name}})
        .status();
  };
  const auto feed = [&] {
    std::vector<std::string> names;
    Must(database_->Read({}, [&](Transaction& t) -> absl::Status {
      ASSIGN_OR_RETURN(Rows rows,
                       t.Query("SELECT name FROM feed WHERE {settled} ORDER BY position, seq"));
      for (size_t i = 0; i < rows.size(); ++i) names.push_back(rows.Text(i, 0));
      return absl::OkStatus();
    }));
    return names;
  };
  absl::Notification written, commit;
  std::thread late([&] {
    Must(database_->Write({}, [&](Transaction& t) -> absl::Status {
      RETURN_IF_ERROR(append(t, "late"));
      written.Notify();
      commit.WaitForNotification();
      return absl::OkStatus();
    }));
  });
  written.WaitForNotification();
  Must(database_->Write({}, [&](Transaction& t) { return append(t, "early"); }));
  EXPECT_EQ(Number("SELECT COUNT(*) FROM feed"), 1);
  EXPECT_THAT(feed(), ElementsAre());
  commit.Notify();
  late.join();
  EXPECT_THAT(feed(), ElementsAre("late", "early"));
}

TEST_P(PostgresTest, AFrozenTransactionIsEndedByTheServer) {
  // Waiting for it would take as long; the server is asked whether it will.
  Must(database_->Write({}, [](Transaction& t) -> absl::Status {
    for (const auto& [setting, value] : std::vector<std::pair<std::string, std::string>>{
             {"idle_in_transaction_session_timeout", "30s"}, {"tcp_keepalives_count", "3"}}) {
      ASSIGN_OR_RETURN(Rows rows, t.Query("SELECT current_setting(:name) AS value",
                                          {{"name", absl::string_view(setting)}}));
      EXPECT_EQ(rows.Text(0, 0), value) << setting;
    }
    return absl::OkStatus();
  }));
}

TEST_P(PostgresTest, ErrorsOfTheServerAreRepeatedOrAnswered) {
  const struct {
    const char* state;
    int runs;
    Reason reason;  // of the answer; UNSPECIFIED = success
  } rows[] = {
      {"40001", 2, Reason::ERROR_REASON_UNSPECIFIED},
      {"40P01", 2, Reason::ERROR_REASON_UNSPECIFIED},
      {"55P03", 2, Reason::ERROR_REASON_UNSPECIFIED},
      {"08006", 2, Reason::ERROR_REASON_UNSPECIFIED},
      {"53100", 1, Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE},
      {"58030", 1, Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE},
      {"22012", 1, Reason::ERROR_REASON_INTERNAL},
  };
  for (const auto& row : rows) {
    int runs = 0;
    const absl::Status status = database_->Write({}, [&](Transaction& t) -> absl::Status {
      RETURN_IF_ERROR(Insert(t, runs));
      if (++runs > 1) return absl::OkStatus();
      const std::string raise =
          absl::StrCat("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '", row.state, "'; END $$");
      // Even a body that makes an error of its own out of it is repeated.
      return t.Execute(raise).ok() ? absl::OkStatus()
             : row.runs > 1        ? base::NotFound("A", "b")
                                   : t.Execute(raise).status();
    });
    EXPECT_EQ(runs, row.runs) << row.state;
    EXPECT_EQ(ReasonOf(status), row.reason) << row.state << status;
    Must(database_->Write({},
                          [](Transaction& t) { return t.Execute("DELETE FROM items").status(); }));
  }
}

TEST_P(PostgresTest, AConflictThatNeverEndsIsAnsweredInTheEnd) {
  int runs = 0;
  const absl::Status status = database_->Write({}, [&](Transaction& t) {
    ++runs;
    return t.Execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$").status();
  });
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE);
  EXPECT_EQ(runs, 20);
}

TEST_P(PostgresTest, ADeadlockIsRepeated) {
  Must(InsertCommitted(1));
  Must(InsertCommitted(2));
  std::atomic<int> runs{0};
  absl::Notification has[2];
  AtOnce(2, [&](int me) {
    const auto touch = [](Transaction& t, int id) {
      return t.Execute("UPDATE items SET name = name || 'y' WHERE id = :id", {{"id", id}}).status();
    };
    Must(database_->Write({}, [&](Transaction& t) -> absl::Status {
      ++runs;
      RETURN_IF_ERROR(touch(t, 1 + me));
      if (!has[me].HasBeenNotified()) has[me].Notify();
      has[1 - me].WaitForNotification();
      return touch(t, 2 - me);
    }));
  });
  EXPECT_GT(runs, 2);
  EXPECT_EQ(Number("SELECT COUNT(*) FROM items WHERE name = 'xyy'"), 2);
}

TEST_P(PostgresTest, AConnectionLostBeforeTheCommitIsRepeated) {
  int runs = 0;
  const auto body = [&](Transaction& t) -> absl::Status {
    if (++runs > 1) return t.Query("SELECT 1").status();
    return t.Query("SELECT pg_terminate_backend(pg_backend_pid())").status();
  };
  Must(database_->Write({}, body));
  EXPECT_EQ(runs, 2);
  runs = 0;
  Must(database_->Read({}, body));
  EXPECT_EQ(runs, 2);
}

TEST_P(PostgresTest, AConnectionLostInTheCommitIsNotRepeated) {
  Must(database_->Write({}, [](Transaction& t) -> absl::Status {
    RETURN_IF_ERROR(t.Execute("CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                              "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM "
                              "pg_sleep(10); RETURN NULL; END $$")
                        .status());
    return t
        .Execute(
            "CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON items DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION die()")
        .status();
  }));
  int runs = 0;
  const absl::Status status = database_->Write({}, [&](Transaction& t) {
    ++runs;
    return Insert(t, 1);
  });
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE);
  EXPECT_THAT(status.message(), HasSubstr("request_id"));
}

TEST_P(PostgresTest, PreparedStatementsSurviveAChangeOfTheSchema) {
  Must(InsertCommitted(7));
  EXPECT_EQ(Number("SELECT * FROM items"), 7);
  Must(database_->Write({}, [](Transaction& t) {
    return t.Execute("ALTER TABLE items ADD COLUMN extra BIGINT").status();
  }));
  EXPECT_EQ(Number("SELECT * FROM items"), 7);
}

TEST(Postgres, AServerThatIsKilledAndComesBackLosesNothingThatWasAnswered) {
  auto server = testing::PostgresServer::Start();
  ASSERT_TRUE(server.ok()) << server.status();
  auto database = Open((*server)->url(), {});
  ASSERT_TRUE(database.ok()) << database.status();
  ASSERT_TRUE((*database)
                  ->Write({},
                          [](Transaction& t) {
                            return t.Execute("CREATE TABLE items (id BIGINT PRIMARY KEY)").status();
                          })
                  .ok());
  std::atomic<bool> stop{false};
  std::atomic<int> failures{0}, answered{0};
  std::vector<std::set<int64_t>> kept(4);
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&, w] {
      for (int64_t id = w * 1'000'000; !stop; ++id) {
        const absl::Status status = (*database)->Write({}, [&](Transaction& t) {
          return t.Execute("INSERT INTO items (id) VALUES (:id)", {{"id", id}}).status();
        });
        if (status.ok()) {
          kept[static_cast<size_t>(w)].insert(id);
          ++answered;
        } else {
          EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE) << status;
          ++failures;
        }
      }
    });
  }
  const auto wait_for = [](const std::atomic<int>& counter, int more) {
    for (const int until = counter + more; counter < until;) std::this_thread::yield();
  };
  for (int round = 0; round < 2; ++round) {
    wait_for(answered, 100);
    EXPECT_TRUE((*server)->Kill().ok());
    wait_for(failures, 4);
    const absl::Status restarted = (*server)->Restart();
    EXPECT_TRUE(restarted.ok()) << restarted;
  }
  wait_for(answered, 100);
  stop = true;
  for (std::thread& writer : writers) writer.join();
  const absl::Status read = (*database)->Read({}, [&](Transaction& t) -> absl::Status {
    ASSIGN_OR_RETURN(Rows rows, t.Query("SELECT id FROM items"));
    std::set<int64_t> stored;
    for (size_t i = 0; i < rows.size(); ++i) stored.insert(rows.Int(i, 0));
    for (const auto& ids : kept) {
      for (int64_t id : ids) EXPECT_TRUE(stored.count(id)) << id;
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
}

}  // namespace
}  // namespace plumbline::sql
