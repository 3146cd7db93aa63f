// SPDX-License-Identifier: Apache-2.0
//
// What may stand at the cursor of a command line: worked out from the command line's own
// description, so that a new command or option completes without further work.
#ifndef PLUMBLINE_CLIENTS_CLI_COMPLETE_H_
#define PLUMBLINE_CLIENTS_CLI_COMPLETE_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "clients/cli/ids.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace plumbline::cli {

// A command line up to the cursor, taken apart.
struct Typed {
  const CLI::App* command = nullptr;           // the innermost command that is named
  std::vector<std::string> arguments;          // of that command, without the one at the cursor
  std::map<std::string, std::string> options;  // "address" -> its value, of long names
  const CLI::Option* pending = nullptr;        // the option whose value is at the cursor
  std::string current;                         // what stands before the cursor
};

// `words`: after the program's name; the last one is at the cursor and may be "". O(words *
// options).
Typed TakeApart(const CLI::App& app, const std::vector<std::string>& words);

// Gives the values of an argument that only the service knows, by the argument's name ("PROCESS",
// "CALENDAR", "ON-BOARDING", "TASK", "LOG", "NAME", "RESOURCE", "TAG", "DECISION", "OPTION"); empty
// if it does not know any.
using Lookup = std::function<std::vector<Known>(const std::string& argument, const Typed& typed)>;

struct Completion {
  std::vector<Known> values;  // all begin with what was typed; one that ends in "/" goes on
  bool files = false;         // names of files fit as well
};

Completion Complete(const CLI::App& app, const Typed& typed, const Lookup& lookup);

// A lookup that asks the service of `session`. Whatever goes wrong, it knows nothing.
Lookup AskService(Session& session);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_COMPLETE_H_
