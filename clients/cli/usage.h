// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a command line, and what was perhaps meant.
#ifndef PLUMBLINE_CLIENTS_CLI_USAGE_H_
#define PLUMBLINE_CLIENTS_CLI_USAGE_H_

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace plumbline::cli {

// One or two sentences about `error`, which parsing `app` threw: "'lst' is no command of plumbline;
// did you mean 'list'?", "plumbline start needs --person and --day-one". "" where no command was
// named at all: then the help is the answer; nor of help that was asked for and the version, but of
// help of what is no command.
std::string UsageText(const CLI::App& app, const CLI::ParseError& error);

// "plumbline task done": the innermost command that was named, as it is typed.
std::string CommandLineOf(const CLI::App& app);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_USAGE_H_
