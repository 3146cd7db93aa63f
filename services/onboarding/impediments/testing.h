// SPDX-License-Identifier: Apache-2.0
//
// ImpedimentService on both engines, for tests.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_TESTING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_TESTING_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/impediment_service.pb.h"
#include "services/onboarding/runs/store_testing.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {

class ImpedimentTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    static std::atomic<int> next{0};
    const std::string url = GetParam() ? SharedPostgres().url() : "sqlite::memory:";
    auto opened = sql::Open(url, {.schema = absl::StrCat("impediments_", next++)});
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    service_ = std::make_unique<TestOnboarding>(database_.get());
    for (const char* id : {"ada", "bob", "cyn"}) ASSERT_TRUE(service_->Start(id).ok()) << id;
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const char* method, const Request& request) {
    Response response;
    const absl::Status status = service_->channel().Call(
        service_->context(), absl::StrCat("/plumbline.onboarding.v1.ImpedimentService/", method),
        request, &response);
    if (!status.ok()) return status;
    return response;
  }

  static std::string TaskOf(const std::string& typed) {
    const size_t slash = typed.find('/');
    return absl::StrCat("workspaces/acme/onboardings/", typed.substr(0, slash), "/tasks/",
                        typed.substr(slash + 1));
  }

  // A valid request that blocks these tasks: "ada/paperwork".
  static v1::OpenImpedimentRequest OpenRequest(const std::string& id,
                                               const std::vector<std::string>& tasks) {
    v1::OpenImpedimentRequest request;
    request.set_parent("workspaces/acme");
    request.set_impediment_id(id);
    request.mutable_impediment()->set_category(v1::Impediment::CATEGORY_ACCESS);
    request.mutable_impediment()->set_description("no badge");
    for (const std::string& task : tasks) request.add_tasks(TaskOf(task));
    return request;
  }
  absl::StatusOr<v1::OpenImpedimentResponse> Open(const std::string& id,
                                                  const std::vector<std::string>& tasks) {
    return Call<v1::OpenImpedimentResponse>("OpenImpediment", OpenRequest(id, tasks));
  }
  absl::StatusOr<v1::OpenImpedimentResponse> OpenForAll(const std::string& id) {
    v1::OpenImpedimentRequest request = OpenRequest(id, {});
    request.mutable_impediment()->set_category(v1::Impediment::CATEGORY_UTILITY_DOWN);
    request.mutable_impediment()->set_utility("e-signature");
    request.mutable_impediment()->set_all_users(true);
    return Call<v1::OpenImpedimentResponse>("OpenImpediment", request);
  }
  absl::StatusOr<v1::ResolveImpedimentResponse> Resolve(const std::string& id) {
    v1::ResolveImpedimentRequest request;
    request.set_name("workspaces/acme/impediments/" + id);
    request.set_resolution("it works again");
    return Call<v1::ResolveImpedimentResponse>("ResolveImpediment", request);
  }
  v1::ImpedimentRecord Get(const std::string& id) {
    v1::GetImpedimentRequest request;
    request.set_name("workspaces/acme/impediments/" + id);
    auto response = Call<v1::GetImpedimentResponse>("GetImpediment", request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->impediment() : v1::ImpedimentRecord();
  }
  v1::Task Task(const std::string& typed) {
    v1::GetTaskRequest request;
    request.set_name(TaskOf(typed));
    auto response = service_->Call<v1::GetTaskResponse>("GetTask", request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->task() : v1::Task();
  }
  bool Blocked(const std::string& typed) { return Task(typed).open_impediments_size() > 0; }

  absl::StatusOr<v1::UnblockTaskResponse> Unblock(const std::string& typed) {
    v1::UnblockTaskRequest request;
    request.set_name(TaskOf(typed));
    request.set_resolution("found another way");
    return service_->Call<v1::UnblockTaskResponse>("UnblockTask", request);
  }
  std::vector<std::string> History(const std::string& id) {
    v1::ListImpedimentHistoryRequest request;
    request.set_parent("workspaces/acme/impediments/" + id);
    auto response = Call<v1::ListImpedimentHistoryResponse>("ListImpedimentHistory", request);
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> kinds;
    for (const v1::ImpedimentEntry& entry : response->entries())
      kinds.push_back(v1::ImpedimentEntry::Kind_Name(entry.kind()).substr(5));
    return kinds;
  }
  int64_t Round() {
    auto carried = service_->app().carrier().RunOnce(service_->context(), service_->clock().Now());
    EXPECT_TRUE(carried.ok()) << carried.status();
    return carried.ok() ? *carried : -1;
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<TestOnboarding> service_;
};

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_TESTING_H_
