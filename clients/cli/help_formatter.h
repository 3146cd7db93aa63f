// SPDX-License-Identifier: Apache-2.0
//
// How --help looks.
#ifndef PLUMBLINE_CLIENTS_CLI_HELP_FORMATTER_H_
#define PLUMBLINE_CLIENTS_CLI_HELP_FORMATTER_H_

#include <string>

#include "CLI/CLI.hpp"

namespace plumbline::cli {

// Usage with every required option, arguments, options and commands in groups, texts wrapped to the
// terminal (80 columns where there is none). For commands below it names the global options too.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_HELP_FORMATTER_H_
