// SPDX-License-Identifier: Apache-2.0
//
// The history of processes and policies over one transaction. What lists filter and order by
// stands in columns beside the entry; entries that a release without them wrote, before an upgrade
// or during it, are listed as well, selected by their sequence alone until they are caught up with.
#ifndef PLUMBLINE_SERVICES_CATALOG_HISTORY_STORE_SQL_H_
#define PLUMBLINE_SERVICES_CATALOG_HISTORY_STORE_SQL_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/listing/query.h"
#include "common/sql/database.h"
#include "services/catalog/life/store.h"

namespace plumbline::catalog {

// The step of the schema that adds the columns to the table of kLifeSchema; `indexed` is 1 where
// they are filled.
extern const char kHistorySchema[];

// LifeReader::ListHistory and LifeWriter::AppendHistory.
absl::StatusOr<listing::Page<v1::CatalogHistoryEntry>> ReadHistory(sql::Transaction& transaction,
                                                                   const ProcessKey& key,
                                                                   const listing::Query& query);
absl::Status AppendToHistory(sql::Transaction& transaction, const ProcessKey& key,
                             v1::CatalogHistoryEntry entry);

// Catches up with at most `limit` entries of a workspace; `count` is how many.
absl::Status IndexHistoryOf(sql::Transaction& transaction, const std::string& workspace, int limit,
                            int64_t* count);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_HISTORY_STORE_SQL_H_
