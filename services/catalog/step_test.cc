// SPDX-License-Identifier: Apache-2.0
//
// StepService over the in-process channel, and what publishing takes from the library.
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "plumbline/catalog/v1/step_service.pb.h"
#include "services/catalog/testing.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kCredit[] = "workspaces/acme/steps/check-credit";

v1::StepTemplate CheckCredit() {
  v1::StepTemplate step;
  step.set_title("Check the credit");
  step.set_purpose("Before anything is promised.");
  step.set_owner("finance");
  (*step.mutable_labels())["area"] = "deals";
  step.mutable_step()->set_role("finance");
  step.mutable_step()->mutable_target()->set_days(1);
  step.mutable_step()->add_utilities("credit-bureau");
  v1::ChecklistItem* item = step.mutable_step()->add_checklist();
  item->set_id("limit");
  item->set_title("Limit noted");
  step.mutable_step()->add_defect_kinds("no-answer");
  step.mutable_step()->set_instructions("Ask the bureau.");
  return step;
}

class StepTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::CreateStepResponse> Create(const std::string& id,
                                                const v1::StepTemplate& step) {
    v1::CreateStepRequest request;
    request.set_parent("workspaces/acme");
    request.set_step_id(id);
    *request.mutable_step() = step;
    return catalog_.CallSteps<v1::CreateStepResponse>("CreateStep", request);
  }
  absl::StatusOr<v1::UpdateStepResponse> Update(v1::UpdateStepRequest request) {
    return catalog_.CallSteps<v1::UpdateStepResponse>("UpdateStep", request);
  }
  absl::StatusOr<v1::UpdateStepResponse> Update(const std::string& name, v1::StepTemplate step) {
    v1::UpdateStepRequest request;
    *request.mutable_step() = std::move(step);
    request.mutable_step()->set_name(name);
    return Update(request);
  }
  absl::StatusOr<v1::StepTemplate> Get(const std::string& name) {
    v1::GetStepRequest request;
    request.set_name(name);
    auto response = catalog_.CallSteps<v1::GetStepResponse>("GetStep", request);
    if (!response.ok()) return response.status();
    return response->step();
  }
  absl::StatusOr<v1::DeleteStepResponse> Delete(const std::string& name,
                                                const std::string& etag = "") {
    v1::DeleteStepRequest request;
    request.set_name(name);
    request.set_etag(etag);
    return catalog_.CallSteps<v1::DeleteStepResponse>("DeleteStep", request);
  }

  TestCatalog catalog_;
};

TEST_F(StepTest, EveryUpdateIsANewRevision) {
  const auto created = Create("check-credit", CheckCredit());
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->step().name(), kCredit);
  EXPECT_EQ(created->step().revision(), 1);
  EXPECT_EQ(created->step().author(), "anonymous");
  EXPECT_FALSE(created->freshness_token().empty());
  EXPECT_TRUE(MessageDifferencer::Equals(*Get(kCredit), created->step()));

  catalog_.clock().Advance(absl::Hours(1));
  v1::StepTemplate next = CheckCredit();
  next.mutable_step()->set_role("treasury");
  const auto updated = Update(kCredit, next);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->step().revision(), 2);
  EXPECT_NE(updated->step().etag(), created->step().etag());
  EXPECT_EQ(updated->step().create_time().seconds(), created->step().create_time().seconds());
  EXPECT_EQ(updated->step().update_time().seconds(),
            created->step().update_time().seconds() + 3600);

  EXPECT_EQ(Update(kCredit, next)->step().revision(), 2) << "nothing differs";
  EXPECT_EQ(Get(absl::StrCat(kCredit, "@1"))->step().role(), "finance");
  EXPECT_EQ(Get(absl::StrCat(kCredit, "@1"))->name(), absl::StrCat(kCredit, "@1"));
  EXPECT_EQ(Get(kCredit)->step().role(), "treasury");
}

