// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/text.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace plumbline::yaml {

int DecodeUtf8(absl::string_view text, uint32_t* character) {
  if (text.empty()) return 0;
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) {
    *character = first;
    return 1;
  }
  const int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < static_cast<size_t>(length)) return 0;
  uint32_t value = first & (0xFF >> (length + 1));
  for (int i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    value = value << 6 | (byte(i) & 0x3F);
  }
  const uint32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return 0;
  *character = value;
  return length;
}

namespace {

constexpr uint32_t kLineSeparator = 0x2028, kParagraphSeparator = 0x2029;

constexpr uint64_t EachByte(uint8_t c) { return c * uint64_t{0x0101010101010101}; }

// Whether any of eight bytes needs a look: none of plain ASCII does, and a line feed only tells
// where the next line begins. Sums of bytes below 0x80 carry nothing into the next.
bool NeedsALook(uint64_t bytes) {
  constexpr uint64_t kHigh = EachByte(0x80);
  if ((bytes & kHigh) != 0) return true;
  const auto is = [&](uint8_t c) { return ~((bytes ^ EachByte(c)) + EachByte(0x7F)) & kHigh; };
  const uint64_t controls = ~(bytes + EachByte(0x60)) & kHigh;
  return ((controls & ~is('\n') & ~is('\t')) | is(0x7F)) != 0;
}

// The length of the text before the first such byte.
size_t PlainLength(absl::string_view text) {
  size_t length = 0;
  for (uint64_t bytes; length + sizeof(bytes) <= text.size(); length += sizeof(bytes)) {
    std::memcpy(&bytes, text.data() + length, sizeof(bytes));
    if (NeedsALook(bytes)) break;
  }
  while (length < text.size() && !NeedsALook(EachByte(static_cast<uint8_t>(text[length]))))
    ++length;
  return length;
}

// Moves a position past such a text.
void Pass(absl::string_view plain, Position* position) {
  position->line += static_cast<int>(std::count(plain.begin(), plain.end(), '\n'));
  const size_t last = plain.rfind('\n');
  const size_t columns = last == absl::string_view::npos ? plain.size() : plain.size() - last - 1;
  position->column =
      static_cast<int>(columns) + (last == absl::string_view::npos ? position->column : 1);
}

bool IsRefused(uint32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7F && c <= 0x9F) ||
         c == kLineSeparator || c == kParagraphSeparator || c == 0xFFFE || c == 0xFFFF;
}

}  // namespace

bool IsNormal(absl::string_view text) { return PlainLength(text) == text.size(); }

bool NormalizeText(absl::string_view text, std::string* normal, std::vector<Problem>* problems) {
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");
  normal->reserve(text.size());
  Position position;
  for (size_t i = 0; i < text.size();) {
    const absl::string_view plain = text.substr(i, PlainLength(text.substr(i)));
    normal->append(plain.data(), plain.size());
    Pass(plain, &position);
    i += plain.size();
    if (i == text.size()) break;
    uint32_t c = 0;
    const int length = DecodeUtf8(text.substr(i), &c);
    if (length == 0) {
      problems->push_back({position, "",
                           absl::StrFormat("byte 0x%02X is not UTF-8; save the file as UTF-8",
                                           static_cast<uint8_t>(text[i]))});
      return false;
    }
    if (IsRefused(c)) {
      const bool separator = c == kLineSeparator || c == kParagraphSeparator;
      const std::string code = c > 0xFF ? absl::StrFormat("%04X", c) : absl::StrFormat("%02X", c);
      problems->push_back({position, "",
                           absl::StrCat(separator ? "line separator 0x" : "control character 0x",
                                        code, "; leave it out, or write it as ",
                                        c > 0xFF ? "\\u" : "\\x", code, " in double quotes")});
      return false;
    }
    if (c == '\r') {
      normal->push_back('\n');
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
      ++position.line;
      position.column = 1;
    } else {
      normal->append(text.data() + i, length);
      position.column += length;
    }
    i += length;
  }
  return true;
}

bool IsJsonNumber(absl::string_view text) {
  size_t i = 0;
  const auto digits = [&] {
    const size_t start = i;
    while (i < text.size() && absl::ascii_isdigit(text[i])) ++i;
    return i - start;
  };
  const auto take = [&](char c) { return i < text.size() && text[i] == c && ++i > 0; };
  take('-');
  const size_t integral_start = i;
  const size_t integral = digits();
  if (integral == 0 || (integral > 1 && text[integral_start] == '0')) return false;
  if (take('.') && digits() == 0) return false;
  if (take('e') || take('E')) {
    if (!take('-')) take('+');
    if (digits() == 0) return false;
  }
  return i == text.size();
}

namespace {

// Integral numbers in another notation ("1e3", "2.0"), where a double holds them exactly.
bool ReadIntegralDouble(absl::string_view text, double* value) {
  return absl::SimpleAtod(text, value) && std::trunc(*value) == *value &&
         std::fabs(*value) <= 9007199254740992.0;
}

}  // namespace

bool ReadInt64(absl::string_view text, int64_t* value) {
  if (!IsJsonNumber(text)) return false;
  if (absl::SimpleAtoi(text, value)) return true;
  double real = 0;
  if (text.find_first_of(".eE") == absl::string_view::npos || !ReadIntegralDouble(text, &real)) {
    return false;
  }
  *value = static_cast<int64_t>(real);
  return true;
}

bool ReadUint64(absl::string_view text, uint64_t* value) {
  if (IsJsonNumber(text) && absl::SimpleAtoi(text, value)) return true;
  int64_t as_signed = 0;
  if (!ReadInt64(text, &as_signed) || as_signed < 0) return false;
  *value = static_cast<uint64_t>(as_signed);
  return true;
}

bool IsDurationText(absl::string_view text) {
  return text.size() > 1 && text.back() == 's' &&
         text.find_first_of("eE") == absl::string_view::npos &&
         IsJsonNumber(text.substr(0, text.size() - 1));
}

bool LooksTyped(absl::string_view text) {
  static constexpr absl::string_view kWords[] = {"y",    "n",     "yes",  "no",  "on",  "off",
                                                 "true", "false", "null", "nan", "inf", "infinity"};
  if (text.empty() || absl::ascii_isdigit(text[0]) || text[0] == '+' || text[0] == '-' ||
      text[0] == '.' || text[0] == '~') {
    return true;
  }
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](absl::string_view word) { return absl::EqualsIgnoreCase(word, text); });
}

}  // namespace plumbline::yaml
