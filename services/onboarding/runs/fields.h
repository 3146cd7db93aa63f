// SPDX-License-Identifier: Apache-2.0
//
// What lists of on-boardings, tasks and impediments can be filtered and ordered by, and histories
// ordered.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_FIELDS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_FIELDS_H_

#include <optional>

#include "common/expr/schema.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {

// The fields that onboarding_service.proto lists with ListOnboardings, ListTasks and
// ListImpediments.
const expr::Schema& OnboardingSchema();
const expr::Schema& TaskSchema();
const expr::Schema& ImpedimentSchema();
// That of ListHistory.
const expr::Schema& HistorySchema();

// The value of a field of TaskSchema or ImpedimentSchema that is no map; nullopt if it is unset.
std::optional<expr::Value> TaskValue(const Run& run, const TaskView& task, int field);
std::optional<expr::Value> ImpedimentValue(const Run& run, const Impediment& impediment, int field);

// A task without a due date is due then: 9999-12-31T23:59:59Z.
inline constexpr int64_t kNeverDue = 253'402'300'799'000'000;

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_FIELDS_H_
