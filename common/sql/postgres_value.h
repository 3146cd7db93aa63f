// SPDX-License-Identifier: Apache-2.0
//
// Values in PostgreSQL's binary formats (PostgreSQL 15 documentation, section 55.2 and
// src/backend/utils/adt: *send, *recv).
#ifndef PLUMBLINE_COMMON_SQL_POSTGRES_VALUE_H_
#define PLUMBLINE_COMMON_SQL_POSTGRES_VALUE_H_

#include <array>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/sql/database.h"

namespace plumbline::sql {

// The arguments of one execution, as libpq takes them. Text and bytes are not copied: the values
// must outlive it.
class PostgresArguments {
 public:
  explicit PostgresArguments(size_t count);
  void Set(size_t index, const Value& value);

  int count() const { return static_cast<int>(types_.size()); }
  const unsigned* types() const {
    return types_.data();
  }  // object ids of types; 0 = to be inferred
  const char* const* data() const { return data_.data(); }
  const int* sizes() const { return sizes_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  std::vector<unsigned> types_;
  std::vector<const char*> data_;
  std::vector<int> sizes_, formats_;
  std::vector<std::array<char, 8>> numbers_;
};

// Appends one cell of type `type` to `rows`. Internal for a type that is neither whole number,
// truth, text nor bytes.
absl::Status AddCell(unsigned type, absl::string_view data, Rows& rows);

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_POSTGRES_VALUE_H_
