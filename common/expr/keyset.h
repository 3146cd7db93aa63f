// SPDX-License-Identifier: Apache-2.0
//
// Lists that are read page by page in an order, as SQL text: a page begins after the sort key of
// the last row of the page before, so that every page costs the same and rows that come and go
// move no others.
#ifndef PLUMBLINE_COMMON_EXPR_KEYSET_H_
#define PLUMBLINE_COMMON_EXPR_KEYSET_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/expr/order.h"
#include "common/expr/schema.h"
#include "common/expr/sql.h"

namespace plumbline::expr {

// One sort key's value in a row.
using SortCell = std::variant<int64_t, std::string>;

// `order` with the terms of `key` appended where it lacks their fields: together they must give
// every row a place of its own. What is appended goes in the direction of the last term of `order`,
// which indexes can follow.
std::vector<OrderTerm> TotalOrder(std::vector<OrderTerm> order, absl::Span<const OrderTerm> key);

class Keyset {
 public:
  // The order of TotalOrder. Columns that are ordered by hold no NULL. `columns` are by the indices
  // of the schema.
  Keyset(std::vector<OrderTerm> order, absl::Span<const OrderTerm> key, const Schema& schema,
         absl::Span<const Column> columns);

  // "i.update_time DESC, i.process DESC": for ORDER BY.
  std::string OrderBy() const;
  // "i.update_time AS s0, i.process AS s1": for SELECT; Position() is made of these columns.
  std::string Select() const;
  // The same columns and order where Select() is a subquery of this name: "k.s0, k.s1" and
  // "k.s0 DESC, k.s1 DESC".
  std::string SelectFrom(absl::string_view subquery) const;
  std::string OrderByFrom(absl::string_view subquery) const;
  size_t size() const { return parts_.size(); }
  // Whether the sort key is text, else a whole number.
  bool is_text(size_t part) const { return parts_[part].text; }

  // The position of a row with these values of Select(): any bytes, not empty. O(length).
  std::string Position(absl::Span<const SortCell> cells) const;
  // The values that Position() was given. Errors: InvalidArgument for a position that another order
  // made.
  absl::StatusOr<std::vector<SortCell>> Cells(absl::string_view position) const;
  // A term for WHERE: true of the rows after `position`; "TRUE" for "". Parameters are named
  // `prefix` and a number. Errors: InvalidArgument for a position that another order made.
  absl::StatusOr<SqlText> After(absl::string_view position, absl::string_view prefix = "k") const;

 private:
  struct Part {
    std::string sql;
    bool text = false;
    bool descending = false;
  };
  // Each part as `write(part, its number)`, with commas between them.
  template <typename Write>
  std::string Join(const Write& write) const;

  std::vector<Part> parts_;
};

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_KEYSET_H_
