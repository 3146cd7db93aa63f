// SPDX-License-Identifier: Apache-2.0
//
// What follows from trees and templates, and was not noted yet: questions are answered rightly
// meanwhile, at a bounded cost, and it is noted piece by piece.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/steps/testing.h"
#include "services/catalog/testing/counted_database.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kOldTrees[] = "calls_version <> version";

class CatchUpTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    counted_ = std::make_unique<CountedDatabase>(*database_);
    catalog_ = std::make_unique<TestCatalog>(*counted_);
  }

  void Execute(const std::vector<std::string>& statements) {
    ASSERT_TRUE(database_
                    ->Write({},
                            [&](sql::Transaction& transaction) -> absl::Status {
                              for (const std::string& statement : statements)
                                RETURN_IF_ERROR(transaction.Execute(statement).status());
                              return absl::OkStatus();
                            })
                    .ok());
  }
  // As release 0.1.0 leaves what it writes.
  void ForgetCallsAndUses() {
    Execute({"DELETE FROM process_calls", "DELETE FROM step_uses",
             "UPDATE processes SET calls_version = -1",
             "UPDATE process_revisions SET calls_noted = 0"});
  }

  std::vector<std::string> Users(const std::string& id) {
    v1::ListProcessUsersRequest request;
    request.set_name(absl::StrCat("workspaces/acme/processes/", id));
    request.set_page_size(1000);
    auto response = catalog_->Call<v1::ListProcessUsersResponse>("ListProcessUsers", request);
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> users;
    for (const auto& user : response->users())
      users.push_back(user.user().substr(sizeof("workspaces/acme/processes/") - 1));
    return users;
  }
  void CreateStep(const v1::StepTemplate& step) {
    v1::CreateStepRequest create;
    create.set_parent("workspaces/acme");
    create.set_step_id("check-credit");
    *create.mutable_step() = step;
    ASSERT_EQ(ReasonText(catalog_->CallSteps<v1::CreateStepResponse>("CreateStep", create)), "OK");
  }
  void ChangeInstructions(const std::string& instructions) {
    v1::UpdateStepRequest update;
    *update.mutable_step() = CheckCredit();
    update.mutable_step()->set_name(kCredit);
    update.mutable_step()->mutable_step()->set_instructions(instructions);
    ASSERT_EQ(ReasonText(catalog_->CallSteps<v1::UpdateStepResponse>("UpdateStep", update)), "OK");
  }
  static v1::Process Using(const std::string& uses) {
    v1::Node node;
    node.set_id("credit");
    node.mutable_step()->set_uses(uses);
    return ProcessOf("Deal", node);
  }
  int Found(const std::string& query) {
    v1::SearchProcessesRequest request;
    request.set_parent("workspaces/acme");
    request.set_query(query);
    auto response = catalog_->Call<v1::SearchProcessesResponse>("SearchProcesses", request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response->matches_size();
  }

  std::unique_ptr<CountedDatabase> counted_;
  std::unique_ptr<TestCatalog> catalog_;
};

