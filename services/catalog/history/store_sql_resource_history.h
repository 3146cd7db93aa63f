// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_HISTORY_STORE_SQL_RESOURCE_HISTORY_H_
#define PLUMBLINE_SERVICES_CATALOG_HISTORY_STORE_SQL_RESOURCE_HISTORY_H_

#include <memory>

#include "absl/status/status.h"
#include "common/sql/database.h"
#include "services/catalog/history/resource_history.h"

namespace plumbline::catalog {

// The table of histories; a part of a step of the schema.
extern const char kResourceHistorySchema[];

// Appends the entry under the next number, with its name. The caller holds the lock of the
// workspace.
absl::Status AppendHistory(sql::Transaction& transaction, const ResourceKey& key,
                           v1::ResourceHistoryEntry entry);

// A store over `database`, which must outlive it and whose schema OpenStore has brought up to date.
std::unique_ptr<ResourceHistoryStore> NewResourceHistoryStore(sql::Database& database);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_HISTORY_STORE_SQL_RESOURCE_HISTORY_H_
