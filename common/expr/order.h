// SPDX-License-Identifier: Apache-2.0
//
// The order of lists (AIP-132): "title", "update_time desc, title".
#ifndef PLUMBLINE_COMMON_EXPR_ORDER_H_
#define PLUMBLINE_COMMON_EXPR_ORDER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/expr/problem.h"
#include "common/expr/schema.h"

namespace plumbline::expr {

struct OrderTerm {
  int field = 0;  // index in the schema
  bool descending = false;
  bool operator==(const OrderTerm&) const = default;
};

// Reads an order: fields marked `ordered`, separated by commas, each followed by "asc" (the
// default) or "desc"; additional spaces do not matter; "" is no terms. A field may stand in it
// once. On failure nullopt, and every problem is appended. O(length + names of schema per wrong
// name).
std::optional<std::vector<OrderTerm>> ParseOrder(absl::string_view text, const Schema& schema,
                                                 std::vector<Problem>* problems);

// The same for a field of a request: FIELD_INVALID with a violation of `field` per problem.
absl::StatusOr<std::vector<OrderTerm>> ParseOrderField(absl::string_view field,
                                                       absl::string_view text,
                                                       const Schema& schema);

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_ORDER_H_
