// SPDX-License-Identifier: Apache-2.0
//
// Pages: every row once, in order, however large the rows are.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/rpc/page_token.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Lists, PagesHoldEveryTaskOnce) {
  TestOnboarding service;
  for (const char* id : {"ada", "bob", "cleo"}) ASSERT_TRUE(service.Start(id).ok());
  ASSERT_TRUE(service.Complete("bob", "paperwork").ok());
  auto all = [&](v1::ListTasksRequest request, int page_size) {
    std::vector<std::string> names;
    request.set_page_size(page_size);
    do {
      auto page = service.Call<v1::ListTasksResponse>("ListTasks", request);
      EXPECT_TRUE(page.ok()) << page.status();
      EXPECT_LE(page->tasks_size(), page_size);
      for (const v1::Task& task : page->tasks()) names.push_back(task.name().substr(28));
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return names;
  };
  v1::ListTasksRequest request;
  request.set_parent("workspaces/acme/onboardings/-");
  for (int size : {1, 2, 9, 100}) {
    EXPECT_EQ(all(request, size).size(), 27u) << size;
  }
  request.set_state(v1::Task::STATE_READY);
  EXPECT_THAT(all(request, 2), ElementsAre("bob/tasks/accounts", "ada/tasks/paperwork",
                                           "cleo/tasks/paperwork", "bob/tasks/laptop"))
      << "by due date";
  request.set_assignee("it@example.com");
  EXPECT_THAT(all(request, 1), ElementsAre("bob/tasks/accounts", "bob/tasks/laptop"));
  request.clear_state();
  EXPECT_THAT(all(request, 1), ElementsAre("bob/tasks/accounts", "bob/tasks/laptop"))
      << "what they are to do, not what they did or will have";
  request.set_filter("step = laptop");
  EXPECT_THAT(all(request, 1), ElementsAre("bob/tasks/laptop"));
  request.clear_filter();
  request.set_state(v1::Task::STATE_PENDING);
  EXPECT_THAT(all(request, 3), ElementsAre("ada/tasks/laptop", "ada/tasks/accounts",
                                           "cleo/tasks/laptop", "cleo/tasks/accounts"));
  request.set_parent("workspaces/acme/onboardings/ada");
  EXPECT_THAT(all(request, 1), ElementsAre("ada/tasks/laptop", "ada/tasks/accounts"));
}

TEST(Lists, FiltersOverAllOnboardingsAskForOpenTasksOnly) {
  TestOnboarding service;
  ASSERT_TRUE(service.Start("ada").ok());
  ASSERT_TRUE(service.Complete("ada", "paperwork").ok());
  v1::ListTasksRequest request;
  const auto list = [&](const std::string& parent, const std::string& filter) {
    request.set_parent(absl::StrCat("workspaces/acme/onboardings/", parent));
    request.set_filter(filter);
    return service.Call<v1::ListTasksResponse>("ListTasks", request);
  };
  for (const char* filter : {"state = DONE", "role = it AND (state = READY OR state = SKIPPED)",
                             "NOT state != PENDING", "state:DONE"}) {
    const auto refused = list("-", filter);
    EXPECT_EQ(ReasonText(refused), "FIELD_INVALID") << filter;
    EXPECT_THAT(refused.status().message(), HasSubstr("give it as `state` alone")) << filter;
  }
  for (const char* filter : {"state != DONE", "NOT state = DONE", "state = READY"})
    EXPECT_EQ(list("-", filter)->tasks_size(), 2) << filter;
  EXPECT_EQ(list("ada", "state = DONE")->tasks_size(), 1) << "of one all can be asked for";
}

TEST(Lists, PagesOfLargeRowsEndEarly) {
  TestOnboarding service;
  constexpr int kCount = 180;
  for (int i = 0; i < kCount; ++i) {
    v1::StartOnboardingRequest request = TestOnboarding::StartRequest(absl::StrCat("rep-", i));
    for (int label = 0; label < 64; ++label) {
      (*request.mutable_onboarding()->mutable_labels())[absl::StrCat("label-", label)] =
          std::string(200, 'x');
    }
    ASSERT_TRUE(service.Call<v1::StartOnboardingResponse>("StartOnboarding", request).ok());
  }
  v1::ListOnboardingsRequest request;
  request.set_parent("workspaces/acme");
  request.set_page_size(1000);
  std::set<std::string> names;
  int pages = 0;
  do {
    auto page = service.Call<v1::ListOnboardingsResponse>("ListOnboardings", request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LT(page->ByteSizeLong(), 2 * rpc::kMaxPageBytes);
    for (const v1::Onboarding& onboarding : page->onboardings()) names.insert(onboarding.name());
    request.set_page_token(page->next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(names.size(), static_cast<size_t>(kCount));
  EXPECT_EQ(pages, 2);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
