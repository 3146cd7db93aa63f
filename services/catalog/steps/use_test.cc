// SPDX-License-Identifier: Apache-2.0
//
// What publishing and comparing take from the library of steps.
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/steps/testing.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using StepUseTest = StepTest;

// A process with a step that takes all it can from the library, and one that says much itself.
v1::Process UsingTheLibrary() {
  v1::Node bare;
  bare.set_id("bare");
  bare.mutable_step()->set_uses("steps/check-credit");
  v1::Node own = StepNode("own");
  own.mutable_step()->set_uses("steps/check-credit");
  own.mutable_step()->add_utilities("erp");
  own.mutable_step()->add_utilities("credit-bureau");
  for (const char* id : {"limit", "insured"}) {
    v1::ChecklistItem* item = own.mutable_step()->add_checklist();
    item->set_id(id);
    item->set_title(absl::StrCat("Own ", id));
  }
  return ProcessOf("Uses the library", SequenceNode("all", {bare, own}));
}

TEST_F(StepUseTest, PublishingWritesOutWhatAStepTakes) {
  ASSERT_TRUE(Create("check-credit", CheckCredit()).ok());
  ASSERT_EQ(ReasonText(catalog_.Create("deal", UsingTheLibrary())), "OK");
  const auto published = catalog_.Publish("deal");
  ASSERT_TRUE(published.ok()) << published.status();
  const v1::Node& bare = published->process().root().sequence().nodes(0);
  EXPECT_EQ(bare.title(), "Check the credit");
  v1::Step expected = CheckCredit().step();
  expected.set_uses("steps/check-credit@1");
  EXPECT_TRUE(MessageDifferencer::Equals(bare.step(), expected)) << bare.DebugString();
  const v1::Node& own = published->process().root().sequence().nodes(1);
  EXPECT_EQ(own.title(), "Do own");
  EXPECT_EQ(own.step().role(), "sales-operations");
  EXPECT_EQ(own.step().target().days(), 1);
  EXPECT_THAT(own.step().utilities(), ElementsAre("credit-bureau", "erp"));
  ASSERT_EQ(own.step().checklist_size(), 2);
  EXPECT_EQ(own.step().checklist(0).title(), "Own limit");
  EXPECT_EQ(own.step().checklist(1).id(), "insured");
  EXPECT_EQ(catalog_.Get("deal")->root().sequence().nodes(0).step().role(), "")
      << "the draft stays as it was written";
}

TEST_F(StepUseTest, NothingChangesUnderARevision) {
  ASSERT_TRUE(Create("check-credit", CheckCredit()).ok());
  ASSERT_EQ(ReasonText(catalog_.Create("deal", UsingTheLibrary())), "OK");
  const v1::Process first = catalog_.Publish("deal")->process();
  EXPECT_EQ(ReasonText(catalog_.Publish("deal")), "NOTHING_TO_PUBLISH");
  v1::StepTemplate next = CheckCredit();
  next.mutable_step()->set_role("treasury");
  ASSERT_TRUE(Update(kCredit, next).ok());
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("deal@1"), first));

  v1::DiffRevisionsRequest request;
  request.set_name("workspaces/acme/processes/deal@1");
  const auto diff = catalog_.Call<v1::DiffRevisionsResponse>("DiffRevisions", request);
  ASSERT_TRUE(diff.ok()) << diff.status();
  EXPECT_EQ(diff->verdict(), v1::DiffRevisionsResponse::VERDICT_COMPATIBLE);
  ASSERT_EQ(diff->differences_size(), 3);
  EXPECT_EQ(diff->differences(0).kind(), v1::Difference::KIND_ROLE);
  EXPECT_EQ(diff->differences(1).after(), "steps/check-credit@2");

  const auto second = catalog_.Publish("deal");
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->process().root().sequence().nodes(0).step().role(), "treasury");
}

