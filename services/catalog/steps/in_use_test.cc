// SPDX-License-Identifier: Apache-2.0
//
// Who uses a step of the library, and what that keeps from being deleted.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "services/catalog/steps/testing.h"

namespace plumbline::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::Node Use(const std::string& id, const std::string& step) {
  v1::Node node;
  node.set_id(id);
  node.mutable_step()->set_uses(absl::StrCat("steps/", step));
  return node;
}

v1::Process Using(const std::vector<std::string>& steps) {
  std::vector<v1::Node> nodes;
  for (const std::string& step : steps)
    nodes.push_back(Use(absl::StrCat("use-", nodes.size() + 1), step));
  return ProcessOf("Uses steps", SequenceNode("all", nodes));
}

class StepInUseTest : public StepTest {
 protected:
  void SetUp() override { ASSERT_TRUE(Create("check-credit", CheckCredit()).ok()); }

  absl::StatusOr<v1::DeleteStepResponse> Delete(bool force = false) {
    v1::DeleteStepRequest request;
    request.set_name(kCredit);
    request.set_force(force);
    return catalog_.CallSteps<v1::DeleteStepResponse>("DeleteStep", request);
  }
  absl::Status DeleteUtility(bool force = false) {
    v1::DeleteUtilityRequest request;
    request.set_name("workspaces/acme/utilities/credit-bureau");
    request.set_force(force);
    return catalog_.CallUtilities<v1::DeleteUtilityResponse>("DeleteUtility", request).status();
  }
  // "1 processes/deal > steps/check-credit: use-1,use-2", or the reason of the error.
  std::vector<std::string> Callers(const std::string& name, bool direct = false) {
    v1::ListCallersRequest request;
    request.set_name(absl::StrCat("workspaces/acme/", name));
    request.set_direct_only(direct);
    const auto listed = catalog_.Call<v1::ListCallersResponse>("ListCallers", request);
    if (!listed.ok()) return {ReasonText(listed)};
    std::vector<std::string> lines;
    for (const v1::Caller& caller : listed->callers()) {
      std::vector<std::string> chain;
      for (const std::string& link : caller.chain())
        chain.emplace_back(absl::StripPrefix(link, "workspaces/acme/"));
      lines.push_back(absl::StrCat(caller.depth(), " ", absl::StrJoin(chain, " > "), ": ",
                                   absl::StrJoin(caller.nodes(), ",")));
    }
    EXPECT_EQ(listed->total_count(), listed->callers_size());
    return lines;
  }
  // "subject: description" of each.
  static std::vector<std::string> Named(const absl::Status& status) {
    google::rpc::PreconditionFailure failure;
    const auto payload = status.GetPayload("type.googleapis.com/google.rpc.PreconditionFailure");
    if (payload.has_value()) failure.ParseFromString(std::string(*payload));
    std::vector<std::string> named;
    for (const auto& v : failure.violations()) {
      named.push_back(
          absl::StrCat(absl::StripPrefix(v.subject(), "workspaces/acme/"), ": ", v.description()));
    }
    return named;
  }
};

TEST_F(StepInUseTest, IsNotDeletedWhileADraftUsesIt) {
  catalog_.Define("deal", Using({"check-credit", "check-credit@1", "check-credit"}));
  catalog_.Define("other", Using({"check-credit"}));
  const absl::Status used = Delete().status();
  EXPECT_EQ(ReasonText(used), "STEP_IN_USE");
  EXPECT_EQ(base::MetadataOf(used, "user_count"), "2");
  EXPECT_THAT(std::string(used.message()), HasSubstr("is used by 2 drafts"));
  EXPECT_THAT(Named(used), ElementsAre("processes/deal: is used by 'use-1' 'use-3'",
                                       "processes/other: is used by 'use-1'"));
  EXPECT_EQ(ReasonText(Get(kCredit)), "OK");
  EXPECT_EQ(ReasonText(Delete(true)), "OK");
  EXPECT_EQ(ReasonText(Get(kCredit)), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(catalog_.Publish("deal")), "RESOURCE_NOT_FOUND");
}

