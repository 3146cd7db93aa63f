// SPDX-License-Identifier: Apache-2.0
//
// Why a step is planned so, as plans have it before anything exists and while they go on.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_WHY_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_WHY_H_

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "plumbline/onboarding/v1/plan.pb.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/plan/outline.h"
#include "services/onboarding/plan/reasons.h"

namespace plumbline::onboarding {

// By which hours a run is planned, with the holidays from `first` to `last`. O(days + holidays).
Hours HoursOf(const Run& run, const calendar::Calendar& calendar, absl::Time first,
              absl::Time last);

inline constexpr size_t kMostWaitedFor = 20;
inline constexpr size_t kMostSkipped = 60;

v1::PlannedTask::Bound ToProto(Bound bound);

// Fills what the messages of both plans have alike: what a step waits for, and what sets its start.
// `skipped`: the days on which nobody works while it lasts.
template <typename Task>
void FillCause(const flow::Plan& plan, const TimedStep& step,
               const std::vector<absl::CivilDay>& skipped, Task* task) {
  for (size_t i = 0; i < step.waits_for.size() && i < kMostWaitedFor; ++i)
    task->add_waits_for(plan.node(step.waits_for[i]).path);
  task->set_waits_for_count(static_cast<int32_t>(step.waits_for.size()));
  task->set_bound(ToProto(step.bound));
  for (const absl::CivilDay day : skipped) task->add_skipped_dates(absl::FormatCivilTime(day));
}

template <typename Task>
void AddReasons(const std::vector<std::string>& reasons, Task* task) {
  for (const std::string& reason : reasons) task->add_reasons(reason);
}

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_WHY_H_