TEST_F(StepUseTest, ARevisionThatIsAppliedAgainPublishesTheSame) {
  ASSERT_TRUE(Create("check-credit", CheckCredit()).ok());
  ASSERT_EQ(ReasonText(catalog_.Create("deal", UsingTheLibrary())), "OK");
  v1::Process revision = catalog_.Publish("deal")->process();
  v1::UpdateProcessRequest request;
  *request.mutable_process() = revision;
  request.mutable_process()->set_name("workspaces/acme/processes/deal");
  request.mutable_process()->clear_etag();
  ASSERT_EQ(ReasonText(catalog_.Update(request)), "OK");
  EXPECT_EQ(ReasonText(catalog_.Publish("deal")), "NOTHING_TO_PUBLISH");
}

TEST_F(StepUseTest, ARevisionCanBePinnedAlsoOneThatWasDeleted) {
  ASSERT_TRUE(Create("check-credit", CheckCredit()).ok());
  v1::StepTemplate next = CheckCredit();
  next.mutable_step()->set_role("treasury");
  ASSERT_TRUE(Update(kCredit, next).ok());
  ASSERT_TRUE(Delete(kCredit).ok());
  v1::Process process = UsingTheLibrary();
  for (v1::Node& node : *process.mutable_root()->mutable_sequence()->mutable_nodes())
    node.mutable_step()->set_uses("steps/check-credit@1");
  ASSERT_EQ(ReasonText(catalog_.Create("deal", process)), "OK");
  EXPECT_EQ(catalog_.Publish("deal")->process().root().sequence().nodes(0).step().role(),
            "finance");
}

TEST_F(StepUseTest, PublishingRefusesWhatIsNotInTheLibrary) {
  ASSERT_EQ(ReasonText(catalog_.Create("deal", UsingTheLibrary())), "OK");
  const auto published = catalog_.Publish("deal");
  EXPECT_EQ(ReasonText(published), "RESOURCE_NOT_FOUND");
  EXPECT_THAT(std::string(published.status().message()), HasSubstr("node 'bare' uses"));
  EXPECT_THAT(std::string(published.status().message()), HasSubstr(kCredit));
}

TEST_F(StepUseTest, WhatGrowsTooLargeWithItsTemplateIsRefused) {
  v1::StepTemplate step = CheckCredit();
  for (int i = 0; i < 19; ++i) step.mutable_step()->add_utilities(absl::StrCat("u", i));
  ASSERT_TRUE(Create("check-credit", step).ok());
  ASSERT_EQ(ReasonText(catalog_.Create("deal", UsingTheLibrary())), "OK");
  const auto published = catalog_.Publish("deal");
  EXPECT_EQ(ReasonText(published), "PROCESS_INVALID");
  const auto violations = base::FieldViolationsOf(published.status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "process.root.sequence.nodes[1].step.utilities");
}

TEST_F(StepUseTest, SearchFindsDraftsByWhatTheirStepsTake) {
  ASSERT_TRUE(Create("check-credit", CheckCredit()).ok());
  ASSERT_EQ(ReasonText(catalog_.Create("deal", UsingTheLibrary())), "OK");
  const auto found = [&](const std::string& query) -> std::string {
    v1::SearchProcessesRequest request;
    request.set_parent("workspaces/acme");
    request.set_query(query);
    const auto page = catalog_.Call<v1::SearchProcessesResponse>("SearchProcesses", request);
    if (!page.ok()) return ReasonText(page);
    if (page->matches_size() == 0) return "nothing";
    return absl::StrCat(page->matches(0).node_id(), ": ", page->matches(0).snippet());
  };
  EXPECT_EQ(found("credit"), "bare: Check the credit");
  EXPECT_EQ(found("bureau"), "bare: Ask the bureau.");
  v1::StepTemplate next = CheckCredit();
  next.set_title("Solvency");
  ASSERT_TRUE(Update(kCredit, next).ok());
  ASSERT_TRUE(catalog_.app().RunOnce().ok());
  EXPECT_EQ(found("solvency"), "bare: Solvency");
  EXPECT_EQ(found("credit"), "nothing");
}

}  // namespace
}  // namespace plumbline::catalog
