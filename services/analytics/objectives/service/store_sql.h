// SPDX-License-Identifier: Apache-2.0
//
// Parts of the store of objectives; private to it.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_STORE_SQL_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_STORE_SQL_H_

#include <memory>

#include "common/sql/database.h"
#include "services/analytics/objectives/service/store.h"

namespace plumbline::analytics {

std::unique_ptr<ObjectiveRows> NewObjectiveRows(sql::Transaction& transaction);
std::unique_ptr<AlertRows> NewAlertRows(sql::Transaction& transaction);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_STORE_SQL_H_
