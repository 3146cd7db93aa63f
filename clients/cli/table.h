// SPDX-License-Identifier: Apache-2.0
//
// Tables for a terminal.
#ifndef PLUMBLINE_CLIENTS_CLI_TABLE_H_
#define PLUMBLINE_CLIENTS_CLI_TABLE_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace plumbline::cli {

// Rows of text under a header. Columns are as wide as their widest cell, at most `widest`
// characters (longer cells end in "…"); a header that begins with ">" is aligned to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> headers, size_t widest = 60);
  void Add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  // Each line begins with `indent` spaces.
  void Print(std::ostream& out, int indent = 0) const;

 private:
  std::vector<std::string> headers_;
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
  size_t widest_;
};

// Characters that a terminal shows for UTF-8 text (code points; wide and combining characters count
// one).
size_t DisplayWidth(absl::string_view text);
// At most `width` characters; what is longer ends in "…".
std::string Shorten(absl::string_view text, size_t width);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_TABLE_H_
