// SPDX-License-Identifier: Apache-2.0
//
// A database that release 0.1.0 of the catalog wrote (schema 2), opened by this one; and one that
// both write to, as during an upgrade.
#include <array>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/sql/requests.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "plumbline/catalog/v1/policy_service.pb.h"
#include "services/catalog/resource/timestamp.h"
#include "services/catalog/steps/testing.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// As that release had it.
constexpr char kOldSchema[] = R"(
CREATE TABLE processes (
  workspace TEXT NOT NULL,
  process TEXT NOT NULL,
  version BIGINT NOT NULL,
  summary {bytes} NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, process)
);
CREATE TABLE process_revisions (
  workspace TEXT NOT NULL,
  process TEXT NOT NULL,
  revision BIGINT NOT NULL,
  summary {bytes} NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, process, revision)
);
CREATE TABLE catalog_identity (
  one BIGINT NOT NULL PRIMARY KEY,
  identity TEXT NOT NULL
))";

// What that release wrote of a head and a revision.
class OldRelease {
 public:
  explicit OldRelease(sql::Database& database) : database_(database) {}

  absl::Status Migrate() {
    const std::array<sql::Migration, 2> migrations = {{{1, sql::kRequestsSchema}, {2, kOldSchema}}};
    return sql::Migrate(database_, migrations);
  }

  absl::Status PutHead(const std::string& id, const v1::Process& head, int64_t version) {
    return Execute(
        "INSERT INTO processes (workspace, process, version, summary, body) "
        "VALUES (:workspace, :process, :number, :summary, :body) "
        "ON CONFLICT (workspace, process) DO UPDATE SET "
        "version = excluded.version, summary = excluded.summary, body = excluded.body",
        id, version, head);
  }
  absl::Status AddRevision(const std::string& id, const v1::Process& revision) {
    return Execute(
        "INSERT INTO process_revisions (workspace, process, revision, summary, body) "
        "VALUES (:workspace, :process, :number, :summary, :body)",
        id, revision.revision(), revision);
  }
  // A process whose draft was published once, and edited since if a draft is given.
  absl::Status Publish(const std::string& id, const v1::Process& content, const std::string& author,
                       const v1::Process* draft = nullptr) {
    v1::Process head = Stamped(draft == nullptr ? content : *draft, id, author);
    head.set_state(v1::Process::STATE_DRAFT);
    head.set_latest_revision(1);
    // The revision was published a minute before the draft was edited.
    v1::Process revision = Stamped(content, id, author);
    revision.set_name(absl::StrCat(revision.name(), "@1"));
    revision.set_state(v1::Process::STATE_PUBLISHED);
    revision.set_revision(1);
    *revision.mutable_update_time() =
        ToTimestamp(draft == nullptr ? kNow : kNow - absl::Minutes(1));
    RETURN_IF_ERROR(AddRevision(id, revision));
    return PutHead(id, head, 2);
  }

 private:
  static v1::Process Stamped(v1::Process process, const std::string& id,
                             const std::string& author) {
    process.set_name(absl::StrCat("workspaces/acme/processes/", id));
    process.set_author(author);
    process.set_etag("00112233445566aa");
    *process.mutable_create_time() = ToTimestamp(kNow - absl::Hours(1));
    *process.mutable_update_time() = ToTimestamp(kNow);
    return process;
  }

  absl::Status Execute(const std::string& statement, const std::string& id, int64_t number,
                       v1::Process process) {
    const std::string body = process.SerializeAsString();
    process.clear_root();
    const std::string summary = process.SerializeAsString();
    return database_.Write(context_, [&](sql::Transaction& transaction) {
      return transaction
          .Execute(statement, {{"workspace", "acme"},
                               {"process", id},
                               {"number", number},
                               {"summary", sql::Bytes{summary}},
                               {"body", sql::Bytes{body}}})
          .status();
    });
  }

  sql::Database& database_;
  base::CallContext context_;
};

class UpgradeTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    ASSERT_NE(database_, nullptr);
    old_ = std::make_unique<OldRelease>(*database_);
    ASSERT_TRUE(old_->Migrate().ok());
  }

  static absl::StatusOr<v1::ArchiveProcessResponse> Archive(TestCatalog& catalog,
                                                            const std::string& id) {
    v1::ArchiveProcessRequest request;
    request.set_name(absl::StrCat("workspaces/acme/processes/", id));
    return catalog.Call<v1::ArchiveProcessResponse>("ArchiveProcess", request);
  }
  static std::vector<std::string> Users(TestCatalog& catalog, const std::string& id) {
    v1::ListProcessUsersRequest request;
    request.set_name(absl::StrCat("workspaces/acme/processes/", id));
    auto response = catalog.Call<v1::ListProcessUsersResponse>("ListProcessUsers", request);
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> users;
    for (const auto& user : response->users())
      users.push_back(user.user().substr(sizeof("workspaces/acme/processes/") - 1));
    return users;
  }

  std::unique_ptr<OldRelease> old_;
};

