// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/args.h"

#include <utility>

#include "CLI/CLI.hpp"

namespace plumbline::cli::args {
namespace {

template <typename T>
Check RangeOf(T low, T high) {
  return [low, high](CLI::Option& option) { option.check(CLI::Range(low, high)); };
}

}  // namespace

Check Range(int low, int high) { return RangeOf(low, high); }
Check Range(int64_t low, int64_t high) { return RangeOf(low, high); }
Check Range(double low, double high) { return RangeOf(low, high); }

Check IsMember(std::vector<std::string> words) {
  return [words = std::move(words)](CLI::Option& option) { option.check(CLI::IsMember(words)); };
}
Check IsMember(std::vector<const char*> words) {
  return IsMember(std::vector<std::string>(words.begin(), words.end()));
}
Check IsMember(std::initializer_list<const char*> words) {
  return IsMember(std::vector<std::string>(words.begin(), words.end()));
}

Option* Option::allow_extra_args(bool value) {
  option_.allow_extra_args(value);
  return this;
}
Option* Option::check(const Check& check) {
  check(option_);
  return this;
}
Option* Option::check(const std::function<std::string(const std::string&)>& rule) {
  option_.check(rule);
  return this;
}
Option* Option::envname(const std::string& name) {
  option_.envname(name);
  return this;
}
Option* Option::excludes(Option* other) {
  option_.excludes(&other->option_);
  return this;
}
Option* Option::excludes(const std::string& name) {
  option_.excludes(name);
  return this;
}
Option* Option::expected(int count) {
  option_.expected(count);
  return this;
}
Option* Option::group(const std::string& name) {
  option_.group(name);
  return this;
}
Option* Option::needs(Option* other) {
  option_.needs(&other->option_);
  return this;
}
Option* Option::needs(const std::string& name) {
  option_.needs(name);
  return this;
}
Option* Option::option_text(const std::string& text) {
  option_.option_text(text);
  return this;
}
Option* Option::required(bool value) {
  option_.required(value);
  return this;
}
Option* Option::trigger_on_parse() {
  option_.trigger_on_parse();
  return this;
}
size_t Option::count() const { return option_.count(); }

Command::Command(CLI::App& app) : app_(app) {}
Command::~Command() = default;

Option* Command::Keep(CLI::Option* option) {
  return options_.emplace_back(std::make_unique<Option>(*option)).get();
}

Option* Command::add_option(const std::string& names, std::string& value, const std::string& help) {
  return Keep(app_.add_option(names, value, help));
}
Option* Command::add_option(const std::string& names, int& value, const std::string& help) {
  return Keep(app_.add_option(names, value, help));
}
Option* Command::add_option(const std::string& names, int64_t& value, const std::string& help) {
  return Keep(app_.add_option(names, value, help));
}
Option* Command::add_option(const std::string& names, double& value, const std::string& help) {
  return Keep(app_.add_option(names, value, help));
}
Option* Command::add_option(const std::string& names, std::vector<std::string>& value,
                            const std::string& help) {
  return Keep(app_.add_option(names, value, help));
}
Option* Command::add_option(const std::string& names, uint64_t& value, const std::string& help) {
  return Keep(app_.add_option(names, value, help));
}
Option* Command::add_option(const std::string& names, std::optional<double>& value,
                            const std::string& help) {
  return Keep(app_.add_option(names, value, help));
}
Option* Command::add_option(const std::string& names, std::vector<double>& value,
                            const std::string& help) {
  return Keep(app_.add_option(names, value, help));
}
Option* Command::add_option_function(const std::string& names,
                                     const std::function<void(const std::string&)>& take,
                                     const std::string& help) {
  return Keep(app_.add_option_function<std::string>(names, take, help));
}
Option* Command::add_flag(const std::string& names, bool& value, const std::string& help) {
  return Keep(app_.add_flag(names, value, help));
}
Option* Command::add_flag(const std::string& names, const std::string& help) {
  return Keep(app_.add_flag(names, help));
}
Command* Command::add_subcommand(const std::string& name, const std::string& purpose) {
  return commands_.emplace_back(std::make_unique<Command>(*app_.add_subcommand(name, purpose)))
      .get();
}

Command* Command::callback(std::function<void()> run) {
  app_.callback(std::move(run));
  return this;
}
Command* Command::footer(const std::string& text) {
  app_.footer(text);
  return this;
}
std::string Command::get_footer() const { return app_.get_footer(); }
Command* Command::group(const std::string& name) {
  app_.group(name);
  return this;
}
Command* Command::require_subcommand(int count) {
  app_.require_subcommand(count);
  return this;
}

Option* Command::get_option(const std::string& name) {
  const CLI::Option* const wanted = app_.get_option(name);
  for (const std::unique_ptr<Option>& option : options_)
    if (option->Is(*wanted)) return option.get();
  return nullptr;
}
size_t Command::count(const std::string& name) const { return app_.count(name); }
bool Command::has_chosen() const { return !app_.get_subcommands().empty(); }

}  // namespace plumbline::cli::args
