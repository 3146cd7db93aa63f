// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_SQL_TEXT_OR_NULL_H_
#define PLUMBLINE_COMMON_SQL_TEXT_OR_NULL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "common/sql/database.h"

namespace plumbline::sql {

// The value of a column in which a text that may be unset is NULL then. Lives as long as `text`.
inline Value TextOrNull(const std::string& text) {
  if (text.empty()) return Null{};
  return absl::string_view(text);
}

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_TEXT_OR_NULL_H_
