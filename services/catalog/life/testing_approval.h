// SPDX-License-Identifier: Apache-2.0
//
// For tests of approval: several people, one process, one policy.
#ifndef PLUMBLINE_SERVICES_CATALOG_LIFE_TESTING_APPROVAL_H_
#define PLUMBLINE_SERVICES_CATALOG_LIFE_TESTING_APPROVAL_H_

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "plumbline/catalog/v1/policy_service.pb.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
inline constexpr char kDesk[] = "workspaces/acme/processes/desk";
inline constexpr char kPolicy[] = "workspaces/acme/catalogPolicy";
inline constexpr char kPolicyPath[] = "/plumbline.catalog.v1.CatalogPolicyService/";

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

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_LIFE_TESTING_APPROVAL_H_