TEST_P(UpgradeTest, WhatWasThereIsThereAndWorks) {
  ASSERT_TRUE(old_->Publish("legal", Calling({}), "ada").ok());
  const v1::Process draft = Calling({"legal"});
  ASSERT_TRUE(old_->Publish("desk", Calling({"legal@1"}), "ada", &draft).ok());
  TestCatalog catalog(*database_);
  auto head = catalog.Get("legal");
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(head->state(), v1::Process::STATE_DRAFT);
  EXPECT_EQ(head->latest_revision(), 1);
  EXPECT_EQ(catalog.Get("legal@latest")->revision(), 1);
  EXPECT_EQ(catalog.Get("legal@1")->state(), v1::Process::STATE_PUBLISHED);
  EXPECT_EQ(ReasonText(catalog.Get("legal@stable")), "RESOURCE_NOT_FOUND");
  EXPECT_THAT(Users(catalog, "legal"), ElementsAre("desk", "desk@1"))
      << "calls that nobody noted are found";
  EXPECT_EQ(ReasonText(Archive(catalog, "legal")), "PROCESS_IN_USE");

  v1::ListProcessHistoryRequest history;
  history.set_name("workspaces/acme/processes/legal");
  auto listed = catalog.Call<v1::ListProcessHistoryResponse>("ListProcessHistory", history);
  ASSERT_TRUE(listed.ok()) << "it begins with the upgrade: " << listed.status();
  EXPECT_THAT(listed->entries(), IsEmpty());

  v1::SetTagRequest tag;
  tag.set_name("workspaces/acme/processes/legal");
  tag.set_tag("stable");
  tag.set_revision(1);
  ASSERT_EQ(ReasonText(catalog.Call<v1::SetTagResponse>("SetTag", tag)), "OK");
  EXPECT_EQ(catalog.Get("legal@stable")->revision(), 1);
  EXPECT_EQ(catalog.DefineAndPublish("legal", ProcessOf("Next", StepNode("read"))).revision(), 2);
  listed = catalog.Call<v1::ListProcessHistoryResponse>("ListProcessHistory", history);
  EXPECT_EQ(listed->entries_size(), 3);
}

TEST_P(UpgradeTest, TheBackgroundNotesOldCalls) {
  ASSERT_TRUE(old_->Publish("legal", Calling({}), "ada").ok());
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(old_->Publish(absl::StrCat("desk-", i), Calling({"legal@1"}), "ada").ok());
  auto store = OpenStore(*database_);
  ASSERT_TRUE(store.ok()) << store.status();
  const base::CallContext context;
  EXPECT_EQ(*(*store)->IndexCalls(context, 2), 4) << "two drafts and two revisions";
  EXPECT_EQ(*(*store)->IndexCalls(context, 100), 8);
  EXPECT_EQ(*(*store)->IndexCalls(context, 100), 0);
  TestCatalog catalog(*database_);
  EXPECT_EQ(Users(catalog, "legal").size(), 10);
  EXPECT_TRUE(catalog.app().RunOnce().ok());
}

// Uses of the library that nobody noted are found, and noted in the background.
TEST_P(UpgradeTest, OldUsesOfTheLibraryAreFound) {
  v1::Node use;
  use.set_id("use");
  use.mutable_step()->set_uses("steps/check-credit");
  ASSERT_TRUE(old_->Publish("deal", ProcessOf("Deal", use), "ada").ok());
  TestCatalog catalog(*database_);
  v1::CreateStepRequest create;
  create.set_parent("workspaces/acme");
  create.set_step_id("check-credit");
  *create.mutable_step() = CheckCredit();
  ASSERT_EQ(ReasonText(catalog.CallSteps<v1::CreateStepResponse>("CreateStep", create)), "OK");
  // As a build before this one left it.
  ASSERT_TRUE(
      database_
          ->Write({},
                  [](sql::Transaction& transaction) -> absl::Status {
                    RETURN_IF_ERROR(transaction.Execute("DELETE FROM step_utilities").status());
                    return transaction.Execute("UPDATE step_revisions SET utilities_noted = 0")
                        .status();
                  })
          .ok());
  for (int round = 0; round < 2; ++round) {
    v1::DeleteStepRequest remove;
    remove.set_name("workspaces/acme/steps/check-credit");
    remove.set_validate_only(true);
    const absl::Status used =
        catalog.CallSteps<v1::DeleteStepResponse>("DeleteStep", remove).status();
    EXPECT_EQ(ReasonText(used), "STEP_IN_USE") << round;
    EXPECT_EQ(base::MetadataOf(used, "user_count"), "1");
    v1::ListCallersRequest callers;
    callers.set_name(remove.name());
    EXPECT_EQ(catalog.Call<v1::ListCallersResponse>("ListCallers", callers)->total_count(), 2);
    ASSERT_TRUE(catalog.app().RunOnce().ok());
  }
  v1::ListCallersRequest callers;
  callers.set_name("workspaces/acme/utilities/credit-bureau");
  EXPECT_EQ(catalog.Call<v1::ListCallersResponse>("ListCallers", callers)->total_count(), 1)
      << "the draft, by way of the step";
}

