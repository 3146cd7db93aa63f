// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_STORE_SQL_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_STORE_SQL_H_

#include <memory>

#include "absl/status/statusor.h"
#include "common/sql/database.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// A store in `database`, which must outlive it. Brings the schema up to date.
absl::StatusOr<std::unique_ptr<Store>> OpenStore(sql::Database& database);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_STORE_SQL_H_
