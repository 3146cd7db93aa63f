// SPDX-License-Identifier: Apache-2.0
//
// The states of revisions as lists filter by them. Revisions never change: their states follow from
// what their head says, so they are written with it.
#ifndef PLUMBLINE_SERVICES_CATALOG_LIFE_STORE_SQL_STATES_H_
#define PLUMBLINE_SERVICES_CATALOG_LIFE_STORE_SQL_STATES_H_

#include "absl/status/status.h"
#include "common/sql/database.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/life/store.h"

namespace plumbline::catalog {

// The migration step of the column that tells which states were written last.
extern const char kStatesSchema[];

// Writes the states of all revisions that the index has, if they differ from those that were
// written last. IndexHead came before. O(1) as long as nothing is retired; else
// O(revisions) when the head retires or reinstates something, or has a new revision.
absl::Status IndexStates(sql::Transaction& transaction, const ProcessKey& key,
                         const v1::Process& head);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_LIFE_STORE_SQL_STATES_H_
