// SPDX-License-Identifier: Apache-2.0
//
// ImprovementService.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_RPC_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_RPC_H_

#include "common/rpc/method_table.h"
#include "services/analytics/improvement/service/improvements.h"

namespace plumbline::analytics {

// Adds the methods of ImprovementService. `improvements` must outlive the table.
void RegisterImprovementService(const Improvements& improvements, rpc::MethodTable* table);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_RPC_H_
