// SPDX-License-Identifier: Apache-2.0
//
// StepService over the in-process channel.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/steps/testing.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;

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

TEST_F(StepTest, ListsWhatTheFilterAsksForInTheOrderThatIsAskedFor) {
  for (const char* id : {"c", "a", "b"}) {
    v1::StepTemplate step = CheckCredit();
    step.mutable_step()->set_role(absl::StrCat("role-", id));
    if (*id == 'b') (*step.mutable_labels())["area"] = "support";
    ASSERT_TRUE(Create(id, step).ok());
  }
  const auto list = [&](const std::string& filter, const std::string& order) {
    v1::ListStepsRequest request;
    request.set_parent("workspaces/acme");
    request.set_filter(filter);
    request.set_order_by(order);
    std::string ids;
    const auto page = catalog_.CallSteps<v1::ListStepsResponse>("ListSteps", request);
    if (!page.ok()) return ReasonText(page);
    for (const v1::StepTemplate& step : page->steps()) ids += step.name().back();
    return ids;
  };
  EXPECT_EQ(list("labels.area = deals", ""), "ac");
  EXPECT_EQ(list("role != role-a AND credit", "role desc"), "cb");
  EXPECT_EQ(list("update_time > 2000-01-01 AND revision = 1", "update_time desc, name"), "abc");
  EXPECT_EQ(list("rolle = x", ""), "FIELD_INVALID");
  EXPECT_EQ(list("", "labels"), "FIELD_INVALID");
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
           {"Outputs", [](auto& s) { s.mutable_step()->add_outputs("limit"); }, "PROCESS_INVALID",
            "step.step.outputs"},
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

}  // namespace
}  // namespace plumbline::catalog
