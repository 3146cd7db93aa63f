// SPDX-License-Identifier: Apache-2.0
//
// Comma-separated values (RFC 4180) that are safe to open in a spreadsheet.
#ifndef PLUMBLINE_CLIENTS_CLI_CSV_H_
#define PLUMBLINE_CLIENTS_CLI_CSV_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace plumbline::cli {

// One cell. What a spreadsheet would take for a formula (text that begins with = + - @, a tab or a
// line end) gets a ' in front, which spreadsheets hide: somebody else wrote it. Quotes where they
// are needed.
std::string CsvCell(absl::string_view text);

// A line, with its end (CRLF).
std::string CsvLine(const std::vector<std::string>& cells);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CSV_H_
