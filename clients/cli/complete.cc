// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/complete.h"

#include <algorithm>
#include <set>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace plumbline::cli {
namespace {

// "--address", "-w": of the command or of one above it.
const CLI::Option* FindOption(const CLI::App* command, const std::string& word) {
  for (; command != nullptr; command = command->get_parent()) {
    for (const CLI::Option* option : command->get_options()) {
      if (!option->get_positional() && option->check_name(word)) return option;
    }
  }
  return nullptr;
}

const CLI::App* FindCommand(const CLI::App& app, const std::string& word) {
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (command->get_name() == word) return command;
  }
  return nullptr;
}

std::string LongName(const CLI::Option& option) {
  return option.get_lnames().empty() ? "" : option.get_lnames()[0];
}

// The words that a check permits: "{bash,zsh,fish}" in the name of the option's type.
std::vector<Known> PermittedBy(const CLI::Option& option) {
  std::vector<Known> words;
  const std::string type = option.get_type_name();
  const size_t open = type.find('{'), close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return words;
  for (const absl::string_view word : absl::StrSplit(type.substr(open + 1, close - open - 1), ','))
    words.push_back({std::string(word), ""});
  return words;
}

bool TakesFiles(const std::string& name) {
  static const auto* const names = new std::set<std::string>{
      "FILE", "processes", "suite", "ca-file", "certificate-file", "key-file"};
  return names->count(name) > 0;
}

std::vector<Known> OptionsOf(const CLI::App* command) {
  std::vector<Known> words;
  std::set<std::string> seen;  // each command has its own --help
  for (; command != nullptr; command = command->get_parent()) {
    for (const CLI::Option* option : command->get_options()) {
      const std::string name = LongName(*option);
      if (!name.empty() && !option->get_positional() && seen.insert(name).second)
        words.push_back({absl::StrCat("--", name), option->get_description()});
    }
  }
  return words;
}

// The argument at the cursor; the last one if it may be repeated.
const CLI::Option* ArgumentAt(const CLI::App& command, size_t index) {
  const CLI::Option* argument = nullptr;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    argument = option;
    if (index-- == 0) return argument;
  }
  const bool repeated =
      argument != nullptr && argument->get_expected_max() >= CLI::detail::expected_max_vector_size;
  return repeated ? argument : nullptr;
}

Completion Values(const CLI::Option& option, const std::string& name, const Typed& typed,
                  const Lookup& lookup) {
  Completion completion{PermittedBy(option), TakesFiles(name)};
  if (completion.values.empty() && !completion.files) completion.values = lookup(name, typed);
  return completion;
}

}  // namespace

Typed TakeApart(const CLI::App& app, const std::vector<std::string>& words) {
  Typed typed{&app};
  if (!words.empty()) typed.current = words.back();
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (absl::StartsWith(word, "-") && word.size() > 1) {
      const size_t equals = word.find('=');
      const CLI::Option* option = FindOption(typed.command, word.substr(0, equals));
      if (option == nullptr || option->get_expected_max() == 0) continue;
      if (equals != std::string::npos) {
        typed.options[LongName(*option)] = word.substr(equals + 1);
      } else if (i + 2 < words.size()) {
        typed.options[LongName(*option)] = words[++i];
      } else {
        typed.pending = option;
      }
    } else if (const CLI::App* below = FindCommand(*typed.command, word);
               below != nullptr && typed.arguments.empty()) {
      typed.command = below;
    } else {
      typed.arguments.push_back(word);
    }
  }
  return typed;
}

Completion Complete(const CLI::App& app, const Typed& typed, const Lookup& lookup) {
  Completion completion;
  if (typed.command == nullptr) return completion;
  if (typed.pending != nullptr) {
    completion = Values(*typed.pending, LongName(*typed.pending), typed, lookup);
  } else if (absl::StartsWith(typed.current, "-")) {
    completion.values = OptionsOf(typed.command);
  } else if (!typed.command->get_subcommands(nullptr).empty()) {
    for (const CLI::App* command : typed.command->get_subcommands(nullptr)) {
      if (!command->get_group().empty())
        completion.values.push_back({command->get_name(), command->get_description()});
    }
  } else if (const CLI::Option* argument = ArgumentAt(*typed.command, typed.arguments.size())) {
    completion = Values(*argument, argument->get_name(true), typed, lookup);
  }
  auto& values = completion.values;
  values.erase(std::remove_if(
                   values.begin(), values.end(),
                   [&](const Known& value) { return !absl::StartsWith(value.id, typed.current); }),
               values.end());
  return completion;
}

}  // namespace plumbline::cli
