// SPDX-License-Identifier: Apache-2.0
//
// Tests of stores on both engines.
#ifndef PLUMBLINE_SERVICES_CATALOG_STORE_TESTING_H_
#define PLUMBLINE_SERVICES_CATALOG_STORE_TESTING_H_

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/sql/database.h"
#include "gtest/gtest.h"
#include "tests/support/postgres_server.h"

namespace plumbline::catalog {

inline constexpr char kSqlite[] = "SQLite";
inline constexpr char kPostgres[] = "PostgreSQL";

// One server for all tests of a program; every test has a schema of its own.
class PostgresForTests : public ::testing::Environment {
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
  inline static std::unique_ptr<plumbline::testing::PostgresServer> server_;
};
inline const auto* const kPostgresForTests =
    ::testing::AddGlobalTestEnvironment(new PostgresForTests);

// A database of the engine that is the parameter. `Open` again gives another process's view of it
// (PostgreSQL only: on SQLite one process has the file).
class EngineTest : public ::testing::TestWithParam<std::string> {
 protected:
  EngineTest() : schema_(absl::StrCat("catalog_", ++schemas_)) {}
  void SetUp() override { database_ = Open(); }

  std::unique_ptr<sql::Database> Open() {
    auto database = sql::Open(GetParam() == kSqlite ? "sqlite::memory:" : PostgresForTests::Url(),
                              {.connections = 4, .schema = schema_});
    EXPECT_TRUE(database.ok()) << database.status();
    return database.ok() ? *std::move(database) : nullptr;
  }

  const std::string schema_;
  std::unique_ptr<sql::Database> database_;

 private:
  inline static int schemas_ = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_STORE_TESTING_H_
