// SPDX-License-Identifier: Apache-2.0
//
// From the port's SQL text to PostgreSQL's.
#ifndef PLUMBLINE_COMMON_SQL_POSTGRES_TEXT_H_
#define PLUMBLINE_COMMON_SQL_POSTGRES_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace plumbline::sql {

struct PostgresText {
  std::string sql;                 // with $1, $2, ...
  std::vector<std::string> names;  // of $1, $2, ...
};

// Replaces the words, and every :name outside of literals, quoted names and comments by the $n of
// that name. "::" is left alone. O(length).
PostgresText ToPostgres(absl::string_view sql, absl::string_view schema);

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_POSTGRES_TEXT_H_
