// SPDX-License-Identifier: Apache-2.0
//
// An approval covers what the draft takes: steps of the library, and processes that it calls
// without saying which revision.
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/life/testing_approval.h"
#include "services/catalog/resource/timestamp.h"
#include "services/catalog/steps/testing.h"

namespace plumbline::catalog {
namespace {

using ::testing::HasSubstr;

constexpr char kLegal[] = "workspaces/acme/processes/legal";

// "ben" writes, "cyn" approves. The draft takes a step, and calls "legal" (two revisions, the tag
// "stable" on the first), which also calls what it names exactly.
class ApprovalTakenTest : public ApprovalTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(ReasonText(PutStep("finance")), "OK");
    DefineAs("ben", "legal", StepNode("read"));
    ASSERT_EQ(ReasonText(PublishAs("legal")), "OK");
    DefineAs("ben", "legal", StepNode("read-again"));
    ASSERT_EQ(ReasonText(PublishAs("legal")), "OK");
    ASSERT_EQ(ReasonText(Tag(1, 0)), "OK");
    ASSERT_EQ(ReasonText(SetPolicy(true, true)), "OK");
    v1::Node check;
    check.set_id("check");
    check.mutable_step()->set_uses("steps/check-credit");
    etag_ = DefineAs("ben", "desk",
                     SequenceNode("all", {check, CallNode("now", "processes/legal"),
                                          CallNode("proven", "processes/legal@stable"),
                                          CallNode("first", "processes/legal@1")}));
  }

  absl::StatusOr<v1::UpdateStepResponse> PutStep(const std::string& role) {
    v1::UpdateStepRequest request;
    *request.mutable_step() = CheckCredit();
    request.mutable_step()->set_name(kCredit);
    request.mutable_step()->mutable_step()->set_role(role);
    request.set_allow_missing(true);
    return catalog_.CallAs<v1::UpdateStepResponse>(
        "ben", "/plumbline.catalog.v1.StepService/UpdateStep", request);
  }
  std::string DefineAs(const std::string& as, const std::string& id, const v1::Node& root) {
    v1::UpdateProcessRequest request;
    *request.mutable_process() = ProcessOf("Title", root);
    request.mutable_process()->set_name(absl::StrCat("workspaces/acme/processes/", id));
    request.set_allow_missing(true);
    auto updated = catalog_.CallAs<v1::UpdateProcessResponse>(as, "UpdateProcess", request);
    EXPECT_TRUE(updated.ok()) << updated.status();
    return updated.ok() ? updated->process().etag() : "";
  }
  absl::Status PublishAs(const std::string& id) {
    v1::PublishProcessRequest request;
    request.set_name(absl::StrCat("workspaces/acme/processes/", id));
    return catalog_.CallAs<v1::PublishProcessResponse>("ben", "PublishProcess", request).status();
  }
  absl::Status Tag(int64_t revision, int64_t expected) {
    v1::SetTagRequest request;
    request.set_name(kLegal);
    request.set_tag("stable");
    request.set_revision(revision);
    request.set_expected_revision(expected);
    return catalog_.CallAs<v1::SetTagResponse>("ben", "SetTag", request).status();
  }
  absl::Status SetPeriod(int64_t revision, absl::Time from) {
    v1::SetEffectivePeriodRequest request;
    request.set_name(absl::StrCat(kLegal, "@", revision));
    *request.mutable_effective_from() = ToTimestamp(from);
    return catalog_.CallAs<v1::SetEffectivePeriodResponse>("ben", "SetEffectivePeriod", request)
        .status();
  }
  // What is changed while the draft stays as it is, and what is said of it.
  struct Change {
    std::string name;
    std::function<absl::Status()> make;
    std::string said;
  };
  std::vector<Change> Changes() {
    return {{"a step of the library", [&] { return PutStep("treasury").status(); },
             "'steps/check-credit' was 'steps/check-credit@1' and is 'steps/check-credit@2'"},
            {"a tag", [&] { return Tag(2, 1); },
             "'processes/legal@stable' was 'processes/legal@1' and is 'processes/legal@2'"},
            {"the revision that is chosen",
             [&] { return SetPeriod(2, catalog_.clock().Now() + absl::Hours(1)); },
             "'processes/legal' was 'processes/legal@2' and is 'processes/legal@1'"},
            {"the time, at which a period begins",
             [&] {
               catalog_.clock().Advance(absl::Hours(2));
               return absl::OkStatus();
             },
             "'processes/legal' was 'processes/legal@1' and is 'processes/legal@2'"}};
  }