INSTANTIATE_TEST_SUITE_P(Engines, CatchUpTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

// Each revision calls the one before, and nothing but the last is in use by itself: to know who
// uses the first, the callers of all are looked for.
TEST_P(CatchUpTest, TreesAreReadOnceForAQuestionAboutManyCallers) {
  catalog_->DefineAndPublish("p0", Calling({}));
  for (int i = 1; i < 8; ++i) {
    catalog_->DefineAndPublish(absl::StrCat("p", i), Calling({absl::StrCat("p", i - 1, "@1")}));
    catalog_->DefineAndPublish(absl::StrCat("p", i - 1), ProcessOf("Next", StepNode("other")));
  }
  const std::vector<std::string> noted = Users("p0");
  EXPECT_THAT(noted, ElementsAre("p1@1"));
  counted_->Clear();
  Users("p0");
  EXPECT_EQ(counted_->Count(kOldTrees), 1);

  ForgetCallsAndUses();
  counted_->Clear();
  EXPECT_EQ(Users("p0"), noted);
  EXPECT_EQ(counted_->Count(kOldTrees), 1) << "however many processes were visited";
  EXPECT_GE(counted_->Count("FROM process_calls"), 7);
}

// More than are in memory at a time.
TEST_P(CatchUpTest, ManyTreesAreReadInPieces) {
  catalog_->DefineAndPublish("called", Calling({}));
  constexpr int kCallers = 120;
  for (int i = 0; i < kCallers; ++i)
    catalog_->DefineAndPublish(absl::StrCat("caller-", i), Calling({"called@1"}));
  ForgetCallsAndUses();
  counted_->Clear();
  EXPECT_THAT(Users("called"), SizeIs(2 * kCallers));
  EXPECT_EQ(counted_->Count(kOldTrees), 2);
  EXPECT_EQ(counted_->Count("calls_noted = 0"), 2);
}

TEST_P(CatchUpTest, AWriteSeesItsOwnTrees) {
  catalog_->DefineAndPublish("called", Calling({}));
  catalog_->Define("caller", Calling({"called"}));
  ForgetCallsAndUses();
  const ProcessKey called{"acme", "called"}, caller{"acme", "caller"};
  const auto written = Write([&](Changes& changes) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<Caller> before, changes.life().ListCallers(called));
    EXPECT_THAT(before, SizeIs(1));
    ASSIGN_OR_RETURN(std::optional<Head> head, changes.FindHead(caller));
    *head->process.mutable_root() = StepNode("alone");
    ++head->version;
    RETURN_IF_ERROR(changes.PutHead(caller, *head));
    ASSIGN_OR_RETURN(const std::vector<Caller> after, changes.life().ListCallers(called));
    EXPECT_THAT(after, IsEmpty());
    return absl::OkStatus();
  });
  EXPECT_TRUE(written.ok()) << written.status();
}

TEST_P(CatchUpTest, AUtilityIsUsedByStepsThatWereNotNoted) {
  CreateStep(CheckCredit());
  v1::CreateUtilityRequest create;
  create.set_parent("workspaces/acme");
  create.set_utility_id("credit-bureau");
  create.mutable_utility()->set_title("Credit bureau");
  create.mutable_utility()->set_owner("finance");
  ASSERT_EQ(ReasonText(catalog_->CallUtilities<v1::CreateUtilityResponse>("CreateUtility", create)),
            "OK");
  catalog_->Define("deal", Using("steps/check-credit"));
  Execute({"DELETE FROM step_utilities", "UPDATE step_revisions SET utilities_noted = 0"});
  for (const char* when : {"not noted", "noted"}) {
    v1::ListCallersRequest callers;
    callers.set_name("workspaces/acme/utilities/credit-bureau");
    EXPECT_EQ(catalog_->Call<v1::ListCallersResponse>("ListCallers", callers)->total_count(), 1)
        << when;
    v1::DeleteUtilityRequest remove;
    remove.set_name(callers.name());
    remove.set_validate_only(true);
    const absl::Status refused =
        catalog_->CallUtilities<v1::DeleteUtilityResponse>("DeleteUtility", remove).status();
    EXPECT_EQ(ReasonText(refused), "UTILITY_IN_USE") << when;
    EXPECT_EQ(base::MetadataOf(refused, "user_count"), "2") << when << ": the step and the draft";
    ASSERT_TRUE(catalog_->app().RunOnce().ok());
  }
}

