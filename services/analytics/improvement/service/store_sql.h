// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_STORE_SQL_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_STORE_SQL_H_

#include <memory>

#include "common/sql/database.h"
#include "services/analytics/improvement/service/store.h"

namespace plumbline::analytics {

// A step of the schema of analytics (OpenStore).
extern const char kImprovementsSchema[];

// A store in `database`, whose schema is up to date and which must outlive it.
std::unique_ptr<ImprovementStore> NewImprovementStore(sql::Database& database);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_STORE_SQL_H_
