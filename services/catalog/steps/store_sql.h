// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_STEPS_STORE_SQL_H_
#define PLUMBLINE_SERVICES_CATALOG_STEPS_STORE_SQL_H_

#include <memory>

#include "common/sql/database.h"
#include "services/catalog/steps/store.h"

namespace plumbline::catalog {

// The tables of steps; a migration of the catalog's schema.
extern const char kStepsSchema[];

// Steps within `transaction`, which must outlive what is returned.
std::unique_ptr<StepChanges> NewStepChanges(sql::Transaction& transaction);

// A store over `database`, whose schema is up to date and which must outlive it.
std::unique_ptr<StepStore> NewStepStore(sql::Database& database);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_STEPS_STORE_SQL_H_
