// SPDX-License-Identifier: Apache-2.0
//
// ImpedimentService: requests to rules, records to responses.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_RPC_H_
#define PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_RPC_H_

#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "services/onboarding/impediments/carrier.h"
#include "services/onboarding/impediments/store_sql.h"
#include "services/onboarding/runs/store_sql.h"

namespace plumbline::onboarding {

// What the methods stand on. All of it must outlive the table.
struct ImpedimentDependencies {
  ImpedimentStore& store;
  Carrier& carrier;
  SqlStore& runs;
  const base::Clock& clock;
};

// Adds the methods of ImpedimentService.
void RegisterImpedimentService(const ImpedimentDependencies& on, rpc::MethodTable* table);

// Those that read, in a file of their own.
void RegisterImpedimentReads(const ImpedimentDependencies& on, rpc::MethodTable* table);

inline constexpr char kImpedimentService[] = "plumbline.onboarding.v1.ImpedimentService";

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_RPC_H_
