// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_H_

#include <memory>

#include "absl/status/statusor.h"
#include "common/sql/database.h"
#include "services/catalog/composition/graph_store.h"
#include "services/catalog/processes/store.h"
#include "services/catalog/utilities/store.h"

namespace plumbline::catalog {

// A store over `database`, which must outlive it. Brings the schema up to date first, and what
// lists and search read: O(rows) after an upgrade from a release without them.
absl::StatusOr<std::unique_ptr<Store>> OpenStore(sql::Database& database);

// The others over the same database, whose schema OpenStore has brought up to date.
std::unique_ptr<GraphStore> NewGraphStore(sql::Database& database);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_H_
