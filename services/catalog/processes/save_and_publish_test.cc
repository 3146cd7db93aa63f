// SPDX-License-Identifier: Apache-2.0
//
// CreateProcess and UpdateProcess that publish what they save.
#include <string>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/life/testing_approval.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr char kName[] = "workspaces/acme/processes/desk";

v1::CreateProcessRequest CreateRequest(const v1::Process& process) {
  v1::CreateProcessRequest request;
  request.set_parent("workspaces/acme");
  request.set_process_id("desk");
  *request.mutable_process() = process;
  request.set_publish(true);
  return request;
}

v1::UpdateProcessRequest UpdateRequest(const v1::Process& process) {
  v1::UpdateProcessRequest request;
  *request.mutable_process() = process;
  request.mutable_process()->set_name(kName);
  request.set_publish(true);
  return request;
}

class SaveAndPublishTest : public ::testing::Test {
 protected:
  std::vector<v1::CatalogHistoryEntry> History() {
    v1::ListProcessHistoryRequest request;
    request.set_name(kName);
    auto listed = catalog_.Call<v1::ListProcessHistoryResponse>("ListProcessHistory", request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    return {listed->entries().begin(), listed->entries().end()};
  }

  TestCatalog catalog_;
};

TEST_F(SaveAndPublishTest, CreatesAHeadWithItsFirstRevision) {
  const v1::Process process = ProcessOf("Desk", StepNode("look"));
  auto created = catalog_.Create(CreateRequest(process));
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->process().name(), kName) << "the head, not the revision";
  EXPECT_EQ(created->process().latest_revision(), 1);
  EXPECT_EQ(created->process().draft_authors_size(), 0);
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("desk"), created->process()));
  const auto revision = catalog_.Get("desk@1");
  ASSERT_TRUE(revision.ok()) << revision.status();
  EXPECT_TRUE(MessageDifferencer::Equals(revision->root(), process.root()));
  const auto history = History();
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].kind(), v1::CatalogHistoryEntry::KIND_CREATED);
  EXPECT_EQ(history[1].kind(), v1::CatalogHistoryEntry::KIND_PUBLISHED);
  EXPECT_EQ(history[1].revision(), 1);
}

TEST_F(SaveAndPublishTest, NothingIsCreatedThatCannotBePublished) {
  EXPECT_EQ(ReasonText(catalog_.Create(CreateRequest(Calling({"nobody"})))), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(catalog_.Get("desk")), "RESOURCE_NOT_FOUND");
}

TEST_F(SaveAndPublishTest, UpdatesBothOrNeither) {
  ASSERT_EQ(ReasonText(catalog_.Create(CreateRequest(Calling({})))), "OK");
  const auto before = catalog_.Get("desk");
  EXPECT_EQ(ReasonText(catalog_.Update(UpdateRequest(Calling({"nobody"})))), "RESOURCE_NOT_FOUND");
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("desk"), *before));

  auto updated = catalog_.Update(UpdateRequest(ProcessOf("Desk", StepNode("look"))));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->process().latest_revision(), 2);
  EXPECT_EQ(catalog_.Get("desk@2")->title(), "Desk");
}

TEST_F(SaveAndPublishTest, PublishesADraftThatIsAsItShallBe) {
  const v1::Process process = ProcessOf("Desk", StepNode("look"));
  ASSERT_EQ(ReasonText(catalog_.Create("desk", process)), "OK");
  auto updated = catalog_.Update(UpdateRequest(process));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->process().latest_revision(), 1);
  ASSERT_EQ(History().size(), 2u);

  auto again = catalog_.Update(UpdateRequest(process));
  ASSERT_TRUE(again.ok()) << "there is nothing to publish, and that is no error";
  EXPECT_TRUE(MessageDifferencer::Equals(again->process(), updated->process()));
  EXPECT_EQ(History().size(), 2u);
}

TEST_F(SaveAndPublishTest, ADraftThatComesToEqualTheLatestRevisionIsSaved) {
  const v1::Process process = ProcessOf("Desk", StepNode("look"));
  ASSERT_EQ(ReasonText(catalog_.Create(CreateRequest(process))), "OK");
  catalog_.Define("desk", ProcessOf("Another", StepNode("look")));
  auto back = catalog_.Update(UpdateRequest(process));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->process().title(), "Desk");
  EXPECT_EQ(back->process().latest_revision(), 1);
  EXPECT_EQ(catalog_.Get("desk")->title(), "Desk");
  EXPECT_FALSE(back->process().unpublished_changes());
}