  std::string etag_;
};

TEST_F(ApprovalTakenTest, ItSaysWhatIsTaken) {
  auto submitted = Submit("ben", etag_);
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  std::vector<std::string> taken;
  for (const v1::TakenPart& part : submitted->process().approval().taken())
    taken.push_back(absl::StrCat(part.named(), "=", part.meant()));
  EXPECT_THAT(taken, ::testing::ElementsAre("processes/legal=processes/legal@2",
                                            "processes/legal@stable=processes/legal@1",
                                            "steps/check-credit=steps/check-credit@1"));
  v1::ListProcessesRequest list;
  list.set_parent("workspaces/acme");
  auto listed = catalog_.CallAs<v1::ListProcessesResponse>("ben", "ListProcesses", list);
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_EQ(listed->processes(0).approval().state(), v1::Approval::STATE_SUBMITTED);
  EXPECT_EQ(listed->processes(0).approval().taken_size(), 0);
}

TEST_F(ApprovalTakenTest, WhatChangedSinceIsNotApproved) {
  for (const Change& change : Changes()) {
    ASSERT_EQ(ReasonText(Submit("ben", etag_)), "OK") << change.name;
    ASSERT_EQ(ReasonText(Approve("cyn", etag_)), "OK") << change.name;
    EXPECT_EQ(ReasonText(Submit("ben", etag_)), "APPROVAL_STATE") << "nothing changed yet";
    ASSERT_EQ(ReasonText(change.make()), "OK") << change.name;
    const absl::Status refused = Publish().status();
    EXPECT_EQ(ReasonText(refused), "APPROVAL_REQUIRED") << change.name;
    EXPECT_THAT(std::string(refused.message()), HasSubstr(change.said));
    EXPECT_EQ(base::MetadataOf(refused, "changed"), change.said);
    EXPECT_EQ(base::MetadataOf(refused, "approval_state"), "NONE");
  }
  ASSERT_EQ(ReasonText(Submit("ben", etag_)), "OK");
  ASSERT_EQ(ReasonText(Approve("cyn", etag_)), "OK");
  auto published = Publish();
  ASSERT_TRUE(published.ok()) << published.status();
  EXPECT_EQ(published->process().root().sequence().nodes(0).step().role(), "treasury");
}

TEST_F(ApprovalTakenTest, NobodyApprovesWhatChangedSinceItWasSubmitted) {
  for (const Change& change : Changes()) {
    ASSERT_EQ(ReasonText(Submit("ben", etag_)), "OK") << change.name;
    ASSERT_EQ(ReasonText(change.make()), "OK") << change.name;
    const absl::Status refused = Approve("cyn", etag_).status();
    EXPECT_EQ(ReasonText(refused), "APPROVAL_STATE") << change.name;
    EXPECT_THAT(std::string(refused.message()), HasSubstr(change.said));
  }
  EXPECT_EQ(ReasonText(Reject("cyn", etag_)), "OK");
}

TEST_F(ApprovalTakenTest, WhatItDoesNotTakeMayChange) {
  ASSERT_EQ(ReasonText(Submit("ben", etag_)), "OK");
  ASSERT_EQ(ReasonText(Approve("cyn", etag_)), "OK");
  v1::UpdateStepRequest other;
  *other.mutable_step() = CheckCredit();
  other.mutable_step()->set_name("workspaces/acme/steps/other");
  other.set_allow_missing(true);
  ASSERT_EQ(ReasonText(catalog_.CallAs<v1::UpdateStepResponse>(
                "ben", "/plumbline.catalog.v1.StepService/UpdateStep", other)),
            "OK");
  DefineAs("ben", "legal", StepNode("drafted-only"));
  EXPECT_EQ(ReasonText(Publish()), "OK");
}

TEST_F(ApprovalTakenTest, WhatCannotBeResolvedIsNotSubmitted) {
  const std::string etag = DefineAs("ben", "desk", CallNode("nobody", "processes/nobody"));
  const absl::Status refused = Submit("ben", etag).status();
  EXPECT_EQ(ReasonText(refused), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(base::MetadataOf(refused, "chain"), "desk -> nobody");
}

}  // namespace
}  // namespace plumbline::catalog
