// SPDX-License-Identifier: Apache-2.0
//
// compare: two parts of a log side by side.
#ifndef PLUMBLINE_CLIENTS_CLI_COMPARE_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_COMPARE_COMMAND_H_

#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/segment_service.pb.h"

namespace plumbline::cli {

// Adds `compare` (see commands.h).
void AddCompareCommand(args::Command& app, Action* action);

// A comparison as a person reads it.
void PrintComparison(const analytics::v1::CompareSegmentsResponse& comparison, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_COMPARE_COMMAND_H_
