// SPDX-License-Identifier: Apache-2.0
//
// What publishing a process would make of it, and whether it may, where the service cannot be asked
// yet: what it calls or uses is still in files.
#ifndef PLUMBLINE_CLIENTS_CLI_COMPOSITION_H_
#define PLUMBLINE_CLIENTS_CLI_COMPOSITION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/planned_state.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::cli {

// What the calls of a process name, in order: "processes/x@3". O(nodes).
std::vector<std::string> CallsOf(const catalog::v1::Process& process);

struct Composed {
  catalog::v1::Process process;  // calls pinned, steps written out
  bool takes = false;            // it names any others
  bool planned = false;          // the plan makes some of what it names
  std::string waits_for;         // a process that it calls and that is to be approved first; or ""
};

// The revision that a process would become. Errors as of PlannedState::Called and Used.
absl::StatusOr<Composed> Compose(PlannedState& planned, const catalog::v1::Process& process);

// Refuses a process that would call itself, with the chain of names (PROCESS_CYCLE); that breaks a
// rule with what its steps take, whose arguments do not fit what it calls, or that grows too deep
// or too large with it (PROCESS_INVALID). `composed`: what Compose made of the process `name`.
absl::Status CheckComposed(PlannedState& planned, const std::string& name,
                           const catalog::v1::Process& composed);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_COMPOSITION_H_
