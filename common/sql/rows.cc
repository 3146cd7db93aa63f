// SPDX-License-Identifier: Apache-2.0
#include <cassert>

#include "common/sql/database.h"

namespace plumbline::sql {

bool Rows::IsNull(size_t row, size_t column) const {
  assert(row < size() && column < columns_);
  return std::holds_alternative<Null>(cells_[row * columns_ + column]);
}

int64_t Rows::Int(size_t row, size_t column) const {
  if (IsNull(row, column)) return 0;
  const auto* value = std::get_if<int64_t>(&cells_[row * columns_ + column]);
  assert(value != nullptr);  // the column holds text
  return value == nullptr ? 0 : *value;
}

const std::string& Rows::Text(size_t row, size_t column) const {
  static const std::string& empty = *new std::string();
  if (IsNull(row, column)) return empty;
  const auto* value = std::get_if<std::string>(&cells_[row * columns_ + column]);
  assert(value != nullptr);  // the column holds a number
  return value == nullptr ? empty : *value;
}

}  // namespace plumbline::sql
