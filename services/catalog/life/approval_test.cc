// SPDX-License-Identifier: Apache-2.0
//
// SubmitForApproval, ApproveDraft and RejectDraft, as several people.
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/life/testing_approval.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using v1::Approval;

TEST_F(ApprovalTest, WithoutAPolicyNothingIsDemanded) {
  EXPECT_FALSE(Policy().approval_required());
  EXPECT_FALSE(Policy().self_approval_refused());
  EXPECT_EQ(Policy().name(), kPolicy);
  EXPECT_FALSE(Policy().etag().empty());
  Edit("ben", "Desk");
  EXPECT_EQ(ReasonText(Publish()), "OK");
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

TEST_F(ApprovalTest, WhatEqualsTheLatestRevisionIsNotSubmitted) {
  Edit("ben", "Desk");
  ASSERT_EQ(ReasonText(Publish()), "OK");
  ASSERT_EQ(ReasonText(SetPolicy(true, false)), "OK");
  const absl::Status refused = Submit("ben").status();
  EXPECT_EQ(ReasonText(refused), "NOTHING_TO_PUBLISH");
  EXPECT_EQ(base::MetadataOf(refused, "revision"), "1");
  const auto validate = [&] {
    return ReasonText(Do<v1::SubmitForApprovalResponse, v1::SubmitForApprovalRequest>(
        "ben", "SubmitForApproval", "", "", true));
  };
  EXPECT_EQ(validate(), "NOTHING_TO_PUBLISH");
  EXPECT_FALSE(Head().has_approval());
  Edit("ben", "Desk, next");
  EXPECT_EQ(validate(), "OK");
  Edit("ben", "Desk");
  EXPECT_EQ(ReasonText(Submit("ben")), "NOTHING_TO_PUBLISH") << "the edit was taken back";
}

TEST_F(ApprovalTest, RefusalsSayWhatBecameOfTheDraft) {
  ASSERT_EQ(ReasonText(SetPolicy(true, false)), "OK");
  const v1::Process draft = Edit("ben", "Desk");
  const auto says = [](const absl::Status& status) { return std::string(status.message()); };
  EXPECT_THAT(says(Publish().status()), HasSubstr("; it was not submitted for approval: submit"));
  EXPECT_THAT(says(Approve("cyn", draft.etag()).status()),
              HasSubstr("was not submitted for approval, which does not allow this"));
  ASSERT_EQ(ReasonText(Submit("ben")), "OK");
  EXPECT_THAT(says(Publish().status()), HasSubstr("; it is SUBMITTED: submit it"));
  EXPECT_THAT(says(Submit("ben").status()), HasSubstr("is SUBMITTED, which does not"));
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
