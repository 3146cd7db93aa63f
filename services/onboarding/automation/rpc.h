// SPDX-License-Identifier: Apache-2.0
//
// AutomationService: what programs call.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_RPC_H_
#define PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_RPC_H_

#include "common/rpc/method_table.h"
#include "services/onboarding/runs/rpc.h"

namespace plumbline::onboarding::automation {

// Adds the methods of AutomationService.
void RegisterAutomationService(const Dependencies& on, rpc::MethodTable* table);

}  // namespace plumbline::onboarding::automation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_RPC_H_
