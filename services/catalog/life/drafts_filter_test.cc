// SPDX-License-Identifier: Apache-2.0
//
// Lists by what becomes of drafts: who waits for approval, what was edited and never published.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

class DraftsFilterTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    catalog_ = std::make_unique<TestCatalog>(*database_);
  }

  static std::string FullName(const std::string& id) {
    return absl::StrCat("workspaces/acme/processes/", id);
  }
  // "a b", or why there are none.
  std::string Listed(const std::string& filter) {
    v1::ListProcessesRequest request;
    request.set_parent("workspaces/acme");
    request.set_filter(filter);
    const auto page = catalog_->Call<v1::ListProcessesResponse>("ListProcesses", request);
    if (!page.ok()) return absl::StrCat(ReasonText(page), ": ", page.status().message());
    std::vector<std::string> ids;
    for (const v1::Process& process : page->processes()) {
      ids.push_back(process.name().substr(process.name().rfind('/') + 1));
      EXPECT_EQ(process.unpublished_changes(), catalog_->Get(ids.back())->unpublished_changes())
          << ids.back();
    }
    return absl::StrJoin(ids, " ");
  }
  std::string Unpublished() { return Listed("unpublished_changes = true"); }
  void Edit(const std::string& id, const std::string& title) {
    catalog_->Define(id, ProcessOf(title, StepNode("work")));
  }
  void Publish(const std::string& id) { ASSERT_EQ(ReasonText(catalog_->Publish(id)), "OK"); }
  void Restore(const std::string& id, int revision) {
    v1::RestoreRevisionRequest request;
    request.set_name(absl::StrCat(FullName(id), "@", revision));
    ASSERT_EQ(ReasonText(catalog_->Call<v1::RestoreRevisionResponse>("RestoreRevision", request)),
              "OK");
  }
  void Submit(const std::string& id) {
    v1::SubmitForApprovalRequest request;
    request.set_name(FullName(id));
    ASSERT_EQ(
        ReasonText(catalog_->Call<v1::SubmitForApprovalResponse>("SubmitForApproval", request)),
        "OK");
  }
  void Approve(const std::string& id) {
    v1::ApproveDraftRequest request;
    request.set_name(FullName(id));
    request.set_etag(catalog_->Get(id)->etag());
    ASSERT_EQ(ReasonText(catalog_->Call<v1::ApproveDraftResponse>("ApproveDraft", request)), "OK");
  }

  // Past every memory.
  v1::Process Kept(const std::string& id) {
    v1::GetProcessRequest request;
    request.set_name(FullName(id));
    request.set_min_freshness("now");
    return catalog_->Get(request)->process();
  }
  // A head, or a revision, as a release writes it that knows nothing of unpublished changes: what
  // stands in the message stays.
  void WriteAsBefore(const std::string& statement, const std::string& id,
                     const v1::Process& process) {
    const std::string body = process.SerializeAsString();
    const absl::Status status = database_->Write({}, [&](sql::Transaction& transaction) {
      return transaction.Execute(statement, {{"process", id}, {"body", sql::Bytes{body}}}).status();
    });
    ASSERT_TRUE(status.ok()) << status;
  }
  v1::Process PutAsBefore(const std::string& id, const v1::Process& head) {
    WriteAsBefore(
        "UPDATE processes SET version = version + 1, summary = :body, body = :body "
        "WHERE process = :process",
        id, head);
    return head;
  }
  v1::Process EditAsBefore(const std::string& id, v1::Process head, const std::string& title) {
    head.set_title(title);
    head.mutable_update_time()->set_seconds(head.update_time().seconds() + 60);
    return PutAsBefore(id, head);
  }
  v1::Process PublishAsBefore(const std::string& id, v1::Process head) {
    v1::Process revision = head;
    revision.set_revision(head.latest_revision() + 1);
    revision.set_name(absl::StrCat(head.name(), "@", revision.revision()));
    revision.set_state(v1::Process::STATE_PUBLISHED);
    revision.mutable_update_time()->set_seconds(head.update_time().seconds() + 1);
    // It pins.
    *revision.mutable_root() = StepNode("written-out");
    WriteAsBefore(absl::StrCat("INSERT INTO process_revisions (workspace, process, revision, "
                               "summary, body) VALUES ('acme', :process, ",
                               revision.revision(), ", :body, :body)"),
                  id, revision);
    head.set_latest_revision(revision.revision());
    return PutAsBefore(id, head);
  }

  std::unique_ptr<TestCatalog> catalog_;
};

