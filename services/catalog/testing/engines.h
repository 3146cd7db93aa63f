// SPDX-License-Identifier: Apache-2.0
//
// For tests of the store on both engines.
#ifndef PLUMBLINE_SERVICES_CATALOG_TESTING_ENGINES_H_
#define PLUMBLINE_SERVICES_CATALOG_TESTING_ENGINES_H_

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/sql/database.h"
#include "gtest/gtest.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/processes/store_sql.h"
#include "services/catalog/testing/catalog.h"
#include "tests/support/postgres_server.h"

namespace plumbline::catalog {

inline constexpr char kSqlite[] = "SQLite";
inline const ProcessKey kKey{"acme", "deal-desk"};
inline const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

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
  static inline std::unique_ptr<plumbline::testing::PostgresServer> server_;
};
inline const auto* const kPostgres = ::testing::AddGlobalTestEnvironment(new Postgres);

// A fresh database of the engine that the parameter names.
class EngineTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    static int schemas = 0;
    schema_ = absl::StrCat("catalog_", ++schemas);
    database_ = Open();
    ASSERT_NE(database_, nullptr);
  }

  // PostgreSQL: another process's view of the same database; nullptr, and a failure, if there is
  // none. (On SQLite one process has the file, and this is a database of its own.)
  std::unique_ptr<sql::Database> Open() {
    auto database = sql::Open(GetParam() == kSqlite ? "sqlite::memory:" : Postgres::Url(),
                              {.connections = 4, .schema = schema_});
    EXPECT_TRUE(database.ok()) << database.status();
    return database.ok() ? *std::move(database) : nullptr;
  }

  std::string schema_;
  std::unique_ptr<sql::Database> database_;
};

// The same with a store over it.
class StoreTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    ASSERT_NE(database_, nullptr);
    auto store = OpenStore(*database_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  static Head HeadOf(const ProcessKey& key, int64_t version, absl::string_view title) {
    v1::Process process = ProcessOf(title, StepNode("work"));
    process.set_name(NameOf(key));
    process.set_state(v1::Process::STATE_DRAFT);
    process.set_unpublished_changes(true);
    return {process, version};
  }
  static v1::Process RevisionOf(const ProcessKey& key, int64_t revision) {
    v1::Process process = ProcessOf(absl::StrCat("Revision ", revision), StepNode("work"));
    process.set_name(NameOf(key, revision));
    process.set_revision(revision);
    return process;
  }
  absl::StatusOr<std::string> Write(absl::FunctionRef<absl::Status(Changes&)> body,
                                    const WriteRequest& request = {}) {
    WriteRequest in_workspace = request;
    if (in_workspace.workspace.empty()) in_workspace.workspace = "acme";
    ASSIGN_OR_RETURN(Answer answer,
                     store_->Write(context_, in_workspace, kNow,
                                   [&](Changes& changes) -> absl::StatusOr<std::string> {
                                     RETURN_IF_ERROR(body(changes));
                                     ASSIGN_OR_RETURN(int64_t position, changes.Position());
                                     return absl::StrCat(position);
                                   }));
    return answer.bytes;
  }
  // What `read` finds in one snapshot.
  template <typename T>
  T Read(const std::function<absl::StatusOr<T>(Snapshot&)>& read) {
    T found{};
    const absl::Status status = store_->Read(context_, [&](Snapshot& snapshot) -> absl::Status {
      ASSIGN_OR_RETURN(found, read(snapshot));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return found;
  }
  std::optional<Head> Find(const ProcessKey& key) {
    return Read<std::optional<Head>>([&](Snapshot& snapshot) { return snapshot.FindHead(key); });
  }

  std::unique_ptr<Store> store_;
  base::CallContext context_;
};

inline std::string EngineName(const ::testing::TestParamInfo<std::string>& engine) {
  return engine.param;
}

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_TESTING_ENGINES_H_
