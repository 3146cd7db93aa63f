// SPDX-License-Identifier: Apache-2.0
//
// Single tests of a condition, made ready to be asked of many values: the rules are those of
// common/expr/check.h.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_MATCHERS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_MATCHERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/expr/check.h"
#include "services/analytics/log/event_batch.h"

namespace plumbline::analytics {

// A test of text. `test` must outlive it.
class TextMatcher {
 public:
  explicit TextMatcher(const expr::Test& test) : test_(test) {}
  bool operator()(absl::string_view text) const;

 private:
  const expr::Test& test_;
};

// Whether `text` begins with the first of `pieces`, ends with the last, and has the others in this
// order between them, none overlapping. Pieces of one: equal.
bool MatchesPieces(absl::string_view text, const std::vector<std::string>& pieces);

// The numbers, times or durations for which a test holds: those from least to most.
struct Range {
  int64_t least = INT64_MIN;
  int64_t most = INT64_MAX;
  bool Holds(int64_t value) const { return value >= least && value <= most; }
};
Range RangeOf(const expr::Test& test);
// Of a test of a whole number, whose literal may have a fraction.
Range WholeRangeOf(const expr::Test& test);

// A test of an attribute, which may have any type: text by bytes, or (<, <=, >, >=) as a number
// where it and the literal are numbers; the others by value; a literal that is none of their type
// is unequal. `test` must outlive it.
class AttributeMatcher {
 public:
  explicit AttributeMatcher(const expr::Test& test);
  bool operator()(const AttributeValue& value) const;

 private:
  bool HoldsOrder(int order) const;
  bool HoldsNumber(double value) const;
  bool HoldsWhole(int64_t value) const;
  bool HoldsText(const std::string& value) const;

  const expr::Test& test_;
  TextMatcher text_;
  std::optional<int64_t> whole_, instant_;
  std::optional<double> number_;
  std::optional<bool> truth_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_MATCHERS_H_
