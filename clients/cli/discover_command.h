// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_DISCOVER_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_DISCOVER_COMMAND_H_

#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "plumbline/analytics/v1/discovery.pb.h"

namespace plumbline::cli {

// Adds `discover` (see commands.h).
void AddDiscoverCommand(args::Command& app, Action* action);

// A model as a person reads it.
void PrintDiscovered(const analytics::v1::DiscoverProcessResponse& response, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_DISCOVER_COMMAND_H_