// One row is written, however many use the step; the background takes them piece by piece.
TEST_P(CatchUpTest, AChangedStepIsOneRowUntilItsUsersAreIndexed) {
  CreateStep(CheckCredit());
  EXPECT_EQ(*store_->IndexOld(context_, 100), 1) << "nobody uses it: that is all there is to do";
  EXPECT_EQ(*store_->IndexOld(context_, 100), 0);
  for (int i = 0; i < 5; ++i)
    catalog_->Define(absl::StrCat("deal-", i), Using("steps/check-credit"));
  catalog_->Define("pinned", Using("steps/check-credit@1"));
  EXPECT_EQ(Found("bureau"), 6);

  ChangeInstructions("Ask the treasurer.");
  EXPECT_EQ(*store_->IndexOld(context_, 2), 2);
  EXPECT_EQ(Found("treasurer"), 2);
  ChangeInstructions("Ask the accountant.");
  EXPECT_EQ(*store_->IndexOld(context_, 2), 2) << "from the first on";
  EXPECT_EQ(*store_->IndexOld(context_, 2), 2);
  EXPECT_EQ(*store_->IndexOld(context_, 2), 1);
  EXPECT_EQ(*store_->IndexOld(context_, 2), 0);
  EXPECT_EQ(Found("accountant"), 5);
  EXPECT_EQ(Found("bureau"), 1) << "the revision that is named stays";
}

// Nobody waits for the pause between two rounds, which is ten minutes.
TEST_P(CatchUpTest, SearchFollowsAChangedStepAtOnce) {
  CreateStep(CheckCredit());
  catalog_->Define("deal", Using("steps/check-credit"));
  catalog_->app().Start();
  for (const std::string person : {"treasurer", "accountant"}) {
    ChangeInstructions(absl::StrCat("Ask the ", person, "."));
    const absl::Time give_up = absl::Now() + absl::Seconds(60);
    while (Found(person) == 0 && absl::Now() < give_up) absl::SleepFor(absl::Milliseconds(5));
    EXPECT_EQ(Found(person), 1);
  }
  catalog_->app().Stop();
}

// A release that deletes drafts, but knows no uses, leaves them behind.
TEST_P(CatchUpTest, UsesOfAProcessThatIsGoneHinderNoOtherOfItsName) {
  CreateStep(CheckCredit());
  Execute(
      {"INSERT INTO step_uses (workspace, process, revision, step, step_revision, nodes) VALUES "
       "('acme', 'deal', 0, 'check-credit', 0, 'gone'), ('acme', 'deal', 0, 'other', 0, 'gone')"});
  catalog_->Define("deal", Using("steps/check-credit"));
  const absl::Status read = store_->Read(context_, [&](Snapshot& snapshot) -> absl::Status {
    const std::string steps[] = {"check-credit", "other"};
    ASSIGN_OR_RETURN(const std::vector<StepUse> uses, snapshot.steps().ListStepUses("acme", steps));
    EXPECT_THAT(uses, SizeIs(1));
    EXPECT_THAT(uses[0].nodes, ElementsAre("credit"));
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
}

// Rows of 0.1.0, which knows nothing of words and uses, are found by its `version` alone, also
// after ours were written over.
TEST_P(CatchUpTest, WordsAndUsesThatAnOlderReleaseWritesOverAreFound) {
  CreateStep(CheckCredit());
  catalog_->Define("deal", Using("steps/check-credit"));
  v1::Process other = ProcessOf("Plain", StepNode("alone"));
  other.set_name("workspaces/acme/processes/deal");
  const std::string body = other.SerializeAsString();
  ASSERT_TRUE(database_
                  ->Write({},
                          [&](sql::Transaction& transaction) {
                            return transaction
                                .Execute(
                                    "UPDATE processes SET version = version + 1, "
                                    "summary = :body, body = :body WHERE process = 'deal'",
                                    {{"body", sql::Bytes{body}}})
                                .status();
                          })
                  .ok());
  v1::ListCallersRequest callers;
  callers.set_name(kCredit);
  EXPECT_EQ(catalog_->Call<v1::ListCallersResponse>("ListCallers", callers)->total_count(), 0);
  ASSERT_TRUE(catalog_->app().RunOnce().ok());
  EXPECT_EQ(catalog_->Call<v1::ListCallersResponse>("ListCallers", callers)->total_count(), 0);
  EXPECT_EQ(Found("bureau"), 0);
  EXPECT_EQ(Found("plain"), 1);
}

}  // namespace
}  // namespace plumbline::catalog
