// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/csv.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/base/utf8.h"

namespace plumbline::onboarding {
namespace {

// The separator that the first line has most of outside of quotes.
char SeparatorOf(absl::string_view text) {
  constexpr absl::string_view kSeparators = ",;\t";
  size_t counts[kSeparators.size()] = {};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    const size_t which = kSeparators.find(c);
    if (which != absl::string_view::npos) ++counts[which];
  }
  return kSeparators[static_cast<size_t>(
      std::distance(counts, std::max_element(std::begin(counts), std::end(counts))))];
}

class Reader {
 public:
  Reader(absl::string_view field, absl::string_view text)
      : field_(field), text_(text), separator_(SeparatorOf(text)) {}

  absl::StatusOr<std::vector<CsvRow>> Read() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      CsvRow row{line_, {}};
      bool more = true;
      while (more) {
        ASSIGN_OR_RETURN(std::string cell, Cell());
        row.cells.push_back(std::move(cell));
        more = Take(separator_);
      }
      TakeEndOfLine();
      const bool empty = std::all_of(row.cells.begin(), row.cells.end(),
                                     [](const std::string& cell) { return cell.empty(); });
      if (!empty) rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void TakeEndOfLine() {
    const bool carriage_return = Take('\r');
    if (Take('\n') || carriage_return) ++line_;
  }

  bool AtEnd() const {
    return at_ >= text_.size() || text_[at_] == separator_ || text_[at_] == '\n' ||
           text_[at_] == '\r';
  }

  absl::StatusOr<std::string> Cell() {
    // Spaces before a quote: some write them.
    size_t quote = at_;
    while (quote < text_.size() && text_[quote] == ' ') ++quote;
    if (quote < text_.size() && text_[quote] == '"') {
      at_ = quote + 1;
      return Quoted();
    }
    const size_t begin = at_;
    while (!AtEnd()) ++at_;
    return std::string(absl::StripAsciiWhitespace(text_.substr(begin, at_ - begin)));
  }

  absl::StatusOr<std::string> Quoted() {
    const int begin = line_;
    std::string cell;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"' && !Take('"')) {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
        if (AtEnd()) return std::string(absl::StripAsciiWhitespace(cell));
        return base::FieldError(field_,
                                absl::StrCat("line ", line_,
                                             ": text follows a closing quote; write \"\" for a "
                                             "quote within a cell"));
      }
      if (c == '\n' || (c == '\r' && (at_ >= text_.size() || text_[at_] != '\n'))) ++line_;
      cell.push_back(c);
    }
    return base::FieldError(field_, absl::StrCat("line ", begin,
                                                 ": a quote is opened and never "
                                                 "closed; close it, or double it"));
  }

  const absl::string_view field_, text_;
  const char separator_;
  size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

absl::StatusOr<std::vector<CsvRow>> ReadCsv(absl::string_view field, absl::string_view text) {
  // A zero byte is UTF-8, and nothing that is kept.
  const size_t valid = std::min(base::Utf8Prefix(text), text.find('\0'));
  if (valid < text.size()) {
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(valid), '\n');
    return base::FieldError(
        field, absl::StrCat("line ", line, ": is not UTF-8; save the table as CSV in UTF-8"));
  }
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");
  return Reader(field, text).Read();
}

}  // namespace plumbline::onboarding
