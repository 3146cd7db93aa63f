// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/json_elements.h"
#include "services/analytics/ingest/text.h"

namespace plumbline::analytics {
namespace {

constexpr int kMaxDepth = 32;
constexpr int kMaxValues = 100'000;

absl::Status Wrong(absl::string_view what) { return absl::InvalidArgumentError(what); }

// Reads by descent; `left_` is what is not read yet.
class Parser {
 public:
  explicit Parser(absl::string_view text) : left_(text) {}

  absl::StatusOr<JsonValue> Read() {
    JsonValue value;
    RETURN_IF_ERROR(ReadValue(&value, 0));
    SkipSpaces();
    if (!left_.empty()) return Wrong("something follows the value");
    return value;
  }

 private:
  void SkipSpaces() {
    while (!left_.empty() && absl::string_view(" \t\r\n").find(left_[0]) != absl::string_view::npos)
      left_.remove_prefix(1);
  }
  bool Skip(char c) {
    SkipSpaces();
    if (left_.empty() || left_[0] != c) return false;
    left_.remove_prefix(1);
    return true;
  }
  bool SkipWord(absl::string_view word) {
    if (!absl::StartsWith(left_, word)) return false;
    left_.remove_prefix(word.size());
    return true;
  }

  absl::Status ReadValue(JsonValue* value, int depth);
  absl::Status ReadList(JsonValue* value, int depth);
  absl::Status ReadObject(JsonValue* value, int depth);
  absl::Status ReadText(std::string* text);
  absl::Status ReadEscape(std::string* text);
  absl::Status ReadNumber(JsonValue* value);
  bool ReadUnit(unsigned* unit);
  size_t SkipDigits();

  absl::string_view left_;
  int values_ = 0;
};

absl::Status Parser::ReadValue(JsonValue* value, int depth) {
  if (++values_ > kMaxValues) return Wrong("an element has more than 100,000 values");
  if (depth > kMaxDepth) return Wrong("values are nested deeper than 32");
  if (Skip('{')) return ReadObject(value, depth);
  if (Skip('[')) return ReadList(value, depth);
  if (Skip('"')) {
    value->kind = JsonValue::Kind::kText;
    return ReadText(&value->text);
  }
  if (SkipWord("null")) return absl::OkStatus();
  value->kind = JsonValue::Kind::kBool;
  value->truth = SkipWord("true");
  if (value->truth || SkipWord("false")) return absl::OkStatus();
  return ReadNumber(value);
}

absl::Status Parser::ReadList(JsonValue* value, int depth) {
  value->kind = JsonValue::Kind::kList;
  if (Skip(']')) return absl::OkStatus();
  do {
    RETURN_IF_ERROR(ReadValue(&value->list.emplace_back(), depth + 1));
  } while (Skip(','));
  return Skip(']') ? absl::OkStatus() : Wrong("a list does not end with ']'");
}

absl::Status Parser::ReadObject(JsonValue* value, int depth) {
  value->kind = JsonValue::Kind::kObject;
  if (Skip('}')) return absl::OkStatus();
  do {
    if (!Skip('"')) return Wrong("the name of a member does not stand in double quotes");
    RETURN_IF_ERROR(ReadText(&value->names.emplace_back()));
    if (!Skip(':')) return Wrong("a ':' is missing after the name of a member");
    RETURN_IF_ERROR(ReadValue(&value->list.emplace_back(), depth + 1));
  } while (Skip(','));
  return Skip('}') ? absl::OkStatus() : Wrong("an object does not end with '}'");
}

size_t Parser::SkipDigits() {
  size_t digits = 0;
  while (digits < left_.size() && absl::ascii_isdigit(static_cast<unsigned char>(left_[digits])))
    ++digits;
  left_.remove_prefix(digits);
  return digits;
}

absl::Status Parser::ReadNumber(JsonValue* value) {
  value->kind = JsonValue::Kind::kNumber;
  const absl::string_view begin = left_;
  SkipWord("-");
  const bool zero = absl::StartsWith(left_, "0");
  const size_t digits = SkipDigits();
  bool good = digits > 0 && !(zero && digits > 1);
  if (good && SkipWord(".")) good = SkipDigits() > 0;
  if (good && (SkipWord("e") || SkipWord("E"))) {
    if (!SkipWord("+")) SkipWord("-");
    good = SkipDigits() > 0;
  }
  if (!good) return Wrong("a value is missing, or is none");
  value->text = std::string(begin.substr(0, begin.size() - left_.size()));
  return absl::OkStatus();
}

absl::Status Parser::ReadText(std::string* text) {
  for (;;) {
    const size_t plain = std::min(left_.find_first_of("\"\\"), left_.size());
    const absl::string_view piece = left_.substr(0, plain);
    if (std::any_of(piece.begin(), piece.end(), [](char c) { return c >= 0 && c < ' '; }))
      return Wrong("a string holds a control character that is not escaped");
    text->append(piece.data(), piece.size());
    left_.remove_prefix(plain);
    if (left_.empty()) return Wrong("a string does not end");
    const char c = left_[0];
    left_.remove_prefix(1);
    if (c == '"') break;
    RETURN_IF_ERROR(ReadEscape(text));
  }
  return IsUtf8(*text) ? absl::OkStatus() : Wrong("a string is not UTF-8");
}

bool Parser::ReadUnit(unsigned* unit) {
  if (left_.size() < 4) return false;
  *unit = 0;
  for (int i = 0; i < 4; ++i) {
    const unsigned char c = static_cast<unsigned char>(left_[static_cast<size_t>(i)]);
    if (!absl::ascii_isxdigit(c)) return false;
    *unit = 16 * *unit + (absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10u);
  }
  left_.remove_prefix(4);
  return true;
}

absl::Status Parser::ReadEscape(std::string* text) {
  constexpr absl::string_view kEscapes = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
  if (left_.empty()) return Wrong("a string does not end");
  const char c = left_[0];
  left_.remove_prefix(1);
  if (const size_t i = kEscapes.find(c); i != absl::string_view::npos) {
    text->push_back(kMeanings[i]);
    return absl::OkStatus();
  }
  // Units of UTF-16: one, or two that belong together.
  Utf16Decoder decoder(true);
  unsigned unit = 0;
  if (c != 'u' || !ReadUnit(&unit))
    return Wrong("a string holds an escape that JSON does not know");
  const auto add = [&](unsigned u) {
    const char bytes[] = {static_cast<char>(u >> 8), static_cast<char>(u & 0xff)};
    decoder.Decode(absl::string_view(bytes, 2), text);
  };
  add(unit);
  if (unit < 0xd800 || unit >= 0xdc00) return absl::OkStatus();
  if (SkipWord("\\u") && ReadUnit(&unit)) {
    add(unit);
    if (!decoder.incomplete()) return absl::OkStatus();
  }
  return Wrong("a string holds half of a surrogate pair");
}

}  // namespace

const JsonValue* JsonValue::Find(absl::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? nullptr : &list[static_cast<size_t>(found - names.begin())];
}

absl::string_view JsonValue::TextOf(absl::string_view name) const {
  const JsonValue* value = Find(name);
  return value != nullptr && value->kind == Kind::kText ? absl::string_view(value->text)
                                                        : absl::string_view();
}

absl::StatusOr<JsonValue> ParseJson(absl::string_view text) { return Parser(text).Read(); }

}  // namespace plumbline::analytics
