// SPDX-License-Identifier: Apache-2.0
//
// A work queue of a million open tasks, all of one role: how long a page of it takes, over gRPC,
// SQLite file with fsync on.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "tests/bench/bench.h"
#include "tests/bench/calls.h"
#include "tests/bench/onboarding_server.h"

namespace plumbline::bench {
namespace {

constexpr int kTasksEach = 100;
constexpr int kOnboardings = 10'000;
constexpr int kPages = 300;
constexpr int kPageSize = 50;
constexpr char kSideBySide[] = "side-by-side";

catalog::v1::Process SideBySide() {
  catalog::v1::Process process;
  process.set_title("A hundred steps side by side");
  process.set_owner("sales-ops");
  process.mutable_root()->set_id("all");
  for (int i = 1; i <= kTasksEach; ++i) {
    catalog::v1::Node* node = process.mutable_root()->mutable_parallel()->add_nodes();
    node->set_id(absl::StrCat("step-", i));
    node->set_title(absl::StrCat("Step ", i));
    node->mutable_step()->set_role("it");
    node->mutable_step()->mutable_target()->set_days(1 + i % 20);
  }
  return process;
}

// The median of the milliseconds that pages take, one after the other from the first on.
absl::StatusOr<double> PageMilliseconds(OnboardingServer& server, const std::string& filter) {
  onboarding::v1::ListTasksRequest request;
  request.set_parent(absl::StrCat(kWorkspace, "/onboardings/-"));
  request.set_assignee("it");
  request.set_page_size(kPageSize);
  request.set_filter(filter);
  std::vector<double> each;
  for (int i = 0; i < kPages; ++i) {
    onboarding::v1::ListTasksResponse response;
    const Stopwatch watch;
    RETURN_IF_ERROR(server.Call(absl::StrCat(kOnboardingService, "ListTasks"), request, &response));
    each.push_back(watch.Seconds() * 1e3);
    if (response.tasks_size() != kPageSize) return base::Internal("a page is not full");
    request.set_page_token(response.next_page_token());
  }
  return Median(each);
}

}  // namespace

absl::StatusOr<std::vector<Figure>> OnboardingQueue() {
  ASSIGN_OR_RETURN(auto server, OnboardingServer::Start(Engine::kSqlite));
  RETURN_IF_ERROR(server->Publish(kSideBySide, SideBySide()));
  int begun = 0;
  RETURN_IF_ERROR(
      MakeCalls(
          {.address = server->address(),
           .path = absl::StrCat(kOnboardingService, "StartOnboarding"),
           .next = [&](int) -> std::optional<std::string> {
             if (begun == kOnboardings) return std::nullopt;
             return StartRequest(kSideBySide, absl::StrCat("q-", begun++)).SerializeAsString();
           }})
          .status());
  ASSIGN_OR_RETURN(const double page, PageMilliseconds(*server, ""));
  ASSIGN_OR_RETURN(const double filtered,
                   PageMilliseconds(*server, "state = READY AND due_time > 2026-01-08T00:00:00Z"));
  return std::vector<Figure>{{"onboarding.queue_page", page, "ms"},
                             {"onboarding.queue_page_filtered", filtered, "ms"}};
}

}  // namespace plumbline::bench
