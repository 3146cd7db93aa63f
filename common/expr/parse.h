// SPDX-License-Identifier: Apache-2.0
//
// The grammar of filters and conditions: that of AIP-160 (google.aip.dev/160 and its
// ebnf-filtering.txt).
//
//   expression  = [ sequence { AND sequence } ]
//   sequence    = factor { factor }                   juxtaposition is AND
//   factor      = term { OR term }                    OR binds tighter than AND:
//   term        = [ NOT | "-" ] simple                  a AND b OR c  is  a AND (b OR c)
//   simple      = restriction | "(" expression ")"
//   restriction = comparable [ comparator argument ]
//   comparable  = path | function "(" [ argument { "," argument } ] ")"
//   argument    = literal | function call | "(" expression over literals ")"
//   comparator  = "=" | "!=" | "<" | "<=" | ">" | ">=" | ":"
//   path        = segment { "." segment }
//
// AND, OR and NOT are written in capitals. Literals with spaces, parentheses, commas, comparators
// or quotes stand in "double" or 'single' quotes, in which \" \' \\ \n \t and \* are escapes;
// numbers, dates, timestamps and durations need no quotes (-30, 2.5e3, 2026-01-31,
// 2026-01-31T09:00:00+01:00, 1.5s). A "-" directly before a restriction negates it.
#ifndef PLUMBLINE_COMMON_EXPR_PARSE_H_
#define PLUMBLINE_COMMON_EXPR_PARSE_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/expr/problem.h"
#include "common/expr/tree.h"

namespace plumbline::expr {

inline constexpr size_t kMaxLength = 4096;  // bytes
inline constexpr int kMaxDepth = 32;        // parentheses and calls within each other
inline constexpr int kMaxNodes = 500;

// The tree of `text`, which may be any bytes. On failure nullopt, and at least one problem is
// appended: the first that was met. O(length).
std::optional<Node> Parse(absl::string_view text, std::vector<Problem>* problems);

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_PARSE_H_
