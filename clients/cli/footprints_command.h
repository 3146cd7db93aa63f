// SPDX-License-Identifier: Apache-2.0
//
// footprints: how activities follow each other, compared with a process or another part of the log.
#ifndef PLUMBLINE_CLIENTS_CLI_FOOTPRINTS_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_FOOTPRINTS_COMMAND_H_

#include <string>

#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/conformance.pb.h"

namespace plumbline::cli {

// Adds `footprints` (see commands.h).
void AddFootprintsCommand(args::Command& app, Action* action);

// A comparison as a person reads it. `other`: what stands beside the log, "process" or "other
// part".
void PrintFootprintComparison(const analytics::v1::CompareFootprintsResponse& comparison,
                              const std::string& other, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_FOOTPRINTS_COMMAND_H_