INSTANTIATE_TEST_SUITE_P(Engines, DraftsFilterTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

TEST_P(DraftsFilterTest, FindsWhatWaitsForApproval) {
  for (const char* id : {"approved", "edited", "nothing", "submitted"}) Edit(id, "First");
  for (const char* id : {"approved", "edited", "submitted"}) Submit(id);
  Approve("approved");
  EXPECT_EQ(Listed("approval.state = SUBMITTED"), "edited submitted");
  EXPECT_EQ(Listed("approval.state = STATE_APPROVED"), "approved");
  EXPECT_EQ(Listed("NOT has(approval.state)"), "nothing");
  Edit("edited", "Second");
  EXPECT_EQ(Listed("approval.state = SUBMITTED"), "submitted") << "editing voids it";
  Publish("approved");
  EXPECT_EQ(Listed("approval.state:*"), "submitted") << "and so does publishing";
}

// The approval is of a draft with another etag: a release that knows no approvals edited it.
TEST_P(DraftsFilterTest, NothingIsSaidOfADraftThatAnotherReleaseEdited) {
  Edit("desk", "First");
  Submit("desk");
  v1::Process head = *catalog_->Get("desk");
  head.set_etag("00112233445566aa");
  const std::string body = head.SerializeAsString();
  ASSERT_TRUE(database_
                  ->Write({},
                          [&](sql::Transaction& transaction) {
                            return transaction
                                .Execute("UPDATE processes SET version = version + 1, body = :body",
                                         {{"body", sql::Bytes{body}}})
                                .status();
                          })
                  .ok());
  ASSERT_TRUE(catalog_->app().RunOnce().ok());
  EXPECT_EQ(Listed("approval.state:*"), "");
}

TEST_P(DraftsFilterTest, FindsDraftsThatWereForgotten) {
  Edit("desk", "First");
  Edit("legal", "First");
  EXPECT_EQ(Unpublished(), "desk legal") << "never published";
  Publish("desk");
  Publish("legal");
  EXPECT_EQ(Unpublished(), "");
  EXPECT_EQ(Listed("unpublished_changes = false"), "desk legal");
  Edit("desk", "Second");
  EXPECT_EQ(Unpublished(), "desk");
  Edit("legal", "First");
  EXPECT_EQ(Unpublished(), "desk") << "nothing was edited";
  Restore("desk", 1);
  EXPECT_EQ(Unpublished(), "") << "the draft is the latest revision again";
  Edit("desk", "Third");
  Publish("desk");
  EXPECT_EQ(Unpublished(), "");
  Restore("desk", 1);
  EXPECT_EQ(Listed("unpublished_changes = true AND latest_revision > 0"), "desk");
  EXPECT_FALSE(catalog_->Get("desk@2")->unpublished_changes()) << "of heads alone";
}

// What it leaves in the message is what this release said before.
TEST_P(DraftsFilterTest, FindsDraftsThatAnotherReleaseEdited) {
  for (const char* id : {"both", "edited", "published", "taken-back"}) {
    Edit(id, "First");
    Publish(id);
  }
  Edit("published", "Second");
  Edit("taken-back", "Second");
  ASSERT_EQ(Unpublished(), "published taken-back");

  EditAsBefore("both", PublishAsBefore("both", EditAsBefore("both", Kept("both"), "Third")),
               "Fourth");
  EditAsBefore("edited", Kept("edited"), "Third");
  PublishAsBefore("published", Kept("published"));
  EditAsBefore("taken-back", Kept("taken-back"), "First");
  const auto check = [this] {
    EXPECT_TRUE(Kept("both").unpublished_changes());
    EXPECT_TRUE(Kept("edited").unpublished_changes());
    EXPECT_FALSE(Kept("published").unpublished_changes());
    EXPECT_FALSE(Kept("taken-back").unpublished_changes());
  };
  // Before anything caught up; where this process has the database, it looks no more.
  if (!database_->exclusive()) check();

  catalog_ = std::make_unique<TestCatalog>(*database_);
  check();
  EXPECT_EQ(Unpublished(), "both edited");
  EXPECT_EQ(Listed("unpublished_changes = false"), "published taken-back");
  // What was found out holds for the edits that follow.
  const std::string title = Kept("published").title();
  Edit("published", "Fifth");
  EXPECT_EQ(Unpublished(), "both edited published");
  Edit("published", title);
  EXPECT_EQ(Unpublished(), "both edited");
  Restore("edited", 1);
  EXPECT_EQ(Unpublished(), "both");
}

}  // namespace
}  // namespace plumbline::catalog
