// SPDX-License-Identifier: Apache-2.0
//
// Questions about many values at once; private to the SQL stores.
#ifndef PLUMBLINE_SERVICES_CATALOG_RESOURCE_STORE_SQL_AMONG_H_
#define PLUMBLINE_SERVICES_CATALOG_RESOURCE_STORE_SQL_AMONG_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/sql/database.h"

namespace plumbline::catalog {

// Runs `query` for `values`: "(:among)", which it holds once, becomes the list of them, some
// hundred at a time. `params` are its other parameters. `visit` gets the rows of each part. One
// statement for up to 512 values.
absl::Status QueryAmong(sql::Transaction& transaction, absl::string_view query,
                        std::vector<sql::Param> params, absl::Span<const std::string> values,
                        absl::FunctionRef<absl::Status(const sql::Rows&)> visit);

// Where resources of a kind are kept: a table, and its column of ids.
struct IdColumn {
  absl::string_view table, column;
};
// The ids in a workspace, sorted: those of `among`, or all of them where it is empty.
absl::StatusOr<std::vector<std::string>> IdsOf(sql::Transaction& transaction, const IdColumn& ids,
                                               absl::string_view workspace,
                                               absl::Span<const std::string> among);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RESOURCE_STORE_SQL_AMONG_H_
