// SPDX-License-Identifier: Apache-2.0
//
// Values as people write them, in expressions and wherever a field is given as text.
#ifndef PLUMBLINE_COMMON_EXPR_LITERAL_H_
#define PLUMBLINE_COMMON_EXPR_LITERAL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/expr/schema.h"

namespace plumbline::expr {

// Reads a value of the type of `field`; its shape does not matter.
//   text       any
//   number     42  -1.5  2.997e9
//   bool       true  false
//   date       2026-01-31
//   timestamp  2026-01-31T09:00:00Z  2026-01-31T09:00:00.5+01:00  2026-01-31 (midnight UTC)
//   duration   20s  1.5s  90m  36h  1h30m  -5s
//   money      1000 EUR  1000EUR; 1000 where the field has one currency
//   enum       one of its names, in their letter case, with or without the prefix
//   person     ada  people/ada  workspaces/acme/people/ada
// Errors: InvalidArgument whose message says what was expected and the remedy, without naming the
// field: "'12x' is not a number; write it like 42 or -1.5". O(length).
absl::StatusOr<Value> ParseValue(const Field& field, absl::string_view text);

// The usual spelling of a value; ParseValue reads it back.
std::string ToText(const Field& field, const Value& value);

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_LITERAL_H_
