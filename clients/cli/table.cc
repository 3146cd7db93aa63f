// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/table.h"

#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace plumbline::cli {
namespace {

constexpr size_t kGap = 2;

size_t LineOf(const std::vector<size_t>& widths) {
  size_t line = widths.empty() ? 0 : (widths.size() - 1) * kGap;
  for (const size_t width : widths) line += width;
  return line;
}

}  // namespace

Table::Table(const std::vector<std::string>& headers, size_t widest, size_t least)
    : widest_(widest), least_(least) {
  for (const std::string& marked : headers) {
    Column column;
    size_t at = 0;
    for (; at < marked.size(); ++at) {
      bool* mark = marked[at] == '>'   ? &column.right
                   : marked[at] == '~' ? &column.words
                   : marked[at] == '?' ? &column.optional
                                       : nullptr;
      if (mark == nullptr) break;
      *mark = true;
    }
    column.header = marked.substr(at);
    column.width = DisplayWidth(column.header);
    columns_.push_back(std::move(column));
  }
}

void Table::Add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (size_t c = 0; c < cells.size(); ++c) {
    // Text of events is not ours.
    cells[c] = Printable(cells[c]);
    if (columns_[c].words) cells[c] = Shorten(cells[c], widest_);
    columns_[c].filled |= !cells[c].empty();
    columns_[c].width = std::max(columns_[c].width, DisplayWidth(cells[c]));
  }
  rows_.push_back(std::move(cells));
}

std::vector<size_t> Table::Fit(const std::vector<size_t>& shown, size_t room) const {
  std::vector<size_t> widths;
  for (const size_t c : shown) widths.push_back(columns_[c].width);
  // The widest words give first, so that all keep as much as they can.
  for (size_t line = LineOf(widths); line > room; --line) {
    size_t widest = shown.size();
    for (size_t i = 0; i < shown.size(); ++i) {
      const Column& column = columns_[shown[i]];
      if (!column.words || widths[i] <= std::max(least_, DisplayWidth(column.header))) continue;
      if (widest == shown.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == shown.size()) break;
    --widths[widest];
  }
  return widths;
}

void Table::Print(const Paper& paper, size_t indent) const {
  std::vector<size_t> shown;
  for (size_t c = 0; c < columns_.size(); ++c) {
    if (!columns_[c].optional || columns_[c].filled) shown.push_back(c);
  }
  const size_t room = paper.width == 0 ? SIZE_MAX : paper.width - std::min(paper.width, indent);
  std::vector<size_t> widths = Fit(shown, room);
  std::vector<std::string> left_out;
  while (LineOf(widths) > room) {
    const auto last =
        std::find_if(shown.rbegin(), shown.rend(), [&](size_t c) { return columns_[c].optional; });
    if (last == shown.rend()) break;
    left_out.insert(left_out.begin(), columns_[*last].header);
    shown.erase(std::next(last).base());
    widths = Fit(shown, room);
  }
  const auto print = [&](const auto& cell) {
    std::string line(indent, ' ');
    for (size_t i = 0; i < shown.size(); ++i) {
      const std::string text = Shorten(cell(shown[i]), widths[i]);
      const std::string gap(widths[i] - std::min(widths[i], DisplayWidth(text)), ' ');
      const bool right = columns_[shown[i]].right;
      absl::StrAppend(&line, i == 0 ? "" : std::string(kGap, ' '), right ? gap : "", text,
                      right ? "" : gap);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    paper.out << line << '\n';
  };
  print([&](size_t c) -> const std::string& { return columns_[c].header; });
  for (const auto& row : rows_) print([&](size_t c) -> const std::string& { return row[c]; });
  if (!left_out.empty()) {
    paper.out << std::string(indent, ' ') << "(no room for: " << absl::StrJoin(left_out, ", ")
              << ")\n";
  }
}

}  // namespace plumbline::cli
