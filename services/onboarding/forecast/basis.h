// SPDX-License-Identifier: Apache-2.0
//
// What the forecast of a step stands on: how long it took those who have it, else how long it took
// everybody, else its target. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_FORECAST_BASIS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_FORECAST_BASIS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "plumbline/onboarding/v1/plan.pb.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/forecast/store.h"

namespace plumbline::onboarding {

// Of every step the round that is under way, or comes next, or was the last; in the order of the
// plan. O(tasks).
std::vector<TaskView> PresentRounds(const Run& run);

// Who has the steps of a run, or would have them: whose durations its forecast stands on. By name,
// none twice. O(tasks).
std::vector<std::string> OwnersOf(const Run& run);

struct Basis {
  v1::ForecastBasis::Source source = v1::ForecastBasis::SOURCE_TARGET;
  std::optional<DurationSummary> summary;  // nullopt: the target
};
// `durations` are those of the process. O(n log n) of those of the step.
Basis BasisOf(const Run& run, const TaskView& view, const ProcessDurations& durations);

// How long steps take by that, for LivePlanOf: the median, or another length of the summary, such
// as the 80th percentile. It may outlive what it is made of. O(tasks).
StepLength LengthsOf(const Run& run, const ProcessDurations& durations,
                     absl::Duration DurationSummary::*length = &DurationSummary::median);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_FORECAST_BASIS_H_
