// SPDX-License-Identifier: Apache-2.0
//
// Errors as the command line shows them, and its exit codes.
#ifndef PLUMBLINE_CLIENTS_CLI_ERRORS_H_
#define PLUMBLINE_CLIENTS_CLI_ERRORS_H_

#include <iosfwd>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/terminal.h"
#include "clients/cli/wording.h"

namespace plumbline::cli {

// Documented in `plumbline --help`.
enum ExitCode {
  kExitOk = 0,
  kExitFailure = 1,      // a fault of the service or of this program
  kExitUsage = 2,        // the command line is wrong
  kExitInvalid = 3,      // what was given is invalid: a field, a file, a name
  kExitNotFound = 4,     // a resource does not exist
  kExitConflict = 5,     // the state does not allow it: exists already, changed since, wrong state
  kExitDenied = 6,       // no permission, or who is it?
  kExitUnavailable = 7,  // the service cannot be reached, is overloaded, or took too long
};

ExitCode ExitCodeOf(const absl::Status& status);

// The name of the first thing whose state does not allow what was asked for; "" if none is named.
std::string SubjectOf(const absl::Status& status);

// For people: the message, every field with its remedy as `wording` says it, the reason, and what
// may be tried: `hint` (may be empty) is a line of its own. Lines that are wider than `paper` are
// broken.
void PrintError(const absl::Status& status, const Wording& wording, absl::string_view hint,
                const Paper& paper);

// A line of an error, broken where it is wider than `paper`: what goes on stands further to the
// right than what begins.
void PrintLine(const std::string& text, const Paper& paper);

// Standard error, with its width if it is a terminal. Files and pipes get each error in one line,
// where programs that look for words find them in one piece.
Paper ErrorPaper(std::ostream& err);

// "warning: " and `text`, as errors are shown.
void PrintWarning(absl::string_view text, std::ostream& err);

// For programs: one line with one object, {"error": {code, reason, message, and the details of
// google.rpc that it has: errorInfo, badRequest, preconditionFailure, resourceInfo, retryInfo}}, in
// the service's own words.
void PrintErrorJson(const absl::Status& status, std::ostream& err);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_ERRORS_H_
