// SPDX-License-Identifier: Apache-2.0
//
// OrganizationService.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_SERVICE_RPC_H_
#define PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_SERVICE_RPC_H_

#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "services/analytics/serving/reader.h"

namespace plumbline::analytics {

// Adds the methods of OrganizationService. Both must outlive the table.
void RegisterOrganizationService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_SERVICE_RPC_H_
