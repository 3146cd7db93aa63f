// SPDX-License-Identifier: Apache-2.0
//
// What a terminal shows, and how wide it is.
#ifndef PLUMBLINE_CLIENTS_CLI_TERMINAL_H_
#define PLUMBLINE_CLIENTS_CLI_TERMINAL_H_

#include <cstddef>
#include <iosfwd>
#include <string>

#include "absl/strings/string_view.h"

namespace plumbline::cli {

// Where people read.
struct Paper {
  std::ostream& out;
  size_t width = 0;  // in columns; 0 = no terminal: tables take the room that they need
  // Seconds of a working day where times are open hours of a calendar; 0 = the wall clock.
  double working_day = 0;
};

// Prose on paper of no known width is this wide.
inline constexpr size_t kProseWidth = 100;
// And this are tables and errors that are folded.
inline constexpr size_t kFoldedWidth = 118;

// Columns of the terminal behind standard output, 0 if that is a file or a pipe. The environment
// variable COLUMNS says it for terminals that do not know (at least 20, else it is ignored).
size_t TerminalWidth();

// Columns that a terminal uses for UTF-8 text: two for the wide characters of East Asian scripts
// and emoji, none for combining marks. O(length).
size_t DisplayWidth(absl::string_view text);

// At most `width` columns; what is longer ends in "…". O(length).
std::string Shorten(absl::string_view text, size_t width);

// Text of others: a line end, an escape or another control character in it becomes a space, so that
// it breaks no table and moves no cursor. O(length).
std::string Printable(absl::string_view text);

// Breaks `text` at spaces into lines of at most `width` columns (a longer word stays whole; 0:
// kProseWidth). Lines after the first begin with `hanging` spaces. Spaces at its beginning stay.
// O(length).
std::string Wrap(absl::string_view text, size_t width, size_t hanging);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_TERMINAL_H_
