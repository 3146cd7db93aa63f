// SPDX-License-Identifier: Apache-2.0
//
// The policy of a workspace and its history.
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

using PolicyTest = ApprovalTest;

TEST_F(PolicyTest, APolicyIsChangedByFieldAndEtag) {
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

TEST_F(PolicyTest, ChangesOfThePolicyAreKept) {
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

}  // namespace
}  // namespace plumbline::catalog
