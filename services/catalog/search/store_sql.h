// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_SEARCH_STORE_SQL_H_
#define PLUMBLINE_SERVICES_CATALOG_SEARCH_STORE_SQL_H_

#include <memory>

#include "common/sql/database.h"
#include "services/catalog/search/store.h"

namespace plumbline::catalog {

// Searches what a store over `database` (OpenStore) keeps. `database` must outlive it.
std::unique_ptr<SearchStore> NewSearchStore(sql::Database& database);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_SEARCH_STORE_SQL_H_