TEST_F(StepTest, ReplacesTheFieldsOfTheMask) {
  ASSERT_TRUE(Create("check-credit", CheckCredit()).ok());
  v1::UpdateStepRequest request;
  request.mutable_step()->set_name(kCredit);
  request.mutable_step()->set_owner("treasury");
  request.mutable_update_mask()->add_paths("owner");
  const auto updated = Update(request);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->step().owner(), "treasury");
  EXPECT_EQ(updated->step().title(), "Check the credit");
  request.mutable_update_mask()->add_paths("revision");
  EXPECT_EQ(ReasonText(Update(request)), "FIELD_INVALID");
}

TEST_F(StepTest, ARepeatedRequestTakesEffectOnce) {
  ASSERT_TRUE(Create("check-credit", CheckCredit()).ok());
  v1::UpdateStepRequest request;
  *request.mutable_step() = CheckCredit();
  request.mutable_step()->set_name(kCredit);
  request.mutable_step()->set_title("Another");
  request.set_request_id("once");
  const auto first = Update(request);
  const auto again = Update(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *again));
  request.mutable_step()->set_title("Yet another");
  EXPECT_EQ(ReasonText(Update(request)), "REQUEST_ID_REUSED");
}

TEST_F(StepTest, ValidateOnlyChangesNothing) {
  v1::CreateStepRequest request;
  request.set_parent("workspaces/acme");
  request.set_step_id("check-credit");
  *request.mutable_step() = CheckCredit();
  request.set_validate_only(true);
  EXPECT_EQ(catalog_.CallSteps<v1::CreateStepResponse>("CreateStep", request)->step().revision(),
            1);
  EXPECT_EQ(ReasonText(Get(kCredit)), "RESOURCE_NOT_FOUND");
}

