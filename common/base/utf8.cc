// SPDX-License-Identifier: Apache-2.0
#include "common/base/utf8.h"

#include <cstdint>
#include <cstring>

namespace plumbline::base {
namespace {

// The length of the UTF-8 sequence that starts at `at`, or 0 if there is none (Unicode 15, table
// 3-7).
size_t SequenceLength(absl::string_view text, size_t at) {
  const auto byte = [&](size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const auto tail = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return tail(1) ? 2 : 0;
  if (lead < 0xF0) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  const bool overlong = lead == 0xF0 && byte(1) < 0x90;
  const bool too_large = lead > 0xF4 || (lead == 0xF4 && byte(1) > 0x8F);
  return tail(1) && tail(2) && tail(3) && !overlong && !too_large ? 4 : 0;
}

}  // namespace

size_t Utf8Prefix(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    uint64_t eight;
    if (at + 8 <= text.size()) {
      memcpy(&eight, text.data() + at, 8);
      if ((eight & 0x8080808080808080u) == 0) {
        at += 8;
        continue;
      }
    }
    const size_t length = SequenceLength(text, at);
    if (length == 0) return at;
    at += length;
  }
  return at;
}

std::string OnlyUtf8(absl::string_view text) {
  std::string out;
  while (true) {
    const size_t length = Utf8Prefix(text);
    out.append(text.data(), length);
    if (length == text.size()) return out;
    out.push_back('?');
    text.remove_prefix(length + 1);
  }
}

}  // namespace plumbline::base
