// SPDX-License-Identifier: Apache-2.0
#include "clients/simulation/cohort.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/civil_time.h"
#include "clients/simulation/rep.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

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

}  // namespace

absl::StatusOr<CohortSummary> RunCohort(rpc::Channel& onboarding, const CohortOptions& options,
                                        const Behaviour& behaviour,
                                        const std::function<void(int completed)>& progress) {
  RETURN_IF_ERROR(Check(options));
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, calendar::Calendar::Create("UTC"));
  std::atomic<int> next{0};
  absl::Mutex mutex;
  CohortSummary total;
  absl::Status failure;

  const auto work = [&] {
    for (int number = next++; number < options.count; number = next++) {
      CohortSummary mine;
      Rep rep(onboarding, options, behaviour, calendar, number,
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