TEST_F(StepTest, NumbersAreNeverUsedAgain) {
  ASSERT_TRUE(Create("check-credit", CheckCredit()).ok());
  const auto stale = Delete(kCredit, "0123456789abcdef");
  EXPECT_EQ(ReasonText(stale), "ETAG_MISMATCH");
  const auto deleted = Delete(kCredit, Get(kCredit)->etag());
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_EQ(deleted->step().revision(), 1);
  EXPECT_EQ(ReasonText(Get(kCredit)), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(Delete(kCredit)), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(Get(absl::StrCat(kCredit, "@1"))->title(), "Check the credit");
  EXPECT_EQ(Create("check-credit", CheckCredit())->step().revision(), 2);
}

TEST_F(StepTest, ListsByPages) {
  for (const char* id : {"c", "a", "b"}) ASSERT_TRUE(Create(id, CheckCredit()).ok());
  std::vector<std::string> names;
  v1::ListStepsRequest request;
  request.set_parent("workspaces/acme");
  request.set_page_size(2);
  do {
    const auto page = catalog_.CallSteps<v1::ListStepsResponse>("ListSteps", request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::StepTemplate& step : page->steps()) names.push_back(step.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("workspaces/acme/steps/a", "workspaces/acme/steps/b",
                                 "workspaces/acme/steps/c"));
}

TEST_F(StepTest, ListsRevisionsLatestFirst) {
  v1::StepTemplate step = CheckCredit();
  ASSERT_TRUE(Create("check-credit", step).ok());
  for (const char* title : {"Two", "Three"}) {
    step.set_title(title);
    ASSERT_TRUE(Update(kCredit, step).ok());
  }
  v1::ListStepRevisionsRequest request;
  request.set_name(kCredit);
  request.set_page_size(2);
  auto page = catalog_.CallSteps<v1::ListStepRevisionsResponse>("ListStepRevisions", request);
  ASSERT_EQ(page->steps_size(), 2);
  EXPECT_EQ(page->steps(0).name(), absl::StrCat(kCredit, "@3"));
  request.set_page_token(page->next_page_token());
  page = catalog_.CallSteps<v1::ListStepRevisionsResponse>("ListStepRevisions", request);
  ASSERT_EQ(page->steps_size(), 1);
  EXPECT_EQ(page->steps(0).title(), "Check the credit");
  EXPECT_EQ(page->next_page_token(), "");
  request.set_name("workspaces/acme/steps/nowhere");
  request.clear_page_token();
  EXPECT_EQ(
      ReasonText(catalog_.CallSteps<v1::ListStepRevisionsResponse>("ListStepRevisions", request)),
      "RESOURCE_NOT_FOUND");
}

TEST_F(StepTest, NamesTheFieldAndTheRemedy) {
  struct Row {
    std::string name;
    std::function<void(v1::StepTemplate&)> spoil;
    std::string reason, field;
  };
  for (const Row& row : std::vector<Row>{
           {"NoTitle", [](auto& s) { s.clear_title(); }, "FIELD_INVALID", "step.title"},
           {"LongPurpose", [](auto& s) { s.set_purpose(std::string(4001, 'p')); }, "FIELD_INVALID",
            "step.purpose"},
           {"NoOwner", [](auto& s) { s.clear_owner(); }, "FIELD_INVALID", "step.owner"},
           {"Label", [](auto& s) { (*s.mutable_labels())["A b"] = ""; }, "FIELD_INVALID",
            "step.labels['A b']"},
           {"NoStep", [](auto& s) { s.clear_step(); }, "FIELD_INVALID", "step.step"},
           {"NoRole", [](auto& s) { s.mutable_step()->clear_role(); }, "PROCESS_INVALID",
            "step.step.role"},
           {"Uses", [](auto& s) { s.mutable_step()->set_uses("steps/x"); }, "PROCESS_INVALID",
            "step.step.uses"},
           {"Name", [](auto& s) { s.set_name("workspaces/acme/steps/other"); }, "FIELD_INVALID",
            "step.name"},
       }) {
    SCOPED_TRACE(row.name);
    v1::StepTemplate step = CheckCredit();
    row.spoil(step);
    const auto created = Create("check-credit", step);
    EXPECT_EQ(ReasonText(created), row.reason);
    const auto violations = base::FieldViolationsOf(created.status());
    ASSERT_EQ(violations.size(), 1u);
    EXPECT_EQ(violations[0].field, row.field);
  }
  EXPECT_EQ(ReasonText(Create("Check", CheckCredit())), "FIELD_INVALID");
  ASSERT_TRUE(Create("check-credit", CheckCredit()).ok());
  EXPECT_EQ(ReasonText(Create("check-credit", CheckCredit())), "RESOURCE_ALREADY_EXISTS");
  EXPECT_EQ(ReasonText(Get("workspaces/beta/steps/check-credit")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(Get(absl::StrCat(kCredit, "@0"))), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Get(absl::StrCat(kCredit, "@9"))), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(Update("workspaces/acme/steps/nowhere", CheckCredit())),
            "RESOURCE_NOT_FOUND");
}

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

TEST_F(StepTest, PublishingWritesOutWhatAStepTakes) {
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

TEST_F(StepTest, NothingChangesUnderARevision) {
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

TEST_F(StepTest, ARevisionThatIsAppliedAgainPublishesTheSame) {
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

TEST_F(StepTest, ARevisionCanBePinnedAlsoOneThatWasDeleted) {
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

TEST_F(StepTest, PublishingRefusesWhatIsNotInTheLibrary) {
  ASSERT_EQ(ReasonText(catalog_.Create("deal", UsingTheLibrary())), "OK");
  const auto published = catalog_.Publish("deal");
  EXPECT_EQ(ReasonText(published), "RESOURCE_NOT_FOUND");
  EXPECT_THAT(std::string(published.status().message()), HasSubstr("node 'bare' uses"));
  EXPECT_THAT(std::string(published.status().message()), HasSubstr(kCredit));
}

TEST_F(StepTest, WhatGrowsTooLargeWithItsTemplateIsRefused) {
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

}  // namespace
}  // namespace plumbline::catalog
