// SPDX-License-Identifier: Apache-2.0
//
// What is typed and the tables that are read are UTF-8: messages hold nothing else.
#ifndef PLUMBLINE_CLIENTS_CLI_ENCODING_H_
#define PLUMBLINE_CLIENTS_CLI_ENCODING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace plumbline::cli {

// FIELD_INVALID for the first argument that is not UTF-8, unless it names a file that there is:
// "--reason: is not UTF-8", "argument 3: is not UTF-8". `words`: the command line without the name
// of the program. O(length).
absl::Status CheckWords(const std::vector<std::string>& words);

// FIELD_INVALID (of `field`) for a table, CSV with headings, that is not UTF-8: the sentence names
// the line and the column of the first byte that is not, or the encoding, where the file begins
// with its byte order mark or holds zero bytes (UTF-16). O(length).
absl::Status CheckTable(absl::string_view field, absl::string_view text);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_ENCODING_H_