TEST_P(UpgradeTest, TheLastAuthorOfAnOldDraftDoesNotApproveIt) {
  const v1::Process draft = ProcessOf("Edited", StepNode("read"));
  ASSERT_TRUE(old_->Publish("edited", Calling({}), "anonymous", &draft).ok());
  ASSERT_TRUE(old_->Publish("by-ada", Calling({}), "ada", &draft).ok());
  TestCatalog catalog(*database_);
  v1::UpdateCatalogPolicyRequest policy;
  policy.mutable_policy()->set_name("workspaces/acme/catalogPolicy");
  policy.mutable_policy()->set_self_approval_refused(true);
  ASSERT_EQ(ReasonText(catalog.CallAs<v1::UpdateCatalogPolicyResponse>(
                "", "/plumbline.catalog.v1.CatalogPolicyService/UpdateCatalogPolicy", policy)),
            "OK");
  const auto approve = [&](const std::string& id) {
    v1::SubmitForApprovalRequest submit;
    submit.set_name(absl::StrCat("workspaces/acme/processes/", id));
    auto submitted = catalog.Call<v1::SubmitForApprovalResponse>("SubmitForApproval", submit);
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    v1::ApproveDraftRequest request;
    request.set_name(submit.name());
    request.set_etag(submitted->process().etag());
    return ReasonText(catalog.Call<v1::ApproveDraftResponse>("ApproveDraft", request));
  };
  EXPECT_EQ(approve("edited"), "SELF_APPROVAL_REFUSED");
  EXPECT_EQ(approve("by-ada"), "OK");
}

// While replicas of both releases run, the old one writes over what it does not know.
TEST_P(UpgradeTest, TheOldReleaseMayWriteMeanwhile) {
  ASSERT_TRUE(old_->Publish("legal", Calling({}), "ada").ok());
  ASSERT_TRUE(old_->Publish("credit", Calling({}), "ada").ok());
  {
    TestCatalog catalog(*database_);
    v1::SetTagRequest tag;
    tag.set_name("workspaces/acme/processes/legal");
    tag.set_tag("stable");
    tag.set_revision(1);
    ASSERT_EQ(ReasonText(catalog.Call<v1::SetTagResponse>("SetTag", tag)), "OK");
    v1::DeprecateProcessRequest deprecate;
    deprecate.set_name("workspaces/acme/processes/legal");
    ASSERT_EQ(ReasonText(catalog.Call<v1::DeprecateProcessResponse>("DeprecateProcess", deprecate)),
              "OK");
    catalog.Define("desk", Calling({"credit"}));
  }
  // It parses messages, keeps fields that it does not know, and says of every head that it is a
  // draft.
  TestCatalog after(*database_);
  v1::Process head = *after.Get("legal");
  head.set_title("Edited by the old release");
  head.set_state(v1::Process::STATE_DRAFT);
  ASSERT_TRUE(old_->PutHead("legal", head, 100).ok());
  v1::Process desk = Calling({"legal@1"});
  desk.set_name("workspaces/acme/processes/desk");
  ASSERT_TRUE(old_->PutHead("desk", desk, 100).ok());
  // A revision that it publishes has everything that the head has.
  v1::Process revision = head;
  revision.set_name("workspaces/acme/processes/legal@2");
  revision.set_revision(2);
  revision.set_state(v1::Process::STATE_PUBLISHED);
  ASSERT_TRUE(old_->AddRevision("legal", revision).ok());
  head.set_latest_revision(2);
  ASSERT_TRUE(old_->PutHead("legal", head, 101).ok());

  TestCatalog catalog(*database_);
  EXPECT_EQ(catalog.Get("legal")->state(), v1::Process::STATE_DEPRECATED);
  EXPECT_EQ(catalog.Get("legal")->title(), "Edited by the old release");
  EXPECT_EQ(catalog.Get("legal@stable")->revision(), 1);
  EXPECT_EQ(catalog.Get("legal@2")->tags_size(), 0);
  EXPECT_EQ(catalog.Get("legal@2")->state(), v1::Process::STATE_DEPRECATED);
  v1::ListProcessRevisionsRequest deprecated;
  deprecated.set_name("workspaces/acme/processes/legal");
  deprecated.set_filter("state = DEPRECATED");
  EXPECT_EQ(catalog.Call<v1::ListProcessRevisionsResponse>("ListProcessRevisions", deprecated)
                ->processes_size(),
            2);
  EXPECT_THAT(Users(catalog, "legal"), ElementsAre("desk"));
  EXPECT_THAT(Users(catalog, "credit"), IsEmpty());
  EXPECT_EQ(catalog.DefineAndPublish("legal", ProcessOf("Next", StepNode("read"))).revision(), 3);
}

INSTANTIATE_TEST_SUITE_P(Engines, UpgradeTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

}  // namespace
}  // namespace plumbline::catalog
