// SPDX-License-Identifier: Apache-2.0
//
// The queue of changed steps, whose users are indexed piece by piece: everybody's turn comes.
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/catalog/steps/testing.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

// `database`, in which another replica does something right before a write of this one.
class ContendedDatabase final : public sql::Database {
 public:
  explicit ContendedDatabase(sql::Database& database) : database_(database) {}
  absl::Status Write(const base::CallContext& context, Body body) override {
    if (auto meanwhile = std::exchange(meanwhile_, nullptr)) meanwhile();
    return database_.Write(context, body);
  }
  absl::Status Read(const base::CallContext& context, Body body) override {
    return database_.Read(context, body);
  }
  bool exclusive() const override { return database_.exclusive(); }
  void BeforeTheNextWrite(std::function<void()> meanwhile) { meanwhile_ = std::move(meanwhile); }

 private:
  sql::Database& database_;
  std::function<void()> meanwhile_;
};

class ChangedStepsTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    catalog_ = std::make_unique<TestCatalog>(*database_);
  }

  void CreateStep(const std::string& id) {
    v1::CreateStepRequest create;
    create.set_parent("workspaces/acme");
    create.set_step_id(id);
    *create.mutable_step() = CheckCredit();
    ASSERT_EQ(ReasonText(catalog_->CallSteps<v1::CreateStepResponse>("CreateStep", create)), "OK");
    ASSERT_EQ(*store_->IndexOld(context_, 100), 1);
  }
  void ChangeInstructions(const std::string& id, const std::string& instructions) {
    v1::UpdateStepRequest update;
    *update.mutable_step() = CheckCredit();
    update.mutable_step()->set_name(absl::StrCat("workspaces/acme/steps/", id));
    update.mutable_step()->mutable_step()->set_instructions(instructions);
    ASSERT_EQ(ReasonText(catalog_->CallSteps<v1::UpdateStepResponse>("UpdateStep", update)), "OK");
  }
  void DefineUsing(const std::string& id, const std::string& step) {
    v1::Node node;
    node.set_id("use");
    node.mutable_step()->set_uses(absl::StrCat("steps/", step));
    catalog_->Define(id, ProcessOf("Deal", node));
  }
  int Found(const std::string& query) {
    v1::SearchProcessesRequest request;
    request.set_parent("workspaces/acme");
    request.set_query(query);
    auto response = catalog_->Call<v1::SearchProcessesResponse>("SearchProcesses", request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response->matches_size();
  }
  void Execute(const std::string& statement, const std::string& body = "") {
    const absl::Status status = database_->Write({}, [&](sql::Transaction& transaction) {
      return body.empty() ? transaction.Execute(statement).status()
                          : transaction.Execute(statement, {{"body", sql::Bytes{body}}}).status();
    });
    ASSERT_TRUE(status.ok()) << status;
  }

  std::unique_ptr<TestCatalog> catalog_;
};

INSTANTIATE_TEST_SUITE_P(Engines, ChangedStepsTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

TEST_P(ChangedStepsTest, OneThatChangesAgainAndAgainHoldsUpNoOther) {
  CreateStep("a-busy-one");
  CreateStep("quiet");
  for (int i = 0; i < 3; ++i) DefineUsing(absl::StrCat("busy-", i), "a-busy-one");
  DefineUsing("calm", "quiet");
  ChangeInstructions("a-busy-one", "Ask the treasurer.");
  ChangeInstructions("quiet", "Ask the accountant.");
  EXPECT_EQ(*store_->IndexOld(context_, 2), 2);
  EXPECT_EQ(Found("treasurer"), 2);
  ChangeInstructions("a-busy-one", "Ask the controller.");
  EXPECT_EQ(*store_->IndexOld(context_, 2), 1);
  EXPECT_EQ(Found("accountant"), 1);
  while (*store_->IndexOld(context_, 2) > 0) {
  }
  EXPECT_EQ(Found("treasurer"), 0);
}

TEST_P(ChangedStepsTest, AProcessThatCannotBeReadHoldsUpNothing) {
  CreateStep("check-credit");
  for (const char* id : {"deal-0", "deal-1", "deal-2"}) DefineUsing(id, "check-credit");
  ChangeInstructions("check-credit", "Ask the treasurer.");
  Execute("UPDATE processes SET body = :body WHERE process = 'deal-1'", "\xff");
  EXPECT_EQ(*store_->IndexOld(context_, 100), 3);
  EXPECT_EQ(*store_->IndexOld(context_, 100), 0);
  // Nor does it when everything is caught up with, as after an upgrade.
  Execute("UPDATE processes SET compared_version = 0, indexed = 0");
  const auto reopened = OpenStore(*database_);
  ASSERT_TRUE(reopened.ok()) << reopened.status();
  EXPECT_EQ(*(*reopened)->IndexOld(context_, 100), 0);
  Execute("DELETE FROM processes WHERE process = 'deal-1'");
  EXPECT_EQ(Found("treasurer"), 2);
}

TEST_P(ChangedStepsTest, WhatAnotherReplicaDidLeavesTheRest) {
  ContendedDatabase contended(*database_);
  const auto opened = OpenStore(contended);
  ASSERT_TRUE(opened.ok()) << opened.status();
  for (const char* workspace : {"acme", "beta"}) {
    Execute(absl::StrCat("INSERT INTO changed_steps (workspace, step, indexed_to) VALUES ('",
                         workspace, "', 'check-credit', '')"));
  }
  contended.BeforeTheNextWrite(
      [this] { Execute("DELETE FROM changed_steps WHERE workspace = 'acme'"); });
  EXPECT_EQ(*(*opened)->IndexOld(context_, 100), 1) << "there may be more";
  EXPECT_EQ(*(*opened)->IndexOld(context_, 100), 1);
  EXPECT_EQ(*(*opened)->IndexOld(context_, 100), 0);
}

}  // namespace
}  // namespace plumbline::catalog
