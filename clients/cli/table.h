// SPDX-License-Identifier: Apache-2.0
//
// Tables for people.
#ifndef PLUMBLINE_CLIENTS_CLI_TABLE_H_
#define PLUMBLINE_CLIENTS_CLI_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "clients/cli/terminal.h"

namespace plumbline::cli {

// Rows of text under a header. Columns are as wide as their widest cell. Marks before a header say
// what a column is:
//   ">"  figures: aligned to the right
//   "~"  words: shortened, with "…", to what the terminal leaves
//   "|"  reasons: broken into lines of what the terminal leaves, never shortened or left out
//   ":"  times, aligned to the right: cells of TimeCell, worded in one unit as TimeScale says
//   "="  the same; all such columns of the table are worded together, as a value and its limits
//   "?"  left out where all its cells are empty; may be left out where the terminal is too narrow,
//        the last such column first
//   "-"  the same, before all columns with "?"
// Cells without "~" or "|" (ids, times, figures) are never cut: what does not fit runs over the
// edge. Where there is no terminal nothing is shortened: a program or a file has room.

std::string TimeCell(double seconds);  // a time of so many seconds, as ":" and "=" have it
// Rows of text under a header, with the columns and marks that are said above.
class Table {
 public:
  // On a terminal words are shortened to `widest` columns, and to no less than `least`.
  explicit Table(const std::vector<std::string>& headers, size_t widest = 60, size_t least = 12);
  // Missing cells at the end are empty.
  void Add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  // Where there is no terminal: words and reasons are broken into lines of their columns, so that a
  // line has less than 120 columns if that can be. For tables that nobody reads row by row with a
  // program, which has --json.
  void BreakLines() { breaks_ = true; }
  // Each line begins with `indent` spaces. A last line names the columns that had no room.
  void Print(const Paper& paper, size_t indent = 0) const;

 private:
  void WordTimes(double working_day);
  void PrintWorded(const Paper& paper, size_t indent) const;
  struct Column {
    std::string header;
    bool right = false;
    bool words = false;
    bool reasons = false;
    bool times = false;
    bool together = false;  // times that are worded as those of other columns
    int optional = 0;       // how readily it is left out
    bool filled = false;    // some cell is not empty
    size_t width = 0;       // of the widest cell and the header
  };
  // Widths of the columns in `shown` so that a line has at most `room` columns, if that can be.
  std::vector<size_t> Fit(const std::vector<size_t>& shown, size_t room) const;
  // The width that the column gives up last.
  size_t Least(const Column& column) const;
  // The lines of a row, or of the headers, without `indent`.
  std::vector<std::string> Lines(const std::vector<std::string>& cells,
                                 const std::vector<size_t>& shown,
                                 const std::vector<size_t>& widths, bool breaks) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
  size_t widest_, least_;
  bool breaks_ = false;
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_TABLE_H_
