// SPDX-License-Identifier: Apache-2.0
//
// From text to tokens.
#ifndef PLUMBLINE_COMMON_EXPR_LEXER_H_
#define PLUMBLINE_COMMON_EXPR_LEXER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/expr/problem.h"
#include "common/expr/tree.h"

namespace plumbline::expr {

struct Token {
  enum class Kind {
    kWord,
    kString,
    kDot,
    kComma,
    kOpen,
    kOpenCall,  // the "(" directly after a function's name
    kClose,
    kComparator,
    kMinus,  // that negates
    kAnd,
    kOr,
    kNot,
    kEnd,
  };
  Kind kind = Kind::kEnd;
  size_t offset = 0;
  bool spaced = false;                         // white space, or nothing, stands before it
  Comparator comparator = Comparator::kEqual;  // kComparator
  std::string text = {};                       // kWord, kString: as in Segment
};

// The tokens of `text`, kEnd last; at a fault nullopt and one problem. O(length).
std::optional<std::vector<Token>> Tokenize(absl::string_view text, std::vector<Problem>* problems);

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_LEXER_H_
