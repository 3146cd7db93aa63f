// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/matchers.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "common/expr/times.h"

namespace plumbline::analytics {
namespace {

using Op = expr::Test::Op;

bool OrderHolds(Op op, int order) {
  switch (op) {
    case Op::kLess:
      return order < 0;
    case Op::kLessEqual:
      return order <= 0;
    case Op::kGreater:
      return order > 0;
    case Op::kGreaterEqual:
      return order >= 0;
    default:
      return order == 0;
  }
}

// Pieces are in lower case; ASCII case aside.
bool ContainsPieces(absl::string_view text, const std::vector<std::string>& pieces) {
  const auto same = [](char a, char b) {
    return absl::ascii_tolower(static_cast<unsigned char>(a)) == b;
  };
  auto from = text.begin();
  for (const std::string& piece : pieces) {
    const auto found = std::search(from, text.end(), piece.begin(), piece.end(), same);
    if (found == text.end() && !piece.empty()) return false;
    from = found + static_cast<ptrdiff_t>(piece.size());
  }
  return true;
}

template <class T>
int Compare(T a, T b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

std::optional<double> NumberOf(absl::string_view text) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace

bool MatchesPieces(absl::string_view text, const std::vector<std::string>& pieces) {
  if (pieces.size() == 1) return text == pieces[0];
  const std::string& first = pieces.front();
  const std::string& last = pieces.back();
  if (text.size() < first.size() + last.size() || !absl::StartsWith(text, first) ||
      !absl::EndsWith(text, last)) {
    return false;
  }
  // Each as early as it can: if any arrangement fits, this one does.
  text = text.substr(first.size(), text.size() - first.size() - last.size());
  for (size_t i = 1; i + 1 < pieces.size(); ++i) {
    const size_t found = text.find(pieces[i]);
    if (found == absl::string_view::npos) return false;
    text.remove_prefix(found + pieces[i].size());
  }
  return true;
}

bool TextMatcher::operator()(absl::string_view text) const {
  switch (test_.op) {
    case Op::kPresent:
      return true;
    case Op::kMatches:
      return MatchesPieces(text, test_.pieces);
    case Op::kContains:
      return ContainsPieces(text, test_.pieces);
    default:
      return OrderHolds(test_.op, text.compare(test_.value.text));
  }
}

Range RangeOf(const expr::Test& test) {
  const int64_t value = test.value.number;
  switch (test.op) {
    case Op::kPresent:
      return {};
    case Op::kLess:
      return value == INT64_MIN ? Range{1, 0} : Range{INT64_MIN, value - 1};
    case Op::kLessEqual:
      return {INT64_MIN, value};
    case Op::kGreater:
      return value == INT64_MAX ? Range{1, 0} : Range{value + 1, INT64_MAX};
    case Op::kGreaterEqual:
      return {value, INT64_MAX};
    default:
      return {value, value};
  }
}

Range WholeRangeOf(const expr::Test& test) {
  const Range millionths = RangeOf(test);
  Range whole;
  // Towards what is inside.
  const int64_t unit = expr::kNumberUnit;
  if (millionths.least != INT64_MIN) {
    whole.least = millionths.least / unit + (millionths.least % unit > 0 ? 1 : 0);
  }
  if (millionths.most != INT64_MAX) {
    whole.most = millionths.most / unit - (millionths.most % unit < 0 ? 1 : 0);
  }
  return whole;
}

AttributeMatcher::AttributeMatcher(const expr::Test& test) : test_(test), text_(test) {
  const std::string& literal = test.value.text;
  int64_t number = 0;
  if (absl::SimpleAtoi(literal, &number)) whole_ = number;
  if (expr::ParseTimestamp(literal, &number)) instant_ = number;
  number_ = NumberOf(literal);
  if (literal == "true" || literal == "false") truth_ = literal == "true";
}

bool AttributeMatcher::HoldsOrder(int order) const { return OrderHolds(test_.op, order); }

bool AttributeMatcher::HoldsNumber(double value) const {
  return number_.has_value() && !std::isnan(value) && HoldsOrder(Compare(value, *number_));
}

bool AttributeMatcher::HoldsWhole(int64_t value) const {
  if (whole_.has_value()) return HoldsOrder(Compare(value, *whole_));
  // A long double holds every whole number exactly.
  return number_.has_value() &&
         HoldsOrder(Compare<long double>(static_cast<long double>(value), *number_));
}

bool AttributeMatcher::HoldsText(const std::string& value) const {
  const bool ordering = test_.op == Op::kLess || test_.op == Op::kLessEqual ||
                        test_.op == Op::kGreater || test_.op == Op::kGreaterEqual;
  if (!ordering || !number_.has_value()) return text_(value);
  const std::optional<double> number = NumberOf(value);
  return number.has_value() && HoldsNumber(*number);
}

bool AttributeMatcher::operator()(const AttributeValue& value) const {
  if (test_.op == Op::kPresent) return true;
  if (const auto* text = std::get_if<std::string>(&value)) return HoldsText(*text);
  if (test_.op == Op::kMatches || test_.op == Op::kContains) return false;
  if (const auto* whole = std::get_if<int64_t>(&value)) return HoldsWhole(*whole);
  if (const auto* number = std::get_if<double>(&value)) return HoldsNumber(*number);
  if (const auto* truth = std::get_if<bool>(&value)) {
    return truth_.has_value() && test_.op == Op::kEqual && *truth == *truth_;
  }
  const int64_t micros = std::get<Instant>(value).micros;
  return instant_.has_value() && HoldsOrder(Compare(micros, *instant_));
}

}  // namespace plumbline::analytics
