// SPDX-License-Identifier: Apache-2.0
//
// What the conformance suite runs on: each engine, opened anew for each test.
#ifndef PLUMBLINE_COMMON_SQL_CONFORMANCE_TEST_H_
#define PLUMBLINE_COMMON_SQL_CONFORMANCE_TEST_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/files.h"
#include "tests/support/postgres_server.h"

namespace plumbline::sql {

enum class Engine { kSqliteFile, kSqliteMemory, kPostgres };

// One PostgreSQL server for all tests of the program, stopped at its end; each test has a schema of
// its own.
inline testing::PostgresServer& SharedPostgres() {
  static const std::unique_ptr<testing::PostgresServer> server = [] {
    auto started = testing::PostgresServer::Start();
    if (!started.ok()) {
      std::fprintf(stderr, "%s\n", started.status().ToString().c_str());
      std::abort();
    }
    return *std::move(started);
  }();
  return *server;
}

class ConformanceTest : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    static std::atomic<int> next{0};
    options_.schema = "test_" + std::to_string(next++);
    Reopen();
    Must(database_->Write({}, [](Transaction& t) {
      return t.Execute("CREATE TABLE items (id BIGINT PRIMARY KEY, name TEXT, data {bytes})")
          .status();
    }));
  }

  // Closes the database and opens it again; what was in memory is lost.
  void Reopen() {
    database_.reset();
    absl::StatusOr<std::unique_ptr<Database>> opened = Open(Url(), options_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
  }

  std::string Url() const {
    switch (GetParam()) {
      case Engine::kSqliteFile:
        return "sqlite:" + folder_.Join("database");
      case Engine::kSqliteMemory:
        return "sqlite::memory:";
      case Engine::kPostgres:
        return SharedPostgres().url();
    }
    return "";
  }

  static void Must(const absl::Status& status) { ASSERT_TRUE(status.ok()) << status; }

  static absl::Status Insert(Transaction& t, int64_t id, absl::string_view name = "x") {
    return t
        .Execute("INSERT INTO items (id, name) VALUES (:id, :name)", {{"id", id}, {"name", name}})
        .status();
  }

  absl::Status InsertCommitted(int64_t id) {
    return database_->Write({}, [&](Transaction& t) { return Insert(t, id); });
  }

  // One number from a query in a read of its own; -1 and a failed test if that fails.
  int64_t Number(absl::string_view sql) {
    int64_t number = -1;
    Must(database_->Read({}, [&](Transaction& t) -> absl::Status {
      ASSIGN_OR_RETURN(Rows rows, t.Query(sql));
      number = rows.Int(0, 0);
      return absl::OkStatus();
    }));
    return number;
  }

  int64_t Count() { return Number("SELECT COUNT(*) FROM items"); }

  // Runs `body(i)` on `threads` threads at once.
  static void AtOnce(int threads, const std::function<void(int)>& body) {
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) running.emplace_back(body, i);
    for (std::thread& thread : running) thread.join();
  }

  testing::TempDir folder_;
  OpenOptions options_;
  std::unique_ptr<Database> database_;
};

inline std::string EngineName(const ::testing::TestParamInfo<Engine>& info) {
  switch (info.param) {
    case Engine::kSqliteFile:
      return "SqliteFile";
    case Engine::kSqliteMemory:
      return "SqliteMemory";
    case Engine::kPostgres:
      return "Postgres";
  }
  return "";
}

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_CONFORMANCE_TEST_H_
