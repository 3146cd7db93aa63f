// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_UTILITIES_STORE_SQL_H_
#define PLUMBLINE_SERVICES_CATALOG_UTILITIES_STORE_SQL_H_

#include <memory>

#include "common/sql/database.h"
#include "services/catalog/utilities/store.h"

namespace plumbline::catalog {

// The step of the schema that makes the tables of utilities.
extern const char kUtilitiesSchema[];
// A later step: utilities are found by the calendar that supports them.
extern const char kSupportSchema[];

// A store over `database`, which must outlive it and whose schema OpenStore has brought up to date.
std::unique_ptr<UtilityStore> NewUtilityStore(sql::Database& database);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_UTILITIES_STORE_SQL_H_
