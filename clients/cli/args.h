// SPDX-License-Identifier: Apache-2.0
//
// Commands and their options, as commands describe them. CLI11 reads the command line; its header
// alone costs a compiler three seconds, so that only args.cc and who takes a command line apart
// (help, usage, completion, main) include it. Names are those of CLI11, whose documentation holds
// for them.
#ifndef PLUMBLINE_CLIENTS_CLI_ARGS_H_
#define PLUMBLINE_CLIENTS_CLI_ARGS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace plumbline::cli::args {

// What a value must be; the usage errors and the completion name it.
using Check = std::function<void(CLI::Option&)>;

// From `low` to `high`, both included.
Check Range(int low, int high);
Check Range(int64_t low, int64_t high);
Check Range(double low, double high);

// One of some words.
Check IsMember(std::vector<std::string> words);
Check IsMember(std::vector<const char*> words);
Check IsMember(std::initializer_list<const char*> words);

// An option, a flag or a positional argument of a command, which owns it. Each call that changes it
// returns it.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(option) {}
  Option(const Option&) = delete;
  Option& operator=(const Option&) = delete;

  Option* allow_extra_args(bool value);
  Option* check(const Check& check);
  // `rule` says what is wrong with a value; "" if nothing is.
  Option* check(const std::function<std::string(const std::string& value)>& rule);
  Option* envname(const std::string& name);
  Option* excludes(Option* other);
  Option* excludes(const std::string& name);
  Option* expected(int count);
  Option* group(const std::string& name);
  Option* needs(Option* other);
  Option* needs(const std::string& name);
  Option* option_text(const std::string& text);
  Option* required(bool value = true);
  Option* trigger_on_parse();
  // How often it was given.
  size_t count() const;
  bool Is(const CLI::Option& option) const { return &option == &option_; }

 private:
  CLI::Option& option_;
};

// A command, which owns its options and the commands below it. Values must outlive the parsing.
class Command {
 public:
  // `app` must outlive it.
  explicit Command(CLI::App& app);
  ~Command();
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  Option* add_option(const std::string& names, std::string& value, const std::string& help);
  Option* add_option(const std::string& names, int& value, const std::string& help);
  Option* add_option(const std::string& names, int64_t& value, const std::string& help);
  Option* add_option(const std::string& names, uint64_t& value, const std::string& help);
  Option* add_option(const std::string& names, double& value, const std::string& help);
  Option* add_option(const std::string& names, std::vector<std::string>& value,
                     const std::string& help);
  Option* add_option(const std::string& names, std::optional<double>& value,
                     const std::string& help);
  Option* add_option(const std::string& names, std::vector<double>& value, const std::string& help);
  // Calls `take` with what was given.
  Option* add_option_function(const std::string& names,
                              const std::function<void(const std::string&)>& take,
                              const std::string& help);
  Option* add_flag(const std::string& names, bool& value, const std::string& help);
  Option* add_flag(const std::string& names, const std::string& help);
  Command* add_subcommand(const std::string& name, const std::string& purpose);

  Command* callback(std::function<void()> run);
  Command* footer(const std::string& text);
  std::string get_footer() const;
  Command* group(const std::string& name);
  Command* require_subcommand(int count);

  // The option that was added under one of its names, such as "--of".
  Option* get_option(const std::string& name);
  // How often the option of this name was given.
  size_t count(const std::string& name) const;
  // Whether the command line names one of the commands below.
  bool has_chosen() const;

 private:
  Option* Keep(CLI::Option* option);

  CLI::App& app_;
  std::vector<std::unique_ptr<Option>> options_;
  std::vector<std::unique_ptr<Command>> commands_;
};

}  // namespace plumbline::cli::args

#endif  // PLUMBLINE_CLIENTS_CLI_ARGS_H_
