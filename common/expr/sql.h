// SPDX-License-Identifier: Apache-2.0
//
// Conditions as SQL text with parameters, for the one SQL text of common/sql. Nothing
// that a person wrote becomes a part of the text: values, keys and patterns are parameters.
//
// Rows are the same as those for which Matches() is true, provided that a column holds NULL exactly
// where the field is unset, that text columns compare by bytes, and that LIKE tells letter case
// apart (all three: common/sql/database.h).
#ifndef PLUMBLINE_COMMON_EXPR_SQL_H_
#define PLUMBLINE_COMMON_EXPR_SQL_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/expr/check.h"
#include "common/expr/schema.h"

namespace plumbline::expr {

// Where a field is stored. The texts are ours, never a person's.
struct Column {
  // kOne: a column, or an expression without parameters, of type TEXT (kString, kEnum, kPerson, or
  // the currency of kMoney without one) or BIGINT (all others).
  // kList, kMap: the column of the elements in `rows`.
  std::string sql;
  // kNumber, kMoney: what 1 is in the column: 1 (whole numbers) or kNumberUnit.
  int64_t unit = 1;
  // kMoney without a currency of its field: the TEXT column of the currency.
  std::string currency = {};
  // kList, kMap: the rows that hold the elements: "process_labels l WHERE l.workspace =
  // p.workspace AND l.process = p.process".
  std::string rows = {};
  // kMap: the column of the keys in `rows`.
  std::string key = {};
  // Times, dates and durations: a column that is never greater. What is less than a value, or equal
  // to it, is looked for by it too, where it has an index and this one has none.
  std::string floor = {};
};

struct SqlParam {
  std::string name;  // without the colon
  std::variant<int64_t, std::string> value;
};

struct SqlText {
  std::string sql;
  std::vector<SqlParam> params;
};

// A term for WHERE: "(title LIKE :f0 ESCAPE '!' AND ...)", "TRUE" for the empty condition.
// `columns` are by the indices of the schema. Parameters are named `prefix` and a number. O(size).
SqlText ToSql(const Condition& condition, const Schema& schema, absl::Span<const Column> columns,
              absl::string_view prefix = "f");

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_SQL_H_
