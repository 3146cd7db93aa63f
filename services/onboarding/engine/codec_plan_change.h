// SPDX-License-Identifier: Apache-2.0
//
// Changes of the plan as messages, and back. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_PLAN_CHANGE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_PLAN_CHANGE_H_

#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "plumbline/onboarding/stored/v1/stored.pb.h"
#include "plumbline/onboarding/v1/plan_change.pb.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

v1::PlanChange ToProto(const PlanChange& change);
PlanChange FromProto(const v1::PlanChange& proto);

v1::TaskPlace ToProto(const TaskPlace& place);
TaskPlace FromProto(const v1::TaskPlace& proto);

// What a run keeps of its plan and of what was done before it.
void PlanStateToProto(const Run& run, stored::v1::StoredOnboarding* proto);
// INTERNAL if it does not fit the plan of the run.
absl::Status PlanStateFromProto(const stored::v1::StoredOnboarding& proto, Run* run);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_PLAN_CHANGE_H_
