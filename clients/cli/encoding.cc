// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/encoding.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/utf8.h"

namespace plumbline::cli {
namespace {

constexpr char kRemedy[] = "save the file as UTF-8";

// How many cells are finished in a part of a line, by the separators that the headings have.
size_t CellsIn(absl::string_view line, char separator) {
  size_t cells = 0;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (!quoted && c == separator) ++cells;
  }
  return cells;
}

char SeparatorOf(absl::string_view headings) {
  char most = ',';
  for (const char c : {';', '\t'}) {
    if (CellsIn(headings, c) > CellsIn(headings, most)) most = c;
  }
  return most;
}

// The heading above the byte at `at`; "" where there is none.
std::string HeadingAbove(absl::string_view text, size_t at) {
  absl::string_view headings = text.substr(0, text.find_first_of("\r\n"));
  const size_t end = text.substr(0, at).rfind('\n');
  if (end == absl::string_view::npos) return "";
  const char separator = SeparatorOf(headings);
  size_t column = CellsIn(text.substr(end + 1, at - end - 1), separator);
  absl::ConsumePrefix(&headings, "\xEF\xBB\xBF");
  for (; column > 0; --column) {
    const size_t next = headings.find(separator);
    if (next == absl::string_view::npos) return "";
    headings.remove_prefix(next + 1);
  }
  absl::string_view heading =
      absl::StripAsciiWhitespace(headings.substr(0, headings.find(separator)));
  absl::ConsumePrefix(&heading, "\"");
  absl::ConsumeSuffix(&heading, "\"");
  return std::string(heading);
}

bool IsFile(const std::string& word) {
  std::error_code error;
  return std::filesystem::exists(word, error);
}

}  // namespace

absl::Status CheckWords(const std::vector<std::string>& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (base::IsUtf8(word) || IsFile(word)) continue;
    const std::string flag = word.substr(0, word.find('='));
    const std::string before = i == 0 ? "" : words[i - 1].substr(0, words[i - 1].find('='));
    std::string name = absl::StrCat("argument ", i + 1);
    if (absl::StartsWith(word, "--") && base::IsUtf8(flag)) {
      name = flag;
    } else if (absl::StartsWith(before, "--") && before == words[i - 1]) {
      name = before;
    }
    return base::FieldError(
        name, "is not UTF-8; set the terminal to UTF-8, or convert what was typed with iconv");
  }
  return absl::OkStatus();
}

absl::Status CheckTable(absl::string_view field, absl::string_view text) {
  const size_t zero = text.find('\0');
  if (absl::StartsWith(text, "\xFF\xFE") || absl::StartsWith(text, "\xFE\xFF") ||
      zero != absl::string_view::npos) {
    return base::FieldError(field, absl::StrCat("is UTF-16, not UTF-8; ", kRemedy));
  }
  const size_t valid = base::Utf8Prefix(text);
  if (valid == text.size()) return absl::OkStatus();
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(valid), '\n');
  const std::string heading = HeadingAbove(text, valid);
  return base::FieldError(
      field, absl::StrCat("line ", line, heading.empty() ? "" : absl::StrCat(", column ", heading),
                          ": is not UTF-8; ", kRemedy));
}

}  // namespace plumbline::cli