TEST_F(StepInUseTest, WhatDoesNotNeedItLetsItGo) {
  struct Row {
    std::string name;
    std::function<void()> make;
  };
  for (const Row& row : std::vector<Row>{
           {"a draft that names a revision",
            [&] { catalog_.Define("deal", Using({"check-credit@1"})); }},
           {"a revision, whose draft writes it out",
            [&] {
              catalog_.DefineAndPublish("deal", Using({"check-credit"}));
              catalog_.Define("deal", ProcessOf("Deal", StepNode("own")));
            }},
           {"a draft that was deleted",
            [&] {
              catalog_.Define("idea", Using({"check-credit"}));
              v1::DeleteProcessRequest request;
              request.set_name("workspaces/acme/processes/idea");
              EXPECT_EQ(
                  ReasonText(catalog_.Call<v1::DeleteProcessResponse>("DeleteProcess", request)),
                  "OK");
            }},
           {"a process that was archived",
            [&] {
              catalog_.Define("old", Using({"check-credit"}));
              v1::ArchiveProcessRequest request;
              request.set_name("workspaces/acme/processes/old");
              EXPECT_EQ(
                  ReasonText(catalog_.Call<v1::ArchiveProcessResponse>("ArchiveProcess", request)),
                  "OK");
              EXPECT_THAT(Callers("steps/check-credit"),
                          ::testing::Each(::testing::Not(::testing::HasSubstr("processes/old"))));
            }},
           {"a draft of another workspace", [&] {
              v1::CreateProcessRequest request;
              request.set_parent("workspaces/beta");
              request.set_process_id("deal");
              *request.mutable_process() = Using({"check-credit"});
              EXPECT_EQ(ReasonText(catalog_.Create(request)), "OK");
            }}}) {
    SCOPED_TRACE(row.name);
    row.make();
    EXPECT_EQ(ReasonText(Delete()), "OK");
    ASSERT_TRUE(Create("check-credit", CheckCredit()).ok());
  }
}

TEST_F(StepInUseTest, ListsWhoUsesItAlsoThroughOthers) {
  catalog_.DefineAndPublish("deal", Using({"check-credit"}));
  catalog_.Define("desk", Calling({"deal"}));
  EXPECT_THAT(Callers("steps/check-credit"),
              ElementsAre("1 processes/deal > steps/check-credit: use-1",
                          "1 processes/deal@1 > steps/check-credit: use-1",
                          "2 processes/desk > processes/deal@1 > steps/check-credit: call-1"));
  EXPECT_EQ(Callers("steps/check-credit", true).size(), 2u);
  v1::StepTemplate next = CheckCredit();
  next.mutable_step()->set_role("treasury");
  ASSERT_TRUE(Update(kCredit, next).ok());
  EXPECT_THAT(Callers("steps/check-credit@1", true),
              ElementsAre("1 processes/deal@1 > steps/check-credit@1: use-1"));
  EXPECT_THAT(Callers("steps/check-credit@2"),
              ElementsAre("1 processes/deal > steps/check-credit@2: use-1"))
      << "a draft that names no revision takes the present one";
  EXPECT_THAT(Callers("steps/nothing"), ElementsAre("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Callers("steps/check-credit@9"), ElementsAre("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Callers("steps/Check"), ElementsAre("FIELD_INVALID"));
  ASSERT_EQ(ReasonText(Delete(true)), "OK");
  EXPECT_EQ(Callers("steps/check-credit").size(), 3u) << "who still names it is told";
  ASSERT_TRUE(Create("unused", CheckCredit()).ok());
  EXPECT_THAT(Callers("steps/unused"), IsEmpty());
}

TEST_F(StepInUseTest, AUtilityIsUsedByTheStepsThatNameIt) {
  v1::CreateUtilityRequest create;
  create.set_parent("workspaces/acme");
  create.set_utility_id("credit-bureau");
  create.mutable_utility()->set_title("Credit bureau");
  create.mutable_utility()->set_owner("finance");
  ASSERT_EQ(ReasonText(catalog_.CallUtilities<v1::CreateUtilityResponse>("CreateUtility", create)),
            "OK");
  EXPECT_THAT(Named(DeleteUtility()), ElementsAre("steps/check-credit: names it"));
  v1::Node both = StepNode("both");
  both.mutable_step()->add_utilities("credit-bureau");
  catalog_.Define("deal",
                  ProcessOf("Deal", SequenceNode("all", {Use("taken", "check-credit"), both})));
  const absl::Status used = DeleteUtility();
  EXPECT_EQ(ReasonText(used), "UTILITY_IN_USE");
  EXPECT_EQ(base::MetadataOf(used, "user_count"), "2");
  EXPECT_THAT(std::string(used.message()),
              HasSubstr("is used by 1 drafts and revisions and by 1 step of the library"));
  EXPECT_THAT(Named(used), ElementsAre("steps/check-credit: names it",
                                       "processes/deal: is named by 'both' 'taken'"));
  EXPECT_THAT(Callers("utilities/credit-bureau"),
              ElementsAre("1 processes/deal > utilities/credit-bureau: both,taken"));

  // The next revision of the step does without it; who pinned the first does not.
  v1::StepTemplate next = CheckCredit();
  next.mutable_step()->clear_utilities();
  ASSERT_TRUE(Update(kCredit, next).ok());
  catalog_.Define("deal", Using({"check-credit"}));
  EXPECT_THAT(Callers("utilities/credit-bureau"), IsEmpty());
  catalog_.Define("deal", Using({"check-credit@1"}));
  EXPECT_THAT(Named(DeleteUtility()), ElementsAre("processes/deal: is named by 'use-1'"));
  EXPECT_EQ(ReasonText(DeleteUtility(true)), "OK");
}

}  // namespace
}  // namespace plumbline::catalog