// However it comes to that.
TEST_F(SaveAndPublishTest, ADraftThatSaysWhatTheLatestRevisionSaysHasNoUnpublishedChanges) {
  ASSERT_EQ(ReasonText(catalog_.Create("legal", ProcessOf("Legal", StepNode("read")))), "OK");
  ASSERT_EQ(ReasonText(catalog_.Publish("legal")), "OK");
  const v1::Process process = Calling({"legal"});
  auto created = catalog_.Create(CreateRequest(process));
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_FALSE(created->process().unpublished_changes());
  EXPECT_TRUE(
      catalog_.Define("desk", ProcessOf("Another", StepNode("look"))).unpublished_changes());
  EXPECT_FALSE(catalog_.Define("desk", process).unpublished_changes()) << "as it was published";
  EXPECT_FALSE(catalog_.Get("desk")->unpublished_changes());
  EXPECT_EQ(History().size(), 4u) << "both edits are told";

  v1::Process pinned = *catalog_.Get("desk@1");
  pinned.clear_etag();
  EXPECT_TRUE(catalog_.Define("desk", Calling({})).unpublished_changes());
  EXPECT_FALSE(catalog_.Define("desk", pinned).unpublished_changes()) << "as the revision is";
  EXPECT_EQ(ReasonText(catalog_.Publish("desk")), "NOTHING_TO_PUBLISH");

  catalog_.DefineAndPublish("legal", ProcessOf("Legal", StepNode("read-twice")));
  auto next = catalog_.Update(UpdateRequest(process));
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(next->process().latest_revision(), 2) << "it calls the next revision";
  EXPECT_TRUE(catalog_.Define("desk", pinned).unpublished_changes()) << "as one before is";
  auto same = catalog_.Update(UpdateRequest(Calling({"legal@2"})));
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->process().latest_revision(), 2);
  EXPECT_FALSE(same->process().unpublished_changes()) << "the same, written in another way";
  EXPECT_FALSE(catalog_.Get("desk")->unpublished_changes());
}

TEST_F(SaveAndPublishTest, ValidateOnlyTellsAndWritesNothing) {
  v1::CreateProcessRequest request = CreateRequest(Calling({}));
  request.set_validate_only(true);
  auto looked = catalog_.Create(request);
  ASSERT_TRUE(looked.ok()) << looked.status();
  EXPECT_EQ(looked->process().latest_revision(), 1);
  EXPECT_EQ(ReasonText(catalog_.Get("desk")), "RESOURCE_NOT_FOUND");
}

TEST_F(SaveAndPublishTest, WhatIsToBeCreatedOnlyReplacesNothing) {
  v1::UpdateProcessRequest request = UpdateRequest(Calling({}));
  request.set_create_only(true);
  EXPECT_EQ(ReasonText(catalog_.Update(request)), "FIELD_INVALID") << "nothing could be done";
  request.set_allow_missing(true);
  EXPECT_EQ(ReasonText(catalog_.Update(request)), "OK");
  EXPECT_EQ(ReasonText(catalog_.Update(request)), "RESOURCE_ALREADY_EXISTS");
}

class SaveAndPublishApprovalTest : public ApprovalTest {};

TEST_F(SaveAndPublishApprovalTest, APolicyThatDemandsApprovalRefusesBoth) {
  ASSERT_EQ(ReasonText(SetPolicy(true, false)), "OK");
  const auto created = catalog_.CallAs<v1::CreateProcessResponse>(
      "ben", "CreateProcess", CreateRequest(ProcessOf("Desk", StepNode("look"))));
  EXPECT_EQ(ReasonText(created), "APPROVAL_REQUIRED");
  v1::GetProcessRequest get;
  get.set_name(kName);
  EXPECT_EQ(ReasonText(catalog_.CallAs<v1::GetProcessResponse>("ben", "GetProcess", get)),
            "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace plumbline::catalog
