// SPDX-License-Identifier: Apache-2.0
//
// How --help looks.
#ifndef PLUMBLINE_CLIENTS_CLI_HELP_H_
#define PLUMBLINE_CLIENTS_CLI_HELP_H_

#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"

namespace plumbline::cli {

// What an option takes, as its help names it: "--day-one DATE". Returns the option.
CLI::Option* Takes(CLI::Option* option, const std::string& value);

// Examples below the help of a command: a command line and what it does, in two columns.
void AddExamples(CLI::App& command,
                 const std::vector<std::pair<std::string, std::string>>& examples);

// Usage with every required option, arguments, options and commands in groups, texts wrapped to the
// terminal (80 columns where there is none). For commands below it names the global options too.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_HELP_H_
