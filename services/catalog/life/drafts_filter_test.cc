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

}  // namespace
}  // namespace plumbline::catalog
