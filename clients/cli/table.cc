// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/table.h"

#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"

namespace plumbline::cli {

size_t DisplayWidth(absl::string_view text) {
  // Continuation bytes of UTF-8 are 10xxxxxx.
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string Shorten(absl::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  size_t bytes = 0, shown = 0;
  while (bytes < text.size()) {
    if ((static_cast<unsigned char>(text[bytes]) & 0xc0) != 0x80 && ++shown == width) break;
    ++bytes;
  }
  return absl::StrCat(text.substr(0, bytes), "…");
}

Table::Table(std::vector<std::string> headers, size_t widest)
    : headers_(std::move(headers)), widest_(widest) {
  for (std::string& header : headers_) {
    right_.push_back(!header.empty() && header[0] == '>');
    if (right_.back()) header.erase(0, 1);
  }
}

void Table::Add(std::vector<std::string> cells) {
  cells.resize(headers_.size());
  for (std::string& cell : cells) {
    // Text of events is not ours: a line end or an escape in it must not break the table.
    for (char& c : cell) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    cell = Shorten(cell, widest_);
  }
  rows_.push_back(std::move(cells));
}

void Table::Print(std::ostream& out, int indent) const {
  std::vector<size_t> widths;
  for (size_t c = 0; c < headers_.size(); ++c) {
    size_t width = DisplayWidth(headers_[c]);
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(row[c]));
    widths.push_back(width);
  }
  const auto print = [&](const std::vector<std::string>& cells) {
    std::string line(static_cast<size_t>(indent), ' ');
    for (size_t c = 0; c < cells.size(); ++c) {
      const std::string gap(widths[c] - DisplayWidth(cells[c]), ' ');
      absl::StrAppend(&line, c == 0 ? "" : "  ", right_[c] ? gap : "", cells[c],
                      right_[c] ? "" : gap);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  };
  print(headers_);
  for (const auto& row : rows_) print(row);
}

}  // namespace plumbline::cli
