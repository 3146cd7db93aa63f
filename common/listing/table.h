// SPDX-License-Identifier: Apache-2.0
//
// Reads pages of a list from SQL tables: one description per list, one statement per page.
#ifndef PLUMBLINE_COMMON_LISTING_TABLE_H_
#define PLUMBLINE_COMMON_LISTING_TABLE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/expr/keyset.h"
#include "common/expr/schema.h"
#include "common/expr/sql.h"
#include "common/listing/query.h"
#include "common/sql/database.h"

namespace plumbline::listing {

// What a list is read from. All texts are ours, never a person's.
struct TableSpec {
  // The table with the columns that are filtered and ordered by, under a short name:
  // "process_index i".
  std::string from;
  // Which of its rows belong to the list, by parameters of Read(): "i.workspace = :workspace".
  // Parameters named f and k with a number are taken.
  std::string where;
  // Its columns that `join` needs: "i.process". May be "".
  std::string keys = {};
  // What is answered, from the rows of the page alone, which are named k: "p.summary". Wide columns
  // stand in a table of their own, so that they are read for the page only.
  std::string select;
  size_t selected = 1;  // columns in `select`, each text or bytes unless each row is taken
  // "JOIN processes p ON p.workspace = :workspace AND p.process = k.process", or "".
  std::string join = {};
  // Where each field of the schema is stored, by its name.
  std::vector<std::pair<std::string, expr::Column>> columns;
  // The fields that make any order total, by name, in the order that lists have by themselves.
  std::vector<std::pair<std::string, bool>> key;  // true = descending
};

// The rows of a page: the first `size` of `rows`, with the columns of TableSpec::select first.
struct FoundRows {
  sql::Rows rows;
  size_t size = 0;
  std::string next;  // the position of the last of them; "" on the last page
};

// Immutable, thread-safe. `schema` must outlive it.
class Table {
 public:
  // Ends the program if a field of the schema has no column: no list could be read at all.
  Table(const expr::Schema& schema, TableSpec spec);

  // One page, in the order of the query. It ends early when its rows come to rpc::kMaxPageBytes.
  // `params` are those of `where` and `join`. Errors: PAGE_TOKEN_INVALID for a position that was
  // not made by a list of this order; those of Transaction::Query.
  absl::StatusOr<FoundRows> Read(sql::Transaction& transaction, absl::Span<const sql::Param> params,
                                 const Query& query) const;

  // Puts a row into the answer, for which it may read more; returns its bytes there.
  using Take = absl::FunctionRef<absl::StatusOr<size_t>(const sql::Rows& rows, size_t row)>;
  // The same where a row is more than its columns: `take` gets the rows of the page in their order,
  // until they come to rpc::kMaxPageBytes. Returns the position of the last; "" on the last page.
  // Its errors are those of `take` as well.
  absl::StatusOr<std::string> Read(sql::Transaction& transaction,
                                   absl::Span<const sql::Param> params, const Query& query,
                                   Take take) const;

 private:
  // The rows of a page and one more, if there is.
  absl::StatusOr<sql::Rows> ReadRows(sql::Transaction& transaction,
                                     absl::Span<const sql::Param> params, const Query& query,
                                     const expr::Keyset& keyset) const;
  std::string PositionOf(const expr::Keyset& keyset, const sql::Rows& rows, size_t row) const;
  int IndexOf(absl::string_view name) const;
  std::string Statement(const expr::Keyset& keyset, absl::string_view filter,
                        absl::string_view after) const;

  const expr::Schema& schema_;
  const TableSpec spec_;
  std::vector<expr::Column> columns_;  // by the indices of the schema
  std::vector<expr::OrderTerm> key_;
};

}  // namespace plumbline::listing

#endif  // PLUMBLINE_COMMON_LISTING_TABLE_H_
