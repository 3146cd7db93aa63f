// SPDX-License-Identifier: Apache-2.0
//
// EscalationService: requests to rules, escalations to responses.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_RPC_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_RPC_H_

#include "common/rpc/method_table.h"
#include "services/onboarding/escalation/store.h"
#include "services/onboarding/escalation/worker.h"
#include "services/onboarding/runs/rpc.h"

namespace plumbline::onboarding::escalation {

// What the methods stand on. All of it must outlive the table.
struct Dependencies {
  onboarding::Dependencies runs;
  EscalationStore& store;
  Worker& worker;
};

// Adds the methods of EscalationService.
void RegisterEscalationService(const Dependencies& on, rpc::MethodTable* table);

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_RPC_H_
