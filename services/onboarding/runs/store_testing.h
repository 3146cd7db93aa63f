// SPDX-License-Identifier: Apache-2.0
//
// A store on both engines, for tests.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_TESTING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_TESTING_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/runs/store_sql.h"
#include "services/onboarding/testing/engine.h"
#include "tests/support/postgres_server.h"

namespace plumbline::onboarding::testing {

// One PostgreSQL server for all tests of the program; each test has a schema of its own.
inline plumbline::testing::PostgresServer& SharedPostgres() {
  static auto& server = *new auto(plumbline::testing::PostgresServer::Start());
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", server.status().ToString().c_str());
    std::abort();
  }
  return **server;
}

inline const absl::Time kDay = At("2026-03-02T09:00:00Z");

class StoreTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    static std::atomic<int> next{0};
    std::string url = GetParam() ? SharedPostgres().url() : "sqlite::memory:";
    auto opened = sql::Open(url, {.schema = absl::StrCat("onboarding_", next++)});
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    absl::Status migrated = sql::Migrate(*database_, Migrations());
    ASSERT_TRUE(migrated.ok()) << migrated;
    store_ = std::make_unique<SqlStore>(*database_, plans_, [this] { ++commits_; });
  }

  absl::StatusOr<Receipt> Create(const std::string& id, const std::string& request_id = "",
                                 const std::string& workspace = "acme") {
    Spec spec = AdaSpec();
    spec.id = id;
    spec.workspace = workspace;
    return store_->Create({}, {workspace, "Start", request_id, id}, kDay,
                          Start(spec, plan_, When(kDay)));
  }

  absl::StatusOr<std::string> Update(const std::string& id, RunStore::Change change,
                                     const std::string& request_id = "") {
    return store_->Update({}, {"acme", "Update", request_id, ""}, kDay, id, change);
  }

  absl::Status Complete(const std::string& id, const std::string& task) {
    return Update(id,
                  [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
                    Completion all;
                    all.tick_all = true;
                    ASSIGN_OR_RETURN(Entries entries, CompleteTask(run, task, all, When(kDay)));
                    return Changed{std::move(entries), ""};
                  })
        .status();
  }

  std::vector<std::string> Feed(FeedQuery query = {}) {
    query.limit = query.limit == 0 ? 1000 : query.limit;
    auto entries = store_->ReadFeed({}, query);
    EXPECT_TRUE(entries.ok()) << entries.status();
    std::vector<std::string> names;
    for (const FeedEntry& entry : *entries) {
      names.push_back(absl::StrCat(entry.onboarding, "/", entry.entry.sequence));
    }
    return names;
  }

  std::unique_ptr<sql::Database> database_;
  PlanCache plans_;
  std::unique_ptr<SqlStore> store_;
  PlanPointer plan_ = SalesRepPlan();
  int commits_ = 0;
};

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_TESTING_H_
