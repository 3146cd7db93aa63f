// SPDX-License-Identifier: Apache-2.0
//
// The syntax tree of an expression, before anything is known of fields and types.
#ifndef PLUMBLINE_COMMON_EXPR_TREE_H_
#define PLUMBLINE_COMMON_EXPR_TREE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace plumbline::expr {

enum class Comparator { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kHas };

// "=", "!=", "<", "<=", ">", ">=", ":".
absl::string_view TextOf(Comparator comparator);

// A part of a path or a literal, and whether it stood in quotes. `text` is decoded but for the
// escapes \\ and \*, which stay: so a * in it stands for any characters, and \* for a star.
struct Segment {
  std::string text;
  bool quoted = false;
  bool operator==(const Segment&) const = default;
};

// Depth is bounded by the parser, so that walks may recurse.
struct Node {
  enum class Kind {
    kAnd,      // children: none (the empty expression, always true), or two and more
    kOr,       // children: two and more
    kNot,      // children: one
    kCompare,  // children: what is compared (kWord or kCall), and the argument (kWord, kCall, or
               // kAnd, kOr and kNot over such: `state = (DRAFT OR PUBLISHED)`)
    kWord,     // segments: a field's path, a literal, or a bare word
    kCall,     // segments: the function's name; children: its arguments
  };
  Kind kind = Kind::kAnd;
  Comparator comparator = Comparator::kEqual;  // kCompare
  std::vector<Segment> segments;
  std::vector<Node> children;
  size_t offset = 0;  // of its first byte in the text

  // kWord, kCall: the segments joined by dots, stars taken literally: a field's path, 1.5, x@y.org.
  std::string Text() const;
  // kWord: the same, split at the stars that stand for any characters; one piece = no such star.
  std::vector<std::string> Pieces() const;
  // kWord: * alone, without quotes.
  bool IsStar() const;
};

// Equal but for offsets.
bool SameTree(const Node& a, const Node& b);

// The expression in its usual spelling: AND and OR are written out, groups have parentheses only
// where they are needed, literals have quotes where they are needed. Parse(Print(tree)) gives the
// same tree. O(size).
std::string Print(const Node& tree);

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_TREE_H_
