// SPDX-License-Identifier: Apache-2.0
//
// For tests: things with a field of every type, random expressions about them, and a slow and
// direct reading of what those mean, which shares no code with the checker, the evaluator and SQL.
#ifndef PLUMBLINE_COMMON_EXPR_TESTING_H_
#define PLUMBLINE_COMMON_EXPR_TESTING_H_

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/expr/evaluate.h"
#include "common/expr/schema.h"
#include "common/expr/tree.h"

namespace plumbline::expr {

// Fields: title (searched) and note (text), size (whole numbers), score (decimals), active, day,
// at, took, price (EUR), deal (any currency), state (enum), owner (person), tags (list), labels
// (map).
const Schema& ThingSchema();

// A thing, its values as text.
struct Thing {
  std::map<std::string, std::string> fields;  // kOne; absent = unset
  std::vector<std::string> tags;
  std::map<std::string, std::string> labels;
};

// The same for Matches() and Decide().
Record ToRecord(const Thing& thing);

using Random = std::mt19937_64;

// A thing with values of small domains, each unset now and then.
Thing RandomThing(Random& random);

// An expression that parses and checks: groups, negations, all comparators, groups of values,
// wildcards, functions and bare words, in all spellings.
std::string RandomExpression(Random& random);

// The verdict of a parsed expression on a thing, read off the rules of check.h word by word.
Verdict ReferenceVerdict(const Node& tree, const Thing& thing);
// The same in two values: unset is no match at every comparison.
bool ReferenceMatch(const Node& tree, const Thing& thing);

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_TESTING_H_
