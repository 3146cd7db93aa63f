// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/table.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/units.h"

namespace plumbline::cli {
namespace {

constexpr size_t kGap = 2;
// Sentences in a narrower column are hard to read.
constexpr size_t kLeastOfReasons = 24;

// Before the seconds of a time: no text of others has it (see Printable).
constexpr char kTime = '\x1f';

std::optional<double> TimeOf(const std::string& cell) {
  double seconds = 0;
  if (cell.empty() || cell[0] != kTime || !absl::SimpleAtod(cell.substr(1), &seconds))
    return std::nullopt;
  return seconds;
}

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
      const char mark = marked[at];
      if (std::string_view(">~|?-:=").find(mark) == std::string_view::npos) break;
      column.right |= mark == '>' || mark == ':' || mark == '=';
      column.words |= mark == '~';
      column.reasons |= mark == '|';
      column.times |= mark == ':' || mark == '=';
      column.together |= mark == '=';
      column.optional = mark == '-' ? 2 : mark == '?' ? 1 : column.optional;
    }
    column.header = marked.substr(at);
    column.width = DisplayWidth(column.header);
    columns_.push_back(std::move(column));
  }
}

void Table::Add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (size_t c = 0; c < cells.size(); ++c) {
    columns_[c].filled |= !cells[c].empty();
    if (columns_[c].times && TimeOf(cells[c]).has_value()) continue;
    // Text of events is not ours.
    cells[c] = Printable(cells[c]);
    columns_[c].width = std::max(columns_[c].width, DisplayWidth(cells[c]));
  }
  rows_.push_back(std::move(cells));
}

std::string TimeCell(double seconds) {
  return absl::StrCat(std::string(1, kTime), absl::StrFormat("%.17g", seconds));
}

void Table::WordTimes(double working_day) {
  const auto times = [&](size_t c) {
    std::vector<double> found;
    for (const auto& row : rows_)
      if (const auto time = TimeOf(row[c]); time.has_value()) found.push_back(*time);
    return found;
  };
  std::vector<double> together;
  for (size_t c = 0; c < columns_.size(); ++c) {
    if (!columns_[c].together) continue;
    const std::vector<double> own = times(c);
    together.insert(together.end(), own.begin(), own.end());
  }
  for (size_t c = 0; c < columns_.size(); ++c) {
    Column& column = columns_[c];
    if (!column.times) continue;
    const TimeScale words(column.together ? together : times(c), working_day);
    for (auto& row : rows_) {
      if (const auto time = TimeOf(row[c]); time.has_value()) row[c] = words(*time);
      column.width = std::max(column.width, DisplayWidth(row[c]));
    }
  }
}

size_t Table::Least(const Column& column) const {
  const size_t least = column.reasons ? kLeastOfReasons : least_;
  return std::max(least, DisplayWidth(column.header));
}

std::vector<size_t> Table::Fit(const std::vector<size_t>& shown, size_t room) const {
  std::vector<size_t> widths;
  for (const size_t c : shown) {
    const Column& column = columns_[c];
    const size_t widest = std::max(widest_, DisplayWidth(column.header));
    widths.push_back(column.words && room != SIZE_MAX ? std::min(column.width, widest)
                                                      : column.width);
  }
  // The widest words give first, so that all keep as much as they can.
  for (size_t line = LineOf(widths); line > room; --line) {
    size_t widest = shown.size();
    for (size_t i = 0; i < shown.size(); ++i) {
      const Column& column = columns_[shown[i]];
      if (!(column.words || column.reasons) || widths[i] <= Least(column)) continue;
      if (widest == shown.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == shown.size()) break;
    --widths[widest];
  }
  return widths;
}

std::vector<std::string> Table::Lines(const std::vector<std::string>& cells,
                                      const std::vector<size_t>& shown,
                                      const std::vector<size_t>& widths, bool breaks) const {
  std::vector<std::vector<std::string>> texts;
  size_t height = 1;
  for (size_t i = 0; i < shown.size(); ++i) {
    const std::string& cell = cells[shown[i]];
    const Column& column = columns_[shown[i]];
    texts.push_back((column.reasons || (breaks && column.words)) && DisplayWidth(cell) > widths[i]
                        ? absl::StrSplit(Wrap(cell, widths[i], 0), '\n')
                        : std::vector<std::string>{breaks ? cell : Shorten(cell, widths[i])});
    height = std::max(height, texts.back().size());
  }
  std::vector<std::string> lines(height);
  for (size_t at = 0; at < height; ++at) {
    for (size_t i = 0; i < shown.size(); ++i) {
      const std::string text = at < texts[i].size() ? texts[i][at] : "";
      const std::string gap(widths[i] - std::min(widths[i], DisplayWidth(text)), ' ');
      const bool right = columns_[shown[i]].right;
      absl::StrAppend(&lines[at], i == 0 ? "" : std::string(kGap, ' '), right ? gap : "", text,
                      right ? "" : gap);
    }
    lines[at].erase(lines[at].find_last_not_of(' ') + 1);
  }
  return lines;
}

void Table::Print(const Paper& paper, size_t indent) const {
  Table worded = *this;
  worded.WordTimes(paper.working_day);
  worded.PrintWorded(paper, indent);
}

void Table::PrintWorded(const Paper& paper, size_t indent) const {
  std::vector<size_t> shown;
  for (size_t c = 0; c < columns_.size(); ++c) {
    if (columns_[c].optional == 0 || columns_[c].filled) shown.push_back(c);
  }
  const bool breaks = breaks_ && paper.width == 0;
  const size_t width = breaks ? kFoldedWidth : paper.width;
  const size_t room = width == 0 ? SIZE_MAX : width - std::min(width, indent);
  std::vector<size_t> widths = Fit(shown, room);
  std::vector<size_t> left_out;
  while (!breaks && LineOf(widths) > room) {
    auto last = shown.rend();
    for (auto c = shown.rbegin(); c != shown.rend(); ++c) {
      const Column& column = columns_[*c];
      if (column.optional == 0 || column.reasons) continue;
      if (last == shown.rend() || column.optional > columns_[*last].optional) last = c;
    }
    if (last == shown.rend()) break;
    left_out.push_back(*last);
    shown.erase(std::next(last).base());
    widths = Fit(shown, room);
  }
  std::vector<std::string> headers;
  for (const Column& column : columns_) headers.push_back(column.header);
  const auto print = [&](const std::vector<std::string>& cells) {
    for (const std::string& line : Lines(cells, shown, widths, breaks))
      paper.out << (line.empty() ? "" : std::string(indent, ' ')) << line << '\n';
  };
  print(headers);
  for (const auto& row : rows_) print(row);
  std::sort(left_out.begin(), left_out.end());
  std::vector<std::string> names;
  for (const size_t c : left_out)
    if (!columns_[c].header.empty()) names.push_back(columns_[c].header);
  if (!names.empty()) {
    paper.out << std::string(indent, ' ') << "(no room for: " << absl::StrJoin(names, ", ")
              << ")\n";
  }
}

}  // namespace plumbline::cli
