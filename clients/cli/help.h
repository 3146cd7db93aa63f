// SPDX-License-Identifier: Apache-2.0
//
// What the help of a command says beside its options.
#ifndef PLUMBLINE_CLIENTS_CLI_HELP_H_
#define PLUMBLINE_CLIENTS_CLI_HELP_H_

#include <string>
#include <utility>
#include <vector>

#include "clients/cli/args.h"

namespace plumbline::cli {

// What an option takes, as its help names it: "--day-one DATE". Returns the option.
args::Option* Takes(args::Option* option, const std::string& value);

// Examples below the help of a command: a command line and what it does, in two columns.
void AddExamples(args::Command& command,
                 const std::vector<std::pair<std::string, std::string>>& examples);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_HELP_H_
