// SPDX-License-Identifier: Apache-2.0
//
// Pages of a list whose rows are computed: filtered, ordered and cut as a Table does it with rows
// in a database.
#ifndef PLUMBLINE_COMMON_LISTING_MEMORY_H_
#define PLUMBLINE_COMMON_LISTING_MEMORY_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/status_macros.h"
#include "common/expr/order.h"
#include "common/expr/schema.h"
#include "common/expr/sql.h"
#include "common/listing/query.h"

namespace plumbline::listing {

// Immutable, thread-safe. `schema`, all of whose fields are of the shape kOne, must outlive it.
class MemoryList {
 public:
  // `key`: the fields that make any order total, by name, in the order that the list has by itself.
  // Ends the program if the schema has no such field.
  MemoryList(const expr::Schema& schema, const std::vector<std::string>& key);

  // The value of a field (its index in the schema) in a row; nullopt if it is unset.
  using ValueOf = absl::FunctionRef<std::optional<expr::Value>(size_t row, int field)>;
  // Puts a row into the answer; returns its bytes.
  using Take = absl::FunctionRef<size_t(size_t row)>;

  // One page of the rows 0 to count - 1: `take` gets its rows in the order of the query. It ends
  // early when they come to rpc::kMaxPageBytes. Returns the position of the last; "" on the last
  // page. PAGE_TOKEN_INVALID for a position that was not made by a list of this order. O(count
  // (values that filter and order need + log limit)).
  absl::StatusOr<std::string> Read(size_t count, ValueOf value_of, Take take,
                                   const Query& query) const;

 private:
  bool Matches(const Query& query, const std::vector<int>& tested, size_t row,
               ValueOf value_of) const;

  const expr::Schema& schema_;
  std::vector<expr::OrderTerm> key_;
  const std::vector<expr::Column> no_columns_;  // there is no SQL
};

// A page of messages in memory, in the way of MemoryList::Read.
template <typename Message>
absl::StatusOr<Page<Message>> SelectPage(
    const MemoryList& list, std::vector<Message> rows,
    absl::FunctionRef<std::optional<expr::Value>(const Message& row, int field)> value_of,
    const Query& query) {
  Page<Message> page;
  ASSIGN_OR_RETURN(
      page.next, list.Read(
                     rows.size(), [&](size_t row, int field) { return value_of(rows[row], field); },
                     [&](size_t row) {
                       page.rows.push_back(std::move(rows[row]));
                       return page.rows.back().ByteSizeLong();
                     },
                     query));
  return page;
}

}  // namespace plumbline::listing

#endif  // PLUMBLINE_COMMON_LISTING_MEMORY_H_
