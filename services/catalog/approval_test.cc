// SPDX-License-Identifier: Apache-2.0
//
// The policy of a workspace, and SubmitForApproval, ApproveDraft and RejectDraft, as several
// people.
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "plumbline/catalog/v1/policy_service.pb.h"
#include "services/catalog/testing.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using v1::Approval;

constexpr char kDesk[] = "workspaces/acme/processes/desk";
constexpr char kPolicy[] = "workspaces/acme/catalogPolicy";
constexpr char kPolicyPath[] = "/plumbline.catalog.v1.CatalogPolicyService/";

class ApprovalTest : public ::testing::Test {
 protected:
  ApprovalTest()
      : catalog_({{"ada", {"catalog.read", "catalog.write", "catalog.approve"}},
                  {"ben", {"catalog.read", "catalog.write"}},
                  {"cyn", {"catalog.read", "catalog.approve"}},
                  {"dot", {"catalog.read", "catalog.admin"}}}) {}

  absl::StatusOr<v1::UpdateCatalogPolicyResponse> SetPolicy(
      bool approval, bool no_self, const std::string& as = "dot",
      const std::function<void(v1::UpdateCatalogPolicyRequest&)>& change = {}) {
    v1::UpdateCatalogPolicyRequest request;
    request.mutable_policy()->set_name(kPolicy);
    request.mutable_policy()->set_approval_required(approval);
    request.mutable_policy()->set_self_approval_refused(no_self);
    request.set_reason("audit");
    if (change) change(request);
    return catalog_.CallAs<v1::UpdateCatalogPolicyResponse>(
        as, absl::StrCat(kPolicyPath, "UpdateCatalogPolicy"), request);
  }
  v1::CatalogPolicy Policy() {
    v1::GetCatalogPolicyRequest request;
    request.set_name(kPolicy);
    auto response = catalog_.CallAs<v1::GetCatalogPolicyResponse>(
        "ben", absl::StrCat(kPolicyPath, "GetCatalogPolicy"), request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response->policy();
  }
  v1::Process Edit(const std::string& as, const std::string& title) {
    v1::UpdateProcessRequest request;
    *request.mutable_process() = ProcessOf(title, StepNode("work"));
    request.mutable_process()->set_name(kDesk);
    request.set_allow_missing(true);
    auto updated = catalog_.CallAs<v1::UpdateProcessResponse>(as, "UpdateProcess", request);
    EXPECT_TRUE(updated.ok()) << updated.status();
    return updated->process();
  }
  absl::StatusOr<v1::PublishProcessResponse> Publish() {
    v1::PublishProcessRequest request;
    request.set_name(kDesk);
    return catalog_.CallAs<v1::PublishProcessResponse>("ben", "PublishProcess", request);
  }
  template <typename Response, typename Request>
  absl::StatusOr<Response> Do(const std::string& as, const std::string& method,
                              const std::string& etag, const std::string& reason = "looked at it",
                              bool validate_only = false) {
    Request request;
    request.set_name(kDesk);
    request.set_etag(etag);
    request.set_reason(reason);
    request.set_validate_only(validate_only);
    return catalog_.CallAs<Response>(as, method, request);
  }
  absl::StatusOr<v1::SubmitForApprovalResponse> Submit(const std::string& as,
                                                       const std::string& etag = "") {
    return Do<v1::SubmitForApprovalResponse, v1::SubmitForApprovalRequest>(as, "SubmitForApproval",
                                                                           etag);
  }
  absl::StatusOr<v1::ApproveDraftResponse> Approve(const std::string& as, const std::string& etag) {
    return Do<v1::ApproveDraftResponse, v1::ApproveDraftRequest>(as, "ApproveDraft", etag);
  }
  absl::StatusOr<v1::RejectDraftResponse> Reject(const std::string& as, const std::string& etag,
                                                 const std::string& reason = "too long") {
    return Do<v1::RejectDraftResponse, v1::RejectDraftRequest>(as, "RejectDraft", etag, reason);
  }
  v1::Process Head() {
    v1::GetProcessRequest request;
    request.set_name(kDesk);
    return catalog_.CallAs<v1::GetProcessResponse>("ben", "GetProcess", request)->process();
  }

  TestCatalog catalog_;
};

TEST_F(ApprovalTest, WithoutAPolicyNothingIsDemanded) {
  EXPECT_FALSE(Policy().approval_required());
  EXPECT_FALSE(Policy().self_approval_refused());
  EXPECT_EQ(Policy().name(), kPolicy);
  EXPECT_FALSE(Policy().etag().empty());
  Edit("ben", "Desk");
  EXPECT_EQ(ReasonText(Publish()), "OK");
}

TEST_F(ApprovalTest, APolicyIsChangedByFieldAndEtag) {
  const std::string etag = Policy().etag();
  auto changed = SetPolicy(
      true, true, "dot", [](auto& r) { r.mutable_update_mask()->add_paths("approval_required"); });
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_TRUE(changed->policy().approval_required());
  EXPECT_FALSE(changed->policy().self_approval_refused());
  EXPECT_EQ(changed->policy().actor(), "dot");
  EXPECT_NE(changed->policy().etag(), etag);
  EXPECT_TRUE(MessageDifferencer::Equals(Policy(), changed->policy()));
  EXPECT_EQ(SetPolicy(true, false)->policy().etag(), changed->policy().etag()) << "it is so";
  struct Row {
    std::string name;
    std::function<void(v1::UpdateCatalogPolicyRequest&)> spoil;
    std::string reason;
  };
  for (const Row& row : std::vector<Row>{
           {"old etag", [&](auto& r) { r.mutable_policy()->set_etag(etag); }, "ETAG_MISMATCH"},
           {"no name", [](auto& r) { r.mutable_policy()->clear_name(); }, "FIELD_INVALID"},
           {"another name",
            [](auto& r) { r.mutable_policy()->set_name("workspaces/acme/policies/x"); },
            "FIELD_INVALID"},
           {"mask of an output field", [](auto& r) { r.mutable_update_mask()->add_paths("actor"); },
            "FIELD_INVALID"},
           {"long reason", [](auto& r) { r.set_reason(std::string(1001, 'r')); },
            "FIELD_INVALID"}}) {
    EXPECT_EQ(ReasonText(SetPolicy(false, true, "dot", row.spoil)), row.reason) << row.name;
  }
  EXPECT_EQ(ReasonText(SetPolicy(false, false, "ada")), "PERMISSION_DENIED");
  EXPECT_EQ(ReasonText(SetPolicy(false, false, "dot", [](auto& r) { r.set_validate_only(true); })),
            "OK");
  EXPECT_TRUE(Policy().approval_required());
}

TEST_F(ApprovalTest, ChangesOfThePolicyAreKept) {
  ASSERT_EQ(ReasonText(SetPolicy(true, true)), "OK");
  ASSERT_EQ(ReasonText(SetPolicy(false, true)), "OK");
  v1::ListCatalogPolicyHistoryRequest request;
  request.set_name(kPolicy);
  request.set_page_size(1);
  const std::string path = absl::StrCat(kPolicyPath, "ListCatalogPolicyHistory");
  auto first = catalog_.CallAs<v1::ListCatalogPolicyHistoryResponse>("ben", path, request);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_EQ(first->entries_size(), 1);
  EXPECT_EQ(first->entries(0).name(), "workspaces/acme/catalogPolicy/history/1");
  EXPECT_THAT(first->entries(0).fields(),
              ElementsAre("approval_required", "self_approval_refused"));
  EXPECT_EQ(first->entries(0).actor(), "dot");
  EXPECT_EQ(first->entries(0).reason(), "audit");
  request.set_page_token(first->next_page_token());
  auto second = catalog_.CallAs<v1::ListCatalogPolicyHistoryResponse>("ben", path, request);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_THAT(second->entries(0).fields(), ElementsAre("approval_required"));
  EXPECT_FALSE(second->entries(0).policy().approval_required());
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(ApprovalTest, ADraftIsSubmittedApprovedAndPublished) {
  ASSERT_EQ(ReasonText(SetPolicy(true, true)), "OK");
  const v1::Process draft = Edit("ben", "Desk");
  EXPECT_THAT(draft.draft_authors(), ElementsAre("ben"));
  const absl::Status early = Publish().status();
  EXPECT_EQ(ReasonText(early), "APPROVAL_REQUIRED");
  EXPECT_EQ(early.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(base::MetadataOf(early, "approval_state"), "NONE");

  auto submitted = Submit("ben", draft.etag());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  const Approval& asked = submitted->process().approval();
  EXPECT_EQ(asked.state(), Approval::STATE_SUBMITTED);
  EXPECT_EQ(asked.submitter(), "ben");
  EXPECT_EQ(asked.etag(), draft.etag());
  EXPECT_EQ(submitted->process().etag(), draft.etag());
  EXPECT_EQ(base::MetadataOf(Publish().status(), "approval_state"), "SUBMITTED");

  auto approved = Approve("cyn", draft.etag());
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(approved->process().approval().state(), Approval::STATE_APPROVED);
  EXPECT_EQ(approved->process().approval().submitter(), "ben");
  EXPECT_EQ(approved->process().approval().approver(), "cyn");
  EXPECT_EQ(approved->process().approval().reason(), "looked at it");
  EXPECT_TRUE(MessageDifferencer::Equals(Head(), approved->process()));

  auto published = Publish();
  ASSERT_TRUE(published.ok()) << published.status();
  EXPECT_FALSE(published->process().has_approval());
  EXPECT_EQ(published->process().draft_authors_size(), 0);
  EXPECT_FALSE(Head().has_approval()) << "used up";
  EXPECT_EQ(Head().draft_authors_size(), 0);
}

TEST_F(ApprovalTest, EditingVoidsIt) {
  ASSERT_EQ(ReasonText(SetPolicy(true, false)), "OK");
  const v1::Process draft = Edit("ben", "Desk");
  ASSERT_EQ(ReasonText(Submit("ben")), "OK");
  ASSERT_EQ(ReasonText(Approve("cyn", draft.etag())), "OK");
  const v1::Process edited = Edit("ada", "Desk, slightly different");
  EXPECT_FALSE(edited.has_approval());
  EXPECT_EQ(base::MetadataOf(Publish().status(), "approval_state"), "NONE");
  EXPECT_EQ(ReasonText(Approve("cyn", draft.etag())), "ETAG_MISMATCH") << "who approves says what";
  EXPECT_EQ(ReasonText(Approve("cyn", edited.etag())), "APPROVAL_STATE");
  ASSERT_EQ(ReasonText(Submit("ada")), "OK");
  ASSERT_EQ(ReasonText(Approve("cyn", edited.etag())), "OK");
  EXPECT_EQ(Edit("ben", "Desk, slightly different").approval().state(), Approval::STATE_APPROVED)
      << "nothing was edited";
  EXPECT_EQ(ReasonText(Publish()), "OK");
}

TEST_F(ApprovalTest, ADeprecationKeepsTheApproval) {
  ASSERT_EQ(ReasonText(SetPolicy(true, false)), "OK");
  v1::Process draft = Edit("ben", "Desk");
  ASSERT_EQ(ReasonText(Submit("ben")), "OK");
  ASSERT_EQ(ReasonText(Approve("cyn", draft.etag())), "OK");
  ASSERT_EQ(ReasonText(Publish()), "OK");
  draft = Edit("ben", "Desk, mended");
  ASSERT_EQ(ReasonText(Submit("ben")), "OK");
  ASSERT_EQ(ReasonText(Approve("cyn", draft.etag())), "OK");
  auto deprecated = Do<v1::DeprecateProcessResponse, v1::DeprecateProcessRequest>(
      "ben", "DeprecateProcess", draft.etag());
  ASSERT_TRUE(deprecated.ok()) << deprecated.status();
  EXPECT_NE(deprecated->process().etag(), draft.etag());
  EXPECT_EQ(ReasonText(Publish()), "OK");
}

TEST_F(ApprovalTest, AuthorsDoNotApproveWhereThePolicySaysSo) {
  Edit("ben", "Desk");
  v1::Process draft = Edit("ada", "Desk, by two");
  EXPECT_THAT(draft.draft_authors(), ElementsAre("ada", "ben"));
  ASSERT_EQ(ReasonText(SetPolicy(true, true)), "OK");
  ASSERT_EQ(ReasonText(Submit("ben")), "OK");
  const absl::Status refused = Approve("ada", draft.etag()).status();
  EXPECT_EQ(ReasonText(refused), "SELF_APPROVAL_REFUSED");
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  ASSERT_EQ(ReasonText(Approve("cyn", draft.etag())), "OK");
  ASSERT_EQ(ReasonText(Publish()), "OK");

  // Who edited only what was published before may approve.
  draft = Edit("ben", "Desk, next");
  ASSERT_EQ(ReasonText(Submit("ben")), "OK");
  EXPECT_EQ(ReasonText(Approve("ada", draft.etag())), "OK");
  ASSERT_EQ(ReasonText(Publish()), "OK");

  // Restoring is editing.
  v1::RestoreRevisionRequest restore;
  restore.set_name(absl::StrCat(kDesk, "@1"));
  auto restored = catalog_.CallAs<v1::RestoreRevisionResponse>("ada", "RestoreRevision", restore);
  ASSERT_TRUE(restored.ok()) << restored.status();
  ASSERT_EQ(ReasonText(Submit("ben")), "OK");
  EXPECT_EQ(ReasonText(Approve("ada", restored->process().etag())), "SELF_APPROVAL_REFUSED");

  ASSERT_EQ(ReasonText(SetPolicy(true, false)), "OK");
  EXPECT_EQ(ReasonText(Approve("ada", restored->process().etag())), "OK")
      << "where it does not, they do";
}

TEST_F(ApprovalTest, RestoringAndPublishingAtOnceIsNoWayRound) {
  Edit("ben", "Desk");
  ASSERT_EQ(ReasonText(Publish()), "OK");
  Edit("ben", "Desk, next");
  ASSERT_EQ(ReasonText(Publish()), "OK");
  ASSERT_EQ(ReasonText(SetPolicy(true, false)), "OK");
  v1::RestoreRevisionRequest restore;
  restore.set_name(absl::StrCat(kDesk, "@1"));
  restore.set_publish(true);
  EXPECT_EQ(
      ReasonText(catalog_.CallAs<v1::RestoreRevisionResponse>("ben", "RestoreRevision", restore)),
      "APPROVAL_REQUIRED");
  EXPECT_EQ(Head().title(), "Desk, next") << "nothing of it remains";
}

TEST_F(ApprovalTest, RefusesWhatIsWrong) {
  const v1::Process draft = Edit("ben", "Desk");
  struct Row {
    std::string name;
    std::function<absl::Status()> call;
    std::string reason;
  };
  for (const Row& row : std::vector<Row>{
           {"approve what was not submitted", [&] { return Approve("cyn", draft.etag()).status(); },
            "APPROVAL_STATE"},
           {"reject what was not submitted", [&] { return Reject("cyn", draft.etag()).status(); },
            "APPROVAL_STATE"},
           {"submit with an old etag", [&] { return Submit("ben", "0123").status(); },
            "ETAG_MISMATCH"},
           {"submit without permission", [&] { return Submit("cyn").status(); },
            "PERMISSION_DENIED"},
           {"submit", [&] { return Submit("ben").status(); }, "OK"},
           {"submit again", [&] { return Submit("ada").status(); }, "APPROVAL_STATE"},
           {"approve without saying what", [&] { return Approve("cyn", "").status(); },
            "FIELD_INVALID"},
           {"approve something else", [&] { return Approve("cyn", "0123").status(); },
            "ETAG_MISMATCH"},
           {"approve without permission", [&] { return Approve("ben", draft.etag()).status(); },
            "PERMISSION_DENIED"},
           {"reject without a reason", [&] { return Reject("cyn", draft.etag(), "").status(); },
            "FIELD_INVALID"},
           {"reject without permission", [&] { return Reject("ben", draft.etag()).status(); },
            "PERMISSION_DENIED"},
           {"only look whether it can be approved",
            [&] {
              return Do<v1::ApproveDraftResponse, v1::ApproveDraftRequest>("cyn", "ApproveDraft",
                                                                           draft.etag(), "", true)
                  .status();
            },
            "OK"},
           {"approve", [&] { return Approve("cyn", draft.etag()).status(); }, "OK"},
           {"approve again", [&] { return Approve("cyn", draft.etag()).status(); },
            "APPROVAL_STATE"},
           {"submit what is approved", [&] { return Submit("ben").status(); }, "APPROVAL_STATE"},
           {"reject after all", [&] { return Reject("cyn", "").status(); }, "OK"},
           {"reject again", [&] { return Reject("cyn", "").status(); }, "APPROVAL_STATE"},
           {"approve what was rejected", [&] { return Approve("cyn", draft.etag()).status(); },
            "APPROVAL_STATE"},
           {"submit once more", [&] { return Submit("ben").status(); }, "OK"}}) {
    EXPECT_EQ(ReasonText(row.call()), row.reason) << row.name;
  }
}

}  // namespace
}  // namespace plumbline::catalog
