// SPDX-License-Identifier: Apache-2.0
#include "clients/simulation/cohort.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/civil_time.h"
#include "clients/simulation/rep.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::simulation {
namespace {

// The Monday on which on-boarding `number` of `count` begins: spread evenly over the year.
absl::CivilDay DayOne(int year, int number, int count) {
  constexpr int kWeeks = 50;
  const absl::CivilDay first = absl::NextWeekday(absl::CivilDay(year, 1, 1), absl::Weekday::monday);
  return first + 7 * (static_cast<int64_t>(number) * kWeeks / std::max(count, 1));
}

absl::Status Check(const CohortOptions& options) {
  if (options.count < 1 || options.count > 100'000) {
    return base::FieldError("count", absl::StrCat(options.count, " is not in 1 to 100,000"));
  }
  if (options.workers < 1 || options.workers > 256) {
    return base::FieldError("workers", absl::StrCat(options.workers, " is not in 1 to 256"));
  }
  return absl::OkStatus();
}

// The roles that do the steps of the process: the plan of an on-boarding that is never started, and
// whose number no other has.
absl::StatusOr<std::set<std::string>> RolesOf(rpc::Channel& onboarding,
                                              const CohortOptions& options) {
  onboarding::v1::StartOnboardingRequest request;
  request.set_parent(absl::StrCat("workspaces/", options.workspace));
  request.set_onboarding_id(absl::StrFormat("%s-%04d", options.prefix, 0));
  onboarding::v1::Onboarding& nobody = *request.mutable_onboarding();
  nobody.set_process(absl::StrCat(request.parent(), "/processes/", options.process));
  nobody.set_person("nobody@example.com");
  nobody.set_day_one(absl::FormatCivilTime(DayOne(options.year, 0, options.count)));
  request.set_validate_only(true);
  onboarding::v1::StartOnboardingResponse plan;
  RETURN_IF_ERROR(onboarding.Call(rpc::CallContext(),
                                  "/plumbline.onboarding.v1.OnboardingService/StartOnboarding",
                                  request, &plan));
  std::set<std::string> roles;
  for (const onboarding::v1::Task& task : plan.tasks()) roles.insert(task.role());
  return roles;
}

}  // namespace

absl::StatusOr<CohortSummary> RunCohort(rpc::Channel& onboarding, const CohortOptions& options,
                                        const Behaviour& behaviour,
                                        const std::function<void(int completed)>& progress) {
  RETURN_IF_ERROR(Check(options));
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, calendar::Calendar::Create("UTC"));
  ASSIGN_OR_RETURN(const std::set<std::string> roles, RolesOf(onboarding, options));
  std::atomic<int> next{0};
  absl::Mutex mutex;
  CohortSummary total;
  absl::Status failure;

  const auto work = [&] {
    for (int number = next++; number < options.count; number = next++) {
      CohortSummary mine;
      Rep rep(onboarding, options, behaviour, calendar, roles, number,
              DayOne(options.year, number, options.count));
      const absl::Status status = rep.Run(&mine);
      absl::MutexLock lock(&mutex);
      if (!status.ok()) {
        if (failure.ok()) failure = status;
        next = options.count;
        return;
      }
      total.started += mine.started;
      total.completed += mine.completed;
      total.calls += mine.calls;
      total.impediments += mine.impediments;
      total.repeated_rounds += mine.repeated_rounds;
      if (progress) progress(total.completed);
    }
  };
  std::vector<std::thread> workers;
  for (int i = 0; i < options.workers; ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  if (!failure.ok()) return failure;
  return total;
}

}  // namespace plumbline::simulation
