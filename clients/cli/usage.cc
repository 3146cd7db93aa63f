// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/usage.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/nearest.h"

namespace plumbline::cli {
namespace {

const CLI::App& Innermost(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands()[0];
  return *at;
}

std::vector<std::string> CommandNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> OptionNames(const CLI::App* app) {
  std::vector<std::string> names;
  for (; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      for (const std::string& name : option->get_lnames())
        names.push_back(absl::StrCat("--", name));
    }
  }
  return names;
}

std::string Surplus(const CLI::App& at, const std::string& command, const std::string& word) {
  if (absl::StartsWith(word, "-")) {
    const std::string name = word.substr(0, word.find('='));
    return absl::StrCat("'", name, "' is no option of ", command,
                        base::DidYouMean(name, OptionNames(&at)));
  }
  const std::vector<std::string> commands = CommandNames(at);
  if (!commands.empty()) {
    return absl::StrCat("'", word, "' is no command of ", command,
                        base::DidYouMean(word, commands));
  }
  return absl::StrCat("'", word, "' is one argument too many for ", command,
                      "; quote what has spaces in it");
}

std::string Missing(const CLI::App& at, const std::string& command) {
  std::vector<std::string> missing;
  for (const CLI::Option* option : at.get_options()) {
    if (option->get_required() && option->count() == 0)
      missing.push_back(option->get_positional() ? option->get_name(true)
                                                 : absl::StrCat("--", option->get_lnames()[0]));
  }
  if (missing.empty()) {
    return absl::StrCat(command,
                        " needs one of its commands: ", absl::StrJoin(CommandNames(at), ", "));
  }
  const std::string last = missing.back();
  missing.pop_back();
  return absl::StrCat(command, " needs ", absl::StrJoin(missing, ", "),
                      missing.empty() ? "" : " and ", last);
}

bool IsWholeNumber(absl::string_view text) {
  absl::ConsumePrefix(&text, "-");
  return !text.empty() && text.find_first_not_of("0123456789") == absl::string_view::npos;
}

// "Could not convert: --days = 100000000000": which numbers could be.
std::string NoNumber(const CLI::App& at, const std::string& text) {
  constexpr absl::string_view kBegin = "Could not convert: ";
  const size_t equals = text.find(" = ");
  if (!absl::StartsWith(text, kBegin) || equals == std::string::npos) return text;
  const std::string name = text.substr(kBegin.size(), equals - kBegin.size());
  const std::string value = text.substr(equals + 3);
  const CLI::Option* const option = at.get_option_no_throw(name);
  const bool whole = option != nullptr && option->get_type_name() == "INT";
  if (!IsWholeNumber(value)) {
    return absl::StrCat(name, ": '", value, whole ? "' is no whole number" : "' is no number");
  }
  // What even 64 bits do not hold says nothing of how many the option takes.
  int64_t number = 0;
  const bool takes_fewer = whole && absl::SimpleAtoi(value, &number);
  return absl::StrCat(name, ": '", value, "' is out of range",
                      takes_fewer ? absl::StrCat(": ", std::numeric_limits<int>::min(), " to ",
                                                 std::numeric_limits<int>::max())
                                  : "");
}

// "SHELL: sh not in {bash,zsh,fish}" says it all but what was meant.
std::string WithNearest(const std::string& text) {
  const size_t colon = text.find(": "), open = text.find(" not in {"), close = text.rfind('}');
  if (colon == std::string::npos || open == std::string::npos || close == std::string::npos ||
      open < colon + 2) {
    return text;
  }
  const std::string given = text.substr(colon + 2, open - colon - 2);
  const size_t first = open + sizeof(" not in {") - 1;
  std::vector<std::string> permitted = absl::StrSplit(text.substr(first, close - first), ',');
  return absl::StrCat(text.substr(0, colon), ": '", given, "' is none of ",
                      absl::StrJoin(permitted, ", "), base::DidYouMean(given, permitted));
}

// "0.001" of "0.001000", "10000000" of "10000000.000000" and of "1e+07"; "-inf" stays.
std::string ShortNumber(const std::string& text) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number) || !(std::abs(number) < 1e15)) return text;
  std::string digits = absl::StrFormat("%.6f", number);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

// "--timeout: Value abc not in range 0.001000 to 86400.000000".
std::string OutOfRange(const std::string& text) {
  const std::string before = ": Value ", between = " not in range ", to = " to ";
  const size_t value = text.find(before), range = text.rfind(between), mid = text.rfind(to);
  if (value == std::string::npos || range == std::string::npos || mid == std::string::npos ||
      range < value + before.size() || mid < range + between.size()) {
    return text;
  }
  const size_t given = value + before.size(), first = range + between.size();
  return absl::StrCat(text.substr(0, value), ": '", text.substr(given, range - given),
                      "' is no number from ", ShortNumber(text.substr(first, mid - first)), to,
                      ShortNumber(text.substr(mid + to.size())));
}

// Of what is no command there is no help.
std::string HelpOfNothing(const CLI::App& at, const std::string& command,
                          const std::vector<std::string>& rest) {
  const bool word = !rest.empty() && !absl::StartsWith(rest[0], "-");
  return word && !CommandNames(at).empty() ? Surplus(at, command, rest[0]) : "";
}

}  // namespace

std::string CommandLineOf(const CLI::App& app) {
  std::string line = app.get_name();
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands()[0];
    absl::StrAppend(&line, " ", at->get_name());
  }
  return line;
}

std::string UsageText(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& at = Innermost(app);
  const std::string command = CommandLineOf(app);
  const std::vector<std::string> rest = app.remaining(true);
  if (error.get_exit_code() == 0) {
    const bool help = dynamic_cast<const CLI::CallForHelp*>(&error) != nullptr;
    return help ? HelpOfNothing(at, command, rest) : "";
  }
  const bool required = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (!rest.empty() && (required || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr))
    return Surplus(at, command, rest[0]);
  if (required && &at == &app) return "";
  if (required) return Missing(at, command);
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr)
    return NoNumber(at, error.what());
  return WithNearest(OutOfRange(error.what()));
}

}  // namespace plumbline::cli
