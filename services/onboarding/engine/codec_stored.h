// SPDX-License-Identifier: Apache-2.0
//
// Parts of a stored run. Not for use outside the engine.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_STORED_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_STORED_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/onboarding/stored/v1/stored.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// A message as a run. INTERNAL if it does not fit the plan.
absl::StatusOr<Run> RunFromProto(absl::string_view workspace, absl::string_view onboarding,
                                 PlanPointer plan, const stored::v1::StoredOnboarding& proto,
                                 CalendarLookup calendars);
TaskRecord TaskFromProto(const stored::v1::StoredTask& proto);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_STORED_H_
