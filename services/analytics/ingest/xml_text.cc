// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/xml_text.h"

#include <algorithm>
#include <utility>

#include "absl/strings/strip.h"
#include "services/analytics/ingest/text.h"

namespace plumbline::analytics {
namespace {

// The number that `digits` are, or 0; longer ones than any character has are none.
uint32_t NumberOf(absl::string_view digits, uint32_t base) {
  uint32_t number = 0;
  if (digits.size() > 8) return 0;
  for (const char c : digits) {
    const uint32_t digit = c >= '0' && c <= '9'   ? static_cast<uint32_t>(c - '0')
                           : c >= 'a' && c <= 'f' ? static_cast<uint32_t>(c - 'a' + 10)
                           : c >= 'A' && c <= 'F' ? static_cast<uint32_t>(c - 'A' + 10)
                                                  : base;
    if (digit >= base) return 0;
    number = number * base + digit;
  }
  return number;
}

bool IsCharacter(uint32_t c) {
  return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) ||
         (c >= 0xe000 && c < 0xfffe) || (c >= 0x10000 && c <= 0x10ffff);
}

// The character that the reference "&name;" stands for; 0 if this is not known.
uint32_t Referenced(absl::string_view name) {
  constexpr std::pair<absl::string_view, char> kEntities[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [entity, character] : kEntities) {
    if (name == entity) return static_cast<uint32_t>(character);
  }
  if (!absl::ConsumePrefix(&name, "#")) return 0;
  const uint32_t c = absl::ConsumePrefix(&name, "x") ? NumberOf(name, 16) : NumberOf(name, 10);
  return IsCharacter(c) ? c : 0;
}

}  // namespace

bool IsXmlText(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
    const absl::string_view three = c == 0xef ? text.substr(i, 3) : absl::string_view();
    if (three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") return false;
  }
  return IsUtf8(text);
}

int64_t LineEnds(absl::string_view text) {
  int64_t lines = 0;
  for (size_t i = 0; i < text.size(); ++i)
    lines += text[i] == '\r' || (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'));
  return lines;
}

bool DecodeXmlValue(absl::string_view raw, std::string* value) {
  value->clear();
  for (size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (c == '<') return false;
    if (c == '&') {
      const size_t end = raw.find(';', i);
      if (end == absl::string_view::npos) return false;
      const uint32_t character = Referenced(raw.substr(i + 1, end - i - 1));
      if (character == 0) return false;
      AppendUtf8(character, value);
      i = end;
    } else if (c == '\t' || c == '\n' || c == '\r') {
      value->push_back(' ');
      if (c == '\r' && i + 1 < raw.size() && raw[i + 1] == '\n') ++i;
    } else {
      value->push_back(c);
    }
  }
  return true;
}

}  // namespace plumbline::analytics
