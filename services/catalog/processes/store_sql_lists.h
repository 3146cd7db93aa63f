// SPDX-License-Identifier: Apache-2.0
//
// Lists of heads and revisions over the tables of store_sql_index.h.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_LISTS_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_LISTS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/listing/query.h"
#include "common/listing/table.h"
#include "common/sql/database.h"
#include "services/catalog/processes/store.h"

namespace plumbline::catalog {

// Where the fields of ProcessSchema() are stored, in `process_index i`.
std::vector<std::pair<std::string, expr::Column>> HeadColumns();

// The summaries of a page of heads; of a page of revisions.
absl::StatusOr<listing::FoundRows> ReadHeadRows(sql::Transaction& transaction,
                                                absl::string_view workspace,
                                                const listing::Query& query);
absl::StatusOr<listing::FoundRows> ReadRevisionRows(sql::Transaction& transaction,
                                                    const ProcessKey& key,
                                                    const listing::Query& query);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_LISTS_H_
