// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with an expression, and where.
#ifndef PLUMBLINE_COMMON_EXPR_PROBLEM_H_
#define PLUMBLINE_COMMON_EXPR_PROBLEM_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"

namespace plumbline::expr {

struct Problem {
  size_t offset = 0;    // of its first byte in the expression
  std::string message;  // what was found, what was expected, the remedy
};

// "at character 9: 'tilte' is not a field; did you mean 'title'?" Characters are those of Unicode,
// counted from 1. O(length of text).
std::string Describe(absl::string_view text, const Problem& problem);

// `text` in quotes, cut between characters when it is long, so that a message never carries a page
// back. O(1) beyond copying.
std::string Shown(absl::string_view text);

// One violation of `field`, the path of the request's field that holds the expression, per problem.
std::vector<base::FieldViolation> ToViolations(absl::string_view field, absl::string_view text,
                                               const std::vector<Problem>& problems);

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_PROBLEM_H_
