// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_STORE_SQL_H_
#define PLUMBLINE_SERVICES_CATALOG_STORE_SQL_H_

#include <memory>

#include "absl/status/statusor.h"
#include "common/sql/database.h"
#include "services/catalog/store.h"

namespace plumbline::catalog {

// A store over `database`, which must outlive it. Brings the schema up to date first.
absl::StatusOr<std::unique_ptr<Store>> OpenStore(sql::Database& database);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_STORE_SQL_H_
