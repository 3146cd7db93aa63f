// SPDX-License-Identifier: Apache-2.0
//
// From a tree to a condition over a schema: names are resolved, literals have the types of their
// fields, and everything that is wrong is reported.
//
// What restrictions mean:
//   field = v      equal. Text is compared by bytes; a * in it stands for any characters (\* is a
//                  star). Money of different currencies is never equal.
//   field != v     NOT field = v
//   field < v ...  text by bytes (the order of Unicode's code points), amounts of the same
//   currency;
//                  not for truth values, enums and people
//   field:v        text: contains v, the case of ASCII letters aside; other types: field = v
//   field:*        has a value (a list: has an element; a map: has a key); has(field) is the same
//   list:v         an element equals v             map:key       has the key
//   map.key = v    the value under the key; all comparators; map.key:v is map.key = v
//   field = (a OR b)   the comparator is applied to each; for =, != and : only; != negates the
//   whole word           a truth field of this name is true; else one of the fields marked
//   `searched`
//                  contains the word
// An unset field (or absent key) equals nothing, is neither less nor greater, and contains nothing:
// a comparison with it does not hold, so that `field != v` and `NOT field < v` do (AIP-160: "true
// unless", "true if a is not true"). Whoever must not mistake an unset field for an answer asks
// Decide() (evaluate.h), which has a third result.
#ifndef PLUMBLINE_COMMON_EXPR_CHECK_H_
#define PLUMBLINE_COMMON_EXPR_CHECK_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/expr/problem.h"
#include "common/expr/schema.h"
#include "common/expr/tree.h"

namespace plumbline::expr {

// One test of one field.
struct Test {
  enum class Op {
    kEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kMatches,   // kString: `pieces` in this order, anything between them
    kContains,  // kString: value.text, in lower case
    kPresent,
  };
  int field = 0;                   // index in the schema
  Type type = Type::kString;       // of the field
  Shape shape = Shape::kOne;       // of the field
  std::optional<std::string> key;  // kMap: the key; none = any key (kPresent only)
  Op op = Op::kEqual;
  Value value;
  std::vector<std::string> pieces;  // kMatches: at least two; the text begins with the first and
                                    // ends with the last
};

// A checked expression. Depth is bounded by the parser. Immutable.
struct Condition {
  enum class Kind { kAnd, kOr, kNot, kTest };
  Kind kind = Kind::kAnd;           // kAnd without children: always true
  std::vector<Condition> children;  // kNot: one
  Test test;                        // kTest

  bool always() const { return kind == Kind::kAnd && children.empty(); }
};

// Checks a tree. On failure nullopt, and every problem is appended. O(size of tree + names of
// schema per wrong name).
std::optional<Condition> Check(const Node& tree, const Schema& schema,
                               std::vector<Problem>* problems);

// Parse and Check.
std::optional<Condition> Compile(absl::string_view text, const Schema& schema,
                                 std::vector<Problem>* problems);

// The same for a field of a request: FIELD_INVALID with a violation of `field` per problem.
absl::StatusOr<Condition> CompileField(absl::string_view field, absl::string_view text,
                                       const Schema& schema);

// The indices of the fields that a condition tests, ascending, each once. O(size).
std::vector<int> FieldsOf(const Condition& condition);

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_CHECK_H_
