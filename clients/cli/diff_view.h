// SPDX-License-Identifier: Apache-2.0
//
// What changed between two versions of a process, for a terminal.
#ifndef PLUMBLINE_CLIENTS_CLI_DIFF_VIEW_H_
#define PLUMBLINE_CLIENTS_CLI_DIFF_VIEW_H_

#include <iosfwd>
#include <string>

#include "plumbline/catalog/v1/diff.pb.h"

namespace plumbline::cli {

// "needs migration"
std::string VerdictWords(catalog::v1::DiffRevisionsResponse::Verdict verdict);

// The differences by node, each with its verdict and why. `colour`: with the escapes of terminals.
void PrintDifferences(const catalog::v1::DiffRevisionsResponse& diff, bool colour,
                      std::ostream& out);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_DIFF_VIEW_H_
