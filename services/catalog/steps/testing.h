// SPDX-License-Identifier: Apache-2.0
//
// The library of steps, for tests.
#ifndef PLUMBLINE_SERVICES_CATALOG_STEPS_TESTING_H_
#define PLUMBLINE_SERVICES_CATALOG_STEPS_TESTING_H_

#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "plumbline/catalog/v1/step_service.pb.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {

inline constexpr char kCredit[] = "workspaces/acme/steps/check-credit";

// A template with every field.
inline v1::StepTemplate CheckCredit() {
  v1::StepTemplate step;
  step.set_title("Check the credit");
  step.set_purpose("Before anything is promised.");
  step.set_owner("finance");
  (*step.mutable_labels())["area"] = "deals";
  step.mutable_step()->set_role("finance");
  step.mutable_step()->set_verifier("controller");
  step.mutable_step()->set_waiver_approver("treasurer");
  step.mutable_step()->mutable_automation()->set_webhook("ask-bureau");
  step.mutable_step()->mutable_target()->set_days(1);
  step.mutable_step()->add_utilities("credit-bureau");
  v1::ChecklistItem* item = step.mutable_step()->add_checklist();
  item->set_id("limit");
  item->set_title("Limit noted");
  step.mutable_step()->add_defect_kinds("no-answer");
  step.mutable_step()->set_instructions("Ask the bureau.");
  return step;
}

// A catalog and short ways to its steps.
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

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_STEPS_TESTING_H_
