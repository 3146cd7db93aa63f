// SPDX-License-Identifier: Apache-2.0
#include "common/expr/decimal.h"

#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace plumbline::expr {
namespace {

constexpr int kScale = 6;
constexpr int64_t kOne = 1'000'000;
// Beyond this every number but zero is out of range or too fine.
constexpr int kMostExponent = 10'000;

// The parts of a number.
struct Parts {
  bool negative = false;
  std::string digits;  // without leading zeros
  int exponent = 0;    // the number is digits * 10^exponent
};

bool TakeSign(absl::string_view* text) {
  if (text->empty() || (text->front() != '-' && text->front() != '+')) return false;
  const bool negative = text->front() == '-';
  text->remove_prefix(1);
  return negative;
}

absl::string_view TakeDigits(absl::string_view* text) {
  size_t count = 0;
  while (count < text->size() && absl::ascii_isdigit(static_cast<unsigned char>((*text)[count])))
    ++count;
  const absl::string_view digits = text->substr(0, count);
  text->remove_prefix(count);
  return digits;
}

bool Split(absl::string_view text, Parts* parts) {
  parts->negative = TakeSign(&text);
  const absl::string_view whole = TakeDigits(&text);
  if (whole.empty()) return false;
  parts->digits = std::string(whole);
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    const absl::string_view fraction = TakeDigits(&text);
    if (fraction.empty()) return false;
    parts->digits.append(fraction.data(), fraction.size());
    parts->exponent = -static_cast<int>(fraction.size());
  }
  if (!text.empty() && (text[0] == 'e' || text[0] == 'E')) {
    text.remove_prefix(1);
    const bool negative = TakeSign(&text);
    const absl::string_view digits = TakeDigits(&text);
    if (digits.empty()) return false;
    int exponent = 0;
    for (const char c : digits)
      exponent = exponent > kMostExponent ? exponent : exponent * 10 + (c - '0');
    parts->exponent += negative ? -exponent : exponent;
  }
  parts->digits.erase(0, parts->digits.find_first_not_of('0'));
  return text.empty();
}

}  // namespace

DecimalFault ParseDecimal(absl::string_view text, int64_t* millionths) {
  Parts parts;
  if (!Split(text, &parts)) return DecimalFault::kShape;
  while (!parts.digits.empty() && parts.digits.back() == '0') {
    parts.digits.pop_back();
    ++parts.exponent;
  }
  *millionths = 0;
  if (parts.digits.empty()) return DecimalFault::kNone;
  const int zeros = parts.exponent + kScale;
  if (zeros < 0) return DecimalFault::kPrecision;
  // 19 digits are the most that 64 bits hold.
  if (static_cast<int>(parts.digits.size()) + zeros > 19) return DecimalFault::kRange;
  parts.digits.append(static_cast<size_t>(zeros), '0');
  __int128 value = 0;
  for (const char c : parts.digits) value = value * 10 + (c - '0');
  if (parts.negative) value = -value;
  if (value > std::numeric_limits<int64_t>::max() || value < -std::numeric_limits<int64_t>::max())
    return DecimalFault::kRange;
  *millionths = static_cast<int64_t>(value);
  return DecimalFault::kNone;
}

std::string FormatDecimal(int64_t millionths) {
  const bool negative = millionths < 0;
  const uint64_t size =
      negative ? 0 - static_cast<uint64_t>(millionths) : static_cast<uint64_t>(millionths);
  std::string text = absl::StrCat(negative ? "-" : "", size / kOne);
  const uint64_t fraction = size % kOne;
  if (fraction == 0) return text;
  std::string digits = absl::StrCat(fraction);
  digits.insert(0, kScale - digits.size(), '0');
  digits.erase(digits.find_last_not_of('0') + 1);
  return absl::StrCat(text, ".", digits);
}

}  // namespace plumbline::expr
