// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace plumbline::analytics {
namespace {

constexpr unsigned kReplacement = 0xfffd;
constexpr size_t kQuoteBytes = 60;

// Length of the character that begins at text[0], 0 if there is none.
size_t CharacterLength(absl::string_view text) {
  auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
  }
  const unsigned second = at(1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
  return length;
}

}  // namespace

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    uint64_t eight;
    if (text.size() >= sizeof(eight)) {  // eight ASCII characters at a time
      std::memcpy(&eight, text.data(), sizeof(eight));
      if ((eight & 0x8080808080808080) == 0) {
        text.remove_prefix(sizeof(eight));
        continue;
      }
    }
    const size_t length = CharacterLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool IsPlainAscii(absl::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
  const char* at = text.data();
  const char* const end = at + text.size();
  uint64_t eight, odd = 0;  // a byte that is zero has its high bit when 1 is taken from it
  for (; end - at >= 8; at += 8) {
    std::memcpy(&eight, at, 8);
    odd |= (eight - kOnes) | eight;
  }
  for (; at != end; ++at) odd |= *at == 0 ? kHigh : static_cast<unsigned char>(*at);
  return (odd & kHigh) == 0;
}

void AppendUtf8(unsigned c, std::string* out) {
  auto add = [&](unsigned byte) { out->push_back(static_cast<char>(byte)); };
  if (c < 0x80) return add(c);
  if (c < 0x800) {
    add(0xc0 | (c >> 6));
  } else if (c < 0x10000) {
    add(0xe0 | (c >> 12));
    add(0x80 | ((c >> 6) & 0x3f));
  } else {
    add(0xf0 | (c >> 18));
    add(0x80 | ((c >> 12) & 0x3f));
    add(0x80 | ((c >> 6) & 0x3f));
  }
  add(0x80 | (c & 0x3f));
}

std::string Quote(absl::string_view text) {
  std::string result = "'";
  const absl::string_view shown = text.substr(0, kQuoteBytes);
  for (size_t i = 0; i < shown.size();) {
    const size_t length = CharacterLength(shown.substr(i));
    if (length == 0 && shown.size() < text.size() && shown.size() - i < 4)
      break;  // cut within a character
    const absl::string_view character = shown.substr(i, std::max<size_t>(length, 1));
    const bool plain = length > 1 || (length == 1 && character[0] >= ' ' && character[0] != '\x7f');
    absl::StrAppend(&result, plain ? std::string(character) : absl::CHexEscape(character));
    i += character.size();
  }
  return absl::StrCat(result, text.size() > shown.size() ? "..." : "", "'");
}

void Utf16Decoder::Decode(absl::string_view bytes, std::string* out) {
  for (char c : bytes) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (!has_byte_) {
      byte_ = byte;
      has_byte_ = true;
      continue;
    }
    has_byte_ = false;
    Unit(big_endian_ ? byte_ * 256u + byte : byte * 256u + byte_, out);
  }
}

void Utf16Decoder::Unit(unsigned unit, std::string* out) {
  const bool low = unit >= 0xdc00 && unit < 0xe000;
  if (high_ != 0) {
    AppendUtf8(low ? 0x10000 + ((high_ - 0xd800) << 10) + (unit - 0xdc00) : kReplacement, out);
    high_ = 0;
    if (low) return;
  }
  if (unit >= 0xd800 && unit < 0xdc00) {
    high_ = unit;
  } else {
    AppendUtf8(low ? kReplacement : unit, out);
  }
}

}  // namespace plumbline::analytics
