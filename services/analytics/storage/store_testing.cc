// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/store_testing.h"

#include "services/analytics/storage/store_sql.h"
#include "tests/support/postgres_server.h"

namespace plumbline::analytics {
namespace {

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

}  // namespace

void StoreTest::SetUp() {
  static int schemas = 0;
  schema_ = absl::StrCat("analytics_", ++schemas);
  database_ = Open();
  ASSERT_NE(database_, nullptr);
  auto store = OpenStore(*database_);
  ASSERT_TRUE(store.ok()) << store.status();
  store_ = *std::move(store);
}

std::unique_ptr<sql::Database> StoreTest::Open() {
  auto database = sql::Open(GetParam() == kSqlite ? "sqlite::memory:" : Postgres::Url(),
                            {.connections = 4, .schema = schema_});
  if (!database.ok()) ADD_FAILURE() << database.status();
  return database.ok() ? *std::move(database) : nullptr;
}

}  // namespace plumbline::analytics
