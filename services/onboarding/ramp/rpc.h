// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RAMP_RPC_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RAMP_RPC_H_

#include "common/rpc/method_table.h"
#include "services/onboarding/forecast/store.h"
#include "services/onboarding/ramp/store.h"
#include "services/onboarding/runs/rpc.h"

namespace plumbline::onboarding {

// Adds the methods of RampService. All that is given must outlive the table.
void RegisterRampService(const Dependencies& on, RampStore& store, DurationStore& durations,
                         rpc::MethodTable* table);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RAMP_RPC_H_
