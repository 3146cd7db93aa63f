// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_START_ROSTER_H_
#define PLUMBLINE_CLIENTS_CLI_START_ROSTER_H_

#include <string>

#include "absl/status/status.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/session.h"

namespace plumbline::cli {

// How the on-boardings of a roster are started.
struct RosterOptions {
  std::string file;  // "-" = standard input
  std::string process;
  bool allow_existing = false;
  bool dry_run = false;
  ChangeOptions change;
};

// Starts what a file lists, up to 1,000 at a time, and prints a line for each. Where some fail, the
// error is that of the first, and says how many.
absl::Status StartRoster(Session& session, const RosterOptions& options);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_START_ROSTER_H_
