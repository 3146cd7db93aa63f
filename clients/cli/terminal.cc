// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace plumbline::cli {
namespace {

constexpr size_t kNarrowest = 20;

struct Range {
  uint32_t first, last;
};

// Unicode 15, EastAsianWidth W and F, in coarse blocks; and the emoji that terminals show wide.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x2E80, 0x303E},  {0x3041, 0xA4CF},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
// Combining marks, joiners, direction marks, variation selectors.
constexpr Range kNoWidth[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},
                              {0x064B, 0x065F}, {0x200B, 0x200F}, {0x202A, 0x202E},
                              {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};

template <size_t n>
bool In(const Range (&ranges)[n], uint32_t c) {
  return std::any_of(ranges, ranges + n,
                     [c](const Range& r) { return c >= r.first && c <= r.last; });
}

// Takes one character off the front of `text`, which is not empty: its code point, and its bytes in
// `taken`. A byte that begins none stands for itself.
uint32_t TakeCharacter(absl::string_view* text, absl::string_view* taken) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>((*text)[i]); };
  const unsigned char lead = byte(0);
  size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  uint32_t c = length == 1 ? lead : lead & (0x7F >> length);
  if (length > text->size()) length = 1;
  for (size_t i = 1; i < length; ++i) c = c << 6 | (byte(i) & 0x3F);
  *taken = text->substr(0, length);
  text->remove_prefix(length);
  return c;
}

size_t WidthOf(uint32_t c) { return In(kNoWidth, c) ? 0 : In(kWide, c) ? 2 : 1; }

// "%", "d,", "wd)": what goes with the number before it.
bool IsUnit(absl::string_view word) {
  static constexpr absl::string_view kUnits[] = {"%", "s", "ms", "min", "h", "d", "wd"};
  while (!word.empty() && absl::StrContains(".,;:)", word.back())) word.remove_suffix(1);
  return std::find(std::begin(kUnits), std::end(kUnits), word) != std::end(kUnits);
}

// What lines are broken between: words, and numbers with their units.
std::vector<absl::string_view> Words(absl::string_view text) {
  std::vector<absl::string_view> words;
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    const bool of_number = !words.empty() && !words.back().empty() &&
                           absl::ascii_isdigit(static_cast<unsigned char>(words.back().back())) &&
                           IsUnit(word);
    if (of_number) {
      const auto* const begin = words.back().data();
      words.back() =
          absl::string_view(begin, static_cast<size_t>(word.data() + word.size() - begin));
    } else {
      words.push_back(word);
    }
  }
  return words;
}

}  // namespace

size_t TerminalWidth() {
  if (::isatty(STDOUT_FILENO) != 1) return 0;
  size_t columns = 0;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  const char* said = ::getenv("COLUMNS");
  if (columns == 0 && said != nullptr && !absl::SimpleAtoi(said, &columns)) columns = 0;
  return columns < kNarrowest ? 0 : columns;
}

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  absl::string_view taken;
  while (!text.empty()) width += WidthOf(TakeCharacter(&text, &taken));
  return width;
}

std::string Shorten(absl::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  std::string shown;
  size_t used = 0;
  absl::string_view taken;
  while (!text.empty()) {
    used += WidthOf(TakeCharacter(&text, &taken));
    if (used >= width) break;  // one column is for the ellipsis
    shown.append(taken.data(), taken.size());
  }
  while (!shown.empty() && shown.back() == ' ') shown.pop_back();
  return width == 0 ? "" : absl::StrCat(shown, "…");
}

std::string Printable(absl::string_view text) {
  std::string shown;
  absl::string_view taken;
  while (!text.empty()) {
    const uint32_t c = TakeCharacter(&text, &taken);
    const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
                         (c >= 0x2066 && c <= 0x2069);
    if (control) {
      shown.push_back(' ');
    } else {
      shown.append(taken.data(), taken.size());
    }
  }
  return shown;
}

std::string Wrap(absl::string_view text, size_t width, size_t hanging) {
  if (width == 0) width = kProseWidth;
  const size_t margin = std::min(text.find_first_not_of(' '), text.size());
  std::string lines(text.substr(0, margin));
  size_t used = margin;
  bool first = true;
  for (const absl::string_view word : Words(text.substr(margin))) {
    const size_t needed = DisplayWidth(word);
    if (!first && used + 1 + needed > width && used > hanging) {
      lines.append("\n").append(hanging, ' ');
      used = hanging;
    } else if (!first) {
      lines.push_back(' ');
      ++used;
    }
    lines.append(word.data(), word.size());
    used += needed;
    first = false;
  }
  return lines;
}

}  // namespace plumbline::cli
