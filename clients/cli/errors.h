// SPDX-License-Identifier: Apache-2.0
//
// Errors as the command line shows them, and its exit codes.
#ifndef PLUMBLINE_CLIENTS_CLI_ERRORS_H_
#define PLUMBLINE_CLIENTS_CLI_ERRORS_H_

#include <iosfwd>

#include "absl/status/status.h"

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

// The message, every field with its remedy, the reason, and what may be tried. As JSON (one object
// with code, reason, message, fields, metadata) when `json` is set.
void PrintError(const absl::Status& status, bool json, std::ostream& err);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_ERRORS_H_
